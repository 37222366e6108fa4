"""Ventures: who is supported, what they are started with, and the examples they give."""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents.villager import AWAY, ENTREPRENEUR
from sim.model.compiled import B1, F8, I4, I8, Records, kernel
from sim.model.draws import uniforms

if TYPE_CHECKING:
    from sim.model.county import CountyModel


def _winners(county: "CountyModel", rows: I8, village: I8, cost: F8) -> B1:
    """Draw lots for support among the applicants, within places and budget; shape of `rows`.

    Places and budget are for persons. A row of k persons wins if there is room up to one of them,
    drawn once a run: so that, where enough apply, as many persons win on average over runs as if
    each stood for oneself, whatever k. What it takes beyond the room is taken off the next places.
    The first applicant for whom the budget is too small ends it: were cheaper ones asked after,
    rows would overspend.

    Parameters
    ----------
    rows, village : arrays (n,)
        Applicants and their old villages.
    cost : float64 array (n,)
        Support each would get, yuan a person.
    """
    people, startup = county.villagers, county.levers.startup[0]
    ordinal = (rows - county.village_start[village]).astype(np.uint64)
    lot = uniforms(county.key("livelihood.support"), county.world.identity[village] + ordinal)
    comes_back = people["returned"][rows] | (people["labour"][rows] == AWAY)
    age = (county.month - people["birth_month"][rows]) / 12.0
    can = county.levers.startup_where[village] & (startup["budget"] > county.budget_out)
    can &= age <= startup["max_age"]
    can &= people["skill"][rows] >= startup["min_skill"]
    can &= comes_back | (startup["returned_only"] == 0.0)
    order = np.flatnonzero(can)[np.argsort(lot[can], kind="stable")]
    weight, each = county.weight[village[order]], cost[order]
    one = uniforms(county.key("livelihood.support_row", 0), np.zeros(1, np.uint64))[0]
    counts = np.minimum(weight, 1.0 + one * np.maximum(weight - 1.0, 0.0))
    within = room_up_to(weight, counts) <= county.support_places
    paid = room_up_to(weight * each, counts * each) <= startup["budget"] - county.startup_spent
    if not paid[within].all():
        county.budget_out = float(startup["budget"])
    within &= paid
    wins = np.zeros(rows.size, dtype=bool)
    wins[order[within]] = True
    return wins


def room_up_to(size: F8, counts: F8) -> F8:
    """Return the room that each in a queue needs: of those before in full, of itself `counts`."""
    return np.cumsum(size) - size + counts


def fund(county: "CountyModel") -> None:
    """Give new ventures their capital: own money, grant, loan, then kin and informal lenders.

    An applicant who wins support starts; one who does not starts only if ready to do so without.
    """
    people, startup = county.villagers, county.levers.startup[0]
    county.support_places += startup["number"] / 12.0
    if startup["number"] == 0.0:
        county.support_places = 0.0
    else:  # what waits until it is enough for a row
        most = max(startup["number"], 1.0) + max(0.0, float(county.weight.max()) - 1.0)
        county.support_places = min(county.support_places, most)
    rows, village = _applicants(county.village_start, people["venture_capital"])
    county.ventures_started = county.ventures_supported = 0.0
    if rows.size:
        _start(county, rows, village)
    county.ventures_by_month.append(county.ventures_started)


@kernel
def _applicants(village_start: I8, capital: I4) -> tuple[I8, I8]:
    """Return the rows that apply (their capital is -needed), and their old villages."""
    count = 0
    for row in range(capital.size):
        count += capital[row] < 0
    rows, village = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    row = found = 0
    while found < count:
        if capital[row] < 0:
            rows[found] = row
            found += 1
        row += 1
    v = 0
    for k in range(count):
        while rows[k] >= village_start[v + 1]:
            v += 1
        village[k] = v
    return rows, village


