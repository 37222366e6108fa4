"""Write the tables of docs/editions.md: effects by form, by parameter and by dose, and no reform.

From the checkout; ten minutes on two cores:

    python docs/make_editions.py
"""

import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

import sim
from sim.lab.methods.intervals import quantile
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.parameters import lookup
from sim.model.parameters.variants import FIRST_EDITION, VARIANTS

ROOT = Path(__file__).parent.parent
PAGE = Path(__file__).parent / "editions.md"
CASES = {"Leshan": "leshan_shizhong", "Dechang": "dechang"}
#: outcome -> its name in tables, and the format of its levels and effects
HEADS = {
    "service_reach": ("service reach", ".3f"),
    "travel_burden": ("travel burden, h/year", ".2f"),
    "collective_income": ("collective income, yuan/year", ",.0f"),
    "cadre_workload": ("cadre workload, h/month", ".1f"),
}
SEEDS, FEW, SCALE, LATE = range(1, 9), range(1, 4), 20, 24
#: single parameters at the ends of their ranges
ENDS = (
    "hours.admin_share",
    "hours.admin_fixed_share",
    "hours.cadre_hours_week",
    "hours.desk_hours",
    "hours.office_presence",
    "hours.rota_hours",
    "hours.rota_kept",
    "hours.rota_known",
    "hours.paperwork_waits",
    "service.request_rate",
    "service.visit_sigma_km",
    "service.road_detour",
    "service.road_speed",
    "service.road_cost",
    "service.errand_readiness",
    "service.errand_pressure",
    "service.mandatory_share",
    "service.phone_attraction",
    "service.group_leader_share",
    "economy.management_elasticity",
    "economy.leader_response",
)
MERGER = {"merger": {"source": "registry", "group_ratio": 0.6}}
#: what is moved -> values, each as policies beside the merger
DOSES: dict[str, tuple[tuple[float, ...], Any]] = {
    "combined role, share of villages": (
        (0.0, 0.25, 0.5, 0.75, 1.0), lambda x: {"combined_role": {"share": x}},
    ),
    "posts a village": (
        (2, 3, 4, 5, 6, 8), lambda x: {"headcount": {"posts": {"by": "fixed", "number": x}}},
    ),
    "places for start-ups a year": (
        (0, 24, 48, 96, 192),
        lambda x: {"entrepreneurship": {"grant": 237000, "loan": 268000, "number": x}},
    ),
    "absorbed offices kept as outposts": (
        (0.0, 0.25, 0.5, 0.75, 1.0), lambda x: {"service_delivery": {"outposts": x}},
    ),
    "hours a day that the office is posted open": (
        (2.0, 3.0, 4.0, 6.0, 8.0), lambda x: {"service_delivery": {"office_hours": x}},
    ),
}  # fmt: skip
YEARLY = (
    "resident_income", "service_reach", "travel_burden", "overdue", "collective_income",
    "cadre_workload", "burnout", "trust", "ventures",
)  # fmt: skip
PEOPLE = "residents, thousands", "residents of 60 and over, %", "residents online, %"
Job = tuple[str, str, int, tuple[tuple[str, Any], ...]]


@cache
def _policies(case: str) -> tuple[str, ...]:
    """Return the names of a case's policies."""
    config = sim.load(ROOT / "configs" / f"{case}_2020.yaml")
    return tuple(name for name, block in config.policies if block is not None)


def changes_of(case: str, arm: str) -> dict[str, Any]:
    """Return what makes an arm of a case of its file: without reform, the merger alone, all."""
    if arm == "merger":
        return {f"policies.{name}": None for name in _policies(case) if name != "merger"}
    return {}


def run(job: Job) -> list[float]:
    """Return the headlines of one run, means of the last two years."""
    case, arm, seed, changes = job
    name = f"{case}_no_reform" if arm in ("none", "dose") else f"{case}_2020"
    county = sim.simulate(_config(case, arm, name, seed, changes)).recorder.county
    return [float(np.nanmean(county[key][-LATE:])) for key in (*HEADS, "ventures")]


def _config(case: str, arm: str, name: str, seed: int, changes: Iterable) -> Any:
    given = {"scale": SCALE, "seed": seed} | changes_of(case, arm) | dict(changes)
    return sim.load(ROOT / "configs" / f"{name}.yaml", given)


