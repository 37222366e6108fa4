"""Divergence of luck: counties stepped side by side, process by process, until one differs.

Three promises are tried on a configuration (`hecun check --draws`): the same seed gives the same
county twice; nothing is felt of a policy before its first month; one more villager changes
nobody in other villages. Where one is broken, the first divergence is named: what broke it is
a draw that depends on something other than seed, stream, identity and month.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.calendar import format_month
from sim.model.county import MONTH, CountyModel
from sim.model.world.case import build_case

if TYPE_CHECKING:
    from sim.model.agents.columns import Table
    from sim.model.compiled import B1
    from sim.model.config.schema import Config
    from sim.model.world.case import Case

TABLES = ("villagers", "cadres", "collectives")


class Divergence(NamedTuple):
    """The first place where two counties that should agree do not.

    Attributes
    ----------
    month : int
        In which month (`sim.model.calendar`).
    process : str
        After which process of it; ``"build"`` if they were built differently.
    what : str
        Table and column, ``"villagers.trust"``.
    village, row : str, int
        Old village's code, and row in the table of the first county.
    one, other : object
        Value in the first county and in the second.
    """

    month: int
    process: str
    what: str
    village: str
    row: int
    one: object
    other: object

    def __str__(self) -> str:
        """Return it as one line."""
        return (
            f"{format_month(self.month)}, process {self.process}: {self.what} of row {self.row} "
            f"(village {self.village}) is {self.one} in one and {self.other} in the other"
        )


def first_divergence(
    one: CountyModel, other: CountyModel, months: int, apart: "B1 | None" = None
) -> Divergence | None:
    """Step two counties side by side and return where they first differ.

    Parameters
    ----------
    one, other : CountyModel
        Of the same villages; both are stepped.
    months : int
        Months to step.
    apart : bool array (V,), optional
        Old villages that are compared; all if not given.
    """
    chosen = np.ones(len(one.world.villages), dtype=bool) if apart is None else apart
    found = _compare(one, other, "build", chosen)
    for _ in range(months):
        one.month, other.month = one.month + 1, other.month + 1
        for process in MONTH:
            if found is not None:
                return found
            process(one)
            process(other)
            found = _compare(one, other, process.__module__.rpartition(".")[2], chosen)
        one.recorder.record()
        other.recorder.record()
    return found


def _compare(one: CountyModel, other: CountyModel, process: str, chosen: "B1") -> Divergence | None:
    """Return the first difference between the tables of two counties as they are."""
    for name in TABLES:
        a, b = (_rows(county, name, chosen) for county in (one, other))
        tables: list[Table] = [getattr(one, name), getattr(other, name)]
        for column in tables[0].agent_type.columns:
            x, y = tables[0][column][a], tables[1][column][b]
            if x.size == y.size and x.tobytes() == y.tobytes():
                continue
            at = int(np.argmax(x != y)) if x.size == y.size else min(x.size, y.size) - 1
            village = _village(one, name)[a[at]]
            code = str(one.world.villages.code[village])
            values = x[at].item(), y[at].item()
            return Divergence(one.month, process, f"{name}.{column}", code, int(a[at]), *values)
    return None


def _village(county: CountyModel, table: str) -> np.ndarray:
    """Return the old village of every row of a table."""
    if table == "villagers":
        return county.row_village()
    return county.slot_village() if table == "cadres" else np.arange(len(county.world.villages))


def _rows(county: CountyModel, table: str, chosen: "B1") -> np.ndarray:
    """Return the rows of a table that belong to chosen old villages."""
    return np.flatnonzero(chosen[_village(county, table)])


def without(config: "Config", names: list[str]) -> "Config":
    """Return a configuration without some of its policies."""
    policies = config.policies.model_copy(update=dict.fromkeys(names))
    return config.model_copy(update={"policies": policies})


def one_more(case: "Case", village: int, persons: int) -> "Case":
    """Return a case in which a village's last group has so many more registered persons."""
    world = case.world
    groups, registered = world.group_registered.copy(), world.registered.copy()
    groups[np.flatnonzero(world.group_village == village)[-1]] += persons
    registered[village] += persons
    return replace(case, world=replace(world, group_registered=groups, registered=registered))


def check_draws(config: "Config", seed: int) -> Iterator[tuple[str, Divergence | None]]:
    """Try the three promises on a configuration.

    Yields
    ------
    said : str
        What was tried.
    found : Divergence or None
        Where it is broken; None if it holds.
    """
    case = build_case(config, seed)

    def county(of: "Config") -> CountyModel:
        return CountyModel(of, seed)

    yield (
        f"the same twice, {config.months} months",
        first_divergence(county(config), county(config), config.months),
    )
    starts = {
        name: config.reform if policy.start is None else policy.start
        for name, policy in config.active().items()
    }
    for start in sorted(set(starts.values())):
        later = [name for name, begins in starts.items() if begins >= start]
        others = without(config, later)
        names = ", ".join(name for name, begins in starts.items() if begins == start)
        yield (
            f"nothing felt of {names} before {format_month(start)}",
            first_divergence(county(config), county(others), start - config.start),
        )
    plain = without(config, list(starts))
    village = len(case.world.villages) // 2
    case = build_case(plain, seed)
    more = CountyModel(plain, seed, one_more(case, village, config.scale))
    elsewhere = np.arange(len(case.world.villages)) != village
    yield (
        f"one more villager in {case.world.villages.name[village]} changes nobody elsewhere",
        first_divergence(county(plain), more, config.months, elsewhere),
    )
