"""Saving of figures: the same bytes for the same figure."""

from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: kinds of files, and what Matplotlib is not to write into them: its version, and the time
FORMATS: dict[str, dict[str, None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
#: dots an inch of figures for print
PRINT = 300


def save(
    figure: "Figure", to: Path | IO[bytes], dpi: int | None = PRINT, end: str = "", **options: Any
) -> None:
    """Write a figure.

    Parameters
    ----------
    figure : Figure
        What is drawn.
    to : Path or binary file
        Where to.
    dpi : int, optional
        Dots an inch; as Matplotlib has it if None.
    end : str, optional
        Of `FORMATS`; what the path ends in if not given.
    **options
        Passed to Matplotlib.
    """
    end = end or str(to).rpartition(".")[2]
    figure.savefig(to, format=end, dpi=dpi, metadata=FORMATS[end], **options)
