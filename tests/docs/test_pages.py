"""Pages: commands exist, code is code, links lead somewhere, the tutorial gets to its figure."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from io import StringIO
from pathlib import Path

import click
import pytest
from ruamel.yaml import YAML

from sim.cli import main

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "results/README.md"])
_BLOCK = re.compile(r"(?:<!-- (\w+) -->\n)?^```(\w*)\n(.*?)^```$", re.M | re.S)
_PREFIX = re.compile(
    r"^(?:python -m pip install uv && )?"
    r"(?:(?:python -m )?uv run (?:--(?:extra|group) \w+ )*)?hecun "
)


def blocks(path, *languages):
    """Return (mark, text) of a page's blocks of code."""
    found = _BLOCK.findall(path.read_text("utf-8"))
    return [(mark, text) for mark, language, text in found if language in languages]


def commands(text):
    """Return the hecun commands of a block, as arguments."""
    lines = [line.partition("   #")[0].rstrip() for line in text.splitlines()]
    return [shlex.split(_PREFIX.sub("", line)) for line in lines if _PREFIX.match(line)]


WITH_COMMANDS = [p for p in PAGES if any(commands(text) for _, text in blocks(p, "", "bash"))]


@pytest.mark.parametrize("path", WITH_COMMANDS, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_command_on_a_page_is_one(path):
    for _, text in blocks(path, "", "bash"):
        for arguments in commands(text):
            name, *rest = arguments
            if "[OPTIONS]" in rest or name.startswith("-"):
                continue
            command = main.commands.get(name)
            assert command is not None, f"{path.name}: hecun {name}"
            try:
                command.make_context(name, list(rest), parent=click.Context(main))
            except click.ClickException as error:
                pytest.fail(f"{path.name}: hecun {shlex.join(arguments)}: {error.format_message()}")
            for word in rest:
                if word.startswith(("configs/", "experiments/", "docs/")):
                    made = re.search(r"(huili|mine)(_compare)?\.yaml$", word)
                    assert made or list(ROOT.glob(word)), f"{path.name}: {word} is not there"


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_code_on_a_page_is_code(path):
    for _, text in blocks(path, "python"):
        if path.name != "ODD.md":  # bodies of rules, written from the code
            compile(text, path.name, "exec")
    for _, text in blocks(path, "yaml"):
        YAML(typ="safe").load(StringIO(text))


ALL = sorted({*PAGES, *(ROOT / "sim").rglob("*.md")})


def prose(path):
    """Return a page without its code."""
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(path):
    """Return the names of a page's headings, as a viewer of the repository makes them."""
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.M | re.S)
    heads = (re.sub(r"[`*]", "", head.strip()) for head in re.findall(r"^#+ +(.*)$", text, re.M))
    found = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
    return found | set(re.findall(r'<a (?:id|name)="([^"]+)"', text))


@pytest.mark.parametrize("path", ALL, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere_in_the_repository(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        if re.match(r"\w+:", target):
            continue
        name, _, anchor = target.partition("#")
        place = (path.parent / name).resolve() if name else path
        assert place.exists(), f"{path.name}: {target}"
        if anchor and place.suffix == ".md":
            assert anchor in anchors(place), f"{path.name}: {target}"


def test_the_chinese_front_page_has_the_commands_of_the_english_one():
    english, chinese = (
        (ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md")
    )
    for mark in ("main", "tests"):
        of = [
            re.search(rf"<!-- {mark} -->\n```\n(.*?)\n```", text, re.S)
            for text in (english, chinese)
        ]
        assert of[0] and of[1] and of[1][1].replace(" --lang zh", "") == of[0][1]


def test_cheap_commands_of_the_front_pages_run(tmp_path):
    from click.testing import CliRunner

    for name in ("README.md", "README.zh-CN.md"):
        ran = 0
        for mark, text in blocks(ROOT / name, ""):
            for arguments in commands(text) if mark == "cheap" else ():
                here = [str(ROOT / a) if a.startswith("configs/") else a for a in arguments]
                done = CliRunner().invoke(main, here)
                assert done.exit_code == 0, done.output
                ran += 1
        assert ran == 3


def follow(page, folder, hecun):
    """Run, in a folder, what a page marks with run or slow."""
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    for mark, text in blocks(page, ""):
        for arguments in commands(text) if mark in ("run", "slow") else ():
            done = subprocess.run(
                [*hecun, *arguments], cwd=folder, env=environment, capture_output=True, text=True,
                check=False,
            )  # fmt: skip
            assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """hecun from a built wheel in an environment of its own, away from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    uv = os.environ.get("UV") or shutil.which("uv")  # `uv run` names itself
    if uv is None:
        pytest.skip("uv is not found")

    def do(*command):
        done = subprocess.run([uv, *command], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    do("build", "-q", "--out-dir", str(folder))
    file = next(folder.glob("*.whl"))
    names = zipfile.ZipFile(file).namelist()
    data = {f"sim/data/{path.name}" for path in (ROOT / "sim/data").iterdir()}
    assert data | {
        "sim/py.typed",
        "hecun/__init__.py",
        "hecun/py.typed",
        "sim/data/examples/configs/dechang_2020.yaml",
    } <= set(names)
    assert not [
        n for n in names if "__pycache__" in n or not n.startswith(("sim/", "hecun/", "hecun-"))
    ]
    do("venv", "-q", "--python", sys.executable, str(folder / "venv"))
    python = str(folder / "venv" / "bin" / "python")
    do("pip", "install", "-q", "--python", python, "-c", "constraints.txt", str(file))
    return [str(folder / "venv" / "bin" / "hecun")]


@pytest.mark.slow
@pytest.mark.parametrize("page", ["tutorial", "tutorial.zh"])
def test_the_tutorial_from_an_empty_folder_and_the_wheel(page, tmp_path, wheel):
    follow(ROOT / "docs" / f"{page}.md", tmp_path, wheel)
    plots = tmp_path / "results" / "huili_compare"
    language = "zh" if page.endswith("zh") else "en"
    assert (plots / "plots" / f"effects_{language}.pdf").stat().st_size > 5000
    assert (plots / ("report_zh.html" if language == "zh" else "report.html")).is_file()


@pytest.mark.slow
def test_the_wheel_brings_its_examples_and_stored_results(tmp_path, wheel):
    for arguments in (
        ["examples"],
        ["check", "configs/dechang_2020.yaml"],
        ["facts", "dechang", "--seeds", "1", "--scale", "100"],
        ["reproduce", "--baseline"],
    ):
        environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        done = subprocess.run(
            [*wheel, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_slow_commands_of_the_front_pages_run(name, tmp_path):
    for folder in ("configs", "experiments", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    hecun = [sys.executable, "-c", "from sim.cli import main; main()"]
    main_job = re.search(r"<!-- main -->\n```\n(.*?)\n```", (ROOT / name).read_text("utf-8"), re.S)
    assert main_job
    subprocess.run([*hecun, *commands(main_job[1])[0]], cwd=tmp_path, check=True)
    follow(ROOT / name, tmp_path, hecun)


@pytest.mark.slow
def test_marked_python_of_the_pages_runs(tmp_path):
    ran = 0
    for path in PAGES:
        for mark, text in blocks(path, "python"):
            if mark == "run":
                done = subprocess.run(
                    [sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True,
                    check=False,
                )  # fmt: skip
                assert done.returncode == 0, f"{path.name}\n{done.stderr}"
                ran += 1
    assert ran
