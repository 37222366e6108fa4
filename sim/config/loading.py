"""Load a configuration: read, extend, override, validate, check; all problems at once."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from sim.config import checks, messages, outline
from sim.config.places import Node, Place, Problem, refuse, undotted
from sim.config.plugged import by_code, key_named
from sim.config.reading import parse, read
from sim.config.waiting import Refused
from sim.config.writing import to_yaml
from sim.errors import InputError
from sim.files import absolute
from sim.model.config.schema import Config
from sim.model.outcomes.asked import How
from sim.printable import shortened, undecoded

#: keys that name a file, relative to the file that names it
FILE_KEYS = (("county", "villages"), ("policies", "merger", "file"))
_MOST_PASSES = 12
#: files that extend one another
_MOST_FILES = 20
#: errors of one pass that are put into words
_MOST_ERRORS = 100
#: parts of a dotted key
_MOST_PARTS = 20
#: keys of an outcome of one's own that say what is measured
_MEASURES = (*get_args(How), "function")
_NOTHING = object()
#: in place of wrong or missing blocks, so that the rest can still be checked
_STAND_INS = {"title": {"en": "-", "zh": "-"}, "county": {"registry": "-"}}


@dataclass(frozen=True, slots=True)
class Resolved:
    """A configuration and where each of its values was written.

    Attributes
    ----------
    config : Config
        The validated configuration.
    tree : Node
        What the files and overrides say, merged, with places.
    """

    config: Config
    tree: Node

    def to_yaml(self) -> str:
        """Return the whole configuration as YAML; a comment names each value's origin.

        Loading the text again gives the same configuration.
        """
        return to_yaml(self.config, self.tree)


def load(path: str | Path, overrides: Mapping[str, Any] | None = None) -> Config:
    """Load a configuration from YAML.

    Parameters
    ----------
    path : path
        The file; it may extend others.
    overrides : mapping of str to value, optional
        Values by dotted key, ``{"policies.merger.ratio": 0.5}``; they win over the files.

    Returns
    -------
    Config
        Validated; names of files in it are absolute.

    Raises
    ------
    InputError
        With ``problems``: everything wrong, each
        ``file:line:column: key: what is wrong, what was expected, how to mend it``.

    Examples
    --------
    >>> import hecun
    >>> hecun.load("configs/dechang_2020.yaml", {"scale": 50}).scale
    50
    """
    return resolve(path, overrides).config


def resolve(path: str | Path, overrides: Mapping[str, Any] | None = None) -> Resolved:
    """Load a configuration and keep where each value was written; see `load`."""
    tree, folders = read_tree(path)
    for key, value in (overrides or {}).items():
        tree = _override(tree, key, value)
    return settle(tree, folders)


def changed(config: Config, changes: Mapping[str, Any]) -> Config:
    """Return a configuration with values changed by dotted key, checked as one from a file is.

    Raises
    ------
    InputError
        With everything wrong; the configuration's own values have no line to name.
    """
    sources = config.policies.own_sources().values()
    folders = list(dict.fromkeys(source.folder for source in sources if source.folder))
    tree = planted(config.model_dump(mode="json", exclude_unset=True), Place("configuration"))
    for key, value in changes.items():
        tree = _override(tree, key, value)
    return settle(tree, folders).config


def of_experiment(path: str | Path) -> bool:
    """Tell whether a file is an experiment's, not a configuration; `InputError` if not YAML."""
    root = read(path)
    return isinstance(root.value, dict) and {"method", "config"} <= root.value.keys()


def read_tree(path: str | Path, asked_at: Place | None = None) -> tuple[Node, list[str]]:
    """Return what a file and those it extends say, merged, and the folders they lie in."""
    problems: list[Problem] = []
    folders: list[str] = []
    tree = _chain(Path(path), asked_at, (), problems, folders)
    refuse(problems)
    return tree, folders


def settle(tree: Node, folders: list[str]) -> Resolved:
    """Validate and check what `read_tree` gave, changed or not.

    Raises
    ------
    InputError
        With everything wrong.
    """
    config, found, refused = _validate(tree, folders)
    if config is not None:
        found += checks.check(config, tree, refused)
    refuse(found)
    if config is None:  # every failed validation names a problem
        raise InputError(f"{tree.place.file}: not a configuration")
    return Resolved(config, tree)


