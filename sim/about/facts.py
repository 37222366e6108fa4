"""The report's figures beside the model: what is set, what is reproduced, what is context.

The table is ``data/facts.csv``. A figure is *set* if the configuration puts it in (shown so
that one can see that it is put in right), *reproduced* if the model produces it (value with a 95 %
interval over seeds), *fitted* if the model produces it but a judged number of the configuration
was chosen with it in view, *context* if nothing in the model is meant to agree with it. Figures
are measured from runs made when asked, never stored.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim import examples
from sim.config import load
from sim.console import table
from sim.errors import InputError, nearest
from sim.lab.methods.intervals import quantile
from sim.model.agents.cadre import DEPUTY, SECRETARY, SECRETARY_DIRECTOR
from sim.model.agents.villager import AWAY, ENTREPRENEUR
from sim.model.county import CountyModel
from sim.model.tables import DATA, read_rows
from sim.words import word

if TYPE_CHECKING:
    from sim.model.compiled import B1, I8
    from sim.model.policies import Policy

#: county -> its configuration, in the folder `configs`
CASES = {"leshan": "leshan_shizhong_2020", "dechang": "dechang_2020"}
_HEADS = ("number", "figure", "published", "class", "model", "remark")


@dataclass(frozen=True, slots=True)
class Fact:
    """One published figure.

    Attributes
    ----------
    county : str
        ``"leshan"`` or ``"dechang"``.
    number : int
        Its place in the report, as in `docs/cases.md`.
    en, zh : str
        What it counts.
    published : str
        As the report has it.
    kind : {"set", "reproduced", "fitted", "context"}
        See the module's text.
    measure : str
        What in the model measures it (`MEASURES`); ``""`` if nothing does.
    target : float or None
        The figure as a number, where it is one.
    remark_en, remark_zh : str
        What to know before comparing.
    """

    county: str
    number: int
    en: str
    zh: str
    published: str
    kind: Literal["set", "reproduced", "fitted", "context"]
    measure: str
    target: float | None
    remark_en: str
    remark_zh: str


@cache
def facts() -> tuple[Fact, ...]:
    """Return every published figure of both counties, in the report's order."""
    return read_rows(DATA / "facts.csv", Fact)


@dataclass(frozen=True, slots=True)
class Told:
    """What one run tells: outcomes and counts before the reform, when reported, at the end.

    Attributes
    ----------
    before, after : dict of float
        The month before the reform; the month after its first one, when the report was written.
    end : dict of float
        The last month, and totals since the reform.
    policies : dict
        The configuration's policies by block name.
    """

    before: dict[str, float]
    after: dict[str, float]
    end: dict[str, float]
    policies: "dict[str, Policy]"

    def given(self, block: str, field: str) -> float:
        """Return what the configuration gives for a policy's field; missing if nothing or 0."""
        value = getattr(self.policies.get(block), field, None)
        return float(value) if value else math.nan


#: what measures a figure -> how, from a run
MEASURES: dict[str, Callable[[Told], float]] = {
    "villages_before": lambda run: run.before["villages"],
    "villages_after": lambda run: run.after["villages"],
    "units_before": lambda run: run.before["units"],
    "communities_after": lambda run: run.after["units"] - run.after["villages"],
    "collectives_after": lambda run: run.after["villages"],
    "townships": lambda run: run.before["townships"],
    "persons_before": lambda run: run.before["population_mean"],
    "persons_after": lambda run: run.after["population_mean"],
    "area_before": lambda run: run.before["area_mean"],
    "area_after": lambda run: run.after["area_mean"],
    "combined_after": lambda run: run.after["combined_share"],
    "deputies_after": lambda run: run.after["deputies"],
    "posts_before": lambda run: run.before["posts"],
    "posts_after": lambda run: run.after["posts"],
    "posts_per_village": lambda run: run.after["posts"] / run.after["villages"],
    "lines_before": lambda run: run.before["lines"],
    "lines_after": lambda run: run.after["lines"],
    "age_before": lambda run: run.before["cadre_age"],
    "age_after": lambda run: run.after["cadre_age"],
    "entered_returned": lambda run: run.after["newcomers_returned"],
    "secretaries_returned": lambda run: run.after["secretaries_returned"],
    "cadres_left": lambda run: run.after["cadres_left"],
    "extra_pay": lambda run: run.end["pay_after"] - run.end["pay_before"],
    "ventures_supported": lambda run: run.end["ventures_supported"],
    "grants_paid": lambda run: run.end["grants_paid"],
    "loans_granted": lambda run: run.end["loans_granted"],
    "demonstration_sites": lambda run: run.given("entrepreneurship", "demonstration_sites"),
    "outside_capital": lambda run: run.end["outside_capital"],
    "supported_collectives": lambda run: run.given("collective_support", "villages"),
    "pooled_share": lambda run: run.after["pooled_share"],
    "venture_premium": lambda run: run.end["venture_premium"],
    "young_entered": lambda run: run.after["newcomers_young"],
    "opinions": lambda run: run.given("consultation", "heard") * run.before["registered"],
    "vetting_levels": lambda run: run.given("selection", "vetting"),
    "talent_pool": lambda run: run.given("selection", "pool"),
    "reserve": lambda run: run.given("selection", "reserve"),
    "mailbox": lambda run: run.given("oversight", "mailbox"),
    "first_secretaries": lambda run: run.given("first_secretary", "number"),
    "trained": lambda run: run.given("training", "share") * run.after["villages"],
    "contact_leaders": lambda run: run.given("contact", "leaders"),
    "contact_departments": lambda run: run.given("contact", "departments"),
    "pay_growth": lambda run: run.given("pay", "growth"),
    "pay_trust": lambda run: run.given("pay", "trust"),
}


