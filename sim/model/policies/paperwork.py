"""Paperwork: fewer reports, ledgers and inspections, by rule."""

from typing import TYPE_CHECKING, ClassVar

from sim.model.config.fields import Share
from sim.model.policies.base import Policy

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class Paperwork(Policy):
    """Cut what the county asks of villages, or give some of it back after a merger.

    Less paperwork leaves more hours; the county also learns less (parameter `relief_blind`).
    """

    levers: ClassVar[tuple[str, ...]] = ("relief", "ledgers", "rescale")

    relief: Share | None = None
    """Share of a village's reports and inspections cut (Quzhou 0.52, Qiannan 0.60, by count)."""
    ledgers: Share | None = None
    """Share of the work of reporting lines cut (ledgers, groups and apps merged)."""
    rescale: Share | None = None
    """Tasks scaled to merged villages: a village of n old ones is asked n^rescale sets."""

    def apply(self, county: "CountyModel", month: int) -> None:
        """Move each lever that is given toward what is wanted."""
        units, dose = self.reached(county), self.dose(county, month)
        for name in self.moves():
            lever = getattr(county.levers, name)
            lever[units] += dose * (getattr(self, name) - lever[units])
