"""Cautions: what is right in a configuration, or in what ran, and yet too coarse to rely on."""

import math
from collections.abc import Container, Iterable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from sim.model.parameters.variants import idle
from sim.model.processes.needs import persons_drawn
from sim.model.world.land import land_of
from sim.model.world.outline import enlarged
from sim.model.world.outlined import FEWEST_CELLS
from sim.model.world.population import rows_per_group
from sim.model.world.registry import find_county

if TYPE_CHECKING:
    from sim.model.config.schema import Config
    from sim.model.county import CountyModel
    from sim.model.policies.dose import Given
    from sim.model.world.layout import World

#: rows of villagers that a quota should be worth: below, luck decides whether any wins
FEWEST_ROWS = 5
#: villager rows a village below which villages differ visibly more than they do: the Gini of reach
#: over Dechang's villages is 0.0106 with 234 rows and with 58, 0.0115 with 23, 0.0126 with 12 and
#: 0.0144 with 6 (no reform, three seeds), while county means stay as they are
FEWEST_A_VILLAGE = 25
#: needs of a row and month that are counted (`sim.model.draws.poisson_at`; a column of one byte)
MOST_NEEDS = 255
#: share of a quota's places below which applicants may have been as few as places
TAKEN = 0.9

Kind = Literal[
    "assumed_population",
    "assumed_area",
    "shared_area",
    "more_than_county",
    "coarse_cells",
    "coarse",
    "small_quota",
    "cut_needs",
    "places_left",
    "other_form",
]


class Caution(NamedTuple):
    """A caution; `sim.words.cautions` has its words.

    Attributes
    ----------
    kind : str
        What is to be said.
    of : str
        Key of the configuration that it is of.
    number : float
        The number that is said with it.
    """

    kind: Kind
    of: str
    number: float


def small_quotas(config: "Config") -> Iterator[Caution]:
    """Yield quotas in persons that are worth few rows, with the persons in all."""
    for name, policy in config.active().items():
        first, after = policy.span(config)
        for key, persons in policy.persons(after - first).items():
            if 0.0 < persons < FEWEST_ROWS * config.scale and config.scale > 1:
                yield Caution("small_quota", f"policies.{name}.{key}", persons)


def cut_needs(config: "Config") -> float | None:
    """Return the mean needs of a month of a row of the elderly, if some rows' would be cut.

    A row counts at most `MOST_NEEDS` a month; three standard deviations over the mean must fit.
    """
    service = config.values().service
    rate = service.request_rate * max(1.0, service.elderly_rate_ratio)
    mean = rate * persons_drawn(float(config.scale))
    return mean if mean + 3.0 * math.sqrt(mean) > MOST_NEEDS else None


def idle_keys(config: "Config", varied: Container[str] = ()) -> Iterator[Caution]:
    """Yield what is given and does nothing with the forms of contested mechanisms in force.

    Left out are mechanisms whose forms are `varied`: there it does something at other points.
    """
    chosen = config.variants.model_dump()
    given = {f"parameters.{p}.{n}": f"{p}.{n}" for p, v in config.parameters.items() for n in v}
    for name, policy in config.active().items():
        levers = (key for key in policy.model_fields_set if getattr(policy, key) is not None)
        given |= {f"policies.{name}.{key}": f"{name}.{key}" for key in sorted(levers)}
    for key, what in given.items():
        form = idle(what, chosen)
        if form is not None and form.partition(":")[0] not in varied:
            yield Caution("other_form", f"{key} (variants.{form})", 0.0)


def of_config(config: "Config", varied: Container[str] = ()) -> list[Caution]:
    """Return what is known before anything runs; of mechanisms that are `varied` nothing."""
    mean = cut_needs(config)
    cut = [] if mean is None else [Caution("cut_needs", "parameters.service.request_rate", mean)]
    return [*small_quotas(config), *cut, *idle_keys(config, varied)]


def places_left(config: "Config", given: "Iterable[Given]") -> Iterator[Caution]:
    """Yield policies of which fewer than `TAKEN` of the places in persons were taken, in percent.

    Where fewer apply than there are places, rows of several persons win fewer than single persons.
    """
    policies = config.active()
    for one in given:
        policy = policies[one.policy]
        summed = one.what in policy.doses and policy.doses[one.what].how == "sum"
        counted = config.scale > 1 and summed and any(policy.persons(1).values())
        if counted and one.delivered < TAKEN * one.asked:
            percent = 100.0 * one.delivered / one.asked
            yield Caution("places_left", f"policies.{one.policy}", percent)


def of_ground(config: "Config", world: "World") -> Iterator[Caution]:
    """Yield where a county's land is not its own: drawn larger, or not in its outline."""
    if config.county.registry is None:
        return
    known = find_county(config.county.registry).area_km2
    if known is None:
        return
    drawn = enlarged(world.border, world.cell_km, known)
    if drawn is not None:
        yield Caution("more_than_county", f"county.area.mean ({drawn:,.0f} km²)", known)
    if world.border is None:
        land = f"{len(world.villages):,} villages: {world.area_km2.sum():,.0f} km²"
        of = f"county.cell_km ({world.cell_km:g} km; {land})"
        fits = largest_cell_km(config)
        fits = fits if fits < world.cell_km else world.cell_km / 2  # no room on an island
        yield Caution("coarse_cells", of, fits)


def largest_cell_km(config: "Config") -> float:
    """Return about the largest cell with which villages have borders in the county's outline."""
    mean = land_of(config.county, config.reform)[0]
    return math.floor(100.0 * math.sqrt(mean / FEWEST_CELLS)) / 100.0


def rows_a_village(world: "World", scale: int) -> float:
    """Return the villager rows a village, the mean of all."""
    counted = rows_per_group(world.group_registered, world.group_village, scale)
    return float(counted.sum()) / len(world.villages)


def few_rows(rows: float, scale: int) -> Iterator[Caution]:
    """Yield the villager rows a village, where they are few."""
    if rows < FEWEST_A_VILLAGE and scale > 1:
        yield Caution("coarse", "scale", rows)


def of_county(county: "CountyModel") -> Iterator[Caution]:
    """Yield what of a run is assumed, or too coarse to rely on."""
    config, villages = county.config, county.world.villages
    given = config.county.model_fields_set
    if villages.registered is None and "population" not in given:
        mean = config.county.population.mean
        yield Caution("assumed_population", "county.population.mean", mean)
    if villages.area_km2 is None and "area" not in given:
        mean = land_of(config.county, config.reform)[0]
        outline = config.county.registry and find_county(config.county.registry).area_km2
        yield Caution("shared_area" if outline else "assumed_area", "county.area.mean", mean)
    yield from of_ground(config, county.world)
    yield from few_rows(rows_a_village(county.world, config.scale), config.scale)
    yield from of_config(config)
    yield from places_left(config, county.doses.given(config.active()))
