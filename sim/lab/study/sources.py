"""Sources of bias: a design taken apart, from an ideal one to itself, one source at a time.

The ideal draws who is treated at random, gives the treated the treatment alone and the untreated a
county without it, and asks everybody it drew, who says what is so. What each step adds to the bias
is that source's; they add up to the design's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.lab.file.study_blocks import Attrition, Below, Design, Desirability
from sim.lab.file.study_estimators import estimator_of
from sim.lab.study.diagnosis import of_worlds, tried
from sim.lab.study.worlds import Worlds

if TYPE_CHECKING:
    from sim.lab.file.study import Study

#: the steps, in their order; "ideal" is the estimator's own
STEPS = (
    "ideal", "selection", "bundle", "spillovers", "anticipation", "attrition", "measurement",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A design with the sources of bias up to one of them, and that whose treated it has."""

    name: str
    design: Design
    like: Design


def steps(spec: "Study", design: Design) -> Iterator[Step]:
    """Yield the ideal design and, in order, those that add a source that the design has."""
    population, sample, measures = design.population, design.sample, design.measures
    wanted = design.estimand.arm
    fixed = design.estimand.model_copy(update={"of": design.about})  # the same at every step
    design = design.model_copy(update={"estimand": fixed})
    kept = {"selection", "bundle", "spillovers", "anticipation", "attrition", "measurement"}
    has = {
        "selection": population.who != "random" and not isinstance(population.who, Below),
        "bundle": wanted is not None and (wanted,) != spec.arms_of(design)[1],
        "spillovers": population.spillovers,
        "anticipation": population.anticipation > 0.0,
        "attrition": sample.attrition != Attrition(),
        "measurement": bool(
            measures.error
            or measures.rounding
            or measures.recall
            or measures.desirability != Desirability()
        ),
    }
    off = [name for name in STEPS[1:] if has[name]]
    for number, name in enumerate(["ideal", *off]):
        step = _without(design, kept - set(off[:number]))
        # with spillovers who is treated is simulated: the steps before treat the same villages
        same = population.spillovers and step.population.who == population.who
        yield Step(name, step, design if same else step)


def _without(design: Design, off: set[str]) -> Design:
    """Return a design without some sources of bias."""
    population, sample, measures = design.population, design.sample, design.measures
    change: dict[str, Any] = {}
    if "selection" in off and not isinstance(population.who, Below):
        change["who"] = "random"
    if "bundle" in off and design.estimand.arm is not None:
        change["treated"] = (design.estimand.arm,)
    if "spillovers" in off:
        change["spillovers"] = False
    if "anticipation" in off:
        change["anticipation"] = 0.0
    found: dict[str, Any] = {"population": population.model_copy(update=change)}
    if "attrition" in off:
        found["sample"] = sample.model_copy(update={"attrition": Attrition()})
    if "measurement" in off:
        plain = {"error": 0.0, "rounding": 0.0, "recall": 0.0, "desirability": Desirability()}
        found["measures"] = measures.model_copy(update=plain)
    return design.model_copy(update=found)


def bias_by_source(worlds: Worlds, design: Design, studies: int) -> pd.DataFrame:
    """Return the bias of each step, and what it adds, with intervals over worlds.

    The same studies meet the same luck at every step, so that what a step adds is a paired
    difference; but for the step to selection, which is one of who is treated.
    """
    spec: Any = worlds.experiment.spec
    folders = worlds.experiment.folders
    rows, before = [], None
    for step in steps(spec, design):
        by = estimator_of(step.design, folders)
        found = tried(worlds, step.design, by, step.design.sizes[-1], studies, step.like)
        bias = (found["estimate"] - found["truth"]).to_numpy(dtype=np.float64)
        added = bias if before is None else bias - before
        there = np.isfinite(added)
        world = found["world"].to_numpy()[there]
        rows.append(
            {"source": step.name}
            | of_worlds("bias", bias[there], world)
            | of_worlds("added", added[there], world)
            | {"n": int(there.sum())}
        )
        before = bias
    return pd.DataFrame(rows)
