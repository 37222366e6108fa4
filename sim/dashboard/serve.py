"""Serving the page on this machine."""
# pyright: reportMissingImports=false

import importlib.util
import os
from pathlib import Path
from typing import Any

from sim.errors import InputError

FONT = "/hecun/chinese.otf"


def serve(config: Path, host: str, port: int, lang: str, open_browser: bool) -> None:
    """Serve the page until interrupted.

    Parameters
    ----------
    config : Path
        The configuration it starts with; those beside it can be chosen.
    host, port : str, int
        Where it listens.
    lang : {"en", "zh"}
        Language it starts in.
    open_browser : bool
        Whether to open the page in a browser.

    Raises
    ------
    InputError
        If the configuration is wrong, or the extra ``dashboard`` is not installed.
    """
    from sim.config import load

    load(config)
    missing = [name for name in ("solara", "altair") if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError(
            "the dashboard needs the extra 'dashboard': python -m pip install 'hecun[dashboard]' "
            "(or python -m uv run --extra dashboard hecun dashboard)"
        )
    os.environ |= {
        "HECUN_DASHBOARD_CONFIG": str(config.resolve()),
        "HECUN_DASHBOARD_LANG": lang,
        "SOLARA_APP": "sim.dashboard.app",
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
        "MPLBACKEND": "agg",
    }
    import click
    import uvicorn

    address = f"http://{host}:{port}/"
    click.echo(f"{address} (Ctrl-C ends it)")
    if open_browser:
        import threading
        import webbrowser

        threading.Timer(3.0, webbrowser.open, (address,)).start()
    uvicorn.run(_application(), host=host, port=port, log_level="error")


def _application() -> Any:
    """Return Solara's server, with a font for browsers that have no Chinese one."""
    from pylopdf_fonts_zh_cn import sans_path
    from solara.server.starlette import app
    from starlette.responses import FileResponse
    from starlette.routing import Route

    def font(_: Any) -> FileResponse:
        return FileResponse(sans_path(), media_type="font/otf")

    app.router.routes.insert(0, Route(FONT, font))
    return app
