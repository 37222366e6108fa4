"""What one run of a case tells of the figures that its county reported."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.config import Config
from sim.model.agents.cadre import DEPUTY, SECRETARY, SECRETARY_DIRECTOR
from sim.model.agents.villager import AWAY, ENTREPRENEUR
from sim.model.county import CountyModel
from sim.model.outcomes.catalogue import HEADLINE
from sim.model.policies.roles import ROLES
from sim.model.processes import members

if TYPE_CHECKING:
    from sim.model.compiled import B1, I8
    from sim.model.policies import Policy
    from sim.model.world.case import Case


@dataclass(frozen=True, slots=True)
class Told:
    """What one run tells: outcomes and counts before the reform, when reported, later.

    Attributes
    ----------
    before, after : dict of float
        The month before the reform; the month after its first one, when the report was written.
    end : dict of float
        The last month, and totals since the reform.
    year : dict of float
        Headline outcomes, means over the last twelve months.
    policies : dict
        The configuration's policies by block name.
    """

    before: dict[str, float]
    after: dict[str, float]
    end: dict[str, float]
    year: dict[str, float]
    policies: "dict[str, Policy]"

    def given(self, block: str, field: str) -> float:
        """Return what the configuration gives for a policy's field; missing if nothing or 0."""
        value = getattr(self.policies.get(block), field, None)
        return float(value) if value else math.nan


#: what measures a figure -> how, from a run
MEASURES: dict[str, Callable[[Told], float]] = {
    "villages_before": lambda run: run.before["villages"],
    "villages_after": lambda run: run.after["villages"],
    "villages_fewer": lambda run: run.before["villages"] - run.after["villages"],
    "villages_fall": lambda run: 1.0 - run.after["villages"] / run.before["villages"],
    "communities_before": lambda run: run.before["units"] - run.before["villages"],
    "communities_after": lambda run: run.after["units"] - run.after["villages"],
    "converted": lambda run: run.after["converted"],
    "collectives_after": lambda run: run.after["villages"],
    "townships_after": lambda run: run.after["townships"],
    "townships_70": lambda run: run.after["townships_70"],
    "townships_50": lambda run: run.after["townships_50"],
    "made_of_four": lambda run: run.after["made_of_four"],
    "made_of_three": lambda run: run.after["made_of_three"],
    "persons_before": lambda run: run.before["population_mean"],
    "persons_after": lambda run: run.after["population_mean"],
    "persons_growth": lambda run: _growth(run, "population_mean"),
    "persons_left": lambda run: _left(run, "population_mean"),
    "area_before": lambda run: run.before["area_mean"],
    "area_after": lambda run: run.after["area_mean"],
    "area_growth": lambda run: _growth(run, "area_mean"),
    "area_left": lambda run: _left(run, "area_mean"),
    "combined_after": lambda run: run.after["combined_share"],
    "deputies_after": lambda run: run.after["deputies"],
    "posts_before": lambda run: run.before["posts"],
    "posts_after": lambda run: run.after["posts"],
    "posts_fewer": lambda run: run.before["posts"] - run.after["posts"],
    "posts_per_village": lambda run: run.after["posts"] / run.after["villages"],
    "lines_before": lambda run: run.before["lines"],
    "lines_after": lambda run: run.after["lines"],
    "age_before": lambda run: run.before["cadre_age"],
    "age_after": lambda run: run.after["cadre_age"],
    "entered_returned": lambda run: run.after["newcomers_returned"],
    "secretaries_returned": lambda run: run.after["secretaries_returned"],
    "secretaries_share": lambda run: run.after["secretary_returned_share"],
    "cadres_left": lambda run: run.after["cadres_left"],
    "extra_pay": lambda run: run.end["pay_after"] - run.end["pay_before"],
    "ventures_supported": lambda run: run.end["ventures_supported"],
    "grants_paid": lambda run: run.end["grants_paid"],
    "loans_granted": lambda run: run.end["loans_granted"],
    "demonstration_sites": lambda run: run.given("entrepreneurship", "demonstration_sites"),
    "supported_collectives": lambda run: run.given("collective_support", "villages"),
    "pooled_share": lambda run: run.after["pooled_share"],
    "venture_premium": lambda run: run.end["venture_premium"],
    "young_entered": lambda run: run.after["newcomers_young"],
    "opinions": lambda run: run.given("consultation", "heard") * run.before["registered"],
    "vote": lambda run: run.given("consultation", "vote"),
    "vetting_levels": lambda run: run.given("selection", "vetting"),
    "talent_pool": lambda run: run.given("selection", "pool"),
    "reserve": lambda run: run.given("selection", "reserve"),
    "interviews": lambda run: run.given("settlement", "interviews"),
    "placement": lambda run: run.given("settlement", "placement"),
    "allowance": lambda run: run.given("settlement", "allowance"),
    "mailbox": lambda run: run.given("oversight", "mailbox"),
    "discipline": lambda run: run.given("oversight", "discipline"),
    "first_secretaries": lambda run: run.end["first_secretaries"],
    "town_villages": lambda run: run.after["town_villages"],
    "central_villages": lambda run: run.after["central_villages"],
    "speciality_villages": lambda run: run.after["speciality_villages"],
    "mixed_villages": lambda run: run.after["mixed_villages"],
    "recruits": lambda run: run.after["recruits"],
    "recruits_away": lambda run: run.after["recruits_away"],
    "party_committees": lambda run: run.after["party_committees"],
    "party_general_branches": lambda run: run.after["party_general_branches"],
    "party_branches": lambda run: run.after["party_branches"],
    "trained": lambda run: run.given("training", "share") * run.after["villages"],
    "contact_leaders": lambda run: run.given("contact", "leaders"),
    "contact_departments": lambda run: run.given("contact", "departments"),
    "pay_growth": lambda run: run.given("pay", "growth"),
    "pay_trust": lambda run: run.given("pay", "trust"),
    "pay_professional": lambda run: run.given("pay", "professional"),
    "cooperatives": lambda run: run.end["cooperatives"],
    "online": lambda run: run.given("service_delivery", "online"),
    "one_stop": lambda run: run.given("service_delivery", "one_stop"),
    "micro_groups": lambda run: run.given("service_delivery", "micro_groups"),
}


