"""Project money for collectives (扶持壮大村级集体经济), cooperatives and joint ventures."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.model.compiled import I8
from sim.model.config.fields import NonNegative, Share, unit
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose
from sim.model.policies.groups import rent_per_person

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class CollectiveSupport(Policy):
    """Give some villages' collectives project money from higher government, once each."""

    """村集体经济扶持项目"""

    levers: ClassVar[tuple[str, ...]] = ("support", "joint", "cooperative")
    doses: ClassVar[dict[str, Dose]] = {
        "project_money": Dose("yuan", "last", "project money received", "到账项目资金"),
    }

    villages: Annotated[int, Field(ge=0)] | None = unit("villages in the county", default=None)
    """Villages supported; give this or `share`."""
    """扶持的村数"""
    share: Share | None = None
    """Share of the villages reached that are supported; give this or `villages`."""
    """扶持的村所占比例"""
    choose: Literal["drawn", "largest", "poorest"] = "drawn"
    """Which come first: by registered persons, or by collective rent a person at the start."""
    """先扶持哪些村：抽取、大村、集体收入低的村"""
    amount: NonNegative = unit("yuan per village", default=1_000_000.0)
    """Project money; it earns once the project is finished (parameter `return_lag`)."""
    """每村项目资金"""
    cooperative: bool = False
    """Open a Party-led cooperative too, which members join with land and labour if they trust."""
    """是否同时办党组织领办合作社"""
    joint: Annotated[float, Field(ge=0, le=10)] = unit("yuan per yuan of project money", default=0)
    """Capital that enterprises put into joint ventures beside the project money."""
    """每元项目资金带动的企业合股资金"""

    @model_validator(mode="after")
    def _one_of_two(self) -> "CollectiveSupport":
        if (self.villages is None) == (self.share is None):
            raise ValueError("give either villages (a number) or share, not both")
        return self

    def order(self, county: "CountyModel") -> I8:
        """Return the units reached, those first supported first."""
        borders = county.borders
        units = county.fixed_order("collective_support", self.villages_reached(county))
        if self.choose == "drawn":
            return units
        if self.choose == "largest":
            return borders.largest_first(units)
        return units[rent_per_person(county)[units].argsort(kind="stable")]

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count the project money that the collectives supported have had, to what is promised."""
        if not self.amount:
            return {}
        number, chosen = self._chosen(county, county.month)
        had = county.borders.total(county.collectives["project_money"].astype(float)) / 100.0
        asked = self.amount * self.dose(county, county.month) * number
        return {"project_money": (asked, float(np.minimum(had[chosen], self.amount).sum()))}

    def next_change(self, county: "CountyModel", month: int) -> int:
        """Return the next month while it is the poorest that come first: they change."""
        anew = self.choose == "poorest" and self.began(county, month) is not None
        return month + 1 if anew else super().next_change(county, month)

    def apply(self, county: "CountyModel", month: int) -> None:
        """Promise the money to as many units as the dose allows."""
        chosen = self._chosen(county, month)[1]
        county.levers.support[chosen] = self.amount
        county.levers.joint[chosen] = self.joint
        county.levers.cooperative[chosen] = float(self.cooperative)

    def _chosen(self, county: "CountyModel", month: int) -> tuple[float, I8]:
        """Return how many units are to be supported in all, and those that are this month."""
        units = self.order(county)
        number = float(self.villages or 0) if self.share is None else self.share * units.size
        return number, units[: round(self.dose(county, month) * number)]
