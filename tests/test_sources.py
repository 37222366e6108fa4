"""What names a run and the compiled kernels: the simulation's sources, all of them, no others."""

import ast
from pathlib import Path

from sim import compiled, manifest

ROOT = Path(compiled.__file__).parent
SOURCES = set(compiled.simulation_sources())


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


def test_the_simulation_imports_nothing_that_is_not_named():
    package = ROOT / "__init__.py"  # lazy: runs nothing of the simulation
    for path in SOURCES:
        strangers = {f for f in imported(path) if f.is_file()} - SOURCES - {package}
        assert not strangers, f"{path.name} imports {strangers}: name it in sim/compiled.py"


def test_every_kernel_and_rule_is_in_a_named_source():
    for path in ROOT.rglob("*.py"):
        text = path.read_text("utf-8")
        if "@kernel" in text or "@rule" in text or "from numba" in text:
            assert path in SOURCES, path


def test_only_sources_of_the_simulation_name_a_run(make_config, monkeypatch, tmp_path):
    names = {path.relative_to(ROOT).as_posix() for path in SOURCES}
    assert {"county.py", "processes/service.py", "policies/merger.py", "draws.py"} <= names
    assert not {n for n in names if n.startswith(("report", "lab", "cli", "run", "manifest"))}
    run = manifest.run_digest(make_config())
    assert run == manifest.run_digest(make_config())
    copy = tmp_path / "service.py"
    copy.write_bytes((ROOT / "processes" / "service.py").read_bytes() + b"\n")
    changed = [copy if path.name == "service.py" else path for path in sorted(SOURCES)]
    monkeypatch.setattr(compiled, "simulation_sources", lambda: changed)
    before = compiled.source_digest()
    compiled.source_digest.cache_clear()
    try:
        assert compiled.source_digest() != before
    finally:
        compiled.source_digest.cache_clear()
