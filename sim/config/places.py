"""Places in files: where a value was written, and what is wrong there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sim.errors import InputError

#: problems of a file that are listed
MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file.

    Attributes
    ----------
    file : str
        As the user gave it; ``"--set key=value"`` for the command line.
    line, column : int
        Counted from 1; line 0 where there are no lines.
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(slots=True)
class Node:
    """A value of a YAML file.

    Attributes
    ----------
    value : None, bool, int, float, str, dict of str to Node, or list of Node
    place : Place
        Where the value begins.
    key : Place or None
        Where the key that leads here begins; None at the top and in lists.
    """

    value: Any
    place: Place
    key: Place | None = None

    def plain(self) -> Any:
        """Return the value without places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def get(self, *path: str | int) -> "Node | None":
        """Return the node at a path, None where there is none."""
        node: Node | None = self
        for part in path:
            inside = node.value if node is not None else None
            if isinstance(inside, dict):
                node = inside.get(part)
            elif isinstance(inside, list) and isinstance(part, int) and part < len(inside):
                node = inside[part]
            else:
                return None
        return node


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


def refuse(problems: Iterable[Problem]) -> None:
    """Raise one `InputError` with the problems by file, line and column, if there are any."""
    problems = list(dict.fromkeys(problems))
    if problems:
        order = {file: i for i, file in enumerate(dict.fromkeys(p.place.file for p in problems))}
        problems.sort(key=lambda p: (order[p.place.file], p.place.line, p.place.column))
        shown = [str(problem) for problem in problems[:MOST_PROBLEMS]]
        if len(problems) > len(shown):
            shown.append(f"{problems[0].place.file}: and more problems; mend these first")
        raise InputError(shown)


_OWN = re.compile(r"policies\.([^:]+:[^.]+)(?:\.(.*))?")


@cache
def undotted(key: str) -> tuple[str, ...]:
    """Return the path of a dotted key; a policy of one's own, ``a.b:C``, is one part of it."""
    own = _OWN.fullmatch(key)
    if own is None:
        return tuple(key.split("."))
    return ("policies", own[1], *(own[2].split(".") if own[2] is not None else ()))


def dotted(path: Iterable[str | int]) -> str:
    """Return ``county.exclude_townships[0]`` for a path."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".")
