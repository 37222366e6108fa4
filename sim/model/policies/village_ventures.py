"""Ventures between villages (村村联建): neighbours' collectives manage assets together."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from pydantic import Field

from sim.model.config.fields import Share, unit
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose
from sim.model.policies.groups import of_townships

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class VillageVentures(Policy):
    """Let collectives of villages of one township manage a share of their assets together.

    Each keeps what it put in, and what that earns. Nothing is moved between villages, and no hours
    are asked for it.
    """

    """村村联建"""

    levers: ClassVar[tuple[str, ...]] = ("venture", "venture_share")
    doses: ClassVar[dict[str, Dose]] = {
        "joined": Dose("villages", "last", "villages in ventures with others", "参加村村联建的村"),
    }

    share: Share
    """Share of the villages reached that take part, drawn by venture."""
    """参加联建的村所占比例（按联建体抽取）"""
    size: Annotated[int, Field(ge=2, le=20)] = unit("villages per venture", default=3)
    """Villages of a venture: those of a township, in the order of the list."""
    """每个联建体的村数（同一乡镇，按名录顺序）"""
    invested: Share = 0.5
    """Share of their operating assets that they manage together."""
    """投入联建的经营性资产比例"""

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count the villages in ventures."""
        at = self.villages_reached(county)
        asked = self.dose(county, county.month) * self.share * at.size
        return {"joined": (asked, float((county.levers.venture[at] > 0).sum()))}

    def apply(self, county: "CountyModel", month: int) -> None:
        """Set which ventures come about, and what share is put in."""
        units = self.villages_reached(county)
        wanted = self.dose(county, month) * self.share * units.size
        groups = of_townships(county, units, self.size)
        ventures = {one[0]: one for one in groups if one.size > 1}  # who is alone has none
        joined = 0
        for first in county.fixed_order("village_ventures", np.array([*ventures], dtype=np.int64)):
            members = ventures[first]
            if joined + members.size / 2.0 <= wanted:
                county.levers.venture[members] = first + 1
                county.levers.venture_share[members] = self.invested
                joined += members.size