def years(job: Job) -> list[list[float]]:
    """Return `PEOPLE` at the end of each year without reform, and the year's means of `YEARLY`."""
    case, arm, seed, changes = job
    county = sim.CountyModel(_config(case, arm, f"{case}_no_reform", seed, changes))
    people: list[list[float]] = []
    while county.running:
        county.run_for(12)
        here, weight = county.villagers["labour"] != sim.AWAY, county.weight[county.row_village()]
        old = county.month - county.villagers["birth_month"] >= 60 * 12
        residents = weight[here].sum()
        shares = (weight[here & of].sum() / residents for of in (old, county.villagers["digital"]))
        people.append([residents / 1e3, *(100.0 * share for share in shares)])
    series = [np.reshape(county.recorder.county[key], (-1, 12)) for key in YEARLY]
    return [*np.transpose(people).tolist(), *(np.nanmean(x, axis=1).tolist() for x in series)]


def all_of(function: Any, jobs: Sequence[Job]) -> dict[Job, Any]:
    """Return what a function gives for jobs, each done once, on all cores."""
    once = list(dict.fromkeys(jobs))
    with ProcessPoolExecutor() as pool:
        return dict(zip(once, pool.map(function, once, chunksize=4), strict=True))


def effects(
    found: dict[Job, list[float]], one: tuple, other: tuple, at: int, seeds: Iterable[int] = SEEDS
) -> np.ndarray:
    """Return the paired effects on an outcome, seed by seed, of ``(case, arm, changes)`` run."""
    pairs = (((*one[:2], s, one[2]), (*other[:2], s, other[2])) for s in seeds)
    return np.array([found[b][at] - found[a][at] for a, b in pairs])


def cell(found: dict[Job, list[float]], one: tuple, other: tuple, at: int, form: str) -> str:
    """Return the paired effect on an outcome with its 95 % half-interval over luck."""
    pairs = effects(found, one, other, at)
    half = float(quantile(pairs.size - 1)) * pairs.std(ddof=1) / pairs.size**0.5
    return f"{pairs.mean():+{form}} ± {half:{form}}"


def _forms() -> dict[str, dict[str, str]]:
    """Return what each row of the table of forms sets."""
    rows: dict[str, dict[str, str]] = {"as they are by default": {}}
    for name, variant in VARIANTS.items():
        for form in variant.forms:
            if form != variant.default:
                rows[f"`{name}: {form}`"] = {f"variants.{name}": form}
    return rows | {"first edition": {f"variants.{n}": form for n, form in FIRST_EDITION.items()}}


