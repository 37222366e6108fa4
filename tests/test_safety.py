"""What a file, a name or a network may not do (docs/safety.md names each promise and its test)."""

import ast
import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from sim.cli import main
from sim.config import load
from sim.errors import InputError
from sim.files import fault, results_folder
from sim.printable import guarded, hidden, printable, unguarded
from sim.results.folder import put
from sim.results.stored import read_manifest

ROOT = Path(__file__).parents[1]
CONFIG = """title: {{en: Tiny, zh: 小县}}
county: {{villages: {villages}, groups_per_village: 2}}
start: 2019-01
reform: 2019-04
months: 4
spin_up: 1
scale: 500
policies: {{merger: {{source: generated, ratio: 0.5}}}}
"""


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A configuration of six villages whose names are attacks."""
    names = ["<script>alert(1)</script>", "=1+1村", "$\\frac{1}{0}$", "[red]红[/red]", "@x", "'=2"]
    rows = [f"10{i},{name},镇{i // 3},{700 + i},2.0" for i, name in enumerate(names)]
    text = "code,name,township,registered,area_km2\n" + "\n".join(rows) + "\n"
    (tmp_path / "v.csv").write_text(text, "utf-8")
    (tmp_path / "c.yaml").write_text(CONFIG.format(villages="v.csv"), "utf-8")
    return tmp_path / "c.yaml"


def hecun(*words: object):
    return CliRunner().invoke(main, [str(word) for word in words])


# --- YAML, and code ----------------------------------------------------------------------------


def test_the_library_never_runs_what_it_reads():
    """Of YAML the safe form alone; no pickle, eval, exec or shell anywhere."""
    for path in (ROOT / "sim").rglob("*.py"):
        text = path.read_text("utf-8")
        for found in re.finditer(r"YAML\(([^)]*)\)", text):
            loads = re.search(r"\.(load|compose)\(", text)
            assert not loads or 'typ="safe"' in found[1] or not found[1], path
        assert not re.search(
            r'typ="unsafe"|yaml\.(unsafe_)?load\(|shell=True|os\.system\(', text
        ), path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                named = [getattr(node, "module", None), *(alias.name for alias in node.names)]
                assert not {"pickle", "marshal", "shelve", "dill"} & {*named}, path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "compile", "__import__"), path


TAGS = [
    "!!python/object/apply:os.system ['touch owned']",
    "!!python/object/new:os.system ['touch owned']",
    "!!python/name:os.system",
    "!!python/module:os",
    "!<tag:yaml.org,2002:python/object/apply:os.system> ['touch owned']",
]


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("kind", ["config", "experiment", "results", "set"])
def test_tags_run_nothing(tag, kind, county, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bad = tmp_path / "bad.yaml"
    if kind == "set":
        done = hecun("check", county, "--set", f"seed={tag}")
    elif kind == "config":
        bad.write_text(f"{CONFIG.format(villages='v.csv')}seed: {tag}\n", "utf-8")
        done = hecun("check", bad)
    else:
        bad.write_text(f"config: c.yaml\nmethod: factorial\nfactors: {tag}\n", "utf-8")
        if kind == "results":
            (tmp_path / "r").mkdir()
            bad = bad.rename(tmp_path / "r" / "experiment.yaml")
        done = hecun("plan", bad)
    assert done.exit_code == 2 and "not allowed; write plain values" in done.stderr
    assert not (tmp_path / "owned").exists()


POLICY = """from pathlib import Path
from sim.model.policies import Policy
Path(__file__).with_name("ran").touch()
class School(Policy):
    def apply(self, county, month):
        pass
