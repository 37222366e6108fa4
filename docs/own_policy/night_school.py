"""A policy of one's own: night schools teach village cadres to report in fewer steps."""

from typing import Annotated, ClassVar

from pydantic import Field

from hecun import CountyModel, Policy, Share, unit


class NightSchool(Policy):
    """Cadres of some villages go to night school and need fewer reporting lines."""

    levers: ClassVar[tuple[str, ...]] = ("lines",)

    villages: Annotated[int, Field(ge=0)] = unit("villages")
    """Villages whose cadres are taught, drawn once per county and seed."""
    spared: Share = 0.3
    """Share of a village's reporting lines that its cadres no longer need, once ramped up."""

    def apply(self, county: CountyModel, month: int) -> None:
        """Lower the reporting lines of the villages taught."""
        reached = (self.reached(county) & county.borders.is_village).nonzero()[0]
        taught = county.fixed_order("night_school", reached)[: self.villages]
        county.levers.lines[taught] *= 1 - self.spared * self.dose(county, month)
