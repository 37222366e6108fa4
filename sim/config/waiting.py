"""What waits: a check that rests on a refused key says nothing until that key is mended.

So one mistake gives one error, and no default is quoted as if the user had written it.
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from sim.config import messages, outline
from sim.config.messages import Path
from sim.config.places import Node, Problem
from sim.model.config.fields import MisfitError
from sim.model.config.naming import kind_of

_ABSENT = ("missing", "union_tag_not_found")


class Refused:
    """Keys of a file that were refused, and those an unknown key may have been meant for.

    Attributes
    ----------
    keys : set of paths
        Refused, or all but spelled out by a key that was.
    unsure : set of paths
        Keys not given in a block that has a key nobody knows: one of them may be meant.
    """

    def __init__(self, root: Node, model: type[BaseModel]) -> None:
        self.root, self.model = root, model
        self.keys: set[Path] = set()
        self.unsure: set[Path] = set()

    def problems(self, errors: Iterable[Any]) -> Iterator[tuple[Path, Any, Problem | None]]:
        """Yield the path of each of pydantic's errors, the error, and what is to be said of it.

        Nothing (None) is said where it may only follow from another.
        """
        told = [(messages.problem(self.root, error, self.model), error) for error in errors]
        for (path, _), error in told:
            self._note(path, error)
        for (path, problem), error in told:
            yield path, error, None if self._waits(path, error) else problem

    def touch(self, needs: Iterable[Path]) -> bool:
        """Tell whether a check that reads some keys has to wait."""
        gone = self.keys | self.unsure
        return any(_touches(path, need) for path in gone for need in needs)

    def _note(self, path: Path, error: Any) -> None:
        if error["type"] == "extra_forbidden":
            likely = _meant(self.root, path, self.model)
            self.keys |= {path, *likely}
            if not likely:
                self.unsure |= _not_given(self.root, path[:-1], self.model)
        elif error["type"] not in _ABSENT and self._block(error) is None:
            self.keys.add(path)

    def _block(self, error: Any) -> Path | None:
        """Return the block whose keys do not fit each other, None where one value is wrong."""
        path = messages.locate(self.root, error["loc"])
        node = self.root.get(*path)
        is_block = node is not None and isinstance(node.value, dict)
        return path if error["type"] == "value_error" and is_block else None

    def _waits(self, path: Path, error: Any) -> bool:
        block, kind = self._block(error), error["type"]
        if kind in _ABSENT:
            return path in self.keys
        if kind == "too_short":  # its wrong items are not counted
            return any(key[: len(path)] == path != key for key in self.keys)
        if block is not None:
            said = error["ctx"]["error"]
            return self.touch(said.reads if isinstance(said, MisfitError) else [block])
        waiver: Path = ("parameters_outside_range",)
        return path[:1] == ("parameters",) and kind in messages.BOUNDS and self.touch([waiver])


def _touches(path: Path, need: Path) -> bool:
    """Tell whether one path lies in the other; labels of policies (``#``) left aside."""
    return all(one == other for one, other in zip(_kinds(path), _kinds(need), strict=False))


def _kinds(path: Path) -> Path:
    if path[:1] != ("policies",):
        return path
    return (*path[:1], *(kind_of(str(name)) for name in path[1:2]), *path[2:])


def _meant(root: Node, path: Path, model: type[BaseModel]) -> set[Path]:
    """Return the keys that an unknown key was likely meant for."""
    *above, key = path
    known = outline.keys_at(tuple(above), root.plain(), model)
    close = get_close_matches(str(key), known, n=1, cutoff=0.6)
    homes = outline.homes(model).get(str(key), ())
    return {(*above, name) for name in close} or {(*home, key) for home in homes}


def _not_given(root: Node, block: Path, model: type[BaseModel]) -> set[Path]:
    known = outline.keys_at(block, root.plain(), model)
    return {(*block, key) for key in known if root.get(*block, key) is None}