"""


LOADING = """import sys
from pathlib import Path
from sim.config import load
load(sys.argv[1])
print(Path(sys.argv[1]).with_name("ran").exists())
load(sys.argv[1], {"policies.school_of_safety:School": {}})
"""


def test_a_policy_of_ones_own_runs_only_where_it_is_named_and_is_announced(county):
    county.with_name("school_of_safety.py").write_text(POLICY, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", LOADING, str(county)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n" and county.with_name("ran").exists()
    name, folder = "school_of_safety:School", county.parent
    assert done.stderr == f"runs your code: {name}, found beside the configuration, in {folder}\n"


@pytest.mark.parametrize("module", ["os", "antigravity", "subprocess"])
def test_no_module_of_python_itself_is_a_policy(county, module, caplog):
    with pytest.raises(InputError, match="is a module of Python itself"):
        load(county, {f"policies.{module}:Popen": {}})
    assert not caplog.records


# --- paths -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["..yaml", "...yaml", "....yaml", " .yaml", "a/...yaml"])
def test_no_name_of_a_file_leads_out_of_results(name):
    with pytest.raises(InputError, match="cannot name a folder of results"):
        results_folder(name, None)


@pytest.mark.parametrize("name", ["../x", "/tmp/x", "a/b", "", ".", "a\n", "a\x1b"])
def test_new_files_have_plain_names(name, tmp_path):
    done = hecun("new", name, "--county", "513424", "--folder", tmp_path / "here")
    assert done.exit_code == 2 and not list(tmp_path.iterdir())


def test_names_in_a_file_name_no_file(county, tmp_path, monkeypatch):
    """Arms, villages and titles that are paths: the same files as with plain names."""
    monkeypatch.chdir(tmp_path)
    table = county.with_name("v.csv")
    table.write_text(
        table.read_text("utf-8").replace("@x", "../../v").replace("镇0", "/t"), "utf-8"
    )
    county.write_text(county.read_text("utf-8").replace("Tiny", "'../t'"), "utf-8")
    found = []
    for first, second in (("../../x", "a/b"), ("x", "ab")):
        arms = f"{{none: {{policies: null}}, '{first}': , '{second}': {{seed: 2}}}}"
        text = f"config: c.yaml\nmethod: compare\nreplicates: 2\narms: {arms}\n"
        (tmp_path / "e.yaml").write_text(text.replace("{seed: 2}", "{spin_up: 2}"), "utf-8")
        for words in (["experiment", "e.yaml", "--workers", "1"], ["report", "results/e"]):
            done = hecun(*words)
            assert done.exit_code == 0, done.output
        found.append(sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*")))
        shutil.rmtree(tmp_path / "results")
    kept = [[p for p in files if p.parent.name != "inputs"] for files in found]
    assert kept[0] == kept[1] and len(kept[0]) > 20


def test_a_manifest_names_nothing_outside_its_folder(tmp_path):
    """A results folder from elsewhere cannot have --fresh remove the user's own files."""
    mine = tmp_path / "mine.txt"
    mine.write_text("precious", "utf-8")
    there = tmp_path / "results"
    there.mkdir()
    for name in ("../mine.txt", str(mine), "a/../../mine.txt"):
        (there / "manifest.json").write_text(
            json.dumps({"run": "x", "files": {name: "?"}}), "utf-8"
        )
        assert read_manifest(there, "run") is None
    (there / "link").symlink_to(tmp_path)
    (there / "manifest.json").write_text(json.dumps({"run": "x", "files": {"link/mine.txt": "?"}}))
    assert read_manifest(there, "run") is None


def test_results_do_not_leave_through_a_link(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "figures").symlink_to(tmp_path / "elsewhere")
    new = tmp_path / "new"
    (new / "figures").mkdir(parents=True)
    (new / "figures" / "a.png").write_bytes(b"x")
    with pytest.raises(InputError, match="through a link"):
        put(new, tmp_path / "results", whole=True)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_pipes_devices_and_circles_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "circle").symlink_to("circle")
    for name in ("pipe", "circle", "/dev/zero", "/dev/stdin", "x" * 5000, "a\0b", ".", "none/x"):
        assert fault(tmp_path / name, "a file")
        for command in () if "\0" in name else ("check", "run", "experiment", "plan"):
            done = hecun(command, tmp_path / name)
            assert done.exit_code == 2, (command, name, done.exception)