def observe(path: Path, seed: int, scale: int | None = None) -> Told:
    """Run one configuration and note what the figures need.

    Parameters
    ----------
    path : Path
        The configuration.
    seed : int
        Seed of the run.
    scale : int, optional
        Registered persons per villager row; the configuration's if not given.
    """
    config = load(path, {} if scale is None else {"scale": scale})
    county = CountyModel(config, seed)
    start = config.reform - config.start
    county.run_for(start)
    before, who = _look(county), _holders(county)
    county.run_for(2)
    after = _look(county)
    left = who[0][~np.isin(who[1], _holders(county)[1])]
    after["cadres_left"] = float(left.size)
    supported = 0.0
    for _ in range(config.months - start - 2):
        county.step()
        supported += county.ventures_supported
    outcomes = county.recorder.county
    end = _look(county) | {
        "ventures_supported": supported,
        "grants_paid": float(outcomes["startup_grants"][start:].sum()),
        "loans_granted": float(outcomes["startup_loans"][start:].sum()),
        "outside_capital": float(outcomes["outside_capital"][start:].sum()),
        "pay_before": float(outcomes["cadre_pay"][start - 12 : start].sum()),
        "pay_after": float(outcomes["cadre_pay"][start : start + 12].sum()),
    }
    return Told(before, after, end, config.active())


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
    income = people["income"].astype(float)  # before transfers between villagers
    of_livelihood, home = county.values.livelihood, county.remitted[county.row_village()] / 100.0
    sent = of_livelihood.remitted_share * of_livelihood.out_wage
    income += np.where(people["labour"] == AWAY, sent * (0.5 + people["skill"]), -home)
    own, away = (income[people["labour"] == state] for state in (ENTREPRENEUR, AWAY))
    premium = own.mean() / away.mean() - 1.0 if own.size and away.size else math.nan
    return {key: float(values[at]) for key, values in county.recorder.county.items()} | {
        "units": float(county.borders.is_unit.sum()),
        "registered": float(county.borders.registered[county.borders.is_village].sum()),
        "townships": float(len(set(county.world.villages.township))),
        "deputies": float(((post == DEPUTY) & villages).sum()),
        "lines": float(county.levers.lines[county.borders.is_village].mean()),
        "secretaries_returned": float((first & table["returned"]).sum()),
        "venture_premium": float(premium),
    }


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure in the model: mean over seeds, its 95 % interval (Student's t), number of seeds."""

    mean: float
    low: float
    high: float
    n: int


def measure(values: Sequence[float]) -> Measured:
    """Return the mean of one number a seed and its 95 % interval; no interval for one seed."""
    n = len(values)
    mean = math.fsum(values) / n
    if n == 1:
        return Measured(mean, math.nan, math.nan, 1)
    variance = math.fsum((x - mean) ** 2 for x in values) / (n - 1)
    half = float(quantile(n - 1)) * math.sqrt(variance / n)
    return Measured(mean, mean - half, mean + half, n)


def compare(
    county: str, seeds: int = 5, scale: int | None = None, folder: Path | None = None
) -> list[tuple[Fact, Measured | None]]:
    """Run a county with several seeds and measure its figures.

    Parameters
    ----------
    county : str
        A key of `CASES`.
    seeds : int
        Seeds 1 to this.
    scale : int, optional
        As in `observe`.
    folder : Path, optional
        Where the configurations are; ``configs`` if they are there, else those shipped.

    Raises
    ------
    InputError
        If there is no such county, or its configuration is not there.
    """
    if county not in CASES:
        raise InputError(
            f"no published figures of {county!r}{nearest(county, [*CASES, 'literature'])}; "
            f"there are those of {' and '.join(CASES)}, and the literature's"
        )
    case = CASES[county]
    path = examples.config(case) if folder is None else folder / f"{case}.yaml"
    runs = [observe(path, seed, scale) for seed in range(1, seeds + 1)]
    return [
        (fact, measure([MEASURES[fact.measure](run) for run in runs]) if fact.measure else None)
        for fact in facts()
        if fact.county == county
    ]


def report(county: str, seeds: int = 5, scale: int | None = None, lang: str = "en") -> str:
    """Return a county's figures beside the model's as a table of text."""
    rows = []
    for fact, found in compare(county, seeds, scale):
        absent = fact.kind == "set" and found is not None and math.isnan(found.mean)
        rows.append(
            (
                str(fact.number),
                getattr(fact, lang),
                fact.published,
                word(f"fact_{'context' if absent else fact.kind}", lang),
                "-" if found is None or absent else _value(found),
                word("fact_absent", lang) if absent else getattr(fact, f"remark_{lang}"),
            )
        )
    title = word("fact_title", lang, county=word(f"fact_{county}", lang), seeds=seeds)
    return table([word(f"fact_{head}", lang) for head in _HEADS], rows, title)


def _value(found: Measured) -> str:
    """Return a value, with interval and number of seeds where it varies."""
    if found.n == 1 or found.high - found.low <= 1e-9 * max(1.0, abs(found.mean)):
        return _number(found.mean)
    return f"{_number(found.mean)} [{_number(found.low)}, {_number(found.high)}] n={found.n}"


def _number(value: float) -> str:
    """Return a number in at most four figures after rounding, thousands with commas."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"
