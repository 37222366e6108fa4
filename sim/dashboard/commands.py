"""The command of the interactive page."""

from pathlib import Path

import click

from sim import examples
from sim.options import LANG


@click.command()
@click.argument("config", type=click.Path(path_type=Path), required=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8765, show_default=True)
@click.option("--open/--no-open", "open_browser", default=True, help="Open it in a browser.")
@LANG
def dashboard(config: Path | None, host: str, port: int, open_browser: bool, lang: str) -> None:
    """Serve the interactive page.

    A county beside its twin without policies: levers, maps, series, one village in detail. Only
    this machine can open it unless --host says otherwise. Without CONFIG it is Dechang's.
    """
    from sim.dashboard.serve import serve

    serve(config or examples.config("dechang_2020"), host, port, lang, open_browser)
