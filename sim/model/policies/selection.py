"""Selection (选优配强): who may stand for village posts, and by which weights they are chosen."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.model.config.fields import NonNegative, unit
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose

if TYPE_CHECKING:
    from sim.model.county import CountyModel

#: who stands again, as `sim.model.processes.posts` numbers it
RESELECT = {"none": 0, "merged": 1, "all": 2}
Weight = Annotated[float, Field(ge=0, le=5)]


class Selection(Policy):
    """Fill posts from a talent pool, by the county's weights; felt only where posts are filled.

    By the dose the pool, the levels of vetting and the age aim grow, and the weights move from what
    they are without the policy; who stands again does not depend on it.
    """

    """选优配强"""

    levers: ClassVar[tuple[str, ...]] = ("selection",)
    doses: ClassVar[dict[str, Dose]] = {
        "candidates": Dose(
            "persons", "sum", "vetted persons of the pool who take the pay", "人才库中合格应聘人次"
        ),
    }

    pool: NonNegative = unit("persons in the county", default=0.0)
    """Talent pool (returned migrants, graduates, veterans, entrepreneurs), kept up to this size."""
    """人才库人数（全县）"""
    reserve: NonNegative = unit("persons in the county", default=0.0)
    """Those of the pool who are trained in advance as reserve cadres."""
    """其中后备干部人数"""
    vetting: Annotated[int, Field(ge=0, le=10)] = unit("levels", default=0)
    """Levels at which candidates, holders who stand again among them, are vetted."""
    """资格审查级数"""
    ability: Weight | None = unit("weight", default=None)
    """Weight of ability (0-1) in the score; as without the policy if not given."""
    """能力的权重"""
    youth: Weight | None = unit("per 10 years", default=None)
    """Weight of youth; as without the policy if not given."""
    """年轻化的权重"""
    standing: Weight | None = unit("weight", default=None)
    """Weight of having led a village; as without the policy if not given."""
    """任过主职的权重"""
    returned: Weight | None = unit("weight", default=None)
    """Weight of having returned from working away; as without the policy if not given."""
    """返乡经历的权重"""
    age_aim: Annotated[float, Field(ge=0, le=80)] = unit("years", default=0.0)
    """Age below which youth no longer counts."""
    """年龄目标：低于此年龄不再加分"""
    reselect: Literal["none", "merged", "all"] = "merged"
    """Whose posts are filled anew: nobody's, merged villages' at the merger, all at the start."""
    """重新选任：none 不重选，merged 合并村重选，all 全部重选"""

    @model_validator(mode="after")
    def _reserve_in_pool(self) -> "Selection":
        if self.reserve > self.pool:
            raise ValueError("reserve is a part of pool: it must not be larger")
        return self

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count who of the pool stood where posts were open: vetted, and content with the pay."""
        if not self.pool:
            return {}
        there = self.reached(county)[county.borders.unit]
        persons = county.world.registered
        opened = there & county.pool_open[county.borders.unit]
        share = np.add.reduce(persons[opened]) / max(1, np.add.reduce(persons[there]))
        asked = self.pool * self.dose(county, county.month) * share
        return {"candidates": (float(asked), float(np.add.reduce(county.pool_stood[there])))}

    def apply(self, county: "CountyModel", month: int) -> None:
        """Set how posts are filled in the units reached."""
        reached, dose = self.reached(county), self.dose(county, month)
        lever = county.levers.selection
        villages = np.flatnonzero(reached[county.borders.unit])
        persons = county.world.registered[villages]
        for name, number in (("pool", self.pool), ("reserve", self.reserve)):
            lever[name][villages] = number * dose * persons / max(1, np.add.reduce(persons))
        lever["on"][reached] = True
        lever["vetting"][reached] = self.vetting * dose
        lever["age_aim"][reached] = self.age_aim * dose
        lever["reselect"][reached] = RESELECT[self.reselect]
        for name in ("ability", "youth", "standing", "returned"):
            weight = getattr(self, name)
            if weight is not None:
                lever[name][reached] += dose * (weight - lever[name][reached])