# --- what is shown and written -----------------------------------------------------------------


@given(st.text())
def test_cells_are_no_formulas_and_read_back_as_they_were(text):
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(guarded(text)) == text


@given(st.text(st.characters(categories=["Cc", "Cf", "Lu", "Cs", "Zs"])))
def test_nothing_printed_steers_a_terminal(text):
    shown = printable(text)
    assert hidden(shown) is None and "\x1b" not in shown
    assert "\x1b" not in InputError(text).problems[0]


def test_a_name_with_a_control_character_is_refused_wherever_it_is_written(county, tmp_path):
    county.write_text(county.read_text("utf-8").replace("en: Tiny", 'en: "\\e[2J"'), "utf-8")
    with pytest.raises(InputError, match=r":1:13: a text with the invisible character U\+001B"):
        load(county)
    county.write_text(CONFIG.format(villages="v.csv"), "utf-8")
    table = county.with_name("v.csv")
    table.write_text(table.read_text("utf-8").replace("@x", "\x1b[31m"), "utf-8")
    with pytest.raises(InputError, match=r"row 6, column name: the invisible character U\+001B"):
        load(county)
    done = hecun("check", tmp_path / "\x1b[2J.yaml")
    assert done.exit_code == 2 and "\x1b" not in done.stderr and "\\x1b[2J.yaml" in done.stderr


def test_tables_for_spreadsheets_hold_no_formula(county, tmp_path):
    """Those with texts of the user's: plans, and answers by arm; Parquet has them as they are."""
    import pandas as pd

    from sim.lab.answers import _plain
    from sim.model.world.case import build_case
    from sim.model.world.planfile import read_plan, write_plan

    case = build_case(load(county), 1)
    write_plan(case.plan, case.world.villages, tmp_path / "plan.csv")
    text = (tmp_path / "plan.csv").read_text("utf-8-sig")
    assert "'=1+1" in text and not re.search(r"(^|,)[=+@-]", text, re.M)
    again = read_plan(tmp_path / "plan.csv", case.world)
    assert (again.seat == case.plan.seat).all() and again.new_name == case.plan.new_name
    frame = pd.DataFrame({"arm": ["=cmd()", "none"], "effect": [-1.5, 2.0], "+factor": ["-x", "y"]})
    assert _plain(frame).to_csv(index=False).splitlines()[:2] == [
        "arm,effect,'+factor",
        "'=cmd(),-1.5,'-x",
    ]


def test_a_page_is_escaped():
    from sim.report.page import Page, Picture, Rows, Section, render

    bad = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    rows = Rows([bad], [[bad]], title=bad)
    picture = Picture('"><b>', f'"{bad}', lambda: None, data="data:,x")  # type: ignore[arg-type]
    section = Section(bad, [bad], [bad], [bad], [rows], [picture], bad)
    text = render(Page(bad, bad, [section], bad), "en")
    assert "<script" not in text and "<img src=x" not in text and text.count("&lt;script&gt;") >= 10
    assert not re.search(r'(src|href)="(?!data:|#s1")', text)


def test_names_are_drawn_as_they_are_written():
    from matplotlib.figure import Figure

    from sim.report.fonts import themed

    with themed("en"):
        figure = Figure()
        figure.text(0.5, 0.5, "cost $5 to $6, $\\frac{1}{0$")
        figure.canvas.draw()


# --- network -----------------------------------------------------------------------------------

