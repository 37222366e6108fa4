"""One at a time: what each factor does at its low and its high end, paired on the same luck."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.config.places import undotted
from sim.lab.design.contrasts import changed_in, missing
from sim.lab.design.points import ends_of
from sim.lab.file.schema import OneAtATime
from sim.lab.methods.intervals import Floats
from sim.lab.methods.statistics import estimate
from sim.model.outcomes.catalogue import OUTCOMES

if TYPE_CHECKING:
    from sim.lab.file.loading import Experiment, Head
    from sim.lab.store.reading import ExperimentResults
    from sim.model.config.schema import Config


def tables(results: "ExperimentResults", experiment: "Experiment") -> dict[str, pd.DataFrame]:
    """Return what each factor changes at its ends, and of arms what it changes of their effects.

    Returns
    -------
    dict of DataFrame
        ``swings``: a row an arm (county), factor and outcome: ``from``, ``to``, ``default``, the
        ends and what it is otherwise; ``reference``, the outcome with nothing changed; ``at_from``,
        ``at_to``, its change at either end, ``swing``, that between the ends, each with its 95 %
        interval over replicates (`_low`, `_high`); ``n``, pairs. The widest swing of an
        outcome first. ``effect_swings``: the same of the effect of each arm against the baseline.
    """
    assert isinstance(experiment.spec, OneAtATime)
    keys = results.shown()
    values = _Values(results, keys)
    swings, effects = [], []
    for head in experiment.heads:
        for factor in values.factors(head):
            told = _told(experiment, head, factor)
            swings += [told | values.swing(head, factor, key) for key in keys]
            if head.arm is not None and head.arm != results.manifest["baseline"]:
                effects += [told | values.effect_swing(head, factor, key) for key in keys]
    found = {"swings": _sorted(swings)}
    return found | ({"effect_swings": _sorted(effects)} if effects else {})


def _told(experiment: "Experiment", head: "Head", factor: str) -> dict[str, Any]:
    """Return what a factor is: its ends, and its value where nothing is changed."""
    place = {"arm": head.arm, "county": head.county}
    low, high = ends_of(experiment, factor).labels
    told = {"parameter": factor, "from": low, "to": high}
    default = default_of(head.config, factor)
    if isinstance(low, str):
        default = "" if default is None else str(default)
    return {k: v for k, v in place.items() if v is not None} | told | {"default": default}


def default_of(config: "Config", key: str) -> Any:
    """Return a configuration's own value of a factor; None where it is a block, or off."""
    block, *rest = undotted(key)
    if block == "parameters" and len(rest) == 2:
        return getattr(getattr(config.values(), rest[0]), rest[1])
    found: Any = config.model_dump(mode="json")
    for part in (block, *rest):
        found = found.get(part) if isinstance(found, dict) else None
    return None if isinstance(found, dict | list) else found


class _Values:
    """Outcomes by place of the design: configuration, factor, end."""

    def __init__(self, results: "ExperimentResults", keys: list[str]) -> None:
        self.wide = results.by_point(keys)
        self.baseline = results.manifest.get("baseline")
        #: arm, county -> factor (None: as it is) -> points, the low end's first
        self.points: dict[tuple[Any, Any], dict[str | None, list[int]]] = {}
        for number, labels in results.levels().items():
            place = tuple(_named(labels.get(name)) for name in ("arm", "county"))
            inner = self.points.setdefault((place[0], place[1]), {})
            inner.setdefault(changed_in(labels), []).append(number)

    def factors(self, head: "Head") -> list[str]:
        """Return the factors that a configuration takes."""
        return [key for key in self.points[head.arm, head.county] if key is not None]

    def at(self, arm: str | None, county: str | None, factor: str, key: str) -> list[Floats]:
        """Return an outcome by world as it is, at the low and at the high end of a factor.

        Where the configuration does not take the factor it is as it is.
        """
        points = self.points[arm, county]
        middle = points[None][0]
        low, high = points.get(factor, [middle, middle])
        return [self.wide(key, number) for number in (middle, low, high)]

    def swing(self, head: "Head", factor: str, key: str) -> dict[str, Any]:
        """Return what a factor changes of an outcome."""
        return _changes(key, *self.at(head.arm, head.county, factor, key))

    def effect_swing(self, head: "Head", factor: str, key: str) -> dict[str, Any]:
        """Return what a factor changes of the effect of an arm."""
        own = self.at(head.arm, head.county, factor, key)
        other = self.at(self.baseline, head.county, factor, key)
        return _changes(key, *(a - b for a, b in zip(own, other, strict=True)))


def _named(label: Any) -> str | None:
    return None if missing(label) else str(label)


def _changes(key: str, middle: Floats, low: Floats, high: Floats) -> dict[str, Any]:
    """Return the changes of an outcome at the two ends, with intervals, paired by world."""
    there = np.isfinite(middle) & np.isfinite(low) & np.isfinite(high)
    row: dict[str, Any] = {"outcome": key, "unit": OUTCOMES[key].unit}
    row["reference"] = estimate(middle[there]).mean
    pairs = {"at_from": low - middle, "at_to": high - middle, "swing": high - low}
    for name, values in pairs.items():
        found = estimate(values[there])
        row |= {name: found.mean, f"{name}_low": found.low, f"{name}_high": found.high}
    return row | {"n": int(there.sum())}


def _sorted(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a frame: by arm and outcome, the widest swing first."""
    frame: Any = pd.DataFrame(rows)
    for name in ("from", "to", "default"):
        if frame[name].map(lambda v: isinstance(v, str)).any():
            frame[name] = frame[name].map(lambda v: "" if v is None else str(v))
    places = [name for name in ("county", "arm") if name in frame]
    order = [*places, "outcome"]
    for name in order:  # as they come, not by the alphabet
        frame[name] = pd.Categorical(frame[name], list(dict.fromkeys(frame[name])))
    frame["_size"] = -frame["swing"].abs()
    frame = frame.sort_values([*order, "_size"], kind="stable").drop(columns="_size")
    return frame.astype(dict.fromkeys(order, str)).reset_index(drop=True)
