"""The two dearest passes over villagers as a good NumPy user writes them.

Arrays of all rows, masks and gathered subsets, no loop over rows: what one would write without a
compiler. The same decisions from the same draws: `needs_pass` fills the columns and the flows that
`sim.model.processes.needs.needs_pass` fills, `choices` what `sim.model.processes.livelihood` does.
NumPy's exponentials may differ from the C library's in the last bit; hardly ever does a choice.

    python benchmarks/vectorised.py [--scales 1,10,50] [--write]

times both on the same months of the same county (Dechang after its reform), by turns in one call.
"""

import argparse
import inspect
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from sim.config import load  # noqa: E402
from sim.model.agents import villager as states  # noqa: E402
from sim.model.county import CountyModel  # noqa: E402
from sim.model.processes import livelihood, needs, service, turning  # noqa: E402
from sim.model.processes.ways import GAVE_UP  # noqa: E402

Array = NDArray[Any]
U = np.uint64
GOLDEN, C1, C2 = U(0x9E3779B97F4A7C15), U(0xBF58476D1CE4E5B9), U(0x94D049BB133111EB)


# --- draws -------------------------------------------------------------------------------


def _mix(z: Array) -> Array:
    z = (z ^ (z >> U(30))) * C1
    z = (z ^ (z >> U(27))) * C2
    return z ^ (z >> U(31))


def _uniform_of(bits: Array) -> Array:
    return np.minimum(((bits >> U(11)) + 0.5) * 2.0**-53, 1.0 - 2.0**-53)


def uniform(key: np.uint64, who: Array) -> Array:
    """Return uniform numbers, one a row."""
    return _uniform_of(_mix(_mix(who * GOLDEN + key) + key))


def exponential(key: np.uint64, who: Array) -> Array:
    """Return exponential numbers, one a row."""
    return -np.log(uniform(key, who))


def normal(key: np.uint64, who: Array) -> Array:
    """Return standard normal numbers, one a row."""
    first = _mix(_mix(who * GOLDEN + key) + key)
    angle = 2.0 * np.pi * _uniform_of(_mix(first + GOLDEN))
    return np.sqrt(-2.0 * np.log(_uniform_of(first))) * np.cos(angle)


def poisson(u: Array, mean: Array) -> Array:
    """Return Poisson counts by inversion, at most 255."""
    probability = np.exp(-mean)
    cumulative, count = probability.copy(), np.zeros(u.size, dtype=np.int64)
    while (more := (u > cumulative) & (count < 255)).any():
        count += more
        probability = np.where(more, probability * mean / np.maximum(count, 1), probability)
        cumulative = np.where(more, cumulative + probability, cumulative)
    return count


def binomial(u: Array, count: Array, chance: Array) -> Array:
    """Return binomial counts by inversion."""
    other = chance > 0.5
    u, chance = np.where(other, 1.0 - u, u), np.where(other, 1.0 - chance, chance)
    probability = (1.0 - chance) ** count
    cumulative, done = probability.copy(), np.zeros(u.size, dtype=np.int64)
    odds = chance / (1.0 - chance)
    while (more := (u > cumulative) & (done < count)).any():
        done += more
        step = (count - done + 1) / np.maximum(done, 1) * odds
        probability = np.where(more, probability * step, probability)
        cumulative = np.where(more, cumulative + probability, cumulative)
    return np.where(other, count - done, done)


# --- needs -------------------------------------------------------------------------------


class Rows:
    """What a user of arrays keeps for every row: village, group, identity."""

    def __init__(self, village_start: Array, group_start: Array, identity: Array) -> None:
        sizes = np.diff(village_start)
        self.village = np.repeat(np.arange(sizes.size), sizes)
        self.group = np.repeat(np.arange(group_start.size - 1), np.diff(group_start))
        within = np.arange(village_start[-1]) - village_start[self.village]
        self.who = identity[self.village] + within.astype(U)


