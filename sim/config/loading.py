"""Load a configuration: read, extend, override, validate, check; all problems at once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.config import checks, messages
from sim.config.places import Node, Place, Problem, dotted, refuse
from sim.config.reading import parse, read
from sim.config.schema import Config
from sim.errors import InputError, nearest

#: keys that name a file, relative to the file that names it
FILE_KEYS = (("county", "villages"), ("policies", "merger", "file"))
_MOST_PASSES = 12


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
        from sim.config.writing import to_yaml

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
    """
    return resolve(path, overrides).config


def resolve(path: str | Path, overrides: Mapping[str, Any] | None = None) -> Resolved:
    """Load a configuration and keep where each value was written; see `load`."""
    problems: list[Problem] = []
    tree = _chain(Path(path), None, (), problems)
    refuse(problems)
    for key, value in (overrides or {}).items():
        tree = _override(tree, key, value)
    config, found, broken = _validate(tree)
    if config is not None:
        found += checks.check(config, tree, broken)
    refuse(found)
    if config is None:  # every failed validation names a problem
        raise InputError(f"{path}: not a configuration")
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
        raise InputError(
            f"--set {text}: expected key=value, for example policies.merger.ratio=0.5"
        )
    return key.strip(), parse(value, f"--set {text}").plain()


def _chain(
    path: Path, asked_at: Place | None, above: tuple[Path, ...], problems: list[Problem]
) -> Node:
    """Return a file merged over the files it extends."""
    root = read(path, asked_at)
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
    for keys in FILE_KEYS:
        node = root.get(*keys)
        if node is not None and isinstance(node.value, str) and node.value:
            node.value = str((path.parent / node.value).resolve())
    base = root.value.pop("extends", None)
    if base is None or base.value is None:
        return root
    if not isinstance(base.value, str) or not base.value.strip():
        text = f"extends: expected the name of one file, got {messages.shown(base.plain())}"
        problems.append(Problem(base.place, text))
        return root
    target = path.parent / base.value
    above = (*above, path.resolve())
    if target.resolve() in above:
        circle = " -> ".join(p.name for p in (*above, target.resolve()))
        text = f"extends: {base.value} leads back to a file that extends it ({circle})"
        problems.append(Problem(base.place, text))
        return root
    return merge(_chain(target, base.place, above, problems), root)


def merge(base: Node, over: Node) -> Node:
    """Return `over` on top of `base`: maps merge, all else replaces, null removes a key.

    A map that names another rule (``by:``) than the inherited one replaces it whole.
    """
    if not (isinstance(base.value, dict) and isinstance(over.value, dict)):
        return over
    rules = base.get("by"), over.get("by")
    if rules[0] and rules[1] and rules[0].value != rules[1].value:
        return over
    merged = dict(base.value)
    for key, node in over.value.items():
        if key not in merged:
            merged[key] = node
        elif node.value is None:
            del merged[key]
        else:
            merged[key] = merge(merged[key], node)
    return Node(merged, over.place, over.key)


def _override(tree: Node, key: str, value: Any) -> Node:
    """Return the tree with one value set by its dotted key."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    place = Place(f"--set {key}={text}")
    parts = key.split(".")
    if not all(parts):
        raise InputError(f"{place}: {key!r} is not a key; write it as policies.merger.ratio")
    if tuple(parts) in FILE_KEYS and isinstance(value, str) and value:
        value = str(Path(value).resolve())
    node = _planted(value, place)
    for part in reversed(parts):
        node = Node({part: node}, place, place)
    return merge(tree, node)


def _planted(value: Any, place: Place) -> Node:
    """Return a plain value as nodes that all have one place."""
    if isinstance(value, Mapping):
        value = {str(key): _planted(item, place) for key, item in value.items()}
    elif isinstance(value, list | tuple):
        value = [_planted(item, place) for item in value]
    return Node(value, place, place)


def _validate(tree: Node) -> tuple[Config | None, list[Problem], set[messages.Path]]:
    """Validate; where something is wrong leave it out and go on, to find the rest as well.

    Returns
    -------
    config : Config or None
        What is left once the wrong parts are left out; None if too little is left.
    problems : list of Problem
    broken : set of paths
        What was left out.
    """
    problems: list[Problem] = []
    broken: set[messages.Path] = set()
    plain = tree.plain()
    for _ in range(_MOST_PASSES):
        try:
            return Config.model_validate_json(json.dumps(plain, default=str)), problems, broken
        except ValidationError as error:
            wrong = [(messages.problem(tree, e), e["type"]) for e in error.errors()]
        before = len(broken)
        for (path, problem), kind in wrong:
            block = _block_of(tree, path, kind)
            follows = kind in ("value_error", "missing", "union_tag_not_found") and any(
                gone[: len(block)] == block for gone in broken
            )
            if not follows:
                problems.append(problem)
            gone = block if kind in ("value_error", "missing", "union_tag_not_found") else path
            if gone and _remove(plain, gone):
                broken.add(gone)
        if len(broken) == before:
            return None, problems, broken
    return None, problems, broken


def _block_of(tree: Node, path: messages.Path, kind: str) -> messages.Path:
    """Return the block an error is about: its own path, or the block a key is missing from."""
    node = tree.get(*path)
    is_block = node is not None and isinstance(node.value, dict)
    return path if kind == "value_error" and (is_block or not path) else path[:-1]


def _remove(plain: Any, path: messages.Path) -> bool:
    """Remove what lies at a path; a list loses all its items at once."""
    for length, part in enumerate(path[:-1]):
        inside = plain[part] if isinstance(plain, dict) and part in plain else None
        if isinstance(inside, list):
            return _remove_key(plain, path[length])
        plain = inside
    return _remove_key(plain, path[-1])


def _remove_key(plain: Any, key: str | int) -> bool:
    if not isinstance(plain, dict) or key not in plain:
        return False
    del plain[key]
    return True


def unknown_key(key: str, known: list[str]) -> str:
    """Return a sentence for a key that does not exist."""
    return f"{key!r} is unknown{nearest(key, known)}"


__all__ = ["FILE_KEYS", "Resolved", "dotted", "load", "merge", "parse_override", "resolve"]
