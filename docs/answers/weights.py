"""How plausible worlds are: targets, what they tell, and whether the weights can be believed."""

import pandas as pd

from docs.answers.stored import figures, interval, markdown, tables
from docs.answers.worlds import short

NAME = "worlds_leshan"
#: parameters shown: those of which most was learned
MOST = 12


def calibration():
    """Yield targets, parameters told, discrepancies and truths of Leshan's weighed worlds."""
    found = tables(NAME)
    if "calibration" not in found:
        return
    told = found["calibration"].iloc[0]
    yield (
        f"{int(told['worlds'])} worlds, {told['ruled_out']:.0%} of them ruled out (a fitted target more than three "
        f"standard deviations off); by weight they tell as much as {told['effective']:.0f}. Of "
        f"{int(told['truths'])} truths so many report what is as unlikely as the county's report is: misspecification "
        f"*p* {figures(told['misfit_p'])}. {int(told['left_out'])} worlds gave no target and are left out.\n"
    )
    rows = [
        {
            "target": r["target"],
            "reported": f"{figures(r['value'])} ± {figures(r['sd'])}",
            "discrepancy": figures(r["discrepancy"]),
            "use": r["use"],
            "worlds as drawn (5 to 95 %)": f"{figures(r['prior_50'])} [{figures(r['prior_05'])}, {figures(r['prior_95'])}]",
            "weighed (5 to 95 %)": f"{figures(r['predicted'])} [{figures(r['quantile_05'])}, {figures(r['quantile_95'])}]",
            "agrees": "fitted" if r["use"] == "fitted" else "yes" if r["agrees"] else "**no**",
            "3 SD off would be noticed in": "–"
            if pd.isna(r["noticed"])
            else f"{r['noticed']:.0%} of truths",
            "source": r["source"],
        }
        for r in found["targets"].to_dict("records")
    ]
    yield markdown(pd.DataFrame(rows)) + "\n"
    yield parameters(found)
    yield discrepancies(found)
    yield truths(found)


def parameters(found):
    every = found["parameters"]
    rows = [
        {
            "parameter": short(r["parameter"]),
            "range": f"{figures(r['from'])} to {figures(r['to'])}",
            "weighed median (5 to 95 %)": f"{figures(r['median'])} [{figures(r['quantile_05'])}, {figures(r['quantile_95'])}]",
            "variance left": figures(r["variance_ratio"]),
            "may be told by": r["informed_by"] or "no target",
        }
        for r in every[every["informed_by"] != ""].to_dict("records")
    ]
    return (
        f"Of {len(every)} assumptions drawn, those that a target may tell (weights "
        f"narrow others by chance, too):\n\n{markdown(pd.DataFrame(rows))}\n"
    )


def discrepancies(found):
    frame = found["discrepancies"]
    rows = []
    for r in frame.to_dict("records"):
        row = {
            "discrepancies times": figures(r["times"]),
            "effective worlds": f"{r['effective']:.0f}",
            "truths in 90 % intervals": f"{r['covered_90']:.0%}",
        }
        told = ("times", "effective", "covered_90")
        rows.append(row | {short(k): figures(v) for k, v in r.items() if k not in told})
    return f"With larger and smaller discrepancies (weighed means):\n\n{markdown(pd.DataFrame(rows))}\n"


def truths(found):
    """Return how often intervals contain truths, over all parameters and of those that targets tell."""
    every = found["parameters"]
    of = {
        "all that is drawn": every,
        "what a target may tell": every[every["informed_by"] != ""],
        "the most learned": every.head(MOST),
    }
    rows = [
        {"of": name, "assumptions": len(part)}
        | {
            f"{level} % intervals": f"{part[f'covered_{level}'].mean():.1%}"
            for level in (50, 80, 90, 95)
        }
        | {"least in 90 %": f"{part['covered_90'].min():.0%}" if len(part) else ""}
        | {"ranks uneven (p < 0.05)": f"{int((part['rank_p'] < 0.05).sum())}"}
        for name, part in of.items()
    ]
    number = int(every["truths"].iloc[0])
    return (
        f"Of {number} worlds taken for the truth in turn, so often intervals contain it:\n\n"
        f"{markdown(pd.DataFrame(rows))}\n"
    )


def forms():
    """Yield the forms of mechanisms as rival models: weights, and scores on targets held out."""
    found = tables(NAME)
    if "forms" not in found:
        return
    rows = [
        {
            "mechanism": short(r["parameter"]),
            "form": r["form"],
            "worlds": int(r["n"]),
            "drawn in": f"{r['drawn']:.0%}",
            "has of the weight [95 %]": f"{r['weight']:.0%}" + within(r, "{:.0%}".format),
            "told apart": "yes" if r["apart"] else "no",
        }
        for r in found["forms"].to_dict("records")
    ]
    yield markdown(pd.DataFrame(rows)) + "\n"
    every = found["form_scores"]
    apart = every[every["apart"]]
    judged = int(every["low"].notna().sum())
    yield (
        f"Of {len(every)} scores of a form on a target {judged} have an interval (20 effective worlds of the form and "
        f"of its rivals), and in {len(apart)} the form is told apart. Scores of two forms mirror each other, and both scores "
        "rest on the same worlds: fewer tests than it seems, of which one in twenty would tell by luck.\n"
    )
    rows = [
        {
            "mechanism": short(r["parameter"]),
            "form": r["form"],
            "target held out": r["target"],
            "score": r["score"],
            "the form's": figures(r["own"]),
            "the others'": figures(r["others"]),
            "difference [95 %]": figures(r["difference"]) + within(r, figures),
        }
        for r in apart.to_dict("records")
    ]
    yield f"{markdown(pd.DataFrame(rows))}\n" if rows else ""


def within(row, written):
    """Return an interval in brackets; nothing where there is none."""
    return "" if pd.isna(row["low"]) else f" [{written(row['low'])}, {written(row['high'])}]"


def rival():
    """Return the other estimator's parameters beside ours: emulators over a few of them, the rest as given."""
    other, ours = tables("calibrate_leshan"), tables(NAME)
    if not other or "parameters" not in ours:
        return ""
    mine = ours["parameters"].set_index("parameter")
    rows = []
    for r in other["parameters"].to_dict("records"):
        if r["parameter"] not in mine.index:
            continue
        own = mine.loc[r["parameter"]]
        rows.append(
            {
                "parameter": short(r["parameter"]),
                "weighed worlds (5 to 95 %)": interval(own, "median", "quantile_05", "quantile_95"),
                "emulators (5 to 95 %)": interval(r, "median", "quantile_05", "quantile_95"),
            }
        )
    return markdown(pd.DataFrame(rows)) + "\n"
