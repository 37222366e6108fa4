"""Reading of an experiment file's factors, each with the place where it is wrong."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.config import messages, outline
from sim.config.loading import locate, nested, planted
from sim.config.places import Node, Place, Problem, undotted
from sim.config.waiting import Refused
from sim.errors import InputError
from sim.lab.file import factors
from sim.lab.file.factors import Factor, Joint, Prior
from sim.lab.file.samples import sampled
from sim.lab.file.schema import GRIDS, METHODS, RESERVED, Method
from sim.lab.file.taking import not_taken, why_not
from sim.model.parameters.variants import VARIANTS

if TYPE_CHECKING:
    from sim.lab.file.loading import Head

_NOT_FACTORS = {
    "seed": "replicates have seeds of their own: use replicates",
    "title": "a title changes nothing",
    "outcomes": "every point measures the same",
    "extends": "name the file in config, or an arm's config",
}


class FactorReader:
    """Reads the factors of one experiment file, and notes what is wrong.

    Parameters
    ----------
    root : Node
        The file.
    folder : Path
        What names of files in it are relative to.
    problems : list of str
        Gets what is wrong.
    refused : Refused
        Keys that are refused already.
    """

    def __init__(self, root: Node, folder: Path, problems: list[str], refused: Refused) -> None:
        self.root, self.folder, self.problems, self.refused = root, folder, problems, refused
        #: parameters and forms that a block with prior stands for -> its key
        self.blocks: dict[str, str] = {}

    def say(self, place: Place, text: str) -> None:
        """Note a problem."""
        self.problems.append(str(Problem(place, text)))

    def _written(self, block: Node) -> list[Node]:
        """Return changes written in a block whose keys may be dotted."""
        return [self._at(key, value) for key, value in block.value.items()]

    def _at(self, key: str, node: Node) -> Node:
        """Return a change at a dotted key, names of files in it made absolute."""
        tree = nested(undotted(key), node)
        self._refuse_unknown(tree, tree, ())
        locate(tree, self.folder)
        return tree

    def _refuse_unknown(self, tree: Node, node: Node, path: tuple[str, ...]) -> None:
        """Refuse to remove (null) what a configuration cannot have: it would say nothing."""
        if isinstance(node.value, dict):
            for key, inner in node.value.items():
                self._refuse_unknown(tree, inner, (*path, key))
        elif node.value is None and not outline.nodes_at(path, tree.plain()):
            error = {"type": "extra_forbidden", "loc": path}
            self.problems.append(str(messages.problem(tree, error)[1]))

    def factors(self, spec: Method | None) -> dict[str, Factor]:
        """Return the factors by key, whole blocks spelled out: what is named more exactly wins."""
        found: dict[str, Factor] = {}
        given: dict[str, str] = {}  # factor -> the key of the file that it is of
        block = self.root.get("factors")
        method = self.root.get("method")
        needs = (
            method is not None
            and method.value in METHODS
            and method.value not in ("compare", "study")
        )
        needs = needs and not self.refused.touch([("factors",)])
        if block is None or not isinstance(block.value, dict) or not block.value:
            if method is not None and needs:
                self.say(method.place, f"factors: method {method.value} needs at least one")
            return found
        for key, node in block.value.items():
            try:
                factor = factors.parse(node.plain())
            except ValueError:
                continue  # said already by the schema
            own: dict[str, Factor] = {}
            if isinstance(factor, Joint):
                own = self._sampled(spec, key, factor, node)
            else:
                if isinstance(factor, factors.Levels):
                    values = (self._absolute(key, value, node.place) for value in factor.values)
                    factor = factors.Levels(tuple(values), factor.labels)
                for name in self._spelled_out(key, factor, node):
                    own[name] = self._usable(spec, name, factor, node)
            depth = len(undotted(key))
            own = {n: f for n, f in own.items() if len(undotted(given.get(n, key))) <= depth}
            found |= own
            given |= dict.fromkeys(own, str(key))
            self._note_block(key, own, factor)
        for key in sorted(found):
            parts = key.split(".")
            above = [one for n in range(1, len(parts)) if (one := ".".join(parts[:n])) in found]
            if above:
                node = block.get(key) or block
                self.say(node.place, f"factors.{key}: lies in the factor {above[0]}; keep one")
        return found

    def _note_block(self, key: str, own: dict[str, Factor], factor: Factor) -> None:
        """Note what is a block's, and no block's any more."""
        for name in own:
            self.blocks.pop(name, None)
            if name != key and isinstance(factor, Prior):
                self.blocks[name] = key

    def taken(self, heads: "list[Head]", found: dict[str, Factor]) -> dict[str, Factor]:
        """Return the factors that some configuration takes; note those that none does.

        Of a whole block those are left out that configurations set, and in silence those that
        belong to mechanisms which are off everywhere.
        """
        gone = set(found) if heads and not self.problems else set()
        for head in heads:
            gone &= not_taken(head, heads, list(found))
        block = self.root.get("factors")
        for key in sorted(gone):
            node = self.root.get("factors", key)
            sample = isinstance(found[key], factors.Sample)
            if node is None and not sample:
                continue
            node = node or self.root.get("factors", "parameters") or block
            assert node is not None
            what = f"parameters: the sample has {key}" if sample else key
            how = "; or write the sample out without it (parameters: {sample: ...})"
            why = why_not(heads[0].config, key) + (how if sample else "")
            self.say(node.key or node.place, f"factors.{what}: {why}")
        self._refuse_empty(heads, gone)
        return {key: factor for key, factor in found.items() if key not in gone}

    def _refuse_empty(self, heads: "list[Head]", gone: set[str]) -> None:
        """Refuse a block of which configurations set all that there is to draw."""
        for key in dict.fromkeys(self.blocks.values()):
            own = {name for name, block in self.blocks.items() if block == key}
            kept = sorted(own & set().union(*(head.kept for head in heads)))
            node = self.root.get("factors", key)
            if kept and own <= gone and node is not None:
                self.say(
                    node.key or node.place,
                    f"factors.{key}: stands for what configurations leave at its default, and they "
                    f"set all of it; name what is to be drawn all the same ({kept[0]}: prior)",
                )

    def _absolute(self, key: str, value: Any, place: Place) -> Any:
        """Return a level with names of files made absolute."""
        node = self._at(key, planted(value, place)).get(*undotted(key))
        return None if node is None else node.plain()

    def _sampled(
        self, spec: Method | None, key: str, joint: Joint, node: Node
    ) -> dict[str, Factor]:
        """Return the parameters of a posterior sample."""
        found, wrong = sampled(self.folder, key, joint, spec.method if spec else "compare")
        if wrong is not None:
            self.say(node.key or node.place, f"factors.{key}: {wrong}")
        return dict(found)

    def _spelled_out(self, key: str, factor: Factor, node: Node) -> list[str]:
        """Return the keys a factor stands for."""
        place = node.key or node.place
        parts = undotted(key)
        if key in RESERVED or parts[0] in _NOT_FACTORS:
            why = _NOT_FACTORS.get(parts[0], "it is a column of every design")
            self.say(place, f"factors.{key}: cannot be a factor: {why}")
            return []
        if node.value == factors.ALL and key != "variants":
            text = "all is for variants alone (variants: all); give levels, a range or prior"
            self.say(place, f"factors.{key}: {text}")
            return []
        if not isinstance(factor, Prior):
            return [key]
        try:
            return factors.stands_for(key, parts)
        except InputError as error:
            self.say(place, f"factors.{key}: {error}")
            return []

    def _usable(self, spec: Method | None, key: str, factor: Factor, node: Node) -> Factor:
        """Return a factor; note where the method cannot use it."""
        if spec is None:
            return factor
        if isinstance(factor, Prior) and undotted(key)[0] == "variants":
            forms = VARIANTS[undotted(key)[1]].forms
            factor = factors.Draw(forms) if spec.method in GRIDS else factors.Levels(forms, forms)
        elif isinstance(factor, factors.Draw) and spec.method not in GRIDS:
            self.say(node.place, f"factors.{key}: nothing is drawn by replicate in method "
                     f"{spec.method}: give levels or a range")  # fmt: skip
        if spec.method == "calibrate" and isinstance(factor, factors.Levels):
            self.say(node.place, f"factors.{key}: method calibrate needs a range or prior")
        if isinstance(factor, factors.Range) and spec.method in GRIDS:
            if factor.steps is None:
                text = f"method {spec.method} needs steps: {{from: .., to: .., steps: 4}}"
                self.say(node.place, f"factors.{key}: {text}")
                return factor
            return factor.levels()
        if spec.method == "one_at_a_time":
            if isinstance(factor, factors.Levels) and len(factor.values) != 2:
                text = f"{len(factor.values)} levels; one_at_a_time takes a low and a high one"
                self.say(node.place, f"factors.{key}: {text}")
            return factor
        if isinstance(factor, factors.Range) and factor.steps is not None:
            return factor.levels()
        return factor
