"""Reading of an experiment file: its own keys, configurations, factors; all problems at once."""

import json
import math
import re
import warnings
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.config import Config
from sim.config.loading import locate, merge, nested, planted, read_tree, settle
from sim.config.places import Node, Place, undotted
from sim.config.plugged import by_code, key_named
from sim.config.reading import read
from sim.config.waiting import Refused
from sim.errors import InputError
from sim.files import absolute
from sim.lab.file import counties as regions
from sim.lab.file.changed import changed
from sim.lab.file.factors import Factor
from sim.lab.file.months import months_fit
from sim.lab.file.names import NameWarning, doubts
from sim.lab.file.own_outcomes import block_of, names, united, with_outcomes
from sim.lab.file.parts import in_part, trees_of, wrong_parts
from sim.lab.file.reading_factors import FactorReader
from sim.lab.file.schema import (
    Compare,
    Counties,
    File,
    Method,
    Study,
)
from sim.lab.file.study_blocks import Design
from sim.lab.file.study_fits import arms_fit, designs_fit
from sim.lab.file.taking import lever_of, policies_in, set_in
from sim.lab.file.weighed import worlds_fit
from sim.model.outcomes.catalogue import Outcome
from sim.model.parameters import Parameter, lookup

#: what says which configurations there are
_HEADS = ("config", "set", "arms", "parts", "counties")


@dataclass(frozen=True, slots=True)
class Head:
    """A configuration that factors vary: that of one arm in one county.

    Attributes
    ----------
    arm : str or None
        Name of the arm (method compare).
    county : str or None
        Code of the county, where counties are listed.
    tree : Node
        The configuration as written, with places.
    config : Config
        The same, resolved.
    kept : frozenset of str
        Parameters and forms that it sets, and that a block of factors leaves as they are.
    """

    arm: str | None
    county: str | None
    tree: Node
    config: Config
    kept: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment file that is right as far as its design points are not tried.

    Attributes
    ----------
    spec : Method
        What the file says.
    file : Node
        The same with places.
    heads : tuple of Head
        The configurations that factors vary, by arm and county.
    factors : dict
        Key of the configuration -> levels, range or prior.
    folders : list of str
        Where policies of one's own are looked for.
    seed : int
        Seed of replicate 1.
    """

    spec: Method
    file: Node
    heads: tuple[Head, ...]
    factors: dict[str, Factor]
    folders: list[str]
    seed: int

    @property
    def own(self) -> dict[str, Outcome]:
        """Outcomes of one's own that every run measures, by name."""
        return self.heads[0].config.outcomes.described()

    def place(self, key: str) -> Place:
        """Return where a factor was written."""
        node = self.file.get("factors", key) or self.file.get("factors") or self.file
        return node.key or node.place

    def range_of(self, key: str) -> Parameter:
        """Return the parameter that a factor key names."""
        _, process, name = undotted(key)
        return lookup(process, name)

    def names(self) -> list[str]:
        """Return the columns that tell design points apart."""
        first = self.heads[0]
        labels = {"arm": first.arm, "county": first.county}
        return [name for name, value in labels.items() if value is not None] + list(self.factors)


def load_experiment(path: str | Path, overrides: Mapping[str, Any] | None = None) -> Experiment:
    """Read an experiment file.

    Parameters
    ----------
    path : path
        The file.
    overrides : mapping, optional
        Dotted keys of the configuration changed on top of the file's ``set``, and of the file
        itself (`sim.lab.file.changed`).

    Raises
    ------
    InputError
        With everything wrong: of the file itself, its configurations and its factors.
    """
    path = Path(path)
    root = by_code(read(path))
    return from_tree(root, path.parent, overrides)


def from_tree(
    root: Node, folder: Path, overrides: Mapping[str, Any] | None = None, stored: bool = False
) -> Experiment:
    """Make an experiment of what a file says; names of files in it are relative to `folder`.

    If `stored` with results, estimators need not be installed.
    """
    _refuse_other_files(root)
    root, overrides = changed(root, overrides or {})
    spec, problems, refused = _validate(root, {"outcomes": names(root, folder), "stored": stored})
    loader = _Loader(root, folder, overrides, problems, refused)
    if isinstance(spec, Study):
        loader.designs = designs_fit(spec, root, loader.say)
    heads, levels = loader.heads(spec), loader.factors(spec)
    heads = [replace(head, kept=set_in(head.tree, loader.blocks)) for head in heads]
    levels = loader.taken(heads, levels)
    months_fit(spec, root, heads, loader.say)
    worlds_fit(spec, root, levels, loader.say)
    if isinstance(spec, Study):
        arms_fit(spec, loader.designs, root, heads, loader.folders, loader.say, not stored)
    if problems or spec is None or not heads:
        raise InputError(_in_order(problems, root.place.file))
    loader.warn()
    seed = heads[0].config.seed if spec.seed is None else spec.seed
    own = (own for head in heads for own in head.config.own_sources().values())
    folders = list(dict.fromkeys([*loader.folders, *(o.folder for o in own if o.folder)]))
    return Experiment(spec, root, tuple(heads), levels, folders, seed)