#: as sitecustomize.py it guards every process of Python that is started
GUARD = """
import os, socket

HERE = ("127.0.0.1", "::1", "localhost")

def refused(host):
    with open(os.environ["TRIED"], "a") as file:
        file.write(f"{host}\\n")
    raise OSError("no network")

def guarded(known, at):
    def call(*given, **more):
        where = given[at] if len(given) > at else more.get("host")
        host = where[0] if isinstance(where, tuple) else where
        if isinstance(host, str) and (at == 0 or isinstance(where, tuple)) and host not in HERE:
            refused(host)
        return known(*given, **more)
    return call

for name in ("connect", "connect_ex", "sendto"):
    at = 2 if name == "sendto" else 1
    setattr(socket.socket, name, guarded(getattr(socket.socket, name), at))
socket.getaddrinfo = guarded(socket.getaddrinfo, 0)
"""


@pytest.fixture
def offline(tmp_path_factory):
    """Return a function that calls the command where other machines cannot be reached."""
    place = tmp_path_factory.mktemp("guard")
    (place / "sitecustomize.py").write_text(GUARD, "utf-8")
    tried = place / "tried"
    path = os.pathsep.join([str(place), str(ROOT)])
    environment = os.environ | {
        "PYTHONPATH": path,
        "TRIED": str(tried),
        "PYTHONIOENCODING": "utf-8",
    }

    def call(folder, *words, code="from sim.cli import main; main()"):
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        return done, tried.read_text().split() if tried.exists() else []

    return call


def test_the_guard_catches_who_asks(offline, tmp_path):
    code = "import socket; socket.create_connection(('hecun.example', 80), 1)"
    assert offline(tmp_path, code=code)[1] == ["hecun.example"]
    code = "import socket; socket.socket().connect(('192.0.2.1', 80))"
    assert "192.0.2.1" in offline(tmp_path, code=code)[1]


