"""Names of runs: a digest of each one's configuration, its seed and the simulation's code."""

import json
from typing import Any

from sim.config.loading import FILE_KEYS, merge, planted
from sim.config.places import Node, Place
from sim.files import digest
from sim.lab.design.points import Design, Point, changes
from sim.lab.file.loading import Head
from sim.lab.file.schema import Record
from sim.lab.store.recording import VILLAGERS
from sim.model.compiled import simulation_digest
from sim.model.policies import own
from sim.results.kept import input_digest

_NOWHERE = Place("")
#: keys of a configuration that no month before the policies depends on
_LATER = ("policies", "reform")
#: what of a configuration makes no run another: its own name, those of its outcomes, its seed
_WORDS: Any = {"title": True, "seed": True, "outcomes": {"__all__": {"en", "zh", "better"}}}


class Contents:
    """Content of design points: their configurations as resolved, without title and seed.

    Files count by what they say, policies of one's own by their source.

    Parameters
    ----------
    design : Design
        The points; parameters drawn by replicate are part of a run, not of a point.
    record : Record
        What is kept of a run: one that kept less is not the same.
    """

    def __init__(self, design: Design, record: Record) -> None:
        self.design = design
        self._record = record.model_dump_json()
        self._record += VILLAGERS if record.villagers != "off" else ""
        self.code = simulation_digest()
        self._heads: dict[int, Node] = {}
        self._points: dict[int, tuple[str, str]] = {}
        self._files: dict[str, str] = {}

    def run(self, point: Point, seed: int) -> str:
        """Return the name of a run."""
        return digest(self.of(point, seed)[0], str(seed), self.code, self._record)

    def shared(self, point: Point, seed: int) -> str:
        """Return the name of what runs may share before their policies begin."""
        return self.of(point, seed)[1]

    def of(self, point: Point, seed: int) -> tuple[str, str]:
        """Return the digests of the whole content and of that without policies."""
        if self.design.drawn:
            return self._content(point, self.design.given(point, seed))
        if point.number not in self._points:
            self._points[point.number] = self._content(point, point.values)
        return self._points[point.number]

    def _content(self, point: Point, given: dict[str, Any]) -> tuple[str, str]:
        tree = self._head(point.head)
        for change in changes(given, _NOWHERE):
            tree = merge(tree, change)
        plain = _canonical(tree.plain())
        for *path, key in FILE_KEYS:
            block = plain
            for part in path:
                block = block.get(part) or {}
            if block.get(key) is not None:
                block[key] = self._file(block[key])
        policies = plain.get("policies", {})
        kinds = {name.partition("#")[0] for name in policies if ":" in name}
        kinds |= {one["function"] for one in plain["outcomes"].values() if "function" in one}
        sources = {kind: found.digest for kind in sorted(kinds) if (found := own.known(kind))}
        before = {key: value for key, value in plain.items() if key not in _LATER}
        whole = [plain, list(policies), sources]
        return digest(_json(whole)), digest(_json(before))

    def _file(self, path: str) -> str:
        if path not in self._files:
            self._files[path] = input_digest(path)
        return self._files[path]

    def _head(self, head: Head) -> Node:
        if id(head) not in self._heads:
            data = head.config.model_dump(mode="json", exclude=_WORDS)
            self._heads[id(head)] = planted(_given(data), _NOWHERE)
        return self._heads[id(head)]


def _json(data: Any) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False)


def _given(data: Any) -> Any:
    """Return plain data without keys that hold nothing."""
    if isinstance(data, dict):
        return {key: _given(value) for key, value in data.items() if value is not None}
    return [_given(value) for value in data] if isinstance(data, list | tuple) else data


def _canonical(data: Any) -> Any:
    """Return plain data in which a whole number is the same written as 1 or 1.0."""
    if isinstance(data, dict):
        return {key: _canonical(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_canonical(value) for value in data]
    whole = isinstance(data, int) and not isinstance(data, bool) and abs(data) < 1 << 53
    return float(data) if whole else data
