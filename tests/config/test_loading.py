"""Loading: extends, overrides, places, text forms, limits."""

import json
import os
import sys
import time
from pathlib import Path

import pytest

from sim.config import load, resolve
from sim.config.loading import merge, parse_override, planted
from sim.config.places import Place
from sim.errors import InputError
from sim.model.calendar import parse_month

HERE = Path(__file__).parent
VALID = HERE / "valid.yaml"
MINIMAL = 'title: {en: a, zh: b}\ncounty: {registry: "513424"}\n'


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def problem(path: Path, **overrides: object) -> str:
    with pytest.raises(InputError) as caught:
        load(path, overrides)
    return str(caught.value)


def test_valid_configuration() -> None:
    config = load(VALID)
    assert config.title.zh == "德昌县2020年村建制调整"
    assert config.reform == parse_month("2020-04")
    assert config.parameters == {
        "service": {"visit_sigma_km": 3.5, "road_detour": 1.5},
        "trust": {"merger_shock": -0.05},
    }
    assert list(config.active()) == ["merger", "combined_role", "headcount", "entrepreneurship"]


def test_extends_merges_maps_replaces_lists_and_rules_and_removes_null() -> None:
    config, base = load(HERE / "child.yaml"), load(VALID)
    assert config.county == base.county
    assert config.months == 96
    assert list(config.active()) == ["combined_role", "headcount", "entrepreneurship"]
    assert config.policies.headcount.posts.model_dump() == {
        "by": "residents",
        "base": 2,
        "per_1000": 1.0,
        "max": 12,
    }
    assert config.policies.headcount.lines == 3.5
    support = config.policies.entrepreneurship
    assert (support.grant, support.number) == (20000, 20)
    assert support.where.townships == ("永郎镇",)
    assert support.where.min_residents == 500


OWN = {"of": "villagers", "mean": "income", "where": "age > 60", "unit": "yuan/month", "en": "Mine"}


@pytest.mark.parametrize(
    ("over", "left"),
    [
        # another measure, or other rows: whole
        ({"of": "villagers", "share": "age > 30", "zh": "甲"}, None),
        ({"of": "cadres", "mean": "age", "en": "Age"}, None),
        ({"function": "lab:mine", "unit": "x", "en": "F"}, None),
        # the same measure: field by field
        ({"mean": "savings"}, OWN | {"mean": "savings"}),
        ({"en": "Yours"}, OWN | {"en": "Yours"}),
        ({"where": None}, {k: v for k, v in OWN.items() if k != "where"}),
        ({"of": "villagers", "mean": "age"}, OWN | {"mean": "age"}),
        ({"mean": None}, {k: v for k, v in OWN.items() if k != "mean"}),
        ({"en": "N", "mean": None, "count": True},
         {k: v for k, v in OWN.items() if k != "mean"} | {"en": "N", "count": True}),
    ],
)  # fmt: skip
def test_an_outcome_defined_anew_replaces_the_inherited_one(over, left) -> None:
    here = Place("x")
    for change in ({"outcomes": {"mine": over}}, {"outcomes": {"mine": over, "other": OWN}}):
        found = merge(planted({"outcomes": {"mine": OWN}}, here), planted(change, here)).plain()
        assert found["outcomes"]["mine"] == (over if left is None else left)
    aside = merge(planted({"a": {"mine": OWN}}, here), planted({"a": {"mine": over}}, here))
    assert "unit" in aside.plain()["a"]["mine"]


