"""Figures of field studies tried in worlds: power over size, and where bias comes from."""

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.lab.study.diagnosis import POWER
from sim.report.answers import table
from sim.report.effects import GREY, Frame, colours, level, need, numbers
from sim.report.experiment import design_titles
from sim.report.fonts import themed
from sim.report.frame import frame, laid_out, sheet, wrapped
from sim.words import known, unit_label, word
from sim.words.labels import outcome_label
from sim.words.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.lab.store.reading import ExperimentResults

_MARKS = "osD^v"


def power_figure(results: "ExperimentResults", lang: str = "en", columns: int = 1) -> "Figure":
    """Draw the power of each design of a study over how many villages are surveyed."""
    return power_curve(_named(results, "studies", lang), lang, columns)


def sources_figure(results: "ExperimentResults", lang: str = "en", columns: int = 2) -> "Figure":
    """Draw where the bias of each design of a study comes from."""
    studies = _named(results, "studies", lang)
    return bias_sources(_named(results, "sources", lang), studies, lang, columns)


def _named(results: "ExperimentResults", name: str, lang: str) -> Frame:
    """Return a table of the answers whose designs are called by their titles."""
    found = table(results, name, "study")
    titles = design_titles(results, lang)
    return found.assign(design=[titles.get(d, level(d)) for d in found["design"]])


def power_curve(
    studies: Frame, lang: str = "en", columns: int = 1, title: str | None = None
) -> "Figure":
    """Draw power over size, a line a design.

    Parameters
    ----------
    studies : DataFrame
        One row a design and size: ``design``, ``villages`` (surveyed, in the mean), ``power``,
        ``power_low``, ``power_high``, ``power_is`` (``power`` or ``size``), ``n`` and ``none``
        (studies with an interval and without), ``outcome``; optional ``of_counties``.
    lang, columns, title
        As for `sim.report.analysis.sobol_bars`.

    Raises
    ------
    InputError
        If the frame lacks a column.
    """
    wanted = ("design", "villages", "power", "power_low", "power_high", "power_is", "n", "none")
    wanted += ("outcome",)
    need(studies, wanted, "power curve")
    names = list(dict.fromkeys(studies["design"]))
    with themed(lang) as language:
        figure, grid = sheet(columns, 3.2 if columns == 1 else 3.8)
        axes, entries = grid[0, 0], []
        spread = float(studies["villages"].max() - studies["villages"].min()) or 10.0
        for number_, (name, colour) in enumerate(zip(names, colours(len(names)), strict=True)):
            own = studies[studies["design"] == name].sort_values("villages")
            # side by side: designs at one size would hide each other's bars
            x = own["villages"].to_numpy(float) + 0.012 * spread * (number_ - (len(names) - 1) / 2)
            y = own["power"].to_numpy(float)
            reach = np.abs(own[["power_low", "power_high"]].to_numpy(float).T - y)
            mark = _MARKS[number_ % len(_MARKS)]
            axes.errorbar(
                x, y, yerr=reach, fmt=f"{mark}-", ms=4, lw=1.4, elinewidth=0.8, capsize=2,
                color=colour,
            )  # fmt: skip
            nothing = own["power_is"].to_numpy() == "size"
            axes.plot(x[nothing], y[nothing], mark, ms=4, mfc="white", color=colour, zorder=3)
            entries.append(Line2D([], [], color=colour, marker=mark, ms=4, label=name))
        axes.axhline(POWER, color=GREY, lw=0.8, ls="--")
        entries.append(
            Line2D([], [], color=GREY, lw=0.8, ls="--", label=word("power_line", language))
        )
        axes.set_ylim(-0.02, 1.04)
        counties = "of_counties" in studies and bool(studies["of_counties"].all())
        what = word("surveyed_counties" if counties else "surveyed_villages", language)
        axes.set_xlabel(what[:1].upper() + what[1:])
        axes.set_ylabel(word("power", language))
        outcomes = _outcomes(studies, language)
        every = studies["n"] + studies["none"]
        note = word("power_note", language, outcome=outcomes, n=numbers(every))
        if (studies["power_is"] == "size").any():
            note += " " * (language == "en") + word("power_nothing", language)
        frame(figure, title or "", entries, [note])
        return figure


