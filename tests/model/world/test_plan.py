from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.model.world.csvfile import VillageFileError
from sim.model.world.generate import PlanRules, generate_plan
from sim.model.world.layout import build_world
from sim.model.world.plan import (
    choose_office,
    judge,
    named_plan,
    no_merger,
    validate,
    with_outposts,
)
from sim.model.world.planfile import read_plan, write_plan
from sim.model.world.spec import CountySpec
from sim.model.world.villages import VillageTable
from tests.strategies import plans, worlds

CASES = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@pytest.fixture(scope="module")
def world():
    table = VillageTable.of(
        code=[f"c{v}" for v in range(12)],
        name=[f"村{v}" for v in range(12)],
        township=["东镇"] * 6 + ["西镇"] * 6,
    )
    return build_world(table, CountySpec(1000, 4.0), 2)


@CASES
@given(worlds(largest=25), st.data())
def test_a_plan_conserves_people_land_groups_and_villages(world, data):
    plan = data.draw(plans(world.villages))
    table = judge(plan, world)["villages"]
    assert table["registered"].sum() == world.registered.sum()
    assert table["groups"].sum() == world.group_village.size
    assert table["originals"].sum() == len(world.villages)
    assert table["area_km2"].sum() == pytest.approx(world.area_km2.sum())
    overall = judge(plan, world)["overall"]
    assert overall["villages_after"] == plan.villages_after(world.villages).size
    assert overall["villages_after"] + overall["communities_after"] == plan.seats.size
    assert overall["absorbed"] + plan.seats.size == len(world.villages)
    assert (table["max_distance_km"] >= table["mean_distance_km"] - 1e-9).all()


@CASES
@given(worlds(largest=25), st.data())
def test_written_and_read_back_is_the_same(tmp_path_factory, world, data):
    plan = data.draw(plans(world.villages))
    path = tmp_path_factory.mktemp("plan") / "plan.csv"
    write_plan(plan, world.villages, path)
    back = read_plan(path, world)
    assert np.array_equal(back.seat, plan.seat)
    assert np.array_equal(back.becomes_community, plan.becomes_community)
    assert np.array_equal(back.outpost, plan.outpost)
    assert (back.new_name, back.new_township) == (plan.new_name, plan.new_township)


def test_a_plan_without_a_merger_is_read_back(tmp_path, world):
    write_plan(no_merger(world.villages), world.villages, tmp_path / "plan.csv")
    back = read_plan(tmp_path / "plan.csv", world)
    assert back.seat.tolist() == list(range(len(world.villages)))
    assert back.new_name[0] == world.villages.name[0]


def test_no_merger_changes_nothing(world):
    plan = no_merger(world.villages)
    overall = judge(plan, world)["overall"]
    assert overall["cluster_sizes"] == {1: 12}
    assert overall["not_contiguous"] == overall["across_townships"] == 0
    assert plan.new_name == world.villages.name


def test_judge_sees_pieces_and_township_borders(world):
    far = next(v for v in range(1, 12) if v not in world.neighbours[0])
    seat = np.arange(12, dtype=np.int32)
    seat[far] = 0
    overall = judge(named_plan(seat, world.villages, "test"), world)["overall"]
    assert overall["not_contiguous"] == 1
    assert overall["across_townships"] == int(far >= 6)
    step = (world.group_site[world.group_village == far] - world.office[0]) * world.cell_km
    assert overall["max_distance_km"][2] == pytest.approx(np.hypot(*step.T).max())


def test_office_rules(world):
    members = np.arange(6)
    assert choose_office(world, members, "largest") == int(np.argmax(world.registered[:6]))
    inside = world.group_village < 6
    away = [
        (
            np.hypot(*(world.group_site[inside] - world.office[v]).T)
            * world.group_registered[inside]
        ).sum()
        for v in members
    ]
    assert choose_office(world, members, "central") == int(np.argmin(away))


def test_outposts_are_the_remotest_absorbed(world):
    seat = np.zeros(12, dtype=np.int32)
    plan = with_outposts(named_plan(seat, world.villages, "test"), world, 0.5)
    away = np.hypot(*(world.office - world.office[0]).T)
    assert plan.outpost.sum() == 6
    assert not plan.outpost[0]
    assert away[plan.outpost].min() >= away[1:][~plan.outpost[1:]].max()
    with pytest.raises(InputError, match="between 0 and 1"):
        with_outposts(plan, world, 1.5)