def _growth(run: Told, mean: str) -> float:
    """Return the growth of a mean over villages."""
    return run.after[mean] / run.before[mean] - 1.0


def _left(run: Told, mean: str) -> float:
    """Return by how much the total of all villages fell."""
    return run.before["villages"] * run.before[mean] - run.after["villages"] * run.after[mean]


def observe(config: Config, seed: int) -> Told:
    """Run one configuration with a seed and note what the figures need."""
    county = CountyModel(config, seed)
    start = config.reform - config.start
    county.run_for(start)
    before, who = _look(county), _holders(county)
    county.run_for(2)
    after = _look(county) | _planned(county.case)
    left = who[0][~np.isin(who[1], _holders(county)[1])]
    after["cadres_left"] = float(left.size)
    county.run_for(config.months - start - 2)
    given = county.doses.given(config.active())
    outcomes = county.recorder.county
    end = _look(county) | {
        "ventures_supported": sum(dose.delivered for dose in given if dose.what == "ventures"),
        "grants_paid": float(outcomes["startup_grants"][start:].sum()),
        "loans_granted": float(outcomes["startup_loans"][start:].sum()),
        "outside_capital": float(outcomes["outside_capital"][start:].sum()),
        "pay_before": float(outcomes["cadre_pay"][start - 12 : start].sum()),
        "pay_after": float(outcomes["cadre_pay"][start : start + 12].sum()),
    }
    year = {key: float(np.nanmean(outcomes[key][-12:])) for key in HEADLINE}
    return Told(before, after, end, year, config.active())


def _planned(case: "Case") -> dict[str, float]:
    """Return what the merger plan that was used makes of townships and villages."""
    plan, villages = case.plan, case.world.villages
    kept = plan.villages_after(villages)
    town = np.array([plan.new_township[seat] for seat in plan.seat])
    before, after = Counter(town[villages.is_village]), Counter(town[kept])
    lost = [(count - after[name]) / count for name, count in before.items()]
    made_of = np.bincount(plan.seat[villages.is_village], minlength=plan.seat.size)[kept]
    return {
        "townships": float(len(set(town))),
        "townships_70": float(sum(share >= 0.7 for share in lost)),
        "townships_50": float(sum(0.5 <= share < 0.7 for share in lost)),
        "made_of_four": float((made_of == 4).sum()),
        "made_of_three": float((made_of == 3).sum()),
        "converted": float(plan.becomes_community.sum()),
    }


def _of_villages(county: CountyModel) -> "B1":
    """Return which post slots belong to units of the village class."""
    return county.borders.is_village[county.borders.unit[county.slot_village()]]


def _holders(county: CountyModel) -> "tuple[I8, I8]":
    """Return the rows of villages' cadres in post, and who they are (slot and occupant)."""
    rows = np.flatnonzero(county.in_post & _of_villages(county))
    return rows, rows * 65536 + county.cadres["occupant"][rows]


def _look(county: CountyModel) -> dict[str, float]:
    """Return the month's outcomes, and counts that no outcome has."""
    at, table, people = county.recorder.done - 1, county.cadres, county.villagers
    post, villages = table["post"], _of_villages(county)
    first = ((post == SECRETARY) | (post == SECRETARY_DIRECTOR)) & villages
    income = people["income"].astype(float)  # before transfers between villagers, as if shared
    of_livelihood, home = county.values.livelihood, county.remitted[county.row_village()] / 100.0
    sent = of_livelihood.remitted_share * of_livelihood.out_wage
    income += np.where(people["labour"] == AWAY, sent * (0.5 + people["skill"]), -home)
    own, away = (income[people["labour"] == state] for state in (ENTREPRENEUR, AWAY))
    premium = own.mean() / away.mean() - 1.0 if own.size and away.size else math.nan
    return {key: float(values[at]) for key, values in county.recorder.county.items()} | {
        "units": float(county.borders.is_unit.sum()),
        "registered": float(county.borders.registered[county.borders.is_village].sum()),
        "deputies": float(((post == DEPUTY) & villages).sum()),
        "lines": float(county.levers.lines[county.borders.is_village].mean()),
        "secretaries_returned": float((first & table["returned"]).sum()),
        "venture_premium": float(premium),
        "first_secretaries": float(county.levers.first_secretary[county.borders.is_village].sum()),
        "cooperatives": float(county.levers.cooperative[county.borders.is_village].mean()),
        **_organised(county),
    }


def _organised(county: CountyModel) -> dict[str, float]:
    """Return how many villages have each planned role and form of organisation, and recruits."""
    villages, form = county.borders.is_village, members.forms(county)
    roles = {f"{role}_villages": getattr(county.levers, f"{role}_village") for role in ROLES}
    recruits = {name: getattr(county.levers, name) for name in ("recruits", "recruits_away")}
    return {name: float(has[villages].sum()) for name, has in roles.items()} | {
        **{name: float(number.sum()) for name, number in recruits.items()},
        "party_committees": float((form == members.COMMITTEE).sum()),
        "party_general_branches": float((form == members.GENERAL_BRANCH).sum()),
        "party_branches": float((form == members.BRANCH).sum()),
    }
