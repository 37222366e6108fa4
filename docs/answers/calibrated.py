"""Dechang, predicted: worlds as drawn and as Leshan's targets weigh them, beside what is known."""

import numpy as np
import pandas as pd

from docs.answers.stored import figures, markdown
from sim.lab.methods.weighing import weighted_quantile

CIRCULAR = "; not independent: the prior of {} is from the same source"


def quantities(whole):
    """Return what is predicted for Dechang: what measures it, and what it is compared with.

    That is a published figure (`sim/data/facts.csv`), a number of the literature
    (`literature.csv`), or a range and who gives it.
    """
    from sim.lab.design.measures import Measure

    return {
        "secretaries who are outstanding migrants": (
            Measure("secretary_returned_share", "2020-05", whole), 1, published("secretaries_share")),
        "mean age of cadres": (Measure("cadre_age", "2020-05", whole), 1, published("age_after")),
        "cadre posts after": (Measure("posts", "2020-05", whole), 1, published("posts_after")),
        "income of a resident, 2019, yuan/year": (
            Measure("resident_income", "2019-12", "none"), 1, ((19052, 19052),
            "19,052, Dechang's rural residents (the model's parameters are the province's: 15,929)")),
        "median collective income before, yuan/year": (
            Measure("collective_median", "end", "none"), 1, literature("collective_income_median")),
        "distress among cadres before": (
            Measure("distress_share", "end", "none"), 1, literature("distress_prevalence_pre")),
        "resignations a year before": (
            Measure("turnover", "end", "none"), 12, literature("cadre_turnover_base")),
        "trust in cadres before": (
            Measure("trust", "end", "none"), 1, literature("trust_mean", "; set in the mean drawn")),
        "administrative cost a head, relative change": (
            Measure("administration_cost", "end", whole, "none", True), 1, literature("admin_cost_scale_effect")),
        "income of a person, relative change": (
            Measure("villager_income", "end", whole, "none", True), 1, literature("policy_effect_on_rural_income")),
        "return on assets": (
            Measure("return_on_assets", "end", whole), 1,
            literature("return_on_fiscal_capital", CIRCULAR.format("economy.asset_return"))),
        "trust in absorbed villages, change": (
            Measure("trust_absorbed", "2020-12", whole, "none"), 1,
            literature("merger_trust_shock_absorbed", CIRCULAR.format("trust.merger_shock"))),
        "reach of absorbed villages, change": (
            Measure("reach_absorbed", "end", whole, "none"), 1, ((-1, 0), "below 0 (sign only)")),
        "reach of people of 60 and over, change": (
            Measure("reach_elderly", "end", whole, "none"), 1,
            ((-1, 0), "below 0 (sign only), townships' offices withdrawn")),
    }  # fmt: skip


def published(measure, county="dechang"):
    """Return the range of a published figure if it is predicted, and what the report says of it."""
    from sim.about.facts import facts, reported

    found = [f for f in facts() if (f.county, f.measure) == (county, measure)]
    if not found:
        return None, "not reported"
    [fact] = found
    said = f"{fact.published}, the report's figure {fact.number}"
    if fact.kind != "predicted":
        return None, f"{said}: {fact.kind}, not predicted"
    return reported(fact.published), said


def literature(name, remark=""):
    """Return the range of a number of the literature, and who says it of whom."""
    from sim.about.literature import numbers

    [number] = [n for n in numbers() if n.name == name]
    told = f"{number.value:g} ({number.low:g} to {number.high:g}), {number.source}{remark}"
    return (number.low, number.high), told


def out_of_sample():
    """Return what Leshan's weights predict for Dechang beside what is known, fitted to none of it."""
    from docs.answers.reform import PART, results_of, weights
    from sim.lab.answers.common import measured

    results = results_of("dechang")
    if results is None or results_of("leshan") is None:
        return ""
    weight = weights(results)
    rows = []
    for name, (measure, times, (between, told)) in quantities(PART).items():
        values = times * measured(results, [measure], None)[0, :, 0]
        rows.append(
            {
                "quantity": name,
                "worlds as drawn (5 to 95 %)": interval_90(values),
                "weighed by Leshan's targets": interval_90(values, weight),
                "known": told,
                "agrees": agrees(values, between),
                "worlds": int(np.isfinite(values).sum()),
            }
        )
    return markdown(pd.DataFrame(rows)) + "\n"


def quantiles(values, weight=None):
    """Return the 5 %, 50 % and 95 % quantiles of worlds, of equal weight if none is given."""
    values = np.asarray(values, dtype=float)
    weight = np.ones(values.size) if weight is None else weight
    return weighted_quantile(values, weight, [0.05, 0.5, 0.95])


def interval_90(values, weight=None):
    low, middle, high = quantiles(values, weight)
    return f"{figures(middle)} [{figures(low)}, {figures(high)}]"


def agrees(values, between, weight=None):
    """Say whether the median lies in the range that is known, or at least the interval meets it."""
    if between is None:
        return ""
    low, middle, high = quantiles(values, weight)
    if between[0] <= middle <= between[1]:
        return "yes"
    return "in part" if low <= between[1] and high >= between[0] else "**no**"
