"""Study: what designs of field studies would find, and where their bias comes from."""

import logging
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.lab.file.study_estimators import estimator_of
from sim.lab.study.diagnosis import diagnosed, tried
from sim.lab.study.sources import bias_by_source
from sim.lab.study.worlds import Worlds
from sim.model.outcomes.catalogue import OUTCOMES

if TYPE_CHECKING:
    from sim.lab.file.loading import Experiment
    from sim.lab.store.reading import ExperimentResults

#: units of what respondents are asked
UNITS = {"trust": "1", "experience": "1", "income": "yuan/month"}


def tables(results: "ExperimentResults", experiment: "Experiment") -> dict[str, pd.DataFrame]:
    """Return what designs are worth by size; sources of their bias; what every study found."""
    spec: Any = experiment.spec
    worlds = Worlds(results, experiment)
    answers, sources, every = [], [], []
    for name, design in spec.designed.items():
        by = estimator_of(design, experiment.folders)
        outcome = design.measures.outcome
        asked = design.sample.villagers is not None
        unit = UNITS[outcome] if asked else OUTCOMES[outcome].unit
        worlds.warn_of_few(name, design)
        for size in design.sizes:
            found = tried(worlds, design, by, size, spec.studies)
            told = {"design": name, "size": np.nan if size is None else size}
            row = diagnosed(found)
            _warn_of_none(name, found)
            told |= {"outcome": outcome, "unit": unit}
            answers.append(told | row | {"of_counties": design.of_counties})
            every.append(found.assign(design=name, size=told["size"]))
        table = bias_by_source(worlds, design, spec.studies)
        table.insert(0, "design", name)
        sources.append(table.assign(outcome=outcome, unit=unit))
    return {
        "studies": pd.DataFrame(answers),
        "sources": pd.concat(sources, ignore_index=True),
        "every_study": pd.concat(every, ignore_index=True),
    }


def _warn_of_none(name: str, found: pd.DataFrame) -> None:
    """Say that no study of a design has an estimate; and why, where all or none are treated."""
    estimates, treated, villages = (
        found[key].to_numpy(dtype=np.float64) for key in ("estimate", "treated", "villages")
    )
    if not np.isnan(estimates).all():
        return
    why = ": nobody in them is treated" if not treated.any() else ""
    why = ": everybody in them is treated" if (treated == villages).all() else why
    logging.getLogger("hecun").warning("design %s: no study has an estimate%s", name, why)