def bias_sources(
    sources: Frame, studies: Frame, lang: str = "en", columns: int = 2, title: str | None = None
) -> "Figure":
    """Draw what each source adds to the bias of a design, a panel a design.

    Parameters
    ----------
    sources : DataFrame
        One row a design and source, in their order: ``design``, ``source``, ``added``,
        ``added_low``, ``added_high``, ``bias``, ``bias_low``, ``bias_high``, ``n``, ``outcome``,
        ``unit``.
    studies : DataFrame
        ``design``, ``truth``: what the bias is to be held against.
    lang, columns, title
        As for `sim.report.analysis.sobol_bars`.

    Raises
    ------
    InputError
        If a frame lacks a column.
    """
    wanted = ("design", "source", "added", "added_low", "added_high", "bias", "n", "outcome")
    need(sources, wanted, "sources of bias")
    names = list(dict.fromkeys(sources["design"]))
    with themed(lang) as language:
        rows, across = laid_out(len(names), columns)
        bars = sources.groupby("design").size().reindex(names).to_numpy() + 1
        bars = [int(bars[i : i + across].max()) for i in range(0, len(bars), across)]
        tall = [0.3 * count + 0.75 for count in bars]
        figure, grid = sheet(columns, sum(tall) + 0.5, nrows=rows, ncols=across, height_ratios=tall)
        panels = list(grid.flat)
        for axes, name in zip(panels, names, strict=False):
            own = sources[sources["design"] == name]
            _panel(axes, own, language)
            axes.set_title(name, fontsize="medium")
        for axes in panels[len(names) :]:
            axes.set_visible(False)
        truths = [
            f"{name} {number(float(own['truth'].iloc[-1]), 4, sign=True).replace('-', '−')}"
            for name, own in studies.groupby("design", sort=False)
        ]
        told = {"outcome": _outcomes(sources, language)}
        told |= {"truth": "; ".join(truths), "n": numbers(sources["n"])}
        note = word("sources_note", language, **told)
        frame(figure, title or "", [], [note])
        return figure


def _outcomes(answers: Any, lang: str) -> str:
    """Return what studies ask, each once: outcomes, and states of respondents."""
    keys = dict.fromkeys(answers["outcome"])
    said = {key: outcome_label(key, lang) for key in keys}
    return word("comma", lang).join(
        known(f"cell_{key}", lang, key) if label == key else label for key, label in said.items()
    )


def _panel(axes: "Axes", own: Any, lang: str) -> None:
    """Draw the sources of one design as bars, and its bias as the last of them."""
    last = own.iloc[-1]
    added = [*own["added"], last["bias"]]
    low = [*own["added_low"], last["bias_low"]]
    high = [*own["added_high"], last["bias_high"]]
    blue, red = colours(4)[0], colours(4)[3]
    shades = [blue] * len(own) + [red]
    place = np.arange(len(added))
    start = np.concatenate(([0.0], np.cumsum(own["added"])[:-1], [0.0]))
    axes.barh(place, added, 0.6, left=start, color=shades)
    ends = start + np.asarray(added)
    reach = np.abs(np.array([low, high]) + start - ends)
    axes.errorbar(ends, place, xerr=reach, fmt="none", ecolor="#333333", lw=1, capsize=2)
    said = [word(f"cell_{name}", lang) for name in own["source"]] + [word("sources_total", lang)]
    axes.set_yticks(place, [wrapped(text, 22) for text in said])
    axes.invert_yaxis()
    axes.axvline(0.0, color="black", lw=0.8)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    unit = str(own["unit"].iloc[0])
    key = "sources_plain_x" if unit in ("", "1") else "sources_x"
    axes.set_xlabel(word(key, lang, unit=unit_label(unit, lang)))