def needs_pass(rows: Rows, a: dict[str, Any]) -> None:  # noqa: PLR0915  (arrays of one pass)
    """Draw every resident's needs and channel; add them up by old village."""
    q, keys, offers, flows = a["p"][0], a["keys"], a["offers"], a["flows"]
    weight = a["weight"]
    persons = np.minimum(weight, needs.MOST_DRAWN)
    old = a["month"] - a["birth_month"] >= states.ELDER
    here = a["labour"] != states.AWAY
    rate = np.where(old, q["request_rate"] * q["elderly_rate_ratio"], q["request_rate"])
    mean = rate * persons[rows.village]
    luck = uniform(keys[0], rows.who)
    at = np.flatnonzero(here & (luck > np.exp(-mean)))
    v, g, who, is_old = rows.village[at], rows.group[at], rows.who[at], old[at]
    age, offer = is_old.astype(int), offers[rows.village[at]]
    count = poisson(luck[at], mean[at])
    leader = uniform(keys[1], who) < a["settled"][g]
    contact = np.exp(
        q["trust_response"] * (a["trust"][at].astype(float) - 0.5)
        - q["queue_response"] * offer["wait"]
    )
    offered = (is_old & offer["visit_elderly"]) | (a["distance_km"][g] >= offer["visit_km"])
    visit = np.where(offered, q["visit_attraction"], 0.0)
    road = 2.0 * 60.0 * a["office_km"][g] / (q["visit_speed"] * q["visits_per_trip"])
    trip = q["minutes_visit"] + road
    near, near_office, site = a["near"][g, age], a["near_office"][g, age], a["site"][g]

    # the way of each
    able = a["digital"][at] & (uniform(keys[2], who) < offer["eligible"])
    online = np.where(able, offer["online"], 0.0)
    shut = (site == needs.OUTPOST) & (uniform(keys[7], who) >= offer["opening"])
    to, pull = np.where(shut, needs.OFFICE, site), np.where(shut, near_office, near)
    clocks = np.stack(
        (
            exponential(keys[3], who) / np.maximum(1.0 - pull, 1e-12),
            exponential(keys[4], who) / np.maximum(pull * contact, 1e-12),
            _offered(exponential(keys[5], who), online, contact),
            _offered(exponential(keys[6], who), visit, contact),
        )
    )
    ways = np.stack((np.full(at.size, GAVE_UP), to, *(np.full(at.size, w) for w in _TWO)), axis=0)
    each = np.arange(at.size)
    way = ways[np.argmin(clocks, axis=0), each]
    visits = (way == needs.VISIT) & ~leader
    turned = visits & (uniform(keys[8], who) >= offer["visit_room"])
    way = np.where(turned, ways[np.argmin(clocks[:3], axis=0), each], way)
    way = np.where(leader, needs.GROUP_LEADER, way)
    a["needs"][:], a["channel"][:] = 0, needs.NO_NEED
    own = uniform(keys[turning.OWN], who) < 1.0 - (1.0 - 1.0 / persons[v]) ** count
    a["needs"][at], a["channel"][at] = count, np.where(own, way, needs.NO_NEED)

    # what it adds up to
    size = weight.size
    if (persons > 1.0).any():
        asked, wants = _split(
            a, keys[9], at, v, g, who, count, contact, visit, near, near_office, site
        )
        a["ways"][at] = asked
        wanted, trips = count * wants * trip, asked[:, needs.VISIT] * trip
    else:
        asked = np.zeros((at.size, 7))
        asked[each, way] = count
        wanted, trips = visits * count * trip, (visits & ~turned) * count * trip
    for kind in range(7):
        flows["channel"][:, kind] = np.bincount(v, asked[:, kind], size)
    times = weight / persons
    flows["channel"] *= times[:, None]
    flows["needs"] = flows["channel"].sum(axis=1)
    far = a["remote"][rows.group]
    for name, which in (("", here), ("_elderly", here & old), ("_remote", here & far)):
        flows[f"residents{name}"] = np.bincount(rows.village, which, size) * weight
    flows["visits_wanted"] = np.bincount(v, wanted, size) * times
    flows["visit_minutes"] = np.bincount(v, trips, size) * times
    flows["minutes"] = (
        flows["channel"][:, needs.OFFICE] * offers["minutes_office"] * offers["attended"]
        + flows["channel"][:, needs.OUTPOST] * q["minutes_outpost"] * offers["outpost_attended"]
        + flows["channel"][:, needs.ONLINE] * q["minutes_online"]
    )


_TWO = (needs.ONLINE, needs.VISIT)


def _offered(clock: Array, attraction: Array, contact: Array) -> Array:
    """Return arrivals; never where nothing is offered."""
    pull = np.maximum(attraction * contact, 1e-12)
    return np.where(attraction > 0.0, clock / pull, turning.NEVER)


