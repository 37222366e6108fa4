"""Figures of compared runs: effects, doses, surfaces.

Every function takes a tidy frame (its columns are in the docstring) and returns a figure of one
or two journal columns; the frames are those of `sim.lab` or the reader's own.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib.ticker import MaxNLocator

from sim.errors import InputError, nearest
from sim.lab.design.contrasts import missing
from sim.model.outcomes.catalogue import OUTCOMES
from sim.report.fonts import themed
from sim.report.frame import frame, laid_out, sheet, shortened, wrapped
from sim.report.plotting import sns
from sim.words import unit_label, word
from sim.words.labels import key_label, number, outcome_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: a pandas DataFrame or Series (their type hints are narrower than what they do)
Frame = Any
GREY = "#777777"
_MARKS, _DASHES = "osD^v", ("-", "--", "-.", ":")


def need(table: Frame, columns: Sequence[str], what: str) -> None:
    """Raise `InputError` if a frame has no rows or lacks columns."""
    missing = [name for name in columns if name not in table.columns]
    if missing:
        hints = "".join(nearest(name, list(map(str, table.columns))) for name in missing[:1])
        raise InputError(
            f"{what}: the frame has no column {', '.join(missing)}{hints}; expected "
            f"{', '.join(columns)}"
        )
    if not len(table):
        raise InputError(f"{what}: the frame has no rows")


def measured(key: str, lang: str, unit: str | None = None) -> str:
    """Return an outcome's name with its unit."""
    if unit is None:
        unit = OUTCOMES[key].unit if key in OUTCOMES else ""
    if unit in ("", "1"):
        return outcome_label(key, lang)
    return word("with_unit", lang, what=outcome_label(key, lang), unit=unit_label(unit, lang))


def compared(key: str, outcome: str, lang: str, what: str = "") -> str:
    """Return a difference of an outcome, or of `what`, in the words `key`, with its unit."""
    unit = unit_label(OUTCOMES[outcome].unit if outcome in OUTCOMES else "", lang)
    return word(key, lang, what=what or outcome_label(outcome, lang), unit=unit)


def colours(count: int) -> list[Any]:
    """Return colours that colour-blind readers tell apart."""
    return list(sns.color_palette("colorblind", count))


def numbers(values: Frame) -> str:
    """Return how many (``8``, or ``6-8`` where it differs)."""
    low, high = int(values.min()), int(values.max())
    return str(low) if low == high else f"{low}–{high}"


def level_names(table: Frame, factors: Sequence[str], lang: str) -> list[str]:
    """Return what tells rows apart in words: levels of the factors that differ.

    A factor that a row's arm does not take is not named.
    """
    several = [name for name in factors if len(set(map(str, table[name]))) > 1] or factors[:1]
    names = []
    for _, row in table.iterrows():
        parts = [
            level(row[name])
            if name in ("arm", "county")
            else f"{key_label(name, lang)} {level(row[name])}"
            for name in several
            if not missing(row[name])
        ]
        names.append(", ".join(parts))
    return names


def level(value: Any) -> str:
    """Return a level as it is written."""
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")


def effect_forest(
    effects: Frame,
    lang: str = "en",
    columns: int = 2,
    against: str | None = None,
    title: str | None = None,
) -> "Figure":
    """Draw effects with their intervals, a panel an outcome, a row a contrast.

    Parameters
    ----------
    effects : DataFrame
        One row a contrast and outcome: ``outcome`` (key), ``effect``, ``low``, ``high`` (its 95 %
        interval), ``n`` (replicates); ``arm``, ``county`` or factors tell contrasts apart.
        `ExperimentResults.effects` gives it.
    lang : {"en", "zh"}
        Language.
    columns : {1, 2}
        Columns of a journal's page.
    against : str, optional
        What effects are differences from.
    title : str, optional
        Title.

    Raises
    ------
    InputError
        If the frame lacks a column.
    """
    need(effects, ("outcome", "effect", "low", "high", "n"), "effect forest")
    known = ("outcome", "unit", "reference", "effect", "low", "high", "n", "point", "against")
    known = (*known, "vr_factor", "vr_low", "vr_high")
    factors = [name for name in effects.columns if name not in known]
    keys = list(dict.fromkeys(effects["outcome"]))
    with themed(lang) as language:
        first = effects[effects["outcome"] == keys[0]]
        names = (
            level_names(first, factors, language) if factors else ["" for _ in range(len(first))]
        )
        wide = 26 if columns == 2 else 18
        names = [wrapped(shortened(name), wide) for name in names]
        down, across = laid_out(len(keys), columns)
        rows = sum(name.count("\n") + 1 for name in names)
        referred = len(keys) <= MOST_REFERENCES
        height = (0.6 if referred else 0.45) + 0.21 * rows
        figure, grid = sheet(columns, height * down + 1.15, nrows=down, ncols=across, sharey=True)
        panels = list(grid.ravel())
        for axes, key in zip(panels, keys, strict=False):
            rows_of = effects[effects["outcome"] == key]
            _forest(axes, rows_of, names, key, language, referred)
        for axes in panels[len(keys) :]:
            axes.remove()
        note = word(
            "effects_note",
            language,
            against=shortened(level(against), 40) if against else word("first_point", language),
            n=numbers(effects["n"]),
        )
        frame(figure, title or "", [], [note])
        return figure


