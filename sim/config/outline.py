"""Keys that a configuration (or another kind of file) may have, read from its JSON Schema."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from pydantic import BaseModel

from sim.model.config.schema import Config
from sim.model.policies import kind_of, own

#: keys and list indices
Path = tuple[str | int, ...]
Keys = tuple[str, ...]


#: models of other kinds of files, by the name that references inside their schemas begin with
_models: dict[str, type[BaseModel]] = {}


@cache
def strict_schema(model: type[BaseModel] = Config) -> dict[str, Any]:
    """Return the JSON Schema of a complete file: of a configuration (that extends nothing)."""
    if model is Config:
        return Config.model_json_schema()
    _models[model.__name__] = model
    return model.model_json_schema(ref_template=f"{model.__name__}/{{model}}")


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema for editors (Draft 2020-12).

    Besides the keys of a complete configuration it knows ``extends``; what a configuration that
    extends another may leave out is then not asked for (`hecun check` sees the whole).
    """
    schema = deepcopy(strict_schema())
    for definition in schema["$defs"].values():
        tags = [k for k, node in definition.get("properties", {}).items() if "const" in node]
        if definition.pop("required", None) and tags:
            definition["required"] = tags
    required = schema.pop("required")
    schema["properties"] = {
        "extends": {
            "type": "string",
            "description": "Another configuration that this one changes, relative to this file.",
        },
        **schema["properties"],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "hecun configuration",
        "if": {"not": {"required": ["extends"]}},
        "then": {"required": required},
    }


def branches(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the alternatives of a schema node with references followed, without null."""
    if "$ref" in node:
        return branches(_definition(node["$ref"]))
    for union in ("anyOf", "oneOf"):
        if union in node:
            return [found for option in node[union] for found in branches(option)]
    return [] if node.get("type") == "null" else [node]


def _definition(reference: str) -> dict[str, Any]:
    """Return what a ``$ref`` names: a part of the schema, or of the schema of one's own class."""
    owner, _, name = reference.rpartition("/")
    if owner in _models:
        return strict_schema(_models[owner])["$defs"][name]
    return (strict_schema() if owner == "#/$defs" else _own_schema(owner))["$defs"][name]


def _own_schema(kind: str) -> dict[str, Any]:
    """Return the schema of a user's own policy, {} if its class could not be imported."""
    source = own.known(kind)
    return source.cls.model_json_schema(ref_template=f"{kind}/{{model}}") if source else {}


def _block(name: str) -> list[dict[str, Any]] | None:
    """Return the schema of a policy's block that has a label or is one's own, else None."""
    kind = kind_of(name)
    if ":" in kind:
        return [_own_schema(kind)]
    return nodes_at(("policies", kind)) if kind != name else None


def nodes_at(path: Path, data: Any = None, model: type[BaseModel] = Config) -> list[dict[str, Any]]:
    """Return the schema nodes at a path, each with the description and unit of its field.

    Parameters
    ----------
    path : tuple of str
        Keys; list indices are allowed.
    data : optional
        The plain configuration: it decides which alternative (``by: ...``) is meant.
    model : type
        What the file is.
    """
    found = [strict_schema(model)]
    for depth, part in enumerate(path):
        options = [option for node in found for option in branches(node)]
        options = _tagged(options, data) or options
        found = [option["properties"][part] for option in options if _has(option, part)] or [
            option[inside]
            for option in options
            for inside in ("items" if isinstance(part, int) else "additionalProperties",)
            if isinstance(option.get(inside), dict)
        ]
        if depth == 1 and path[0] == "policies" and model is Config:
            found = _block(str(part)) or found
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            data = None
    return found


def chinese(path: Keys) -> str:
    """Return what a key is in Chinese, "" where none is beside it (`sim.model.config.chinese`)."""
    nodes = nodes_at(path)
    found = [node.get("x-zh", "") for node in (*nodes, *(b for n in nodes for b in branches(n)))]
    words = next(filter(None, found), "")
    return words.replace("…", chinese(path[:-1])) if "…" in words else words


def _has(node: dict[str, Any], key: str | int) -> bool:
    return key in node.get("properties", {})


def _tagged(options: list[dict[str, Any]], data: Any) -> list[dict[str, Any]]:
    """Keep the alternatives whose constant keys have the values given."""
    if not isinstance(data, dict) or len(options) < 2:
        return options
    return [
        option
        for option in options
        if all(
            data.get(key) == node["const"]
            for key, node in option.get("properties", {}).items()
            if "const" in node
        )
    ]


def keys_at(path: Path, data: Any = None, model: type[BaseModel] = Config) -> list[str]:
    """Return the keys a block may have, in the order of the schema."""
    options = [option for node in nodes_at(path, data, model) for option in branches(node)]
    for part in path:
        data = data.get(part) if isinstance(data, dict) else None
    options = _tagged(options, data) or options
    return list(dict.fromkeys(key for option in options for key in option.get("properties", {})))


def leaves(
    path: Keys = (), node: dict[str, Any] | None = None
) -> Iterator[tuple[Keys, dict[str, Any]]]:
    """Yield every key that holds a value rather than a block, with its schema node."""
    for option in branches(node or strict_schema()):
        for key, child in option.get("properties", {}).items():
            below = [found for found in branches(child) if "properties" in found]
            if below:
                yield from leaves((*path, key), child)
            else:
                yield (*path, key), child


@cache
def homes(model: type[BaseModel] = Config) -> dict[str, tuple[Keys, ...]]:
    """Return, for every key, the blocks that may have it."""
    found: dict[str, dict[Keys, None]] = {}

    def walk(path: Keys, node: dict[str, Any]) -> None:
        for option in branches(node):
            for key, child in option.get("properties", {}).items():
                found.setdefault(key, {})[path] = None
                walk((*path, key), child)

    walk((), strict_schema(model))
    return {key: tuple(paths) for key, paths in found.items()}


def limits(node: dict[str, Any]) -> str:
    """Return ``" from 0 to 1"``, ``" above 0"``, ... for a schema node, or ``""``."""
    low, high = node.get("minimum"), node.get("maximum")
    over, under = node.get("exclusiveMinimum"), node.get("exclusiveMaximum")
    if low is not None and high is not None:
        return f" from {_short(low)} to {_short(high)}"
    parts = []
    if over is not None:
        parts.append(f"above {_short(over)}")
    if low is not None:
        parts.append(f"of at least {_short(low)}")
    if high is not None:
        parts.append(f"at most {_short(high)}")
    if under is not None:
        parts.append(f"below {_short(under)}")
    return f" {' and '.join(parts)}" if parts else ""


def _short(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:g}"


def expected(field: dict[str, Any]) -> str:
    """Say in words what a field holds: ``a number from 0 to 1``."""
    words = dict.fromkeys(_expected(option) for option in branches(field))
    unit = field.get("x-unit", "1")
    return " or ".join(words) + (f" ({unit})" if unit != "1" else "")


def _expected(node: dict[str, Any]) -> str:
    if "enum" in node:
        return " or ".join(repr(value) for value in node["enum"])
    if "const" in node:
        return repr(node["const"])
    if "x-expected" in node:
        return node["x-expected"]
    if "pattern" in node:
        return "a month as YYYY-MM, for example 2020-04"
    if "properties" in node:
        return f"a block with {', '.join(list(node['properties'])[:12])}"
    words = {
        "integer": "a whole number",
        "number": "a number",
        "string": "a text",
        "boolean": "true or false",
        "array": "a list, [a, b]",
        "object": "a block of names, {a: ..., b: ...}",
    }
    return words.get(node.get("type", ""), "another value") + limits(node)