def table_of_forms() -> str:
    """Return effects of the merger alone and of the whole reform by form (Markdown)."""
    rows = {name: tuple(sorted(of.items())) for name, of in _forms().items()}
    arms = ("none", "merger", "whole")
    jobs = [
        (c, a, s, of) for c in CASES.values() for a in arms for s in SEEDS for of in rows.values()
    ]
    found = all_of(run, jobs)
    lines = ["| county | arm | form | " + " | ".join(name for name, _ in HEADS.values()) + " |"]
    lines.append("|---" * (3 + len(HEADS)) + "|")
    for county, case in CASES.items():
        for arm, title in (("merger", "merger alone"), ("whole", "whole reform")):
            for name, of in rows.items():
                cells = [
                    cell(found, (case, "none", of), (case, arm, of), at, form)
                    for at, (_, form) in enumerate(HEADS.values())
                ]
                lines.append(f"| {county} | {title} | {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def table_of_ends() -> str:
    """Return effects at the ends of parameters' ranges, in both editions (Markdown), few seeds."""
    first = tuple(sorted(_forms()["first edition"].items()))
    points: dict[tuple[str, str, str], tuple] = {}
    for edition, forms in (("second", ()), ("first", first)):
        points[edition, "default", ""] = forms
        for name in ENDS:
            parameter = lookup(*name.split("."))
            for end in (parameter.low, parameter.high):
                points[edition, name, f"{end:g}"] = tuple(
                    sorted((*forms, (f"parameters.{name}", end)))
                )
    arms = ("none", "merger", "whole")
    jobs = [
        (c, a, s, of) for c in CASES.values() for a in arms for s in FEW for of in points.values()
    ]
    found = all_of(run, jobs)
    heads = [
        f"{county}, {title}, {edition} edition"
        for county in CASES
        for title in ("merger", "whole")
        for edition in ("first", "second")
    ]
    texts = []
    for at, (title, form) in enumerate(list(HEADS.values())[:2]):
        lines = [f"**{title}**\n", f"| parameter | {' | '.join(heads)} |"]
        lines.append("|---" * (1 + len(heads)) + "|")
        for name in ("default", *ENDS):
            ends = [end for edition, n, end in points if n == name and edition == "second"]
            cells = []
            for case, arm, edition in product(CASES.values(), arms[1:], ("first", "second")):
                given = (points[edition, name, end] for end in ends)
                means = (
                    effects(found, (case, "none", of), (case, arm, of), at, FEW).mean()
                    for of in given
                )
                cells.append(" / ".join(f"{value:+{form}}" for value in means))
            told = f"`{name}` {' / '.join(ends)}" if name != "default" else name
            lines.append(f"| {told} | {' | '.join(cells)} |")
        texts.append("\n".join(lines) + "\n")
    return "\n".join(texts)


def table_of_doses() -> str:
    """Return the headlines, and ventures, at every dose beside the merger (Markdown)."""
    rows: dict[tuple[str, float], tuple] = {}
    for name, (values, block) in DOSES.items():
        for value in values:
            policies = MERGER | block(value)
            rows[name, value] = tuple(
                sorted(
                    (f"policies.{policy}.{key}", setting)
                    for policy, of in policies.items()
                    for key, setting in _flat(of)
                )
            )
    jobs = [(c, "dose", s, of) for c in CASES.values() for s in SEEDS for of in rows.values()]
    found = all_of(run, jobs)
    heads = [name for name, _ in HEADS.values()]
    lines = [f"| county | lever | dose | {' | '.join(heads)} | ventures |"]
    lines.append("|---" * (4 + len(HEADS)) + "|")
    forms = [form for _, form in HEADS.values()] + [",.0f"]
    for county, case in CASES.items():
        first: dict[str, np.ndarray] = {}
        for (name, value), of in rows.items():
            runs = np.array([found[case, "dose", s, of] for s in SEEDS])
            base = first.setdefault(name, runs)
            if base is runs:
                cells = [f"*{m:{f}}*" for m, f in zip(runs.mean(axis=0), forms, strict=True)]
            else:
                gap = runs - base
                half = float(quantile(len(gap) - 1)) * gap.std(axis=0, ddof=1) / len(gap) ** 0.5
                cells = [
                    f"{m:+{f}} ± {h:{f}}"
                    for m, h, f in zip(gap.mean(axis=0), half, forms, strict=True)
                ]
            lines.append(f"| {county} | {name} | {value:g} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _flat(block: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    for key, value in block.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{inner}", setting) for inner, setting in _flat(value))
        else:
            yield key, value


def table_of_years() -> str:
    """Return what drifts without reform, year by year (Markdown)."""
    jobs = [(case, "none", s, ()) for case in CASES.values() for s in SEEDS]
    found = all_of(years, jobs)
    names = [*PEOPLE, *(f"{OUTCOMES[key].en}, {OUTCOMES[key].unit}" for key in YEARLY)]
    texts = []
    for county, case in CASES.items():
        table = np.mean([found[case, "none", s, ()] for s in SEEDS], axis=0)
        count = table.shape[1]
        lines = [f"| {county} | " + " | ".join(f"year {y + 1}" for y in range(count)) + " |"]
        lines.append("|---" * (1 + count) + "|")
        for name, values in zip(names, table, strict=True):
            cells = [f"{v:,.0f}" if abs(v) >= 1000 else f"{v:.3g}" for v in values]
            lines.append(f"| {name} | {' | '.join(cells)} |")
        texts.append("\n".join(lines) + "\n")
    return "\n".join(texts)


TABLES = {
    "forms": table_of_forms,
    "ends": table_of_ends,
    "doses": table_of_doses,
    "years": table_of_years,
}


def main() -> None:
    """Put the tables, or those named, between their marks."""
    for name in sys.argv[1:] or TABLES:
        table = TABLES[name]
        mark, made = f"<!-- {name} -->\n", table()
        text = PAGE.read_text("utf-8")
        head, rest = text.split(mark)
        tail = rest.split(f"<!-- end of {name} -->")[1]
        PAGE.write_text(f"{head}{mark}{made}<!-- end of {name} -->{tail}", "utf-8")


if __name__ == "__main__":
    main()
