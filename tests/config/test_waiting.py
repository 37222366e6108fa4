"""One mistake, one error: what rests on a refused key waits, and a default is not called given."""

from pathlib import Path

import pytest

from sim.config import load
from sim.errors import InputError

VILLAGES = "code,name,township\n" + "".join(
    f"10{i},村{i},{'河东镇' if i < 6 else '河西镇'}\n" for i in range(1, 10)
)
BASE = """title: {en: Tiny, zh: 小}
county: {villages: villages.csv}
start: 2019-01
reform: 2019-07
months: 14
policies:
  merger: {source: generated, ratio: 0.5}
  combined_role: {ramp_months: 3}
  headcount: {lines: 8}
"""

#: what is changed -> the one thing said of it
ONE = [
    ("start: 2019-01-01", "start: expected a month"),
    ("months: many", "months: expected a whole number"),
    ("refom: 2030-01", "refom: unknown key; did you mean 'reform'?"),
    ("reform: null\nrefom: 2019-07", "refom: unknown key"),
    ("reform: null\n改革: 2019-07", "改革: unknown key"),
    ("start: 2022-01", "reform: 2019-07 lies outside the recorded months 2022-01 to 2023-02"),
    ("reform: null\nstart: 2022-01", "start: 2022-01: no reform is given, and its default 2020-04"),
    ("reform: null\nstart: null\nmonths: 3", "months: 3: no reform is given, and its default 2020"),
    (
        "policies: {headcount: {posts: {by: fixed, number: 1}}, combined_role: , combined_rol: }",
        "policies.combined_rol:",
    ),
    (
        "policies: {headcount: {posts: {by: fixed, number: 1}}, combined_role: {shar: 1}}",
        "policies.combined_role.shar:",
    ),
    (
        "policies: {headcount: {posts: {by: fixed, number: 1}}, combined_role#a: {start: x}}",
        "policies.combined_role#a.start:",
    ),
    ("policies: {merger: {source: generatd}}", "policies.merger.source: the text 'generatd'"),
    ("policies: {merger: {ratio: null, villges: 7}}", "policies.merger.villges: unknown key"),
    ("policies: {merger: {ratio: 0.1, largest: many}}", "policies.merger.largest: expected"),
    ("largest: 9\npolicies: {merger: {ratio: 0.15}}", "largest: unknown key at the top level"),
    ("policies: {entrepreneurship: {numbr: 3}}", "policies.entrepreneurship.numbr: unknown key"),
    ("policies: {entrepreneurship: {number: x}}", "policies.entrepreneurship.number: expected"),
    ("policies: {pay: {start: 2010-01}}\nmonths: 0", "months: 0 is out of range"),
    (
        "policies: {pay: {end: 2019-03}}",
        "policies.pay.end: 2019-03 is not later than its start, the reform in 2019-07",
    ),
    (
        "policies: {headcount: {posts: {by: class, classes: [{post: 3}]}}}",
        "policies.headcount.posts.classes[0].post: unknown key",
    ),
    (
        "policies: {headcount: {posts: {by: class, classes: []}}}",
        "policies.headcount.posts.classes: a list of 0; expected at least 1",
    ),
    (
        "policies: {headcount: {posts: {by: total, number: 5}}, merger: {ratio: x}}",
        "policies.merger",
    ),
    (
        "county: {exclude_townships: [河西]}\npolicies: {merger: {ratio: null, villages: 12}}",
        "county.exclude_townships[0]: the county has no township",
    ),
    ("county: {villages: vilages.csv}", "county.villages: vilages.csv: no such file"),
    (
        "county: {villages: , registry: 513424}\npolicies: {merger: {source: registry, ratio: }}",
        "county.registry: expected a text",
    ),
    (
        "parameters_outside_range: yes\nparameters: {service: {visit_sigma_km: 99}}",
        "parameters_outside_range: expected true or",
    ),
    (
        "parameter_outside_range: true\nparameters: {service: {visit_sigma_km: 99}}",
        "parameter_outside_range: unknown key",
    ),
]


@pytest.mark.parametrize(("change", "text"), ONE)
def test_one_mistake_gives_one_error(change: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "villages.csv").write_text(VILLAGES, "utf-8")
    (tmp_path / "base.yaml").write_text(BASE, "utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(f"extends: base.yaml\n{change}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        load(path)
    (said,) = caught.value.problems
    assert text in said


def test_mistakes_that_do_not_rest_on_each_other_are_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "villages.csv").write_text(VILLAGES, "utf-8")
    path = tmp_path / "mine.yaml"
    changed = BASE.replace("start: 2019-01", "start: 2019-01-01").replace("0.5", "0.01")
    path.write_text(changed + "  pay: {where: {townships: [河]}}\nseed: x\n", "utf-8")
    with pytest.raises(InputError) as caught:
        load(path)
    keys = [problem.split(": ")[1] for problem in caught.value.problems]
    assert keys == ["start", "policies.merger.ratio", "policies.pay.where.townships[0]", "seed"]
