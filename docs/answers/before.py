"""What the first page of answers said, and what worlds that draw all that is not known leave of it."""

import pandas as pd

from docs.answers.stored import COUNTIES, figures, markdown, tables
from docs.answers.worlds import above, over_worlds, results_of


def old_beside_new():
    """Return what the first page said, a row each, and the share of worlds that say so now."""
    if any(results_of(county) is None for county in COUNTIES):
        return ""
    rows = [
        (
            "the merger lowers reach in every world of both counties",
            both("service_reach", "merger"),
        ),
        ("posts raise reach in both", both("service_reach", "posts")),
        ("the combined role raises reach in both", both("service_reach", "role")),
        (
            "the whole reform raises reach a little in Leshan",
            share("leshan", "service_reach", "whole reform"),
        ),
        (
            "the combined role saves eight or nine hours in both, whatever else is done",
            by_load("cadre_workload", "role"),
        ),
        (
            "project money makes Leshan's collective income",
            share("leshan", "collective_income", "support"),
        ),
        ("posts make Leshan's collective income", share("leshan", "collective_income", "posts")),
    ]
    return markdown(pd.DataFrame(rows, columns=["the first page", "now"])) + "\n"


def share(county, outcome, part):
    """Return the share of worlds in which a part raises an outcome."""
    return f"above 0 in {above(over_worlds(county).loc[(outcome, part)])}"


def both(outcome, part):
    """Return the same of both counties."""
    return "; ".join(f"{name}: {share(county, outcome, part)}" for county, name in COUNTIES.items())


def by_load(outcome, part):
    """Return the mean effect of a part by who bears the load, of both counties."""
    said = []
    for county, name in COUNTIES.items():
        forms = tables(f"what_each_part_does_{county}")["by_form"]
        own = forms[
            (forms["outcome"] == outcome)
            & (forms["part"] == part)
            & (forms["parameter"] == "variants.load")
        ]
        told = ", ".join(
            f"{figures(r['effect'])} [{figures(r['low'])}, {figures(r['high'])}] with {r['form']}"
            for r in own.to_dict("records")
        )
        said.append(f"{name}: mean {told}")
    return "; ".join(said)