def test_an_experiment_asks_no_other_machine(county, tmp_path, offline):
    path = tmp_path / "e.yaml"
    text = "config: c.yaml\nmethod: factorial\nfactors: {scale: [500, 600]}\nreplicates: 2\n"
    path.write_text(text, "utf-8")
    done, tried = offline(tmp_path, "experiment", "e.yaml", "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert not tried
    assert {p.name for p in tmp_path.iterdir()} == {"c.yaml", "v.csv", "e.yaml", "results"}


@pytest.mark.slow
def test_a_run_and_its_report_ask_no_other_machine_and_escape_names(county, tmp_path, offline):
    text = county.read_text("utf-8").replace("Tiny", '"<script>$x$[red]</script>"')
    county.write_text(text, "utf-8")
    done, tried = offline(tmp_path, "run", "c.yaml", "--set", "months=14")
    assert done.returncode == 0, done.stderr
    assert "<script>$x$[red]</script>" in done.stdout and "\x1b" not in done.stdout + done.stderr
    done, tried = offline(tmp_path, "report", "results/c")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "results" / "c" / "report.html").read_text("utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page
    assert not re.search(r"(src|href|url)\s*[=(]\s*\"?https?:", page)
    assert not tried


@pytest.mark.slow
def test_maps_and_runs_need_no_network_at_all(county, tmp_path):
    """In a namespace without network also what compiled libraries would ask fails."""
    alone = ["unshare", "-rn"]
    try:
        subprocess.run([*alone, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no network namespaces here")
    hecun = [*alone, sys.executable, "-c", "from sim.cli import main; main()"]
    for words in (
        ["check", ROOT / "configs" / "made_up_map.yaml"],
        ["run", county, "--set", "months=14", "--out", tmp_path / "out"],
    ):
        done = subprocess.run([*hecun, *words], cwd=ROOT, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()


def asgi(application, scope):
    said = []

    async def send(message):
        said.append(message)

    asyncio.run(application(scope, None, send))
    return said


def test_the_dashboard_is_for_this_machine_alone_unless_said_otherwise():
    from sim.dashboard.serve import guarded as kept

    options = main.get_command(None, "dashboard").params  # type: ignore[arg-type, union-attr]
    assert next(p.default for p in options if p.name == "host") == "127.0.0.1"

    async def page(scope, receive, send):
        await send({"type": "reached"})

    def ask(kind, asked, origin=None, host="127.0.0.1"):
        heads = [(b"host", asked.encode())] + ([(b"origin", origin.encode())] if origin else [])
        return asgi(kept(page, host), {"type": kind, "headers": heads})[0]["type"] == "reached"

    assert (
        ask("http", "localhost:8765") and ask("http", "127.0.0.1:8765") and ask("http", "[::1]:1")
    )
    assert not ask("http", "evil.example:8765") and not ask("http", "")
    assert ask("websocket", "localhost:8765", "http://localhost:8765")
    assert not ask("websocket", "localhost:8765", "http://evil.example")
    assert not ask("websocket", "evil.example", "http://evil.example")
    assert ask("http", "lab.example:8765", host="0.0.0.0")
    assert not ask("websocket", "lab.example:8765", "http://evil.example", host="0.0.0.0")


MAPS = {
    "m.gpkg": '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>",
    "m.shp": "<OGRVRTDataSource/>",
    "m.geojson": '{"type": "gdal_streamed_alg", "command_line": "gdal vector read http://x.example"}',
    "n.geojson": '{"type": "FeatureCollection", "features": [], "crs": {"type": "link", '
    '"properties": {"href": "http://127.0.0.1:9/crs", "type": "proj4"}}}',
    "o.geojson": '{"type": "Topology", "objects": {}}',
    "p.geojson": '{"type": "FeatureCollection", "features": [NaN]}',
}


@pytest.mark.parametrize("name", MAPS)
def test_a_map_is_nothing_but_a_map(name, county):
    pytest.importorskip("geopandas", reason="extra geo")
    county.with_name(name).write_text(MAPS[name], "utf-8")
    county.write_text(CONFIG.format(villages=name), "utf-8")
    with pytest.raises(InputError, match=r"not a map|crs is not a name"):
        load(county)


# --- dependencies ------------------------------------------------------------------------------

PERMISSIVE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Zlib|HPND|MPL|Mozilla|Unlicense|CC0|"
    r"0BSD|OFL|Public Domain|MIT-CMU|Expat|Permission is hereby granted, free of charge)\b",
    re.I,
)
COPYLEFT = re.compile(r"\b([AL]?GPL|GNU (Affero |Lesser )?General Public)", re.I)
#: LGPL, of the extra `analysis`: pymoo's hypervolumes, called and not changed
WEAK = ("moocore",)


def licence(name: str) -> str:
    about = metadata.metadata(name)
    stated = [about.get("License-Expression") or "", (about.get("License") or "")[:200]]
    stated += [text for text in about.get_all("Classifier") or () if text.startswith("License")]
    if not any(stated):
        files = [
            f for f in metadata.files(name) or () if re.search(r"licen[cs]e|copying", str(f), re.I)
        ]
        stated = [Path(str(f.locate())).read_text("utf-8", "replace")[:1000] for f in files[:2]]
    return " ".join(stated)


def test_every_dependency_that_is_installed_is_permissive_and_pinned():
    """By what packages say of themselves; known weaknesses cannot be looked up offline."""
    pins = dict(
        line.split(";")[0].strip().split("==")
        for line in (ROOT / "constraints.txt").read_text().split("\n")
        if line
    )
    normal = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pins.items()}
    tried, strange, other = 0, [], []
    for one in metadata.distributions():
        name = re.sub(r"[-_.]+", "-", one.name).lower()
        if name not in normal:
            continue
        tried += 1
        said = licence(one.name)
        if name not in WEAK and (COPYLEFT.search(said) or not PERMISSIVE.search(said)):
            strange.append((name, said[:80]))
        if one.version != normal[name]:
            other.append((name, one.version, normal[name]))
    assert tried > 40 and not strange
    assert sys.prefix == sys.base_prefix or not other
