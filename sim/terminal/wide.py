"""Texts in columns of the terminal: a Chinese letter takes two."""

import re
import unicodedata

#: what is kept together: a run of plain letters, or one wide letter with the marks that follow it
_PIECES = re.compile(r"\s+|[“‘（《]*(?:[!-~·]+|[^\s!-~])[，。；：、！？）》”’]*")


def width(text: str) -> int:
    """Return the columns that a text takes."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def wrapped(text: str, columns: int) -> list[str]:
    """Return a paragraph in lines of at most so many columns; only a longer word is longer."""
    lines = [""]
    for piece in _PIECES.findall(" ".join(text.split())):
        if width(lines[-1] + piece.rstrip()) > columns and lines[-1].strip():
            lines[-1] = lines[-1].rstrip()
            lines.append("")
            piece = piece.lstrip()
        lines[-1] += piece
    return lines
