"""The commands of what people see: report, plot, animate."""

from pathlib import Path
from typing import Any

import click

from sim.errors import InputError
from sim.options import LANG
from sim.report.registry import Of, kinds, takers
from sim.report.saving import FORMATS
from sim.terminal.language import said


def _listed(of: Of) -> str:
    """Return the kinds of figures with what each shows, as a list for help."""
    return "\n".join(f"- {kind.name}: {kind.en}." for kind in kinds(of).values())


_KINDS = f"""Draw a figure of stored results, ready to print.

KIND is, of a run:

\b
{_listed("run")}

of an experiment:

\b
{_listed("experiment")}
"""


@click.command(help=_KINDS)
@click.argument("results", type=click.Path(path_type=Path))
@click.argument("kind", default="")
@click.option("--outcome", "outcomes", multiple=True, metavar="KEY", help="May be repeated.")
@click.option("--factor", metavar="KEY", help=f"Factor along the axis ({takers('factor')}).")
@click.option("--by", metavar="KEY", help=f"A second factor: a line a level ({takers('by')}).")
@click.option("--arm", metavar="NAME", help=f"Arm whose effect it is of ({takers('arm')}).")
@click.option("--point", type=int, help=f"Design point compared ({takers('point')}).")
@click.option(
    "--columns", type=click.IntRange(1, 2), help="Columns of a journal's page it is to take."
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(list(FORMATS)),
    help="May be repeated [default: png and svg].",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder [default: RESULTS/plots], or a file (a.png).",
)
@click.option("--fresh", is_flag=True, help="Replace figures that are there.")
@LANG
def plot(
    results: Path,
    kind: str,
    outcomes: tuple[str, ...],
    formats: tuple[str, ...],
    out: Path | None,
    fresh: bool,
    lang: str,
    **options: Any,
) -> None:
    """Draw a figure of stored results, ready to print (`_KINDS`)."""
    from sim.report.opened import load_results
    from sim.report.plot import write_figures

    plots = load_results(results).plot
    if not kind:
        names = ", ".join(name for name in dir(plots) if not name.startswith("_"))
        raise InputError(f"{results}: which figure? KIND is one of {names}")
    folder = results / "plots" if out is None else out
    written = write_figures(plots, kind, folder, outcomes, formats, lang, fresh, **options)
    for path in written:
        click.echo(path)


@click.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File, .gif or .mp4 [default: RESULTS/plots/merger.gif].",
)
@click.option("--outcome", metavar="KEY", help="Colour villages by it [default: service_reach].")
@click.option("--fresh", is_flag=True, help="Replace a file that is there.")
@LANG
def animate(results: Path, out: Path | None, outcome: str | None, fresh: bool, lang: str) -> None:
    """Show the merger month by month as a film.

    A GIF needs nothing more; an MP4 needs ffmpeg.
    """
    from sim.report.animation import animate as film
    from sim.results.reading import load_run

    path = results / "plots" / "merger.gif" if out is None else out
    frames = film(load_run(results), path, outcome or "service_reach", lang, fresh)
    click.echo(said(f"{path}: {frames} frames"))


@click.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="The page [default: RESULTS/explore.html]."
)
@click.option("--fresh", is_flag=True, help="Replace a page that is there.")
@LANG
def explore(results: Path, out: Path | None, fresh: bool, lang: str) -> None:
    """Write a page to explore results in a browser: map, villages and arms.

    Values at the pointer; villages chosen in one part are chosen in the others. One HTML file
    that asks no other host for anything. Needs the extra explore.
    """
    from sim.report.explore import write_explore

    click.echo(write_explore(results, lang, out, fresh))


@click.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="The page [default: RESULTS/report.html]."
)
@click.option("--fresh", is_flag=True, help="Replace a report that is there.")
@LANG
def report(results: Path, out: Path | None, fresh: bool, lang: str) -> None:
    """Write a report: one HTML page of a run or an experiment.

    The page holds its figures and asks no other host for anything; the figures are also written
    as PNG and SVG.
    """
    from sim.report.report import write_report

    click.echo(write_report(results, lang, out, fresh))
