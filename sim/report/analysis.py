"""Figures of analyses: sensitivity, posterior, Pareto front, boxes where policies fail.

Every function takes a tidy frame whose columns its docstring names. They draw what a frame says
and know nothing of how it was made.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.outcomes.catalogue import OUTCOMES
from sim.report.effects import colours, measured, need, numbers
from sim.report.fonts import themed
from sim.report.frame import frame, sheet, wrapped
from sim.report.labels import key_label, outcome_label, unit_label, word

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def sobol_bars(
    indices: "pd.DataFrame",
    outcome: str,
    lang: str = "en",
    columns: int = 1,
    most: int = 15,
    title: str | None = None,
) -> "Figure":
    """Draw Sobol' indices with their intervals, the most influential parameter first.

    Parameters
    ----------
    indices : DataFrame
        One row a parameter and index: ``parameter`` (key), ``index`` (``first`` or ``total``),
        ``value``, ``low``, ``high`` (95 % interval), ``n`` (model runs).
    outcome : str
        Key of the outcome.
    lang : {"en", "zh"}
        Language.
    columns : {1, 2}
        Columns of a journal's page.
    most : int
        Parameters shown.
    title : str, optional
        Title.

    Raises
    ------
    InputError
        If the frame lacks a column.
    """
    need(indices, ("parameter", "index", "value", "low", "high", "n"), "Sobol bars")
    with themed(lang) as language:
        total = indices[indices["index"] == "total"].set_index("parameter")["value"]
        first = indices[indices["index"] == "first"].set_index("parameter")["value"]
        order = list((total if len(total) else first).sort_values(ascending=False).index[:most])
        names = _names(order, language, columns)
        figure, grid = sheet(columns, 0.34 * _lines(names) + 1.35)
        axes = grid[0, 0]
        entries = []
        both = len(total) > 0 and len(first) > 0
        for i, (kind, colour) in enumerate(zip(("total", "first"), colours(2), strict=True)):
            rows = indices[indices["index"] == kind].set_index("parameter").reindex(order)
            if not len(rows.dropna(subset=["value"])):
                continue
            place = np.arange(len(order)) + (0.2 * (2 * i - 1) if both else 0.0)
            value = rows["value"].to_numpy(float)
            reach = np.abs(rows[["low", "high"]].to_numpy(float).T - value)
            label = word(f"{kind}_index", language)
            height = 0.38 if both else 0.6
            bars = axes.barh(place, value, height, color=colour, label=label)
            axes.errorbar(value, place, xerr=reach, fmt="none", ecolor="#333333", lw=1, capsize=2)
            entries.append(bars)
        _name_rows(axes, names)
        axes.axvline(0.0, color="black", lw=0.8)
        axes.set_xlabel(word("index", language))
        axes.set_gid(outcome)
        name = word("sobol_title", language, outcome=outcome_label(outcome, language))
        note = word("interval_note", language, n=numbers(indices["n"]))
        frame(figure, title or name, entries, [note])
        return figure


def tornado(
    swings: "pd.DataFrame",
    outcome: str,
    lang: str = "en",
    columns: int = 1,
    most: int = 15,
    title: str | None = None,
) -> "Figure":
    """Draw what each parameter does at the ends of its range, the widest swing first.

    Parameters
    ----------
    swings : DataFrame
        One row a parameter: ``parameter`` (key), ``at_low``, ``at_high`` (change of the outcome
        with the parameter at that end), ``low``, ``high`` (the ends), ``n`` (replicates).
    outcome : str
        Key of the outcome.
    lang, columns, most, title
        As for `sobol_bars`.

    Raises
    ------
    InputError
        If the frame lacks a column.
    """
    need(swings, ("parameter", "at_low", "at_high", "low", "high", "n"), "tornado")
    with themed(lang) as language:
        width = (swings["at_high"] - swings["at_low"]).abs()
        rows = swings.loc[width.sort_values(ascending=False).index[:most]]
        names = _names(list(rows["parameter"]), language, columns)
        figure, grid = sheet(columns, 0.3 * _lines(names) + 1.35)
        axes = grid[0, 0]
        place = np.arange(len(rows))
        entries = []
        blue, orange = colours(2)
        for end, colour, aside in (("low", orange, -0.18), ("high", blue, 0.18)):
            value = rows[f"at_{end}"].to_numpy(float)
            label = word(f"at_{end}", language)
            bars = axes.barh(place + aside, value, 0.34, color=colour, label=label)
            entries.append(bars)
            for y, x, limit in zip(place + aside, value, rows[end], strict=True):
                side = "left" if x >= 0 else "right"
                axes.annotate(
                    f"{limit:g}", (x, y), xytext=(3 if x >= 0 else -3, 0), ha=side, va="center",
                    textcoords="offset points", fontsize="x-small",
                )  # fmt: skip
        _name_rows(axes, names)
        axes.axvline(0.0, color="black", lw=0.8)
        axes.margins(x=0.2)
        unit = OUTCOMES[outcome].unit if outcome in OUTCOMES else ""
        axes.set_xlabel(word("change_from", language, unit=unit_label(unit, language)))
        axes.set_gid(outcome)
        name = word("tornado_title", language, outcome=outcome_label(outcome, language))
        frame(
            figure,
            title or name,
            entries,
            [word("tornado_note", language, n=numbers(rows["n"]))],
        )
        return figure


def posterior(
    sample: "pd.DataFrame",
    ranges: "dict[str, tuple[float, float]]",
    lang: str = "en",
    columns: int = 2,
    truth: dict[str, float] | None = None,
    title: str | None = None,
) -> "Figure":
    """Draw the posterior of each parameter over its prior range.

    Parameters
    ----------
    sample : DataFrame
        One row a draw, one column a parameter (key); an optional column ``weight``.
    ranges : dict
        Parameter -> lower and upper end of its prior range.
    truth : dict, optional
        Parameter -> value that made the data, where it is known.
    lang, columns, title
        As for `sobol_bars`.

    Raises
    ------
    InputError
        If the frame lacks a column.
    """
    need(sample, list(ranges), "posterior")
    weight = sample["weight"].to_numpy(float) if "weight" in sample else np.ones(len(sample))
    with themed(lang) as language:
        import seaborn as sns

        across = min(len(ranges), 3 if columns == 2 else 1)
        down = -(-len(ranges) // across)
        figure, grid = sheet(columns, 1.65 * down + 1.0, nrows=down, ncols=across)
        panels = list(grid.ravel())
        blue, orange = colours(2)
        for axes, (key, (low, high)) in zip(panels, ranges.items(), strict=False):
            axes.axvspan(low, high, color="#e6e6e6", lw=0, gid="prior")
            values = sample[key].to_numpy(float)
            sns.kdeplot(
                x=values, weights=weight, ax=axes, color=blue, fill=True, clip=(low, high), lw=1.3
            )
            ends = _quantiles(values, weight, (0.05, 0.95))
            axes.plot(ends, [0, 0], color="black", lw=3, solid_capstyle="butt", gid="interval")
            if truth and key in truth:
                axes.axvline(truth[key], color=orange, lw=1.3, ls="--", gid="truth")
            axes.set(yticks=[], ylabel="", xlim=_widened(low, high))
            axes.spines["left"].set_visible(False)
            axes.set_xlabel("\n".join(wrapped(_with_unit(key, language), 28)))
            axes.set_gid(key)
        for axes in panels[len(ranges) :]:
            axes.remove()
        frame(
            figure,
            title or word("posterior_title", language),
            _posterior_key(blue, orange, bool(truth), language),
            [word("posterior_note", language, n=len(sample))],
        )
        return figure


def _widened(low: float, high: float) -> tuple[float, float]:
    margin = 0.05 * (high - low)
    return low - margin, high + margin


def _quantiles(values: np.ndarray, weight: np.ndarray, at: tuple[float, ...]) -> list[float]:
    """Return weighted quantiles."""
    order = np.argsort(values, kind="stable")
    share = (np.cumsum(weight[order]) - 0.5 * weight[order]) / weight.sum()
    return [float(np.interp(q, share, values[order])) for q in at]


def _posterior_key(blue: Any, orange: Any, known: bool, lang: str) -> list[Any]:
    """Return the legend's entries of the posterior."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    entries: list[Any] = [
        Patch(facecolor=blue, alpha=0.35, label=word("posterior", lang)),
        Patch(facecolor="#e6e6e6", label=word("prior", lang)),
        Line2D([], [], color="black", lw=3, label=word("interval_90", lang)),
    ]
    if known:
        entries.append(Line2D([], [], color=orange, ls="--", label=word("truth", lang)))
    return entries


