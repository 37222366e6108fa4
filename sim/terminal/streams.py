"""Standard output and error of the command line: any letter, any console, any reader.

Consoles and redirections have encodings of their own (GBK, cp1252, ASCII); a letter that one lacks
is written as one like it (``km2``, ``->``), else by its number. A reader may go away (``| head``).
"""

import codecs
import io
import os
import sys
import unicodedata
from typing import Any

_LIKE = {"→": "->", "←": "<-", "−": "-", "–": "-", "—": "-", "×": "x", "·": ".", "±": "+/-"}
_LIKE |= {"≤": "<=", "≥": ">=", "≈": "~", "‘": "'", "’": "'", "“": '"', "”": '"'}
#: whether a letter had to be written by its number
_short: list[bool] = []


class UnreadError(BrokenPipeError):
    """Nobody reads standard output any more."""


def prepare() -> None:
    """Make standard output and error of this process fail for no letter and no lost reader."""
    codecs.register_error("hecun", _nearest)
    for name, kind in (("stdout", _Output), ("stderr", _Heedless)):
        stream: Any = getattr(sys, name)
        if stream is None:  # closed by who started this process
            stream = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
        elif type(stream) is io.TextIOWrapper and _on_the_system(stream):
            lines = stream.line_buffering
            stream = kind(stream.buffer, stream.encoding, line_buffering=lines)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="hecun")
        setattr(sys, name, stream)


def shortfall() -> str | None:
    """Return what to say, once, of letters that were written by their number."""
    if not _short:
        return None
    _short.clear()
    lacks = f"letters that {sys.stdout.encoding} lacks are written as \\u and a number"
    return f"{lacks}; PYTHONIOENCODING=utf-8 shows them"


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Return what an encoding can hold in place of letters that it cannot."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = "".join(map(_plain, error.object[error.start : error.end]))
    if "\\" in found and not _short:
        _short.append(True)
    return found, error.end


def _plain(letter: str) -> str:
    near = _LIKE.get(letter) or unicodedata.normalize("NFKD", letter)
    ascii_only = "".join(part for part in near if part.isascii())
    return ascii_only or ascii(letter)[1:-1]


def _on_the_system(stream: Any) -> bool:
    try:
        return stream.fileno() >= 0
    except OSError:
        return False


class _Output(io.TextIOWrapper):
    """A stream that says when its reader is gone, and from then on writes to nowhere."""

    def write(self, text: str, /) -> int:
        """Write a text."""
        try:
            return super().write(text)
        except BrokenPipeError as error:
            self._gone(error)
            return len(text)

    def flush(self) -> None:
        """Hand on what is written."""
        try:
            super().flush()
        except BrokenPipeError as error:
            self._gone(error)

    def _gone(self, error: BrokenPipeError) -> None:
        self._to_nowhere()
        raise UnreadError(*error.args) from error

    def _to_nowhere(self) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


class _Heedless(_Output):
    """A stream of messages: work goes on where nobody reads them."""

    def _gone(self, error: BrokenPipeError) -> None:
        del error
        self._to_nowhere()
