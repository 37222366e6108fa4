"""The calibration to Leshan, and Dechang predicted from it."""

import numpy as np
import pandas as pd

from docs.answers.stored import RESULTS, figures, markdown, tables


def calibration():
    found = tables("calibrate_leshan")
    if not found:
        return
    told = found["calibration"].iloc[0]
    yield (
        f"{int(told['points'])} sets of parameters, {int(told['replicates'])} replicates, two arms; "
        f"{told['possible']:.1%} of the prior is not ruled out (implausibility at most 3); effective "
        f"size of the posterior sample {told['effective']:,.0f}.\n"
    )
    rows = [
        {
            "target": r["target"],
            "reported": f"{figures(r['value'])} ± {figures(r['sd'])}",
            "use": r["use"],
            "before (5 to 95 %)": f"{figures(r['prior_05'])} to {figures(r['prior_95'])}",
            "predicted (5 to 95 %)": f"{figures(r['predicted'])} "
            f"[{figures(r['quantile_05'])}, {figures(r['quantile_95'])}]",
            "agrees": "yes" if r["agrees"] else "**no**",
            "luck / uncertainty": figures(r["floor"]),
            "emulated": figures(r["emulated"]),
            "source": r["source"],
        }
        for r in found["targets"].to_dict("records")
    ]
    yield markdown(pd.DataFrame(rows)) + "\n"
    joined = found["parameters"].merge(found["recovery"], on="parameter")
    rows = [
        {
            "parameter": r["parameter"].removeprefix("parameters."),
            "range": f"{figures(r['from'])} to {figures(r['to'])}",
            "posterior median (5 to 95 %)": f"{figures(r['median'])} "
            f"[{figures(r['quantile_05'])}, {figures(r['quantile_95'])}]",
            "variance left": figures(r["variance_ratio"]),
            "learned": r["learned"],
            "truths inside the 90 % interval": f"{r['covered']:.0%} of {int(r['truths'])} "
            f"[{r['low']:.0%}, {r['high']:.0%}]",
            "truth and estimate correlate": figures(r["correlation"]),
        }
        for r in joined.to_dict("records")
    ]
    yield markdown(pd.DataFrame(rows)) + "\n"


def out_of_sample():
    """Return what Leshan's posterior predicts for Dechang beside what is known, fitted to none of it."""
    from sim.lab.answers.common import measured
    from sim.lab.design.measures import Measure
    from sim.lab.store.reading import ExperimentResults

    folder = RESULTS / "what_each_part_does_dechang"
    if not tables(folder.name):
        return ""
    results = ExperimentResults(folder)
    whole = max(results.design["arm"], key=len)
    known = {
        "income of a resident, 2019, yuan/year": (
            Measure("resident_income", "2019-12", "none"), 1, (19052, 19052),
            "19,052, Dechang's rural residents (the model's parameters are the province's: 15,929)"),
        "median collective income before, yuan/year": (
            Measure("collective_median", "end", "none"), 1, (20000, 60000), "40,000 (20,000 to 60,000), national"),
        "distress among cadres before": (
            Measure("distress_share", "end", "none"), 1, (0.16, 0.36), "0.25 (0.16 to 0.36), Leshan's cadres"),
        "resignations a year before": (
            Measure("turnover", "end", "none"), 12, (0.02, 0.10), "0.05 (0.02 to 0.10), judgement"),
        "trust in cadres before": (
            Measure("trust", "end", "none"), 1, (0.45, 0.70), "0.55 (0.45 to 0.70), set in the mean drawn"),
        "administrative cost a head, relative change": (
            Measure("administration_cost", "end", whole, "none", True), 1, (-0.20, 0), "-0.10 (-0.20 to 0), Denmark"),
        "income of a person, relative change": (
            Measure("villager_income", "end", whole, "none", True), 1, (0, 0.03), "0 to 0.03, pilot counties"),
        "return on assets": (Measure("return_on_assets", "end", whole), 1, (0.05, 0.07), "0.05 to 0.07, Sichuan"),
        "trust in absorbed villages, change": (
            Measure("trust_absorbed", "2020-12", whole, "none"), 1, (-0.15, 0), "-0.06 (-0.15 to 0), Norway, Denmark, Shaanxi"),
        "reach of absorbed villages, change": (
            Measure("reach_absorbed", "end", whole, "none"), 1, (-1, 0), "below 0 (sign only)"),
        "reach of people of 60 and over, change": (
            Measure("reach_elderly", "end", whole, "none"), 1, (-1, 0), "below 0 (sign only), townships' offices withdrawn"),
        "mean age of cadres": (Measure("cadre_age", "2020-05", whole), 1, None, "not reported"),
        "secretaries who returned": (
            Measure("secretary_returned_share", "2020-05", whole), 1, None, "not reported"),
        "cadre posts after": (Measure("posts", "2020-05", whole), 1, None, "390: set, not predicted"),
    }  # fmt: skip
    rows = []
    for name, (measure, times, between, told) in known.items():
        values = times * measured(results, [measure], None)[0, :, 0]
        rows.append(
            {
                "quantity": name,
                "predicted for Dechang (5 to 95 %)": interval_90(values),
                "known": told,
                "agrees": agrees(values, between),
                "worlds": int(np.isfinite(values).sum()),
            }
        )
    return markdown(pd.DataFrame(rows)) + "\n"


def interval_90(values):
    low, middle, high = np.nanquantile(values, [0.05, 0.5, 0.95])
    return f"{figures(middle)} [{figures(low)}, {figures(high)}]"


def agrees(values, between):
    """Say whether the median lies in the range that is known, or at least the interval meets it."""
    if between is None:
        return ""
    low, middle, high = np.nanquantile(values, [0.05, 0.5, 0.95])
    if between[0] <= middle <= between[1]:
        return "yes"
    return "in part" if low <= between[1] and high >= between[0] else "**no**"
