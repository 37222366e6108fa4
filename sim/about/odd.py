"""The lists of the ODD+D protocol (`docs/ODD.md`), written from the code and the parameters.

The document's prose is written by hand; between ``<!-- generated: NAME -->`` and
``<!-- end: NAME -->`` stands what `write` puts there and `check` compares.
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sim.errors import InputError, nearest
from sim.model.agents.cadre import Cadre
from sim.model.agents.collective import VillageCollective
from sim.model.agents.villager import Villager
from sim.model.county import MONTH
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.parameters import parameters as catalogue
from sim.model.policies import POLICIES, Policy
from sim.words import unit_label

_HOME = Path(__file__).parent.parent / "model"
_BLOCK = re.compile(r"<!-- generated: (\w+) -->\n(.*?)<!-- end: \1 -->", re.S)


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ("---",) * len(heads), *rows]
    cells = (
        " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) for row in lines
    )
    return "".join(f"| {row} |\n" for row in cells)


def _first(docstring: str | None) -> str:
    """Return the first paragraph of a docstring on one line."""
    return " ".join(inspect.cleandoc(docstring or "").split("\n\n")[0].split())


def entities() -> str:
    """Return the state of every class of agents, column by column."""
    out = []
    for agent in (Villager, Cadre, VillageCollective):
        size = sum(column.dtype.itemsize for column in agent.columns.values())
        rows = [
            (f"`{name}`", column.unit, str(column.dtype), column.__doc__ or "")
            for name, column in agent.columns.items()
        ]
        rows += [
            (f"`{name}`", field.unit, "computed", field.__doc__ or "")
            for name, field in agent.derived.items()
        ]
        out.append(f"**{agent.__name__}.** {_first(agent.__doc__)} {size} bytes a row.\n\n")
        out.append(_table(("state", "unit", "type", "meaning"), rows) + "\n")
    return "".join(out).rstrip("\n") + "\n"


def schedule() -> str:
    """Return the month's steps in the order in which `CountyModel` runs them."""
    lines = []
    for number, process in enumerate(MONTH, start=1):
        module = inspect.getmodule(process)
        about = module if process.__name__ == "step" else process
        owner = process.__module__.rpartition(".")[2]
        said = _first(about.__doc__)
        lines.append(f"{number}. `{owner}.{process.__name__}`: {said}\n")
    return "".join(lines)


def parameters() -> str:
    """Return every parameter by process."""
    out = []
    for process, known in catalogue().items():
        rows = [
            (
                f"`{p.name}`",
                p.en,
                f"{p.value:g}",
                f"{p.low:g} to {p.high:g}",
                unit_label(p.unit, "en"),
                p.confidence,
                p.source,
            )
            for p in known.values()
        ]
        heads = ("parameter", "what", "default", "range", "unit", "conf.", "source")
        out.append(f"**{process}**\n\n{_table(heads, rows)}\n")
    return "".join(out).rstrip("\n") + "\n"


def policies() -> str:
    """Return every policy block with its fields and levers."""
    common = set(Policy.model_fields)
    out = [f"Every block: {', '.join(f'`{name}`' for name in Policy.model_fields)}.\n\n"]
    for name, policy in POLICIES.items():
        rows = []
        for field, info in policy.model_fields.items():
            if field in common:
                continue
            extra = info.json_schema_extra
            unit = str(extra.get("x-unit", "")) if isinstance(extra, dict) else ""
            default = "required" if info.is_required() else _plain(info.get_default())
            rows.append((f"`{field}`", default, unit, _first(info.description)))
        levers = ", ".join(f"`{lever}`" for lever in policy.levers) or "none: orders an event"
        out.append(f"**{name}.** {_first(policy.__doc__)} Levers: {levers}.\n\n")
        out.append(_table(("field", "default", "unit", "what"), rows) + "\n")
    return "".join(out).rstrip("\n") + "\n"


def _plain(value: Any) -> str:
    """Return a field's default in short."""
    if value is None:
        return "not given"
    return f"{value:g}" if isinstance(value, float) else str(value)


def outcomes() -> str:
    """Return the catalogue of outcomes."""
    rows = [
        (f"`{o.key}`", o.en, unit_label(o.unit, "en"), o.better, ", ".join(o.levels), o.definition)
        for o in OUTCOMES.values()
    ]
    return _table(("outcome", "label", "unit", "better", "levels", "definition"), rows)