def _forest(
    axes: "Axes", rows: Frame, names: list[str], key: str, lang: str, referred: bool
) -> None:
    """Draw one panel of the forest; with the reference's value if it is `referred` to."""
    blue = colours(1)[0]
    place = np.arange(len(rows))
    effect = rows["effect"].to_numpy(float)
    axes.axvline(0.0, color=GREY, lw=0.8, gid="zero")
    reach = np.abs(rows[["low", "high"]].to_numpy(float).T - effect)
    axes.errorbar(effect, place, xerr=reach, fmt="o", ms=4, lw=1.3, capsize=2.5, color=blue)
    axes.set_gid(key)
    axes.set_yticks(place, labels=names)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.12)
    label = wrapped(measured(key, lang), 26)
    references = rows["reference"].unique() if "reference" in rows else ()
    if referred and len(references) == 1 and np.isfinite(references[0]):
        label += f"\n{word('reference_value', lang, value=number(references[0]))}"
    axes.set_xlabel(label)
    few_ticks(axes, "x")


#: panels up to which each says what its effects are from: more have no room
MOST_REFERENCES = 8
#: columns of a heat map, for each of the page, that have room for numbers
_MOST_CELLS = 8


def few_ticks(axes: "Axes", which: Literal["x", "y"]) -> None:
    """Let an axis have few, plainly written ticks."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(4, min_n_ticks=3))
    low, high = axis.get_view_interval()
    if max(abs(low), abs(high)) >= 1000:
        axis.set_major_formatter("{x:,.0f}")
    else:
        axes.ticklabel_format(axis=which, style="plain", useOffset=False)


def dose_response(
    means: Frame,
    factor: str,
    lang: str = "en",
    columns: int = 2,
    by: str | None = None,
    title: str | None = None,
    apart: bool = False,
    rest: str = "",
) -> "Figure":
    """Draw outcomes over the levels of a factor, a panel an outcome.

    Parameters
    ----------
    means : DataFrame
        One row a level and outcome: the factor's column (numbers), ``outcome`` (key), ``mean``,
        ``low``, ``high``, ``n``, and the column `by`. `ExperimentResults.means` gives it.
    factor : str
        The factor along the axis.
    lang, columns, title
        As for `effect_forest`.
    by : str, optional
        A second factor: one line a level.
    apart : bool
        Whether ``mean`` is a paired difference from the factor's first level.
    rest : str
        The factors that are averaged over.

    Raises
    ------
    InputError
        If the frame lacks a column, or the factor's levels are no numbers.
    """
    asked = [factor, "outcome", "mean", "low", "high", "n", *([by] if by else [])]
    need(means, asked, "dose-response")
    if means[factor].dtype.kind not in "iuf":
        raise InputError(f"dose-response: the levels of {factor} are no numbers")
    keys = list(dict.fromkeys(means["outcome"]))
    with themed(lang) as language:
        down, across = laid_out(len(keys), columns)
        figure, grid = sheet(columns, 2.0 * down + 0.95, nrows=down, ncols=across)
        entries: dict[str, Any] = {}
        for axes, key in zip(grid.ravel(), keys, strict=False):
            rows = means[means["outcome"] == key]
            groups = [("", rows)] if by is None else list(rows.groupby(by, sort=True))
            shades = colours(len(groups))
            for i, (name, group) in enumerate(groups):
                line = _dose(axes, group.sort_values(factor), factor, shades[i], i, len(groups))
                if by is not None:
                    line.set_label(f"{key_label(by, language)} {shortened(level(name), 34)}")
                    entries.setdefault(str(line.get_label()), line)
            axes.set_gid(key)
            axes.set(xlabel=wrapped(key_label(factor, language), 26))
            axes.set_ylabel(wrapped(measured(key, language), 26))
            few_ticks(axes, "y")
            if apart:
                axes.axhline(0.0, color=GREY, lw=0.8, gid="zero")
        for axes in list(grid.ravel())[len(keys) :]:
            axes.remove()
        first = level(means[factor].min())
        said = {"factor": key_label(factor, language), "first": first, "n": numbers(means["n"])}
        notes = [word("apart_note" if apart else "means_note", language, **said)]
        if rest:
            names = ", ".join(key_label(name, language) for name in rest.split(", "))
            notes.append(word("averaged_note", language, rest=names))
        frame(figure, title or "", list(entries.values()), notes)
        return figure


def _dose(axes: "Axes", rows: Frame, factor: str, colour: Any, which: int, lines: int) -> Any:
    """Draw one of several lines with its intervals, set a little aside; return it."""
    x, mean = rows[factor].to_numpy(float), rows["mean"].to_numpy(float)
    aside = 0.012 * np.ptp(x) * (2 * which - lines + 1)
    reach = np.abs(rows[["low", "high"]].to_numpy(float).T - mean)
    mark, dash = _MARKS[which % len(_MARKS)], _DASHES[which % len(_DASHES)]
    bars = axes.errorbar(
        x + aside, mean, yerr=reach, fmt=mark, ls=dash, ms=3.5, lw=1.2, capsize=2, color=colour
    )
    return bars.lines[0]


def surface(
    means: Frame,
    x: str,
    y: str,
    outcome: str,
    lang: str = "en",
    columns: int = 1,
    title: str | None = None,
    apart: bool = False,
) -> "Figure":
    """Draw an outcome over two factors as a heat map with numbers.

    Parameters
    ----------
    means : DataFrame
        One row a combination: columns `x` and `y`, ``outcome``, ``mean``, ``low``, ``high``, ``n``.
    x, y : str
        Factors along the axes.
    outcome : str
        Key of the outcome.
    lang, columns, title
        As for `effect_forest`.
    apart : bool
        Whether ``mean`` is a difference: colours are then apart from 0.

    Raises
    ------
    InputError
        If the frame lacks a column or the outcome, or has several rows for a combination.
    """
    need(means, (x, y, "outcome", "mean", "low", "high", "n"), "surface")
    rows = means[means["outcome"] == outcome]
    need(rows, (x, y), f"surface of {outcome}")
    if rows.duplicated([x, y]).any():
        raise InputError(f"surface: several rows have the same {x} and {y}; average them first")
    with themed(lang) as language:
        table = rows.pivot_table("mean", y, x).sort_index(ascending=False)
        half = ((rows["high"] - rows["low"]) / 2).rename("half")
        half = rows.assign(half=half).pivot_table("half", y, x, dropna=False)
        half = half.reindex(index=table.index, columns=table.columns)
        figure, grid = sheet(columns, 0.42 * len(table) + 1.9)
        axes = grid[0, 0]
        places = _places(table.to_numpy(), half.to_numpy())
        text = [
            [_cell(m, h, places, apart) for m, h in zip(ms, hs, strict=True)]
            for ms, hs in zip(table.to_numpy(), half.to_numpy(), strict=True)
        ]
        sns.heatmap(
            table,
            ax=axes,
            **_scale(table.to_numpy(), apart),
            annot=np.array(text) if len(table.columns) <= _MOST_CELLS * columns else None,
            fmt="",
            annot_kws={"fontsize": "small" if columns == 2 else "x-small"},
            linewidths=0.5,
            cbar_kws={"label": measured(outcome, language)},
        )
        step = -(-len(table.columns) // (_MOST_CELLS * columns))
        for axis, levels, one_in in (
            (axes.xaxis, table.columns, step),
            (axes.yaxis, table.index, 1),
        ):
            places = range(0, len(levels), one_in)
            labels = [level(float(levels[i])) for i in places]
            axis.set_ticks([i + 0.5 for i in places], labels=labels, rotation=0)
        axes.set_xlabel(wrapped(key_label(x, language), 34))
        axes.set_ylabel(wrapped(key_label(y, language), 24))
        axes.set_gid(outcome)
        note = word("together_note" if apart else "surface_note", language, n=numbers(rows["n"]))
        frame(figure, title or "", [], [note])
        return figure


def _scale(values: np.ndarray, apart: bool) -> dict[str, Any]:
    """Return the colours of a heat map: of values, or of differences from 0."""
    if not apart:
        return {"cmap": "viridis"}
    most = float(np.nanmax(np.abs(values), initial=0.0)) or 1.0
    return {"cmap": "vlag", "vmin": -most, "vmax": most}


def _places(mean: np.ndarray, half: np.ndarray) -> int:
    """Return the decimals that show two digits of the widest interval."""
    size = np.nanmax(half, initial=0.0) or np.nanmax(np.abs(mean), initial=0.0) / 100 or 1.0
    return int(max(0, min(4, 1 - np.floor(np.log10(size)))))


def _cell(mean: float, half: float, places: int, apart: bool) -> str:
    """Return a mean with the half-width of its interval below it; 0 alone for its own level."""
    if apart and mean == half == 0.0:
        return "0"
    shown = f"{mean:,.{places}f}"
    return f"{shown}\n±{half:,.{places}f}" if np.isfinite(half) else shown
