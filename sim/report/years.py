"""Axes of months: few years along them, and the month of the reform."""

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.dates import date2num, num2date
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.words import word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)  # months between ticks


def month_ticks(axes: "Axes", years: int = 4, months: int = 4) -> None:
    """Label some years along an axis of months, or months of a short run: so many at most."""
    ends = axes.get_xlim()
    first, last = (np.datetime64(num2date(end).replace(tzinfo=None), "M") for end in ends)
    every = np.arange(first, last + np.timedelta64(1, "M"))
    every = every[(date2num(every) >= ends[0]) & (date2num(every) <= ends[1])]
    for step in _STEPS:
        ticks = every[every.astype(int) % step == 0]
        if len(ticks) <= (years if step >= 12 else months):
            named = ticks.astype("datetime64[Y]") if step >= 12 else ticks
            axes.set_xticks(date2num(ticks), labels=named.astype(str).tolist())
            return


def year_axis(axes: "Axes") -> None:
    """Label few years along an axis, and plain numbers up it."""
    axes.margins(x=0.01)
    month_ticks(axes)
    axes.tick_params(labelbottom=True)
    axes.yaxis.set_major_locator(MaxNLocator(5, min_n_ticks=3))
    if max(map(abs, axes.get_ylim())) >= 1000:
        axes.yaxis.set_major_formatter("{x:,.0f}")


def mark_reform(axes: Any, reform: "np.datetime64 | None", lang: str) -> list[Any]:
    """Mark the month of the reform, where it is one; return the legend's entry."""
    if reform is None:
        return []
    style: dict[str, Any] = {"color": "black", "lw": 0.9, "ls": (0, (4, 3))}
    axes.axvline(reform.astype("datetime64[D]").astype(object), gid="reform", **style)
    return [Line2D([], [], label=word("reform", lang, month=reform), **style)]
