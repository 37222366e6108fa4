"""Figures of an experiment's design points: effects, doses, interactions, winners, series."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.errors import InputError
from sim.model.outcomes.catalogue import HEADLINE
from sim.report.effects import (
    colours,
    dose_response,
    effect_forest,
    interaction,
    measured,
    numbers,
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
from sim.report.periods import check_outcome
from sim.report.winners import winners_losers
from sim.words import word

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.lab.store.reading import ExperimentResults


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
) -> "Figure":
    """Draw outcomes over the levels of a factor, the others averaged (`dose_response`)."""
    factor = factor or _numeric(results)[0]
    table = averaged(results, [factor, *([by] if by else [])], outcomes)
    return dose_response(titled(table, results, lang), factor, lang, columns, by)


def interaction_figure(
    results: "ExperimentResults",
    x: str | None = None,
    y: str | None = None,
    outcome: str = HEADLINE[0],
    lang: str = "en",
    columns: int = 1,
) -> "Figure":
    """Draw an outcome over two factors, the others averaged (`interaction`)."""
    numeric = _numeric(results, 2)
    x = x or next(name for name in numeric if name != y)
    y = y or next(name for name in numeric if name != x)
    table = averaged(results, [x, y], [outcome])
    return interaction(table, x, y, outcome, lang, columns)


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
    """Draw outcomes over time: the mean of replicates and their 10-90 % band, a line a point.

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
        shades = dict(zip(names, colours(len(names)), strict=True))
        down, across = laid_out(len(keys), columns)
        figure, grid = sheet(columns, 1.9 * down + 1.2, nrows=down, ncols=across, sharex=True)
        panels = list(grid.ravel())
        for axes, key in zip(panels, keys, strict=False):
            for point, shade in shades.items():
                months = county[county["point"] == point].groupby("month")[key]
                low, high = months.quantile(0.1), months.quantile(0.9)
                axes.fill_between(low.index, low, high, color=shade, alpha=0.22, lw=0, gid="band")
                axes.plot(months.mean(), color=shade, lw=1.3, gid=str(point))
            if reform is not None:
                day = reform.astype("datetime64[D]").astype(object)
                axes.axvline(day, color="black", lw=0.9, ls=(0, (4, 3)), gid="reform")
            axes.set_title("\n".join(wrapped(measured(key, language), 30)), fontsize="medium")
            axes.set_gid(key)
            _years(axes)
        for axes in panels[len(keys) :]:
            axes.remove()
        entries: list[Any] = [
            Line2D([], [], color=shades[point], lw=1.6, label=shortened(name, 34 * columns))
            for point, name in names.items()
        ]
        if reform is not None:
            label = word("reform", language, month=reform)
            entries.append(Line2D([], [], color="black", lw=0.9, ls=(0, (4, 3)), label=label))
        replicates = county.groupby("point")["replicate"].nunique()
        note = word("band_note", language, n=numbers(replicates))
        frame(figure, title or word("band_title", language), entries, [note])
        return figure


def _years(axes: Any) -> None:
    """Label few years along the axis, and plain numbers up it."""
    locator = AutoDateLocator(minticks=3, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        ConciseDateFormatter(locator, formats=["%Y", "%Y-%m", "%d", "", "", ""], show_offset=False)
    )
    axes.tick_params(labelbottom=True)
    axes.yaxis.set_major_locator(MaxNLocator(5, min_n_ticks=3))
    if axes.get_ylim()[1] >= 1000:
        axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.margins(x=0.01)
