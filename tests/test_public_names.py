"""Public names: they are there, documented for those who write policies, and enough for them."""

import ast
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import sim

ROOT = Path(sim.__file__).parent.parent
DOCS = ROOT / "docs"
PAGE = (DOCS / "own_policy.md").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(set(sim.__all__) - {"__version__"}))
def test_a_public_name_is_what_it_says(name):
    home = import_module(sim._PUBLIC[name])
    assert getattr(sim, name) is getattr(home, name) is not None


def test_names_are_the_same_for_python_editors_and_type_checkers():
    tree = ast.parse(Path(sim.__file__).read_text("utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    typed = {alias.name: node.module for node in block.body for alias in node.names}
    assert typed == sim._PUBLIC
    assert set(sim.__all__) == {*sim._PUBLIC, "__version__"} == set(dir(sim))
    with pytest.raises(AttributeError, match="module 'sim' has no attribute 'Polcy'"):
        _ = sim.Polcy


def test_the_names_for_policies_are_listed():
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| .+ \|$", PAGE, re.M)
    listed = {name for row in rows for name in re.findall(r"\w+", row)}
    for_others = {"columnar", "compare", "experiment", "load", "load_results", "simulate"}
    assert listed == set(sim._PUBLIC) - for_others


def python_of_the_documents():
    """Yield (place, source) of every example in Python that users read."""
    for path in sorted([*DOCS.glob("*.md"), *(DOCS / "howto").glob("*.md")]):
        if path.name != "ODD.md":
            for block in re.findall(
                r"^```python\n(.*?)^```$", path.read_text("utf-8"), re.M | re.S
            ):
                yield path.name, block
    for path in (DOCS / "own_policy" / "night_school.py", DOCS / "mesa_api.py"):
        yield path.name, path.read_text("utf-8")


def test_examples_import_public_names_only():
    seen = set()
    for place, source in python_of_the_documents():
        for node in ast.walk(ast.parse(source)):
            modules = [alias.name for alias in getattr(node, "names", ())]
            if isinstance(node, ast.ImportFrom):
                modules = [str(node.module)]
                if node.module in ("sim", "hecun"):
                    assert {alias.name for alias in node.names} <= set(sim.__all__), place
            elif not isinstance(node, ast.Import):
                continue
            assert not any(module.startswith("sim.") for module in modules), place
            seen |= {place for module in modules if module in ("sim", "hecun")}
    assert {"own_policy.md", "night_school.py", "own_outcome.md", "mesa_api.py"} <= seen


@pytest.mark.parametrize("name", ["sim", "hecun"])
def test_import_alone_is_light(name):
    code = f"import sys; old = set(sys.modules); import {name}; print(*(set(sys.modules) - old))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    packages = {name.partition(".")[0] for name in done.stdout.split()}
    assert packages - set(sys.stdlib_module_names) == {"sim", name}


def test_hecun_is_sim_under_the_name_that_is_installed():
    import hecun

    assert hecun.__all__ == sim.__all__ and dir(hecun) == dir(sim)
    assert all(getattr(hecun, name) is getattr(sim, name) for name in sim.__all__)
    with pytest.raises(AttributeError, match="no attribute 'simulat'; did you mean 'simulate'"):
        _ = hecun.simulat
    names = {}
    exec("from hecun import *", names)
    assert set(sim.__all__) <= set(names)
