"""Hypothesis generators for the domain: counties, worlds, merger plans, planner's rules."""

import numpy as np
from hypothesis import strategies as st

from sim.model.world.generate import PlanRules
from sim.model.world.layout import World, build_world
from sim.model.world.plan import MergerPlan, named_plan
from sim.model.world.spec import CountySpec
from sim.model.world.villages import VillageTable

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


_share = st.floats(0, 1)
_posts = st.one_of(
    st.builds(lambda n: {"by": "fixed", "number": n}, st.integers(2, 9)),
    st.builds(
        lambda base, per: {"by": "residents", "base": base, "per_1000": per, "max": 12},
        st.integers(2, 6),
        st.floats(0, 4),
    ),
    st.builds(lambda n: {"by": "total", "number": n, "min": 2, "max": 12}, st.integers(30, 80)),
)
_timing = {"ramp_months": st.integers(0, 12), "start": st.sampled_from(["2019-03", "2019-09"])}
_merging = st.builds(
    lambda ratio, outposts, groups: {
        "source": "generated",
        "ratio": ratio,
        "outposts": outposts,
        "group_ratio": groups,
    },
    st.floats(0.3, 1.0),
    _share,
    st.floats(0.5, 1.0),
)


def _block(
    needed: dict[str, st.SearchStrategy], **optional: st.SearchStrategy
) -> st.SearchStrategy:
    return st.fixed_dictionaries(needed, optional=optional | _timing)


def policy_sets() -> st.SearchStrategy[dict[str, dict]]:
    """Any set of the twenty-one policies, for the small county of `conftest.make_config`."""
    blocks = {
        "merger": _merging,
        "combined_role": _block(
            {"share": _share}, deputies=st.integers(0, 12), heads_collective=st.booleans()
        ),
        "headcount": _block({"posts": _posts}, lines=st.floats(0, 12)),
        "pay": _block(
            {"growth": st.floats(0, 0.5)},
            trust=st.floats(0, 0.5),
            professional=_share,
            secretary=st.floats(500, 6000),
            dual=st.floats(0, 2000),
        ),
        "selection": _block(
            {"pool": st.floats(0, 400)},
            vetting=st.integers(0, 6),
            returned=st.floats(0, 1),
            reselect=st.sampled_from(["none", "merged", "all"]),
        ),
        "settlement": _block({"interviews": _share}, placement=_share, allowance=st.floats(0, 1e5)),
        "training": _block(
            {"who": st.sampled_from(["leaders", "all"])},
            share=_share,
            every=st.integers(1, 12),
            cost=st.floats(0, 9000),
        ),
        "first_secretary": _block(
            {"number": st.integers(0, 12)},
            place=st.sampled_from(["drawn", "largest", "poorest"]),
            term=st.integers(1, 12),
        ),
        "consultation": _block({"heard": _share}, vote=st.booleans()),
        "asset_rules": _block(
            {"rule": st.sampled_from(["separate", "consent", "pooled"])}, welfare=st.floats(0, 0.4)
        ),
        "collective_support": _block(
            {
                "share": _share,
                "amount": st.floats(0, 3e6),
                "cooperative": st.booleans(),
                "joint": st.floats(0, 10),
                "choose": st.sampled_from(["drawn", "largest", "poorest"]),
            }
        ),
        "entrepreneurship": _block(
            {
                "number": st.integers(0, 60),
                "grant": st.floats(0, 4e5),
                "loan": st.floats(0, 4e5),
                "interest": _share,
                "term": st.floats(0.05, 10),
                "eligible": st.sampled_from(["everybody", "returned"]),
                "outside_capital": st.floats(0, 2e7),
            },
            budget=st.floats(0, 2e6),
            min_skill=_share,
        ),
        "service_delivery": _block(
            {"outposts": _share},
            outpost_opening=_share,
            office_hours=st.floats(0, 8),
            office_kept=_share,
            home_visits=_share,
            visit_km=st.floats(0, 5),
            online=_share,
            one_stop=_share,
            micro_groups=_share,
            proxies=_share,
            buses=_share,
        ),
        "paperwork": _block({"relief": _share}, ledgers=_share, rescale=_share),
        "oversight": _block(
            {"mailbox": _share}, inspections=st.floats(0, 12), disclosure=_share, discipline=_share
        ),
        "contact": _block({"leaders": st.integers(0, 30)}, departments=st.integers(0, 60)),
        "party_members": _block(
            {"contact": _share}, recruits=st.integers(0, 9000), recruits_away=st.integers(0, 9000)
        ),
        "roles": _block(
            {role: st.integers(0, 15) for role in ("town", "central", "speciality", "mixed")},
            carried=_share,
        ),
        "overhaul": _block(
            {"share": _share},
            by=st.sampled_from(["trust", "grievance"]),
            months=st.integers(1, 15),
            office_kept=_share,
            inspections=st.floats(0, 12),
        ),
        "specialists": _block({"number": st.floats(0, 400)}, shared_by=st.integers(1, 9)),
        "village_ventures": _block({"share": _share}, size=st.integers(2, 20), invested=_share),
    }
    return st.fixed_dictionaries({}, optional=blocks)