def _split(
    a: dict[str, Any],
    key: np.uint64,
    at: Array,
    v: Array,
    g: Array,
    who: Array,
    count: Array,
    contact: Array,
    visit: Array,
    near: Array,
    near_office: Array,
    site: Array,
) -> tuple[Array, Array]:
    """Split the needs of rows of several persons among the ways; return who want a visit."""
    offer, settled = a["offers"][v], a["settled"][g]
    able = np.where(a["digital"][at], offer["eligible"], 0.0)
    opened = np.where(site == needs.OUTPOST, offer["opening"], 1.0)
    shares, wants, each = np.zeros((at.size, 7)), np.zeros(at.size), np.arange(at.size)
    for is_open in (False, True):
        to, pull = (site, near) if is_open else (np.full(at.size, needs.OFFICE), near_office)
        part_open = opened if is_open else 1.0 - opened
        for is_able in (False, True):
            part = (1.0 - settled) * part_open * (able if is_able else 1.0 - able)
            none, here = np.maximum(1.0 - pull, 1e-12), np.maximum(pull * contact, 1e-12)
            net = np.maximum(offer["online"] * contact, 1e-12) if is_able else 0.0
            home = np.where(visit > 0.0, np.maximum(visit * contact, 1e-12), 0.0)
            wanted = part * home / (none + here + net + home)
            rest = (part - offer["visit_room"] * wanted) / (none + here + net)
            shares[:, GAVE_UP] += rest * none
            shares[each, to] += rest * here
            shares[:, needs.ONLINE] += rest * net
            shares[:, needs.VISIT] += offer["visit_room"] * wanted
            wants += wanted
    shares[:, needs.GROUP_LEADER] = settled
    ways, left, rest = np.zeros((at.size, 7), dtype=np.int64), count.copy(), np.ones(at.size)
    for way in range(needs.GROUP_LEADER, GAVE_UP):
        asks = (left > 0) & (shares[:, way] > 0.0)
        chance = np.where(asks, np.minimum(1.0, shares[:, way] / rest), 0.0)
        u = uniform(key, who + (U(way) << U(40)))
        ways[:, way] = np.where(asks, binomial(u, left, chance), 0)
        left, rest = left - ways[:, way], rest - shares[:, way]
    ways[:, GAVE_UP] = left
    return ways, wants


# --- choices -----------------------------------------------------------------------------


def choices(rows: Rows, a: dict[str, Any]) -> None:
    """Choose the labour state of everybody who decides this month."""
    q, s, keys, month = a["p"][0], a["startup"][0], a["keys"], a["month"]
    lot, festival = uniform(keys[5], rows.who), q["festival_share"]
    later = 1 + (12.0 * (lot - festival) / (1.0 - festival)).astype(np.int64)
    mine = np.where(lot < festival, livelihood.SPRING_FESTIVAL, later)
    at = np.flatnonzero(mine == month % 12 + 1)
    v, who = rows.village[at], rows.who[at]
    age, labour = month - a["birth_month"][at], a["labour"][at].copy()
    returned, skill = a["returned"][at].copy(), a["skill"][at].astype(float)
    adult = age >= states.ADULT
    labour[~adult], returned[~adult] = states.DEPENDANT, False
    years = (month - a["start"][at]) / 12.0
    peak = np.where((years > 2.0) & (years <= 3.0), q["exit_peak"], 1.0)
    closes = uniform(keys[0], who) < 1.0 - np.exp(-q["exit_hazard"] * peak)
    labour[adult & (labour == states.ENTREPRENEUR) & closes] = states.LOCAL
    labour[age >= states.ELDER] = states.DEPENDANT
    weighs = adult & (age < states.ELDER) & (a["capital"][at] <= 0)

    # moving
    away = labour == states.AWAY
    out = (
        q["wage_response"] * (a["gain"][v] - q["gain_reference"])
        + q["network_response"] * (a["gone"][v] - q["network_reference"])
        + q["leave_skill_response"] * (skill - 0.5)
    )
    older = q["age_response"] * (age - 480.0) / 12.0
    back, leave, entry = (
        x / (1.0 - x) for x in (q["return_rate"], q["leave_rate"], q["entry_leave_rate"])
    )
    stays = np.where(age < livelihood.YOUNG, entry * np.exp(out), leave * np.exp(out - older))
    move = np.where(away, back * np.exp(older - out), stays)
    moving = exponential(keys[3], who) / move
    others = np.minimum(exponential(keys[2], who), moving)
    moves = moving <= others

    # a venture
    clock = exponential(keys[4], who)
    capital = q["startup_capital"] * np.exp(q["startup_capital_log_sd"] * normal(keys[1], who))
    needed = np.minimum(states.MOST_CAPITAL, capital)
    own, full = a["savings"][at] / 100.0, q["local_wage"] * (0.5 + skill)
    chances = away, skill, a["examples"][v]
    alone = _venture(q, chances, needed, own, 0.0, 0.0, full)
    offer = a["offer"][v]
    open_to = ((away | returned) | (s["returned_only"] == 0.0)) & (skill >= s["min_skill"])
    open_to &= (age / 12.0 <= s["max_age"]) & (offer > 0.0)
    loan = np.minimum(s["loan"], np.maximum(0.0, needed - own - s["grant"]))
    helped = _venture(q, chances, needed, own, offer, loan * s["interest"], full)
    helped = np.where(open_to, helped, alone)
    starts, applies = clock / alone < others, clock / helped < others

    new = np.where(starts, states.ENTREPRENEUR, labour)
    goes = np.where(moves & ~away, states.AWAY, states.LOCAL)
    new = np.where(~starts & (moves | ~away), goes, new)
    labour = np.where(weighs, new, labour).astype(a["labour"].dtype)
    comes = weighs & away & (labour != states.AWAY)
    a["labour"][at], a["returned"][at] = labour, returned | comes
    asks = at[weighs & applies]
    a["capital"][asks] = -(needed[weighs & applies] * 100.0).astype(np.int64)
    a["back"][:] = np.bincount(v[comes], minlength=a["back"].size)