def _start(county: "CountyModel", rows: I8, village: I8) -> None:
    """Start the ventures of applicants (n,) who win support, or are ready to do without."""
    people, startup = county.villagers, county.levers.startup[0]
    weight, needed = county.weight[village], -people["venture_capital"][rows].astype(np.int64)
    own = np.minimum(people["savings"][rows], needed)
    grant = np.minimum(round(startup["grant"] * 100), needed - own)
    loan = np.minimum(round(startup["loan"] * 100), needed - own - grant)
    wins = _winners(county, rows, village, (grant + loan) / 100.0)
    starts = wins | (people["labour"][rows] == ENTREPRENEUR)
    own, grant, loan = own * starts, grant * wins, loan * wins
    credit = county.values.livelihood.informal_credit
    kin = np.floor(credit * (needed * starts - own - grant - loan)).astype(np.int64)
    outside = round(startup["outside"] * 100) * wins
    county.support_places -= float(np.add.reduce(weight[wins]))
    county.startup_spent += float(np.add.reduce(weight * (grant + loan))) / 100.0
    came = wins & (people["labour"][rows] == AWAY)
    people["returned"][rows[came]] = True
    np.add.at(county.returned_rows, village[came], 1)
    people["savings"][rows] -= own
    people["venture_capital"][rows] = own + grant + loan + kin
    new = rows[starts]
    people["labour"][new] = ENTREPRENEUR
    people["venture_start"][new] = county.month
    people["venture_loan"][new] = loan[starts]
    people["venture_due"][new] = np.ceil(loan[starts] / (12.0 * max(startup["term"], 1 / 12)))
    people["venture_interest"][new] = startup["interest"] * (loan[starts] > 0)
    people["venture_outside"][new] = outside[starts]
    county.ventures_started = float(np.add.reduce(weight[starts]))
    county.ventures_supported = float(np.add.reduce(weight[wins]))
    amounts = {"own": own, "grants": grant, "loans": loan, "kin": kin, "outside": outside}
    _book(county, {name: round(float(np.add.reduce(weight * a))) for name, a in amounts.items()})


def _book(county: "CountyModel", fen: dict[str, int]) -> None:
    """Post the money of new ventures, which they spend at once."""
    ledger = county.ledger
    payer = "higher" if county.levers.startup["higher"][0] else "county"
    ledger.post("own_capital", "villagers", "ventures", fen["own"])
    ledger.post("grants", payer, "ventures", fen["grants"])
    ledger.post("loans", "banks", "ventures", fen["loans"])
    ledger.post("kin_capital", "outside", "ventures", fen["kin"])
    ledger.post("outside_capital", "outside", "ventures", fen["outside"])
    ledger.post("venture_capital", "ventures", "outside", sum(fen.values()))
    county.spending["startup_grants"] += fen["grants"] / 100.0
    county.spending["startup_loans"] += fen["loans"] / 100.0
    county.spending["outside_capital"] += fen["outside"] / 100.0


def offer(county: "CountyModel") -> F8:
    """Return the support offered to one venture in each old village, yuan."""
    startup = county.levers.startup[0]
    spent = max(county.startup_spent, county.budget_out)
    if startup["number"] == 0.0 or startup["budget"] <= spent:
        return np.zeros(county.weight.size)
    return county.levers.startup_where * (startup["grant"] + startup["loan"])


def examples(county: "CountyModel", run: F8) -> F8:
    """Return the ventures people see per 100 residents, shape (V,); `run` are each old village's.

    Those of the old village and, with the weight `township_examples`, of its township; those of
    demonstration sites count `demonstration_weight` times.
    """
    q, town = county.values.livelihood.record, county.world.township
    return _examples(q, town, run, county.levers.demonstration, county.flows)


@kernel
def _examples(p: Records, town: I8, run: F8, demonstration: B1, flows: Records) -> F8:
    """Return what `examples` says."""
    weight, more = p[0]["township_examples"], p[0]["demonstration_weight"] - 1.0
    seen, out = np.empty(run.size), np.empty(run.size)
    ventures, people = np.zeros(run.size), np.zeros(run.size)  # by township, of which are fewer
    for v in range(run.size):
        seen[v] = run[v] * (1.0 + more * demonstration[v])
        ventures[town[v]] += seen[v]
        people[town[v]] += flows[v]["residents"]
    for v in range(run.size):
        near = seen[v] / max(flows[v]["residents"], 1.0)
        around = ventures[town[v]] / max(people[town[v]], 1.0)
        out[v] = 100.0 * ((1.0 - weight) * near + weight * around)
    return out
