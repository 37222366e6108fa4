"""What each part of a reform does over worlds: effects, signs, for whom, on which assumptions."""

from functools import cache
from itertools import product

import numpy as np
import pandas as pd

from docs.answers.stored import (
    COUNTIES,
    bearable,
    figures,
    label,
    markdown,
    of_worlds,
    read_results,
    tables,
)
from sim.lab.answers.assumptions import effects_by_world
from sim.lab.methods.intervals import binomial_interval
from sim.lab.methods.weighing import effective, weighted_quantile
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES

PARTS = ("merger", "role", "posts", "support")
EFFECTS = (*PARTS, "whole reform", "merger alone")
GROUPS = ("reach_absorbed", "reach_absorbing", "reach_elderly")
#: share of worlds from which on a sign is called robust, and by which halves differ to decide it
ROBUST, DECIDES = 0.95, 0.2
#: worlds below which, as weighed, nothing is said
LEAST = 20
#: shares above 0 in the two halves into which an assumption parts worlds, in either way
HALVES = ["above_low", "above_high"], ["above_middle", "above_outer"]


def results_of(county):
    """Return the worlds of a county; None if they were not run."""
    return read_results(f"what_each_part_does_{county}")


@cache
def over_worlds(county):
    """Return effects over worlds (`summary`), a row an outcome and effect."""
    return frame_of(effects_by_world(results_of(county), PARTS))


def frame_of(effects, weight=None):
    """Return `summary` of outcome, part and effect by world, a row each."""
    rows = [
        {"outcome": outcome, "part": part} | summary(values, weight)
        for outcome, part, values in effects
    ]
    return pd.DataFrame(rows).set_index(["outcome", "part"], drop=False)


def summary(values, weight=None):
    """Return where worlds lie: quantiles, shares of worlds above and below 0, how many tell as much."""
    there = np.isfinite(values)
    weight = np.where(there, 1.0 if weight is None else weight, 0.0)
    low, middle, high = weighted_quantile(values, weight, (0.05, 0.5, 0.95))
    total = weight.sum()
    told = {"low": low, "median": middle, "high": high, "n": int(there.sum())}
    told |= {"above": weight @ (values > 0) / total, "below": weight @ (values < 0) / total}
    return told | {"effective": effective(weight)}


def in_worlds(row):
    """Return the median over worlds, and where 90 % of them lie; nothing of too few worlds."""
    if row["effective"] < LEAST:
        return "–"
    middle, low, high = bearable((row["median"], row["low"], row["high"]), row["low"], row["high"])
    return f"{middle} ({low} to {high})"


def above(row):
    """Return the share of worlds above 0 with its interval: exact, of as many worlds as tell as much."""
    if row["above"] == row["below"] == 0.0:
        return "no effect"
    if row["effective"] < LEAST:
        return "–"
    hits, of = round(row["above"] * round(row["effective"])), round(row["effective"])
    said = of_worlds(hits, of)
    near = {round(hits / of, 2), round(1 - hits / of, 2)} & {ROBUST}
    return f"{hits / of:.1%}{said[said.index(' ') :]}" if near else said  # on which side of it


def deciding(county, outcome, part):
    """Return the assumptions on whose value the sign hangs, those that part worlds most first.

    Most effects are above 0 in one half of its values (between its quartiles, under one form), most
    are not in the other, and the shares differ by a fifth or more.
    """
    found = tables(f"what_each_part_does_{county}")
    told = {}
    for name, *pairs in (("assumptions", *HALVES), ("by_form", ["above"])):
        rows = found[name][(found[name]["outcome"] == outcome) & (found[name]["part"] == part)]
        for key, own in rows.groupby("parameter", sort=False):
            if "=" in str(key):
                continue  # of forms all are told in the other table
            for columns in pairs:
                ends = own[columns].to_numpy()
                if ends.min() < 0.5 < ends.max() and np.ptp(ends) >= DECIDES:
                    told[short(str(key))] = max(float(np.ptp(ends)), told.get(short(str(key)), 0.0))
    return sorted(told, key=lambda name: -told[name])


def verdict(county, row):
    """Say of an effect: robust, hangs on assumptions, or open. From the tables alone."""
    share, n = max(row["above"], row["below"]), row["n"]
    if share == 0.0:
        return "no effect"
    if share >= ROBUST:
        sure = binomial_interval(round(share * n), n)[0] >= ROBUST
        return (
            f"robust{'' if sure else ', just'}: {'raises' if row['above'] > 0.5 else 'lowers'} it"
        )
    names = deciding(county, row["outcome"], row["part"])
    return f"hangs on {', '.join(names[:3])}" if names else "open"