def _processes() -> Iterator[tuple[str, ast.Module]]:
    """Yield the modules of processes by name, parsed."""
    for path in sorted((_HOME / "processes").glob("*.py")):
        yield path.stem, ast.parse(path.read_text("utf-8"))


def rules() -> str:
    """Return every rule: what it says, and the equation as it is computed."""
    out = []
    for process, tree in _processes():
        found = [
            node
            for node in tree.body
            if isinstance(node, ast.FunctionDef)
            and any(ast.unparse(d) == "rule" for d in node.decorator_list)
        ]
        if found:
            out.append(f"### {process}\n\n{_first(ast.get_docstring(tree))}\n\n")
        for node in found:
            said = _first(ast.get_docstring(node))
            names = ", ".join(arg.arg for arg in node.args.args)
            body = ast.unparse(ast.Module(node.body[1:], []))
            out.append(f"`{node.name}({names})`  \n{said}\n\n```python\n{body}\n```\n\n")
    return "".join(out).rstrip("\n") + "\n"


def draws() -> str:
    """Return the streams of draws, and the modules that use them."""
    found: dict[str, set[str]] = {}
    for folder in ("processes", "world", "policies", "."):
        for path in sorted((_HOME / folder).glob("*.py")):
            module = path.relative_to(_HOME).as_posix()
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                for name in _streams(node):
                    found.setdefault(name, set()).add(module)
    rows = [(f"`{name}`", ", ".join(sorted(used))) for name, used in sorted(found.items())]
    return _table(("stream", "drawn in"), rows)


def _streams(node: ast.AST) -> list[str]:
    """Return the streams that a call asks for keys of, or that are listed in ``STREAMS``."""
    if isinstance(node, ast.Call) and _draws_luck(node):
        return [name for name in map(_text, node.args) if name]
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).strip("_") == "STREAMS":
        return [_text(each) for each in getattr(node.value, "elts", ())]
    return []


def _draws_luck(call: ast.Call) -> bool:
    """Return whether a call asks for keys of streams."""
    return ast.unparse(call.func).split(".")[-1] in ("key", "keys", "stream_key", "fixed_order")


def _text(node: ast.expr) -> str:
    """Return a literal text or f-string as written, ``""`` for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ast.unparse(node)[2:-1] if isinstance(node, ast.JoinedStr) else ""


#: name of a generated block -> what writes it
BLOCKS: dict[str, Callable[[], str]] = {
    "entities": entities,
    "schedule": schedule,
    "draws": draws,
    "rules": rules,
    "policies": policies,
    "outcomes": outcomes,
    "parameters": parameters,
}


def render(text: str) -> str:
    """Return the document with every generated block written anew.

    Raises
    ------
    InputError
        If a block is unknown or missing.
    """
    names = [name for name, _ in _BLOCK.findall(text)]
    problems = [
        f"docs/ODD.md: no list is called {name!r}{nearest(name, BLOCKS)}"
        for name in names
        if name not in BLOCKS
    ]
    problems += [
        f"docs/ODD.md: the list {name!r} is missing; write <!-- generated: {name} --> and "
        f"<!-- end: {name} --> on lines of their own where it belongs"
        for name in BLOCKS
        if name not in names
    ]
    if problems:
        raise InputError(problems)

    def written(match: re.Match[str]) -> str:
        name = match[1]
        return f"<!-- generated: {name} -->\n\n{BLOCKS[name]()}\n<!-- end: {name} -->"

    return _BLOCK.sub(written, text)


def write(path: Path) -> bool:
    """Write the document's lists anew; return whether anything changed."""
    before = _read(path)
    after = render(before)
    if after != before:
        path.write_text(after, encoding="utf-8")
    return after != before


def check(path: Path) -> None:
    """Refuse a document whose lists are not those of the code.

    Raises
    ------
    InputError
        Naming each list that differs, and its first line that does.
    """
    text = _read(path)
    pairs = zip(_BLOCK.findall(text), _BLOCK.findall(render(text)), strict=True)
    problems = []
    for (name, have), (_, want) in pairs:
        if have == want:
            continue
        old, new = have.splitlines(), want.splitlines()
        at = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None)
        at = min(len(old), len(new)) if at is None else at
        is_now = new[at] if at < len(new) else "(nothing)"
        problems.append(
            f"{path}: the list {name!r} is not what the code says; now: {is_now[:120]}; "
            "write it anew with `hecun odd`"
        )
    if problems:
        raise InputError(problems)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
