"""The same bytes wherever one stands: in another folder, language, home, umask, time zone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from lab.conftest import COMPARE, digests, tiny_county

HECUN = [sys.executable, "-c", "from sim.cli import main; main()"]
COMMANDS = [
    ["experiment", "e.yaml", "--out", "results/e", "--workers", "1"],
    ["plot", "results/e", "effects", "--lang", "zh"],
    ["report", "results/e"],
]
#: what somebody may have set in a file of Matplotlib's own, where one stands
MINE = "font.size: 30\naxes.grid: True\nsavefig.dpi: 20\nsvg.hashsalt: mine\ntext.usetex: True\n"


def made(folder: Path, **environment: str) -> Path:
    """Return the results of an experiment, its plot and its report, made from a folder."""
    folder.mkdir(parents=True)
    tiny_county(folder)
    (folder / "e.yaml").write_text(COMPARE.replace("replicates: 4", "replicates: 2"), "utf-8")
    if environment:
        (folder / "matplotlibrc").write_text(MINE, "utf-8")
        (folder / "elsewhere").mkdir()
        (folder / "results").symlink_to("elsewhere")
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")  # of machine code
    umask = int(environment.pop("UMASK", "022"), 8)
    for words in COMMANDS:
        done = subprocess.run(
            [*HECUN, *words],
            cwd=folder,
            env=os.environ | {"XDG_CACHE_HOME": cache} | environment,
            umask=umask,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return folder / "results" / "e"


def figures(folder: Path) -> dict[str, bytes]:
    """Return the pictures of a folder of results, and its page."""
    kinds = (".png", ".svg", ".pdf", ".html")
    files = [path for path in folder.rglob("*") if path.suffix in kinds]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.skipif(os.name == "nt", reason="umask, links and locales of POSIX")
def test_the_same_bytes_wherever_one_stands(tmp_path: Path) -> None:
    """One odd place has all at once: what is the same there is the same for each alone."""
    usual = made(tmp_path / "usual")
    odd = made(
        tmp_path / "我的 县's (1) #é",
        UMASK="077",
        HOME=str(tmp_path / "none"),
        LC_ALL="C",
        TZ="Asia/Kathmandu",
        MPLBACKEND="svg",
        PYTHONHASHSEED="3",
        SOURCE_DATE_EPOCH="1",
        COLUMNS="20",
    )
    assert digests(odd) == digests(usual) and len(digests(odd)) == 5
    assert figures(odd).keys() == figures(usual).keys() and len(figures(odd)) > 4
    different = [name for name, seen in figures(odd).items() if figures(usual)[name] != seen]
    assert different in ([], ["report.html"])  # the page says when it was made
    for path in odd.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path  # nobody else may read it
    for path in odd.rglob("*.json"):
        assert str(tmp_path) not in path.read_text("utf-8"), path
    assert not (tmp_path / "none").exists()
