"""Literature on such counties, beside the model before its reform.

The table is ``data/literature.csv``: every number of the evidence, with its range and source, and
what it is here. An *input* is a parameter of the same value and range, *derived* if computed from
it; a *lever* a policy's field; a *pattern* an effect that `docs/patterns.md` measures. What the
model produces is measured here from runs without any reform, and is as the reports' figures
(`sim.about.facts`): *set* if a parameter of its value puts it in, *fitted* if a number was chosen
with it in view, *predicted* if neither. *absent* is what the model leaves out, and why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from sim import examples
from sim.about.facts import Measured, measure
from sim.config import Config, load
from sim.model.agents.villager import AWAY, ELDER
from sim.model.county import CountyModel
from sim.model.tables import DATA, read_rows
from sim.terminal.console import table
from sim.words import unit_label, word

#: counties without their reform, in the folder `configs`
BASES = {"leshan": "leshan_shizhong_no_reform", "dechang": "dechang_no_reform"}
KINDS = ("input", "derived", "lever", "pattern", "set", "fitted", "predicted", "absent")
#: what the model produces
MEASURED = ("set", "fitted", "predicted")


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the literature.

    Attributes
    ----------
    name, en, zh, unit : str
        Its name in the evidence, what it is, its unit.
    value, low, high : float
        Point and range.
    source, confidence : str
        Who says so; A, B or C as for parameters.
    kind : str
        One of `KINDS`, see the module's text.
    key : str
        Parameter, lever, pattern or measure that stands for it; ``""`` where it is absent.
    remark_en, remark_zh : str
        What to know before comparing.
    """

    name: str
    en: str
    zh: str
    unit: str
    value: float
    low: float
    high: float
    source: str
    confidence: str
    kind: str
    key: str
    remark_en: str
    remark_zh: str


@cache
def numbers() -> tuple[Number, ...]:
    """Return every number of the table."""
    return read_rows(DATA / "literature.csv", Number)


def year(county: CountyModel, key: str, ago: int = 0) -> float:
    """Return the mean of an outcome over the last 12 months, or those some years ago."""
    done = county.recorder.done - 12 * ago
    return float(np.nanmean(county.recorder.county[key][done - 12 : done]))


def _people(county: CountyModel, column: str, least_age: int = 0) -> float:
    """Return the mean of a column over residents of at least some age, months."""
    people = county.villagers
    here = people["labour"] != AWAY
    here &= county.month - people["birth_month"] >= least_age
    return float(people[column][here].mean())


def _elderly(county: CountyModel) -> float:
    people = county.villagers
    here = people["labour"] != AWAY
    return float((county.month - people["birth_month"][here] >= ELDER).mean())


def _hours(county: CountyModel, over: str) -> float:
    """Return hours supplied a cadre and week, or administration's share of what is supplied."""
    hours = county.hours[county.borders.is_unit]
    if over == "week":
        return float(hours["supplied"].sum() / hours["cadres"].sum() * 12.0 / 52.0)
    return float(hours["administration"].sum() / hours["supplied"].sum())


def _yearly(county: CountyModel, events: str, among: float) -> float:
    return 12.0 * year(county, events) / among


def _away(county: CountyModel) -> float:
    return year(county, "away_share") * float(county.world.registered.sum())


def _online(county: CountyModel) -> float:
    shares = {key: year(county, f"{key}_share") for key in ("online", "office", "outpost")}
    return shares["online"] / sum(shares.values())


def _residents_change(county: CountyModel) -> float:
    """Return by how much residents became more in a year; registered persons are as many."""
    return (1.0 - year(county, "away_share")) / (1.0 - year(county, "away_share", ago=1)) - 1.0


#: what measures a number, from a county without a reform
MEASURES: dict[str, "Callable[[CountyModel], float]"] = {
    "resident_share": lambda c: float(c.flows["residents"].sum() / c.world.registered.sum()),
    "elderly_share": _elderly,
    "digital_share": lambda c: _people(c, "digital", 6 * 12),
    "online_users": _online,
    "cadre_hours_week": lambda c: _hours(c, "week"),
    "administration_share": lambda c: _hours(c, "share"),
    "distress_share": lambda c: year(c, "distress_share"),
    "turnover": lambda c: 12.0 * year(c, "turnover"),
    "leakage_share": lambda c: year(c, "leakage_share"),
    "collective_median": lambda c: year(c, "collective_median"),
    "resident_income": lambda c: 12.0 * _people(c, "income"),
    "residents_change": _residents_change,
    "return_hazard": lambda c: _yearly(c, "returns", _away(c)),
    "jobs_per_venture": lambda c: year(c, "venture_jobs") / year(c, "ventures"),
    "exit_rate": lambda c: _yearly(c, "ventures_closed", year(c, "ventures")),
    "trust": lambda c: year(c, "trust"),
    "trust_sd": lambda c: float(c.villagers["trust"].std()),
}


def before(config: Config, seed: int) -> CountyModel:
    """Return a county without a reform, run to the month before it."""
    county = CountyModel(config, seed)
    county.run_for(config.reform - config.start)
    return county


def baseline(config: Config, seed: int) -> dict[str, float]:
    """Return every number that the model produces, in a county without a reform."""
    county = before(config, seed)
    return {key: measured(county) for key, measured in MEASURES.items()}


def compare(
    seeds: int = 3, scale: int | None = None, folder: Path | None = None
) -> list[tuple[Number, dict[str, Measured]]]:
    """Measure every number that the model produces in both counties.

    Returns
    -------
    list of (Number, dict of str to Measured)
        The number, and what the model gives by county.
    """
    paths = {
        county: examples.config(base) if folder is None else folder / f"{base}.yaml"
        for county, base in BASES.items()
    }
    changes = {} if scale is None else {"scale": scale}
    configs = {county: load(path, changes) for county, path in paths.items()}
    runs = {
        county: [baseline(config, seed) for seed in range(1, seeds + 1)]
        for county, config in configs.items()
    }
    return [
        (number, {c: measure([run[number.key] for run in found]) for c, found in runs.items()})
        for number in numbers()
        if number.kind in MEASURED
    ]


def report(seeds: int = 3, scale: int | None = None, lang: str = "en") -> str:
    """Return the numbers beside the model as a table of text."""
    rows = [
        (
            getattr(number, lang),
            unit_label(number.unit, lang),
            f"{number.value:g} ({number.low:g}-{number.high:g})",
            number.confidence,
            word(f"fact_{number.kind}", lang),
            *(_shown(number, found[county]) for county in BASES),
            getattr(number, f"remark_{lang}"),
        )
        for number, found in compare(seeds, scale)
    ]
    keys = ("figure", "unit", "number", "confidence", "kind", *BASES, "remark")
    heads = [word(f"literature_{key}", lang) for key in keys]
    return table(heads, rows, word("literature_title", lang, seeds=seeds))


def _shown(number: Number, found: Measured) -> str:
    """Return a value with its half interval, marked where it lies outside the range."""
    outside = "" if number.low <= found.mean <= number.high else " !"
    digits = 4 if abs(found.mean) >= 1000 else 3
    half = f" ± {found.high - found.mean:.2g}" if found.n > 1 else ""
    text = f"{found.mean:,.0f}" if abs(found.mean) >= 1000 else f"{found.mean:.{digits}g}"
    return f"{text}{half}{outside}"
