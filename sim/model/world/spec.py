"""Specification of a county beyond its list of villages."""

from dataclasses import dataclass

import numpy as np

from sim.errors import InputError
from sim.model.world.villages import VillageTable

CELL_SIZES_KM = (5.0, 2.0, 1.0, 0.5, 0.25, 0.2, 0.1)
_CELLS_PER_GROUP = 6.0


@dataclass(frozen=True)
class OtherUnit:
    """A village or community of the county's list that is not in the model, and has land."""

    code: str
    name: str
    township: str
    future_township: str


@dataclass(frozen=True)
class CountySpec:
    """What is known of a county where its villages' own numbers are not.

    Attributes
    ----------
    population_mean, area_mean_km2 : float
        Mean registered persons and area of a village.
    population_log_sd, area_log_sd : float
        Standard deviation of the logarithm between villages.
    groups_per_village : float
        Mean number of villager groups.
    cell_km : float or None
        Side of a cell; None = the one of `CELL_SIZES_KM` that gives a group about six cells.
    leaving : frozenset of str
        Codes of villages that leave the village class with the reform.
    leaving_population_total, leaving_area_total : float or None
        Their totals, where known; the others share the rest.
    future_township : tuple of str or None
        Township of each village after the reform, for nesting; None = unknown.
    outline : str or None
        Code of the county of the registry in whose outline the land lies; None = it is made up.
    others : tuple of OtherUnit
        Who else has land in the outline.
    """

    population_mean: float
    area_mean_km2: float
    population_log_sd: float = 0.4
    area_log_sd: float = 0.4
    groups_per_village: float = 8.6
    cell_km: float | None = None
    leaving: frozenset[str] = frozenset()
    leaving_population_total: float | None = None
    leaving_area_total: float | None = None
    future_township: tuple[str, ...] | None = None
    outline: str | None = None
    others: tuple[OtherUnit, ...] = ()


def choose_cell_km(area_mean_km2: float, groups_per_village: float) -> float:
    """Return the cell size nearest (by ratio) to six cells in a mean group."""
    ideal = np.sqrt(area_mean_km2 / groups_per_village / _CELLS_PER_GROUP)
    return min(CELL_SIZES_KM, key=lambda size: abs(np.log(size / ideal)))


def _check_means(spec: CountySpec) -> None:
    problems = [
        f"{name}: {getattr(spec, name)} must be a number above 0"
        for name in ("population_mean", "area_mean_km2", "groups_per_village")
        if not (np.isfinite(getattr(spec, name)) and getattr(spec, name) > 0)
    ]
    if spec.cell_km is not None and not spec.cell_km > 0:
        problems.append(f"cell_km: {spec.cell_km} must be above 0")
    if problems:
        raise InputError(problems)


def check_spec(spec: CountySpec, villages: VillageTable) -> None:
    """Raise `InputError`, with all problems, if villages cannot have what is asked for."""
    _check_means(spec)
    problems = []
    unknown = sorted(spec.leaving - set(villages.code))
    if unknown:
        problems.append(f"leaving: no village has the code {', '.join(unknown[:5])}")
    people = max(round(len(villages) * spec.population_mean), len(villages))
    left = spec.leaving_population_total
    least, most = len(spec.leaving), people - (len(villages) - len(spec.leaving))
    if left is not None and spec.leaving and not least <= left <= most:
        problems.append(
            f"leaving_population_total: {left:g} must lie between {least} and {most}, so that "
            "every village keeps a person"
        )
    land = len(villages) * spec.area_mean_km2
    if spec.leaving_area_total is not None and not 0 < spec.leaving_area_total < land:
        problems.append(
            f"leaving_area_total: {spec.leaving_area_total:g} must lie between 0 and the "
            f"county's {land:g} km2"
        )
    hint = spec.future_township
    if hint is not None and len(hint) != len(villages):
        problems.append(f"future_township: {len(hint)} names for {len(villages)} villages")
    if not len(villages):
        problems.append("the table has no villages; give at least one")
    if problems:
        raise InputError(problems)
