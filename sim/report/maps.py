"""Maps of one run: villages before and after the merger, and outcomes by old village."""

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import patheffects
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, to_rgb

from sim.model.outcomes.catalogue import HEADLINE
from sim.report.fonts import themed
from sim.report.frame import frame
from sim.report.ground import (
    GREY,
    PALE,
    STRONG,
    WHITE,
    Ground,
    borders,
    fill,
    ground,
    hatch,
    key_line,
    key_patch,
    offices,
    panels,
)
from sim.report.periods import check_outcome, county_mean, outcome_keys, periods, village_means
from sim.report.plotting import sns
from sim.report.regions import distinct, neighbours
from sim.results.reading import Results
from sim.words import unit_label, word
from sim.words.labels import outcome_label
from sim.words.numbers import quantity

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = 6
#: how a white line is shown on white paper
_EDGED = [patheffects.Stroke(linewidth=3.0, foreground="#9a9a9a"), patheffects.Normal()]
_SOFT = 0.45  # share of the colour-blind-safe palette's colour, the rest is white


def merger_map(results: Results, lang: str = "en", columns: int = 2) -> "Figure":
    """Draw the villages before and after the merger, side by side.

    Parameters
    ----------
    results : Results
        A run's results.
    lang : {"en", "zh"}
        Language.
    columns : {1, 2}
        Columns of a journal's page; in one the panels are one below the other.

    Returns
    -------
    Figure
        Two panels with layers named by ``gid``: ``regions``, ``townships``, ``offices``; after
        the merger also ``old``, ``outposts``, and ``left`` if any village left the class.
    """
    with themed(lang) as language:
        land = ground(results)
        figure, (before, after) = panels(land, 0.2, columns)
        towns = distinct(neighbours(land.regions(land.township)), _COLOURS)
        _soft_fill(before, land, land.each, towns[land.township], land.village)
        units = distinct(neighbours(land.regions(land.unit)), _COLOURS)
        _soft_fill(after, land, land.unit, units, land.village & ~land.left)
        borders(after, land, land.each, "old", edgecolor=WHITE, linewidth=0.4)
        borders(after, land, land.unit, "units", edgecolor=STRONG, linewidth=0.5)
        hatch(after, land, land.left, "left")
        offices(before, land.office[land.village], "offices")
        offices(after, land.office[land.seat], "offices")
        offices(after, land.office[land.outpost], "outposts")
        count = {"before": int(land.village.sum()), "after": int(land.seat.sum())}
        for axes, when, town in (
            (before, "before", land.township),
            (after, "after", land.new_township),
        ):
            borders(axes, land, town, "townships", edgecolor=STRONG, linewidth=1.6)
            axes.set_title(
                word(
                    "panel_counts",
                    language,
                    when=word(when, language),
                    villages=count[when],
                    townships=np.unique(town).size,
                )
            )
        title = word("counts" if land.merged else "no_merger", language, **count)
        notes = [word("colours", language), *land.notes(language)]
        frame(figure, title, _merger_key(land, language), notes)
        return figure


def _soft_fill(
    axes: "Axes", land: Ground, label: np.ndarray, colour: np.ndarray, village: np.ndarray
) -> None:
    """Fill regions with soft colours by number; what is no village, grey."""
    palette = np.array(sns.color_palette("colorblind", int(colour.max()) + 1))
    faces = _SOFT * palette[colour] + (1 - _SOFT)
    first = np.unique(label, return_index=True)[1]
    faces[~village[first]] = to_rgb(GREY)
    fill(axes, land, label, faces, 0.5)


def _merger_key(land: Ground, lang: str) -> "list[Artist]":
    """Return the entries of the merger map's legend."""
    dot: dict[str, Any] = {"linestyle": "none", "color": STRONG}
    entries = [
        key_line(word("township_border", lang), color=STRONG, linewidth=1.6),
        key_line(word("new_border", lang), color=STRONG, linewidth=0.5),
        key_line(word("old_border", lang), color=WHITE, linewidth=1.2, path_effects=_EDGED),
        key_line(word("office", lang), marker="o", markersize=3.5, **dot),
    ]
    if land.outpost.any():
        label = word("outpost", lang, count=int(land.outpost.sum()))
        entries.append(key_line(label, marker="^", markersize=5, markerfacecolor=WHITE, **dot))
    return entries + _odd_areas(land, lang)


