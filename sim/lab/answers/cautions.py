"""Cautions of an experiment: at which design points something is too coarse to rely on."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sim.config.cautions import Caution, few_rows, of_config, places_left, rows_a_village
from sim.config.places import undotted
from sim.lab.answers.acted import named
from sim.lab.design.points import Design, Point, representative
from sim.lab.running.runner import task_of
from sim.lab.running.tasks import config_of
from sim.lab.store.identity import Contents
from sim.model.parameters.variants import VARIANTS
from sim.model.policies.dose import Given, of_rows
from sim.model.world.case import build_county
from sim.words import word
from sim.words.labels import caution_label

if TYPE_CHECKING:
    from sim.lab.file.loading import Experiment
    from sim.lab.store.reading import ExperimentResults
    from sim.model.config.schema import Config

#: points whose configurations are looked at, and counties and scales whose rows are counted
MOST_RESOLVED, MOST_BUILT = 200, 12


def cautions(
    experiment: "Experiment",
    design: Design,
    contents: Contents,
    doses: Callable[[Point], Iterable[str | None]] = lambda _: (),
) -> list[list[Any]]:
    """Return cautions as a manifest keeps them: kind, key, number at the first point, points.

    Parameters
    ----------
    experiment, design, contents
        What is run, and how it is called.
    doses : callable
        Returns the doses of a point's runs as JSON, None for one that failed.
    """
    found: dict[tuple[str, str], tuple[float, list[int]]] = {}
    rows: dict[tuple[str, int], list[Caution]] = {}
    varied = variants_varied(experiment.factors)
    for point in representative(design, MOST_RESOLVED):
        task = task_of(experiment, design, contents, [(point, 1)])
        config = config_of(task, task.jobs[0])
        where = config.county.model_dump_json(), config.scale
        if where not in rows:
            a_village = _rows(config, len(rows) < MOST_BUILT)
            rows[where] = list(few_rows(a_village, config.scale))
        of_point = [
            *of_config(config, varied),
            *places_left(config, _total(doses(point))),
            *rows[where],
        ]
        for kind, of, number in of_point:
            most, points = found.get((kind, of), (number, []))
            least = min(most, number) if kind == "coarse" else most
            found[kind, of] = least, [*points, point.number]
    return [[*key, number, points] for key, (number, points) in found.items()]


def variants_varied(factors: Iterable[str]) -> set[str]:
    """Return the contested mechanisms whose forms are factors."""
    paths = [undotted(key) for key in factors]
    return {
        name for block, *rest in paths if block == "variants" for name in (rest or list(VARIANTS))
    }


def _rows(config: "Config", built: bool) -> float:
    """Return the villager rows a village: counted in the county, or of the mean village."""
    if not built:
        return config.county.population.mean / config.scale
    return rows_a_village(build_county(config.county, config.seed, config.reform)[0], config.scale)


def _total(texts: Iterable[str | None]) -> list[Given]:
    """Return the doses of some runs, added up."""
    found: dict[tuple[str, str], Given] = {}
    for one in (one for text in texts if text for one in of_rows(json.loads(text))):
        was = found.get((one.policy, one.what), one._replace(asked=0.0, delivered=0.0))
        asked, delivered = was.asked + one.asked, was.delivered + one.delivered
        found[one.policy, one.what] = one._replace(asked=asked, delivered=delivered)
    return list(found.values())


def cautions_text(results: "ExperimentResults", lang: str) -> list[str]:
    """Say what of an experiment is too coarse to rely on; nothing of older results."""
    rows = results.manifest.get("cautions")
    return said(rows, results.levels(), lang) if rows else []


def said(
    rows: Iterable[Iterable[Any]], labels: Mapping[int, Mapping[str, Any]], lang: str
) -> list[str]:
    """Return cautions in words, each with the points where it is seen; few are named."""
    texts = []
    for kind, of, number, points in rows:
        text = caution_label(Caution(kind, of, number), lang)
        where = {"points": len(points), "names": named(labels, points)}
        texts.append(word("caution_at", lang, said=text, **where))
    return texts
