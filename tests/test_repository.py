"""The checkout itself: set-up, pins, layers, sizes."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "sim").rglob("*.py"))
_TEXT = (".py", ".toml", ".txt", ".md", ".yaml", ".json", ".yml", "run")


def tracked():
    """Return the names of the repository's files; those of an unpacked sdist are all its own."""
    if not (ROOT / ".git").exists():
        return [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file()]
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_constraints_are_those_of_the_project_file():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    pinned = (ROOT / "constraints.txt").read_text("utf-8").split("\n")
    assert project["tool"]["uv"]["constraint-dependencies"] == [p for p in pinned if p]


def test_nothing_committed_names_a_registry():
    assert not [name for name in tracked() if name.endswith(("uv.lock", "pylock.toml"))]
    hosts = re.compile(r"pypi\.org|pythonhosted|registry\.npm")
    for name in tracked():
        if name.endswith(_TEXT) and name != "tests/test_repository.py":
            assert not hosts.search((ROOT / name).read_text("utf-8", errors="replace")), name


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_modules_are_short_and_say_what_they_are(path):
    lines = path.read_text("utf-8").splitlines()
    limit = 800 if path.parent.name == "parameters" else 400  # parameters: a table, spelled out
    assert len(lines) <= limit
    assert lines[0].startswith(('"""', 'r"""'))


def test_imports_point_one_way():
    from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

    # the layers, and what is excepted from them, are in pyproject.toml
    status = lint_imports(str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS


def test_the_version_is_one_and_the_citation_names_it():
    from click.testing import CliRunner
    from ruamel.yaml import YAML

    from sim import __version__
    from sim.cli import main

    assert re.fullmatch(r"\d+\.\d+\.\d+(rc\d+|\.dev\d+)?", __version__)
    assert __version__ in CliRunner().invoke(main, ["--version"]).output
    citation = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors", "version"} <= citation.keys()
    assert citation["version"] == __version__ and citation["license"] == "MIT"
    assert all(author.keys() & {"name", "family-names"} for author in citation["authors"])
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## .*\b{re.escape(__version__)}\b", changes, re.M)


def test_help_and_import_are_light():
    heavy = ["numpy", "pandas", "mesa", "numba", "matplotlib", "pydantic", "pyarrow", "rich"]
    code = (
        "import sys, sim, sim.cli\n"
        "try: sim.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        f"print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


def test_readme_commands_are_the_ones_ci_runs():
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = re.findall(r"^python -m pip install uv && python -m uv run .*$", readme, re.M)
    assert commands == [
        "python -m pip install uv && python -m uv run hecun run configs/dechang_2020.yaml",
        "python -m pip install uv && python -m uv run --group dev pytest",
    ]
    assert "<!-- tests -->" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_every_configuration_the_readme_names_is_there():
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in re.findall(r"configs/(\w+\.yaml)", readme):
        assert (ROOT / "configs" / name).is_file(), name


def test_what_an_index_shows_leads_nowhere_into_the_repository():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    shown = (ROOT / project["readme"]).read_text("utf-8")
    links = re.findall(r"\]\(([^)]+)\)", shown)
    assert links and all(link.startswith("https://") for link in links)
    assert "urls" not in project  # none is public yet
