"""Make docs/answers.md from the results of the experiments it names.

``python docs/answers.py``; experiments whose results are not there are left out and named. What the
counties' lists teach the merger planner is learned on the first call and kept in
``results/merger_planner``.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from sim.lab.answers.text import cell_text, figures
from sim.outcomes.catalogue import HEADLINE, OUTCOMES

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "results"
EXPERIMENTS = (
    "calibrate_leshan",
    "what_each_part_does_leshan",
    "what_each_part_does_dechang",
    "which_parameters_matter",
    "what_parameters_explain",
    "reach_income_money",
    "where_the_merger_fails",
)
COUNTIES = {"leshan": "Leshan Shizhong", "dechang": "Dechang"}


def tables(name):
    """Return the tables of an experiment; none if it was not run."""
    found = sorted((RESULTS / name / "tables").glob("*.parquet"))
    return {path.stem: pd.read_parquet(path) for path in found}


def manifest(name):
    path = RESULTS / name / "manifest.json"
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


def markdown(frame, heads=None):
    """Return a frame as a table of Markdown."""
    heads = heads or list(frame.columns)
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for row in frame.to_dict("records"):
        cells = [cell_text(name, value) for name, value in row.items()]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def interval(row, middle="effect", low="low", high="high"):
    return f"{figures(row[middle])} [{figures(row[low])}, {figures(row[high])}]"


def label(key):
    return (
        f"{OUTCOMES[key].en} ({OUTCOMES[key].unit})"
        if OUTCOMES[key].unit != "1"
        else OUTCOMES[key].en
    )


# --- what each part of the reform does -------------------------------------------------------


def the_answer():
    """Yield the table that answers the question, for both counties."""
    for county, name in COUNTIES.items():
        found = tables(f"what_each_part_does_{county}")
        if not found:
            continue
        shares = found["shapley"]
        rows = []
        for key in HEADLINE:
            for row in shares[shares["outcome"] == key].to_dict("records"):
                whole = shares[(shares["outcome"] == key) & (shares["part"] == "whole reform")]
                sure = float(whole["low"].iloc[0]) * float(whole["high"].iloc[0]) > 0
                part = row["part"] != "whole reform"
                of_whole = f"{row['of_whole']:.0%}" if part and sure else ""
                rows.append(
                    {
                        "outcome": label(key),
                        "part": row["part"],
                        "Shapley effect [95 %]": interval(row, "shapley"),
                        "of the whole": of_whole,
                        "alone": figures(row["alone"]),
                        "added last": figures(row["last"]),
                        "sign holds in": f"{row['sign_share']:.0%} of worlds "
                        f"[{row['sign_low']:.0%}, {row['sign_high']:.0%}]",
                        "worlds": int(row["n"]),
                    }
                )
        yield f"### {name}\n\n{markdown(pd.DataFrame(rows))}\n"
        pairs = found["interactions"]
        pairs = pairs[pairs["outcome"].isin(HEADLINE)]
        pairs = pairs[(pairs["low"] > 0) | (pairs["high"] < 0)]
        if len(pairs):
            told = [
                {"outcome": label(r["outcome"]), "parts": f"{r['part']} × {r['with']}"}
                | {"together beyond each alone [95 %]": interval(r, "interaction")}
                for r in pairs.to_dict("records")
            ]
            yield f"Interactions whose interval excludes 0:\n\n{markdown(pd.DataFrame(told))}\n"
        yield ranking(found)


def ranking(found):
    rows = []
    for row in found["ranking"].to_dict("records"):
        if row["outcome"] in HEADLINE:
            rows.append(
                {
                    "outcome": label(row["outcome"]),
                    "best of the 16 combinations": row["best"],
                    "it is the best in": f"{row['best_share']:.0%} of worlds "
                    f"[{row['best_low']:.0%}, {row['best_high']:.0%}]",
                    "the whole order holds in": f"{row['share']:.0%}",
                }
            )
    return f"Ranking of the combinations:\n\n{markdown(pd.DataFrame(rows))}\n"


def for_whom():
    """Yield who wins and loses by the whole reform, and by the merger alone."""
    for county, name in COUNTIES.items():
        found = tables(f"what_each_part_does_{county}")
        if "winners" not in found:
            continue
        every = found["winners"]
        whole = max(every["arm"], key=len)
        for arm in ("merger", whole):
            part = every[(every["arm"] == arm) & (every["n"] > 1)]
            rows = []
            for (by, group), cell in part.groupby(["by", "group"], sort=False):
                row = {"people": f"{by}: {group}"}
                for state in ("experience", "trust", "income"):
                    one = cell[cell["state"] == state].iloc[0]
                    row[state] = interval(one)
                one = cell[cell["state"] == "experience"].iloc[0]
                row["better / worse served"] = f"{one['gain']:.0%} / {one['lose']:.0%}"
                rows.append(row)
            heads = ["people", "service experience", "trust", "income (yuan/month)"]
            heads.append("better / worse served")
            title = "merger alone" if arm == "merger" else f"whole reform ({arm})"
            yield f"### {name}: {title}\n\n{markdown(pd.DataFrame(rows), heads)}\n"
        unequal = found["inequality"]
        unequal = unequal[unequal["arm"].isin(["none", "merger", whole])]
        rows = [
            {"arm": r["arm"], "Theil": figures(r["total"]), "within": figures(r["within"])}
            | {"between": figures(r["between"])}
            | {"change [95 %]": interval(r, "total_change", "total_low", "total_high")}
            for r in unequal.to_dict("records")
        ]
        yield f"Income inequality among villagers, within and between old villages:\n\n{markdown(pd.DataFrame(rows))}\n"


# --- calibration ---------------------------------------------------------------------------------


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


# --- the other methods ---------------------------------------------------------------------------


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


# --- known truths, and the planner --------------------------------------------------------------


def known_truths():
    """Return what each method finds of a truth that is known (the functions are those of the tests)."""
    sys.path.insert(0, str(ROOT / "tests" / "lab" / "methods"))
    import test_calibration as calibrating
    import test_discovery as discovering
    import test_pareto as searching
    import test_sensitivity as indices
    from SALib.sample import sobol

    from sim.lab.methods.pareto import front, hypervolume
    from sim.lab.methods.posterior import Aim, fit_all, luck_variance
    from sim.lab.methods.prim import find_box
    from sim.lab.methods.recovery import recover
    from sim.lab.methods.shapley import coalitions, shapley_values
    from sim.lab.methods.sobol_indices import sobol_indices

    problem = {"num_vars": 4, "names": indices.NAMES, "bounds": [[0.0, 1.0]] * 4}
    design = sobol.sample(problem, 1024, calc_second_order=False, seed=3)
    found = sobol_indices(indices.noisy(design, 4), indices.NAMES, draws=100)
    rows = []
    for i, name in enumerate(indices.NAMES):
        for key, truth in (("S1", indices.FIRST), ("ST", indices.TOTAL)):
            row = found.iloc[i]
            ends = (f"{key}_expected_low", f"{key}_expected_high")
            rows.append(
                ("sobol", f"stochastic Ishigami, {key} of {name}", figures(truth[i]),
                 interval(row, f"{key}_expected", *ends) + f"; raw {figures(row[key])}")
            )  # fmt: skip
    worth = np.array([float(0 in c and (1 in c or 2 in c)) for c in coalitions(3)])
    shares = ", ".join(figures(v) for v in shapley_values(worth, 3))
    rows.append(("compare", "glove game, Shapley shares", "0.667, 0.167, 0.167", shares))
    x, case = discovering.planted()
    box = find_box(x, case)
    told = f"a <= {box.high[0]:.3f}, b >= {box.low[1]:.3f}; {int(box.restricted.sum())} bounds"
    rows.append(("discover", "planted box a < 0.4, b > 0.5 of 4 parameters", "0.4, 0.5; 2", told))
    _, values = searching.searched(seed=1)
    best = values.mean(axis=1) - searching.LUCK.mean()
    ideal = np.linspace(0, 1, 400)
    ideal = np.stack([ideal, 1 - np.sqrt(ideal)], axis=1)
    reference = np.array([1.1, 1.1])
    share = hypervolume(best[front(best)], reference) / hypervolume(ideal, reference)
    rows.append(("search", "front of ZDT1 with luck, hypervolume", "100 %", f"{share:.1%}"))
    x = calibrating.design(80, 3)
    outputs = calibrating.simulated(x)
    aim = Aim(np.zeros(2), np.array([0.1, 0.1]), luck_variance(outputs))
    inside = recover(fit_all(x, outputs), outputs, aim, 24, 4).inside
    rows.append(
        ("calibrate", "24 truths of a curved model, 90 % intervals", "90 %", f"{inside.mean():.0%}")
    )
    return markdown(pd.DataFrame(rows, columns=["method", "truth", "true", "found"])) + "\n"


def planner():
    """Return what the lists of 137 counties teach the planner, learned on the first call."""
    folder = RESULTS / "merger_planner"
    if not (folder / "plans.csv").is_file():
        learn_planner(folder)
    told = json.loads((folder / "told.json").read_text("utf-8"))
    yield (
        f"{told['counties']} counties, {told['townships']:,} townships, {told['seconds']:.0f} s. The weight "
        f"of large townships is {told['weight']:.2f} [{told['low']:.2f}, {told['high']:.2f}] per doubling "
        f"(log-odds that a village stays; bootstrap over counties). The larger half of a county's townships "
        f"keeps {-told['half']:.1%} [{-told['half_high']:.1%}, {-told['half_low']:.1%}] less of its villages "
        f"than the smaller half, in {told['half_share']:.0%} of counties.\n"
    )
    for name, text in (
        ("by_size", "Share of villages kept, by villages of the township before (each county predicted "
                    "with the weight of the others):"),
        ("scores", "Error of the number of villages a township keeps, leaving the predicted county out "
                   "(negative differences: better than the proportional guess):"),
        ("survival", "Which names survive: share of surviving names among those named likeliest "
                     "(called as the township: log-odds +1.6; each list from its first to its last: -0.3):"),
        ("plans", "Whole plans (drawn ground; *free*: the planner before it learned; *listed*: weight of "
                  "places next to each other in the list):"),
    ):  # fmt: skip
        frame = pd.read_csv(folder / f"{name}.csv")
        yield f"{text}\n\n{markdown(frame)}\n"
    yield (
        f"Chosen by the other counties, the weight of the list's order merges "
        f"{told['pairs_right']:.0%} of the pairs that new names tell, against {told['pairs_chance']:.0%} by "
        f"chance and {told['pairs_before']:.0%} without it ({told['pairs']} pairs). The weights of size and "
        "distance make no difference that these pairs can show: not identifiable from the lists, which "
        "say nothing of people, land or industry.\n"
    )


def learn_planner(folder):
    from sim.lab import merger_lessons as lessons
    from sim.lab import merger_scores as scores
    from sim.world.generate import PlanRules

    began = time.perf_counter()
    folder.mkdir(parents=True, exist_ok=True)
    towns = lessons.township_table()
    told = {"counties": towns["county"].nunique(), "townships": len(towns)}
    told |= lessons.fit_spread(towns)
    half = lessons.large_against_small(towns)
    told |= dict(zip(("half", "half_low", "half_high", "half_share"), half, strict=True))
    predicted = lessons.predict_spread(towns)
    lessons.spread_by_size(predicted).reset_index().to_csv(folder / "by_size.csv", index=False)
    lessons.score_spread(predicted).to_csv(folder / "scores.csv", index=False)
    lessons.score_survival(lessons.village_table()).to_csv(folder / "survival.csv", index=False)
    rules = {
        "free": PlanRules(large_townships=None, listed=0.0),
        "proportional": PlanRules(large_townships=0.0, listed=0.0),
        "large townships learned": PlanRules(listed=0.0),
        "listed 1": PlanRules(listed=1.0),
        "listed 4 (default)": PlanRules(),
    }
    found = scores.score_plans(lessons.lessons(), rules)
    scores.summary_of_plans(found).to_csv(folder / "plans.csv", index=False)
    chosen = scores.learn_rules(found)
    own = found[found["rules"] == "listed 4 (default)"]
    before = found[found["rules"] == "large townships learned"]
    told |= {
        "pairs": int(chosen["pairs"].sum()),
        "pairs_right": float(chosen["right"].sum() / chosen["pairs"].sum()),
        "pairs_chance": float(own["pairs_chance"].sum() / own["pairs"].sum()),
        "pairs_before": float(before["pairs_right"].sum() / before["pairs"].sum()),
        "seconds": time.perf_counter() - began,
    }
    (folder / "told.json").write_text(json.dumps(told, indent=2), "utf-8")


def cost():
    rows = []
    for name in EXPERIMENTS:
        told = manifest(name)
        if told is None or told["state"] != "complete":
            rows.append({"experiment": name, "method": "not run", "points": "", "replicates": ""}
                        | {"runs": "", "wall time": "", "code": ""})  # fmt: skip
            continue
        rows.append(
            {
                "experiment": f"`hecun experiment experiments/{name}.yaml`",
                "method": told["experiment"],
                "points": told["runs"] // told["replicates"],
                "replicates": told["replicates"],
                "runs": told["runs"],
                "wall time": f"{told['seconds'] / 60:.1f} min",
                "code": told["code"],
            }
        )
    return markdown(pd.DataFrame(rows)) + "\n"


def main():
    text = (ROOT / "docs" / "answers.in.md").read_text("utf-8")
    sections = {
        "answer": the_answer,
        "whom": for_whom,
        "calibration": calibration,
        "dechang": out_of_sample,
        "sensitivity": sensitivity,
        "pareto": pareto,
        "discovery": discovery,
        "truths": known_truths,
        "planner": planner,
        "cost": cost,
    }
    for name, section in sections.items():
        made = section()
        body = made if isinstance(made, str) else "\n".join(made or ())
        text = text.replace(f"<!-- {name} -->", body.strip() or "*Not run.*")
    (ROOT / "docs" / "answers.md").write_text(text, "utf-8")
    print("docs/answers.md: written")


if __name__ == "__main__":
    main()