def _odd_areas(land: Ground, lang: str) -> "list[Artist]":
    """Return the legend's entries of the county, and of places that are not villages (any more)."""
    entries: list[Artist] = []
    if land.natural is not None:
        entries.append(
            key_line(word("county_border", lang), color=STRONG, linewidth=land.border_width)
        )
        if land.natural.other_land:
            entries.append(key_patch(word("other_land", lang), PALE))
    if land.left.any():
        label = word("left", lang, count=int(land.left.sum()))
        entries.append(key_patch(label, hatched=True))
    if not land.village.all():
        label = word("community", lang, count=int((~land.village).sum()))
        entries.append(key_patch(label))
    return entries


def outcome_map(
    results: Results, outcome: str = HEADLINE[0], lang: str = "en", columns: int = 2
) -> "Figure":
    """Draw an outcome of old villages before and after the reform on one colour scale.

    Before: the mean of the last 12 months before the reform. After: the mean of the last 12
    months recorded. The colours' limits are the 2 % and 98 % points of both taken together.

    Parameters
    ----------
    results : Results
        A run's results.
    outcome : str
        An outcome recorded by village.
    lang : {"en", "zh"}
        Language.
    columns : {1, 2}
        Columns of a journal's page; in one the panels are one below the other.

    Returns
    -------
    Figure
        Two panels (layers ``regions`` and ``units``) and a colour bar.

    Raises
    ------
    InputError
        If the outcome is not recorded by village.
    """
    check_outcome(outcome, outcome_keys(results.villages), "villages.parquet")
    with themed(lang) as language:
        land, span = ground(results), periods(results)
        figure, axes = panels(land, 0.9, columns)
        months = {"before": span.before, "after": span.after}
        means = {
            when: village_means(results, at, [outcome]).to_numpy()[:, 0]
            for when, at in months.items()
        }
        scale, extend = scale_of(np.concatenate(list(means.values())))
        empty = False
        for panel, when, label in zip(axes, means, (land.each, land.unit), strict=True):
            values = np.full(land.village.size, np.nan)
            values[land.village] = means[when]
            empty |= bool(np.isnan(values[land.village]).any())
            fill(panel, land, land.each, scale.to_rgba(np.ma.masked_invalid(values)), 0.2)
            borders(panel, land, label, "units", edgecolor=STRONG, linewidth=0.7)
            panel.set_title(
                _mean_title(results, outcome, when, means[when], language), linespacing=1.3
            )
        hatch(axes[1], land, land.left, "left")
        unit = unit_label(results.villages.attrs["units"].get(outcome, ""), language)
        bar = figure.colorbar(scale, ax=axes, extend=extend, shrink=0.8, pad=0.02)
        if bar.ax.get_ylim()[1] >= 1000:
            bar.ax.yaxis.set_major_formatter("{x:,.0f}")
        bar.set_label(word("with_unit", language, what=outcome_label(outcome, language), unit=unit))
        title = _change_said(results, outcome, language)
        entries = [key_line(word("village_border", language), color=STRONG, linewidth=0.7)]
        entries += _odd_areas(land, language)
        if empty:
            entries.append(key_patch(word("no_value", language)))
        frame(figure, title, entries, [word("limits", language), *land.notes(language)])
        return figure


def _change_said(results: Results, key: str, lang: str) -> str:
    """Return what the figure shows: the county's value before and after."""
    span, unit = periods(results), results.county.attrs["units"].get(key, "")
    name = outcome_label(key, lang)
    if key not in results.county or not len(span.before) or not len(span.after):
        return name
    said = [quantity(county_mean(results, key, at), unit, lang) for at in (span.before, span.after)]
    return word("map_said", lang, outcome=name, before=said[0], after=said[1])


def scale_of(values: np.ndarray) -> tuple[ScalarMappable, Any]:
    """Return the colour scale of values, and at which ends some lie beyond it."""
    values = values[np.isfinite(values)]
    low, high = np.percentile(values, [2, 98]) if values.size else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    below, above = bool((values < low).any()), bool((values > high).any())
    ends = {(False, False): "neither", (True, False): "min", (False, True): "max"}
    colours = sns.color_palette("viridis", as_cmap=True).with_extremes(bad=GREY)
    return ScalarMappable(Normalize(low, high), colours), ends.get((below, above), "both")


def _mean_title(results: Results, key: str, when: str, means: np.ndarray, lang: str) -> str:
    """Return a panel's title: which months, the county's value, and how many villages."""
    months = getattr(periods(results), when)
    head = word(when, lang)
    if not len(months):
        return word("no_months", lang, when=head)
    unit = results.county.attrs["units"].get(key, "")
    return word(
        "mean_of",
        lang,
        when=head,
        first=months[0],
        last=months[-1],
        value=quantity(county_mean(results, key, months), unit, lang),
        count=int(np.isfinite(means).sum()),
    )