def parse_override(text: str) -> tuple[str, Any]:
    """Return key and value of ``"policies.merger.ratio=0.5"``; the value is read as YAML.

    Raises
    ------
    InputError
        If there is no ``=`` or the value is not YAML.
    """
    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise InputError(f"--set {text}: expected key=value, for example policies.merger.ratio=0.5")
    if not value.strip():
        raise InputError(f"--set {text}: no value; write {key.strip()}=null to take a key away")
    key, found = key.strip(), parse(value, f"--set {text}").plain()
    number = isinstance(found, int | float) and not isinstance(found, bool)
    return key, value.strip() if number and _is_text(key) else found


def _is_text(key: str) -> bool:
    """Tell whether a key holds a text and nothing else: a code need not be quoted in a shell."""
    nodes = [
        option for node in outline.nodes_at(undotted(key)) for option in outline.branches(node)
    ]
    return bool(nodes) and all(node.get("type") == "string" for node in nodes)


def _chain(
    path: Path,
    asked_at: Place | None,
    above: tuple[Path, ...],
    problems: list[Problem],
    folders: list[str],
) -> Node:
    """Return a file merged over the files it extends; note their folders."""
    root = by_code(read(path, asked_at))
    folders.append(absolute(path.parent, ""))
    if root.value is None:
        raise InputError(
            f"{path}:1:1: the file is empty; a configuration needs at least title and county "
            "(or extends)"
        )
    if not isinstance(root.value, dict):
        raise InputError(
            f"{root.place}: expected keys at the top level (title:, county:, ...), "
            f"got {messages.shown(root.plain())}"
        )
    if {"method", "config"} <= root.value.keys():
        raise InputError(
            f"{root.place}: this is an experiment, not a configuration; give it to `hecun "
            "experiment`, or the configuration that it names to this command"
        )
    locate(root, path.parent)
    base = root.value.pop("extends", None)
    if base is None or base.value is None:
        return root
    if not isinstance(base.value, str) or not base.value.strip():
        text = f"extends: expected the name of one file, got {messages.shown(base.plain())}"
        problems.append(Problem(base.place, text))
        return root
    target = path.parent / base.value
    above = (*above, Path(absolute(path, "")))
    named = Path(absolute(path.parent, base.value))
    if len(above) >= _MOST_FILES:
        text = f"extends: more than {_MOST_FILES} files extend one another; join some of them"
        problems.append(Problem(base.place, text))
        return root
    if named in above:
        circle = " -> ".join(p.name for p in (*above, named))
        text = f"extends: {base.value} leads back to a file that extends it ({circle})"
        problems.append(Problem(base.place, text))
        return root
    return merge(_chain(target, base.place, above, problems, folders), root)


def locate(tree: Node, folder: Path) -> None:
    """Make the names of files in a tree absolute; relative ones count from a folder."""
    for keys in FILE_KEYS:
        node = tree.get(*keys)
        if node is not None and isinstance(node.value, str) and node.value:
            node.value = absolute(folder, node.value)


def merge(base: Node, over: Node, at: tuple[str, ...] = ()) -> Node:
    """Return `over` on top of `base`: maps merge, all else replaces, null removes a key.

    A map that names another rule (``by:``) than the inherited one replaces it whole, and so does
    one under ``outcomes`` that measures something else.
    """
    if not (isinstance(base.value, dict) and isinstance(over.value, dict)):
        return over
    rules = base.get("by"), over.get("by")
    if (rules[0] and rules[1] and rules[0].value != rules[1].value) or (
        at[:-1] == ("outcomes",) and _another_measure(base.value, over.value)
    ):
        return over
    merged = dict(base.value)
    for key, node in over.value.items():
        if key not in merged:
            merged[key] = node
        elif node.value is None:
            del merged[key]
        else:
            merged[key] = merge(merged[key], node, (*at, key))
    return Node(merged, over.place, over.key)


def _another_measure(base: Mapping[str, Node], over: Mapping[str, Node]) -> bool:
    """Tell whether an outcome of one's own is defined anew: another measure, or of other rows.

    What takes the inherited measure away (null) changes it field by field.
    """
    before = {key for key in _MEASURES if key in base}
    now = {key for key in _MEASURES if key in over}
    if not before or not now or any(over[key].value is None for key in now):
        return False
    of = "of" in base and "of" in over and base["of"].value != over["of"].value
    return of or before != now


