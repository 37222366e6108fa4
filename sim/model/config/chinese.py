"""Chinese of a configuration's keys: the second string below a field, or below a class's head.

The first string is the docstring, which pydantic makes the description; ``x-zh`` in the JSON Schema
is the second. Where a class serves several blocks, ``…`` stands for what the block is called.
Strings name no run (`sim.model.compiled`): a wording can be mended at any time.
"""

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

_POLICIES = Path(__file__).parent.parent / "policies"


def policy_name(kind: str) -> str:
    """Return what a policy is in Chinese, from its source alone; "" where there is no such file."""
    path = _POLICIES / f"{kind}.py"
    found = _in_source(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return next((text for (_, field), text in found.items() if not field), "")


@cache
def _of_module(name: str) -> dict[tuple[str, str], str]:
    """Return the Chinese in a module's source, {} where it is made, not written."""
    try:
        return _in_source(inspect.getsource(sys.modules[name]))
    except (KeyError, OSError, TypeError):
        return {}


def _in_source(source: str) -> dict[tuple[str, str], str]:
    """Return the Chinese in a source by class and field ("" for the class itself)."""
    classes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef))
    return {(node.name, name): text for node in classes for name, text in _second_strings(node)}


def _second_strings(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Yield the string below the docstring of a class, and of each of its fields."""
    name, strings = "", 0
    for statement in node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=field)):
                name, strings = field, 0
            case ast.Expr(value=ast.Constant(value=str(text))):
                strings += 1
                if strings == 2:
                    yield name, inspect.cleandoc(text)
            case _:
                strings = 2


def add_chinese(schema: dict[str, Any], cls: "type[BaseModel]") -> None:
    """Add to the JSON Schema of a block what it and its keys are in Chinese (``x-zh``)."""
    if own := _of_module(cls.__module__).get((cls.__name__, "")):
        schema["x-zh"] = own
    for name, node in schema.get("properties", {}).items():
        found = (_of_module(base.__module__).get((base.__name__, name)) for base in cls.__mro__)
        if text := next(filter(None, found), None):
            node["x-zh"] = text
