"""Saving of figures: the same bytes for the same figure."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from sim.errors import InputError
from sim.results.disk import making, remove_empty

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
    _settle(figure, dpi or figure.dpi)
    if end != "pdf":
        figure.savefig(to, format=end, dpi=dpi, metadata=FORMATS[end], **options)
        return
    from sim.report.truetype import truetype

    with truetype(figure):
        figure.savefig(to, format=end, dpi=dpi, metadata=FORMATS[end], **options)


def _settle(figure: "Figure", dpi: float) -> None:
    """Lay a figure out once, at some dots an inch, to a ten-thousandth of its size.

    The last digits of Matplotlib's layouts hang on where in memory its objects lie; what an SVG
    calls its clipping areas hangs on all digits.
    """
    if figure.get_layout_engine() is None:
        return
    screen = figure.dpi
    figure.set_dpi(dpi)
    figure.draw_without_rendering()
    figure.set_dpi(screen)
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = axes.get_position(original=True).bounds
        axes.set_position((round(left, 4), round(bottom, 4), round(width, 4), round(height, 4)))


@contextmanager
def work_folder(path: Path) -> Iterator[Path]:
    """Give a hidden folder for what is not whole yet, beside where it shall be; remove it then."""
    with making(path.parent) as made:
        part = path.with_name(f".{path.name}.part")
        shutil.rmtree(part, ignore_errors=True)  # of a process that was killed
        part.mkdir()
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)
        remove_empty(made)


def put(new: Path, folder: Path, fresh: bool) -> list[Path]:
    """Move files into a folder, made if need be; return where they are.

    Parameters
    ----------
    new : Path
        A folder of files.
    folder : Path
        Where they go.
    fresh : bool
        Whether others of their names may be replaced.

    Raises
    ------
    InputError
        If one of their names is taken by another file, before any is moved.
    """
    files = sorted(new.iterdir()) if new.is_dir() else []
    there = [folder / file.name for file in files]
    taken = [
        to for to, file in zip(there, files, strict=True) if to.exists() and not _same(to, file)
    ]
    if taken and not fresh:
        shown = ", ".join(map(str, taken))
        raise InputError(f"{shown}: is there already; give --fresh to replace it")
    if files:
        folder.mkdir(parents=True, exist_ok=True)
    for file, to in zip(files, there, strict=True):
        file.replace(to)
    return there


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and one.read_bytes() == other.read_bytes()