def pareto(
    policies: "pd.DataFrame",
    x: str,
    y: str,
    lang: str = "en",
    columns: int = 1,
    title: str | None = None,
) -> "Figure":
    """Draw policies by two outcomes, and the front of those that nothing beats in both.

    Parameters
    ----------
    policies : DataFrame
        One row a policy: columns `x` and `y` (outcomes); optional ``label`` (shown on the front),
        ``x_low``, ``x_high``, ``y_low``, ``y_high`` (95 % intervals).
    x, y : str
        Keys of outcomes of which the catalogue says which direction is better.
    lang, columns, title
        As for `sobol_bars`.

    Raises
    ------
    InputError
        If the frame lacks a column.
    """
    need(policies, (x, y), "Pareto front")
    signs = [-1.0 if OUTCOMES[key].better == "less" else 1.0 for key in (x, y)]
    front = efficient(policies[[x, y]].to_numpy(float) * signs)
    with themed(lang) as language:
        from matplotlib.lines import Line2D

        figure, grid = sheet(columns, 3.4 if columns == 1 else 4.4)
        axes = grid[0, 0]
        blue = colours(1)[0]
        intervals = [f"{axis}_{end}" for axis in "xy" for end in ("low", "high")]
        if all(name in policies for name in intervals):
            reach = [
                np.abs(policies[[f"{a}_low", f"{a}_high"]].to_numpy(float).T - policies[key].array)
                for a, key in (("x", x), ("y", y))
            ]
            axes.errorbar(
                policies[x], policies[y], xerr=reach[0], yerr=reach[1], fmt="none", lw=0.6,
                ecolor="#bbbbbb", zorder=1,
            )  # fmt: skip
        axes.plot(
            policies[x][~front], policies[y][~front], "o", ms=3.5, color="#9a9a9a", gid="beaten"
        )
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
        frame(figure, title or word("pareto_title", language), entries, [note])
        return figure


