"""Sources that name a run and the compiled kernels: the model, what it imports, and no others."""

import ast
import csv
import os
import shutil
import subprocess
import sys
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
    assert data == {"data/registry/counties.tsv.gz", "data/parameters.csv", "data/outcomes.csv"}
    rest = NAMES - data - {n for n in NAMES if n.startswith("model/")}
    assert rest == {"errors.py", "files.py", "later.py", "printable.py"}
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
        ("outcomes.csv", "backlog", "unit", True),
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
        return compiled.meaning(copy.name, copy.read_bytes())

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
        digests.append(compiled.meaning(copy.name, copy.read_bytes()))
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
    digests = {compiled.meaning(path.name, path.read_bytes()) for path in (before, after)}
    assert (len(digests) == 1) is same


def test_a_text_that_is_used_is_no_docstring():
    first = compiled.meaning("a.py", b'"""One."""\nname = "two"\n')
    assert compiled.meaning("a.py", b'"""One."""\nname = "three"\n') != first


def test_digests_kept_beside_the_kernels_are_not_those_of_other_bytes(monkeypatch, tmp_path):
    """What is stored is used for the same bytes only, and what is damaged is made anew."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    fresh = compiled.simulation_sources.__wrapped__
    right = fresh()
    kept = tmp_path / "sources.json"
    stored = kept.read_text("utf-8")
    first = next(iter(right.values()))
    other = stored.replace(first, f"{int(first, 16) ^ 1:016x}")
    assert other != stored
    for wrong in ("", "[]", "{}", stored[:-9], stored.replace('"of": "', '"of": "0'), other):
        kept.write_text(wrong, "utf-8")
        assert fresh() == right
        assert kept.read_text("utf-8") == stored
    shutil.rmtree(tmp_path)
    assert fresh() == right


def test_a_file_edited_after_the_import_changes_neither_this_name_nor_the_kept_one(tmp_path):
    """A session that began before an edit keeps its code's name, and leaves no other behind."""
    copy = shutil.copytree(ROOT, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    edited = copy / "model" / "draws.py"
    code = (
        "import sys\nfrom pathlib import Path\nfrom sim.model import compiled\n"
        "path = Path(sys.argv[1])\nbefore = path.read_text('utf-8')\n"
        "path.write_text(before + sys.argv[2], 'utf-8')\n"
        "print(compiled.simulation_digest())\npath.write_text(before, 'utf-8')\n"
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    environment.pop("NUMBA_CACHE_DIR", None)

    def name(edit: str) -> str:
        command = [sys.executable, "-c", code, str(edited), edit]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    assert name("X = 1\n") == name("") == compiled.simulation_digest()
