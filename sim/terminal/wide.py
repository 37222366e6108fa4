"""Texts in columns of the terminal: a Chinese letter takes two."""

import re
import unicodedata
from bisect import bisect_left
from functools import cache

_WIDE = r"\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60"
_WIDE += r"\U00020000-\U0003fffd"
#: kept together: a run of narrow letters, or one wide letter, with the marks that belong to it
_PIECES = re.compile(rf"\s+|[“‘（《]*(?:[^\s{_WIDE}]+|[{_WIDE}])[，。；：、！？）》”’]*")


def width(text: str) -> int:
    """Return the columns that a text takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


@cache
def _width(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def wrapped(text: str, columns: int) -> list[str]:
    """Return a paragraph in lines of at most so many columns (two or more); none is lost.

    Lines end between words and between Chinese letters, never before a mark that ends a clause.
    """
    lines = [""]
    for piece in _PIECES.findall(text.strip()):
        if width(lines[-1]) + width(piece.rstrip()) > columns and lines[-1]:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        for letter in piece if width(piece) > columns else (piece,):
            if lines[-1] and width(lines[-1]) + width(letter) > columns:
                lines.append("")
            if lines[-1] or letter.strip():
                lines[-1] += letter
    return [line.rstrip() for line in lines]


def evened(text: str, columns: int) -> list[str]:
    """Return a paragraph in as few lines as `wrapped`, of about the same length."""
    most = len(wrapped(text, columns))
    longest = max((width(piece.rstrip()) for piece in _PIECES.findall(text)), default=0)
    least = min(longest, columns)
    fits = range(least, columns)  # fewer columns are never fewer lines
    return wrapped(
        text, least + bisect_left(fits, True, key=lambda n: len(wrapped(text, n)) <= most)
    )


def padded(text: str, columns: int) -> str:
    """Return a text with spaces up to so many columns."""
    return text + " " * (columns - width(text))
