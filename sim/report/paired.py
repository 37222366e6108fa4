"""Paired differences: over time, from a factor's first level, of two factors together.

Every replicate meets the same luck at all design points: differences within replicates are far
surer than means beside each other.
"""

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from sim.lab.methods.intervals import quantile
from sim.lab.methods.statistics import by_world, estimate
from sim.model.outcomes.catalogue import HEADLINE
from sim.report.effects import Frame, colours, measured, numbers
from sim.report.experiment import contrast_of, factors_of, point_names, reform_month
from sim.report.fonts import themed
from sim.report.frame import frame, laid_out, sheet, shortened, wrapped
from sim.report.periods import check_outcome
from sim.report.years import mark_reform, year_axis
from sim.words import word

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.lab.store.reading import ExperimentResults

DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))


def from_first(
    results: "ExperimentResults", factors: Sequence[str], keys: Sequence[str] | None = None
) -> Frame:
    """Return paired differences from the first level of the first factor, the rest averaged.

    Parameters
    ----------
    results : ExperimentResults
        Results.
    factors : sequence of str
        Columns of the design; within each combination of levels of all but the first.
    keys : sequence of str, optional
        Outcomes; the headline ones if not given.

    Returns
    -------
    DataFrame
        One row a combination of levels and outcome: the factors, ``outcome``, ``mean``, ``low``,
        ``high`` (95 % interval of the difference, Student's t over replicates), ``n``.
    """
    keys = list(HEADLINE) if keys is None else list(keys)
    values = dict(results.by_levels(factors, keys))
    first = min(levels[0] for levels in values)
    rows = []
    for levels, found in values.items():
        base = values.get((first, *levels[1:]))
        for key in keys:
            apart = found[key] - base[key] if base else np.full(found[key].shape, np.nan)
            rows.append(_row(dict(zip(factors, levels, strict=True)), key, apart))
    return pd.DataFrame(rows)


def together(results: "ExperimentResults", x: str, y: str, outcome: str) -> Frame:
    """Return what two factors do together beyond what each does alone, from their first levels.

    Returns
    -------
    DataFrame
        As `from_first`: ``mean`` is the difference of differences within replicates.
    """
    values = {levels: found[outcome] for levels, found in results.by_levels([x, y], [outcome])}
    x0, y0 = (min(levels[i] for levels in values) for i in (0, 1))
    rows = []
    for levels, found in values.items():
        cells = [values.get(pair) for pair in ((x0, levels[1]), (levels[0], y0), (x0, y0))]
        if all(cell is not None for cell in cells):
            one, other, none = cells
            told = dict(zip((x, y), levels, strict=True))
            rows.append(_row(told, outcome, found - one - other + none))  # pyright: ignore
    return pd.DataFrame(rows)


def _row(told: dict[str, Any], key: str, apart: np.ndarray) -> dict[str, Any]:
    found = estimate(apart)
    return told | {"outcome": key} | {
        "mean": found.mean, "low": found.low, "high": found.high, "n": found.n
    }  # fmt: skip


def paired_series(
    results: "ExperimentResults",
    outcomes: Sequence[str] | None = None,
    lang: str = "en",
    columns: int = 2,
    most: int = 5,
    title: str | None = None,
) -> "Figure":
    """Draw paired effects month by month: mean difference from the baseline, 95 % intervals.

    Parameters
    ----------
    results : ExperimentResults
        Results with the county's outcomes recorded, and design points that are compared.
    outcomes : sequence of str, optional
        Outcomes; the headline ones if not given.
    lang : {"en", "zh"}
        Language.
    columns : {1, 2}
        Columns of a journal's page.
    most : int
        Contrasts drawn: the first ones.
    title : str, optional
        Title.

    Raises
    ------
    InputError
        If an outcome is not recorded, or nothing is compared.
    """
    county: Any = results.county
    keys = list(HEADLINE) if outcomes is None else list(outcomes)
    for key in keys:
        check_outcome(key, [str(name) for name in county.columns], "county.parquet")
    contrast_of(results)
    effects: Any = results.effects(list(HEADLINE[:1]))
    ran = set(county["point"])  # runs that failed left nothing
    pairs = dict.fromkeys(zip(effects["point"], effects["against"], strict=True))
    pairs = [pair for pair in pairs if ran.issuperset(pair)][:most]
    reform = reform_month(results)
    with themed(lang) as language:
        names = point_names(results, language)
        down, across = laid_out(len(keys), columns)
        figure, grid = sheet(columns, 1.75 * down + 1.1, nrows=down, ncols=across, sharex=True)
        entries: list[Any] = []
        counts = []
        for axes, key in zip(grid.ravel(), keys, strict=False):
            wide = county.pivot_table(key, "month", ["point", "replicate"], dropna=False)
            for (point, against), shade, dash in zip(
                pairs, colours(len(pairs)), cycle(DASHES), strict=False
            ):
                mean, half, n = _over_time(wide, point, against, results)
                axes.fill_between(
                    wide.index, mean - half, mean + half, color=shade, alpha=0.2, lw=0, gid="band"
                )
                axes.plot(wide.index, mean, color=shade, ls=dash, lw=1.3, gid=str(point))
                counts.append(int(n.max()))
                if axes is grid.ravel()[0]:
                    label = shortened(names[point], 34 * columns)
                    entries.append(Line2D([], [], color=shade, ls=dash, label=label))
            axes.axhline(0.0, color="black", lw=0.7, gid="zero")
            axes.set_title(wrapped(measured(key, language), 30), fontsize="medium")
            axes.set_gid(key)
            year_axis(axes)
            entries += mark_reform(axes, reform, language) if axes is grid.ravel()[0] else []
            if axes is not grid.ravel()[0]:
                mark_reform(axes, reform, language)
        for axes in list(grid.ravel())[len(keys) :]:
            axes.remove()
        against = shortened(names[pairs[0][1]], 40)
        note = word(
            "paired_note", language, against=against, n=numbers(pd.Series(counts))
        )  # fmt: skip
        frame(figure, title or "", entries, [note])
        return figure


def _over_time(
    wide: Frame, point: int, against: int, results: "ExperimentResults"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean and half-width of a paired difference, and the replicates, month by month."""
    apart = (wide[point] - wide[against]).reindex(columns=range(1, results.worlds.size + 1))
    worlds = by_world(apart.to_numpy(dtype=np.float64), results.worlds)
    n = np.isfinite(worlds).sum(axis=1)
    known = np.where(np.isfinite(worlds), worlds, 0.0)
    mean = np.where(n > 0, known.sum(axis=1) / np.maximum(n, 1), np.nan)
    square = np.where(np.isfinite(worlds), (worlds - mean[:, None]) ** 2, 0.0).sum(axis=1)
    half = quantile(np.maximum(n - 1, 1)) * np.sqrt(
        square / np.maximum(n - 1, 1) / np.maximum(n, 1)
    )
    return mean, np.where(n > 1, half, np.nan), n


def taken(results: "ExperimentResults", factors: Sequence[str]) -> str:
    """Return the factors that are averaged over, as text; '' if there are none."""
    rest = [name for name in factors_of(results) if name not in factors]
    several = [name for name in rest if len(set(map(str, results.design[name]))) > 1]
    return ", ".join(several)
