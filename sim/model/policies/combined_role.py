"""The combined role (一肩挑): one person is Party secretary and village director."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.model.config.fields import Share, unit
from sim.model.policies.base import Policy

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class CombinedRole(Policy):
    """Combine the posts of secretary and director in a share of the villages."""

    """书记主任“一肩挑”"""

    levers: ClassVar[tuple[str, ...]] = ("combined", "deputies", "heads_collective")

    share: Share = 1.0
    """Share of the villages reached whose posts are combined, once ramped up."""
    """“一肩挑”的村所占比例"""
    who: Literal["drawn", "largest", "smallest"] = "drawn"
    """Which villages come first."""
    """先在哪些村实行：抽取、大村、小村"""
    deputies: Annotated[int, Field(ge=0)] = unit("posts in the county", default=0)
    """Deputy secretaries among the posts, one per combined village, the largest first."""
    """副书记职数（全县）"""
    heads_collective: bool = False
    """Whether the secretary of a combined village heads its collective, too."""
    """“一肩挑”村的书记是否兼任集体经济组织负责人"""

    def apply(self, county: "CountyModel", month: int) -> None:
        """Set which units combine the two posts and which of them have a deputy."""
        units = np.flatnonzero(self.reached(county) & county.borders.is_village)
        if self.who == "drawn":
            order = county.fixed_order("combined_role", units)
        else:
            sign = -1 if self.who == "largest" else 1
            order = units[np.argsort(sign * county.borders.registered[units], kind="stable")]
        count = round(self.share * self.dose(county, month) * units.size)
        combined = order[:count]
        county.levers.combined[combined] = True
        county.levers.heads_collective[combined] = self.heads_collective
        largest = combined[np.argsort(-county.borders.registered[combined], kind="stable")]
        county.levers.deputies[largest[: self.deputies]] = 1
