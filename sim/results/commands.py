"""The command that gives results to others: pack."""

from pathlib import Path

import click

from sim.terminal.language import said


@click.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="The archive [default: RESULTS.zip, beside it]."
)
@click.option("--fresh", is_flag=True, help="Replace an archive that is there.")
@click.option(
    "--lock", is_flag=True, help="With pylock.toml: uv asks the registry for the versions' files."
)
def pack(results: Path, out: Path | None, fresh: bool, lock: bool) -> None:
    """Pack results into one archive for others: all they need, nothing of this machine.

    The archive (ZIP) holds tables, reports, plots, configuration, the files that it names,
    versions, digests, the model's documents, and a page that says how to replay and verify it; it
    is a Workflow Run RO-Crate. The same results give the same bytes. Unfinished and damaged results
    are refused.
    """
    from sim.printable import printable
    from sim.results.pack import pack as write

    path, left = write(results, out, fresh, lock)
    if left:
        click.echo(printable(said(f"left out, not hecun's: {', '.join(left)}")), err=True)
    click.echo(path)
