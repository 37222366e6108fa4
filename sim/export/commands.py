"""The command that gives results to other programs: export."""

from pathlib import Path

import click

from sim.export import FORMATS


@click.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--to", type=click.Choice(FORMATS), default="csv", show_default=True, help="The format."
)
@click.option(
    "--table", "tables", multiple=True, metavar="NAME", help="Only this table; may be repeated."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder [default: RESULTS_csv, beside it]."
)
@click.option(
    "--bom/--no-bom",
    default=True,
    help="Begin CSV with the mark by which Excel knows UTF-8 [default], or not.",
)
@click.option("--fresh", is_flag=True, help="Replace an export that is there.")
def export(
    results: Path, to: str, tables: tuple[str, ...], out: Path | None, bom: bool, fresh: bool
) -> None:
    """Write results for R, Stata or Excel, with a codebook in English and Chinese.

    RESULTS is the folder of a run or an experiment, finished or as far as it is. Every table
    becomes a file (of xlsx a sheet); codebook.csv says what each column is and its unit,
    export.json has the digest of every file.
    """
    from sim.export.writing import export as write
    from sim.printable import printable

    click.echo(printable(str(write(results, to, out, tables, fresh, bom))))
