"""Read YAML 1.2 into nodes that know their place; refuse what a configuration never needs."""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from sim.config.places import Node, Place, Problem, refuse
from sim.errors import InputError
from sim.files import fault
from sim.printable import hidden, shortened

#: about ten seconds of parsing
MOST_BYTES = 1_000_000
#: values in a file, aliases written out
MOST_NODES = 50_000
MOST_DEPTH = 40
#: keys of one block, and values of one list that are not numbers
MOST_KEYS, MOST_ITEMS = 2_000, 5_000

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KNOWN_TAGS = ("null", "bool", "int", "float", "str", "timestamp", "seq", "map", "merge", "value")

#: part of the parser's words -> what to tell the user
_PLAIN_WORDS = (
    ("character '\\t'", "a tab stands here; YAML is indented with spaces only"),
    (
        "mapping values are not allowed",
        "a ':' stands where no key can be; check the indentation of this line, "
        "or put a text that holds ': ' in quotes",
    ),
    (
        "could not find expected ':'",
        "a key without ': ' after it; write `key: value`, with a space after the colon",
    ),
    ("expected ',' or '}'", "a map opened with { is not closed; expected ',' or '}'"),
    ("expected ',' or ']'", "a list opened with [ is not closed; expected ',' or ']'"),
    ("unexpected end of stream", "the file ends inside a text; close its quotes"),
    (
        "expected <block end>",
        "the indentation does not fit the lines above; keys of one block start in one column",
    ),
    ("expected the node content", "a value is missing here; write one, or [] or {}"),
    ("undefined alias", "*name stands for nothing; define it before with &name"),
    ("found another document", "a second document (---) begins; one file is one: delete the other"),
    ("maximum depth", f"nested more than {MOST_DEPTH} levels deep; a configuration needs six"),
    ("expected alphabetic", "& and * begin an anchor; put a text that begins with them in quotes"),
    (
        "cannot start any token",
        "a text may not begin with this character; put it in quotes",
    ),
)


def read(path: str | Path, asked_at: Place | None = None) -> Node:
    """Read a YAML file.

    Parameters
    ----------
    path : path
        The file.
    asked_at : Place, optional
        Where another file names this one (``extends``), for the message if it is missing.

    Raises
    ------
    InputError
        With everything wrong with the file's form, each ``file:line:column: ...``.
    """
    return parse(_text(Path(path), asked_at), str(path))


def parse(text: str, file: str) -> Node:
    """Read YAML from a text; `file` is the name used in messages."""
    _refuse_unprintable(text, file)
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = MOST_DEPTH
    yaml.composer.warn_double_anchors = False
    _count_nodes(yaml, file)
    try:
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        raise InputError(_syntax(error, text, file)) from error
    except (YAMLError, ValueError, LookupError, TypeError, AttributeError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{file}:1:1: not YAML that can be read ({reason})") from error
    if yaml.resolver.processing_version != (1, 2):
        raise InputError(f"{file}:1:1: only YAML 1.2 is read; remove the %YAML line")
    if root is None:
        return Node(None, Place(file, 1, 1))
    builder = _Builder(yaml, file)
    node = builder.build(root, None, ())
    refuse(builder.problems)
    return node


def _count_nodes(yaml: YAML, file: str) -> None:
    """Let the parser stop at a file of more values than are allowed, rather than read on."""
    compose, count = yaml.composer.compose_node, 0

    def counted(*arguments: Any) -> Any:
        nonlocal count
        count += 1
        if count > MOST_NODES:
            raise InputError(f"{file}:1:1: more than {MOST_NODES:,} values; write those needed")
        return compose(*arguments)

    yaml.composer.compose_node = counted


def _text(path: Path, asked_at: Place | None) -> str:
    """Return a file's text, or say in words why not."""
    where = f"{asked_at}: extends: " if asked_at else ""
    wrong = fault(path, "a configuration file (.yaml)")
    if wrong is not None:
        raise InputError(f"{where}{shortened(str(path), 300)}: {wrong}")
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"{where}{path}: cannot be read ({error.strerror}); expected a configuration file "
            "(.yaml) that you may read"
        ) from error
    if len(raw) > MOST_BYTES:
        raise InputError(
            f"{path}: larger than {MOST_BYTES // 1_000_000} MB; a configuration is a few kB "
            "(a table of villages belongs in a CSV, see county.villages)"
        )
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{path}:1:1: UTF-16 text; save the file as UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        raise InputError(
            f"{path}:{line}:{column}: not UTF-8{_guess(raw)}; a configuration must be UTF-8: "
            "save it again with the encoding UTF-8 (另存为，编码选 UTF-8)"
        ) from error


def _guess(raw: bytes) -> str:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return " (it looks like GB18030/GBK)"


def _refuse_unprintable(text: str, file: str) -> None:
    match = _UNPRINTABLE.search(text)
    if match:
        line, column = line_column(text, match.start())
        name = "a NUL byte" if match[0] == "\0" else f"the control character U+{ord(match[0]):04X}"
        raise InputError(
            f"{file}:{line}:{column}: {name} stands here; delete it (is this a text file?)"
        )