def _in_order(problems: list[str], file: str) -> list[str]:
    """Return problems once each, those of the experiment file first, by line and column."""

    def where(problem: str) -> tuple[float, int]:
        found = re.match(r":(\d+):(\d+):", problem.removeprefix(file))
        own = problem.startswith(file) and found
        return (int(found[1]), int(found[2])) if own and found else (math.inf, 0)

    return sorted(dict.fromkeys(problems), key=where)


def _refuse_other_files(root: Node) -> None:
    """Refuse what is no experiment."""
    if not isinstance(root.value, dict) or not root.value:
        raise InputError(
            f"{root.place}: expected the keys of an experiment (config:, method:, factors:, ...)"
        )
    if "county" in root.value and "method" not in root.value:
        raise InputError(
            f"{root.place}: this is a configuration, not an experiment; run it with `hecun run`, "
            "or name it in an experiment: config, method, factors or arms (`hecun new` writes one)"
        )


def _validate(root: Node, context: dict[str, Any]) -> tuple[Method | None, list[str], Refused]:
    refused = Refused(root, File)
    try:
        text = json.dumps(root.plain(), default=str)
        return File.model_validate_json(text, context=context).root, [], refused
    except ValidationError as error:
        errors: list[Any] = [
            dict(one) | ({"loc": ()} if len(one["loc"]) == 1 and "ctx" in one else {})
            for one in error.errors()  # of a whole file: said of its keys, not of its method
        ]
        told = [problem for _, _, problem in refused.problems(errors)]
    found = list(dict.fromkeys(problem for problem in told if problem is not None))
    found.sort(key=lambda p: (p.place.line, p.place.column))
    return None, [str(problem) for problem in found], refused


def _where(counties: list[str], of: int) -> str:
    """Say in which of several counties something is wrong, unless it is so in all."""
    met = list(dict.fromkeys(counties))
    if len(met) == of:
        return ""
    more = f" and {len(met) - 3} more" if len(met) > 3 else ""
    return f" (county {', '.join(met[:3])}{more})"


