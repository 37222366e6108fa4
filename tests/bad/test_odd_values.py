"""Odd values by kind: nought, empty, one, equal, huge, another scale, language or reader.

Each is fine, or refused with one clear sentence and exit code 2; nothing is simulated.
"""

import csv
import io
import warnings

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.errors import InputError
from sim.lab.design import points as designs
from sim.lab.file.loading import load_experiment
from sim.model.world.csvfile import VillageFileWarning

ROWS = [
    ["code", "name", "township", "registered", "area_km2"],
    *(
        [f"10{i}", f"村{i}", "河东镇" if i < 5 else "河西镇", f"60{i}", f"2.{i}"]
        for i in range(1, 9)
    ),
]
CONFIG = """title: {en: Tiny, zh: 小}
county: {villages: villages.csv}
start: 2019-01
reform: 2019-04
months: 6
spin_up: 1
scale: 500
policies:
  merger: {source: generated, ratio: 0.5}
"""
COMPARE = "config: c.yaml\nmethod: compare\narms: {a: , b: {policies.merger: }}\n"
FACTORIAL = "config: c.yaml\nmethod: factorial\nfactors: "
FINE = None

#: --set -> what is said
SET = {
    "months=0": "months: 0 is out of range",
    "months=6.0": "write 6",
    "months=１２": "write 12, without quotes",
    "spin_up=0": FINE,
    "scale=1000": FINE,
    "seed=9223372036854775807": FINE,
    "seed=9223372036854775808": "out of range",
    "seed=1e3": "write 1000",
    "reform=2019-01": FINE,
    "reform=2019-06": FINE,
    "reform=２０１９-０４": FINE,
    "reform=2019年4月": "expected a month as YYYY-MM",
    "policies.merger.ratio=1": FINE,
    "policies.merger.ratio=1e-9": "cannot be reached",
    "policies.combined_role.share=0": FINE,
    "policies.combined_role.share=0,5": "write 0.5, without quotes",
    "policies.combined_role.share=０.５": "write 0.5, without quotes",
    "policies.combined_role.share=1.0000001": "expected a number from 0 to 1",
    "policies.headcount={lines: 3, where: {townships: []}}": "an empty list reaches no village",
    "policies.headcount={lines: 3, where: {villages: []}}": "an empty list reaches no village",
    "policies=null": FINE,
    "county.exclude_townships=[河东镇, 河西镇]": "no village is left",
    "county.exclude_townships=[河东镇, 河东镇]": FINE,
    "county.year=2019年": "did you mean '2019'?",
    "title.en=": "no value; write title.en=null",
    "title.en='  '": "title.en: empty; write a title",
    f"title.en={'x' * 301}": "301 letters; expected at most 300",
    "title.en=2020": FINE,
    "months=": "no value; write months=null to take a key away",
    " months = 7 ": FINE,
    "": "expected key=value",
    "..=1": "is not a key",
}
#: added to the configuration -> what is said
ADDED = {
    "政策: 1": "unknown key; at the top level there may be",
    "Seed: 1": "did you mean 'seed'?",
    "parameters_outside_range: TRUE": FINE,
    "parameters_outside_range: yes": "write true",
    "parameters: {service: {visit_sigma_km: .inf}}": "not a finite number",
    "seed: 1:30": "got the text '1:30'",
    "seed: 1 # 说明：种子": FINE,
}