def overlaid(tree: Node, change: Node) -> Node:
    """Return a tree with a change on top; the whole still stands where the tree was written."""
    return Node(merge(tree, change).value, tree.place, tree.key)


def _override(tree: Node, key: str, value: Any) -> Node:
    """Return the tree with one value set by its dotted key."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    place = Place(f"--set {key}={text}")
    parts = undotted(key_named(key))
    if not all(parts):
        raise InputError(f"{place}: {key!r} is not a key; write it as policies.merger.ratio")
    if parts in FILE_KEYS and isinstance(value, str) and value:
        value = absolute(Path(), value)
    return overlaid(tree, by_code(nested(parts, planted(value, place))))


def nested(parts: tuple[str, ...], node: Node) -> Node:
    """Return a node inside the blocks that a dotted key names."""
    if len(parts) > _MOST_PARTS:
        raise InputError(f"{node.key or node.place}: a key of {len(parts)} parts; expected a few")
    for part in reversed(parts):
        node = Node({part: node}, node.key or node.place, node.key)
    return node


def planted(value: Any, place: Place) -> Node:
    """Return a plain value as nodes that all have one place."""
    if isinstance(value, Mapping):
        value = {str(key): planted(item, place) for key, item in value.items()}
    elif isinstance(value, list | tuple):
        value = [planted(item, place) for item in value]
    return Node(value, place, place)


def _validate(tree: Node, folders: list[str]) -> tuple[Config | None, list[Problem], Refused]:
    """Validate; where something is wrong leave it out and go on, to find the rest as well.

    Policies of one's own are looked for in `folders` first.

    Returns
    -------
    config : Config or None
        What is left once the wrong parts are left out; None if too little is left.
    problems : list of Problem
    refused : Refused
        What was left out.
    """
    problems: list[Problem] = []
    refused = Refused(tree, Config)
    plain = tree.plain()
    for _ in range(_MOST_PASSES):
        try:
            text = json.dumps(plain, default=str)
            found = Config.model_validate_json(text, context={"folders": folders})
            return found, problems, refused
        except ValidationError as error:
            errors = error.errors(include_url=False)
        if errors[0]["type"] == "json_invalid":
            return None, list(_unreadable(tree)), refused
        gone: set[messages.Path] = set()
        for path, error, problem in refused.problems(errors[: _MOST_ERRORS + 1]):
            problems += [] if problem is None else [problem]
            gone |= _leave_out(plain, _block_of(path, error["type"]))
        refused.keys |= gone
        if not gone or len(errors) > _MOST_ERRORS:
            return None, problems, refused
    return None, problems, refused


def _unreadable(node: Node, key: str = "") -> Iterator[Problem]:
    """Yield texts with bytes that are no letters here, as in names of files of another encoding."""
    found = node.value
    inside = (
        found.items()
        if isinstance(found, dict)
        else enumerate(found)
        if isinstance(found, list)
        else ()
    )
    for name, child in inside:
        yield from _unreadable(child, f"{key}.{name}".lstrip("."))
    if isinstance(found, str) and undecoded(found):
        text = f"{key}: {shortened(found)}: bytes that are no letters in this system's encoding"
        advice = "rename the file or folder, or set the encoding (LC_ALL=C.UTF-8)"
        yield Problem(node.place, f"{text}; {advice}")


def _block_of(path: messages.Path, kind: str) -> messages.Path:
    """Return what is to be left out: a value, or the block that lacks it."""
    return path[:-1] if kind in ("missing", "union_tag_not_found") else path


def _leave_out(plain: dict[str, Any], path: messages.Path) -> set[messages.Path]:
    """Leave out what lies at a path, the whole list where it lies in one; return what went."""
    if not path:  # the top level: what must be there gets a stand-in
        absent = {key: value for key, value in _STAND_INS.items() if key not in plain}
        plain.update(absent)
        return {(key,) for key in absent}
    for depth, part in enumerate(path):
        inside = plain.get(str(part))
        if depth == len(path) - 1 or not isinstance(inside, dict):
            found = plain.pop(str(part), _NOTHING) is not _NOTHING
            return {path[: depth + 1]} if found else set()
        plain = inside
    return set()