def in_short():
    """Yield what is robust, made from the verdicts."""
    for county, name in COUNTIES.items():
        if results_of(county) is None:
            continue
        found = {"robust: ": [], "robust, just: ": []}
        for outcome, part in product(HEADLINE, EFFECTS):
            said = verdict(county, over_worlds(county).loc[(outcome, part)].to_dict())
            for kind, told in found.items():
                if said.startswith(kind):
                    does = said.split(": ")[1].removesuffix(" it")
                    does = does.removesuffix("s") if part == "posts" else does
                    told.append(f"{part} {does} {OUTCOMES[outcome].en.lower()}")
        sure, just = (", ".join(told) or "nothing" for told in found.values())
        yield f"- **{name}.** Robust: {sure}. Just: {just}."


def short(name):
    return (
        name.removeprefix("parameters.")
        .removeprefix("policies.")
        .replace("variants.", "form of ")
        .replace("=", ": ")
    )


def the_answer(outcomes=HEADLINE, effects=EFFECTS):
    """Yield effects, signs and verdicts of both counties."""
    for county, name in COUNTIES.items():
        if results_of(county) is None:
            continue
        frame = over_worlds(county)
        rows = []
        for outcome in outcomes:
            for part in effects:
                row = frame.loc[(outcome, part)].to_dict()
                rows.append(
                    {
                        "outcome": label(outcome),
                        "part": part,
                        "effect": in_worlds(row),
                        "above 0 in": above(row),
                        "verdict": verdict(county, row),
                    }
                )
        yield f"### {name}\n\n{int(frame['n'].max())} worlds.\n\n{markdown(pd.DataFrame(rows))}\n"


def for_whom():
    """Yield the same of groups of people: old villages absorbed, absorbing, and old people."""
    yield from the_answer(GROUPS, ("merger", "whole reform"))


def turning():
    """Yield what goes with each effect, and effects by form of the contested mechanisms."""
    for county, name in COUNTIES.items():
        found = tables(f"what_each_part_does_{county}")
        if "assumptions" not in found:
            continue
        frame = found["assumptions"]
        frame = frame[frame["outcome"].isin(HEADLINE) & frame["part"].isin(EFFECTS)]
        rows = [
            {
                "outcome": label(r["outcome"]),
                "part": r["part"],
                "assumption": short(r["parameter"]),
                "picked by": r["picked"],
                "rank correlation": figures(r["correlation"]),
                "mean effect in the lower / upper half": f"{figures(r['low_half'])} / {figures(r['high_half'])}",
                "above 0 there": f"{r['above_low']:.0%} / {r['above_high']:.0%}",
                "above 0 between the quartiles / beyond": "–"
                if np.isnan(r["above_middle"])
                else f"{r['above_middle']:.0%} / {r['above_outer']:.0%}",
            }
            for r in frame.to_dict("records")
        ]
        chance = (
            f"Beyond chance is a rank correlation above {frame['chance'].max():.2f}, and of shares above 0 a "
            f"difference of {frame['sign_chance'].min():.0%} to {frame['sign_chance'].max():.0%}, by effect and group."
            if len(frame)
            else ""
        )
        yield f"### {name}\n\n{chance}\n\n{markdown(pd.DataFrame(rows)) if rows else 'None.'}\n"
        yield by_form(found, "service_reach", "merger")


def by_form(found, outcome, part):
    """Return an effect in the worlds of each form of every contested mechanism."""
    forms = found["by_form"]
    forms = forms[(forms["outcome"] == outcome) & (forms["part"] == part)]
    rows = [
        {
            "mechanism": short(r["parameter"]),
            "form": r["form"],
            "mean effect [95 %]": f"{figures(r['effect'])} [{figures(r['low'])}, {figures(r['high'])}]",
            "above 0 in": f"{r['above']:.0%} [{r['above_low']:.0%}, {r['above_high']:.0%}]",
            "worlds": int(r["n"]),
        }
        for r in forms.to_dict("records")
    ]
    return f"The {part}'s share of {label(outcome)} by form:\n\n{markdown(pd.DataFrame(rows))}\n"


def plane(county, outcome="service_reach", part="merger"):
    """Return the two assumptions that go most with an effect, and the effect by world.

    Each is its key, its values by world, and what they are called where they are forms.
    """
    from sim.lab.design.drawing import draws

    found = tables(f"what_each_part_does_{county}")["assumptions"]
    rows = found[(found["outcome"] == outcome) & (found["part"] == part)]
    told, keys = results_of(county).manifest, dict.fromkeys(
        name.partition("=")[0] for name in rows["parameter"]
    )  # fmt: skip
    drawn = [draws(told["drawn"], told["seed"] + r) for r in range(results_of(county).worlds.size)]
    axes = []
    for key in list(keys)[:2]:
        values = [row[key] for row in drawn]
        forms = told["drawn"][key]["draw"] if isinstance(values[0], str) else None
        axes.append((key, np.array([forms.index(v) for v in values] if forms else values), forms))
    effects = effects_by_world(results_of(county), PARTS)
    return axes, next(v for key, p, v in effects if (key, p) == (outcome, part))
