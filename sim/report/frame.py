"""What stands around the panels of a figure: title, legend, notes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

_NOTE, _ENTRY = 0.165, 0.22  # inches: a line of the notes, of the legend
_COLUMNS = 4


def frame(figure: "Figure", title: str, entries: "Sequence[Artist]", notes: Sequence[str]) -> None:
    """Add a title above the panels; below them a legend, and notes below the legend.

    Parameters
    ----------
    figure : Figure
        A figure with the layout ``constrained`` or ``compressed``.
    title : str
        Title.
    entries : sequence of Artist
        The legend's entries, each with a label.
    notes : sequence of str
        Lines of small print.
    """
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    height = figure.get_figheight()
    notes_top = (len(notes) * _NOTE + 0.08) / height
    lines = -(-len(entries) // _COLUMNS)
    panels_bottom = notes_top + (lines * _ENTRY + 0.12) / height
    figure.suptitle(title, fontsize="x-large")
    figure.text(
        0.5,
        0.04 / height,
        "\n".join(notes),
        ha="center",
        va="bottom",
        color="#555555",
        fontsize="small",
        linespacing=1.3,
    )
    key = figure.legend(
        handles=list(entries),
        loc="lower center",
        bbox_to_anchor=(0.5, notes_top),
        ncols=-(-len(entries) // lines),
        frameon=False,
        columnspacing=1.6,
        borderaxespad=0.0,
    )
    key.set_in_layout(False)
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0.0, panels_bottom, 1.0, 1.0 - panels_bottom))
