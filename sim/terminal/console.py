"""Tables for the terminal (fitted to it, Chinese aligned) and for pipes (plain, whole)."""

import io
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from sim.printable import printable


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], title: str = "") -> str:
    """Return a table as text.

    Parameters
    ----------
    headers : sequence of str
        Column heads.
    rows : sequence of sequences of str
        Cells.
    title : str
        Line above the table.

    Returns
    -------
    str
        On a terminal fitted to its width (long cells wrap); in a pipe one line per row,
        columns at least two spaces apart, no colour.
    """
    rows = [[printable(cell).replace("\n", " ") for cell in row] for row in rows]
    text = _fitted(headers, rows) if sys.stdout.isatty() else _plain(headers, rows)
    return f"{title}\n{text}" if title else text


def command(*words: str | Path) -> str:
    """Return a command as it is typed: words with spaces or signs in quotes."""
    texts = [str(each) for each in words]
    return subprocess.list2cmdline(texts) if sys.platform == "win32" else shlex.join(texts)


def _plain(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    from rich.cells import cell_len

    lines = [list(headers), *map(list, rows)]
    widths = [max(cell_len(line[i]) for line in lines) for i in range(len(headers))]
    return "\n".join(
        "  ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _fitted(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for i, header in enumerate(headers):
        grid.add_column(Text(header), no_wrap=i == 0, overflow="fold")  # a cell is never cut
    for row in rows:
        grid.add_row(*map(Text, row))
    stream = io.StringIO()
    Console(file=stream, width=Console().width, force_terminal=False).print(grid)
    return stream.getvalue().rstrip("\n")
