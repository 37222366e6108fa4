"""Frame of a figure: title, legend and notes around its panels."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text

from sim.errors import InputError
from sim.report.saving import FORMATS
from sim.terminal.wide import evened
from sim.terminal.wide import width as width_of
from sim.terminal.wide import wrapped as broken

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.artist import Artist

#: inches: width of a figure in one column of a journal's page (88 mm), and in both (180 mm)
WIDTHS = {1: 88 / 25.4, 2: 180 / 25.4}
#: inches: height of a page, which no figure exceeds (230 mm)
PAGE = 230 / 25.4
_NOTE, _ENTRY, _TITLE = 0.15, 0.17, 0.2  # inches: a line of the notes, the legend, the title
_LETTER = 0.064  # inches: an average letter of the notes (a Chinese one takes two)
_EDGE = 0.03  # inches: free on every side, besides the layout's own
_COLUMNS = 4
_SCREEN = 110  # dots an inch


class Drawing(Figure):
    """A figure that a notebook shows where it is the value of a cell.

    Matplotlib's own are shown only where `pyplot` made them, which keeps each until it is closed.
    """

    def _repr_png_(self) -> bytes:
        out = BytesIO()
        self.savefig(out, format="png", dpi=_SCREEN, metadata=FORMATS["png"])
        return out.getvalue()


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
    figure = blank(columns, height)
    grid = {"squeeze": False} | grid
    return figure, figure.subplots(**grid)


def blank(columns: int, height: float, layout: Any = "constrained") -> Figure:
    """Return an empty figure as wide as one or two columns of a journal (see `sheet`)."""
    if columns not in WIDTHS:
        raise InputError(f"columns {columns!r}: expected 1 or 2 of a journal's page")
    return Drawing(figsize=(WIDTHS[columns], height), layout=layout)


def laid_out(panels: int, columns: int) -> tuple[int, int]:
    """Return rows and columns of so many panels over one or two columns of a page."""
    most = 1 if columns == 1 else 2 if panels == 4 else 3
    across = min(panels, most)
    return -(-panels // across), across


def frame(figure: Figure, title: str, entries: "Sequence[Artist]", notes: Sequence[str]) -> None:
    """Add a title above the panels; below them a legend, and notes below the legend.

    Parameters
    ----------
    figure : Figure
        A figure with the layout ``constrained`` or ``compressed``.
    title : str
        What is found; none if ''.
    entries : sequence of Artist
        The legend's entries, each with a label.
    notes : sequence of str
        Lines of small print.
    """
    width = figure.get_figwidth()
    for entry in entries:
        entry.set_label(wrapped(str(entry.get_label()), int(width / _LETTER) - 9))
    labels = [str(entry.get_label()) for entry in entries]
    notes = [*notes, *_NOTED.get()]
    wholes = _small_print(_whole_names(figure, [*labels, *notes]), width)
    notes = [*_small_print(notes, width), *wholes]
    letters = [max(map(width_of, label.split("\n"))) + 9 for label in labels]
    columns = max(1, min(_COLUMNS, int(width / (_LETTER * max(letters, default=1)))))
    if sum(letters) * _LETTER <= width:
        columns = max(len(letters), 1)
    rows = -(-len(entries) // columns)
    lines = rows + sum(label.count("\n") for label in labels)
    title = wrapped(title, int(width / (1.8 * _LETTER)))
    further = max(len(notes) - 1, 0) * _NOTE + max(lines - 1, 0) * _ENTRY
    height = min(figure.get_figheight() + further + title.count("\n") * _TITLE, PAGE)
    figure.set_figheight(height)
    notes_top = (len(notes) * _NOTE + 0.08) / height
    panels_bottom = notes_top + (lines * _ENTRY + 0.12) / height
    if title:
        figure.suptitle(title, fontsize="large")
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
        engine.set(
            rect=(
                _EDGE / width,
                panels_bottom,
                1.0 - 2.0 * _EDGE / width,
                1.0 - panels_bottom - _EDGE / height,
            )
        )
    if not entries:
        return
    key = figure.legend(
        handles=list(entries),
        loc="lower center",
        bbox_to_anchor=(0.5, notes_top),
        ncols=-(-len(entries) // rows),
        frameon=False,
        columnspacing=1.6,
        borderaxespad=0.0,
    )
    key.set_in_layout(False)


#: what `frame` adds to the notes: of which county, window and runs a figure is
_NOTED: ContextVar[tuple[str, ...]] = ContextVar("noted", default=())


@contextmanager
def noted(*notes: str) -> Iterator[None]:
    """Let the figures that are made meanwhile have further notes."""
    was = _NOTED.set(notes)
    try:
        yield
    finally:
        _NOTED.reset(was)


def _small_print(notes: Sequence[str], width: float) -> list[str]:
    """Return notes in lines that fit into a figure's width, inches."""
    return [line for note in notes for line in wrapped(note, int(width / _LETTER)).split("\n")]


#: shortened names of figures, and the whole of each
_WHOLE: dict[str, str] = {}


def shortened(name: str, width: int = 52) -> str:
    """Return a name without its middle if it is longer than so many letters.

    `frame` writes the whole into the figure's notes.
    """
    if width_of(name) <= width:
        return name
    head, tail = broken(name, width * 2 // 3)[0], broken(name[::-1], width // 3 - 1)[0][::-1]
    short = f"{head}…{tail}"
    _WHOLE[short] = name
    return short


def _whole_names(figure: Figure, texts: "Sequence[str]") -> list[str]:
    """Return notes on the shortened names that a figure shows."""
    drawn = [text.get_text() for text in figure.findobj(Text)]
    shown = "\n".join("".join(text.split()) for text in (*drawn, *texts) if "…" in text)
    return [f"{s} = {whole}" for s, whole in _WHOLE.items() if "".join(s.split()) in shown]


def wrapped(text: str, most: int) -> str:
    """Return a text in lines of about the same length, at most so many letters each."""
    kept = text.replace(" = ", "\0=\0").replace(" %", "\0%")
    lines = (evened(paragraph, max(most, 2)) for paragraph in kept.split("\n"))
    return "\n".join(line for paragraph in lines for line in paragraph).replace("\0", " ")
