"""Frame of a figure: title, legend and notes around its panels."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from sim.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.artist import Artist

#: inches: width of a figure in one column of a journal's page, and in both
WIDTHS = {1: 3.5, 2: 7.2}
_NOTE, _ENTRY = 0.165, 0.22  # inches: a line of the notes, of the legend
_LETTER = 0.07  # inches: an average letter of the notes (a Chinese one takes two)
_COLUMNS = 4


def sheet(columns: int, height: float, **grid: Any) -> "tuple[Figure, np.ndarray]":
    """Return a figure as wide as one or two columns of a journal, and its panels.

    Parameters
    ----------
    columns : {1, 2}
        Columns of the page it is to take.
    height : float
        Height, inches.
    **grid : Any
        As for `Figure.subplots`.

    Raises
    ------
    InputError
        For other numbers of columns.
    """
    if columns not in WIDTHS:
        raise InputError(f"columns {columns!r}: expected 1 or 2 of a journal's page")
    figure = Figure(figsize=(WIDTHS[columns], height), layout="constrained")
    grid = {"squeeze": False} | grid
    return figure, figure.subplots(**grid)


def frame(figure: Figure, title: str, entries: "Sequence[Artist]", notes: Sequence[str]) -> None:
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
    height, width = figure.get_figheight(), figure.get_figwidth()
    notes = [line for note in notes for line in wrapped(note, int(width / _LETTER))]
    room = int(width / (1.8 * _LETTER))
    title = "\n".join(wrapped(title, room))
    notes_top = (len(notes) * _NOTE + 0.08) / height
    letters = [len_of(str(entry.get_label())) + 9 for entry in entries]
    columns = max(1, min(_COLUMNS, int(width / (_LETTER * max(letters, default=1)))))
    if sum(letters) * _LETTER <= width:
        columns = max(len(letters), 1)
    lines = -(-len(entries) // columns)
    panels_bottom = notes_top + (lines * _ENTRY + 0.12) / height
    figure.suptitle(title, fontsize="x-large" if width > WIDTHS[2] else "large")
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
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0.0, panels_bottom, 1.0, 1.0 - panels_bottom))
    if not entries:
        return
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


def len_of(text: str) -> int:
    """Return how wide a text is, in letters; a Chinese character takes two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def shortened(text: str, width: int) -> str:
    """Return a text cut to so many letters, its end marked where something is missing."""
    return text if len_of(text) <= width else wrapped(text, width - 1)[0] + "…"


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most so many letters, broken at spaces or Chinese characters."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in re.findall(
            r"[⺀-\U0010ffff][，。；：、）”]?|[^\s⺀-\U0010ffff]+\s*|\s+", paragraph
        ):
            if line and len_of(line + word.rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += word
        lines.append(line.rstrip())
    return lines
