"""Plug-ins named in configurations and experiments: their names become those of their code.

``policies: {night_school: ...}`` is read as ``policies: {my_lab.policies:NightSchool: ...}``, so
that everything else, digests and kept sources too, is as for a policy of one's own; and so is
``function: NAME`` of an outcome.
"""

from sim.config.places import Node
from sim.errors import InputError
from sim.model.config.naming import kind_of
from sim.model.policies import POLICIES
from sim.plugins import find

_POLICIES, _OUTCOMES = "policies", "outcomes"


def policy_named(name: str) -> str:
    """Return what a block of policies is called: of a plug-in ``module:Class``, else as it is."""
    kind = kind_of(name)
    if kind in POLICIES or ":" in kind or not kind.isidentifier():
        return name
    found = find(_POLICIES, kind)
    return name if found is None else f"{found.where}{name[len(kind) :]}"


def key_named(key: str) -> str:
    """Return a dotted key with a plug-in's policy called by its code."""
    block, dot, rest = key.partition(".")
    if block != _POLICIES or not dot:
        return key
    name, dot, field = rest.partition(".")
    return f"{block}.{policy_named(name)}{dot}{field}"


def by_code(node: Node) -> Node:
    """Return a tree in which plug-ins are called by their code.

    Raises
    ------
    InputError
        If a policy is there twice then.
    """
    if isinstance(node.value, list):
        return Node([by_code(child) for child in node.value], node.place, node.key)
    if not isinstance(node.value, dict):
        return node
    found: dict[str, Node] = {}
    for key, child in node.value.items():
        inner = by_code(child)
        if key == _POLICIES:
            inner = _blocks(inner)
        elif key == _OUTCOMES:
            inner = _functions(inner)
        elif key == "parts":
            inner = _listed(inner)
        found[key_named(key)] = inner
    return Node(found, node.place, node.key)


def _blocks(node: Node) -> Node:
    """Return a block of policies with plug-ins called by their code."""
    if not isinstance(node.value, dict):
        return node
    found: dict[str, Node] = {}
    for name, child in node.value.items():
        code = policy_named(name)
        if code in found:
            raise InputError(f"{child.key or child.place}: {name} and {code} are one policy")
        found[code] = child
    return Node(found, node.place, node.key)


def _functions(node: Node) -> Node:
    """Return a block of outcomes in which functions of plug-ins are called by their code."""
    if not isinstance(node.value, dict):
        return node
    return Node({k: _function(child) for k, child in node.value.items()}, node.place, node.key)


def _function(node: Node) -> Node:
    given = node.get("function")
    if given is None or not isinstance(given.value, str) or not given.value.isidentifier():
        return node
    found = find(_OUTCOMES, given.value)
    if found is None:
        return node
    code = Node(found.where, given.place, given.key)
    return Node({**node.value, "function": code}, node.place, node.key)


def _listed(node: Node) -> Node:
    """Return parts, lists of policies, with plug-ins called by their code."""
    if not isinstance(node.value, dict):
        return node
    found = {}
    for part, names in node.value.items():
        inside = names.value if isinstance(names.value, list) else []
        called = [
            Node(policy_named(n.value), n.place, n.key) if isinstance(n.value, str) else n
            for n in inside
        ]
        found[part] = Node(called, names.place, names.key) if inside else names
    return Node(found, node.place, node.key)
