"""What can go wrong with a file on its way from somebody's editor: changes of values and of bytes.

Every function takes a `random.Random`: that of a numbered case, or one that Hypothesis drives.
"""

import copy
import io
from random import Random
from typing import Any

from ruamel.yaml import YAML

NUMBERS = [
    0, -0.0, -1, 1, 2, 3.5, 0.1, 1e-300, 1e300, -1e300, 10**9, 10**30, 2**63, -(2**63) - 1,
    float("nan"), float("inf"), float("-inf"), 1e15 + 0.5, 5e-324, 4294967296, 101, 1200, 1201,
]  # fmt: skip
TEXTS = [
    "", " ", "1", "0.5", "1e400", "50%", "１２", "１．５", "3,000", "1_000", "0x10", "yes", "nan", "inf", "=1+1",
    "+1", "-1", "@SUM(A1)", "\tcmd", "'x", "<script>alert(1)</script>", "{{7*7}}", "${HOME}",
    "$\\frac{1}{0}$", "%s%s%n", "[red]x[/red]", "\x1b[2J", "\x1b]0;x\x07", "\x00", "\u202egnp.exe",
    "\u200b", "\ufeff", "\u2028", "県", "县", "德昌县", "\U0001f600", "e\u0301", "a" * 300, "x" * 5000,
    "../../../../etc/passwd", "/etc/passwd", "/dev/zero", "file:///etc/passwd", "~", "con", "a/b",
    "a\\b", "2020-13", "2020-04", "0000-01", "9999-12", "null", "true", "生成", "ｒｅｇｉｓｔｒｙ", "rеgistry",
    "prior", "os:system", "sim.model.county:CountyModel", "backlog > 1e999 for 3", "trust < 0.5 for 0",
    "no_such > 1 for 1", "513424", "513400", "\ud800", "'; DROP TABLE runs; --", "end", "!!python/object:os.system",
]  # fmt: skip
TREES: list[Any] = [
    None, True, False, [], {}, [1], [[]], {"a": 1}, {"by": "fixed"}, [None], {"": 1}, {"from": 0, "to": 1},
    {"levels": {}}, [1, 1], {"from": 1, "to": 0}, {"from": 0, "to": 1, "steps": 10**9}, ["x"] * 50,
]  # fmt: skip
PIECES = [
    *"{}[]:,&*#?|-<>=!%@`'\"\\\t\n\r ~.;$()", "<<: *a", "&a ", "*a", "!!int ", "!x ", "- ", "? ", ": ",
    "---\n", "...\n", "null", ".nan", "-.inf", "1e999", "：", "，", "“", "县", "\x00", "\x1b", "\ufeff",
    "\u2028", "\u202e", "\u00a0", "\u3000", "%YAML 1.1\n", "%TAG ! x\n", "extends: ", "9" * 400,
    "!!python/object/apply:os.system ['touch owned']", "!!binary aGk=", "!!set ", "!!omap ", "1:30", "0o17",
    "e\u0301", "\u0661", "１", ",,,", '"', '""', "\r\n", "\n\n", "=1+1", "<<: ", "\x85", "|\n", ">-\n",
]  # fmt: skip
_FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789:,.-{}[]"}
_CONFUSABLE = str.maketrans("aeopcxyi", "аеорсхуі")


def hostile(random: Random) -> Any:
    """Return a value that hardly belongs where it is put."""
    return copy.deepcopy(random.choice(random.choice([NUMBERS, TEXTS, TREES])))


