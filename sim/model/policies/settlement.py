"""Settlement (妥善安置): what is done for cadres who lose their posts."""

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.model.config.fields import NonNegative, Share, unit
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class Settlement(Policy):
    """Talk with displaced cadres, find them another place, pay a leaving allowance."""

    """离任干部安置"""

    levers: ClassVar[tuple[str, ...]] = (
        "settle_interviews",
        "settle_placement",
        "settle_allowance",
    )
    doses: ClassVar[dict[str, Dose]] = {
        "displaced": Dose("cadres", "sum", "displaced cadres settled", "安置的离任干部"),
        "allowances": Dose("yuan", "sum", "leaving allowances paid", "发放的离任补助"),
    }

    interviews: Share = 0.0
    """Share of the displaced who are talked with."""
    """谈心谈话的比例"""
    placement: Share = 0.0
    """Share of the displaced for whom another place is found."""
    """另行安置的比例"""
    allowance: NonNegative = unit("yuan per displaced cadre", default=0.0)
    """Leaving allowance, paid once."""
    """一次性离任补助"""

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count the month's displaced cadres, and the allowances they were paid."""
        there = self.reached(county)[county.borders.unit]
        displaced = float(np.add.reduce(county.displaced[there]))
        settled = displaced * max(self.interviews, self.placement)
        found = {"displaced": (settled, settled)} if self.interviews or self.placement else {}
        if self.allowance:
            paid = (county.displaced * county.levers.settle_allowance[county.borders.unit])[there]
            asked = self.allowance * self.dose(county, county.month) * displaced
            found["allowances"] = (asked, float(np.add.reduce(paid)))
        return found

    def apply(self, county: "CountyModel", month: int) -> None:
        """Set what the month's displaced cadres are given."""
        reached, dose, levers = self.reached(county), self.dose(county, month), county.levers
        levers.settle_interviews[reached] = self.interviews * dose
        levers.settle_placement[reached] = self.placement * dose
        levers.settle_allowance[reached] = self.allowance * dose
