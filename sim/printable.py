"""Text that came from a file, made safe to show: on a terminal, in a log, in a spreadsheet.

A terminal obeys control characters (``ESC [ 2 J`` clears it), bidirectional ones make a line read
otherwise than it is, and a spreadsheet runs a cell that begins with ``=``.
"""

import re

#: control characters but for tab and line feed; those that turn the direction of reading; halves
#: of characters; characters without width
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def hidden(text: str) -> str | None:
    """Return the name, as ``U+001B``, of the first character that must not be in a name."""
    found = _HIDDEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def printable(text: str) -> str:
    r"""Return a text with hidden characters written out (``\x1b``)."""
    return _HIDDEN.sub(lambda found: ascii(found[0])[1:-1], text)


def shortened(line: str, most: int = 200) -> str:
    """Return a line without its middle if it is longer than so many letters."""
    return line if len(line) <= most else f"{line[: most // 2]} ... {line[-most // 2 :]}"


def guarded(text: str) -> str:
    """Return a text as a cell of a CSV that no spreadsheet takes for a formula.

    One that begins with ``= + - @``, a tab or a carriage return gets an apostrophe before it (as
    OWASP advises), so does one that begins with an apostrophe before such a character: `unguarded`
    takes it away again.
    """
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def unguarded(text: str) -> str:
    """Return the text of a cell that `guarded` wrote."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA) else text
