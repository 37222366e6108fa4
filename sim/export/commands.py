"""The commands that give results to other programs: export, survey."""

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


@click.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--design",
    type=click.Path(path_type=Path),
    help="An experiment file of method study [default: the results' own].",
)
@click.option("--name", help="One of its designs [default: the first].")
@click.option(
    "--size", type=click.IntRange(2), help="Villages surveyed [default: the design's largest]."
)
@click.option(
    "--study",
    "number",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Which study: each has a world, an assignment and a sample of its own.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder [default: RESULTS_survey, beside it]."
)
@click.option("--fresh", is_flag=True, help="Replace an export that is there.")
def survey(
    results: Path,
    design: Path | None,
    name: str | None,
    size: int | None,
    number: int,
    out: Path | None,
    fresh: bool,
) -> None:
    """Write a study's data as researchers get them.

    A household survey (where respondents are asked) and a panel of the villages surveyed, each as
    Parquet, CSV and Stata file with labels in English and Chinese, and a codebook. export.json has
    the true effect on the same people.
    """
    from sim.export.survey import survey as write
    from sim.printable import printable

    found = write(results, design, name, size, number, out, fresh)
    click.echo(printable(str(found)))
