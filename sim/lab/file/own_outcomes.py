"""Outcomes of one's own in an experiment: those of its file and of every configuration it names.

All configurations of an experiment measure all of them, so that points can be compared.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim.config.loading import merge, nested, read_tree
from sim.config.places import Node, Place, undotted
from sim.errors import InputError
from sim.model.outcomes.catalogue import OUTCOMES, Outcome

_BETTER = ("more", "less", "neither")


def block_of(root: Node) -> Node | None:
    """Return the outcomes that an experiment file defines; None where it lists names alone."""
    node = root.get("outcomes")
    if node is None or not isinstance(node.value, dict):
        return None
    return Node({k: v for k, v in node.value.items() if v.value is not True}, node.place, node.key)


def names(root: Node, folder: Path) -> set[str]:
    """Return the names of outcomes of one's own that an experiment may speak of.

    They are made known; whether they are right is said when the configurations are read.
    """
    found: dict[str, Any] = {}
    for block in _blocks(root, folder):
        if isinstance(block.value, dict):
            found |= {k: v.value for k, v in block.value.items() if isinstance(v.value, dict)}
    for key, told in found.items():
        if not OUTCOMES.built_in(key):
            OUTCOMES.declare([_sketched(key, told)])
    return set(found)


def _sketched(key: str, told: Mapping[str, Node]) -> Outcome:
    """Return an outcome as far as its definition is plain; whole once it was checked."""
    better = told["better"].value if "better" in told else "neither"
    return Outcome(key, "", key, key, better if better in _BETTER else "neither", False, "")


def _blocks(root: Node, folder: Path) -> Iterator[Node]:
    """Yield what may define outcomes: the experiment, its configurations, arms and changes."""
    arms = root.get("arms")
    inner = list(arms.value.values()) if arms is not None and isinstance(arms.value, dict) else []
    for part in (root, *inner):
        yield from _of_config(part.get("config"), folder)
    for changes in (root.get("set"), *inner):
        if changes is not None and isinstance(changes.value, dict):
            for key, node in changes.value.items():
                parts = undotted(key)
                block = nested(parts, node).get("outcomes") if parts[0] == "outcomes" else None
                yield from [block] if block is not None else []
    own = block_of(root)
    yield from [own] if own is not None else []


def _of_config(node: Node | None, folder: Path) -> Iterator[Node]:
    """Yield the outcomes of a configuration that is named, or written in place."""
    tree = node
    if node is not None and isinstance(node.value, str) and node.value:
        tree = None
        with suppress(InputError):  # said when it is read
            tree = read_tree(folder / node.value, node.place)[0]
    block = None if tree is None else tree.get("outcomes")
    if block is not None:
        yield block


def united(trees: Iterable[Node], say: Callable[[Place, str], None]) -> Node | None:
    """Return the outcomes of all configurations in one block; None where there are none.

    Two that are called alike and are not the same are said.
    """
    found: dict[str, Node] = {}
    first: Node | None = None
    for tree in trees:
        block = tree.get("outcomes")
        if block is None or not isinstance(block.value, dict):
            continue
        first = first or block
        for key, node in block.value.items():
            before = found.setdefault(key, node)
            if before.plain() != node.plain():
                text = (
                    f"outcomes.{key}: is something else at {before.key or before.place}; every "
                    "configuration of an experiment measures the same: give one another name"
                )
                say(node.key or node.place, text)
    return None if first is None else Node(found, first.place, first.key)


def with_outcomes(tree: Node, block: Node | None) -> Node:
    """Return a configuration that measures the outcomes of a block, too."""
    if block is None:
        return tree
    return merge(tree, Node({"outcomes": block}, block.place, block.key))
