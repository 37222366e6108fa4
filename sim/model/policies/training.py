"""Training: who is trained, and how often."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from sim.model.config.fields import NonNegative, Share, unit
from sim.model.policies.base import Policy

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class Training(Policy):
    """Train cadres every so many months; what is learnt fades."""

    """干部培训"""

    levers: ClassVar[tuple[str, ...]] = ("training", "training_cost", "training_all")

    who: Literal["leaders", "all"] = "leaders"
    """Secretaries and directors, or all cadres."""
    """培训对象：leaders 主职，all 全体"""
    share: Share = 1.0
    """Share of them trained each time, drawn."""
    """每次参训比例"""
    every: Annotated[int, Field(ge=1, le=120)] = unit("months", default=12)
    """Months from one training to the next, the first at the policy's start."""
    """间隔月数"""
    cost: NonNegative = unit("yuan per person", default=0.0)
    """Cost of one training, paid by the county."""
    """每人每次费用"""

    def apply(self, county: "CountyModel", month: int) -> None:
        """Train this month, if it is its turn."""
        began = self.began(county, month)
        if began is None or (month - began) % self.every:
            return
        reached, levers = self.reached(county), county.levers
        levers.training[reached] = self.share * self.dose(county, month)
        levers.training_cost[reached] = self.cost
        levers.training_all[reached] = self.who == "all"