def test_a_measure_set_from_the_command_line_replaces_the_files(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    text = MINIMAL + f"outcomes: {{mine: {json.dumps(OWN)}}}\n"
    path.write_text(text, "utf-8")
    found = load(
        path, {"outcomes.mine": {"of": "cadres", "count": True, "unit": "cadres", "en": "N"}}
    )
    assert found.outcomes.described()["mine"].definition == "count of cadres"
    kept = load(path, {"outcomes.mine.mean": "savings", "outcomes.mine.unit": "yuan"})
    assert (
        kept.outcomes.described()["mine"].definition == "mean savings of villagers where age > 60"
    )


def test_places_name_the_file_a_value_came_from() -> None:
    tree = resolve(HERE / "child.yaml", {"scale": 20}).tree
    keys = ("months", "policies.entrepreneurship.grant", "scale", "county.registry")
    nodes = {key: tree.get(*key.split(".")) for key in keys}
    places = {key: str(node.place) for key, node in nodes.items() if node is not None}
    assert places["months"] == f"{HERE / 'child.yaml'}:4:9"
    assert places["policies.entrepreneurship.grant"] == f"{HERE / 'child.yaml'}:10:12"
    assert places["county.registry"] == f"{VALID}:4:13"
    assert places["scale"] == "--set scale=20"


def test_resolved_yaml_loads_to_the_same_configuration(tmp_path: Path) -> None:
    found = resolve(HERE / "child.yaml", {"policies.combined_role.share": 0.5})
    text = found.to_yaml()
    assert "share: 0.5" in text
    assert "# --set policies.combined_role.share=0.5" in text
    assert f"# {VALID}:4" in text
    assert load(write(tmp_path, "resolved.yaml", text)) == found.config


def test_overrides_win_and_their_errors_name_set() -> None:
    assert load(VALID, {"policies.combined_role.share": 0.5}).policies.combined_role.share == 0.5
    assert load(VALID, {"policies.merger": None}).policies.merger is None
    assert load(VALID, {"parameters.hours.friction": 0.1}).parameters["hours"] == {"friction": 0.1}
    found = problem(VALID, **{"policies.merger.ratio": 0.5})
    assert "--set policies.merger.ratio=0.5: policies.merger" in found
    assert "removes an inherited key" in found
    assert "'months'?" in problem(VALID, month=7)
    assert problem(VALID, seed="x").startswith("--set seed=x: seed: expected a whole number")
    assert "--set seed.x=1" in problem(VALID, **{"seed.x": 1})


def test_parse_override_reads_yaml() -> None:
    assert parse_override("policies.merger.ratio=0.5") == ("policies.merger.ratio", 0.5)
    assert parse_override("start=2018-04") == ("start", "2018-04")
    assert parse_override("county.exclude_townships=[a, b]")[1] == ["a", "b"]
    assert parse_override("policies.merger=null")[1] is None
    for wrong in ("seed", "=3", "a=[1"):
        with pytest.raises(InputError, match="--set"):
            parse_override(wrong)


def test_parameters_outside_their_range_need_the_waiver(tmp_path: Path) -> None:
    text = MINIMAL + "parameters: {service: {visit_sigma_km: 9}}\n"
    path = write(tmp_path, "a.yaml", text)
    assert "parameters_outside_range" in problem(path)
    waived = load(path, {"parameters_outside_range": True})
    assert waived.parameters == {"service": {"visit_sigma_km": 9.0}}
    wrong = {"parameters_outside_range": True, "parameters.service.visit_sigma": 9}
    assert "did you mean 'visit_sigma_km'" in problem(path, **wrong)


def test_files_are_looked_for_beside_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    table = "code,name,township\n1,a,t\n2,b,t\n"
    write(tmp_path / "base", "mine.csv", table.encode("gb18030"))
    write(tmp_path / "base", "b.yaml", "title: {en: a, zh: b}\ncounty: {villages: mine.csv}\n")
    child = write(tmp_path, "c.yaml", "extends: base/b.yaml\nseed: 3\n")
    assert load(child).county.villages == str((tmp_path / "base" / "mine.csv").resolve())


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes")
def test_a_folder_named_in_another_encoding_is_named_as_such(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode("合村".encode("gbk"))
    folder.mkdir()
    write(folder, "mine.csv", "code,name,township\n1,a,t\n2,b,t\n")
    text = "title: {en: a, zh: b}\ncounty: {villages: mine.csv}\n"
    found = problem(write(folder, "a.yaml", text))
    assert "a.yaml:2:20: county.villages: " in found and "rename the file or folder" in found
    assert len(found.splitlines()) == 1 and "title" not in found
    path = write(folder, "b.yaml", MINIMAL)
    assert load(path).county.registry == "513424"  # what names no file is right there
    assert problem(path, **{"title.en": "\udcba"}).startswith("--set title.en=")


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + MINIMAL.encode(),
        MINIMAL.replace("\n", "\r\n").encode(),
        b"x: &c {registry: '513424'}\n" + b"title: {en: a, zh: b}\ncounty: {<<: *c}\n",
    ],
    ids=["byte-order mark", "CRLF", "anchor and merge key"],
)
def test_forms_of_text(tmp_path: Path, text: bytes) -> None:
    path = write(tmp_path, "a.yaml", text)
    if text.startswith(b"x:"):
        assert problem(path).startswith(f"{path}:1:1: x: unknown key")
    else:
        assert load(path).county.registry == "513424"


