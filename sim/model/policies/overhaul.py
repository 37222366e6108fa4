"""Overhaul of weak organisations (软弱涣散村党组织整顿)."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.model.compiled import B1, F8
from sim.model.config.fields import NonNegative, Share, unit
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose
from sim.model.processes.oversight import trust_by_unit

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class Overhaul(Policy):
    """Overhaul the organisations of the weakest villages, some at a time, each for a term.

    The weakest are those where trust in cadres is lowest, or grievance highest, when places are
    free. Each is sent a first secretary (paid from above), and more as given. Where an earlier
    policy gives more, that stays.
    """

    """软弱涣散村党组织整顿"""

    levers: ClassVar[tuple[str, ...]] = (
        "first_secretary",
        "first_secretary_term",
        "first_secretary_pay",
        "office_kept",
        "inspections",
    )
    doses: ClassVar[dict[str, Dose]] = {
        "overhauled": Dose("villages", "last", "villages under overhaul", "整顿中的村数"),
    }

    share: Share
    """Share of the villages reached that are overhauled at a time."""
    """同时整顿的村所占比例"""
    by: Literal["trust", "grievance"] = "trust"
    """The weakest are those with the least trust in cadres, or the most grievance."""
    """软弱涣散村的认定：trust 信任最低，grievance 不满最多"""
    months: Annotated[int, Field(ge=1, le=60)] = unit("months", default=12)
    """Months that an overhaul takes; the places go to those that are weakest then."""
    """整顿期限（月），期满后重新认定"""
    pay: NonNegative = unit("yuan/month", default=6000.0)
    """Pay of a first secretary, borne by whoever sends."""
    """第一书记月报酬（派出单位承担）"""
    office_kept: Share | None = None
    """Share of the posted hours in which the office is then open; as before if not given."""
    """整顿期间公示值班时间实际有人的比例"""
    inspections: NonNegative | None = unit("1/year", default=None)
    """Inspections of the collective's accounts in an overhaul; as before if not given."""
    """整顿期间每年检查集体账目的次数"""
    merge: Literal["replace", "max", "min"] | None = "max"
    """Where an earlier policy sets the same lever: this one's value, the larger or the smaller."""
    """与先前政策作用于同一杠杆时：replace 以本项为准，max 取大，min 取小"""

    def reached(self, county: "CountyModel") -> B1:
        """Return which units are under overhaul, shape (villages,)."""
        return self._open(county) & (county.month - county.overhauled_in < self.months)

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count villages under overhaul."""
        asked = self._places(county, county.month)
        return {"overhauled": (asked, float(np.count_nonzero(self.reached(county))))}

    def next_change(self, county: "CountyModel", month: int) -> int:
        """Return also the next month in which a term is over."""
        over = county.overhauled_in + self.months
        return min([super().next_change(county, month), *over[over > month].tolist()])

    def apply(self, county: "CountyModel", month: int) -> None:
        """Begin an overhaul of the weakest where there are places, and set what each brings."""
        under = self.reached(county)
        free = round(self._places(county, month)) - np.count_nonzero(under)
        units = county.fixed_order("overhaul", (self._open(county) & ~under).nonzero()[0])
        weakest = units[self._standing(county)[units].argsort(kind="stable")]
        county.overhauled_in[weakest[: max(0, free)]] = month
        at, levers = self.reached(county), county.levers
        levers.first_secretary[at] = True
        levers.first_secretary_term[at], levers.first_secretary_pay[at] = self.months, self.pay
        if self.office_kept is not None:
            levers.office_kept[at] = self.office_kept
        if self.inspections is not None:
            levers.inspections[at] = self.inspections

    def _open(self, county: "CountyModel") -> B1:
        """Return which units can be overhauled, shape (villages,)."""
        return super().reached(county) & county.borders.is_village

    def _places(self, county: "CountyModel", month: int) -> float:
        """Return how many villages are to be under overhaul."""
        return self.dose(county, month) * self.share * np.count_nonzero(self._open(county))

    def _standing(self, county: "CountyModel") -> F8:
        """Return by what villages are ranked, the weakest lowest, shape (villages,)."""
        if self.by == "trust":
            return trust_by_unit(county)
        persons = county.world.registered
        sore = county.borders.total(county.grievance * persons)
        return -sore / np.maximum(county.borders.registered, 1)
