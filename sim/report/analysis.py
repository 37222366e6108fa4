"""Figures of sensitivity and calibration: Sobol' indices, tornado, posterior.

Every function takes a tidy frame whose columns its docstring names. They draw what a frame says
and know nothing of how it was made.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.model.parameters import parameters
from sim.report.effects import Frame, colours, compared, few_ticks, need, numbers
from sim.report.fonts import themed
from sim.report.frame import frame, laid_out, sheet, shortened, wrapped
from sim.words import unit_label, word
from sim.words.labels import key_label, number, outcome_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


#: parameters of a posterior up to which each has the whole width of one column
_STACKED = 3


def sobol_bars(
    indices: Frame,
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
        names = parameter_names(order, language, columns)
        figure, grid = sheet(columns, 0.34 * name_lines(names) + 1.35)
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
        name_rows(axes, names)
        axes.axvline(0.0, color="black", lw=0.8)
        axes.set_xlabel(word("index", language))
        axes.set_gid(outcome)
        told = indices[indices["index"] == ("total" if len(total) else "first")]
        told = told.set_index("parameter").loc[order]
        name = first_said("sobol_said", outcome_label(outcome, language), order, told, language)
        notes = [word("interval_note", language, n=numbers(indices["n"]))]
        if float((indices["high"] - indices["low"]).max()) > 1.0:
            notes.append(word("interval_wide", language))
        frame(figure, title or name, entries, notes)
        return figure


def first_said(
    key: str, what: str, order: list[str], rows: Frame, lang: str, floor: float = -np.inf
) -> str:
    """Return in words which parameter comes first, or that this is not told apart.

    Parameters
    ----------
    key : str
        Words that name the first.
    what : str
        What it is of.
    order : list of str
        Keys of parameters, the largest first.
    rows : DataFrame
        Their intervals ``low`` and ``high``, in that order.
    lang : {"en", "zh"}
        Language.
    floor : float
        What a parameter without influence reaches.
    """
    low, high = (rows[end].to_numpy(float) for end in ("low", "high"))
    if not low[0] > max(floor, high[1:].max(initial=-np.inf)):
        return word("first_open", lang, outcome=what)
    return word(key, lang, outcome=what, first=key_label(order[0], lang))


def tornado(
    swings: Frame,
    outcome: str,
    lang: str = "en",
    columns: int = 1,
    most: int = 15,
    title: str | None = None,
    what: str = "",
) -> "Figure":
    """Draw what each parameter does at the ends of its range, the widest swing first.

    Parameters
    ----------
    swings : DataFrame
        One row a parameter: ``parameter`` (key), ``at_low``, ``at_high`` (change of the outcome
        with the parameter at that end), ``low``, ``high`` (the ends, numbers or names), ``n``
        (replicates); optional ``at_low_low``, ``at_low_high``, ``at_high_low``, ``at_high_high``
        (95 % intervals), ``reference`` (the outcome with nothing changed).
    outcome : str
        Key of the outcome.
    lang, columns, most, title
        As for `sobol_bars`.
    what : str
        What changes, in words; the outcome if not given.

    Raises
    ------
    InputError
        If the frame lacks a column.
    """
    need(swings, ("parameter", "at_low", "at_high", "low", "high", "n"), "tornado")
    with themed(lang) as language:
        ends = swings[["at_low", "at_high"]].assign(none=0.0)  # both ends may be on one side
        width = ends.max(axis=1) - ends.min(axis=1)
        rows = swings.loc[width.sort_values(ascending=False).index[:most]]
        names = parameter_names(list(rows["parameter"]), language, columns)
        figure, grid = sheet(columns, 0.3 * name_lines(names) + 1.35)
        axes = grid[0, 0]
        place = np.arange(len(rows))
        entries = []
        blue, orange = colours(2)
        for end, colour, aside in (("low", orange, -0.18), ("high", blue, 0.18)):
            value = rows[f"at_{end}"].to_numpy(float)
            label = word(f"at_{end}", language)
            bars = axes.barh(place + aside, value, 0.34, color=colour, label=label)
            entries.append(bars)
            ends = np.column_stack((value, value))
            if f"at_{end}_low" in rows:
                ends = rows[[f"at_{end}_low", f"at_{end}_high"]].to_numpy(float)
                ends = np.where(np.isfinite(ends), ends, value[:, None])
                reach = np.abs(ends.T - value)
                where = place + aside
                axes.errorbar(value, where, xerr=reach, fmt="none", ecolor="#333333", capsize=1.5)
            for y, x, limit, far in zip(place + aside, value, rows[end], ends, strict=True):
                right = bool(x >= 0)
                axes.annotate(
                    limit if isinstance(limit, str) else f"{limit:g}",
                    (far[int(right)], y),
                    xytext=(3 if right else -3, 0),
                    ha="left" if right else "right",
                    va="center",
                    textcoords="offset points",
                    fontsize="x-small",
                )
        name_rows(axes, names)
        axes.axvline(0.0, color="black", lw=0.8)
        ends = [*rows["low"], *rows["high"]]
        longest = max(len(end) if isinstance(end, str) else 5 for end in ends)
        axes.margins(x=min(1.0, 0.08 * longest / columns))
        few_ticks(axes, "x")
        label = wrapped(compared("change_of", outcome, language, what), 34 * columns)
        if "reference" in rows:
            value = number(float(rows["reference"].iloc[0])).replace("-", "−")
            label += f"\n{word('reference_value', language, value=value)}"
        axes.set_xlabel(label)
        axes.set_gid(outcome)
        frame(
            figure,
            title or "",
            entries,
            [
                word("tornado_note", language, n=numbers(rows["n"])),
                *([word("tornado_intervals", language)] if "at_low_low" in rows else []),
            ],
        )
        return figure


def posterior(
    sample: Frame,
    ranges: dict[str, tuple[float, float]],
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
        down, across = laid_out(len(ranges), columns)
        if columns == 1 and len(ranges) > _STACKED:
            down, across = -(-len(ranges) // 2), 2
        wide = 28 if across <= columns else 22
        names = {key: wrapped(_with_unit(key, language), wide) for key in ranges}
        tall = 1.1 + 0.14 * max(name.count("\n") for name in names.values())
        figure, grid = sheet(columns, tall * down + 1.0, nrows=down, ncols=across)
        panels = list(grid.ravel())
        blue, orange = colours(2)
        narrowed, tallest = 0, 2.0
        for axes, (key, (low, high)) in zip(panels, ranges.items(), strict=False):
            axes.fill_between([low, high], [1.0, 1.0], color="#e6e6e6", lw=0, gid="prior")
            values = sample[key].to_numpy(float)
            x, density = smoothed(values, weight, low, high)
            density = density * (high - low)  # times the prior's
            tallest = max(tallest, float(density.max(initial=0.0)))
            axes.fill_between(x, density, color=blue, alpha=0.25, lw=0)
            axes.plot(x, density, color=blue, lw=1.3, gid="density")
            ends = _quantiles(values, weight, (0.05, 0.95))
            narrowed += ends[1] - ends[0] < 0.5 * 0.9 * (high - low)
            axes.plot(ends, [0, 0], color="black", lw=3, solid_capstyle="butt", gid="interval")
            if truth and key in truth:
                axes.axvline(truth[key], color=orange, lw=1.3, ls="--", gid="truth")
            axes.set(yticks=[], ylabel="", xlim=_widened(low, high))
            axes.spines["left"].set_visible(False)
            axes.set_xlabel(names[key])
            axes.xaxis.set_major_locator(MaxNLocator(3))
            axes.set_gid(key)
        for axes in panels[: len(ranges)]:
            axes.set_ylim(0, 1.05 * tallest)  # one scale: what is learnt of each can be compared
        for axes in panels[len(ranges) :]:
            axes.remove()
        frame(
            figure,
            title or word("posterior_said", language, narrowed=narrowed, of=len(ranges)),
            _posterior_key(blue, orange, bool(truth), language),
            [word("posterior_note", language, n=len(sample))],
        )
        return figure


def smoothed(
    values: np.ndarray, weight: np.ndarray, low: float, high: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return a kernel density between bounds, reflected there: flat where values are evenly spread.

    Without reflection every density would fall towards the ends of its range, whatever the values.
    """
    from scipy.stats import gaussian_kde

    x = np.linspace(low, high, 200)
    if not np.ptp(values) > 0.0:  # nothing to smooth
        return x, np.zeros_like(x)
    kernel = gaussian_kde(values, weights=weight)
    return x, kernel(x) + kernel(2.0 * low - x) + kernel(2.0 * high - x)


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
    entries: list[Any] = [
        Patch(facecolor=blue, alpha=0.35, label=word("posterior", lang)),
        Patch(facecolor="#e6e6e6", label=word("prior", lang)),
        Line2D([], [], color="black", lw=3, label=word("interval_90", lang)),
    ]
    if known:
        entries.append(Line2D([], [], color=orange, ls="--", label=word("truth", lang)))
    return entries


def parameter_names(keys: list[str], lang: str, columns: int) -> list[str]:
    """Return parameters' names in lines that fit beside the bars."""
    wide = 20 if columns == 1 else 36
    return [wrapped(shortened(key_label(key, lang), 3 * wide), wide) for key in keys]


def name_lines(names: list[str]) -> float:
    """Return how many rows names take (a further line of one counts half)."""
    return sum(1 + 0.5 * name.count("\n") for name in names)


def name_rows(axes: "Axes", names: list[str]) -> None:
    """Label horizontal bars, the first on top."""
    axes.set_yticks(range(len(names)), labels=names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)


def _with_unit(key: str, lang: str) -> str:
    """Return a parameter's name with its unit, if it has one."""
    process, _, name = key.removeprefix("parameters.").partition(".")
    found = parameters().get(process, {}).get(name)
    if found is None or found.unit == "1":
        return key_label(key, lang)
    unit = unit_label(found.unit, lang)
    return word("with_unit", lang, what=key_label(key, lang), unit=unit)
