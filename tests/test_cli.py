"""The command line as a user meets it."""

import errno
import json
import os
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from sim.cli import main
from sim.model.parameters import parameters

HERE = Path(__file__).parent
VALID, BAD = HERE / "config" / "valid.yaml", HERE / "bad"
HEAVY = ("numpy", "pandas", "mesa", "numba", "pydantic", "rich", "ruamel", "matplotlib")


def hecun(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom sim.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env=environment, encoding="utf-8",
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "HEAVY []"
    assert "hecun" in done.stdout.lower()


def test_check_says_what_is_right_and_lists_what_is_wrong() -> None:
    done = hecun("check", VALID, BAD / "typo_keys.yaml", BAD / "unknown_county.yaml")
    assert done.exit_code == 2
    assert f"{VALID}: right - Dechang 2020" in done.stdout
    assert f"{VALID}: ground: in the county's own outline (true), divided by" in done.stdout
    assert "each in one piece; compactness (Polsby-Popper" in done.stdout
    assert "did you mean 'communities'?" in done.stderr
    assert "513424 德昌县" in done.stderr
    assert done.stderr.rstrip().endswith("7 problems")
    assert "Traceback" not in done.stderr


def test_check_resolved_prints_origins() -> None:
    done = hecun("check", VALID, "--resolved", "--set", "seed=7")
    assert done.exit_code == 0
    assert any(line.split() == ["seed:", "7", "#", "--set", "seed=7"]
               for line in done.stdout.splitlines())  # fmt: skip
    assert "# default" in done.stdout


def test_check_tries_the_merger_plan(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        'title: {en: a, zh: b}\ncounty: {registry: "513424"}\n'
        "policies:\n  merger: {source: generated, ratio: 0.5, population: {min: 900000}}\n",
        encoding="utf-8",
    )
    done = hecun("check", path)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"{path}:4:3: policies.merger: ")


