"""Text that came from a file, made safe to show: on a terminal, in a log, in a spreadsheet.

A terminal obeys control characters (``ESC [ 2 J`` clears it), bidirectional ones make a line read
otherwise than it is, and a spreadsheet runs a cell that begins with ``=``.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

#: control characters but for tab and line feed; those that turn the direction of reading; halves
#: of characters; characters without width
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
#: full-width forms that Chinese texts are meant to have
_CHINESE = frozenset("（），：；！？")
_AS_TEXT = re.compile(r'="(.*)"')
#: spaces between digits, and between Chinese letters
_LOOSE = re.compile(r"(?<=\d) (?=\d)|(?<=[^\x00-\xff]) (?=[^\x00-\xff])")
_WHOLE = re.compile(r"(\d+)\.0+|\d{1,3}(?:,\d{3})+")
_CUT = re.compile(r"\d+(\.\d+)?[eE][+-]?\d+")
_DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?|\d{1,2}:\d\d(:\d\d)?|(\d{2,4}年)?\d{1,2}月(\d{1,2}日)?"
    r"|(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*[-/. ]?\d{1,4}"
    r"|\d{1,2}[-/. ]?(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*",
    re.IGNORECASE,
)
_MISSING = frozenset(
    {"#", ".", "na", "nan", "n/a", "#n/a", "#na", "null", "nil", "<na>", "-nan"}
    | {"#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!"}
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def hidden(text: str) -> str | None:
    """Return the name, as ``U+001B``, of the first character that must not be in a name."""
    found = _HIDDEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def undecoded(text: str) -> bool:
    """Tell whether a name holds bytes that are no letters in this system's encoding."""
    return any("\ud800" <= letter <= "\udfff" for letter in text)


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


def identity(text: str) -> str:
    """Return a code or name as it is meant, whatever program or keyboard it went through.

    Full-width letters and digits become plain ones, spaces around it and within a number go, and so
    does what a spreadsheet adds to a code: ``101.0``, ``="0101"``, ``513,424``.

    >>> [identity(text) for text in ("１０１", "101.0", ' 101', '="0101"', "东镇（北）", "甲 村")]
    ['101', '101', '101', '0101', '东镇（北）', '甲村']
    """
    letters = (c if c in _CHINESE else unicodedata.normalize("NFKC", c) for c in text)
    plain = " ".join("".join(letters).split())
    if quoted := _AS_TEXT.fullmatch(plain):
        plain = quoted[1].strip()
    plain = _LOOSE.sub("", plain)
    whole = _WHOLE.fullmatch(plain)
    return (whole[1] or plain.replace(",", "")) if whole else plain


@lru_cache(maxsize=100_000)
def key(text: str) -> str:
    """Return that by which two codes or names are held to be one: case, width, leading zeros aside.

    >>> key("0101") == key("１０１"), key("东镇(北)") == key("东镇（北）"), key("0")
    (True, True, '0')
    """
    plain = unicodedata.normalize("NFKC", identity(text)).casefold()
    return (plain.lstrip("0") or "0") if plain.isdecimal() else plain


def cut(text: str) -> bool:
    """Tell whether a code is what a spreadsheet left of a long number (``5.13E+11``)."""
    return _CUT.fullmatch(text) is not None


def absent(text: str) -> bool:
    """Tell whether pandas, R, Stata or a spreadsheet takes a text for a missing value.

    >>> [absent(text) for text in ("NA", "null", "#N/A", "None", "none", "甲村")]
    [True, True, True, True, False, False]
    """
    return text == "None" or text.casefold() in _MISSING


def misread(text: str) -> str | None:
    """Return what a spreadsheet, R or Stata takes a name for, None if for a name.

    >>> [misread(text) for text in ("1e5", "007", "2020-01", "3月1日", "TRUE", "3", "1a")]
    ['a number', 'a number', 'a date', 'a date', 'true or false', None, None]
    """
    if text.casefold() in ("true", "false"):
        return "true or false"
    if _DATE.fullmatch(text):
        return "a date"
    try:
        number = float(text.rstrip("%"))
    except ValueError:
        return None
    return None if text == f"{number:.15g}" else "a number"


def as_html(title: str, rows: Iterable[tuple[str, str]]) -> str:
    """Return names and values as a small table for a notebook (``_repr_html_``)."""
    from html import escape

    cells = "".join(
        f"<tr><th style='text-align:left'>{escape(printable(name))}</th>"
        f"<td style='text-align:left'>{escape(printable(value))}</td></tr>"
        for name, value in rows
    )
    return f"<table><caption>{escape(printable(title))}</caption>{cells}</table>"
