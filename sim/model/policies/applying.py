"""Put one policy in force for a month: log its triggers, merge its levers, say what failed."""

from typing import TYPE_CHECKING

import numpy as np

from sim.errors import InputError
from sim.model.calendar import format_month
from sim.model.levers import Levers
from sim.model.policies.base import Policy
from sim.model.policies.dose import villages_moved
from sim.model.policies.trigger import Firing

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class PolicyError(RuntimeError):
    """A policy failed while it was applied; the cause is chained."""


def put_in_force(county: "CountyModel", name: str, policy: Policy) -> None:
    """Set a policy's levers for the county's month, if it is in force.

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
        _log(county, name, policy)
        if policy.dose(county, month) > 0.0:
            _apply(county, policy, month, name)
    except (InputError, PolicyError):
        raise
    except Exception as error:
        raise PolicyError(
            f"policies.{name} failed in {format_month(month)}: {type(error).__name__}: {error}"
        ) from error


def tally(county: "CountyModel") -> None:
    """Count what the month's policies delivered (`sim.model.policies.dose`).

    Raises
    ------
    PolicyError
        If a policy's `delivered` fails.
    """
    for name, policy in county.config.active().items():
        if policy.dose(county, county.month) <= 0.0:
            continue
        try:
            county.doses.add(name, policy, county)
        except Exception as error:
            raise PolicyError(
                f"policies.{name} could not be counted in {format_month(county.month)}: "
                f"{type(error).__name__}: {error}"
            ) from error


def _log(county: "CountyModel", name: str, policy: Policy) -> None:
    """Note a trigger that fires this month."""
    if policy.when is None and policy.until is None:
        return
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
    levers, merged = county.levers, policy.merge in ("max", "min")
    own = ":" in name
    counts = county.doses.counts(policy, county)
    before = {k: np.array(v) for k, v in vars(levers).items()} if merged or own or counts else {}
    if merged:
        plain = Levers(len(county.world.villages))
        plain.reset(county.values, county.usual_posts())
        for lever in policy.moves():
            getattr(levers, lever)[...] = getattr(plain, lever)
    policy.apply(county, month)
    if merged:
        choose = np.maximum if policy.merge == "max" else np.minimum
        reached = policy.reached(county)
        for lever in policy.moves():
            value, earlier = getattr(levers, lever), before[lever]
            value[reached] = choose(value[reached], earlier[reached])
            value[~reached] = earlier[~reached]
    if own:
        _only_named(policy, levers, before, name)
    moves = set(policy.moves())
    if (counts or own) and moves <= before.keys():  # a merger moves more than levers
        units = policy.reached(county)
        county.doses.moved(name, villages_moved(levers, {k: before[k] for k in moves}, units))


def _only_named(policy: Policy, levers: Levers, before: dict[str, np.ndarray], name: str) -> None:
    """Refuse a policy that moves a lever its class does not name."""
    for lever, earlier in before.items():
        if lever not in policy.levers and not np.array_equal(getattr(levers, lever), earlier):
            raise PolicyError(
                f"policies.{name} moved the lever {lever!r}, which its class does not name; "
                f"write levers = {(*policy.levers, lever)!r} in {type(policy).__name__}"
            )