def test_run_passes_what_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    module = ModuleType("sim.run")
    module.run = lambda path, **options: calls.append((path, options)) or 0  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sim.run", module)
    done = hecun(
        "run", VALID, "--out", "there", "--scale", "20", "--seed", "5", "--fresh", "--lang", "zh",
        "--svg", "--set", "policies.merger.ratio=0.5", "--set", "start=2018-05",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    options = {
        "out": Path("there"),
        "fresh": True,
        "every": False,
        "lang": "zh",
        "svg": True,
        "overrides": {
            "policies.merger.ratio": 0.5,
            "start": "2018-05",
            "scale": 20,
            "seed": 5,
        },
    }
    assert calls == [(VALID, options)]


def test_run_exit_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("sim.run")

    def interrupted(path: Path, **options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "sim.run", module)
    module.run = interrupted  # type: ignore[attr-defined]
    done = hecun("run", VALID)
    assert done.exit_code == 130 and "give the same command again" in done.stderr

    def ended(path: Path, **options: object) -> int:
        signal.raise_signal(signal.SIGTERM)
        return 0

    module.run = ended  # type: ignore[attr-defined]
    done = hecun("run", VALID)
    assert done.exit_code == 143 and "ended (SIGTERM); what was there" in done.stderr

    def full(path: Path, **options: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    module.run = full  # type: ignore[attr-defined]
    done = hecun("run", VALID)
    assert (done.exit_code, done.stderr.startswith("Error: the disk is full")) == (1, True)
    module.run = lambda path, **options: 1  # type: ignore[attr-defined]
    assert hecun("run", VALID).exit_code == 1


def test_run_refuses_a_wrong_configuration_before_anything_else() -> None:
    done = hecun("run", BAD / "wrong_choices.yaml")
    assert done.exit_code == 2
    assert "did you mean 'registry'?" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chek"], "check"),
        (["run", str(VALID), "--sede", "3"], "--seed"),
        (["run", str(VALID), "--scale", "0"], "1<=x<=1000"),
        (["run", str(VALID), "--set", "seed"], "expected key=value"),
        (["run", str(VALID), "--set", "seed=1", "--set", "seed=2"], "set twice"),
        (["run"], "CONFIG"),
        (["check", "nowhere.yaml"], "no such file"),
        (["explain", "visit_sigma"], "did you mean 'visit_sigma_km'?"),
        (["explain", "mergr"], "did you mean 'merger'?"),
        (["counties", "得昌县"], "513424 德昌县"),
        (["explain", "merger", "--lang", "cn"], "'en', 'zh'"),
    ],
)
def test_mistakes_are_answered(arguments: list[str], words: str) -> None:
    done = hecun(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_explain_lists_every_parameter_and_policy() -> None:
    listed = hecun("explain").stdout
    for process, known in parameters().items():
        for name in known:
            assert f"{process}.{name} " in listed
    for key in ("merger.ratio", "combined_role.share", "headcount.posts.per_1000", "county.year"):
        assert f"{key} " in listed


@pytest.mark.parametrize("key", ["visit_sigma_km", "service.visit_sigma_km",
                                 "parameters.service.visit_sigma_km"])  # fmt: skip
def test_explain_one_parameter(key: str) -> None:
    text = hecun("explain", key).stdout
    parameter = parameters()["service"]["visit_sigma_km"]
    for words in ("3 km by road", "2 to 4.5", parameter.source, parameter.en, parameter.zh, "B ("):
        assert words in text


def test_explain_policies_levers_and_outcomes() -> None:
    policy = hecun("explain", "headcount").stdout
    assert "moves the levers: posts, lines" in policy
    assert "headcount.posts.per_1000" in policy
    lever = hecun("explain", "policies.merger.ratio", "--lang", "zh").stdout
    assert "合并后村数与合并前之比" in lever
    assert "--set policies.merger.ratio=" in lever
    assert "服务可及率" in hecun("explain", "service_reach").stdout
    assert "definition" in hecun("explain", "service_reach").stdout


def test_piped_tables_are_plain_and_align_chinese() -> None:
    from rich.cells import cell_len

    lines = hecun("counties", "凉山").stdout.splitlines()
    assert len(lines) > 10
    counties = [line for line in lines[1:] if line[:1].isdigit()]
    at = {cell_len(line[: line.index("凉山彝族自治州")]) for line in counties}
    assert len(at) == 1
    assert "\x1b" not in "".join(lines)
    dechang = next(line.split() for line in lines if "德昌县" in line)
    assert dechang[:4] == ["513424", "德昌县", "Dechang", "Xian"]
    assert dechang[5:13] == ["137"] * 4 + ["65"] * 4
    assert dechang[13:] == ["2019-2020:", "-53%", "merger", "outline"]


def test_schema_is_written_and_printed(tmp_path: Path) -> None:
    printed = json.loads(hecun("schema").stdout)
    done = hecun("schema", "--out", tmp_path / "schema.json")
    assert done.exit_code == 0
    assert json.loads((tmp_path / "schema.json").read_text(encoding="utf-8")) == printed
    assert hecun("schema", "--out", tmp_path / "none" / "schema.json").exit_code == 2
    (tmp_path / "schema.json").write_text("mine", encoding="utf-8")
    assert hecun("schema", "--out", tmp_path / "schema.json").exit_code == 2
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == "mine"


def test_help_keeps_its_lines() -> None:
    lines = hecun("--help").stdout.splitlines()
    assert "  hecun check configs/x.yaml  is this file right? / 检查配置" in lines
    assert not [line for line in lines if "\\b" in line]


def test_a_warning_is_one_line_without_code(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("sim.run")
    module.run = lambda path, **options: warnings.warn("no font", stacklevel=1) or 0  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sim.run", module)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert hecun("run", VALID).stderr == "warning: no font\n"


def test_explain_finds_words_of_either_language() -> None:
    assert "service.visit_sigma_km" in hecun("explain", "服务半径").stdout
    assert "service.visit_sigma_km" in hecun("explain", "reach of an office").stdout


def test_a_district_without_villages_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text('title: {en: a, zh: b}\ncounty: {registry: "510104"}\n', encoding="utf-8")
    done = hecun("check", path)
    assert done.exit_code == 2
    assert f"{path}:2:20: county.registry: has no village, only communities" in done.stderr


@pytest.mark.parametrize(
    ("encoding", "letters"),
    [("gbk", "德昌县 5 km2 → é?"), ("cp1252", r"\u5fb7\u660c\u53bf 5 km² -> é?"), ("ascii", "")],
)
def test_any_letter_can_be_written_in_any_encoding(encoding: str, letters: str) -> None:
    code = (
        "import click, sim.cli\n"
        "@sim.cli.main.command()\n"
        "def say():\n"
        "    for err in (False, True):\n"
        "        click.echo('德昌县 5 km² → é?\\udcff', err=err)\n"
        "sim.cli.main(['say'])"
    )
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    if letters:
        told = done.stdout.decode(encoding).strip()
        assert told == rf"{letters}\udcff"
        assert done.stderr.decode(encoding).splitlines()[0] == told
        assert f"letters that {encoding} lacks" in done.stderr.decode(encoding)


def test_whose_reader_goes_away_is_told_and_messages_stop_nothing(tmp_path: Path) -> None:
    code = (
        "import click, pathlib, sim.cli, sys\n"
        "@sim.cli.main.command()\n"
        "def say():\n"
        "    [click.echo('x' * 1000, err=sys.argv[1] == 'err') for _ in range(1000)]\n"
        "    pathlib.Path(sys.argv[2]).touch()\n"
        "sim.cli.main(['say'])"
    )
    for stream, exit_code in (("out", 141), ("err", 0)):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [sys.executable, "-c", code, stream, str(tmp_path / stream)]
        process = subprocess.Popen(command, **pipes)  # type: ignore[call-overload]
        getattr(process, f"std{stream}").close()
        other = process.stderr if stream == "out" else process.stdout
        said = other.read().decode()
        other.close()
        assert process.wait() == exit_code, said
        assert (tmp_path / stream).exists() == (stream == "err")
        assert ("nobody reads" in said) == (stream == "out")


@pytest.mark.parametrize("module", ["sim", "sim.cli"])
def test_the_package_can_be_started_as_a_module(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--version"], capture_output=True, check=True
    )
    assert done.stdout.startswith(b"hecun, version ")


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_that_a_library_calls_otherwise_is_still_one(sent, code):
    """Pydantic's serialiser makes an error of its own of what is raised while it calls Python."""
    text = f"""
import os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from sim import cli
def wrapped(**_):
    try:
        os.kill(os.getpid(), {int(sent)})
        for _ in range(10**9): pass
    except BaseException as error:
        raise ValueError("Error calling function") from None
cli.run.callback = wrapped
cli.main(["run", "nothing.yaml"])
"""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert "give the same command again" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("county", "reform", "said"),
    [
        (
            "zhangqiu",
            "2021-06",
            "370114, lists of 2020 (890 villages) and 2021 (532 villages);",
        ),
        ("商河县", "2021-06", "370126, list of 2020 (883 villages), none after the reform;"),
    ],
)
def test_check_tells_lists(tmp_path: Path, county: str, reform: str, said: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(
        f"title: {{en: T, zh: 题}}\ncounty: {{registry: {county}}}\nreform: {reform}\n"
        "scale: 100\npolicies: {merger: {source: generated, ratio: 0.6}}\n",
        encoding="utf-8",
    )
    done = hecun("check", path)
    assert done.exit_code == 0 and said in done.stdout
