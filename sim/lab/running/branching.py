"""Branching: runs of one luck share the months before their policies begin, burnt in once.

Runs whose configurations differ in policies alone, and whose seed is the same, pass through the
same months until the first of their policies may act. Those months are simulated once, and
every run goes on from a copy: the numbers are bit for bit those of a run from the start.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.model.compiled import B1
from sim.model.config.schema import Config
from sim.model.county import CountyModel
from sim.model.policies import PolicySet
from sim.model.policies.base import Policy
from sim.model.world.case import Case, build_county, make_case
from sim.model.world.lists import lists_of

if TYPE_CHECKING:
    AfterMonth = Callable[[CountyModel], None]
    _Planned = tuple["Branch", Case | None]


@dataclass(slots=True)
class Branch:
    """One of several runs that share a beginning.

    Attributes
    ----------
    config : Config
        Its configuration.
    after_month : callable or None
        Called with the county after every month, the shared ones too.
    read : bool array (T,) or None
        Months whose outcomes are read; all if not given.
    """

    config: Config
    after_month: "AfterMonth | None" = None
    read: B1 | None = None


class RunError(RuntimeError):
    """A run failed in a month; the cause is chained."""

    def __init__(self, month: int | None) -> None:
        super().__init__(month)
        self.month = month


def first_month(config: Config) -> int:
    """Return the first month in which a policy may act; the month after the last if none may.

    A policy of one's own that decides itself when it applies may act from the first month.
    """
    after = config.start + config.months
    starts = [after]
    for policy in config.active().values():
        cls = type(policy)
        if cls.began is not Policy.began or cls.dose is not Policy.dose:
            return config.start - config.spin_up
        starts.append(config.reform if policy.start is None else policy.start)
    return min(starts)


def beginning(config: Config) -> str:
    """Return what decides the months before the first policy, the seed aside."""
    data = config.model_dump(mode="json", exclude={"title", "policies", "reform", "seed"})
    data["lists"] = lists_of(config.county, config.reform)  # the only thing the reform decides
    return json.dumps(data, sort_keys=True)


def simulate_all(
    branches: Sequence[Branch], seed: int
) -> Iterator[tuple[Branch, CountyModel | RunError]]:
    """Simulate runs of one seed, sharing what they can.

    Parameters
    ----------
    branches : sequence of Branch
        Runs whose `beginning` is the same.
    seed : int
        Seed of their luck.

    Yields
    ------
    branch : Branch
        One of the runs, in the order in which they are done.
    county : CountyModel or RunError
        The county at its end, or why the run failed.
    """
    if len(branches) == 1:
        yield branches[0], _alone(branches[0], seed)
        return
    groups: list[list[_Planned]] = [[(branch, None)] for branch in branches]
    with suppress(Exception):  # each run meets its own error below
        groups = _of_one_reference(branches, seed)
    for group in groups:
        yield from _share(group, seed)


def _of_one_reference(branches: Sequence[Branch], seed: int) -> "list[list[_Planned]]":
    """Group runs by the plan that tells people apart before and after the reform."""
    groups: dict[bytes, list[_Planned]] = {}
    world, reform = build_county(branches[0].config.county, seed, branches[0].config.reform)
    for branch in branches:
        case = make_case(world, reform, branch.config.policies.merger, seed)
        groups.setdefault(case.reference.seat.tobytes(), []).append((branch, case))
    return list(groups.values())


def _share(group: "list[_Planned]", seed: int) -> Iterator[tuple[Branch, CountyModel | RunError]]:
    """Simulate runs of one seed, world and reference."""
    ready = sorted(group, key=lambda planned: first_month(planned[0].config))
    while ready and (len(ready) == 1 or first_month(ready[0][0].config) < ready[0][0].config.start):
        branch, case = ready.pop(0)
        yield branch, _alone(branch, seed, case)
    if not ready:
        return
    trunk: CountyModel | None
    try:
        plain = ready[0][0].config.model_copy(update={"policies": PolicySet()})
        trunk = CountyModel(plain, seed, ready[0][1])
        _record(trunk, [branch for branch, _ in ready])
    except Exception:  # noqa: BLE001  (each run says it when it is run alone)
        trunk = None
    for i, (branch, case) in enumerate(ready):
        begins = first_month(branch.config)
        if trunk is not None and not _advance(trunk, begins - 1, [b for b, _ in ready[i:]]):
            trunk = None
        if trunk is None or case is None:
            yield branch, _alone(branch, seed, case)
            continue
        yield branch, _finish(trunk.branch(branch.config, case), branch)


def _advance(trunk: CountyModel, month: int, waiting: Sequence[Branch]) -> bool:
    """Simulate the shared months up to one; tell whether that worked."""
    try:
        while trunk.month < month and trunk.running:
            trunk.step()
            for branch in waiting:
                if branch.after_month is not None:
                    branch.after_month(trunk)
    except Exception:  # noqa: BLE001  (said of every run when it is run alone)
        return False
    return True


def _alone(branch: Branch, seed: int, case: Case | None = None) -> CountyModel | RunError:
    """Simulate one run from its start."""
    try:
        county = CountyModel(branch.config, seed, case)
    except Exception as error:  # noqa: BLE001
        return _failed(None, error)
    return _finish(county, branch)


def _record(county: CountyModel, branches: Sequence[Branch]) -> None:
    """Let a county record the months that any of these runs is read in."""
    county.recorder.wanted[:] = False
    for branch in branches:
        county.recorder.wanted |= True if branch.read is None else branch.read


def _finish(county: CountyModel, branch: Branch) -> CountyModel | RunError:
    """Simulate a county to its end."""
    _record(county, [branch])
    last = county.config.start + county.config.months - 1
    try:
        while county.month < last and county.running:
            county.step()
            if branch.after_month is not None:
                branch.after_month(county)
    except Exception as error:  # noqa: BLE001
        return _failed(county.month, error)
    return county


def _failed(month: int | None, error: Exception) -> RunError:
    failure = RunError(month)
    failure.__cause__ = error
    return failure
