"""Sentences with their numbers: what worlds say in short, and what they leave of the first page."""

import pandas as pd

from docs.answers.stored import COUNTIES, bearable, markdown, tables
from docs.answers.worlds import above, in_worlds, over_worlds, results_of


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


def in_words():
    """Yield what worlds say of each outcome, the numbers from the tables."""
    if any(results_of(county) is None for county in COUNTIES):
        return

    def of(outcome, part, middle=False):
        rows = [over_worlds(county).loc[(outcome, part)] for county in COUNTIES]
        return " and ".join(
            f"{in_worlds(r)}, above 0 in {above(r)}" if middle else above(r) for r in rows
        )

    yield (
        "\nOf each the first number is Leshan's, the second Dechang's; parts are Shapley shares.\n\n"
        f"- *Service reach.* The merger's share is above 0 in {of('service_reach', 'merger')} of worlds, the whole reform's in "
        f"{of('service_reach', 'whole reform')}. Absorbed villages lose most by the merger: {of('reach_absorbed', 'merger', True)}. "
        f"Support raises reach in {of('service_reach', 'support')}: in Dechang (services online, one-stop desks, groups of villagers) an earlier page "
        "called that robust, where the levers that the report leaves open stood at half in every world; they are drawn now."
    )
    yield (
        f"- *Hours on the road.* The merger adds some in {of('travel_burden', 'merger')} of worlds; nearly always where distance does not "
        "deter, mostly where errands wait, else either (*Travel burden* under *Which assumption turns the sign*)."
    )
    yield (
        f"- *Workload.* The merger's share raises hours in {of('cadre_workload', 'merger')} of worlds, the merger alone in "
        f"{of('cadre_workload', 'merger alone')}. How much the combined role saves differs by who bears the load; "
        f"{by_load('cadre_workload', 'role')}."
    )
    yield (
        f"- *Collective income.* Posts raise it in {of('collective_income', 'posts')} of worlds, support in "
        f"{of('collective_income', 'support')}, the merger by its share in {of('collective_income', 'merger')}.\n"
    )


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
        told = []
        for r in own.to_dict("records"):
            mean, low, high = bearable((r["effect"], r["low"], r["high"]), r["low"], r["high"])
            told.append(f"{mean} [{low}, {high}] with {r['form']}")
        said.append(f"{name}: mean {', '.join(told)}")
    return "; ".join(said)
