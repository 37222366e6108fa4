"""Hypothesis generators for the domain: counties, worlds, merger plans, planner's rules."""

import numpy as np
from hypothesis import strategies as st

from sim.world.generate import PlanRules
from sim.world.layout import World, build_world
from sim.world.plan import MergerPlan, named_plan
from sim.world.spec import CountySpec
from sim.world.villages import VillageTable

_CHARACTERS = "安宁平和永兴光明红星新民石桥龙泉凤凰高山白马青江"


@st.composite
def village_tables(draw: st.DrawFn, largest: int = 40, communities: bool = True) -> VillageTable:
    """Villages (and some communities) in 1 to 6 townships."""
    count = draw(st.integers(1, largest))
    towns = draw(st.integers(1, min(6, count)))
    town = sorted(draw(st.lists(st.integers(0, towns - 1), min_size=count, max_size=count)))
    name = st.text(_CHARACTERS, min_size=2, max_size=3)
    names = draw(st.lists(name, min_size=count, max_size=count))
    kinds = [True] * count
    if communities and count > 1:
        kinds = [True, *draw(st.lists(st.booleans(), min_size=count - 1, max_size=count - 1))]
    return VillageTable.of(
        code=[f"5199990{t}{v:04d}" for v, t in enumerate(town)],
        name=[
            f"{n}{'村民委员会' if k else '社区居委会'}" for n, k in zip(names, kinds, strict=True)
        ],
        township=[f"{'甲乙丙丁戊己'[t]}镇" for t in town],
        is_village=kinds,
    )


@st.composite
def worlds(
    draw: st.DrawFn, largest: int = 40, communities: bool = True, placed: bool = False
) -> World:
    """A laid out county; with `placed` its villages' places are known."""
    table = draw(village_tables(largest, communities))
    count = len(table)
    if placed:
        place = st.floats(-5, 5, allow_nan=False)
        places = st.lists(place, min_size=count, max_size=count)
        columns = {name: np.array(draw(places)) for name in ("x_km", "y_km")}
        table = VillageTable(table.code, table.name, table.township, table.is_village, **columns)
    leaving = draw(st.sets(st.sampled_from(table.code), max_size=count // 3))
    people, area = draw(st.floats(2, 2000)), draw(st.floats(0.2, 6))
    future = None
    if draw(st.booleans()):
        later = st.sampled_from(["东镇", "西街道", "南镇"])
        future = tuple(draw(st.lists(later, min_size=count, max_size=count)))
    spec = CountySpec(
        population_mean=people,
        area_mean_km2=area,
        population_log_sd=draw(st.floats(0, 1.2)),
        area_log_sd=draw(st.floats(0, 1.2)),
        groups_per_village=draw(st.floats(1, 12)),
        cell_km=draw(st.sampled_from([None, 0.5, 1.0])),
        leaving=frozenset(leaving),
        leaving_population_total=max(people * 0.8, 1) * len(leaving) if leaving else None,
        leaving_area_total=area * len(leaving) * 0.8 if leaving else None,
        future_township=future,
    )
    return build_world(table, spec, draw(st.integers(0, 2**32)))


@st.composite
def plans(draw: st.DrawFn, villages: VillageTable) -> MergerPlan:
    """Any valid plan, contiguous or not."""
    count = len(villages)
    seat = np.arange(count, dtype=np.int32)
    is_seat = [True, *draw(st.lists(st.booleans(), min_size=count - 1, max_size=count - 1))]
    seats = [v for v in range(count) if is_seat[v]]
    for v in range(count):
        if not is_seat[v]:
            seat[v] = draw(st.sampled_from(seats))
    outpost = np.array([not s and draw(st.booleans()) for s in is_seat])
    community = np.array([s and draw(st.booleans()) for s in is_seat]) & villages.is_village
    return named_plan(seat, villages, "drawn", becomes_community=community, outpost=outpost)


@st.composite
def plan_rules(draw: st.DrawFn) -> PlanRules:
    """Rules that may or may not be reachable."""
    return PlanRules(
        ratio=draw(st.floats(0.2, 1.0)),
        largest=draw(st.integers(1, 6)),
        population_max=draw(st.none() | st.floats(500, 10_000)),
        area_max_km2=draw(st.none() | st.floats(2, 40)),
        contiguous=draw(st.booleans()),
        respect_townships=draw(st.booleans()),
        size=draw(st.floats(0, 3)),
        distance=draw(st.floats(0, 3)),
        office=draw(st.sampled_from(["largest", "central"])),
    )
