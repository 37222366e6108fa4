"""Turn pydantic's errors into sentences with a place, an expectation and a way to mend."""

import re
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from sim.config import outline
from sim.config.places import Node, Place, Problem, dotted, undotted
from sim.errors import nearest
from sim.model.config.schema import Config

Model = type[BaseModel]
Path = tuple[str | int, ...]

#: pydantic's errors of a number out of its range
BOUNDS = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")


def locate(root: Node, loc: tuple[str | int, ...]) -> Path:
    """Return the path in the file for a pydantic location (which also names union members)."""
    path: list[str | int] = []
    node = root
    for i, part in enumerate(loc):
        below = node.get(part)
        if below is not None:
            path.append(part)
            node = below
        elif (
            part not in ("[key]", "block", "plain")
            and i == len(loc) - 1
            and isinstance(node.value, dict)
        ):
            path.append(part)
    return tuple(path)


def place_of(root: Node, path: Path, *, key: bool = False) -> Place:
    """Return where a path was written: its value (or its key), else the nearest block around."""
    for length in range(len(path), -1, -1):
        node = root.get(*path[:length])
        if node is not None:
            at_key = node.key and (key or length < len(path) or isinstance(node.value, dict))
            return node.key if at_key and node.key else node.place
    return root.place


def problem(root: Node, error: Any, model: Model = Config) -> tuple[Path, Problem]:
    """Return the path and the problem of one pydantic error of a model."""
    path = locate(root, error["loc"])
    kind = error["type"]
    if kind == "missing":
        return path, Problem(place_of(root, path), f"{dotted(path)}: {_missing(root, path, model)}")
    if kind == "extra_forbidden":
        text = f"{dotted(path)}: {_unknown(root, path, model)}"
        return path, Problem(place_of(root, path, key=True), text)
    if kind.startswith("union_tag"):
        return _tag(root, path, error, model)
    if kind == "value_error":
        said = str(error["ctx"]["error"])
        at = _named_in(root, path, said)
        if at != path:
            path, said = at, said.removeprefix(dotted(at)).lstrip(" :")
        prefix = f"{dotted(path)}: " if path else ""
        return path, Problem(place_of(root, path), f"{prefix}{said}{_inherited(root, path)}")
    text = f"{dotted(path)}: {_wrong_value(root, path, error, model)}"
    return path, Problem(place_of(root, path), text)


def _named_in(root: Node, path: Path, said: str) -> Path:
    """Return the path a message begins with, if it is one; else the path of its block."""
    words = said.split()
    named = undotted(words[0].rstrip(":")) if words else ()
    return named if not path and root.get(*named) is not None and named else path


def _inherited(root: Node, path: Path) -> str:
    """Name the places of a block's keys when they come from several files."""
    node = root.get(*path)
    if not path or node is None or not isinstance(node.value, dict):
        return ""
    files = {child.place.file for child in node.value.values()}
    if len(files) < 2:
        return ""
    origins = ", ".join(f"{key} from {child.key}" for key, child in node.value.items())
    return f" ({origins}; `key: null` removes an inherited key)"


def _missing(root: Node, path: Path, model: Model) -> str:
    field = _field(root, path, model)
    what = f" - {_lower(field.get('description', ''))}" if field.get("description") else ""
    return f"missing; expected {outline.expected(field)}{what}"


