"""Figures of an experiment's design points: effects, doses, interactions, winners, series."""

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D

from sim.errors import InputError
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES
from sim.report.effects import (
    colours,
    dose_response,
    effect_forest,
    measured,
    numbers,
    surface,
)
from sim.report.experiment import (
    arm_titles,
    averaged,
    point_names,
    reform_month,
    titled,
    village_effects,
)
from sim.report.fonts import themed
from sim.report.frame import frame, laid_out, sheet, shortened, wrapped
from sim.report.needs import numeric_factors
from sim.report.paired import DASHES, from_first, taken, together
from sim.report.periods import check_outcome
from sim.report.series import TOTALS
from sim.report.winners import winners_losers
from sim.report.years import mark_reform, year_axis
from sim.words import word

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.lab.store.reading import ExperimentResults

#: replicates from which a band stands for them
FEW = 20


def effects_figure(
    results: "ExperimentResults",
    outcomes: Sequence[str] | None = None,
    lang: str = "en",
    columns: int = 2,
) -> "Figure":
    """Draw paired effects with their intervals (`effect_forest`)."""
    table = titled(results.effects(outcomes), results, lang)
    against = results.manifest.get("baseline")
    against = arm_titles(results, lang).get(str(against), against)
    return effect_forest(table, lang, columns, against=against)


def dose_figure(
    results: "ExperimentResults",
    factor: str | None = None,
    outcomes: Sequence[str] | None = None,
    by: str | None = None,
    lang: str = "en",
    columns: int = 2,
    means: bool = False,
) -> "Figure":
    """Draw paired differences from a factor's first level, the rest averaged (`dose_response`).

    With `means` the outcomes themselves, whose intervals hold the luck that all levels share.
    """
    factor = factor or _numeric(results)[0]
    factors = [factor, *([by] if by else [])]
    table = averaged(results, factors, outcomes)
    if not means:
        table = from_first(results, factors, outcomes)
    rest = taken(results, factors)
    return dose_response(
        titled(table, results, lang), factor, lang, columns, by, apart=not means, rest=rest
    )


def surface_figure(
    results: "ExperimentResults",
    x: str | None = None,
    y: str | None = None,
    outcome: str = HEADLINE[0],
    lang: str = "en",
    columns: int = 1,
) -> "Figure":
    """Draw an outcome over two factors, the others averaged (`surface`)."""
    x, y = _two(results, x, y)
    table = averaged(results, [x, y], [outcome])
    return surface(table, x, y, outcome, lang, columns)


def interaction_figure(
    results: "ExperimentResults",
    x: str | None = None,
    y: str | None = None,
    outcome: str = HEADLINE[0],
    lang: str = "en",
    columns: int = 1,
) -> "Figure":
    """Draw what two factors do together beyond what each does alone (`surface`)."""
    x, y = _two(results, x, y)
    averaged(results, [x, y], [outcome])  # says what is wrong with the factors
    table = together(results, x, y, outcome)
    return surface(table, x, y, outcome, lang, columns, apart=True)


def _two(results: "ExperimentResults", x: str | None, y: str | None) -> tuple[str, str]:
    numeric = _numeric(results, 2)
    x = x or next(name for name in numeric if name != y)
    return x, y or next(name for name in numeric if name != x)


def _numeric(results: "ExperimentResults", count: int = 1) -> list[str]:
    """Return the factors whose levels are numbers, or raise `InputError` if there are too few."""
    found = numeric_factors(results)
    if len(found) < count:
        raise InputError(
            f"{results.folder}: {len(found)} factors have numbers as levels, this figure "
            f"needs {count}; use method factorial"
        )
    return found


def winners_figure(
    results: "ExperimentResults",
    outcome: str = HEADLINE[0],
    point: int | None = None,
    lang: str = "en",
    columns: int = 2,
) -> "Figure":
    """Draw which old villages gain and lose (`winners_losers`)."""
    table, point, against = village_effects(results, outcome, point)
    names = point_names(results, lang)
    return winners_losers(table, outcome, lang, columns, arm=names[point], against=names[against])


def series_figure(
    results: "ExperimentResults",
    outcomes: Sequence[str] | None = None,
    lang: str = "en",
    columns: int = 2,
    most: int = 6,
    title: str | None = None,
) -> "Figure":
    """Draw outcomes over time, a line a design point: replicates as thin lines, of many a band.

    From `FEW` replicates on the mean and the 10-90 % band; below, every replicate and the mean.

    Parameters
    ----------
    results : ExperimentResults
        Results with the county's outcomes recorded.
    outcomes : sequence of str, optional
        Outcomes; the headline ones if not given.
    lang : {"en", "zh"}
        Language.
    columns : {1, 2}
        Columns of a journal's page.
    most : int
        Design points drawn: the first ones.
    title : str, optional
        Title.

    Raises
    ------
    InputError
        If an outcome is not recorded.
    """
    county = results.county
    keys = list(HEADLINE) if outcomes is None else list(outcomes)
    for key in keys:
        check_outcome(key, [str(name) for name in county.columns], "county.parquet")
    reform = reform_month(results)
    with themed(lang) as language:
        names = dict(list(point_names(results, language).items())[:most])
        shades = dict(zip(names, zip(colours(len(names)), cycle(DASHES)), strict=False))
        down, across = laid_out(len(keys), columns)
        figure, grid = sheet(columns, 1.75 * down + 1.1, nrows=down, ncols=across, sharex=True)
        panels = list(grid.ravel())
        marks: list[Any] = []
        for axes, key in zip(panels, keys, strict=False):
            for point, (shade, dash) in shades.items():
                _drawn(axes, county[county["point"] == point], key, str(point), shade, dash)
            axes.set_title(wrapped(measured(key, language), 30), fontsize="medium")
            axes.set_gid(key)
            if key in OUTCOMES and OUTCOMES[key].unit in TOTALS:
                axes.set_ylim(bottom=0)
            year_axis(axes)
            marks = mark_reform(axes, reform, language)
        for axes in panels[len(keys) :]:
            axes.remove()
        entries: list[Any] = [
            Line2D(
                [], [], color=shade, ls=dash, lw=1.6, label=shortened(names[point], 34 * columns)
            )
            for point, (shade, dash) in shades.items()
        ]
        replicates: Any = county.groupby("point")["replicate"].nunique()
        key = "band_note" if replicates.max() >= FEW else "lines_note"
        note = word(key, language, n=numbers(replicates))
        frame(figure, title or "", [*entries, *marks], [note])
        return figure


def _drawn(axes: Any, rows: Any, key: str, gid: str, shade: Any, dash: Any) -> None:
    """Draw one design point: its replicates or their band, and their mean."""
    months = rows.groupby("month")[key]
    if rows["replicate"].nunique() >= FEW:
        low, high = months.quantile(0.1), months.quantile(0.9)
        axes.fill_between(low.index, low, high, color=shade, alpha=0.22, lw=0, gid="band")
    else:
        for _, one in rows.groupby("replicate"):
            axes.plot(one["month"], one[key], color=shade, lw=0.4, alpha=0.55, gid="replicate")
    axes.plot(months.mean(), color=shade, ls=dash, lw=1.4, gid=gid)
