"""Comparison that the page steps: a county, and its twin without policies, on the same luck."""

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.config import load
from sim.config.listed import without_merger
from sim.dashboard.levers import RATIO, overrides, starts
from sim.errors import InputError
from sim.model.county import CountyModel
from sim.model.world.case import build_case
from sim.model.world.lists import choose_lists
from sim.model.world.registry import find_county

if TYPE_CHECKING:
    from sim.model.config.schema import Config

#: what a configuration says of its own county, and another county does not take over
_OWN = (
    "villages",
    "columns",
    "map",
    "year",
    "year_after",
    "exclude_townships",
    "leave_village_class",
    "published_after",
)
WINDOW = 12


class Comparison:
    """A county and its twin, two Mesa models that are stepped together.

    Parameters
    ----------
    source : str
        A configuration.
    county : str, optional
        Code of another county of the registry to put in place of its own.
    scale, seed : int, optional
        Instead of the configuration's.
    **levers : Any
        Where the levers stand (`sim.dashboard.levers`); those not given stay where the
        configuration puts them.

    Attributes
    ----------
    problem : str
        Why there is no county: what is wrong with the input; '' if nothing is.
    reform, twin : CountyModel
        With and without the policies.
    starts : dict
        Where the levers stood before they were moved.
    villages : int
        Villages before the reform.
    changes : dict
        What differs from the configuration, by dotted key.
    """

    config: "Config"
    reform: CountyModel
    twin: CountyModel

    def __init__(
        self,
        source: str,
        county: str | None = None,
        scale: int | None = None,
        seed: int | None = None,
        **levers: Any,
    ) -> None:
        self.problem, self.starts, self.villages = "", {}, 0
        self.changes: dict[str, Any] = {}
        chosen = {"scale": scale, "seed": seed}
        try:
            given = _another_county(source, county)
            given |= {key: value for key, value in chosen.items() if value is not None}
            self.config = load(source, given)
            case = build_case(self.config, self.config.seed)
            village = case.world.villages.is_village
            self.villages = int(village.sum())
            after = int((village & ~case.plan.becomes_community)[np.unique(case.plan.seat)].sum())
            self.starts = starts(self.config, after, self.villages)
            moved = overrides(self.config, self.starts, levers)
            if moved:
                self.config = load(source, given | moved)
                case = build_case(self.config, self.config.seed)
            self.changes = given | moved
            bare = self.config.model_copy(update={"policies": type(self.config.policies)()})
            self.reform = CountyModel(self.config, case=case)
            self.twin = CountyModel(bare, case=case)
        except InputError as error:
            self.problem = str(error)

    @property
    def running(self) -> bool:
        """Whether there are months left."""
        return not self.problem and self.done < self.config.months

    def step(self) -> None:
        """Simulate one month of both."""
        if self.running:
            self.reform.step()
            self.twin.step()

    @property
    def done(self) -> int:
        """Months simulated."""
        return self.reform.recorder.done

    @property
    def reform_at(self) -> int:
        """Months before the reform."""
        return self.config.reform - self.config.start

    def before(self, key: str) -> np.ndarray:
        """Return an outcome of old villages before the reform: the mean of its last months (V,)."""
        last = min(self.done, self.reform_at)
        return _mean(self.reform.recorder.village[key][max(0, last - WINDOW) : last])

    def since(self, key: str, twin: bool = False) -> np.ndarray:
        """Return an outcome of old villages for every month since the reform: (months, V).

        Of each month the mean of those since the reform, of the last twelve at most.
        """
        county = self.twin if twin else self.reform
        return rolling(county.recorder.village[key][self.reform_at : self.done])

    def now(self, key: str, twin: bool = False) -> np.ndarray:
        """Return an outcome of old villages: the mean of the last months simulated (V,).

        None of them before the reform, once it has come.
        """
        county = self.twin if twin else self.reform
        since = self.reform_at if self.done > self.reform_at else 0
        return _mean(county.recorder.village[key][max(since, self.done - WINDOW) : self.done])

    def series(self, key: str) -> tuple[np.ndarray, np.ndarray]:
        """Return an outcome of the county month by month, with and without the policies."""
        done = self.done
        with_, without = self.reform.recorder.county[key], self.twin.recorder.county[key]
        return with_[:done].copy(), without[:done].copy()


def rolling(months: np.ndarray) -> np.ndarray:
    """Return of every month the mean of the last twelve, those without a value left out."""
    return np.array([_mean(months[max(0, m - WINDOW + 1) : m + 1]) for m in range(len(months))])


def _mean(months: np.ndarray) -> np.ndarray:
    """Return the mean over those months that have a value, NaN where none has."""
    known = np.isfinite(months)
    count = known.sum(axis=0)
    total = np.where(known, months, 0.0).sum(axis=0, dtype=float)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _another_county(source: str, code: str | None) -> dict[str, Any]:
    """Return the overrides that put a county of the registry in place of a configuration's own.

    Policies that name villages or townships are left out: another county has others.
    """
    if code is None:
        return {}
    config = load(source)
    own = [key for key in _OWN if key in config.county.model_fields_set]
    out: dict[str, Any] = {f"county.{key}": None for key in own}
    out["county.registry"] = code
    for name, policy in config.active().items():
        if policy.where is not None and (policy.where.townships or policy.where.villages):
            out[f"policies.{name}"] = None
    merger, entry = config.policies.merger, find_county(code)
    unlisted = without_merger(entry, choose_lists(entry, config.reform), given=False)
    if merger is not None and merger.source != "generated" and unlisted:
        group = merger.group_ratio  # nobody knows its plan: the lever's ratio is planned
        out["policies.merger"] = {"source": "generated", "ratio": RATIO, "group_ratio": group}
    return out