def _lower(text: str) -> str:
    text = text.rstrip(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _field(root: Node, path: Path, model: Model) -> dict[str, Any]:
    """Return the schema of the field at a path, {} where there is none."""
    found = outline.nodes_at(path, root.plain(), model)
    return found[0] if found else {}


def _unknown(root: Node, path: Path, model: Model) -> str:
    """Say what an unknown key may have meant, and where it belongs."""
    *above, key = path
    block = f"in {dotted(above)}" if above else "at the top level"
    known = outline.keys_at(tuple(above), root.plain(), model)
    close = get_close_matches(str(key), known, n=1, cutoff=0.6)
    if close:
        return f"unknown key; did you mean {close[0]!r}?"
    homes = _homes(str(key), tuple(above), model)
    if homes:
        return f"unknown key {block}; it belongs {' or '.join(homes)}"
    close = get_close_matches(str(key), outline.homes(model), n=1, cutoff=0.75)
    homes = _homes(close[0], tuple(above), model) if close else []
    if homes:
        return f"unknown key {block}; did you mean {close[0]!r}, which belongs {homes[0]}?"
    return f"unknown key; {block} there may be {_listed(known)}"


def _homes(key: str, above: Path, model: Model) -> list[str]:
    """Return the blocks a key belongs in, the nearest to a path first, at most three."""

    def away(home: Path) -> int:
        shared = 0
        for mine, other in zip(above, home, strict=False):
            if mine != other:
                break
            shared += 1
        return len(above) + len(home) - 2 * shared

    homes = sorted(outline.homes(model).get(key, ()), key=lambda home: (away(home), home))
    least = away(homes[0]) if homes else 0
    found = [
        f"in {dotted(home)}" if home else "at the top level"
        for home in homes
        if away(home) == least
    ]
    return found[:3] if len(found) <= 3 else []


def _listed(words: list[str], most: int = 14) -> str:
    more = f", ... ({len(words)} in all)" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def _tag(root: Node, path: Path, error: Any, model: Model) -> tuple[Path, Problem]:
    """Say which alternatives a block has (``by: fixed``, ...)."""
    key = error["ctx"]["discriminator"].strip("'")
    options = outline.branches(_field(root, path, model))
    tags = [option["properties"][key]["const"] for option in options]
    choices = " or ".join(map(repr, tags))
    if error["type"] == "union_tag_not_found":
        given = {} if (node := root.get(*path)) is None else node.value
        close = get_close_matches(key, map(str, given), n=1, cutoff=0.75)
        if close:
            at = (*path, close[0])
            text = f"{dotted(at)}: unknown key; did you mean {key!r}?"
            return (*path, key), Problem(place_of(root, at, key=True), text)
    path = (*path, key)
    if error["type"] == "union_tag_not_found":
        return path, Problem(place_of(root, path), f"{dotted(path)}: missing; expected {choices}")
    given = str(error["ctx"]["tag"])
    text = f"{dotted(path)}: {given!r} is unknown; expected {choices}{nearest(given, tags)}"
    return path, Problem(place_of(root, path), text)


def shown(value: Any) -> str:
    """Return a value as a user would name it, with its kind."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return f"a block of keys ({_listed(list(value), 4)})" if value else "an empty block"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, str):
        return f"the text {value if len(value) <= 60 else value[:57] + '...'!r}"
    return f"the number {value!r:.30}"


def _wrong_value(root: Node, path: Path, error: Any, model: Model) -> str:
    """Say what was found and what was expected."""
    node = root.get(*path)
    value = node.plain() if node else error.get("input")
    field, kind = _field(root, path, model), error["type"]
    wanted = outline.expected(field)
    if kind in BOUNDS and "x-range" in field:
        low, high = field["x-range"]
        unit = "" if field["x-unit"] == "1" else f" {field['x-unit']}"
        return (
            f"{value:g} is outside its plausible range {low:g} to {high:g}{unit} "
            f"({field['x-source']}; confidence {field['x-confidence']}); a value beyond it needs "
            "parameters_outside_range: true at the top level"
        )
    if kind in BOUNDS:
        return f"{value!r:.30} is out of range; expected {wanted}{_percent(value, field)}"
    if kind in ("too_short", "too_long", "finite_number"):
        return _wrong_length(value, error) or f"not a finite number; expected {wanted}"
    if kind in ("literal_error", "enum"):
        options = [str(v) for option in outline.branches(field) for v in option.get("enum", ())]
        return f"{shown(value)} is not allowed; expected {wanted}{nearest(str(value), options)}"
    if not field:
        return f"{shown(value)} is not allowed here ({error['msg']})"
    return f"expected {wanted}, got {shown(value)}{_mend(value, field)}"


def _wrong_length(value: Any, error: Any) -> str:
    for key, word in (("min_length", "least"), ("max_length", "most")):
        if key in error.get("ctx", {}):
            return f"{shown(value)}; expected at {word} {error['ctx'][key]}"
    return ""


def _percent(value: Any, field: dict[str, Any]) -> str:
    share = any(option.get("maximum") == 1 for option in outline.branches(field))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if share and number and 1.01 <= value <= 100:
        return f"; {value:g} per cent is {value / 100:g}"
    return ""


def _mend(value: Any, field: dict[str, Any]) -> str:
    """Return how to mend a value of the wrong type, or ``""``."""
    types = {option.get("type") for option in outline.branches(field)}
    if isinstance(value, str):
        return _mend_text(value.strip(), types)
    if "string" in types and isinstance(value, int | float) and not isinstance(value, bool):
        return f'; put it in quotes: "{value}"'
    if "integer" in types and isinstance(value, float):
        return f"; write {value:.0f}" if value == round(value, 0) and abs(value) < 1e15 else ""
    return ""


def _mend_text(text: str, types: set[Any]) -> str:
    if types & {"integer", "number"}:
        return _mend_number(text)
    if "boolean" in types and text.lower() in ("yes", "on", "true", "是"):
        return "; write true"
    if "boolean" in types and text.lower() in ("no", "off", "false", "否"):
        return "; write false"
    return f"; write [{text}]" if "array" in types else ""


def _mend_number(text: str) -> str:
    if re.fullmatch(r"-?\d+,\d{1,2}", text):  # a decimal comma, not one between thousands
        text = text.replace(",", ".")
    bare = text.replace(",", "").replace("，", "").replace("_", "")
    share = bare.endswith(("%", "％"))
    try:
        number = float(bare.rstrip("%％"))
    except ValueError:
        first = text.partition(" ")[0]
        plain = first.replace(".", "", 1).isdigit() and first.isascii()
        return f"; write the number without its unit: {first}" if plain and first != text else ""
    if not abs(number) < 1e15:
        return ""
    return f"; write {number / 100 if share else number:g}" + ("" if share else ", without quotes")
