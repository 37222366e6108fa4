"""Write the tables of docs/ties.md: ties and families on against off, and who was turned by whom.

From the checkout; five minutes on two cores:

    python -m docs.make_ties
"""

from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

import numpy as np

import sim
from sim.lab.methods.intervals import quantile
from sim.model.agents.villager import AWAY, ELDER
from sim.model.county import CountyModel
from sim.model.processes import people, ties

ROOT = Path(__file__).parent.parent
PAGE = Path(__file__).parent / "ties.md"
CASES = {"Leshan": "leshan_shizhong", "Dechang": "dechang"}
FORMS = {
    "off": {},
    "ties": {"variants.ties": "on"},
    "families": {"variants.families": "on"},
    "both": {"variants.ties": "on", "variants.families": "on"},
}
MERGER = {"policies.merger": {"source": "registry", "group_ratio": 0.6}}
SCALE, SEEDS, LATE = 10, range(1, 7), 12
#: what is measured -> decimals of its level, and of its effect
MEASURES = {
    "trust, mean": (3, 4),
    "trust, SD over villages": (4, 4),
    "trust, SD over villagers": (4, 4),
    "trust, lowest tenth of villagers": (3, 4),
    "aggrieved": (4, 4),
    "complaints, per 1,000 a year": (2, 2),
    "of them to the county": (2, 2),
    "online, under 60": (3, 3),
    "online, 60 and over": (3, 3),
    "service reach": (4, 4),
    "travel burden, h/year": (3, 3),
    "reach, elders alone": (4, 4),
    "travel burden, elders alone, h/year": (3, 3),
    "elders alone": (3, 3),
    "collective income, yuan/year": (0, 0),
    "cadre workload, h/month": (1, 1),
}


def county_of(case: str, changes: dict, seed: int) -> CountyModel:
    """Return a county before its first month."""
    found = {"scale": SCALE, **changes}
    return CountyModel(sim.load(ROOT / "configs" / f"{CASES[case]}_no_reform.yaml", found), seed)


def run(case: str, form: str, merged: bool, seed: int) -> list[float]:
    """Return `MEASURES` of one run: means of its last months, and villagers at its end."""
    county = county_of(case, FORMS[form] | (MERGER if merged else {}), seed)
    to_county = []
    for _ in range(county.config.months):
        county.step()
        to_county.append(county.complained[:, ties.COUNTY].sum() / county.flows["residents"].sum())
    late = {key: float(np.mean(v[-LATE:])) for key, v in county.recorder.county.items()}
    table, weight = county.villagers, county.weight[county.row_village()]
    trust = table["trust"].astype(float)
    mean = np.average(trust, weights=weight)
    order = np.argsort(trust)
    tenth = trust[order][np.searchsorted(np.cumsum(weight[order]), 0.1 * weight.sum())]
    of_village = county.recorder.village["trust"][-LATE:].mean(axis=0)
    here = table["labour"] != AWAY
    old = county.month - table["birth_month"] >= ELDER
    online = [np.average(table["digital"][m], weights=weight[m]) for m in (here & ~old, here & old)]
    return [
        late["trust"], float(np.std(of_village)),
        float(np.sqrt(np.average((trust - mean) ** 2, weights=weight))), float(tenth),
        late["grievance"], late["complaints"], 12_000.0 * float(np.mean(to_county[-LATE:])),
        *map(float, online), late["service_reach"],
        late["travel_burden"], late["reach_alone"], late["travel_alone"], late["elders_alone"],
        late["collective_income"], late["cadre_workload"],
    ]  # fmt: skip


def said(values: np.ndarray, decimals: int, sign: str = "") -> str:
    """Return a mean with half its 95 % interval over seeds."""
    if np.isnan(values).any():
        return "–"
    half = quantile(len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    text = f"{values.mean():{sign},.{decimals}f} ± {half:,.{decimals}f}"
    return text.replace("-", "−")


def tables() -> str:
    """Return levels without a merger, and what it changes, form by form."""
    keys = list(product(CASES, FORMS, (False, True), SEEDS))
    with ProcessPoolExecutor() as pool:
        found = dict(zip(keys, pool.map(run, *zip(*keys, strict=True)), strict=True))
    lines = []
    for case, merged in product(CASES, (False, True)):
        what = "what the merger changes" if merged else "without a merger, at the end"
        lines += [f"### {case}: {what}", "", f"| | {' | '.join(FORMS)} |", "|---|" + "---|" * 4]
        for i, (name, decimals) in enumerate(MEASURES.items()):
            cells = []
            for form in FORMS:
                level = np.array([found[case, form, False, s][i] for s in SEEDS])
                if not merged:
                    cells.append(said(level, decimals[0]))
                    continue
                after = np.array([found[case, form, True, s][i] for s in SEEDS])
                cells.append(said(after - level, decimals[1], "+"))
            lines.append(f"| {name} | {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def turned() -> str:
    """Return the first villager who goes online by others' example, and would not have without.

    Two runs of Dechang on the same luck, with and without that example: the draw lies between the
    two chances.
    """
    on = FORMS["ties"]
    one, other = (
        county_of("Dechang", on | {"switched_off": off}, 1) for off in ([], ["example_online"])
    )
    for _ in range(one.config.months):
        known, (of_all, household) = one.known_online.copy(), ties.look_around(one)
        before = one.villagers["digital"].copy()
        one.step()
        other.step()
        went = one.villagers["digital"] & ~before & (one.villagers["birth_month"] < one.month)
        for row in np.flatnonzero(went & ~other.villagers["digital"]):
            age = int(one.month - one.villagers["birth_month"][row])
            old, group = int(age >= ELDER), one.group_of(int(row))
            chances, of_ties = ties.going_online(one)
            who = one.row_identity(slice(int(row), int(row) + 1))[0]
            lot = people.uniform.py_func(one.key("people.online"), who)
            near = ties.near.py_func((known[group], of_all), (0.0, 0.0), household)
            with_it = ties.follows.py_func(chances[old], of_ties[old], near)
            if not chances[old] <= lot < with_it:
                continue
            village = one.world.villages.name[one.village_of(int(row))]
            when = f"month {one.month % 12 + 1} of {one.month // 12}"
            return (
                f"Villager {row} of {village}, aged {age // 12}, goes online in {when}. Of those "
                f"whom they know {near:.0%} are online. The chance within the year is "
                f"{chances[old]:.3f} where nobody is, and {with_it:.3f} as it is; the draw, the "
                f"same in both runs, is {lot:.3f}."
            )
    return "Nobody was."


def main() -> None:
    """Write the page's tables."""
    text = PAGE.read_text("utf-8")
    for name, part in (("tables", tables()), ("turned", turned())):
        head, _, rest = text.partition(f"<!-- {name} -->\n")
        tail = rest.partition("<!-- end -->")[2]
        text = f"{head}<!-- {name} -->\n{part.rstrip()}\n<!-- end -->{tail}"
    PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
