"""Arms that follow from others: a reform taken apart, a merger carried out in part."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from sim.config.loading import merge, nested, planted
from sim.config.places import Node, Place
from sim.errors import nearest
from sim.lab.methods.shapley import coalitions

if TYPE_CHECKING:
    from sim.lab.file.study import Study

NOTHING, WHOLE = "none", "whole reform"


def arm_name(parts: Sequence[str]) -> str:
    """Return the name of the arm in which some parts are on."""
    return " + ".join(parts) or NOTHING


def arms_of(parts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the policies that are off in each arm, in the order of `coalitions`."""
    names = list(parts)
    found = {}
    for chosen in coalitions(len(names)):
        on = [names[i] for i in chosen]
        found[arm_name(on)] = [p for name in names if name not in on for p in parts[name]]
    return found


def trees_of(tree: Node, parts: Mapping[str, Sequence[str]], place: Place) -> dict[str, Node]:
    """Return the configuration of each arm: the whole one without the policies that are off."""
    found = {}
    for arm, off in arms_of(parts).items():
        found[arm] = tree
        for name in off:
            found[arm] = merge(found[arm], nested(("policies", name), planted(None, place)))
    return found


def wrong_parts(parts: Mapping[str, Sequence[str]], known: Sequence[str]) -> list[str]:
    """Return what is wrong with parts of a configuration that has some policies."""
    every = [policy for policies in parts.values() for policy in policies]
    often = sorted({policy for policy in every if every.count(policy) > 1})
    found = [
        f"{name!r} cannot name a part: it is what an arm of none or several is called"
        for name in parts
        if name == NOTHING or " + " in name
    ]
    found += [f"{name!r} names no policy" for name, policies in parts.items() if not policies]
    found += [f"policy {policy} is named more than once" for policy in often]
    for policy in dict.fromkeys(every):
        if policy not in known:
            found.append(f"the configuration has no policy {policy!r}{nearest(policy, known)}")
    return found


def in_part(
    spec: "Study", trees: Mapping[str, Node | None], root: Node, say: Callable[[Place, str], None]
) -> dict[str, Node | None]:
    """Return the arms of a study whose merger is carried out in part, by name.

    Parameters
    ----------
    spec : Study
        The experiment.
    trees : mapping
        Arm -> its configuration, as written.
    root : Node
        The experiment's file.
    say : callable
        Told of an arm that has no merger.
    """
    found: dict[str, Node | None] = {}
    place = (root.get("population") or root.get("designs") or root).place
    for name, (arm, partly) in spec.parts().items():
        tree = trees.get(arm)
        merger = None if tree is None else tree.get("policies", "merger")
        if tree is not None and (merger is None or merger.value is None):
            said = f"population.spillovers: arm {arm!r} has no merger to carry out in part"
            say(place, f"{said}; write spillovers: false")
        elif tree is not None:
            block = planted(partly, place)
            found[name] = merge(tree, nested(("policies", "merger", "partly"), block))
    return found
