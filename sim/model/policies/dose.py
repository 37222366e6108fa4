"""Dose: what a policy asked for while it was in force, beside what was delivered."""

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from sim.model.county import CountyModel
    from sim.model.levers import Levers
    from sim.model.policies.base import Policy

#: months from one count of what lasts (posts, villages) to the next
EVERY = 12
#: share of what was asked for below which a dose is far less than that
FAR_LESS = 0.5
#: the dose that every policy has: villages in which it set a lever otherwise than it was
MOVED = "moved"


class Dose(NamedTuple):
    """What a policy moves directly, and how that is counted.

    Attributes
    ----------
    unit : str
        Unit.
    how : {"sum", "last"}
        Added up month by month, or what there is at the last count.
    en, zh : str
        What is counted.
    """

    unit: str
    how: Literal["sum", "last"]
    en: str
    zh: str


class Given(NamedTuple):
    """A dose of one policy in one run.

    Attributes
    ----------
    policy, what : str
        Name of the policy's block, and of the dose.
    months : int
        Months in force.
    asked : float
        What the policy asked for; NaN where it asks for no number.
    delivered : float
        What was delivered.
    """

    policy: str
    what: str
    months: int
    asked: float
    delivered: float

    @property
    def verdict(self) -> Literal["never", "idle", "nothing", "less", ""]:
        """Return what is to be said of it; '' if it was delivered."""
        if self.months == 0:
            return "never"
        if self.asked == 0.0:
            return "idle"
        if self.delivered == 0.0:
            return "nothing"
        return "less" if self.delivered < FAR_LESS * self.asked else ""


DOSE_MOVED = Dose("villages", "last", "villages where it moved a lever", "调整了政策变量的村数")


@cache
def _adds(policy: "type[Policy]") -> bool:
    """Return whether a policy has a dose that every month adds to."""
    return any(dose.how == "sum" for dose in policy.doses.values())


class Doses:
    """Doses of a run's policies so far.

    Parameters
    ----------
    end : int
        Last month of the run.
    any_month : bool
        It may end before, in any month.

    Attributes
    ----------
    moves : dict of str to int
        Policy -> villages in which it set a lever otherwise than it was, when levers were last set.
    """

    def __init__(self, end: int, any_month: bool = False) -> None:
        self._end, self._any = end, any_month
        self.moves: dict[str, int] = {}
        self._months: Counter[str] = Counter()
        self._given: dict[tuple[str, str], tuple[float, float]] = {}

    def count_moved(self, name: str, policy: "Policy", county: "CountyModel") -> bool:
        """Count villages where a policy moves a lever, the most so far; tell if what lasts counts.

        It does once a year, and at the end; policies of one's own move levers in any month.
        """
        began, month = policy.began(county, county.month), county.month
        ends = policy.until is not None or month == self._end or month + 1 == policy.end
        counts = began is not None and (ends or self._any or (month - began) % EVERY == 0)
        if (counts or ":" in name) and name in self.moves:
            before = self._given.get((name, MOVED), (np.nan, 0.0))[1]
            self._given[name, MOVED] = np.nan, max(before, float(self.moves[name]))
        return counts

    def add(self, name: str, policy: "Policy", county: "CountyModel") -> None:
        """Count the month's doses of a policy in force, once the processes have run.

        Raises
        ------
        ValueError
            If the policy counts what it does not name, or no number.
        """
        self._months[name] += 1
        counts = self.count_moved(name, policy, county)
        if not counts and not _adds(type(policy)):
            return
        for what, pair in policy.delivered(county).items():
            asked, given = map(float, pair)
            if what not in policy.doses:
                raise ValueError(f"delivered gives {what!r}, which doses does not name")
            if not (asked >= 0.0 and 0.0 <= given < np.inf):
                raise ValueError(f"delivered gives {what}: {given:g} of {asked:g}")
            if policy.doses[what].how == "sum":
                before = self._given.get((name, what), (0.0, 0.0))
                self._given[name, what] = before[0] + asked, before[1] + given
            elif counts:
                self._given[name, what] = asked, given

    def given(self, policies: "dict[str, Policy]") -> list[Given]:
        """Return every dose of every policy, in order of application."""
        found = []
        for name in policies:
            months = self._months[name]
            own = {what: pair for (policy, what), pair in self._given.items() if policy == name}
            for what, pair in (own or {MOVED: (np.nan, 0.0)}).items():
                found.append(Given(name, what, months, *pair))
        return found


def villages_moved(levers: "Levers", before: dict[str, np.ndarray], units: np.ndarray) -> int:
    """Return in how many of some villages any of some levers is not as it was."""
    moved = np.zeros(units.size, dtype=bool)
    for lever, earlier in before.items():
        moved |= getattr(levers, lever) != earlier
    return int(np.add.reduce(moved & units))


def as_rows(given: list[Given]) -> list[list[Any]]:
    """Return doses as plain data, a row a dose; an unknown number is None."""
    return [[*one[:3], None if np.isnan(one.asked) else one.asked, one.delivered] for one in given]


def of_rows(rows: list[list[Any]]) -> list[Given]:
    """Return doses from plain data."""
    return [
        Given(policy, what, months, np.nan if asked is None else asked, delivered)
        for policy, what, months, asked, delivered in rows
    ]


def shortfalls(given: list[Given]) -> list[Given]:
    """Return what of some doses is to be said.

    Those that were not delivered, or far less than asked for, or had nothing to do; and of a policy
    that was never in force, or moved no lever, that it was so.
    """
    found = []
    for policy in dict.fromkeys(one.policy for one in given):
        own = [one for one in given if one.policy == policy]
        direct = [one for one in own if one.what != MOVED and one.verdict]
        short = direct or [one for one in own if one.verdict]
        if own[0].months == 0:
            short = own[:1]
        found += short
    return found
