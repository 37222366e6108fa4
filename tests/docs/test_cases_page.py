"""The page of the two cases: it shows the shipped configurations, its numbers follow from them."""

import re
from io import StringIO
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sim.about.facts import facts
from sim.about.literature import MEASURES
from sim.config import load
from sim.model.county import CountyModel
from sim.model.world.case import build_case, reform_of
from sim.model.world.registry import base_name, registry_units

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "cases.md").read_text("utf-8")
FLAT = " ".join(PAGE.split())
CASES = ("leshan_shizhong_2020", "dechang_2020")


def read(text):
    return YAML(typ="safe").load(StringIO(text))


def shipped(name):
    """Return what a configuration says, with what it extends."""
    file = read((ROOT / "configs" / f"{name}.yaml").read_text("utf-8"))
    base = shipped(file.pop("extends").removesuffix(".yaml")) if "extends" in file else {}
    return base | file


def leaves(node, *path):
    if not isinstance(node, dict):
        return {path: node}
    return {
        key: value for k, below in node.items() for key, value in leaves(below, *path, k).items()
    }


def rows(name):
    """Return the table of a case: what the report says, the configuration's leaves, the dose."""
    table = PAGE.partition(f"`{name}.yaml`\n")[2].partition("\n### ")[0]
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and cells[1].startswith("`"):
            yield cells[0], leaves(read(cells[1].strip("`"))), cells[2]


@pytest.mark.parametrize("name", CASES)
def test_the_table_is_the_configuration(name):
    config = shipped(name)
    policies, said = leaves(config["policies"]), {}
    for _, told, _ in rows(name):
        said |= told
    assert {key: v for key, v in said.items() if key[0] != "county"} == policies
    county = leaves(config["county"], "county")
    assert {key: v for key, v in said.items() if key[0] == "county"}.items() <= county.items()


@pytest.mark.parametrize("name", CASES)
def test_every_dose_says_where_it_is_from(name):
    county = name.partition("_")[0]
    numbers = {str(fact.number) for fact in facts() if fact.county == county}
    for report, _, dose in rows(name):
        assert re.search(r"report|assumed|fitted|programme|province", dose), dose
        if named := re.match(r"\(([\d, ]+)\)", report):
            assert set(named[1].split(", ")) <= numbers, report
        else:
            assert "province" in dose, report
    fitted = re.findall(r"fitted to \((\d+)\)", PAGE)
    kinds = {str(fact.number) for fact in facts() if fact.kind == "fitted"}
    assert fitted and set(fitted) <= kinds


def test_assumed_ranges_hold_their_doses():
    found = 0
    for name in CASES:
        for _, told, dose in rows(name):
            values = [v for v in told.values() if isinstance(v, int | float) and v is not True]
            if named := re.search(r"assumed \(([\d.,]+)\D* to ([\d.,]*\d)", dose):
                low, high = (float(end.replace(",", "")) for end in named.groups())
                assert any(low <= value <= high for value in values), dose
                found += 1
    assert found >= 7


def number(pattern):
    [text] = re.findall(pattern, FLAT)
    return float(text.replace(",", ""))


def test_the_six_per_cent_add_up():
    before, after = 196 * 1403, 124 * 2089
    left, land = before - after, 196 * 3.55 - 124 * 5.32
    assert number(r"196 × 1,403 is ([\d,]+) persons") == before
    assert number(r"124 × 2,089 is ([\d,]+)\.") == after
    assert number(r"The difference, ([\d,]+) persons") == left
    assert number(r"persons \(([\d.]+) %\)") == round(100 * left / before, 1)
    assert number(r"and (\d+) km² \(") == round(land)
    assert number(r"km² \(([\d.]+) %\)") == round(100 * land / (196 * 3.55), 1)
    assert number(r"is what ([\d.]+) villages have by persons") == round(left / 1403, 1)
    assert number(r"by persons and ([\d.]+) by area") == round(land / 3.55, 1)
    assert number(r"would give ([\d,]+) persons") == round(before / 124)
    assert number(r"persons and ([\d.]+) km²\.") == round(196 * 3.55 / 124, 2)


