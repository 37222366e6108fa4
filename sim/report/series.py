"""Outcomes over time, month by month, with the spread between old villages."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.model.outcomes.catalogue import HEADLINE
from sim.report.fonts import themed
from sim.report.frame import frame, sheet, wrapped
from sim.report.periods import check_outcome, counted, outcome_keys, periods
from sim.report.plotting import sns
from sim.report.years import month_ticks
from sim.results.reading import Results
from sim.words import unit_label, word
from sim.words.labels import outcome_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KEYS = (
    *HEADLINE,
    "reach_elderly",
    "reach_absorbed",
    "distance_km",
    "trust",
    "ventures",
)
#: units of counts: the county's value is a total, which no village's value can be compared with
TOTALS = ("cadres", "ventures", "jobs", "villages")
BAND = (0.1, 0.9)
_STACKED = 3  # panels of one column up to which each is as wide as it
_PANEL = 1.6  # inches high


def time_series(
    results: Results,
    outcomes: Sequence[str] | None = None,
    lang: str = "en",
    columns: int = 2,
) -> Figure:
    """Draw outcomes of the county month by month, one panel each, with the reform marked.

    Where an outcome is also recorded by village and the county's value is not a total, a band
    shows the 10-90 % range between the places that were villages before the reform. Nothing is
    smoothed.

    Parameters
    ----------
    results : Results
        A run's results.
    outcomes : sequence of str, optional
        Outcomes; by default the headline outcomes and five others, without those that have no
        value in this run.
    lang : {"en", "zh"}
        Language.
    columns : {1, 2}
        Columns of a journal's page.

    Returns
    -------
    Figure
        One panel an outcome, labelled by ``gid`` with its key.

    Raises
    ------
    InputError
        If the run has no such outcome.
    """
    county, stored = results.county, outcome_keys(results.county)
    keys = list(outcomes or ())
    if outcomes is None:
        keys = [key for key in KEYS if key in stored and len(county[key].dropna())]
    for key in keys:
        check_outcome(key, stored, "county.parquet")
    with themed(lang) as language:
        across = min(3, max(len(keys), 1)) if columns == 2 else 1 if len(keys) <= _STACKED else 2
        rows, narrow = -(-len(keys) // across), across > columns == 1
        figure, grid = sheet(
            columns,
            (1.3 if narrow else _PANEL) * rows + 0.9,
            nrows=max(rows, 1),
            ncols=across,
            sharex=True,
        )
        spread = _spread(results, keys)
        panels = grid.ravel().tolist()
        for axes, key in zip(panels, keys, strict=False):
            _panel(axes, results, key, spread, language, 20 if narrow else 30)
        for axes in panels[len(keys) :]:
            axes.remove()
        for axes in panels[max(len(keys) - across, 0) : len(keys)]:
            axes.tick_params(labelbottom=True)
        month_ticks(panels[0], *((2, 2) if narrow else (4, 4)))
        _explain(figure, panels[: len(keys)], results, language)
        return figure


def _spread(results: Results, keys: list[str]) -> dict[str, pd.DataFrame]:
    """Return the 10 and 90 % points between old villages by month, for outcomes that have them."""
    villages, units = results.villages, results.county.attrs["units"]
    keys = [key for key in keys if key in villages.columns and units.get(key) not in TOTALS]
    rows = villages[villages["code"].astype(str).isin(counted(results))]
    if not keys:
        return {}
    low, high = (rows.groupby("month")[keys].quantile(point).astype(float) for point in BAND)
    return {key: pd.DataFrame({"low": low[key], "high": high[key]}) for key in keys}


def _panel(
    axes: "Axes",
    results: Results,
    key: str,
    spread: dict[str, pd.DataFrame],
    lang: str,
    room: int,
) -> None:
    """Draw one outcome; its name has lines of `room` letters."""
    county = results.county
    colour = sns.color_palette("colorblind")[0]
    unit = county.attrs["units"].get(key, "")
    if key in spread:
        band = spread[key]
        axes.fill_between(
            band.index, band["low"], band["high"], color=colour, alpha=0.2, lw=0, gid="band"
        )
    known = county[county[key].notna()]
    if len(known):
        axes.plot(known["month"], known[key], color=colour, lw=1.3, gid="county")
    else:
        axes.text(0.5, 0.5, word("empty", lang), transform=axes.transAxes, ha="center")
    axes.axvline(
        float(date2num(periods(results).reform)),
        color="black",
        lw=0.9,
        ls=(0, (4, 3)),
        gid="reform",
    )
    axes.set_gid(key)
    axes.set_title(wrapped(outcome_label(key, lang), room))
    label = unit_label(unit, lang)
    if unit in TOTALS:
        label += f"\n{word('total', lang)}"
    axes.set(ylabel=label, xlabel="")
    axes.yaxis.set_major_locator(MaxNLocator(5, min_n_ticks=3))
    if axes.get_ylim()[1] >= 1000:
        axes.yaxis.set_major_formatter("{x:,.0f}")
    else:
        axes.ticklabel_format(axis="y", style="plain", useOffset=False)
    axes.margins(x=0.01)
    if unit in TOTALS:
        axes.set_ylim(bottom=0)


def _explain(figure: Figure, panels: "list[Axes]", results: Results, lang: str) -> None:
    """Add the title, the legend with the number of villages, and what kind of run it is."""
    drawn: dict[Any, Any] = {}
    for axes in panels:
        for artist in (*axes.lines, *axes.collections):
            drawn.setdefault(artist.get_gid(), artist)
    entries = []
    if "county" in drawn:
        line = drawn["county"]
        entries.append(
            Line2D([], [], color=line.get_color(), lw=1.3, label=word("county_line", lang))
        )
    if "band" in drawn:
        colour = drawn["band"].get_facecolor()[0]
        label = word("band", lang, count=len(counted(results)))
        entries.append(Patch(facecolor=colour, label=label))
    label = word("reform", lang, month=results.manifest["reform"])
    entries.append(Line2D([], [], color="black", lw=0.9, ls=(0, (4, 3)), label=label))
    note = word("one_run", lang, seed=results.manifest["seed"])
    frame(figure, "", entries, [note])
