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
_BETWEEN = ((": ", "："), ("; ", "；"), (" or ", " 或 "), (" and ", " 和 "), (", ", "、"))
#: parts within parts that are looked at; letters of a message that are
_DEEP, _MOST = 14, 20_000
#: a field beside another is a hint, told by how it begins
_HINT = r"(?:(?:[;,] | \(| - | (?:above|of at least|and|more) ).*?)?"
#: patterns of fields by how they are called: a key, a number, a unit, how to mend it
_NAMED = {"dotted": r"\S+?", "low": r"[\d.,e+-]+", "high": r"[\d.,e+-]+", "unit": ".*?"}
_NAMED |= {"counted": "(?:whole )?number", "plural": "s?", "none": "(?:, none .*?)?"}
_NAMED |= {"bound": r"(?: above 0| of at least 0)?(?: and at most [\d,.]+)?"}
_NAMED |= {"policies": r"no policy|[\w#:.]+(?:, [\w#:.]+)*"}
_NAMED |= dict.fromkeys(("mend", "percent", "options", "plan_said"), "(?:; .*?)?")
#: where something is wrong: a file, its line or row, a key, an option
_PLACE = re.compile(r"(--set [^\s=]+=\S*|[^\s:]\S*?(?::row \d+)?(?:, column [^:]+)?): (?=\S)")
#: the same in a text with fields
_FIRST = re.compile(r"\{\w+\}(?::(?:row )?[\w{}]+)*(?:, column [^:]+)?: ")
_CHOICE = re.compile(r"('[^']*'|[\w.-]+)( (or|and) ('[^']*'|[\w.-]+))+")
_SPAN = re.compile(r"([\d.,-]+) to ([\d.,-]+)")


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
            text = line.replace("\\n", "\n")
            if line.startswith("  "):
                found[english] = text[2:].strip("\n")
            elif not line.startswith("# "):
                english = text.strip("\n")
    return found


def stored(text: str, lang: str) -> str:
    """Return in a language a text that a table of the project holds in English."""
    return pairs().get(text, text) if lang == "zh" else text


@cache
def _known() -> tuple[dict[str, str], list[_Pair]]:
    """Return the texts without fields, and those with them, the most particular first."""
    every = pairs()
    for english, there in pairs().items():
        first = _FIRST.match(english)
        what = english[first.end() :] if first else ""
        if re.sub(r"\{.*?\}", "", what) and there.startswith("{"):  # without where
            every = {what: there.partition("：")[2]} | every
    plain, fielded = {}, []
    for english, there in every.items():
        parts = list(Formatter().parse(english))
        fixed = [text for text, *_ in parts]
        if all(name is None for _, name, _, _ in parts):
            plain[english.format()] = there.format()
            continue
        pattern = "".join(
            re.escape(text) + ("" if name is None else _field(name, bool(text) or not at))
            for at, (text, name, _, _) in enumerate(parts)
        )
        fielded.append((len("".join(fixed)), _Pair(fixed[0], max(fixed, key=len), pattern, there)))
    return plain, [pair for _, pair in sorted(fielded, key=lambda one: -one[0])]


def _field(name: str, alone: bool) -> str:
    """Return the pattern of a field, by what it is called and whether a fixed text is before it."""
    named = next((found for begins, found in _NAMED.items() if name.startswith(begins)), None)
    return f"(?P<{name}>{named or ('.*?' if alone else _HINT)})"


def chinese(text: str) -> str:
    """Return a message in Chinese; what of it has none stays as it is.

    Parameters
    ----------
    text : str
        One line or several, the fields filled in.
    """
    if len(text) > _MOST:
        return text
    if "\n" in text and (found := _whole(text, 0)) is not None:
        return found
    return "\n".join(map(_line, text.split("\n")))