def test_the_lists_say_what_the_page_says():
    leshan, dechang = (load(ROOT / "configs" / f"{name}.yaml") for name in CASES)
    case = build_case(leshan, 1)
    gone = {
        base_name(case.world.villages.name[v]) for v in case.plan.becomes_community.nonzero()[0]
    }
    named = set(re.findall(r"four by name \((\S+?)\)", FLAT)[0].split("、"))
    assert len(named) == 4 and named <= gone
    assert len(gone) == number(r"We let (\d+) villages leave") == 4 + 7
    list_2020 = registry_units("513424", 2020)
    villages = int(list_2020.is_village.sum())
    assert villages == number(r"list of June 2020 has (\d+) villages")
    assert len(list_2020) - villages == number(r"has \d+ villages and (\d+) communities, one")
    for config in (leshan, dechang):  # about nine in ten names of 2020 existed before
        match = reform_of(config.county).match
        anchored = sum(row >= 0 for row in match.anchor)
        assert 0.8 < anchored / (anchored + len(match.new_villages)) < 0.97


def test_roads_of_dechang_are_those_of_the_model():
    roads = []
    for seed in (1, 2, 3):
        config = load(ROOT / "configs" / "dechang_2020.yaml", {"scale": 1000})
        county = CountyModel(config, seed)
        persons = county.world.group_registered / county.world.registered.sum()
        before = (county.borders.office_km * persons).sum()
        county.borders.redraw(county.case.plan, config.reform, 0.6)
        roads.append((before, (county.borders.office_km * persons).sum()))
    before, after = (sum(ends) / 3 for ends in zip(*roads, strict=True))
    assert before == pytest.approx(number(r"office is about ([\d.]+) km before"), abs=0.1)
    assert after == pytest.approx(number(r"km before and ([\d.]+) km after"), abs=0.1)


def test_first_secretaries_sit_in_the_towns_that_the_report_names():
    county = CountyModel(load(ROOT / "configs" / "leshan_shizhong_2020.yaml", {"scale": 500}), 1)
    county.run_for(25)
    units = county.levers.first_secretary.nonzero()[0]
    assert sorted(county.world.villages.township[u] for u in units) == [
        "平兴乡",
        "悦来乡",
        "白马镇",
    ]


def test_what_is_drawn_follows_from_what_is_known():
    config = shipped("dechang_2020")["county"]
    residents, share = (
        number(r"persons: (\d+) rural residents a village"),
        number(r"share of ([\d.]+) make"),
    )
    assert config["population"]["mean"] == number(r"0\.77 make ([\d,]+);")
    assert residents / share == pytest.approx(config["population"]["mean"], rel=0.01)
    area = number(r"its area: ([\d,]+) km²") / number(r"km² over (\d+) units")
    assert config["area"]["mean"] == round(area, 1)
    assert f"villages have {round(area)} km²" in FLAT
    county = CountyModel(load(ROOT / "configs" / "dechang_no_reform.yaml", {"scale": 50}), 1)
    county.run_for(24)
    assert MEASURES["resident_share"](county) == pytest.approx(share, abs=0.02)
    for name in CASES:
        config = shipped(name)
        groups = number(r"province \(386,120 → ([\d,]+)\)") / 386120
        assert config["policies"]["merger"]["group_ratio"] == round(groups, 1)
        assert {config["county"][key]["log_sd"] for key in ("population", "area")} == {0.4}
    leshan = shipped("leshan_shizhong_2020")
    posts = leshan["policies"]["headcount"]["posts"]
    assert 1000 / posts["per_1000"] == 2500 and "5 from 2,500 registered persons" in FLAT
    heard = leshan["policies"]["consultation"]["heard"]
    assert heard == round(1800 / number(r"over ([\d,]+) persons; the half"), 4)
    persons = number(r"over some ([\d,]+) persons")
    assert shipped("dechang_2020")["policies"]["consultation"]["heard"] == round(2000 / persons, 4)
    values = load(ROOT / "configs" / "leshan_shizhong_2020.yaml").values()
    pay = values.posts.pay_secretary * values.posts.pay_other_ratio
    assert number(r"0 to ([\d,]+) yuan, a year") == pytest.approx(12 * pay, rel=0.02)
    assert values.strain.allowance_full == 12
