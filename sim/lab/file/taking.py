"""Values and what takes them: a lever where its policy is, a parameter where its mechanism acts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.config.places import undotted
from sim.model.parameters.mechanisms import neutral

if TYPE_CHECKING:
    from sim.config.places import Node, Place
    from sim.lab.file.loading import Head
    from sim.model.config.schema import Config


@dataclass(frozen=True, slots=True)
class AsSet:
    """What a block of factors leaves out, since a configuration sets it.

    Attributes
    ----------
    key : str
        Of a parameter, or of a mechanism's form.
    value : float or str
        As set.
    place : Place
        Where.
    where : tuple of str
        Arms and counties (``"none, 513424"``) in which it is so; none: in all.
    """

    key: str
    value: float | str
    place: "Place"
    where: tuple[str, ...]


def set_in(tree: "Node", keys: Iterable[str]) -> frozenset[str]:
    """Return those of some keys that a configuration as written sets."""
    nodes = {key: tree.get(*undotted(key)) for key in keys}
    return frozenset(key for key, node in nodes.items() if node and node.value is not None)


def as_set(heads: Sequence["Head"]) -> list[AsSet]:
    """Return what blocks of factors leave out of configurations, by key."""
    found: dict[tuple[str, Any, Place], list[str]] = {}
    for head in heads:
        name = ", ".join(filter(None, (head.arm, head.county)))
        for key in head.kept:
            node = head.tree.get(*undotted(key))
            assert node is not None
            found.setdefault((key, node.value, node.place), []).append(name)
    every = len(heads)
    return [
        AsSet(*told, () if len(where) == every else tuple(where))
        for told, where in sorted(found.items(), key=lambda one: one[0][0])
    ]


def policy_of(key: str) -> str | None:
    """Return the policy that a lever, or a whole policy, belongs to; None of other keys."""
    block, *rest = undotted(key)
    return rest[0] if block == "policies" and rest else None


def lever_of(key: str) -> str | None:
    """Return the policy that a lever belongs to; None of whole policies and other keys."""
    return policy_of(key) if len(undotted(key)) > 2 else None


def policies_in(tree: "Node | None") -> list[str]:
    """Return the policies that a configuration as written has."""
    block = None if tree is None else tree.get("policies")
    blocks = block.value if block is not None and isinstance(block.value, dict) else {}
    return [name for name, node in blocks.items() if node.value is not None]


def applying(
    head: "Head", values: Mapping[str, Any], point: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return those of some values that a configuration takes.

    Left out are levers of policies that it does not have, parameters of mechanisms that it switches
    off, and of a block of factors what it sets itself.

    Parameters
    ----------
    head : Head
        The configuration.
    values : mapping
        Key of the configuration -> value.
    point : mapping, optional
        What a design point changes in it, if that is not `values`.
    """
    active = head.config.active()
    changed = values if point is None else point
    off = neutral(tuple(changed.get("switched_off", head.config.switched_off)))
    return {
        key: value
        for key, value in values.items()
        if key not in head.kept and _taken(key, active, off)
    }


def _taken(key: str, active: Mapping[str, Any], off: dict[str, dict[str, float]]) -> bool:
    block, *rest = undotted(key)
    if block == "policies" and len(rest) > 1:
        return rest[0] in active
    if block == "parameters" and len(rest) == 2:
        return rest[1] not in off.get(rest[0], {})
    return True


def not_taken(head: "Head", heads: Sequence["Head"], keys: Sequence[str]) -> set[str]:
    """Return the factors that are set nowhere in one of several configurations.

    A whole policy as a factor is set where the policy is; where no configuration has it, the
    factor brings it to all.
    """
    given = dict.fromkeys(keys)
    each_point = {"switched_off": ()} if "switched_off" in given else {}
    kept = applying(head, given, each_point)
    arms = (other for other in heads if other.county == head.county)  # the same in every county
    anywhere = {name for other in arms for name in other.config.active()}
    elsewhere = anywhere - set(head.config.active())
    return {key for key in keys if key not in kept or policy_of(key) in elsewhere}


def why_not(config: "Config", key: str) -> str:
    """Say why no configuration takes a factor, and what to do."""
    name = policy_of(key)
    if name is not None:
        return (
            f"no configuration here has the policy {name}, and a lever alone does not bring it; "
            f"give the policy to config, an arm or set (policies.{name}: {{...}})"
        )
    process, parameter = undotted(key)[1:]
    which = [one for one in config.switched_off if parameter in neutral((one,)).get(process, {})]
    return f"belongs to {which[0]}, which switched_off names: take one of the two away"