def line_column(text: str, position: int) -> tuple[int, int]:
    """Return line and column, from 1, of a position in a text."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def _syntax(error: MarkedYAMLError, text: str, file: str) -> str:
    """Turn the parser's error into one line in plain words."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = " ".join(str(error.problem or error.context or "not YAML").split())
    words = next((plain for part, plain in _PLAIN_WORDS if part in said), f"not YAML: {said}")
    lines = text.splitlines()
    for number in range(max(1, line - 1), min(line, len(lines)) + 1):
        column_of = lines[number - 1].find("：") + 1
        if column_of:
            line, column = number, column_of
            words = "a full-width colon '：' stands here; write ': ', a plain colon and a space"
            return f"{file}:{line}:{column}: {words}"
    if error.context_mark and error.context_mark.line + 1 < line:
        words += f" (begun in line {error.context_mark.line + 1})"
    return f"{file}:{line}:{column}: {words}"


def _invisible(text: str) -> str:
    """Say which character of a text cannot be seen."""
    return f"the invisible character {hidden(text) or 'U+000A'} in it; write it anew without"


class _Builder:
    """Turns the parser's nodes into `Node`, writing out aliases and merge keys."""

    def __init__(self, yaml: YAML, file: str) -> None:
        self.yaml, self.file = yaml, file
        self.problems: list[Problem] = []
        self._count = 0

    def _place(self, node: Any) -> Place:
        return Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def build(self, node: Any, key: Place | None, above: tuple[int, ...]) -> Node:
        """Return the node, counting what aliases write out."""
        place = self._place(node)
        self._count += 1
        if self._count > MOST_NODES:
            raise InputError(
                f"{place}: more than {MOST_NODES} values once aliases (*name) are written out; "
                "write the values that are needed"
            )
        if id(node) in above or len(above) > 2 * MOST_DEPTH:
            raise InputError(
                f"{place}: an alias (*name) that contains itself, or too many levels; write "
                "the value out"
            )
        above = (*above, id(node))
        tag = str(node.tag)
        if tag.removeprefix("tag:yaml.org,2002:") not in _KNOWN_TAGS:
            shown = tag.replace("tag:yaml.org,2002:", "!!")
            self.problems.append(
                Problem(place, f"the tag {shown} is not allowed; write plain values without tags")
            )
            return Node(None, place, key)
        if isinstance(node, MappingNode):
            return Node(self._mapping(node, above), place, key)
        if isinstance(node, SequenceNode):
            self._refuse_endless(node, place)
            return Node([self.build(item, None, above) for item in node.value], place, key)
        return Node(self._scalar(node, place), place, key)

    def _refuse_endless(self, node: Any, place: Place) -> None:
        """Refuse a block with more in it than anybody means."""
        if isinstance(node, MappingNode):
            most, what = MOST_KEYS, "keys in one block"
            count = len(node.value)
        else:
            most, what = MOST_ITEMS, "values that are no numbers in one list"
            count = sum(not str(item.tag).endswith((":int", ":float")) for item in node.value)
        if count > most:
            raise InputError(f"{place}: {count:,} {what}; expected at most {most:,}")

    def _mapping(self, node: MappingNode, above: tuple[int, ...]) -> dict[str, Node]:
        self._refuse_endless(node, self._place(node))
        own: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        for key_node, value_node in node.value:
            where = self._place(key_node)
            if not isinstance(key_node, ScalarNode):
                self.problems.append(Problem(where, "a key must be a word, not a list or a map"))
                continue
            key = key_node.value
            if hidden(key) or "\n" in key:
                self.problems.append(Problem(where, f"a key with {_invisible(key)}"))
            elif key == "<<" and key_node.style is None:
                self._merge(value_node, merged, above)
            elif key in own:
                first = own[key].key
                self.problems.append(
                    Problem(
                        where,
                        f"{key}: given twice (first in line {first and first.line}); keep one",
                    )
                )
            else:
                own[key] = self.build(value_node, where, above)
        return merged | own

    def _merge(self, node: Any, merged: dict[str, Node], above: tuple[int, ...]) -> None:
        """Write out ``<<: *name`` or ``<<: [*a, *b]``; the first map named wins."""
        built = self.build(node, None, above)
        for item in built.value if isinstance(built.value, list) else [built]:
            if not isinstance(item.value, dict):
                self.problems.append(Problem(built.place, "<<: expected an alias of a map (*name)"))
                return
            for key, value in item.value.items():
                merged.setdefault(key, value)

    def _scalar(self, node: ScalarNode, place: Place) -> Any:
        tag = str(node.tag).removeprefix("tag:yaml.org,2002:")
        if tag in ("str", "timestamp", "value", "merge"):
            if hidden(node.value):
                self.problems.append(Problem(place, f"a text with {_invisible(node.value)}"))
                return None
            return node.value
        try:
            return self.yaml.constructor.construct_object(node)
        except (ValueError, LookupError, TypeError, ConstructorError):
            shown = node.value if len(node.value) <= 40 else node.value[:37] + "..."
            self.problems.append(Problem(place, f"{shown!r} cannot be read as a {tag}"))
            return None
