"""Targets that do not fit: of what nothing draws, or where more than arms would be weighed."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sim.config.places import Node, Place
from sim.errors import nearest
from sim.lab.file.factors import Draw, Factor, Levels, Prior, Sample
from sim.lab.file.schema import Calibrate, Compare

if TYPE_CHECKING:
    from sim.lab.file.schema import Method


def worlds_fit(
    spec: "Method | None",
    root: Node,
    factors: Mapping[str, Factor],
    say: Callable[[Place, str], None],
) -> None:
    """Note what targets inform that is no factor, and worlds that cannot be weighed."""
    if not isinstance(spec, Calibrate | Compare) or not spec.targets:
        return
    for name, target in spec.targets.items():
        for key in target.informs:
            if key not in factors:
                node = root.get("targets", name, "informs") or root
                say(
                    node.place, f"targets.{name}.informs: {key} is no factor{nearest(key, factors)}"
                )
    if isinstance(spec, Calibrate):
        return
    place = (root.get("targets") or root).place
    if not any(isinstance(factor, Draw | Prior) for factor in factors.values()):
        say(place, "targets: worlds are weighed, and nothing is drawn: give a factor prior or draw")
    if spec.counties:
        say(place, "targets: worlds of one county are weighed; drop counties")
    for key, factor in factors.items():
        node = root.get("factors", key) or root
        if isinstance(factor, Levels):
            told = "worlds are weighed where arms alone differ; draw it ({draw: [...]})"
            say(node.place, f"factors.{key}: has levels beside targets: {told}")
        elif isinstance(factor, Sample):
            say(place, "targets: a sample is weighed already; give parameters: prior")
            return
