"""Consultation: people are heard, and vote, before their village is merged."""

from typing import TYPE_CHECKING, ClassVar

from sim.model.config.fields import Share
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class Consultation(Policy):
    """Hear people and let them vote; it costs cadres' hours, and softens a merger's shock.

    What was heard until the month of the merger counts: let it start before, with a ramp.
    """

    """合并前征求意见"""

    levers: ClassVar[tuple[str, ...]] = ("heard", "vote")
    doses: ClassVar[dict[str, Dose]] = {
        "heard": Dose("persons", "last", "persons heard before a merger", "合并前听取意见的人数"),
    }

    heard: Share | None = None
    """Share of registered persons heard (Leshan 0.0065, Dechang 0.016: opinions collected)."""
    """听取意见人数占户籍人口的比例"""
    vote: bool | None = None
    """Whether old villages vote once the policy is in full force."""
    """是否组织村民表决"""

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count the persons heard in time."""
        if self.heard is None:
            return {}
        merges = "merger" in county.config.active()
        there = self.reached(county)[county.borders.unit]
        persons = county.world.registered[there]
        asked = self.heard * self.dose(county, county.month) * persons.sum()
        heard = float((county.heard_in_time[there] * persons).sum())
        return {"heard": (float(asked), heard if merges else 0.0)}

    def apply(self, county: "CountyModel", month: int) -> None:
        """Say what share has been heard by this month, and whether there is a vote."""
        units, dose = self.reached(county), self.dose(county, month)
        if self.heard is not None:
            county.levers.heard[units] = dose * self.heard
        if self.vote is not None:
            county.levers.vote[units] = float(self.vote and dose >= 1.0)
