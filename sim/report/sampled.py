"""Figures of sampled designs: feature scores, outcomes in pairs, parallel coordinates.

Every function takes a tidy frame whose columns its docstring names. They draw what a frame says
and know nothing of how it was made.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.model.outcomes.catalogue import OUTCOMES
from sim.report.analysis import first_said, name_lines, name_rows, parameter_names
from sim.report.effects import Frame, colours, measured, need
from sim.report.fonts import themed
from sim.report.frame import frame, sheet, wrapped
from sim.words import word
from sim.words.labels import key_label, outcome_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: lines of parallel coordinates that can be told apart
MOST_LINES = 400
#: outcomes in pairs up to which each has its name at its axes in one column
_NAMED = 3


def feature_bars(
    scores: Frame,
    outcome: str,
    lang: str = "en",
    columns: int = 1,
    most: int = 15,
    title: str | None = None,
) -> "Figure":
    """Draw how much each factor has to do with an outcome, the highest score first.

    Parameters
    ----------
    scores : DataFrame
        One row a factor: ``parameter`` (key), ``score``, ``low``, ``high``, ``idle``,
        ``explained``, ``n`` (`sim.lab.answers.features.features`).
    outcome : str
        Key of the outcome.
    lang : {"en", "zh"}
        Language.
    columns : {1, 2}
        Columns of a journal's page.
    most : int
        Factors shown.
    title : str, optional
        Title.

    Raises
    ------
    InputError
        If the frame lacks a column.
    """
    need(scores, ("parameter", "score", "low", "high", "idle", "explained", "n"), "feature scores")
    rows = scores.sort_values("score", ascending=False, kind="stable").head(most)
    with themed(lang) as language:
        names = parameter_names(list(rows["parameter"]), language, columns)
        figure, grid = sheet(columns, 0.3 * name_lines(names) + 1.5)
        axes = grid[0, 0]
        place, value = np.arange(len(rows)), rows["score"].to_numpy(float)
        reach = np.abs(rows[["low", "high"]].to_numpy(float).T - value)
        axes.barh(place, value, 0.6, color=colours(1)[0], gid="score")
        axes.errorbar(value, place, xerr=reach, fmt="none", ecolor="#333333", lw=1, capsize=2)
        idle = float(rows["idle"].iloc[0])
        axes.axvline(idle, color="black", lw=0.9, ls=(0, (4, 3)), gid="idle")
        name_rows(axes, names)
        axes.set_xlim(left=0.0)
        axes.set_xlabel(word("feature_score", language))
        axes.set_gid(outcome)
        label = word("feature_idle", language)
        entries = [Line2D([], [], color="black", lw=0.9, ls=(0, (4, 3)), label=label)]
        told = {"n": int(rows["n"].max()), "explained": 100 * float(rows["explained"].iloc[0])}
        what, order = outcome_label(outcome, language), list(rows["parameter"])
        name = first_said("feature_said", what, order, rows, language, idle)
        frame(figure, title or name, entries, [word("feature_note", language, **told)])
        return figure


def pairs(
    points: Frame,
    outcomes: Sequence[str],
    by: str | None = None,
    lang: str = "en",
    columns: int = 2,
    title: str | None = None,
) -> "Figure":
    """Draw every two outcomes against each other, a dot a design point, and each one's spread.

    Parameters
    ----------
    points : DataFrame
        One row a design point: the outcomes, and `by`.
    outcomes : sequence of str
        Keys of outcomes, two or more.
    by : str, optional
        Column whose values have colours of their own.
    lang, columns, title
        As for `feature_bars`.

    Raises
    ------
    InputError
        If the frame lacks a column.
    """
    need(points, [*outcomes, *([by] if by else [])], "pairs")
    groups = list(dict.fromkeys(points[by])) if by else [None]
    shades = dict(zip(groups, colours(len(groups)), strict=True))
    count = len(outcomes)
    numbered = columns == 1 and count > _NAMED
    with themed(lang) as language:
        names = [measured(key, language) for key in outcomes]
        side = (3.5 if columns == 1 else 7.2) / count
        figure, grid = sheet(columns, side * count + 0.9, nrows=count, ncols=count, sharex="col")
        for i, key in enumerate(outcomes):
            for j, other in enumerate(outcomes):
                axes = grid[i, j]
                if j > i:
                    axes.remove()
                    continue
                for group, shade in shades.items():
                    own = points if group is None else points[points[by] == group]
                    if i == j:
                        axes.hist(own[key].dropna(), 15, color=shade, alpha=0.55, gid="spread")
                    else:
                        axes.plot(own[other], own[key], "o", ms=2.5, mew=0, color=shade, alpha=0.7)
                _outer(axes, i, j, names, columns, numbered)
        entries = [
            Line2D([], [], ls="", label=f"{i}  {name}")
            for i, name in enumerate(names if numbered else (), 1)
        ]
        entries += [
            Line2D([], [], marker="o", ls="", color=shade, label=str(group))
            for group, shade in shades.items()
            if group is not None
        ]
        note = word("pairs_note", language, n=len(points))
        frame(figure, title or "", entries, [note])
        return figure


def _outer(
    axes: "Axes", i: int, j: int, names: Sequence[str], columns: int, numbered: bool
) -> None:
    """Label the outer axes of a matrix of panels, by numbers where there is no room for names."""
    width = max(8, (22 if columns == 1 else 44) // len(names) * 2)
    texts = [str(k) if numbered else wrapped(name, width) for k, name in enumerate(names, 1)]
    axes.tick_params(labelsize="x-small", labelbottom=i == len(names) - 1, labelleft=j == 0)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(2 if numbered else 3))
        axis.set_major_formatter("{x:,.6g}")
    if i == len(names) - 1:
        axes.set_xlabel(texts[j], fontsize="x-small")
        axes.tick_params(axis="x", rotation=90 if numbered else 0)
    if j == 0 and i > 0:
        axes.set_ylabel(texts[i], fontsize="x-small")
    if i == j:
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)


def parallel(
    points: Frame,
    factors: Sequence[str],
    outcomes: Sequence[str],
    lang: str = "en",
    columns: int = 2,
    title: str | None = None,
) -> "Figure":
    """Draw design points as lines across their factors and outcomes, coloured by the last outcome.

    Parameters
    ----------
    points : DataFrame
        One row a design point: factors (keys; numbers or names of levels) and outcomes.
    factors, outcomes : sequence of str
        Columns; the last outcome gives the colour.
    lang, columns, title
        As for `feature_bars`.

    Raises
    ------
    InputError
        If the frame lacks a column.
    """
    names = [*factors, *outcomes]
    need(points, names, "parallel coordinates")
    every = len(points)
    points = points.dropna(subset=[outcomes[-1]])
    points = points.iloc[:: max(1, -(-len(points) // MOST_LINES))]
    with themed(lang) as language:
        figure, grid = sheet(columns, 3.1 if columns == 1 else 3.6)
        axes = grid[0, 0]
        places = np.arange(len(names))
        scaled = np.column_stack([_placed(points[name]) for name in names])
        shade = scaled[:, -1]
        order = np.argsort(shade, kind="stable")  # the extreme lines on top of the middle ones
        order = order[np.argsort(np.abs(shade[order] - 0.5), kind="stable")]
        lines = LineCollection(
            [np.column_stack((places, row)) for row in scaled[order]],
            array=shade[order], cmap=mpl.colormaps["cividis"], lw=0.8, alpha=0.75, gid="points",
        )  # fmt: skip
        axes.add_collection(lines)
        for x, name in zip(places, names, strict=True):
            axes.vlines(x, 0, 1, color="#777777", lw=0.8, zorder=0)
            for y, text in _ticks(points[name]):
                axes.annotate(
                    text, (x, y), xytext=(0, 4 if y >= 0.5 else -4), textcoords="offset points",
                    ha="center", va="bottom" if y >= 0.5 else "top", fontsize="x-small",
                )  # fmt: skip
        width = max(6, (38 if columns == 1 else 84) // len(names))
        narrow = width < 12  # too narrow for words beside each other
        width = 24 if narrow else width
        axes.set_xticks(places, [_axis_name(name, language, width) for name in names])
        axes.tick_params(axis="x", length=0, labelsize="x-small", pad=9)
        for label in axes.get_xticklabels() if narrow else ():
            label.set(rotation=40, ha="right", rotation_mode="anchor")
        axes.set(yticks=[], ylim=(-0.06, 1.06), xlim=(-0.35, len(names) - 0.65))
        for spine in axes.spines.values():
            spine.set_visible(False)
        last = outcome_label(outcomes[-1], language)
        told = {"n": len(points), "all": every, "outcome": last}
        key = "parallel_note" if len(points) == every else "parallel_some"
        bar = figure.colorbar(lines, ax=axes, fraction=0.025, pad=0.02)
        bar.set_ticks([0, 1], labels=[text for _, text in _ticks(points[outcomes[-1]])][:2])
        bar.ax.tick_params(labelsize="x-small", length=0)
        bar.outline.set_visible(False)
        frame(figure, title or "", [], [word(key, language, **told)])
        return figure


def _axis_name(name: str, lang: str, width: int) -> str:
    text = measured(name, lang) if name in OUTCOMES else key_label(name, lang)
    return wrapped(text, width)


def _levels(values: Any) -> list[Any] | None:
    """Return the levels of a column without an order; None of numbers."""
    return None if values.dtype.kind in "iuf" else list(dict.fromkeys(values.dropna()))


def _placed(values: Any) -> np.ndarray:
    """Return a column between 0 and 1; names of levels evenly spaced, missing ones amid."""
    levels = _levels(values)
    numbers = values.to_numpy(float) if levels is None else pd.factorize(values)[0].astype(float)
    numbers = np.where(values.isna(), np.nan, numbers)
    low, high = np.nanmin(numbers), np.nanmax(numbers)
    spread = (numbers - low) / (high - low) if high > low else np.full(len(numbers), 0.5)
    return np.where(np.isfinite(spread), spread, 0.5)


def _ticks(values: Any) -> list[tuple[float, str]]:
    """Return places and texts along one axis: the ends of numbers, every name of a level."""
    levels = _levels(values)
    if levels is None:
        low, high = float(values.min()), float(values.max())
        return (
            [(0.0, f"{low:,.3g}"), (1.0, f"{high:,.3g}")] if high > low else [(0.5, f"{low:,.3g}")]
        )
    return [(i / max(len(levels) - 1, 1), str(level)) for i, level in enumerate(levels)]