def table(change=lambda rows: rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(change([list(row) for row in ROWS]))
    return out.getvalue()


def cell(row, column, text):
    """Return the table with one cell changed."""
    return table(lambda rows: [
        [text if (i, j) == (row, column) else old for j, old in enumerate(line)]
        for i, line in enumerate(rows)
    ])  # fmt: skip


#: table -> what is said
TABLES = {
    "one village": ("code,name,township\n1,a,t\n", FINE),
    "semicolons": (table().replace(",", ";"), "row 1: the columns are separated by ';'"),
    "tabs": (table().replace(",", "\t"), "row 1: the columns are separated by tabs"),
    "full-width commas": (table().replace(",", "，"), "row 1: the columns are separated by '，'"),
    "capitals": (table().replace("code,name", "CODE,Name"), FINE),
    "thousands": (cell(1, 3, "1,601"), FINE),
    "unit": (cell(1, 3, "601人"), "row 2, column registered: '601人' is not a number"),
    "full-width number": (cell(1, 3, "６０１"), FINE),
    "Excel's decimals": (cell(1, 3, "601.0"), FINE),
    "per cent": (cell(1, 4, "210%"), "row 2, column area_km2: '210%' is not a number"),
    "R's missing": (cell(1, 3, "NA"), "row 2, column registered: 'NA' is not a number"),
    "Excel's error": (cell(1, 4, "#DIV/0!"), "row 2, column area_km2: '#DIV/0!' is not a number"),
    "area nought": (cell(1, 4, "0"), "row 2, column area_km2: 0 is out of range"),
    "in ten thousands": (cell(1, 3, "0.06"), "row 2, column registered: 0.06 is out of range"),
    "equal names": ("code,name,township\n1,a,t\n2,a,t\n", FINE),
    "note below": (table() + "注：数据来自年鉴,,,,\n", "row 10: only '注：数据来自年鉴' is in it"),
    "spaced sum": (table() + "合 计,,,5000,20\n", "row 10: '合计' looks like a sum"),
    "UTF-16": (table().encode("utf-16"), "UTF-16 text"),
    "a workbook": (b"PK\x03\x04" + b"\0" * 50, "holds binary data"),
    "metres": ("code,name,township,x_km,y_km\n1,a,t,300000,1\n", "300000 is out of range"),
    "a plan": ("old_code,new_village\n101,x\n", "is it the column 'old_code'?"),
}
#: experiment -> what is said
EXPERIMENTS = {
    COMPARE + "replicates: 0": "replicates: 0 is out of range",
    COMPARE + "replicates: 1": FINE,
    COMPARE + "replicates: 二十": "replicates: expected a whole number",
    COMPARE + "counties: []": "counties: a list of 0; expected at least 1",
    COMPARE + "counties: {}": "counties: give either province or prefecture",
    COMPARE + "outcomes: [trust, trust]": "outcomes: trust is given twice; keep one",
    COMPARE + "outcomes: trust": "write [trust]",
    COMPARE + "question: [why]": "expected a block with en, zh",
    COMPARE + "seed: -1": "seed: -1 is out of range",
    COMPARE + "replicates: {until: {}}": "name at least one outcome",
    "config: c.yaml\nmethod: compare\nparts: {a: [], b: [merger]}": "parts: 'a' names no policy",
    "config: ''\nmethod: compare\narms: {a: , b: }": "expected the name of a configuration file",
    "config: e.yaml\nmethod: compare\narms: {a: , b: }": "this is an experiment",
    "config: c.yaml\nmethod: Compare\narms: {a: , b: }": "did you mean 'compare'?",
    FACTORIAL + "{scale: [500]}": FINE,
    FACTORIAL + "{policies.merger.ratio: [1, 1.0]}": "the level 1.0 is given twice",
    FACTORIAL + "{scale: {from: 500, to: 500, steps: 2}}": "from 500 is not below to 500",
    FACTORIAL + "{scale: {from: 500, to: 600, steps: 1}}": "steps: expected a whole number",
    FACTORIAL + "{scale: {from: '500', to: 600, steps: 2}}": "from: expected a number",
    FACTORIAL + "{policies.merger.ratio: [50%, 60%]}": "'50%'; write 0.5",
    FACTORIAL + "{Scale: [500, 600]}": "did you mean 'scale'?",
}
COMMANDS = {
    ("counties", "５１３４２４"): FINE,
    ("counties", "510000.5"): "no county of the registry has",
    ("explain", "信任"): FINE,
    ("explain", "zzzzqq"): "nothing is called",
    ("check", "nothing.yaml"): "no such file",
}


@pytest.fixture
def check(tmp_path):
    """Return a function that checks a configuration as the command line does."""

    def run(*arguments, config=CONFIG, villages=None):
        (tmp_path / "c.yaml").write_text(config, "utf-8")
        raw = table() if villages is None else villages
        raw = raw if isinstance(raw, bytes) else raw.encode()
        (tmp_path / "villages.csv").write_bytes(raw)
        return CliRunner().invoke(main, ["check", str(tmp_path / "c.yaml"), *arguments])

    return run


def judged(done, said):
    lines = done.output.strip().split("\n")
    if said is FINE:
        assert done.exit_code == 0, done.output
        return
    assert (done.exit_code, said in lines[0]) == (2, True), done.output


@pytest.mark.parametrize("setting", SET)
def test_settings(setting, check):
    judged(check("--set", setting), SET[setting])


@pytest.mark.parametrize("line", ADDED)
def test_lines_of_a_configuration(line, check):
    judged(check(config=f"{CONFIG}{line}\n"), ADDED[line])


@pytest.mark.parametrize("name", TABLES)
def test_tables(name, check):
    judged(check(villages=TABLES[name][0]), TABLES[name][1])


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_ends_of_lines(end, check):
    judged(check(config=CONFIG.replace("\n", end), villages=table().replace("\n", end)), FINE)


def test_degrees_where_km_are_expected_are_suspected(check):
    text = "code,name,township,x_km,y_km\n1,a,t,102.1,27.4\n2,b,t,102.2,27.5\n"
    with warnings.catch_warnings():
        warnings.simplefilter("default", VillageFileWarning)
        done = check(villages=text)
    assert "row 2, column x_km: 102.1 and 27.4 look like degrees" in done.output


@pytest.mark.parametrize("text", EXPERIMENTS)
def test_experiments(text, tmp_path):
    (tmp_path / "c.yaml").write_text(CONFIG, "utf-8")
    (tmp_path / "villages.csv").write_text(table(), "utf-8")
    (tmp_path / "e.yaml").write_text(f"{text}\n", "utf-8")
    try:
        experiment = load_experiment(tmp_path / "e.yaml")
        designs.check_points(experiment, designs.build(experiment))
        said = FINE
    except InputError as error:
        said = error.problems[0]
    expected = EXPERIMENTS[text]
    assert (said is FINE) if expected is FINE else (said is not FINE and expected in said), said


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(command):
    judged(CliRunner().invoke(main, command), COMMANDS[command])
