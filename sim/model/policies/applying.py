"""Put one policy in force for a month: log its triggers, merge its levers, say what failed."""

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import InputError
from sim.model.calendar import format_month
from sim.model.compiled import B1
from sim.model.levers import Levers
from sim.model.policies.base import NEVER, Policy
from sim.model.policies.dose import villages_moved
from sim.model.policies.trigger import Firing

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class PolicyError(RuntimeError):
    """A policy failed while it was applied; the cause is chained."""


def put_in_force(county: "CountyModel", name: str, policy: Policy) -> bool:
    """Set a policy's levers for the county's month; return whether it is in force.

    Parameters
    ----------
    county : CountyModel
        The county; a trigger that fires this month is added to its `trigger_log`.
    name : str
        Name of the policy's block.
    policy : Policy
        The policy.

    Raises
    ------
    PolicyError
        If its `apply` fails, or moves a lever that it does not name.
    """
    month = county.month
    try:
        if policy.when or policy.until:
            _log(county, name, policy)
        in_force = policy.dose(county, month) > 0.0
        if in_force:
            _apply(county, policy, month, name)
    except (InputError, PolicyError):
        raise
    except Exception as error:
        raise PolicyError(
            f"policies.{name} failed in {format_month(month)}: {type(error).__name__}: {error}"
        ) from error
    return in_force


def stand_until(county: "CountyModel") -> int:
    """Return the first later month in which policies may set the levers otherwise.

    Those of one's own may look at anything: theirs is the next month.
    """
    month = county.month
    changes = (
        month + 1 if ":" in name else policy.next_change(county, month)
        for name, policy in county.policies.items()
    )
    return min(changes, default=NEVER)


def tally(county: "CountyModel") -> None:
    """Count what the month's policies delivered (`sim.model.policies.dose`).

    Raises
    ------
    PolicyError
        If a policy's `delivered` fails.
    """
    for name, policy in county.in_force.items():
        try:
            county.doses.add(name, policy, county)
        except Exception as error:
            raise PolicyError(
                f"policies.{name} could not be counted in {format_month(county.month)}: "
                f"{type(error).__name__}: {error}"
            ) from error


def _log(county: "CountyModel", name: str, policy: Policy) -> None:
    """Note a trigger that fires this month."""
    month = county.month
    now, before = policy.began(county, month), policy.began(county, month - 1)
    if now == month and policy.when:
        event, condition = "starts", policy.when
    elif now is None and before is not None and policy.until and month != policy.end:
        event, condition = "ends", policy.until
    else:
        return
    value = county.recorder.county[condition.outcome][month - 1 - county.config.start]
    county.trigger_log.append(Firing(month, name, event, str(condition), float(value)))


def _apply(county: "CountyModel", policy: Policy, month: int, name: str) -> None:
    """Apply a policy, on top of the earlier ones or merged with what they set."""
    levers, own = county.levers, ":" in name
    merges, moves = policy.merge in ("max", "min"), set(policy.moves())
    before = {k: lever.copy() for k, lever in vars(levers).items() if own or k in moves}
    if merges:
        for lever in moves:
            getattr(levers, lever)[:] = getattr(county.usual_levers, lever)
    policy.apply(county, month)
    if merges:
        _merge(policy, levers, {k: before[k] for k in moves}, policy.reached(county))
    if own:
        _only_named(policy, levers, before, name)
    if moves <= before.keys():  # a merger moves more than levers
        units = policy.reached(county)
        county.doses.moves[name] = villages_moved(levers, {k: before[k] for k in moves}, units)


def _merge(policy: Policy, levers: Levers, before: dict[str, Any], reached: B1) -> None:
    """Keep the larger or the smaller of what a policy and the earlier ones set where it reaches."""
    choose = np.maximum if policy.merge == "max" else np.minimum
    for lever, earlier in before.items():
        value = getattr(levers, lever)
        value[:] = np.where(reached, choose(value, earlier), earlier)


def _only_named(policy: Policy, levers: Levers, before: dict[str, Any], name: str) -> None:
    """Refuse a policy that moves a lever its class does not name."""
    for lever, value in vars(levers).items():
        moved = lever not in before or not np.array_equal(value, before[lever])
        if moved and lever not in policy.levers:
            raise PolicyError(
                f"policies.{name} moved the lever {lever!r}, which its class does not name; "
                f"write levers = {(*policy.levers, lever)!r} in {type(policy).__name__}"
            )
