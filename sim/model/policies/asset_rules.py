"""Whether original collectives' assets stay apart after a merger (四不变) or are pooled."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from sim.model.config.fields import Share
from sim.model.levers import CONSENT, POOLED, SEPARATE
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose

if TYPE_CHECKING:
    from sim.model.county import CountyModel

_CODES = {"separate": SEPARATE, "consent": CONSENT, "pooled": POOLED}


class AssetRules(Policy):
    """Say how merged villages manage the assets of their sub-accounts, and spend on welfare."""

    """合并后集体资产规则"""

    levers: ClassVar[tuple[str, ...]] = ("asset_rule", "welfare")
    doses: ClassVar[dict[str, Dose]] = {
        "pooled": Dose("villages", "last", "merged villages that pool assets", "统筹资产的合并村"),
    }

    rule: Literal["separate", "consent", "pooled"] = "separate"
    """Apart (as without this policy), as far as members agree year by year, or together at once.

    What has been pooled stays pooled when the policy ends.
    """
    """资产规则：separate 四不变、分账管理，consent 成员同意后统筹，pooled 统一管理"""
    welfare: Share | None = None
    """Share of the collective's income spent on members' welfare; as before if not given."""
    """集体收入用于成员福利的比例"""

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count merged villages whose assets are pooled, wholly or as far as members agree."""
        if self.rule == "separate":
            return {}
        several = self.reached(county) & county.borders.is_unit & (county.originals() > 1)
        pooled = several & (county.collectives["pooled"] > 0.0)
        asked = self.dose(county, county.month) * float(several.sum())
        return {"pooled": (asked, float(pooled.sum()))}

    def apply(self, county: "CountyModel", month: int) -> None:
        """Set the rule in the share of the units that the dose reaches, and the welfare share."""
        units = np.flatnonzero(self.reached(county) & county.borders.is_unit)
        dose = self.dose(county, month)
        order = county.fixed_order("asset_rules", units)
        county.levers.asset_rule[order[: round(dose * units.size)]] = _CODES[self.rule]
        if self.welfare is not None:
            before = county.levers.welfare[units]
            county.levers.welfare[units] = before + dose * (self.welfare - before)
