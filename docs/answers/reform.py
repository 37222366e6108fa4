"""What the whole reform does in worlds that the targets of Leshan's report make plausible."""

import numpy as np
import pandas as pd

from docs.answers.stored import COUNTIES, figures, label, markdown, of_worlds, read_results, tables
from docs.answers.worlds import above, frame_of, in_worlds, short
from sim.lab.answers.assumptions import effects_by_world
from sim.lab.design.drawing import drawn_as, draws
from sim.lab.methods import weighing
from sim.model.outcomes.catalogue import HEADLINE

PART = "reform"
OUTCOMES = (*HEADLINE, "reach_absorbed", "reach_elderly")
#: truths tried of effects; of each form, and the error of the first kind at which one is rejected
TRUTHS, OF_A_FORM, ERROR = 300, 150, 0.05


def results_of(county):
    """Return the worlds of two arms of a county; None if they were not run."""
    return read_results(f"worlds_{county}")


def weights(results):
    """Return the weight of each world of some results by Leshan's targets, (W,).

    Raises
    ------
    ValueError
        If the worlds are not the same draws as Leshan's: no weights in common.
    """
    leshan, told = results_of("leshan").manifest, results.manifest
    shared = told["drawn"].keys() & leshan["drawn"].keys()
    other = {key for key in shared if told["drawn"][key] != leshan["drawn"][key]}
    unknown = {key for key in told["drawn"].keys() - shared if not key.startswith("policies.")}
    reported = {key for key, _, where in leshan["as_set"] if not where}
    if told["seed"] != leshan["seed"] or other or unknown - reported:
        raise ValueError("the two counties' worlds are not the same draws: no weights in common")
    worlds = tables("worlds_leshan")["worlds"].set_index("replicate")["weight"]
    return worlds.reindex(range(1, results.worlds.size + 1)).fillna(0.0).to_numpy()


def reform():
    """Yield the whole reform's effects, worlds as drawn and as weighed, of both counties."""
    for county, name in COUNTIES.items():
        results = results_of(county)
        if results is None or results_of("leshan") is None:
            continue
        effects = [e for e in effects_by_world(results, [PART]) if e[0] in OUTCOMES]
        drawn, weighed = frame_of(effects), frame_of(effects, weights(results))
        inside = of_truths(effects) if county == "leshan" else {}
        rows = [
            {
                "outcome": label(outcome),
                "effect, worlds as drawn": in_worlds(drawn.loc[(outcome, PART)]),
                "above 0 in": above(drawn.loc[(outcome, PART)]),
                "effect, weighed by targets": in_worlds(weighed.loc[(outcome, PART)]),
                "above 0, weighed": above(weighed.loc[(outcome, PART)]),
                "truths in 90 % intervals": inside.get(outcome, "not tried"),
            }
            for outcome, _, _ in effects
        ]
        told = f"{drawn['n'].max()} worlds; as weighed they tell as much as {weighed['effective'].max():.0f}."
        yield f"### {name}\n\n{told}\n\n{markdown(pd.DataFrame(rows))}\n"


def targets():
    """Return Leshan's worlds that gave every target, what they gave for those fitted, value and error."""
    found = tables("worlds_leshan")
    told = found["targets"][found["targets"]["use"] == "fitted"]
    given = found["worlds"][list(told["target"])].to_numpy()
    error = np.hypot(told["sd"].to_numpy(), told["discrepancy"].to_numpy())
    return found["worlds"]["replicate"].to_numpy() - 1, given, told["value"].to_numpy(), error


def drawn_in(key, worlds):
    """Return what was drawn of an assumption in some of Leshan's worlds (W,)."""
    told = results_of("leshan").manifest
    how = {key: told["drawn"][key]}
    return np.array([draws(how, told["seed"] + int(r))[key] for r in worlds])


def misfit(usual, given, value, error):
    """Return the misspecification p value of a report: how many truths report what is as unlikely.

    ``usual``: log evidence of what truths report, by the same worlds.
    """
    fit = weighing.evidence(weighing.log_density(given, value, error))
    return (int((usual <= fit).sum()) + 1) / (usual.size + 1)


def of_truths(effects):
    """Return how often the weighed 90 % interval of an effect contains that of a known truth, by outcome."""
    there, given, _, error = targets()
    values = np.stack([values[there] for _, _, values in effects], axis=1)
    whole = np.isfinite(values).all(axis=1)
    tried = weighing.try_truths(values[whole], given[whole], error, TRUTHS, 2)
    inside = tried.covered(0.9)
    return {
        outcome: of_worlds(round(share * tried.chosen.size), tried.chosen.size)
        for (outcome, _, _), share in zip(effects, inside, strict=True)
    }


def rejected():
    """Yield whether a wrong form would be noticed: worlds of one form report, those of another judge.

    A report is rejected if it is less likely, given the judging form, than 95 % of that form's own.
    """
    results = results_of("leshan")
    if results is None:
        return
    there, given, value, error = targets()
    rng, rows = np.random.default_rng(3), []
    for key, how in results.manifest["drawn"].items():
        if drawn_as(how) is not str:
            continue
        form = drawn_in(key, there)
        for judge in how["draw"]:
            own, others = given[form == judge], given[form != judge]
            usual = weighing.try_truths(own, own, error, OF_A_FORM, 1).surprise
            chosen = others[rng.permutation(len(others))[:OF_A_FORM]]
            reports = chosen + error * rng.normal(size=chosen.shape)
            said = [weighing.evidence(weighing.log_density(own, one, error)) for one in reports]
            hits = int((np.array(said) < np.quantile(usual, ERROR)).sum())
            rows.append(
                {
                    "mechanism": short(key),
                    "if all worlds were": judge,
                    "reports of other forms rejected": of_worlds(hits, len(chosen)),
                    "the county's report, *p*": figures(misfit(usual, own, value, error)),
                }
            )
    yield markdown(pd.DataFrame(rows)) + "\n"


#: a value of a lever that the targets exclude: who returned counts for little in a selection
WRONG, BELOW = "policies.selection.returned", 0.1


def excluded():
    """Return whether the targets reject worlds in which a lever is far from what they tell of it."""
    results = results_of("leshan")
    if results is None:
        return ""
    there, given, value, error = targets()
    chosen, found = drawn_in(WRONG, there), []
    for inside in (np.ones(len(chosen), bool), chosen < BELOW):
        own = given[inside]
        usual = weighing.try_truths(own, own, error, TRUTHS, 1).surprise
        found.append((len(own), misfit(usual, own, value, error)))
    (every, fits), (few, wrong) = found
    said = (
        "rejects them"
        if wrong < ERROR
        else "does not reject them: other assumptions give what was reported"
    )
    return (
        f"**A lever far from what was reported**: of the {few} worlds in which having worked elsewhere hardly counts in "
        f"a selection (`{WRONG}` below {BELOW:g}) the misspecification *p* is {figures(wrong)}, of all {every} it is "
        f"{figures(fits)}. The test {said}.\n"
    )
