"""Winners and losers: what a policy does to every old village."""

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D

from sim.lab.methods.statistics import estimate
from sim.model.outcomes.catalogue import OUTCOMES
from sim.report.effects import Frame, colours, few_ticks, level, need, numbers
from sim.report.fonts import themed
from sim.report.frame import frame, sheet, shortened
from sim.report.plotting import sns
from sim.words import unit_label, word
from sim.words.labels import outcome_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_GOLDEN = (5**0.5 - 1) / 2  # multiples of it, less whole numbers, lie evenly


def winners_losers(
    villages: Frame,
    outcome: str,
    lang: str = "en",
    columns: int = 2,
    arm: str = "",
    against: str = "",
    title: str | None = None,
) -> "Figure":
    """Draw which old villages gain and lose: their differences in order, and by kind of village.

    Parameters
    ----------
    villages : DataFrame
        One row an old village: ``effect`` (mean paired difference), ``low``, ``high`` (95 %
        interval over replicates), ``n`` (replicates), ``kind`` (absorbed, absorbing, unmerged).
        `sim.report.experiment.village_effects` gives it.
    outcome : str
        Key of the outcome.
    arm, against : str
        What is compared with what.
    lang, columns, title
        As for `effect_forest`.

    Raises
    ------
    InputError
        If the frame lacks a column.
    """
    need(villages, ("effect", "low", "high", "n", "kind"), "winners and losers")
    with themed(lang) as language:
        down = 1 if columns == 2 else 2
        figure, grid = sheet(
            columns,
            2.6 * down + 1.1,
            nrows=down,
            ncols=3 - down,
            **({"width_ratios": [1.7, 1]} if down == 1 else {}),
        )
        ranked, kinds = grid.ravel()
        entries = _ranked(ranked, villages, outcome, language)
        _by_kind(kinds, villages, outcome, language)
        unit = OUTCOMES[outcome].unit if outcome in OUTCOMES else ""
        label = word("difference", language, unit=unit_label(unit, language))
        ranked.set_ylabel(label)
        kinds.set_ylabel("" if down == 1 else label)
        least, most = ranked.get_ylim()
        kinds.set_ylim(min(least, kinds.get_ylim()[0]), max(most, kinds.get_ylim()[1]))
        ranked.set_ylim(kinds.get_ylim())
        name = _said(villages, outcome, language)
        note = word(
            "winners_note",
            language,
            arm=shortened(level(arm)),
            against=shortened(level(against), 40),
            n=numbers(villages["n"]),
        )
        frame(figure, title or name, entries, [note])
        return figure


def _directions(outcome: str) -> tuple[str, str]:
    """Return what a rise and a fall of an outcome are called."""
    less = outcome in OUTCOMES and OUTCOMES[outcome].better == "less"
    neither = outcome not in OUTCOMES or OUTCOMES[outcome].better == "neither"
    return ("higher", "lower") if neither else ("worse", "better") if less else ("better", "worse")


def _said(villages: Frame, outcome: str, lang: str) -> str:
    """Return what is found: how many villages gain, how many lose, of how many."""
    counts = [int((villages["low"] > 0).sum()), int((villages["high"] < 0).sum())]
    up, down = (word(name, lang).lower() for name in _directions(outcome))
    return word(
        "winners_said", lang, outcome=outcome_label(outcome, lang), up=up, rise=counts[0],
        down=down, fall=counts[1], of=len(villages),
    )  # fmt: skip


def _ranked(axes: "Axes", villages: Frame, outcome: str, lang: str) -> list[Any]:
    """Draw villages in the order of their differences; return the legend's entries."""
    rows = villages.sort_values("effect", kind="stable").reset_index(drop=True)
    place = np.arange(len(rows))
    effect, low, high = (rows[name].to_numpy(float) for name in ("effect", "low", "high"))
    up, down = low > 0, high < 0
    names = _directions(outcome)
    blue, orange = colours(2)
    shades = (blue, orange) if names[0] != "worse" else (orange, blue)
    entries: list[Any] = []
    unclear = (~(up | down), "#9a9a9a", "unclear")
    for which, shade, name in ((up, shades[0], names[0]), (down, shades[1], names[1]), unclear):
        axes.vlines(place[which], low[which], high[which], color=shade, lw=0.8, alpha=0.7)
        axes.plot(place[which], effect[which], "o", ms=2.4, color=shade, gid=name)
        label = word("share_count", lang, label=word(name, lang), count=int(which.sum()))
        entries.append(Line2D([], [], marker="o", ls="", ms=4, color=shade, label=label))
    axes.axhline(0.0, color="black", lw=0.8, gid="zero")
    axes.set(xlabel=word("by_rank", lang))
    axes.margins(x=0.02)
    few_ticks(axes, "y")
    return entries


def _over_villages(effects: Any) -> tuple[float, float]:
    """Return Student's 95 % interval of the mean over villages."""
    found = estimate(np.asarray(effects, dtype=np.float64))
    return found.low, found.high


def _by_kind(axes: "Axes", villages: Frame, outcome: str, lang: str) -> None:
    """Draw the differences of each kind of village with their mean and its interval."""
    kinds = [k for k in ("absorbed", "absorbing", "unmerged") if (villages["kind"] == k).any()]
    labels = {
        kind: word(kind, lang) + f"\nn = {int((villages['kind'] == kind).sum())}" for kind in kinds
    }
    rows = villages[villages["kind"].isin(kinds)]
    names = rows["kind"].map(labels)
    order = list(labels.values())
    sns.stripplot(
        x=names, y=rows["effect"], order=order, ax=axes, size=2.4, color="#b0b0b0", jitter=False
    )
    for dots in axes.collections:  # apart by a fixed pattern: seaborn's jitter is drawn anew
        places = np.asarray(dots.get_offsets())
        places[:, 0] += 0.25 * (2.0 * (np.arange(len(places)) * _GOLDEN % 1.0) - 1.0)
        dots.set_offsets(places)
    sns.pointplot(
        x=names, y=rows["effect"], order=order, ax=axes, errorbar=_over_villages,
        linestyle="none", capsize=0.15, err_kws={"linewidth": 1.4}, markersize=5,
        color=colours(1)[0],
    )  # fmt: skip
    axes.axhline(0.0, color="black", lw=0.8)
    axes.set(xlabel="")
    few_ticks(axes, "y")
