"""What names a run and the compiled kernels: the simulation's sources, all of them, no others."""

import ast
from pathlib import Path

from sim.model import compiled
from sim.results import manifest

ROOT = Path(compiled.__file__).parent.parent
NAMES = set(compiled.simulation_sources())


def imported(path):
    """The modules of this package that a source imports, also within functions."""
    tree = ast.parse(path.read_text("utf-8"))
    unused = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if node in unused or not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [node.module, *(f"{node.module}.{name}" for name in names)]
        for name in names:
            parts = name.split(".")
            if parts[0] == "sim":
                place = ROOT.joinpath(*parts[1:])
                yield from (f for f in (place.with_suffix(".py"), place / "__init__.py"))


def test_the_simulation_imports_nothing_that_does_not_name_a_run():
    for name in NAMES:
        if name.endswith(".py"):
            found = {f.relative_to(ROOT).as_posix() for f in imported(ROOT / name) if f.is_file()}
            strangers = found - NAMES - {"__init__.py"}  # lazy: runs nothing
            assert not strangers, f"{name} imports {strangers}: see sim/model/compiled.py"


def test_every_kernel_and_rule_is_in_a_source_that_names_a_run():
    for path in ROOT.rglob("*.py"):
        text = path.read_text("utf-8")
        if "@kernel" in text or "@rule" in text or "from numba" in text:
            assert path.relative_to(ROOT).as_posix() in NAMES, path


def test_what_only_draws_or_tells_names_no_run(make_config):
    assert {"county.py", "processes/service.py", "policies/merger.py", "draws.py"} <= NAMES
    assert "data/registry.zip" in NAMES
    assert not {n for n in NAMES if n.startswith(("report", "lab", "cli", "run", "manifest"))}
    assert manifest.run_digest(make_config()) == manifest.run_digest(make_config())