class _Loader(FactorReader):
    """Collects the problems of one experiment while its parts are read."""

    def __init__(
        self,
        root: Node,
        folder: Path,
        overrides: Mapping[str, Any],
        problems: list[str],
        refused: Refused,
    ) -> None:
        super().__init__(root, folder, problems, refused)
        self.folders: list[str] = [absolute(folder, "")]
        self.designs: dict[str, Design] = {}  # of a study, those right in themselves
        written = root.get("set")
        block = None if written is None else written.value
        pairs = list(block.items()) if isinstance(block, dict) else []
        for key, value in overrides.items():
            at = Place(f"--set {key}={value}")
            pairs.append((key_named(key), planted(value, at)))
        #: changes of every configuration, each with the policy whose lever it is
        self.changes = [(lever_of(key), self._at(key, node)) for key, node in pairs]

    def warn(self) -> None:
        """Warn of names that other programs take for something else."""
        named = [self.root.get(key) for key in ("arms", "parts", "targets")]
        levels = self.root.get("factors")
        for node in levels.value.values() if levels is not None else ():
            named.append(node.get("levels"))
        for node in named:
            if node is not None and isinstance(node.value, dict):
                for text in doubts(node.value):
                    warnings.warn(f"{node.key or node.place}: {text}", NameWarning, stacklevel=4)

    # --- configurations ---------------------------------------------------------------------

    def heads(self, spec: Method | None) -> list[Head]:
        """Return the configuration of every arm in every county."""
        unknown = spec is None and self.root.get("counties") is not None
        if unknown or self.refused.touch((key,) for key in _HEADS):
            return []
        arms = self.root.get("arms")
        parts = self.root.get("parts")
        if parts is not None and isinstance(spec, Compare) and spec.parts:
            trees = self._coalitions(spec, parts)
        elif arms is not None and isinstance(arms.value, dict):
            trees = self._arms(arms)
            if isinstance(spec, Study) and len(self.designs) == len(spec.changes):
                trees |= in_part(spec, trees, self.root, self.say)
        else:
            trees = {None: self._base(self.root.get("config"))}
        counties = self._counties(spec)
        every = united((tree for tree in trees.values() if tree), self.say)
        trees = {arm: tree and with_outcomes(tree, every) for arm, tree in trees.items()}
        block = None if spec is None else spec.counties
        merged = block.merged if isinstance(block, Counties) else None
        if merged is not None and (wrong := regions.unpaired(trees)):
            self.problems += wrong
            return []
        found: list[Head] = []
        met: dict[str, list[str]] = {}
        for county, (arm, tree) in product(counties, trees.items()):
            if tree is None:
                continue
            try:
                there = self._of_county(county, tree, merged)
                found.append(Head(arm, county, there, settle(there, self.folders).config))
            except InputError as error:
                for problem in error.problems:
                    met.setdefault(problem, []).append(str(county))
        self.problems += [f"{text}{_where(where, len(counties))}" for text, where in met.items()]
        return found

    def _of_county(self, county: str | None, tree: Node, merged: Sequence[int] | None) -> Node:
        """Return a configuration with the villages of a county, where one is given.

        And with the lists and the month of its merger in some years, where these are given.
        """
        if county is None:
            return tree
        node = self.root.get("counties") or self.root
        place = node.key or node.place
        if tree.get("county", "villages") is not None:
            tree = merge(tree, nested(("county", "villages"), planted(None, place)))
        own = {} if merged is None else regions.of_merger(county, merged, tree)
        for key, value in ({"county.registry": county} | own).items():
            tree = merge(tree, nested(undotted(key), planted(value, place)))
        return tree

    def _base(self, node: Node | None, without: Set[str] = frozenset()) -> Node | None:
        """Return a configuration that a file names, or that is written in place, as changed.

        Levers of policies in `without` are not set.
        """
        if node is None:
            return None  # said already: missing
        if isinstance(node.value, dict):
            tree = node
            locate(tree, self.folder)
        elif isinstance(node.value, str) and node.value:
            try:
                tree, folders = read_tree(self.folder / node.value, node.place)
            except InputError as error:
                self.problems += [p.replace(": extends: ", ": config: ") for p in error.problems]
                return None
            self.folders += [f for f in folders if f not in self.folders]
        else:
            self.say(node.place, "config: expected the name of a configuration file")
            return None
        tree = with_outcomes(tree, block_of(self.root))
        for policy, change in self.changes:
            if policy not in without:
                tree = merge(tree, change)
        return tree

    def _arms(self, arms: Node) -> dict[str, Node | None]:
        """Return the configuration of every arm; levers in `set` do not bring policies to some."""
        levers = {policy for policy, _ in self.changes if policy is not None}
        plain = {name: self._arm(name, node, levers) for name, node in arms.value.items()}
        if not levers:
            return plain
        have = {name: policies_in(tree) for name, tree in plain.items()}
        known = levers & set().union(*have.values())
        nodes = arms.value.items()
        return {name: self._arm(name, node, known.difference(have[name])) for name, node in nodes}

    def _arm(self, name: str, node: Node, without: Set[str]) -> Node | None:
        """Return the configuration of an arm."""
        if node.value is None:
            node = Node({}, node.place, node.key)
        if not isinstance(node.value, dict):
            self.say(node.place, f"arms.{name}: expected what it changes, as policies: {{...}}")
            return None
        own = node.get("config")
        tree = self._base(own or self.root.get("config"), without)
        if tree is None:
            return None
        rest = {key: value for key, value in node.value.items() if key != "config"}
        for change in self._written(Node(rest, node.place, node.key)):
            tree = merge(tree, change)
        return tree

    def _coalitions(self, spec: Compare, parts: Node) -> dict[str, Node | None]:
        """Return the configuration of every combination of parts of the reform."""
        tree = self._base(self.root.get("config"))
        if tree is None:
            return {}
        for text in wrong_parts(spec.parts, policies_in(tree)):
            self.say(parts.place, f"parts: {text}")
        return dict(trees_of(tree, spec.parts, parts.place))

    def _counties(self, spec: Method | None) -> list[str] | list[None]:
        """Return the codes of the counties listed; [None] where none are."""
        node = self.root.get("counties")
        if spec is None or spec.counties is None or node is None:
            return [None]
        given = spec.counties
        try:
            if isinstance(given, Counties):
                return regions.codes(given)
            return regions.listed(given)
        except InputError as error:
            for problem in error.problems:
                self.say(node.place, f"counties: {problem}")
            return [None]
