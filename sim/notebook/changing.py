"""Policies changed while a county runs: the past stays, and the configuration says all of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.config.loading import changed
from sim.config.plugged import policy_named
from sim.errors import InputError, nearest
from sim.model.calendar import format_month
from sim.model.config.naming import SINGLE, kind_of
from sim.model.config.schema import Config
from sim.model.policies import POLICIES
from sim.model.world.case import Case, make_case, reform_of

if TYPE_CHECKING:
    from sim.model.county import CountyModel

#: label of a block that `with_policy` adds, before its month
_SINCE = "since_"
#: fields of a block that say when it acts: one that begins next month has none of the earlier one's
_WHEN = ("start", "end", "when", "until", "ramp_months")


def with_policy(county: "CountyModel", name: str, fields: Mapping[str, Any] | None) -> Config:
    """Return a county's configuration with a policy changed from the next month on.

    Parameters
    ----------
    county : CountyModel
        A county, as far as it has run.
    name : str
        Name of the policy's block.
    fields : mapping or None
        What changes; None ends it.

    Raises
    ------
    InputError
        If that cannot be done.
    """
    config, following, name = county.config, county.month + 1, policy_named(name)
    if following >= config.start + config.months:
        raise InputError("the last month is simulated: no policy can change any more")
    following = max(following, config.start)
    kind, month = kind_of(name), format_month(following)
    if kind not in POLICIES and ":" not in kind:
        raise InputError(f"no policy is called {kind!r}{nearest(kind, POLICIES)}")
    if kind in SINGLE:
        raise InputError(
            f"{kind}: its plan is in the world that the county was built with; give it in the "
            "configuration, or branch the county before it: county.branch({'policies.merger...': })"
        )
    now = _current(config, name, following)
    if fields is None:
        new = _ended(config, name, now, month, following)
    else:
        new = _given(config, name, now, fields, following)
    differs = _rewritten(config, new, following)
    if differs:
        raise InputError(
            f"{', '.join(differs)}: would change what has happened already; let it begin in "
            f"{month} or later (no start: in {month})"
        )
    return new


def _given(
    config: Config, name: str, now: str | None, fields: Mapping[str, Any], following: int
) -> Config:
    """Return a configuration in which fields of a policy are others from a month on."""
    month = format_month(following)
    if now is not None and _start(config, now) >= following:  # has not begun: as if so written
        given = {"start": month} | dict(fields)
        return _changed(config, {f"policies.{now}.{key}": value for key, value in given.items()})
    block = {} if now is None else config.active()[now].model_dump(mode="json", exclude_unset=True)
    block = {key: value for key, value in block.items() if key not in _WHEN}
    block |= {"start": month} | dict(fields)
    added = name if now is None and name not in config.active() else _labelled(name, month)
    changes = {} if now is None else {f"policies.{now}.end": month}
    return _changed(config, changes | {f"policies.{added}": block})


def _current(config: Config, name: str, following: int) -> str | None:
    """Return the block that a name means now: itself or what `set_policy` made of it."""
    ours = [
        block
        for block, policy in config.active().items()
        if (block == name or block.startswith(f"{_labelled(name, '')}"))
        and (policy.end is None or policy.end > following)
    ]
    return ours[-1] if ours else None


def _labelled(name: str, month: str) -> str:
    return f"{name}{'_' if '#' in name else '#'}{_SINCE}{month}"


def _start(config: Config, name: str) -> int:
    start = config.active()[name].start
    return config.reform if start is None else start


def _ended(config: Config, name: str, now: str | None, month: str, following: int) -> Config:
    """Return a configuration in which a policy ends."""
    if now is None:
        given = ", ".join(config.active()) or "none"
        raise InputError(f"{name} is not in force and will not be; the policies are {given}")
    if _start(config, now) >= following:
        return _changed(config, {f"policies.{now}": None})
    return _changed(config, {f"policies.{now}.end": month})


def _changed(config: Config, changes: dict[str, Any]) -> Config:
    return changed(config, changes)


def branched(county: "CountyModel", config: Config) -> tuple[Config, Case]:
    """Return what a branch of a county goes on under: a configuration and its case.

    Raises
    ------
    InputError
        If the configuration differs in what has happened already.
    """
    old, following = county.config, county.month + 1
    aside = {"title", "policies", "reform", "seed"}
    one, other = (each.model_dump(mode="json", exclude=aside) for each in (old, config))
    differs = [key for key in one if one[key] != other[key]]
    differs += _rewritten(old, config, following)
    if differs:
        raise InputError(
            f"{', '.join(sorted(differs))}: differs from the county that is branched in what has "
            f"happened already; let policies begin in {format_month(following)} or later, or "
            "change what is in force in the copy: other = county.branch(); other.set_policy(...)"
        )
    reform = reform_of(config.county, config.reform)
    case = make_case(county.world, reform, config.policies.merger, county.seed)
    if not np.array_equal(case.reference.seat, county.case.reference.seat):
        raise InputError(
            "policies.merger: another plan than that by which this county tells absorbed from "
            "absorbing villages from its first month on; make a new CountyModel"
        )
    return config.model_copy(update={"seed": county.seed}), case


def _rewritten(old: Config, new: Config, following: int) -> list[str]:
    """Return the policies that differ between two configurations in what has happened already."""
    one, other = _begun(old, following), _begun(new, following)
    names = sorted(one.keys() | other.keys())
    return [f"policies.{name}" for name in names if one.get(name) != other.get(name)]


def _begun(config: Config, following: int) -> dict[str, Any]:
    """Return the policies that have begun, by name, with the month in which they did."""
    found = {}
    for name, policy in config.active().items():
        start, data = _start(config, name), policy.model_dump(mode="json")
        if start < following:
            ends = policy.end is not None and policy.end >= following
            found[name] = start, data | ({"end": None} if ends else {})
    return found


def told_policies(county: "CountyModel") -> str:
    """Return the names of the policies in force, or that there is none."""
    return ", ".join(county.in_force) or "none"
