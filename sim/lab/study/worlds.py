"""Worlds of a study: what every arm made of the same villages and villagers, wave by wave."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.errors import InputError
from sim.lab.file.study_blocks import Design
from sim.lab.methods.intervals import Floats
from sim.model.agents.villager import AWAY
from sim.model.world.partly import means_of

if TYPE_CHECKING:
    from sim.lab.file.loading import Experiment
    from sim.lab.store.reading import ExperimentResults

Ints = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
#: traits of a unit that merger may go with -> of old villages
TRAIT_OF = {"size": "registered", "distance": "distance_km", "income": "income"}


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Old villages of a world (of counties as units: the counties), the same in every arm.

    Attributes
    ----------
    code : array (V,)
        Codes; sorted by county and code.
    county : int array (V,)
        County of each.
    cluster : int array (V,)
        What is treated or not: the plan's new village of each, or the county.
    several : bool array (V,)
        In a unit of several old villages.
    registered, distance_km, income : float array (V,)
        Before the reform, where nobody is treated: persons, km, yuan/month.
    """

    code: npt.NDArray[Any]
    county: Ints
    cluster: Ints
    several: Flags
    registered: Floats
    distance_km: Floats
    income: Floats

    def trait(self, name: str) -> Floats:
        """Return a trait of clusters, (clusters,): persons in all, other traits in the mean."""
        count = int(self.cluster.max()) + 1
        if name == "size":
            return np.bincount(self.cluster, self.registered, count)
        values = getattr(self, TRAIT_OF[name])
        return means_of(values, self.registered, self.cluster, count)

    @property
    def mean_size(self) -> Floats:
        """Registered persons of an old village in the mean of its cluster, (V,)."""
        count = np.bincount(self.cluster)
        return (np.bincount(self.cluster, self.registered) / count)[self.cluster]


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Villager rows of a world, the same in every arm.

    Attributes
    ----------
    code : array (N,)
        What each row is called.
    village : int array (N,)
        Its old village.
    age : dict
        Time -> years, where nobody is treated, (N,).
    away : dict
        (Arm, time) -> away then, (N,).
    """

    code: npt.NDArray[Any]
    village: Ints
    age: dict[int, Floats]
    away: dict[tuple[str, int], Flags]


class Worlds:
    """What an experiment of method study kept, as arrays.

    Parameters
    ----------
    results : ExperimentResults
        The folder.
    experiment : Experiment
        What was run there.
    """

    def __init__(self, results: "ExperimentResults", experiment: "Experiment") -> None:
        self.results, self.experiment = results, experiment
        self.reform = {head.county: head.config.reform for head in experiment.heads}
        labels = results.levels()
        #: design point -> (arm, county)
        self.point = {n: (str(at["arm"]), at.get("county")) for n, at in labels.items()}
        runs: Any = results.runs
        failed = set(runs[runs["status"] != "done"]["replicate"])
        #: replicates of which every run is there
        self.replicates = [r for r in sorted(set(runs["replicate"])) if r not in failed]
        if len(self.replicates) < 2:
            raise InputError(f"{results.folder}: fewer than two worlds without a failed run")
        self._kept: dict[Any, Any] = {}
        #: what studies of a design and size found, by both: steps of several designs are the same
        self.tried: dict[Any, pd.DataFrame] = {}

    # --- tables ---------------------------------------------------------------------------

    def _table(self, name: str) -> dict[Any, pd.DataFrame]:
        """Return a recorded table by arm and replicate, with county and time, years."""
        if name not in self._kept:
            frame: Any = getattr(self.results, name)
            at = frame["point"].map(self.point)
            month = frame["month"].to_numpy().astype("datetime64[M]").astype(np.int64) + 1970 * 12
            reform = np.array([self.reform[county] for _, county in at])
            columns = {"arm": [arm for arm, _ in at], "county": [str(county) for _, county in at]}
            found = frame.assign(time=(month - reform) // 12, **columns)
            found.attrs = {}  # pandas copies them with every column that is looked at
            self._kept[name] = dict(tuple(found.groupby(["arm", "replicate"], sort=False)))
        return self._kept[name]

    def of(self, name: str, arm: str, replicate: int, time: int) -> Any:
        """Return a table's rows of one world, arm and time, by county and code."""
        key = (name, arm, replicate, time)
        if key not in self._kept:
            frame: Any = self._table(name)[arm, replicate]
            frame = frame[frame["time"] == time]
            if not len(frame):
                raise InputError(
                    f"{self.results.folder}: year {time} from the reform is in no run; change "
                    "measures.waves, or start and months"
                )
            by = {"county": ["county"], "villages": ["county", "code"]}.get(
                name, ["county", "code", "villager"]
            )
            self._kept[key] = frame.sort_values(by, kind="stable").reset_index(drop=True)
        return self._kept[key]

    def times(self, name: str) -> list[int]:
        """Return the years that are recorded, from the reform."""
        key = ("times", name)
        if key not in self._kept:
            frames = self._table(name).values()
            self._kept[key] = sorted({int(time) for frame in frames for time in set(frame["time"])})
        return self._kept[key]

    # --- what a study needs ---------------------------------------------------------------

    def values(self, name: str, key: str, arm: str, replicate: int, times: Sequence[int]) -> Floats:
        """Return a column of a table by row and time, (rows, T)."""
        at = ("values", name, key, arm, replicate, tuple(times))
        if at not in self._kept:
            columns = [self.of(name, arm, replicate, time)[key] for time in times]
            self._kept[at] = np.stack([c.to_numpy(dtype=np.float64) for c in columns], axis=1)
        return self._kept[at]

    def ground(self, design: Design, replicate: int) -> Ground:
        """Return the villages of a world, in the units of a design."""
        spec: Any = self.experiment.spec
        untreated, treated, _ = spec.arms_of(design)
        unit = design.population.unit
        key = ("ground", unit, design.of_counties, untreated, treated[0], replicate)
        if key not in self._kept:
            made = self._counties if design.of_counties else self._villages
            self._kept[key] = made(design, replicate, untreated, treated[0])
        return self._kept[key]

    def _villages(self, design: Design, replicate: int, untreated: str, treated: str) -> Ground:
        before = [time for time in self.times("villages") if time < 0] or [
            self.times("villages")[0]
        ]
        own = self.of("villages", untreated, replicate, before[-1])
        last = self.of("villages", treated, replicate, self.times("villages")[-1])
        county = np.unique(own["county"], return_inverse=True)[1]
        cluster = np.unique(last["unit"], return_inverse=True)[1]
        several = np.bincount(cluster)[cluster] > 1
        if not several.any():  # the treatment is no merger: every village is a unit
            several = np.ones(cluster.size, dtype=bool)
        if design.population.unit == "county":
            cluster, several = county, np.ones(county.size, dtype=bool)
        traits = (own[name].to_numpy(dtype=np.float64) for name in _TRAITS)
        return Ground(own["code"].to_numpy(), county, cluster, several, *traits)

    def _counties(self, design: Design, replicate: int, untreated: str, treated: str) -> Ground:
        del design, treated
        before = [time for time in self.times("county") if time < 0] or [self.times("county")[0]]
        own = self.of("county", untreated, replicate, before[-1])
        rows = np.arange(len(own))
        size = own["population_mean"] * own["villages"]
        traits = [x.to_numpy(dtype=np.float64) for x in (size, own["distance_km"], own[_INCOME])]
        return Ground(own["county"].to_numpy(), rows, rows, np.ones(len(own), bool), *traits)

    def people(self, design: Design, replicate: int, arms: Sequence[str]) -> People:
        """Return the villager rows of a world, and who is away in some arms."""
        times = design.measures.waves
        key = ("people", tuple(arms), times, replicate)
        if key not in self._kept:
            frames = {(a, t): self.of("villagers", a, replicate, t) for a in arms for t in times}
            own = frames[arms[0], times[0]]
            village = np.unique(own["county"] + own["code"], return_inverse=True)[1]
            age = {t: frames[arms[0], t]["age"].to_numpy(dtype=np.float64) for t in times}
            away = {at: (frame["labour"] == AWAY).to_numpy() for at, frame in frames.items()}
            self._kept[key] = People(own["villager"].to_numpy(), village, age, away)
        return self._kept[key]

    def warn_of_few(self, name: str, design: Design) -> None:
        """Say where a design asks more respondents a village than a world has rows."""
        asked = design.sample.villagers
        if asked is None:
            return
        untreated = self.experiment.spec.arms_of(design)[0]  # pyright: ignore
        people = self.people(design, self.replicates[0], (untreated,))
        grown = people.age[design.measures.waves[0]] >= design.sample.age
        rows = np.bincount(people.village, grown)
        if (few := int((rows < asked).sum())) > 0:
            logging.getLogger("hecun").warning(
                "design %s asks %d a village; %d of %d old villages have fewer villager rows of "
                "that age at this scale: all of them are asked, and power depends on scale",
                name,
                asked,
                few,
                rows.size,
            )

    def merged(self, arm: str, replicate: int) -> Flags:
        """Return which old villages are in a unit of several in an arm, (V,)."""
        key = ("merged", arm, replicate)
        if key not in self._kept:
            last = self.of("villages", arm, replicate, self.times("villages")[-1])
            unit = np.unique(last["unit"], return_inverse=True)[1]
            self._kept[key] = np.bincount(unit)[unit] > 1
        return self._kept[key]


_INCOME = "villager_income"
_TRAITS = ("registered", "distance_km", _INCOME)
