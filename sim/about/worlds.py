"""Worlds in which predictions are drawn: all that is not known of a county varies, and luck.

What is drawn stands in ``experiments/register_COUNTY.yaml``, a Latin hypercube. Parameters that the
case itself sets are known from its report and stay. Every world has luck of its own.
"""

from collections.abc import Iterator
from typing import Any

from sim import examples
from sim.about import literature, told
from sim.about.predictions import predictions
from sim.config.loading import merge, nested, planted, settle
from sim.config.places import Node
from sim.lab.design import points as designs
from sim.lab.file.loading import Experiment, load_experiment
from sim.model.county import CountyModel

#: the policy whose effect on income is measured, and the outcome, over the last twelve months
_SUPPORT, _INCOME = "entrepreneurship", "villager_income"


def experiment_of(county: str, worlds: int | None = None, scale: int | None = None) -> Experiment:
    """Return the experiment that says what is drawn of a county.

    Parameters
    ----------
    county : str
        A key of `sim.about.facts.CASES`.
    worlds, scale : int, optional
        Worlds, and registered persons per villager row; the file's if not given.
    """
    given = {"samples": worlds, "scale": scale}
    path = examples.experiment(f"register_{county}")
    return load_experiment(path, {key: n for key, n in given.items() if n is not None})


def runs(county: str) -> int:
    """Return the runs of one world: with the reform, without, and with support alone if asked."""
    return 2 + any(one.of == "effect" for one in predictions() if one.county == county)


def drawn(experiment: Experiment, county: str) -> Iterator[dict[str, float]]:
    """Yield what every world says of a county, by measure."""
    asked = {one.measure: one.of for one in predictions() if one.county == county}
    for i, point in enumerate(designs.build(experiment).points):
        tree = designs.tree_of(point, experiment)
        yield _measured(tree, experiment.folders, experiment.seed + i, asked)


def _measured(tree: Node, folders: list[str], seed: int, asked: dict[str, str]) -> dict[str, float]:
    """Return the measures asked for (``{measure: kind}``) in one world."""
    run = told.observe(settle(tree, folders).config, seed)
    without = literature.before(settle(with_policies(tree, ()), folders).config, seed)
    found: dict[str, float] = {}
    for measure, of in asked.items():
        if of == "fact":
            found[measure] = told.MEASURES[measure](run)
        elif of == "open":
            found[measure] = run.year[measure]
        elif of == "literature":
            found[measure] = literature.MEASURES[measure](without)
    if "support_income" in asked:
        with_it = CountyModel(settle(with_policies(tree, (_SUPPORT,)), folders).config, seed)
        incomes = [_income(county) for county in (with_it, without)]
        found["support_income"] = incomes[0] / incomes[1] - 1.0
    return found


def with_policies(tree: Node, names: tuple[str, ...]) -> Node:
    """Return a configuration as written with some of its policies alone."""
    block = tree.get("policies")
    others = [name for name in (block.value if block else ()) if name not in names]
    gone: Any = planted(dict.fromkeys(others), tree.place)
    return merge(tree, nested(("policies",), gone))


def _income(county: CountyModel) -> float:
    """Return the mean income of a person in the last twelve months, run to the end."""
    county.run_for(county.config.months - county.recorder.done)
    return literature.year(county, _INCOME)
