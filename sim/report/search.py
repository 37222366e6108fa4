"""Figures of policy search and scenario discovery: Pareto front, boxes where a policy fails.

Every function takes a tidy frame whose columns its docstring names. They draw what a frame says
and know nothing of how it was made.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.model.outcomes.catalogue import OUTCOMES
from sim.report.analysis import name_lines, name_rows, parameter_names
from sim.report.effects import Frame, colours, measured, need
from sim.report.fonts import themed
from sim.report.frame import frame, sheet
from sim.words import word
from sim.words.labels import outcome_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: policies up to which all have their intervals; of more, those on the front
MOST_INTERVALS = 30


def pareto(
    policies: Frame,
    x: str,
    y: str,
    lang: str = "en",
    columns: int = 1,
    title: str | None = None,
    others: Sequence[str] = (),
) -> "Figure":
    """Draw policies by two outcomes, and the front of those that nothing beats in both.

    Parameters
    ----------
    policies : DataFrame
        One row a policy: columns `x` and `y` (outcomes); optional ``label`` (shown on the front),
        ``x_low``, ``x_high``, ``y_low``, ``y_high`` (95 % intervals), ``allowed`` (whether it keeps
        the limits; where not, it is on no front).
    x, y : str
        Keys of outcomes of which the catalogue says which direction is better.
    lang, columns, title
        As for `sobol_bars`.
    others : sequence of str
        Further objectives of the search, which the figure does not show and its notes name.

    Raises
    ------
    InputError
        If the frame lacks a column.
    """
    need(policies, (x, y), "Pareto front")
    signs = [-1.0 if OUTCOMES[key].better == "less" else 1.0 for key in (x, y)]
    allowed = policies["allowed"].to_numpy(bool) if "allowed" in policies else None
    front = efficient(policies[[x, y]].to_numpy(float) * signs, allowed)
    beaten = ~front if allowed is None else ~front & allowed
    with themed(lang) as language:
        figure, grid = sheet(columns, 3.4 if columns == 1 else 4.4)
        axes = grid[0, 0]
        blue = colours(1)[0]
        intervals = [f"{axis}_{end}" for axis in "xy" for end in ("low", "high")]
        if all(name in policies for name in intervals):
            told = policies if len(policies) <= MOST_INTERVALS else policies[front]
            reach = [
                np.abs(told[[f"{a}_low", f"{a}_high"]].to_numpy(float).T - told[key].array)
                for a, key in (("x", x), ("y", y))
            ]
            axes.errorbar(
                told[x], told[y], xerr=reach[0], yerr=reach[1], fmt="none", lw=0.6,
                ecolor="#9a9a9a", zorder=1,
            )  # fmt: skip
        axes.plot(
            policies[x][beaten], policies[y][beaten], "o", ms=3.5, color="#9a9a9a", gid="beaten"
        )
        over = ~front & ~beaten
        axes.plot(policies[x][over], policies[y][over], "x", ms=3.5, color="#8a8a8a", gid="over")
        best = policies[front].sort_values(x)
        axes.step(best[x], best[y], where=_corner(signs), color=blue, lw=1.2, gid="front")
        axes.plot(best[x], best[y], "o", ms=5, color=blue, gid="on_front")
        for _, row in best.iterrows() if "label" in best else ():
            axes.annotate(
                str(row["label"]), (row[x], row[y]), xytext=(4, 4), textcoords="offset points",
                fontsize="x-small",
            )  # fmt: skip
        axes.set(xlabel=measured(x, language), ylabel=measured(y, language))
        axes.margins(0.1)
        entries = [
            Line2D([], [], marker="o", color=blue, label=word("on_front", language)),
            Line2D([], [], marker="o", ls="", color="#9a9a9a", label=word("beaten", language)),
        ]
        if over.any():
            label = word("over_limits", language)
            entries.append(Line2D([], [], marker="x", ls="", color="#8a8a8a", label=label))
        wishes = [
            word(
                "to_less" if sign < 0 else "to_more", language, outcome=outcome_label(key, language)
            )
            for key, sign in zip((x, y), signs, strict=True)
        ]
        note = word(
            "pareto_note", language, n=len(policies), front=int(front.sum()), x=wishes[0],
            y=wishes[1],
        )  # fmt: skip
        notes = [note]
        if others:
            names = ", ".join(outcome_label(key, language) for key in others)
            notes.append(word("pareto_others", language, others=names))
        name = word("pareto_said", language, front=int(front.sum()), n=len(policies))
        frame(figure, title or name, entries, notes)
        return figure


def _corner(signs: list[float]) -> Any:
    """Return on which side the steps of the front turn, so that they enclose what is beaten."""
    return "pre" if signs[0] > 0 else "post"


def efficient(values: np.ndarray, allowed: np.ndarray | None = None) -> np.ndarray:
    """Return which rows of values (more is better) no other row beats in one and equals in all.

    Parameters
    ----------
    values : float array (n, k)
        One row a policy.
    allowed : bool array (n,), optional
        Rows that count; the others are not efficient and beat nobody.

    Returns
    -------
    bool array (n,)
    """
    counts = np.ones(len(values), dtype=bool) if allowed is None else allowed
    as_good = (values[None] >= values[:, None]).all(axis=2)
    better = (values[None] > values[:, None]).any(axis=2)
    return counts & ~(as_good & better & counts[None]).any(axis=1)


def prim_boxes(
    boxes: Frame,
    density: float,
    coverage: float,
    n: int,
    lang: str = "en",
    columns: int = 1,
    title: str | None = None,
    unseen: float | None = None,
    fails: float | None = None,
    failure: str = "",
) -> "Figure":
    """Draw a box of the parameters' ranges in which a policy fails.

    Parameters
    ----------
    boxes : DataFrame
        One row a restricted parameter: ``parameter`` (key), ``low``, ``high`` (the box),
        ``range_low``, ``range_high`` (the whole range).
    density, coverage : float
        Share of the box's worlds that fail; share of all failures that lie in it.
    n : int
        Worlds.
    lang, columns, title
        As for `sobol_bars`.
    unseen, fails : float, optional
        Share of failures in the box in worlds that it was not made from; in all worlds.
    failure : str
        What failing is: the arm, the outcome and the bound.

    Raises
    ------
    InputError
        If the frame lacks a column.
    """
    need(boxes, ("parameter", "low", "high", "range_low", "range_high"), "PRIM boxes")
    with themed(lang) as language:
        names = parameter_names(list(boxes["parameter"]), language, columns)
        figure, grid = sheet(columns, 0.36 * name_lines(names) + 1.5)
        axes = grid[0, 0]
        place = np.arange(len(boxes))
        whole = (boxes["range_high"] - boxes["range_low"]).to_numpy(float)
        left = (boxes["low"] - boxes["range_low"]).to_numpy(float) / whole
        right = (boxes["high"] - boxes["range_low"]).to_numpy(float) / whole
        orange = colours(2)[1]
        axes.barh(place, 1.0, 0.55, color="#e6e6e6", gid="range")
        bars = axes.barh(  # with an edge: a box of one value (a form) has no width
            place, right - left, 0.55, left=left, color=orange, edgecolor=orange, lw=2.0
        )
        for bar in bars:
            bar.set_gid("box")
        for y, a, b, (_, row) in zip(place, left, right, boxes.iterrows(), strict=True):
            for x, value, side, step in ((a, row["low"], "right", -3), (b, row["high"], "left", 3)):
                axes.annotate(
                    f"{value:.3g}", (x, y), xytext=(step, 0), textcoords="offset points", ha=side,
                    va="center", fontsize="x-small",
                )  # fmt: skip
        name_rows(axes, names)
        axes.set(xlim=(-0.14, 1.14), xlabel=word("share_of_range", language))
        axes.set_xticks([0, 0.5, 1])
        entries = [
            Patch(facecolor=orange, label=word("in_box", language)),
            Patch(facecolor="#e6e6e6", label=word("in_range", language)),
        ]
        note = word("prim_note", language, density=100 * density, coverage=100 * coverage, n=n)
        notes = [note]
        if failure:
            notes.insert(0, failure)
        name = word("prim_said", language, density=100 * density)
        if unseen is not None and fails is not None:
            name = word("prim_said_unseen", language, unseen=100 * unseen, fails=100 * fails)
        frame(figure, title or name, entries, notes)
        return figure
