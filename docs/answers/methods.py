"""Sensitivity, search and discovery."""

import pandas as pd

from docs.answers.stored import figures, interval, label, markdown, tables
from sim.outcomes.catalogue import HEADLINE


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
                    "sigma": figures(r["sigma"]),
                }
                for r in part.to_dict("records")
            ]
        yield "Morris, the five largest of ten parameters of each outcome:\n\n"
        yield markdown(pd.DataFrame(rows)) + "\n"


def pareto():
    found = tables("reach_income_money")
    if not found:
        return ""
    told = found["searched"].iloc[0]
    frame = found["front"].copy()
    heads = [c for c in frame.columns if c.startswith("policies.")]
    rows = []
    for r in frame.to_dict("records"):
        row = {name.removeprefix("policies."): figures(float(r[name])) for name in heads}
        for key in (*HEADLINE, "county_spending_per_resident"):
            row[label(key)] = figures(r[key])
        rows.append(row | {"on the front in": f"{r['on_front']:.0%} of resamples"})
    return (
        f"{int(told['points'])} points tried, {int(told['within_limits'])} within the budget, "
        f"{int(told['front'])} on the front (means of 2 replicates on common luck).\n\n"
        + markdown(pd.DataFrame(rows))
        + "\n"
    )


def discovery():
    found = tables("where_the_merger_fails")
    if not found:
        return
    told = found["failure"].iloc[0]
    yield (
        f"The merger alone costs absorbed villages more than {-told['below']:g} of reach in "
        f"{told['fails']:.0%} [{told['low']:.0%}, {told['high']:.0%}] of {int(told['n'])} worlds.\n"
    )
    if "box" not in found:
        yield "PRIM finds no bound that luck alone would not make: no box stands.\n"
    else:
        rows = [
            {
                "parameter": r["parameter"].removeprefix("parameters."),
                "box": f"{figures(max(r['low'], r['least']))} to {figures(min(r['high'], r['most']))}",
                "range met": f"{figures(r['least'])} to {figures(r['most'])}",
                "chance of luck": figures(r["chance"]),
                "bounded in resamples": f"{r['resamples']:.0%}",
            }
            for r in found["box"].to_dict("records")
        ]
        yield (
            f"PRIM's box: {told['density']:.0%} of its worlds fail, it holds {told['coverage']:.0%} of all "
            f"failures in {told['mass']:.0%} of the worlds.\n\n{markdown(pd.DataFrame(rows))}\n"
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
