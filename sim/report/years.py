"""Axes of months: few years along them, and the month of the reform."""

from typing import TYPE_CHECKING, Any

from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.words import word

if TYPE_CHECKING:
    import numpy as np


def year_axis(axes: Any) -> None:
    """Label few years along an axis, and plain numbers up it."""
    locator = AutoDateLocator(minticks=3, maxticks=5)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        ConciseDateFormatter(locator, formats=["%Y", "%Y-%m", "%d", "", "", ""], show_offset=False)
    )
    axes.tick_params(labelbottom=True)
    axes.yaxis.set_major_locator(MaxNLocator(5, min_n_ticks=3))
    if max(map(abs, axes.get_ylim())) >= 1000:
        axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.margins(x=0.01)


def mark_reform(axes: Any, reform: "np.datetime64 | None", lang: str) -> list[Any]:
    """Mark the month of the reform, where it is one; return the legend's entry."""
    if reform is None:
        return []
    style: dict[str, Any] = {"color": "black", "lw": 0.9, "ls": (0, (4, 3))}
    axes.axvline(reform.astype("datetime64[D]").astype(object), gid="reform", **style)
    return [Line2D([], [], label=word("reform", lang, month=reform), **style)]
