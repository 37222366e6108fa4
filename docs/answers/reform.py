"""What the whole reform does in worlds that the targets of Leshan's report make plausible."""

from functools import cache

import numpy as np
import pandas as pd

from docs.answers.stored import COUNTIES, RESULTS, figures, label, markdown, tables
from docs.answers.worlds import in_worlds, sign
from sim.lab.answers.weighed import weighed_effects
from sim.lab.methods import weighing
from sim.lab.store.reading import ExperimentResults
from sim.model.outcomes.catalogue import HEADLINE

PART = "reform"
OUTCOMES = (*HEADLINE, "reach_absorbed", "reach_elderly")


@cache
def results_of(county):
    """Return the worlds of two arms of a county; None if they were not run."""
    folder = RESULTS / f"worlds_{county}"
    return ExperimentResults(folder) if tables(folder.name) else None


def weights(results):
    """Return the weight of each world of some results by Leshan's targets, (W,).

    Raises
    ------
    ValueError
        If the worlds are not the same draws as Leshan's: no weights in common.
    """
    leshan, told = results_of("leshan").manifest, results.manifest
    drawn = {k: how for k, how in told["drawn"].items() if how != leshan["drawn"].get(k)}
    reported = {key for key, _, where in leshan["as_set"] if not where}
    if told["seed"] != leshan["seed"] or drawn.keys() - reported:
        raise ValueError("the two counties' worlds are not the same draws: no weights in common")
    worlds = tables("worlds_leshan")["worlds"].set_index("replicate")["weight"]
    return worlds.reindex(range(1, results.worlds.size + 1)).fillna(0.0).to_numpy()


def reform():
    """Yield the whole reform's effects, worlds as drawn and as weighed, of both counties."""
    for county, name in COUNTIES.items():
        results = results_of(county)
        if results is None or results_of("leshan") is None:
            continue
        frame = weighed_effects(results, [PART], weights(results))
        frame = frame[frame["outcome"].isin(OUTCOMES)]
        rows = [
            {
                "outcome": label(row["outcome"]),
                "effect, worlds as drawn": in_worlds(row),
                "sign holds in": sign(row),
                "effect, weighed by targets": in_worlds(row, "w_"),
                "sign, weighed": sign(row, "w_"),
            }
            for row in frame.to_dict("records")
        ]
        told = f"{int(frame['n'].max())} worlds; as weighed they tell as much as {frame['effective'].max():.0f}."
        yield f"### {name}\n\n{told}\n\n{markdown(pd.DataFrame(rows))}\n"


#: a model that is wrong on purpose: who returned counts for little in a selection
WRONG, BELOW = "policies.selection.returned", 0.1


def wrong_model():
    """Return whether the targets reject worlds in which a mechanism known to act hardly does.

    The misspecification p value of only those worlds (`sim.lab.methods.weighing.try_truths`).
    """
    results = results_of("leshan")
    if results is None:
        return ""
    from sim.lab.design.drawing import draws

    told, found = results.manifest, tables("worlds_leshan")
    targets = found["targets"][found["targets"]["use"] == "fitted"]
    worlds = found["worlds"]
    drawn = np.array(
        [
            draws({WRONG: told["drawn"][WRONG]}, told["seed"] + r - 1)[WRONG]
            for r in worlds["replicate"]
        ]
    )
    value = targets["value"].to_numpy()
    sd = np.hypot(targets["sd"].to_numpy(), targets["discrepancy"].to_numpy())
    told = []
    for inside in (np.ones(len(drawn), bool), drawn < BELOW):
        given = worlds.loc[inside, list(targets["target"])].to_numpy()
        evidence = weighing.evidence(weighing.log_density(given, value, sd))
        tried = weighing.try_truths(drawn[inside][:, None], given, sd, 300, 1)
        less = int((tried.surprise <= evidence).sum())
        told.append((int(inside.sum()), (less + 1) / (tried.chosen.size + 1)))
    (every, fits), (few, rejected) = told
    return (
        f"**A model that is wrong on purpose**: the {few} worlds in which having worked elsewhere hardly counts in a "
        f"selection (`{WRONG}` below {BELOW:g}). Misspecification *p* {figures(rejected)}; of all {every} worlds it is "
        f"{figures(fits)}.\n"
    )
