"""Chinese for what is written in English where it arises: errors, help, lines on the way.

`sim/words/chinese` holds pairs: an English text as the code has it, fields in braces, and below it,
indented, the Chinese. A text is found by its pair; one that is put together of several, or around
what a user wrote, part by part.
"""

import re
from functools import cache
from pathlib import Path
from string import Formatter
from typing import NamedTuple

from sim.words.lookup import WORDS

_FOLDER = Path(__file__).parent / "chinese"
#: what stands between the parts of a message, and the same in Chinese
_BETWEEN = ((": ", "："), ("; ", "；"), (" or ", " 或 "), (" and ", " 和 "), (", ", "，"))
#: parts within parts that are looked at; letters of a message that are
_DEEP, _MOST = 8, 20_000
_QUANTITY = re.compile(r"(-?[\d.,]+) (\S+)")


class _Pair(NamedTuple):
    """An English text with fields: how it begins, its longest fixed part, all of it; its Chinese.

    A text that does not have the first two is not tried against the third.
    """

    start: str
    fixed: str
    pattern: str
    chinese: str

    def fits(self, text: str) -> re.Match[str] | None:
        """Return how a text is this one, None if it is not."""
        if not text.startswith(self.start) or self.fixed not in text:
            return None
        return re.fullmatch(self.pattern, text, re.DOTALL if "\n" in self.pattern else 0)


@cache
def pairs() -> dict[str, str]:
    """Return the Chinese of every text that has one, both with fields in braces."""
    found: dict[str, str] = {}
    for file in sorted(_FOLDER.glob("*.txt")):
        english = ""
        for line in file.read_text("utf-8").splitlines():
            text = line.replace("\\n", "\n").strip("\n")
            if line.startswith("  "):
                found[english] = text[2:].strip("\n")
            elif not line.startswith("# "):
                english = text
    return found


@cache
def _known() -> tuple[dict[str, str], list[_Pair]]:
    """Return the texts without fields, and those with them, the most particular first."""
    plain, fielded = {}, []
    for english, there in pairs().items():
        parts = list(Formatter().parse(english))
        fixed = [text for text, *_ in parts]
        if all(name is None for _, name, _, _ in parts):
            plain[english.format()] = there.format()
            continue
        pattern = "".join(
            re.escape(text) + ("" if name is None else f"(?P<{name}>.*?)")
            for text, name, _, _ in parts
        )
        fielded.append((len("".join(fixed)), _Pair(fixed[0], max(fixed, key=len), pattern, there)))
    return plain, [pair for _, pair in sorted(fielded, key=lambda one: -one[0])]


def chinese(text: str) -> str:
    """Return a message in Chinese; what of it has none stays as it is.

    Parameters
    ----------
    text : str
        One line or several, the fields filled in.
    """
    if len(text) > _MOST:
        return text
    found = _whole(text, 0)
    return "\n".join(map(_line, text.split("\n"))) if found is None else found


def _line(line: str) -> str:
    bare = line.lstrip(" ")
    return line[: len(line) - len(bare)] + _part(bare, 0)


def _part(text: str, depth: int) -> str:
    """Return a part of a message in Chinese: as a whole, else piece by piece."""
    if depth > _DEEP or not re.search("[A-Za-z]{2}", text):
        return text
    found = _whole(text, depth)
    if found is not None:
        return found
    for between, there in _BETWEEN:
        if between in text:
            found = _cut(text, between, there, depth + 1)
            if found != text:
                return found
    if text.endswith(")") and " (" in text:
        head, _, inner = text[:-1].rpartition(" (")
        now, within = _part(head, depth + 1), _part(_quantity(inner), depth + 1)
        if (now, within) != (head, inner):
            return f"{now}（{within}）"
    return _quantity(text)


def _cut(text: str, between: str, there: str, depth: int) -> str:
    """Return a text in Chinese that is two with something between, itself if none is known."""
    for cut in re.finditer(re.escape(between), text):
        head, tail = text[: cut.start()], text[cut.end() :]
        end = _whole(tail, depth)
        if end is not None:
            return f"{_part(head, depth)}{there}{end}"
        begin = _whole(head, depth)
        if begin is not None:
            return f"{begin}{there}{_part(tail, depth)}"
    head, _, tail = text.partition(between)
    end = _part(tail, depth)
    return text if end == tail else f"{_part(head, depth)}{there}{end}"


def _whole(text: str, depth: int) -> str | None:
    """Return a text in Chinese by its pair, None if it has none."""
    plain, fielded = _known()
    if text in plain:
        return plain[text]
    for pair in fielded:
        met = pair.fits(text)
        if met is not None:
            fields = {name: _part(value, depth + 1) for name, value in met.groupdict().items()}
            return pair.chinese.format(**fields)
    return None


def _quantity(text: str) -> str:
    """Return a unit, or a number with one, in Chinese."""
    met = _QUANTITY.fullmatch(text)
    number, unit = met.groups() if met else ("", text)
    if f"unit_{unit}" not in WORDS or (not met and unit in ("code", "h", "km")):
        return text
    return f"{number} {WORDS[f'unit_{unit}'][1]}".strip()
