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
    from sim.lab.measures import Measure
    from sim.lab.reading import ExperimentResults

    folder = RESULTS / "what_each_part_does_dechang"
    if not tables(folder.name):
        return ""
    results = ExperimentResults(folder)
    whole = max(results.design["arm"], key=len)
    known = {
        "administrative cost, relative": (
            Measure("administration_cost", "end", whole, "none", True), "-0.10 (-0.20 to 0), Denmark"),
        "distress among cadres, no reform": (
            Measure("distress_share", "end", "none"), "0.25 (0.16 to 0.36), Leshan's cadres"),
        "return on assets": (Measure("return_on_assets", "end", whole), "0.05 to 0.07, Sichuan"),
        "trust in absorbed villages, change": (
            Measure("trust_absorbed", "2020-12", whole, "none"), "-0.06 (-0.15 to 0)"),
        "reach of absorbed villages, change": (
            Measure("reach_absorbed", "end", whole, "none"), "below 0 (sign only)"),
        "mean age of cadres": (Measure("cadre_age", "2020-05", whole), "not reported"),
        "secretaries who returned": (
            Measure("secretary_returned_share", "2020-05", whole), "not reported"),
        "cadre posts after": (Measure("posts", "2020-05", whole), "390 (set, not predicted)"),
    }  # fmt: skip
    rows = []
    for name, (measure, told) in known.items():
        values = measured(results, [measure], None)[0, :, 0]
        low, middle, high = np.nanquantile(values, [0.05, 0.5, 0.95])
        rows.append(
            {
                "quantity": name,
                "predicted for Dechang (5 to 95 %)": f"{figures(middle)} "
                f"[{figures(low)}, {figures(high)}]",
                "known": told,
                "worlds": int(np.isfinite(values).sum()),
            }
        )
    return markdown(pd.DataFrame(rows)) + "\n"