def paths(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all values of a tree."""
    found = [path] if path else []
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            found += paths(value, (*path, key))
    return found


def _typo(random: Random, word: str) -> str:
    at = random.randrange(max(1, len(word)))
    how = random.randrange(5)
    if how == 0:
        return word[:at] + word[at + 1 :]
    if how == 1:
        return word[:at] + word[at : at + 1] * 2 + word[at + 1 :]
    if how == 2:
        return word.translate(_CONFUSABLE)
    if how == 3:
        return word.upper() if random.random() < 0.5 else word.translate(_FULL_WIDTH)
    return random.choice(["", word + "s", word + ".", f"{word}.x", "start", "policies", "<<"])


def tree(random: Random, data: Any, values: Any = hostile) -> Any:
    """Return a tree with one value replaced, or one key misspelt, added or gone."""
    data = copy.deepcopy(data)
    path = random.choice(paths(data) or [("x",)])
    inside = data
    for key in path[:-1]:
        inside = inside[key]
    key, how = path[-1], random.randrange(10)
    if how < 6:
        inside[key] = values(random)
    elif how < 8 and isinstance(inside, dict):
        inside[_typo(random, str(key))] = inside.pop(key)
    elif how == 8 and isinstance(inside, dict):
        inside[random.choice(TEXTS)] = values(random)
    else:
        del inside[key]
    return data


def dumped(data: Any) -> str:
    """Return a tree as YAML."""
    stream = io.StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.allow_unicode = True
    try:
        yaml.dump(data, stream)
    except Exception:  # noqa: BLE001  (a value YAML has no way to write, as half a character)
        return repr(data)
    return stream.getvalue()


def letters(random: Random, text: str) -> str:
    """Return a text with a piece put in, taken out, moved or replaced."""
    at = random.randint(0, len(text))
    end = min(len(text), at + random.randint(0, 30))
    how, piece = random.randrange(5), random.choice(PIECES)
    if how == 0:
        return text[:at] + piece + text[at:]
    if how == 1:
        return text[:at] + text[end:]
    if how == 2:
        to = random.randint(0, len(text))
        return text[:to] + text[at:end] + text[to:]
    if how == 3:
        return text[:at] + text[at:end].translate(_FULL_WIDTH) + text[end:]
    return text[:at] + piece + text[end:]


def lines(random: Random, text: str) -> str:
    """Return a text with a line twice, gone, moved, indented or cut."""
    rows = text.split("\n")
    at = random.randrange(len(rows))
    how = random.randrange(6)
    if how == 0:
        rows.insert(at, rows[at])
    elif how == 1:
        del rows[at]
    elif how == 2:
        rows.insert(random.randrange(len(rows)), rows.pop(at))
    elif how == 3:
        rows[at] = random.choice([" ", "  ", "\t", "   ", "\u3000", "- "]) + rows[at]
    elif how == 4:
        rows[at] = rows[at].lstrip()
    else:
        rows[at] = rows[at][: random.randint(0, len(rows[at]))]
    return "\n".join(rows)


def raw(random: Random, content: bytes) -> bytes:
    """Return bytes flipped, cut, doubled, or in another encoding."""
    how = random.randrange(9)
    if how < 3 and content:
        changed = bytearray(content)
        for _ in range(random.choice([1, 1, 3, 30])):
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
        return bytes(changed)
    if how == 3:
        return content[: random.randint(0, len(content))]
    if how == 4:
        at = random.randint(0, len(content))
        return content[:at] + random.randbytes(random.choice([1, 4, 64])) + content[at:]
    text = content.decode("utf-8", "replace")
    if how == 5:
        return (
            random.choice([b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b"\r", b"\xef\xbb\xbf" * 2])
            + content
        )
    if how == 6:
        return text.encode(
            random.choice(["utf-16", "utf-16-le", "utf-32", "gb18030", "big5"]), "replace"
        )
    if how == 7:
        return text.replace("\n", random.choice(["\r\n", "\r", "\x00\n", "\u2028", ""])).encode()
    return content * random.choice([0, 2, 3])


def damaged(random: Random, text: str, most: int = 3) -> bytes:
    """Return the bytes of a text after some of all that."""
    for _ in range(random.randint(0, most)):
        text = random.choice([letters, letters, lines])(random, text)
    content = text.encode("utf-8", "surrogatepass")
    return raw(random, content) if random.random() < 0.3 else content
