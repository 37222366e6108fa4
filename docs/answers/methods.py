"""Sensitivity, search and discovery."""

import numpy as np
import pandas as pd

from docs.answers.stored import (
    RESULTS,
    ROOT,
    figures,
    interval,
    label,
    manifest,
    markdown,
    share,
    tables,
)
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES

BUDGET = "county_spending_per_resident"
#: points of the front that are shown
MOST = 12


def sensitivity():
    found = tables("what_parameters_explain")
    if found:
        frame = found["indices"]
        frame = frame[frame["outcome"].isin(HEADLINE)]
        rows = [
            {
                "outcome": label(r["outcome"]),
                "parameter": r["parameter"].removeprefix("parameters."),
                "first order": interval(r, "S1_expected", "S1_expected_low", "S1_expected_high"),
                "total": interval(r, "ST_expected", "ST_expected_low", "ST_expected_high"),
            }
            for r in frame.to_dict("records")
        ]
        yield markdown(pd.DataFrame(rows)) + "\n"
        rows = [
            {
                "outcome": label(r["outcome"]),
                "parameters": interval(r, "parameters"),
                "luck": figures(r["seed"]),
                "luck that differs between points": figures(r["both"]),
                "points × seeds": f"{r['points']} × {r['replicates']}",
            }
            for r in found["seeds"].to_dict("records")
            if r["outcome"] in HEADLINE
        ]
        yield "Share of the variance of one run:\n\n" + markdown(pd.DataFrame(rows)) + "\n"
    found = tables("which_parameters_matter")
    if found:
        frame = found["effects"]
        rows = []
        for key in HEADLINE:
            part = frame[frame["outcome"] == key].sort_values("mu_star", ascending=False).head(5)
            rows += [
                {
                    "outcome": label(key),
                    "parameter": r["parameter"].removeprefix("parameters."),
                    "mu": figures(r["mu"]),
                    "mu*": f"{figures(r['mu_star'])} ± {figures(r['mu_star_conf'])}",
                    "mu* of luck alone": figures(r["mu_star_luck"]),
                    "mu* of luck, 95 %": figures(r["mu_star_luck_95"]),
                    "sigma": figures(r["sigma"]),
                }
                for r in part.to_dict("records")
            ]
        steps = frame["parameter"].nunique() + 1
        yield (
            f"Morris, the five largest of {steps - 1} parameters of each outcome "
            f"({manifest('which_parameters_matter')['design_points'] // steps} trajectories):\n\n"
            + markdown(pd.DataFrame(rows))
            + "\n"
        )


def pareto():
    found = tables("reach_income_money")
    if not found:
        return ""
    told, frame = found["searched"].iloc[0], found["front"]
    levers = [c for c in frame.columns if c.startswith("policies.")]
    shown = frame.iloc[
        np.unique(np.linspace(0, len(frame) - 1, min(len(frame), MOST)).round().astype(int))
    ]
    outcomes = [key for key in (*HEADLINE, BUDGET) if key in frame]
    rows = [as_reported(levers, outcomes)]
    for r in shown.to_dict("records"):
        row = {name.removeprefix("policies."): figures(float(r[name])) for name in levers}
        for key in outcomes:
            row[label(key)] = interval(r, key, f"{key}_low", f"{key}_high")
        rows.append(row | {"on the front in": f"{r['on_front']:.0%} of resamples"})
    return (
        f"{int(told['points'])} points tried, {int(told['within_limits'])} within the budget, "
        f"{int(told['front'])} on the front, {len(shown)} of them here, from the least reach to the most.\n\n"
        + markdown(pd.DataFrame(rows))
        + "\n"
    )


def as_reported(levers, outcomes):
    """Return what the configuration itself gives, under the luck of the search's points."""
    from sim.lab.file.loading import load_experiment
    from sim.lab.file.schema import Record
    from sim.lab.methods.statistics import estimate
    from sim.lab.running.branching import Branch, simulate_all
    from sim.lab.store.reading import ExperimentResults
    from sim.lab.store.recording import Recording

    experiment = load_experiment(ROOT / "experiments" / "reach_income_money.yaml")
    config, ends = experiment.heads[0].config, []
    runs = ExperimentResults(RESULTS / "reach_income_money").runs
    shared = runs.groupby("seed")[list(outcomes)].mean()
    for seed in shared.index:
        recording = Recording(Record(), config)
        for _, county in simulate_all([Branch(config, recording.after_month)], int(seed)):
            ends.append(dict(zip(OUTCOMES, recording.ends(county), strict=True)))
    row = {name.removeprefix("policies."): "" for name in levers}
    row[levers[0].removeprefix("policies.")] = "*as reported*"
    for key in outcomes:
        values = np.array([end[key] for end in ends]) - shared[key].to_numpy()
        found = estimate(values + shared[key].mean())
        row[label(key)] = interval({"effect": found.mean, "low": found.low, "high": found.high})
    return row | {"on the front in": ""}


def discovery():
    found = tables("where_the_merger_fails")
    if not found:
        return
    told = found["failure"].iloc[0]
    yield (
        f"The merger alone costs Leshan's absorbed villages more than {-told['below']:g} of reach in "
        f"{share(told, 'fails', 'fails_low', 'fails_high')} of {int(told['n'])} worlds.\n"
    )
    unseen = (
        f"In worlds left out in turn, {share(told, 'unseen', 'unseen_low', 'unseen_high')} of those in the box of "
        f"the others fail, against {told['fails']:.0%} of all"
    )
    if "box" not in found:
        yield f"No box stands ({told['box']}). {unseen}.\n"
    else:
        rows = [
            {
                "parameter": r["parameter"].removeprefix("parameters."),
                "box": f"{figures(max(r['low'], r['least']))} to {figures(min(r['high'], r['most']))}"
                if np.isfinite([r["low"], r["high"]]).any()
                else "no bound",
                "range met": f"{figures(r['least'])} to {figures(r['most'])}",
                "chance of luck": figures(r["chance"]),
                "bounded in resamples": f"{r['resamples']:.0%}",
            }
            for r in found["box"].to_dict("records")
        ]
        yield (
            f"PRIM's box: {told['density']:.0%} of its worlds fail, it holds {told['coverage']:.0%} of all "
            f"failures in {told['mass']:.0%} of the worlds. {unseen}, and they hold "
            f"{told['unseen_coverage']:.0%} of all failures: that is what the box is worth.\n\n"
            f"{markdown(pd.DataFrame(rows))}\n"
        )
    tree = found["tree"]
    explained = float(tree["explained"].iloc[0])
    rows = [
        {"where": r["rule"], "mean regret": figures(r["mean"]), "worlds": int(r["n"])}
        for r in tree.to_dict("records")
    ]
    yield (
        f"A tree of the merger's regret explains {explained:.0%} of it in worlds it was not shown"
        f"{' (that is: nothing)' if explained <= 0 else ''}.\n\n{markdown(pd.DataFrame(rows))}\n"
    )
