"""What a generated merger plan must keep to, and what it prefers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.model.world.mergers import kept_at
from sim.model.world.plan import OfficeRule
from sim.model.world.spread import LARGE_TOWNSHIPS, LISTED
from sim.model.world.written import Written


@dataclass(frozen=True)
class PlanRules:
    """What a generated plan must keep to, and what it prefers.

    Attributes
    ----------
    villages : int or None
        Number of villages to reach in the county.
    ratio : float or None
        Or: villages after per village before, in the county.
    written : Written or None
        Or: a written rule, from which the number follows.
    quantile : float or None
        Or: which of the shares kept by counties that merged, 0 the least to 1 the most
        (`sim.model.world.mergers`); more where no more may merge under the bounds, fewer where
        villages would stay below them.
    by_township : mapping of str to int or None
        Or: number of villages to reach in each township; others stay as they are.
    largest : int
        Most old villages in a new one.
    population_min, population_max : float or None
        Registered persons of a merged village.
    area_min_km2, area_max_km2 : float or None
        Area of a merged village.
    contiguous : bool
        Merge only villages that touch.
    respect_townships : bool
        Merge only within townships.
    size, distance, industry : float
        Weights: large absorbs small; near absorbs remote; strong industry absorbs weak.
    nationality : float
        Above 0: keep villages of different nationality apart; below 0: bring them together.
    listed : float
        Weight: villages near each other in the list merge first, where no map is given.
    large_townships : float or None
        How much more large townships merge (`sim.model.world.spread`); None = the costs decide.
    office : {"largest", "central", "namesake"}
        Which old office is kept.
    """

    villages: int | None = None
    ratio: float | None = None
    by_township: Mapping[str, int] | None = field(default=None, hash=False)
    largest: int = 4
    population_min: float | None = None
    population_max: float | None = None
    area_min_km2: float | None = None
    area_max_km2: float | None = None
    contiguous: bool = True
    respect_townships: bool = True
    size: float = 1.0
    distance: float = 1.0
    industry: float = 0.0
    nationality: float = 0.0
    listed: float = LISTED
    large_townships: float | None = LARGE_TOWNSHIPS
    office: OfficeRule = "largest"
    disturbance: float = 0.02
    written: Written | None = None
    quantile: float | None = None

    @property
    def share(self) -> float | None:
        """Villages after per village before, given or of the lists' mergers; None = neither."""
        return self.ratio if self.quantile is None else kept_at(self.quantile)
