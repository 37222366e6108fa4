"""The combined role (一肩挑): one person is Party secretary and village director."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.model.agents.cadre import DEPUTY, SECRETARY_DIRECTOR
from sim.model.config.fields import Share, unit
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class CombinedRole(Policy):
    """Combine the posts of secretary and director in a share of the villages."""

    """书记主任“一肩挑”"""

    levers: ClassVar[tuple[str, ...]] = ("combined", "deputies", "heads_collective")
    doses: ClassVar[dict[str, Dose]] = {
        "combined": Dose("villages", "last", "villages led by one person", "书记主任一肩挑的村"),
        "deputies": Dose("posts", "last", "deputy secretaries in post", "在岗副书记"),
    }

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

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count villages led by a secretary-director, and deputies, in post."""
        reached = self.reached(county) & county.borders.is_village
        dose, post = self.dose(county, county.month), county.cadres["post"]
        at = reached[county.borders.unit[county.slot_village()]]
        count = float((post[at] == SECRETARY_DIRECTOR).sum())
        found = {"combined": (self.share * dose * float(reached.sum()), count)}
        if self.deputies:
            found["deputies"] = (float(self.deputies), float((post[at] == DEPUTY).sum()))
        return found

    def apply(self, county: "CountyModel", month: int) -> None:
        """Set which units combine the two posts and which of them have a deputy."""
        units, borders = self.villages_reached(county), county.borders
        if self.who == "drawn":
            order = county.fixed_order("combined_role", units)
        elif self.who == "largest":
            order = borders.largest_first(units)
        else:
            order = units[np.argsort(borders.registered[units], kind="stable")]
        count = round(self.share * self.dose(county, month) * units.size)
        combined = order[:count]
        county.levers.combined[combined] = True
        county.levers.heads_collective[combined] = self.heads_collective
        county.levers.deputies[borders.largest_first(combined)[: self.deputies]] = 1
