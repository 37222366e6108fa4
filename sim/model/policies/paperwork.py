"""Paperwork: fewer reports, ledgers and inspections, by rule."""

from typing import TYPE_CHECKING, ClassVar

from sim.model.config.fields import Share
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class Paperwork(Policy):
    """Cut what the county asks of villages, or give some of it back after a merger.

    Less paperwork leaves more hours; the county also learns less (parameter `relief_blind`).
    """

    """为基层减负"""

    levers: ClassVar[tuple[str, ...]] = ("relief", "ledgers", "rescale")
    doses: ClassVar[dict[str, Dose]] = {
        "rescaled": Dose("villages", "last", "merged villages given more", "增派任务的合并村"),
    }

    relief: Share | None = None
    """Share of a village's reports and inspections cut (Quzhou 0.52, Qiannan 0.60, by count)."""
    """报表、检查削减比例（按件数）"""
    ledgers: Share | None = None
    """Share of the work of reporting lines cut (ledgers, groups and apps merged)."""
    """条线台账、微信群等削减比例"""
    rescale: Share | None = None
    """Tasks scaled to merged villages: a village of n old ones is asked n^rescale sets."""
    """合并后任务按原建制村数的多少次方下达（0不增加，1全部恢复）"""

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count merged villages, the only ones that are given some of it back."""
        if not self.rescale:
            return {}
        several = (self.reached(county) & (county.originals() > 1)).sum()
        return {"rescaled": (float(several), float(several))}

    def apply(self, county: "CountyModel", month: int) -> None:
        """Move each lever that is given toward what is wanted."""
        units, dose = self.reached(county), self.dose(county, month)
        for name in self.moves():
            lever = getattr(county.levers, name)
            lever[units] += dose * (getattr(self, name) - lever[units])
