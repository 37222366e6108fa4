"""Sources that name a run and the compiled kernels: the model, what it imports, and no others."""

import ast
import csv
import shutil
from pathlib import Path

import pytest

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


def test_the_model_imports_nothing_that_does_not_name_a_run():
    for name in NAMES:
        if name.endswith(".py"):
            found = {f.relative_to(ROOT).as_posix() for f in imported(ROOT / name) if f.is_file()}
            strangers = found - NAMES - {"__init__.py"}  # lazy: runs nothing
            assert not strangers, f"{name} imports {strangers}: see sim/model/compiled.py"


def test_every_file_named_beside_the_model_is_one_it_imports_or_reads():
    model = {name for name in NAMES if name.startswith("model/")}
    beside = {name for name in NAMES - model if name.endswith(".py")}
    reached: set[str] = set()
    for name in [*model, *beside]:  # errors imports printable
        reached |= {f.relative_to(ROOT).as_posix() for f in imported(ROOT / name)}
    assert beside and beside <= reached
    read = NAMES - model - beside
    sources = "".join((ROOT / name).read_text("utf-8") for name in model)
    assert read and all(f'"{Path(name).name}"' in sources for name in read)


def test_every_kernel_and_rule_is_in_a_source_that_names_a_run():
    for path in ROOT.rglob("*.py"):
        text = path.read_text("utf-8")
        if "@kernel" in text or "@rule" in text or "from numba" in text:
            assert path.relative_to(ROOT).as_posix() in NAMES, path


def test_what_only_draws_or_tells_names_no_run(make_config):
    model = {"county.py", "processes/service.py", "policies/merger.py", "draws.py"}
    assert {f"model/{name}" for name in model} <= NAMES
    data = {n for n in NAMES if n.startswith("data/")}
    assert data == {"data/registry.zip", "data/parameters.csv", "data/outcomes.csv"}
    rest = NAMES - data - {n for n in NAMES if n.startswith("model/")}
    assert rest == {"errors.py", "files.py", "printable.py"}
    assert manifest.run_digest(make_config()) == manifest.run_digest(make_config())


@pytest.mark.parametrize(
    ("name", "line", "column", "counts"),
    [
        ("parameters.csv", "merger_shock", "value", True),
        ("parameters.csv", "merger_shock", "low", True),
        ("parameters.csv", "merger_shock", "high", True),
        ("parameters.csv", "merger_shock", "name", True),
        ("parameters.csv", "merger_shock", "process", True),
        ("parameters.csv", "merger_shock", "unit", False),
        ("parameters.csv", "merger_shock", "confidence", False),
        ("parameters.csv", "merger_shock", "en", False),
        ("parameters.csv", "merger_shock", "zh", False),
        ("parameters.csv", "merger_shock", "source", False),
        ("outcomes.csv", "backlog", "key", True),
        ("outcomes.csv", "backlog", "village", True),
        ("outcomes.csv", "backlog", "definition", False),
        ("outcomes.csv", "backlog", "zh", False),
    ],
)
def test_a_word_mended_in_a_table_renames_no_run_and_a_number_does(
    tmp_path, name, line, column, counts
):
    with (ROOT / "data" / name).open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    copy = tmp_path / name

    def digest():
        with copy.open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, lines[0])
            out.writeheader()
            out.writerows(lines)
        return compiled.meaning(copy)

    before = digest()
    assert before == compiled.simulation_sources()[f"data/{name}"]
    (found,) = (each for each in lines if line in each.values())
    found[column] += "9"
    assert (digest() != before) == counts


def test_lines_of_a_table_count_in_their_order(tmp_path):
    lines = (ROOT / "data" / "parameters.csv").read_text("utf-8").splitlines(keepends=True)
    copy = tmp_path / "parameters.csv"
    digests = []
    for text in (lines, lines[:-1], [lines[0], lines[2], lines[1], *lines[3:]]):
        copy.write_text("".join(text), "utf-8")
        digests.append(compiled.meaning(copy))
    assert len(set(digests)) == 3


SOURCE = (
    '"""A rule."""\n\n\n@rule\ndef odds(x: float) -> float:\n    """Odds."""\n    return x / 2\n'
)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("A rule.", "Rules of odds.", True),
        ('"""Odds."""\n', '"""Odds of what."""\n    # why\n', True),
        ("x / 2", "x  /  2  # halved", True),
        ("@rule\n", "\n@rule\n", True),
        ("x / 2", "x / 3", False),
        ("x / 2", "2 / x", False),
        ("odds(x: float)", "odds(x: float, /)", False),
        ("@rule\n", "", False),
        ("x / 2", "x / 2.0", False),
    ],
)
def test_a_comment_or_docstring_renames_no_run_and_all_else_does(tmp_path, old, new, same):
    before, after = tmp_path / "a.py", tmp_path / "b.py"
    before.write_text(SOURCE, "utf-8")
    assert SOURCE.count(old) == 1
    after.write_text(SOURCE.replace(old, new), "utf-8")
    assert (compiled.meaning(before) == compiled.meaning(after)) is same


def test_a_text_that_is_used_is_no_docstring(tmp_path):
    path = tmp_path / "a.py"
    path.write_text('"""One."""\nname = "two"\n', "utf-8")
    first = compiled.meaning(path)
    path.write_text('"""One."""\nname = "three"\n', "utf-8")
    assert compiled.meaning(path) != first


def test_digests_kept_beside_the_kernels_are_not_those_of_other_bytes(monkeypatch, tmp_path):
    """What is stored is used for the same bytes only, and what is damaged is made anew."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    fresh = compiled.simulation_sources.__wrapped__
    right = fresh()
    kept = tmp_path / "sources.json"
    stored = kept.read_text("utf-8")
    for wrong in ("", "[]", "{}", stored[:-9], stored.replace('"bytes": "', '"bytes": "0')):
        kept.write_text(wrong, "utf-8")
        assert fresh() == right
        assert kept.read_text("utf-8") == stored
    shutil.rmtree(tmp_path)
    assert fresh() == right