def test_validate_reports_every_inconsistency(world):
    plan = no_merger(world.villages)
    seat = plan.seat.copy()
    seat[1], seat[2] = 2, 3
    flags = np.zeros(12, dtype=bool)
    flags[[1, 4]] = True
    names = ("村9", *plan.new_name[1:5], "", *plan.new_name[6:])
    bad = replace(plan, seat=seat, outpost=flags, becomes_community=flags, new_name=names)
    with pytest.raises(InputError) as caught:
        validate(bad, world.villages)
    for words in (
        "村1 (c1) goes to 村2, which is itself absorbed",
        "村1 (c1) becomes a community but is absorbed",
        "村4 (c4) keeps its office, so it cannot be an outpost",
        "the new village of 村5 has no name",
    ):
        assert words in str(caught.value)
    with pytest.raises(InputError, match="seat has 3 entries for 12 villages"):
        validate(replace(plan, seat=seat[:3]), world.villages)
    same = ("村0", "村0", *plan.new_name[2:])
    with pytest.raises(InputError, match="two new villages of 东镇 are called '村0'"):
        validate(replace(plan, new_name=same), world.villages)


def table(rows, header="old_code,new_village"):
    return "\n".join((header, *rows)) + "\n"


ROWS = [f"c{v},新{v // 2}" for v in range(12)]


def test_two_columns_are_enough(tmp_path, world):
    path = tmp_path / "plan.csv"
    path.write_text(table(ROWS), encoding="gb18030")
    plan = read_plan(path, world)
    assert plan.seats.size == 6
    for s in plan.seats:
        assert world.registered[s] == world.registered[plan.seat == s].max()
    assert plan.new_township[plan.seat[0]] == "东镇"


@pytest.mark.parametrize(
    ("rows", "header", "words"),
    [
        (ROWS[:-2], "old_code,new_village", ["no row for 2 of 12 villages (c10, c11)"]),
        (
            ["cc3,新1", *ROWS],
            "old_code,new_village",
            ["row 2, column old_code: no village has the code 'cc3'", "did you mean"],
        ),
        ([*ROWS, "c0,新9"], "old_code,new_village", ["row 14", "'c0' is already in row 2"]),
        (["c0,", *ROWS[1:]], "old_code,new_village", ["row 2, column new_village: empty"]),
        (ROWS, "old_code,newvillage", ["column new_village: missing", "'newvillage'"]),
        (
            [f"{row},c{v + 1}" for v, row in enumerate(ROWS)],
            "old_code,new_village,seat",
            ["one new village has the seats c1 and c2; give one"],
        ),
        (
            [f"{row},c{v // 2 + 6}" for v, row in enumerate(ROWS)],
            "old_code,new_village,seat",
            ["row 2, column seat: 'c6' is not one of the old villages", "one of c0, c1"],
        ),
        (
            [f"{row},c{v // 2 * 2},maybe" for v, row in enumerate(ROWS)],
            "old_code,new_village,seat,outpost",
            ["'maybe' is unknown; expected 0 or 1"],
        ),
        (
            [f"{row},c{v // 2 * 2},1" for v, row in enumerate(ROWS)],
            "old_code,new_village,seat,outpost",
            ["c0 is the seat: no outpost"],
        ),
        (
            [f"{row},{('village', 'community')[v % 2]}" for v, row in enumerate(ROWS)],
            "old_code,new_village,kind",
            ["say both village and community"],
        ),
    ],
)
def test_a_bad_table_is_told_where(tmp_path, world, rows, header, words):
    path = tmp_path / "plan.csv"
    path.write_text(table(rows, header), encoding="utf-8")
    with pytest.raises(VillageFileError) as caught:
        read_plan(path, world)
    for word in words:
        assert word in str(caught.value)


def test_a_generated_plan_can_be_read_back_with_a_central_office(tmp_path, world):
    plan = generate_plan(world, PlanRules(villages=5, office="central"), 1)
    write_plan(plan, world.villages, tmp_path / "p.csv")
    assert np.array_equal(read_plan(tmp_path / "p.csv", world, "central").seat, plan.seat)
