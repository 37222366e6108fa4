"""How many cadres a village may have, and how many reporting lines they answer."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.model.agents.cadre import FIRST_SECRETARY, NONE
from sim.model.compiled import F8, I8
from sim.model.config.fields import NonNegative, Share, Strict, unit
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose

if TYPE_CHECKING:
    from sim.model.county import CountyModel

Posts = Annotated[int, Field(ge=0, le=40)]


class Fixed(Strict):
    """The same number in every village."""

    by: Literal["fixed"]
    """Name of this rule."""
    """…"""
    number: Posts = unit("posts per village")
    """Posts of each village."""
    """职数（fixed：每村；total：全县）"""

    def allowed(self, residents: I8, area_km2: F8) -> I8:
        """Return posts per unit, shape of `residents`."""
        return np.full(residents.size, self.number)


class ByResidents(Strict):
    """More posts for larger villages."""

    by: Literal["residents"]
    """Name of this rule."""
    """…"""
    base: Posts = unit("posts per village")
    """Posts of every village."""
    """每村基本职数"""
    per_1000: NonNegative = unit("posts per 1,000 registered persons", default=0.0)
    """Further posts per 1,000 registered persons, rounded down."""
    """每千户籍人口增加的职数"""
    max: Posts = unit("posts per village", default=12)
    """Most posts of a village."""
    """每村最多职数"""

    @model_validator(mode="after")
    def _ordered(self) -> "ByResidents":
        if self.max < self.base:
            raise ValueError("max must not be below base")
        return self

    def allowed(self, residents: I8, area_km2: F8) -> I8:
        """Return posts per unit, shape of `residents`."""
        extra = np.floor(residents / 1000.0 * self.per_1000).astype(np.int64)
        return np.minimum(self.base + extra, self.max)


class Total(Strict):
    """A number for the county, shared out by registered persons and land (Sainte-Laguë)."""

    by: Literal["total"]
    """Name of this rule."""
    """…"""
    number: Annotated[int, Field(ge=1)] = unit("posts in the county")
    """Posts of all villages together."""
    """职数（fixed：每村；total：全县）"""
    min: Posts = unit("posts per village", default=3)
    """Fewest posts of a village."""
    """每村最少职数"""
    max: Posts = unit("posts per village", default=12)
    """Most posts of a village."""
    """每村最多职数"""
    area: Share = 0.0
    """Weight of land in sharing out; the rest is that of registered persons."""
    """分配时面积所占权重（其余按户籍人口）"""

    @model_validator(mode="after")
    def _ordered(self) -> "Total":
        if self.max < self.min:
            raise ValueError("max must not be below min")
        return self

    def allowed(self, residents: I8, area_km2: F8) -> I8:
        """Return posts per unit, shape of `residents`; they add up to `number` if bounds allow."""
        size = residents.astype(float)
        if self.area and residents.size:  # land as persons, were they spread evenly over it
            size += self.area * (area_km2 * (residents.sum() / area_km2.sum()) - size)
        claims = size[:, None] / (2 * np.arange(self.min, self.max) + 1)  # to one post more
        more = max(0, min(self.number, self.max * residents.size) - self.min * residents.size)
        granted = np.argsort(-claims, axis=None, kind="stable")[:more]
        unit = granted // max(1, self.max - self.min)
        return self.min + np.bincount(unit, minlength=residents.size)


class VillageClass(Strict):
    """A class of villages by size; every condition given must hold."""

    posts: Posts = unit("posts per village")
    """Posts of each village of the class."""
    """该类每村职数"""
    area_km2: NonNegative | None = unit("km2", default=None)
    """Villages of at least so much land."""
    """面积下限"""
    residents: NonNegative | None = unit("persons", default=None)
    """Villages of at least so many registered persons."""
    """户籍人口下限"""


class ByClass(Strict):
    """A number for each class of villages, by area and residents."""

    by: Literal["class"]
    """Name of this rule."""
    """…"""
    classes: Annotated[tuple[VillageClass, ...], Field(min_length=1)]
    """Classes {posts, area_km2, residents}; a village is of the last whose bounds it reaches."""
    """村的分类，每类写 posts 职数、area_km2 面积下限、residents 户籍人口下限；取最后一个符合的类"""

    @model_validator(mode="after")
    def _everybody_has_a_class(self) -> "ByClass":
        if self.classes[0].area_km2 or self.classes[0].residents:
            raise ValueError(
                "the first of classes is for the villages that no other takes: leave out its "
                "area_km2 and residents"
            )
        return self

    def allowed(self, residents: I8, area_km2: F8) -> I8:
        """Return posts per unit, shape of `residents`."""
        posts = np.zeros(residents.size, dtype=np.int64)
        for size in self.classes:
            posts[(area_km2 >= (size.area_km2 or 0)) & (residents >= (size.residents or 0))] = (
                size.posts
            )
        return posts


class Headcount(Policy):
    """Set the posts of every village, and the specialist lines they report to."""

    """村干部职数与专职岗位条线"""

    levers: ClassVar[tuple[str, ...]] = ("posts", "lines")
    doses: ClassVar[dict[str, Dose]] = {
        "posts": Dose("posts", "last", "posts cut or added", "增减的职数"),
    }

    posts: Annotated[Fixed | ByResidents | ByClass | Total, Field(discriminator="by")] | None = None
    """Posts allowed; as before the reform if not given."""
    """职数规则：fixed 每村相同，residents 按人口，class 按面积和人口分类，total 全县总数"""
    lines: Annotated[float, Field(ge=0, le=40)] | None = unit("reporting lines", default=None)
    """Kinds of specialised staff (专干) a village reports through; as before if not given."""
    """村对应的专职岗位条线数"""

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count posts more or fewer than usual in villages reached, first secretaries aside."""
        if self.posts is None:
            return {}
        reached = self.reached(county) & county.borders.is_village
        units, dose = np.flatnonzero(reached), self.dose(county, county.month)
        area = county.borders.total(county.world.area_km2)
        allowed = self.posts.allowed(county.borders.registered[units], area[units]).sum()
        if isinstance(self.posts, Total):
            allowed = self.posts.number
        usual = county.usual_posts()[units].sum()
        post = county.cadres["post"]
        held = (post != NONE) & (post != FIRST_SECRETARY)
        at = reached[county.borders.unit[county.slot_village()]]
        change = dose * float(allowed - usual)
        came = float((held & at).sum()) - float(usual)
        return {"posts": (abs(change), max(0.0, came if change > 0.0 else -came))}

    def apply(self, county: "CountyModel", month: int) -> None:
        """Move posts and lines from what they were toward what is allowed."""
        units, dose = self.villages_reached(county), self.dose(county, month)
        if self.posts is not None:
            area = county.borders.total(county.world.area_km2)
            allowed = self.posts.allowed(county.borders.registered[units], area[units])
            before = county.levers.posts[units]
            county.levers.posts[units] = np.rint(before + dose * (allowed - before))
        if self.lines is not None:
            before = county.levers.lines[units]
            county.levers.lines[units] = before + dose * (self.lines - before)
