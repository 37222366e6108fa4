"""Training: who is trained, and how often."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from sim.model.agents.cadre import LEADERS, among
from sim.model.config.fields import NonNegative, Share, unit
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class Training(Policy):
    """Train cadres every so many months; what is learnt fades."""

    """干部培训"""

    levers: ClassVar[tuple[str, ...]] = ("training", "training_cost", "training_all")
    doses: ClassVar[dict[str, Dose]] = {
        "trained": Dose("cadres", "sum", "cadres trained", "参训干部（人次）"),
    }

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

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count those trained this month."""
        began = self.began(county, county.month)
        if began is None or (county.month - began) % self.every:
            return {}
        reached = self.reached(county)[county.borders.unit[county.slot_village()]]
        leads = among(county.cadres["post"], *LEADERS)
        turn = county.in_post if self.who == "all" else leads
        asked = self.share * self.dose(county, county.month) * (turn & reached).sum()
        return {"trained": (float(asked), float((reached & county.trained).sum()))}

    def next_change(self, county: "CountyModel", month: int) -> int:
        """Return its next turn, if that is first, or the month after the turn."""
        began, change = self.began(county, month), super().next_change(county, month)
        if began is None:
            return change
        passed = (month - began) % self.every
        return min(change, month + self.every - passed if passed else month + 1)

    def apply(self, county: "CountyModel", month: int) -> None:
        """Train this month, if it is its turn."""
        began = self.began(county, month)
        if began is None or (month - began) % self.every:
            return
        reached, levers = self.reached(county), county.levers
        levers.training[reached] = self.share * self.dose(county, month)
        levers.training_cost[reached] = self.cost
        levers.training_all[reached] = self.who == "all"