def test_anchors_and_merge_keys_are_written_out(tmp_path: Path) -> None:
    text = MINIMAL + (
        "policies:\n"
        "  combined_role: {where: &w {townships: [德州镇], share: 0.5}}\n"
        "  headcount: {lines: 4, where: {<<: *w, share: 0.25}}\n"
    )
    policies = load(write(tmp_path, "a.yaml", text)).policies
    assert policies.headcount.where.townships == ("德州镇",)
    assert (policies.combined_role.where.share, policies.headcount.where.share) == (0.5, 0.25)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (MINIMAL.encode() + "# 县\n".encode("gb18030"), ":3:3", "GB18030"),
        (MINIMAL.encode("utf-16"), ":1:1", "UTF-16"),
        (b"title: {en: a, zh: b}\nseed: \x00 1\n", ":2:7", "NUL"),
        (b"title: a\x07\n", ":1:9", "U+0007"),
        (b"a: &a [*a]\n", ":1:4", "contains itself"),
        (b"%YAML 1.1\n---\na: no\n", ":1:1", "YAML 1.2"),
        (b"a: 1\n--- \nb: 2\n", ":2:1", "a second document"),
        (b"a: " + b"[" * 3000, ":1:43", "levels deep"),
        (b"seed: " + b"9" * 5000, ":1:7", "cannot be read as a int"),
        (b"? [a, b]\n: 1\n", ":1:3", "a key must be a word"),
        (b'a: "\\ud800"\n', ":1:4", "the invisible character U+D800"),
        (b"just words\n", ":1:1", "expected keys at the top level"),
    ],
)
def test_texts_that_are_refused(tmp_path: Path, text: bytes, place: str, words: str) -> None:
    path = write(tmp_path, "a.yaml", text)
    found = problem(path)
    assert found.startswith(f"{path}{place}: "), found
    assert words in found


def test_what_is_not_a_readable_file(tmp_path: Path) -> None:
    write(tmp_path, "dechang.yaml", MINIMAL)
    assert "did you mean 'dechang.yaml'?" in problem(tmp_path / "dechan.yaml")
    assert "there is no folder" in problem(tmp_path / "none" / "a.yaml")
    assert "is a folder" in problem(tmp_path)
    assert "larger than 1 MB" in problem(write(tmp_path, "big.yaml", b"#" * 1_000_001))


def test_a_bomb_is_refused_at_once() -> None:
    start = time.perf_counter()
    problem(HERE.parent / "bad" / "bomb.yaml")
    assert time.perf_counter() - start < 2.0


def test_one_wrong_part_does_not_hide_the_others(tmp_path: Path) -> None:
    text = (
        "county: {registry: 513424}\nseed: -1\nstart: 2018-4\nmonths: 84\nreform: 2030-01\n"
        "policies:\n  merger: {source: generated, villages: 5, ratio: 0.5}\n"
        "  combined_role: {shar: 1}\n  headcount: {posts: {by: fixed, number: 1}}\n"
    )
    found = problem(write(tmp_path, "a.yaml", text)).splitlines()
    starts = [line.split(": ")[1] for line in found]
    assert starts[:4] == ["title", "county.registry", "seed", "start"]
    assert "policies.merger" in starts
    assert "policies.combined_role.shar" in starts


def test_cross_checks_depend_on_what_the_combined_role_covers() -> None:
    one = {"policies.headcount.posts": {"by": "fixed", "number": 1}}
    assert load(VALID, one).policies.headcount.posts.number == 1
    assert "does not reach every village" in problem(
        VALID, **one, **{"policies.combined_role.share": 0.5}
    )
    assert "the deputy's" in problem(VALID, **one, **{"policies.combined_role.deputies": 3})
    none = {"policies.headcount.posts": {"by": "fixed", "number": 0}}
    assert load(VALID, none).policies.headcount.posts.number == 0
    # switching the merger off must leave a total for the county usable (factorial experiments)
    assert load(VALID, {"policies.merger": None}).policies.headcount.posts.number == 390