def _corner(signs: list[float]) -> Any:
    """Return on which side the steps of the front turn, so that they enclose what is beaten."""
    return "pre" if signs[0] > 0 else "post"


def efficient(values: np.ndarray) -> np.ndarray:
    """Return which rows of values (more is better) no other row beats in one and equals in all.

    Parameters
    ----------
    values : float array (n, k)
        One row a policy.

    Returns
    -------
    bool array (n,)
    """
    as_good = (values[None] >= values[:, None]).all(axis=2)
    better = (values[None] > values[:, None]).any(axis=2)
    return ~(as_good & better).any(axis=1)


def prim_boxes(
    boxes: "pd.DataFrame",
    density: float,
    coverage: float,
    n: int,
    lang: str = "en",
    columns: int = 1,
    title: str | None = None,
) -> "Figure":
    """Draw a box of the parameters' ranges in which a policy fails.

    Parameters
    ----------
    boxes : DataFrame
        One row a restricted parameter: ``parameter`` (key), ``low``, ``high`` (the box),
        ``range_low``, ``range_high`` (the whole range).
    density, coverage : float
        Share of the box's runs that fail; share of all failures that lie in it.
    n : int
        Runs.
    lang, columns, title
        As for `sobol_bars`.

    Raises
    ------
    InputError
        If the frame lacks a column.
    """
    need(boxes, ("parameter", "low", "high", "range_low", "range_high"), "PRIM boxes")
    with themed(lang) as language:
        from matplotlib.patches import Patch

        names = _names(list(boxes["parameter"]), language, columns)
        figure, grid = sheet(columns, 0.36 * _lines(names) + 1.5)
        axes = grid[0, 0]
        place = np.arange(len(boxes))
        whole = (boxes["range_high"] - boxes["range_low"]).to_numpy(float)
        left = (boxes["low"] - boxes["range_low"]).to_numpy(float) / whole
        right = (boxes["high"] - boxes["range_low"]).to_numpy(float) / whole
        orange = colours(2)[1]
        axes.barh(place, 1.0, 0.55, color="#e6e6e6", gid="range")
        bars = axes.barh(place, right - left, 0.55, left=left, color=orange)
        for bar in bars:
            bar.set_gid("box")
        for y, a, b, (_, row) in zip(place, left, right, boxes.iterrows(), strict=True):
            for x, value, side, step in ((a, row["low"], "right", -3), (b, row["high"], "left", 3)):
                axes.annotate(
                    f"{value:.3g}", (x, y), xytext=(step, 0), textcoords="offset points", ha=side,
                    va="center", fontsize="x-small",
                )  # fmt: skip
        _name_rows(axes, names)
        axes.set(xlim=(-0.14, 1.14), xlabel=word("share_of_range", language))
        axes.set_xticks([0, 0.5, 1])
        entries = [
            Patch(facecolor=orange, label=word("in_box", language)),
            Patch(facecolor="#e6e6e6", label=word("in_range", language)),
        ]
        note = word("prim_note", language, density=density, coverage=coverage, n=n)
        frame(figure, title or word("prim_title", language), entries, [note])
        return figure


def _names(keys: list[str], lang: str, columns: int) -> list[str]:
    """Return parameters' names in lines that fit beside the bars."""
    return ["\n".join(wrapped(key_label(key, lang), 20 if columns == 1 else 36)) for key in keys]


def _lines(names: list[str]) -> float:
    """Return how many rows names take (a further line of one counts half)."""
    return sum(1 + 0.5 * name.count("\n") for name in names)


def _name_rows(axes: "Axes", names: list[str]) -> None:
    """Label horizontal bars, the first on top."""
    axes.set_yticks(range(len(names)), labels=names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)


def _with_unit(key: str, lang: str) -> str:
    """Return a parameter's name with its unit, if it has one."""
    from sim.parameters import parameters

    process, _, name = key.removeprefix("parameters.").partition(".")
    found = parameters().get(process, {}).get(name)
    if found is None or found.unit == "1":
        return key_label(key, lang)
    unit = unit_label(found.unit, lang)
    return word("with_unit", lang, what=key_label(key, lang), unit=unit)