def _line(line: str) -> str:
    """Return a line in Chinese: where, and what."""
    rest = line.lstrip(" ")
    lead, colon = line[: len(line) - len(rest)], ": "
    while (place := _PLACE.match(rest)) and _whole(rest, 0, begins=True) is None:
        named = re.sub(r":row (\d+)", r":第 \1 行", place[1])
        named = re.sub(r", column (.+)", r"，\1 列", named)
        lead, rest = f"{lead}{named}{colon}", rest[place.end() :]
        colon = "："
    return lead + _part(rest, 0).replace("？；", "？")


def _part(text: str, depth: int) -> str:
    """Return a part of a message in Chinese: as a whole, else piece by piece."""
    if depth > _DEEP or not re.search("[A-Za-z]{2}", text):
        return text
    found = _whole(text, depth)
    if found is not None:
        return found
    head, _, inner = text[:-1].rpartition(" (") if text.endswith(")") else ("", "", "")
    if head and (found := _whole(head, depth + 1)) is not None:
        return found + _aside(inner, depth + 1)
    for between, there in _BETWEEN:
        if 0 < text.count(between) < _DEEP:
            found = _cut(text, between, there, depth + 1)
            if found != text:
                return found
    if not head:
        return text
    now, within = _part(head, depth + 1), _aside(inner, depth + 1)
    return text if (now, within) == (head, f"（{inner}）") else now + within


def _cut(text: str, between: str, there: str, depth: int) -> str:
    """Return a text in Chinese that is two with something between, itself if none is known."""
    for cut in re.finditer(re.escape(between), text):
        head, tail = text[: cut.start()], text[cut.end() :]
        end = _whole(f"{between}{tail}", depth)
        if end is not None:
            return f"{_part(head, depth)}{end}"
        end = _whole(tail, depth)
        if end is not None:
            return f"{_part(head, depth)}{there}{end}"
        begin = _whole(head, depth)
        if begin is not None:
            return f"{begin}{there}{_part(tail, depth)}"
    head, _, tail = text.partition(between)
    end = _part(tail, depth)
    return text if end == tail else f"{_part(head, depth)}{there}{end}"


def _aside(text: str, depth: int) -> str:
    """Return in Chinese what stands in parentheses: a unit, or anything else."""
    found = _whole(f" ({text})", depth)
    if found is not None:
        return found
    return f"（{WORDS[f'unit_{text}'][1] if f'unit_{text}' in WORDS else _part(text, depth)}）"


def _whole(text: str, depth: int, begins: bool = False) -> str | None:
    """Return a text in Chinese by its pair (one that begins with no field), None if it has none."""
    plain, fielded = _known()
    if text in plain:
        return plain[text]
    if _CHOICE.fullmatch(text):
        return text.replace(" or ", " 或 ").replace(" and ", " 和 ")
    if span := _SPAN.fullmatch(text):
        return f"{span[1]} 至 {span[2]}"
    for pair in fielded:
        met = None if begins and not pair.start else pair.fits(text)
        if met is not None:
            fields = {name: _filled(name, value, depth) for name, value in met.groupdict().items()}
            return pair.chinese.format(**fields)
    return None


def _filled(name: str, value: str, depth: int) -> str:
    """Return in Chinese what fills a field."""
    if name == "key_is" and (found := _described().get(value)):
        return found
    if name == "unit" and f"unit_{value.strip()}" in WORDS:
        return f" {WORDS[f'unit_{value.strip()}'][1]}"
    if name == "cited":
        return value
    if name == "counted" and (found := _whole(f"a {value}", depth)):
        return found
    return _part(value, depth + 1)


@cache
def _described() -> dict[str, str]:
    """Return what keys of a configuration are, in Chinese, by what they are in English."""
    from sim.config.outline import leaves

    found = {}
    for _, node in leaves():
        english = node.get("description", "").rstrip(".")
        if english and node.get("x-zh"):
            found[english] = found[english[:1].lower() + english[1:]] = node["x-zh"]
    return found
