"""Tables for the terminal (fitted to it, Chinese aligned) and for pipes (plain, whole)."""

import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from sim.printable import printable
from sim.terminal.wide import padded, width, wrapped

#: columns that a column of a table has at least, if its cells fill them
_NARROW = 14


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
        On a terminal fitted to its width (long cells wrap; where that is too narrow, a row's cells
        stand below its first); in a pipe one line per row, columns at least two spaces apart.
    """
    rows = [[printable(cell).replace("\n", " ") for cell in row] for row in rows]
    text = _fitted(headers, rows) if sys.stdout.isatty() else _plain(headers, rows)
    return f"{title}\n{text}" if title else text


def command(*words: str | Path) -> str:
    """Return a command as it is typed: words with spaces or signs in quotes."""
    texts = [str(each) for each in words]
    return subprocess.list2cmdline(texts) if sys.platform == "win32" else shlex.join(texts)


def _plain(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [list(headers), *map(list, rows)]
    widths = [max(width(line[i]) for line in lines) for i in range(len(headers))]
    return "\n".join("  ".join(map(padded, line, widths)).rstrip() for line in lines)


def _fitted(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [list(headers), *map(list, rows)]
    columns = shutil.get_terminal_size().columns
    widths = [max(width(line[i]) for line in lines) for i in range(len(headers))]
    room = columns - 2 * len(headers)
    if widths[0] + sum(min(each, _NARROW) for each in widths[1:]) > room:
        return _stacked(headers, rows, columns)
    while sum(widths) > room:
        widths[max(range(1, len(widths)), key=widths.__getitem__)] -= 1
    text = []
    for line in lines:
        cells = zip_longest(*map(wrapped, line, widths), fillvalue="")
        text += [f" {'  '.join(map(padded, row, widths))}".rstrip() for row in cells]
        if line is lines[0]:
            text.append(f" {'─' * (sum(widths) + 2 * len(widths) - 2)}")
    return "\n".join(text)


def _stacked(headers: Sequence[str], rows: Sequence[Sequence[str]], columns: int) -> str:
    """Return a table too wide for the terminal: a row's first cell, the others by name below it."""
    text = []
    for first, *others in rows:
        said = [
            f"{head} {cell}".strip() for head, cell in zip(headers[1:], others, strict=True) if cell
        ]
        told = [""]
        for item in said:
            if told[-1] and width(told[-1]) + 2 + width(item) <= columns - 2:
                told[-1] += f"  {item}"
            else:
                told += wrapped(item, columns - 2)
        text += [*wrapped(first, columns), *(f"  {line}" for line in told)]
    return "\n".join(line for line in text if line.strip())
