"""Service delivery: how people far from the office, or at home, are served."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from pydantic import Field

from sim.model.config.fields import NonNegative, Share, unit
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class ServiceDelivery(Policy):
    """Outposts, office hours, home visits, an online platform, one-stop centres, micro-groups."""

    """便民服务方式"""

    levers: ClassVar[tuple[str, ...]] = (
        "outposts",
        "outpost_opening",
        "office_hours",
        "office_kept",
        "home_visits",
        "visit_elderly",
        "visit_km",
        "online",
        "one_stop",
        "micro_groups",
        "proxies",
        "buses",
    )
    doses: ClassVar[dict[str, Dose]] = {
        "outposts": Dose("outposts", "last", "outposts open", "开放的便民服务点"),
        "office": Dose(
            "hours", "last", "hours a day of offices open by rota", "值班开门时数（每日）"
        ),
        "visits": Dose("hours", "sum", "hours of home visits", "上门服务工时"),
    }

    outposts: Share | None = None
    """Share of the absorbed offices in the villages reached reopened, the remotest first."""
    """恢复为便民服务点的被并村办公点比例（先远后近）"""
    outpost_opening: Share | None = None
    """Share of the days on which outposts are open; every day if not given."""
    """便民服务点开放天数比例"""
    office_hours: Annotated[float, Field(ge=0, le=24)] | None = unit("h/day", default=None)
    """Hours a day for which a rota posts the office open; as before the reform if not given."""
    """村委会公示的每日值班时间"""
    office_kept: Share | None = None
    """Share of the posted hours in which the office is open; more where the county checks."""
    """公示值班时间实际有人的比例（有检查则高）"""
    home_visits: Share | None = None
    """Share of service hours kept for home visits."""
    """用于上门服务的工时比例"""
    visit_elderly: bool | None = None
    """Whether residents of 60 and over may ask for a visit; they may if not given."""
    """60岁及以上居民可否要求上门服务"""
    visit_km: NonNegative | None = unit("km by road", default=None)
    """Everybody who lives at least so far from a site may ask for a visit."""
    """路程不少于此数的居民均可要求上门服务"""
    online: Share | None = None
    """Completeness of the online platform: 0 as before, 1 all that it can offer."""
    """网上办事平台健全程度"""
    one_stop: Share | None = None
    """Share of the office's work done by a one-stop centre (一站式)."""
    """一站式服务所占比例"""
    micro_groups: Share | None = None
    """Share of villager groups with self-governance (微自治)."""
    """设微自治组的村民小组比例"""
    proxies: Share | None = None
    """How far residents can leave errands to a proxy (代办); the proxy's road is not counted."""
    """代办服务覆盖程度（不计代办员路程）"""
    buses: Share | None = None
    """Share of residents whom rural buses take to the office: more go; how long the road is, and
    what buses cost, stays uncounted, so that hours on the road rise with journeys."""
    """有乡村客运可乘去办事的居民比例（不计其费用）"""

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count open outposts, and the hours spent on home visits this month."""
        reached, dose, borders = (
            self.reached(county),
            self.dose(county, county.month),
            county.borders,
        )
        found = {}
        if self.outposts is not None:
            absorbed = (borders.unit != np.arange(borders.unit.size)) & reached[borders.unit]
            opened = float(np.add.reduce(borders.outpost & absorbed))
            found["outposts"] = (self.outposts * dose * np.add.reduce(absorbed), opened)
        levers = county.levers
        if self.office_hours is not None or self.office_kept is not None:
            posted = levers.office_hours[reached] * levers.office_kept[reached]
            staffed = county.hours["cadres"][reached] > 0
            on_rota = np.add.reduce(county.hours["rota"][reached])
            found["office"] = (float(np.add.reduce(posted[staffed])), float(on_rota))
        if self.home_visits is not None:
            kept, spent = (county.hours[key][reached] for key in ("service_hours", "visit_hours"))
            asked = self.home_visits * dose * np.add.reduce(kept)
            found["visits"] = (float(asked), float(np.add.reduce(spent)))
        return found

    def apply(self, county: "CountyModel", month: int) -> None:
        """Move each lever that is given from what it was toward what is wanted."""
        units, dose = self.reached(county), self.dose(county, month)
        for name in self.moves():
            lever, wanted = getattr(county.levers, name), getattr(self, name)
            if name in ("visit_elderly", "visit_km"):
                lever[units] = wanted
            else:
                lever[units] += dose * (wanted - lever[units])