def _venture(
    q: Any,
    chances: tuple[Array, Array, Array],
    needed: Array,
    own: Array,
    support: Array | float,
    interest: Array | float,
    wage: Array,
) -> Array:
    """Return the weight of a venture against staying."""
    away, skill, examples = chances
    covered = np.minimum(1.0, (own + support) / needed)
    share = np.maximum(0.01, covered + q["informal_credit"] * (1.0 - covered))
    net = q["venture_return"] - q["venture_rent"]
    gain = np.log(np.maximum(0.1, 1.0 + (share * needed * net - interest) / 12.0 / wage))
    rate = np.where(away, q["startup_rate"], q["startup_rate_local"])
    utility = (
        q["capital_response"] * np.log(share / q["capital_reference"])
        + q["profit_response"] * (gain - q["profit_reference"])
        + q["skill_response"] * (skill - 0.5)
        + q["example_response"] * np.log((1.0 + examples) / (1.0 + q["example_reference"]))
    )
    return rate / (1.0 - rate) * np.exp(utility)


# --- the same months, by turns -----------------------------------------------------------

#: pass -> where the county calls it, and the same in NumPy
PASSES: dict[str, tuple[Any, str, Callable[[Rows, dict[str, Any]], None]]] = {
    "needs": (service, "needs_pass", needs_pass),
    "choices": (livelihood, "_choices", choices),
}


def caught(county: CountyModel, name: str) -> tuple[Callable[..., None], dict[str, Any]]:
    """Run a month; return a pass and what it was given before it changed anything."""
    module, kernel, _ = PASSES[name]
    real, given = getattr(module, kernel), {}

    def spy(*args: Any) -> None:
        names = inspect.signature(getattr(real, "py_func", real)).parameters
        given.update(zip(names, copied(args), strict=True))
        real(*args)

    with mock.patch.object(module, kernel, spy):
        county.step()
    return real, given


def copied(values: Any) -> list[Any]:
    """Return copies of arrays, and all else as it is."""
    return [x.copy() if isinstance(x, np.ndarray) else x for x in values]


def timed(work: Callable[..., None], given: dict[str, Any], whole: bool, repeats: int) -> float:
    """Return the shortest processor time of a pass on copies of the same state, s."""
    times = []
    for _ in range(repeats):
        values = copied(given.values())
        named = dict(zip(given, values, strict=True))
        began = time.process_time()
        work(*values) if whole else work(named)
        times.append(time.process_time() - began)
    return min(times)


def measure(scales: list[int]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the table: both passes at some scales, compiled and in NumPy."""
    found = []
    for scale in scales:
        config = load(
            ROOT / "configs" / "dechang_2020.yaml", {"scale": scale, "variants.errands": "given_up"}
        )
        county = CountyModel(config)
        county.run_for(config.reform - config.start + 12)
        for name, (_, _, ours) in PASSES.items():
            kernel, given = caught(county, name)
            rows = Rows(county.village_start, county.group_start, county.world.identity)
            times = [[], []]
            for _ in range(5):
                times[0].append(timed(kernel, given, True, 3))
                times[1].append(timed(lambda a, f=ours, r=rows: f(r, a), given, False, 3))
            one, other = (min(each) for each in times)
            line = (
                f"{scale}",
                f"{rows.who.size:,}",
                name,
                f"{1e3 * one:.2f}",
                f"{1e3 * other:.2f}",
            )
            found.append((*line, f"**{other / one:.1f}**"))
            print(" | ".join(found[-1]), flush=True)
    return ("scale", "rows", "pass", "compiled, ms a month", "NumPy, ms a month", "ratio"), found


def main() -> None:
    """Measure, print, and write if asked."""
    from benchmarks import run

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scales", default="1,10,50")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    text = run.table(*measure([int(k) for k in given.scales.split(",")]))
    print(f"\n{text}")
    if given.write:
        run.write("vectorised", text)


if __name__ == "__main__":
    main()
