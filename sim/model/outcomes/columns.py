"""Columns that an outcome of one's own may read: of villagers, cadres, collectives, villages.

They are the state's own, documented where it is declared, and some that follow from it. Money is in
yuan, whole fen in the state. Who counts is as for the outcomes of the catalogue: the people of old
villages that were villages before the reform, cadres in post of villages, original collectives.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.agents import Cadre, VillageCollective, Villager
from sim.model.agents.cadre import POST_NAMES, SOURCE_NAMES
from sim.model.agents.villager import LABOUR_NAMES
from sim.model.compiled import B1, F8, Records
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.outcomes.expression import MONTH, Column

if TYPE_CHECKING:
    from sim.model.county import CountyModel
    from sim.model.outcomes.measure import Places

#: whose columns there are
TABLES = ("villagers", "cadres", "collectives", "villages", "county")
_CODES = {"labour": LABOUR_NAMES, "post": POST_NAMES, "source": SOURCE_NAMES}
#: units of columns that say nothing outside the model
_INNER = ("index", "ordinal")
#: columns of villagers that count what happens to all persons of a row: at another scale they
#: mean something else, so that conditions on them would, too
_OF_ROWS = ("needs", "channel", "optional_1", "mandatory_1", "mandatory_2", "overdue")
_OF_ROWS += ("errands_well", "errands_badly")


@dataclass(frozen=True, slots=True)
class State:
    """A county at the end of a month.

    Attributes
    ----------
    county : CountyModel
        The county.
    places : Places
        Who is counted where.
    villages : structured array (V,)
        The month's outcomes of old villages.
    whole : structured array (1,)
        The month's outcomes of the county.
    """

    county: "CountyModel"
    places: "Places"
    villages: Records
    whole: Records


@dataclass(frozen=True, slots=True)
class Known:
    """A column that expressions may read.

    Attributes
    ----------
    column : Column
        Its unit and words.
    en : str
        What it is.
    read : callable
        Gives it, from a `State`.
    """

    column: Column
    en: str
    read: Callable[[State], Any]


@cache
def known(of: str) -> Mapping[str, Known]:
    """Return the columns of villagers, cadres, collectives, villages or the county, by name."""
    return _OF[of]() | DATES


@cache
def columns(of: str) -> Mapping[str, Column]:
    """Return what expressions need to know of them."""
    return {name: one.column for name, one in known(of).items()}


def rows(of: str, state: State) -> tuple[B1, F8]:
    """Return which rows count, and how many persons (or things) each stands for."""
    county, counted = state.county, state.places.counted
    if of == "villagers":
        village = county.row_village()
        return counted[village], county.weight[village]
    if of == "cadres":
        unit = county.borders.unit[county.slot_village()]
        there = county.in_post & county.borders.is_village[unit]
        return there, np.ones(there.size)
    there = np.ones(1, dtype=bool) if of == "county" else counted
    return there, np.ones(there.size)


def read(of: str, name: str, state: State) -> Any:
    """Return a column: bool where it says yes or no, else float64."""
    found = known(of)[name]
    kind = np.bool_ if found.column.unit == "yes/no" else np.float64
    return np.asarray(found.read(state), dtype=kind)


def _declared(agents: Any, table: str) -> dict[str, Known]:
    """Return the columns that a class of agents declares."""
    found = {}
    for name, one in (*agents.derived.items(), *agents.columns.items()):
        if one.unit in _INNER or name in _OF_ROWS:
            continue
        fen = one.unit.startswith("fen")
        unit = "yuan" + one.unit.removeprefix("fen") if fen else one.unit
        words = {word: i for i, word in enumerate(_CODES.get(name, ()))}
        reading = _reader(table, name, 100.0 if fen else 1.0)
        found[name] = Known(Column(unit, words), str(one.__doc__), reading)
    return found


def _reader(table: str, name: str, over: float) -> Callable[[State], Any]:
    def reading(state: State) -> Any:
        values = getattr(state.county, table)[name]
        return values if over == 1.0 else values / over

    return reading


def _villagers() -> dict[str, Known]:
    def of_group(name: str) -> Callable[[State], Any]:
        return lambda s: getattr(s.county.borders, name)[s.county.row_group()]

    def of_village(name: str) -> Callable[[State], Any]:
        return lambda s: getattr(s.places, name)[s.county.row_village()]

    return _declared(Villager, "villagers") | {
        "office_km": Known(Column("km"), "road to the office of one's village",
                           of_group("office_km")),
        "nearest_km": Known(Column("km"), "road to the office or an outpost, the nearer",
                            of_group("distance_km")),
        "remote": Known(Column("yes/no"), "lives far from the office that the plan gives one",
                        of_group("remote")),
        "absorbed": Known(Column("yes/no"), "of an old village that the plan absorbs",
                          of_village("absorbed")),
        "absorbing": Known(Column("yes/no"), "of an old village whose office the plan keeps for "
                           "others too", of_village("absorbing")),
    }  # fmt: skip


def _cadres() -> dict[str, Known]:
    return _declared(Cadre, "cadres")


def _land() -> dict[str, Known]:
    """Return what is known of an old village besides its outcomes."""
    return {
        "registered": Known(Column("persons"), "registered persons", lambda s: s.places.persons),
        "area_km2": Known(Column("km2"), "area", lambda s: s.county.world.area_km2),
        "town_km": Known(Column("km"), "road to the township's seat", lambda s: s.county.town_km),
        "absorbed": Known(Column("yes/no"), "the plan absorbs it", lambda s: s.places.absorbed),
        "absorbing": Known(Column("yes/no"), "the plan keeps its office for others too",
                           lambda s: s.places.absorbing),
    }  # fmt: skip


def _collectives() -> dict[str, Known]:
    return _declared(VillageCollective, "collectives") | LAND


def _villages() -> dict[str, Known]:
    outcomes = {
        key: Known(Column(o.unit), o.en, lambda s, key=key: s.villages[key])
        for key, o in OUTCOMES.items()
        if o.village
    }
    residents = Known(Column("persons"), "residents", lambda s: s.villages["residents"])
    return outcomes | {"residents": residents} | LAND


def _county() -> dict[str, Known]:
    return {
        key: Known(Column(o.unit), o.en, lambda s, key=key: s.whole[key])
        for key, o in OUTCOMES.items()
    }


LAND = _land()
DATES = {
    "month": Known(Column(MONTH), "the month", lambda s: s.county.month),
    "reform": Known(Column(MONTH), "the month of the reform", lambda s: s.county.config.reform),
}
_OF: dict[str, Callable[[], dict[str, Known]]] = {
    "villagers": _villagers,
    "cadres": _cadres,
    "collectives": _collectives,
    "villages": _villages,
    "county": _county,
}
