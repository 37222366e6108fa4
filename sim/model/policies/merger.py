"""The merger: which villages become one, and when."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Discriminator, Field, Tag, model_validator

from sim.model.config.fields import NonNegative, Positive, Share, Strict, unit
from sim.model.draws import stream_key, uniforms
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose
from sim.model.world.partly import drawn, in_part, log_odds, means_of, of_several
from sim.model.world.spread import LARGE_TOWNSHIPS, LISTED
from sim.model.world.written import RULES, Written
from sim.printable import key

if TYPE_CHECKING:
    from sim.model.county import CountyModel
    from sim.model.world.plan import MergerPlan


class Bounds(Strict):
    """Lower and upper bound of a merged village."""

    min: NonNegative | None = None
    """At least."""
    """…下限"""
    max: Positive | None = None
    """At most."""
    """…上限"""

    @model_validator(mode="after")
    def _ordered(self) -> "Bounds":
        if self.min is not None and self.max is not None and self.max < self.min:
            raise ValueError("max must not be below min")
        return self


class Principles(Strict):
    """Weights of the stated principles (source `generated`)."""

    size: NonNegative = 1.0
    """Large villages absorb small ones."""
    """大村并小村的权重"""
    distance: NonNegative = 1.0
    """Near villages absorb remote ones."""
    """近村并远村的权重"""
    industry: NonNegative = 0.0
    """Strong industry absorbs weak (needs the industry column)."""
    """强村并弱村的权重（需要 industry 列）"""
    listed: NonNegative = LISTED
    """Villages near each other in the list merge first, where no map is given; learned too."""
    """名录中相邻的村先合并（未给地图时）"""
    large_townships: Annotated[float, Field(ge=-5, le=5)] | None = LARGE_TOWNSHIPS
    """Large townships merge more: fall of the log-odds that a village stays per doubling of its
    township's villages, learned from the counties with a list of 2020; 0: the same everywhere;
    null: the other principles decide."""
    """村多的乡镇合并更多（由已公布名录的县估计）"""
    nationality: Annotated[float, Field(ge=-10, le=10)] = 0.0
    """Above 0: keep villages of different nationality apart; below 0: bring them together."""
    """大于0：不同民族的村分开；小于0：合在一起"""


class WrittenRule(Strict):
    """A written rule of merging."""

    below: Annotated[float, Field(ge=0, le=100_000)] = unit("persons", default=0.0)
    """Villages with fewer registered persons merge until none is left that may. A name stands for a
    rule's numbers: shanxi_2019, yongkang_2018, hunan_2015, suining_2019, sichuan_2019."""
    """户籍人口低于此数的村一律合并"""
    most: Annotated[float, Field(gt=0, le=100_000)] | None = unit("persons", default=None)
    """Registered persons of a new village, at most."""
    """新村户籍人口上限"""
    cut: Annotated[float, Field(ge=0, lt=1)] = unit("share of the villages", default=0.0)
    """Share of the county's villages that is to go, at least."""
    """至少减少的村数比例"""
    overshoot: Annotated[float, Field(ge=1, le=3)] = unit(
        "mergers made per merger asked for", default=1.0
    )
    """Mergers made per merger that the rule asks for (Sichuan: 1.4)."""
    """实际合并数与规定之比"""

    @model_validator(mode="after")
    def _asks(self) -> "WrittenRule":
        if not self.below and not self.cut:
            raise ValueError("give below (persons) or cut (a share), or the rule asks for nothing")
        if self.most is not None and self.most < self.below:
            raise ValueError(f"most {self.most:g} must not be less than below {self.below:g}")
        return self


class Partly(Strict):
    """Which of a plan's new villages come about."""

    share: Share = 0.5
    """Share of the new villages of several old ones that come about, drawn by seed."""
    """实际合并的新村比例（按随机种子抽取）"""
    size: Annotated[float, Field(ge=-10, le=10)] = 0.0
    """Log-odds per standard deviation of registered persons; 0: at random."""
    """户籍人口每多一个标准差的对数优势比"""
    distance: Annotated[float, Field(ge=-10, le=10)] = 0.0
    """Log-odds per standard deviation of people's distance to their office."""
    """到村委会距离每多一个标准差的对数优势比"""
    income: Annotated[float, Field(ge=-10, le=10)] = 0.0
    """Log-odds per standard deviation of villagers' income in the month before."""
    """合并前一月村民收入每多一个标准差的对数优势比"""


def _block_or_plain(value: Any) -> str:
    return "block" if isinstance(value, dict | Strict) else "plain"


#: rules of `sim.model.world.written`, by name
RuleName = Literal["shanxi_2019", "yongkang_2018", "hunan_2015", "suining_2019", "sichuan_2019"]
#: a rule by name, or its numbers
Rule = Annotated[
    Annotated[RuleName, Tag("plain")] | Annotated[WrittenRule, Tag("block")],
    Discriminator(_block_or_plain),
    Field(
        json_schema_extra={
            "x-expected": f"one of {', '.join(RULES)}, or numbers such as "
            "{below: 600, most: 3000, overshoot: 1.2}"
        }
    ),
]
#: what says how many villages there are to be
_TARGETS = "villages (a number), ratio, by_township, rule and quantile"
#: fields that the planner alone reads
_PLANNED = ("contiguous", "respect_townships", "largest", "population", "area_km2", "principles")


class Merger(Policy):
    """Merge villages in one month; the plan comes from the registry, a file or a planner."""

    """村建制调整（合村）"""

    levers: ClassVar[tuple[str, ...]] = ("borders", "funding_kept")
    doses: ClassVar[dict[str, Dose]] = {
        "absorbed": Dose("villages", "last", "old villages absorbed", "被并入的原建制村"),
    }

    source: Literal["registry", "file", "generated"]
    """`registry`: the official list after it; `file`: one's own table; `generated`: a planner."""
    """合并方案来源：registry 官方名录，file 自备表，generated 由规则生成"""
    file: str | None = None
    """Table old_code,new_village (source `file`), relative to the configuration."""
    """自备合并表：old_code, new_village"""
    villages: Annotated[int, Field(ge=1)] | None = None
    """Number of villages to reach (source `generated`)."""
    """合并后村数"""
    ratio: Annotated[float, Field(gt=0, le=1)] | None = None
    """Villages after per village before (source `generated`)."""
    """合并后村数与合并前之比"""
    by_township: dict[str, Annotated[int, Field(ge=1)]] | None = unit(
        "villages after, by township", default=None
    )
    """Villages to reach in each township named, the others stay (source `generated`)."""
    """各乡镇合并后村数（未列出的乡镇不变）"""
    rule: Rule | None = None
    """A written rule, from which the number of villages follows (source `generated`)."""
    """成文的合并规则，村数由规则得出"""
    quantile: Share | None = unit("quantile of the shares kept", default=None)
    """Villages kept as in counties that merged: 0 the least of the lists' 422 mergers (8 %), 0.5
    the middle one (65 %), 1 the most (85 %). Drawn by seed, evenly between 0 and 1, where source
    `generated` has no number of villages, ratio or rule; in sweeps a factor from 0 to 1."""
    """保留村数比例取已合村各县（名录中422次合村）的第几分位：0最少（8%），0.5居中（65%），1最多（85%）；
    未给村数、比例或规则时按随机种子抽取"""
    largest: Annotated[int, Field(ge=1, le=50)] = 4
    """Most old villages in a new one (source `generated`)."""
    """一个新村最多由几个原建制村组成"""
    population: Bounds = Bounds()
    """Registered persons of a merged village (source `generated`)."""
    """新村户籍人口"""
    area_km2: Bounds = Bounds()
    """Area of a merged village (source `generated`)."""
    """新村面积"""
    respect_townships: bool = True
    """Merge only within townships (source `generated`)."""
    """只在乡镇内合并"""
    contiguous: bool = True
    """Merge only villages that touch (source `generated`)."""
    """只合并相邻的村"""
    principles: Principles = Principles()
    """Weights of the principles (source `generated`)."""
    """合并原则的权重"""
    office: Literal["largest", "central", "namesake"] = "largest"
    """Which old office the new village keeps (source `generated`)."""
    """新村村委会设在：最大的或居中的原建制村"""
    outposts: Share = 0.0
    """Share of the absorbed villages' offices kept as outposts, the remotest first."""
    """被并村保留便民服务点的比例（先远后近）"""
    group_ratio: Annotated[float, Field(gt=0, le=1)] = unit(
        "groups after per group before", default=1.0
    )
    """Villager groups merged in every village, too: groups after per group before."""
    """合并后村民小组数与合并前之比"""
    partly: Partly | None = None
    """Only some of the plan's new villages come about, by seed; null: all. For studies."""
    """方案中只有一部分新村实际合并（供研究设计用）；null 为全部"""

    funding_kept: Share = 0.0
    """Share of the absorbed villages' fixed running money that is still paid (四不变: 1)."""
    """被并村固定运转经费继续拨付的比例（四不变：1）"""

    @model_validator(mode="after")
    def _source_has_its_fields(self) -> "Merger":
        if self.source == "file" and self.file is None:
            raise ValueError("source 'file' needs file: the table old_code,new_village")
        targets = self._targets()
        if self.source == "generated" and len(targets) > 1:
            raise ValueError(f"source 'generated' takes one of {_TARGETS}; with none it is drawn")
        if self.source != "generated" and targets:
            raise ValueError(f"{_TARGETS} belong to source 'generated'")
        for name in _PLANNED if self.source != "generated" else ():
            value = getattr(self, name)
            if value != type(self).model_fields[name].default:
                said = f"{name}: {str(value).lower()}" if isinstance(value, int) else name
                raise ValueError(f"{said} belongs to source 'generated', not {self.source!r}")
        if self.rule is not None and self.population != Bounds():
            raise ValueError("rule has bounds of persons of its own (below, most): no population")
        if self.by_township is not None and not self.respect_townships:
            raise ValueError(
                "by_township merges within townships: it needs respect_townships: true"
            )
        towns = list(self.by_township or ())
        twice = [town for town in towns if [key(t) for t in towns].count(key(town)) > 1]
        if twice:
            raise ValueError(f"by_township names one township as {' and '.join(twice)}; keep one")
        if self.source != "file" and self.file is not None:
            raise ValueError("file belongs to source 'file'")
        given = [self.end, self.until, self.where, self.merge]
        if self.ramp_months or any(value is not None for value in given):
            raise ValueError(
                "a merger happens in one month: it takes no end, until, ramp_months, where or merge"
            )
        return self

    def _targets(self) -> list[Any]:
        """Return what is given of that which says how many villages there are to be."""
        given = (self.villages, self.ratio, self.by_township, self.rule, self.quantile)
        return [value for value in given if value is not None]

    def draws(self) -> bool:
        """Tell whether the share of villages kept is drawn by seed."""
        return self.source == "generated" and not self._targets()

    def written(self) -> Written | None:
        """Return the written rule; None = there is none."""
        if isinstance(self.rule, WrittenRule):
            return Written(**self.rule.model_dump())
        return None if self.rule is None else RULES[self.rule]

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count the old villages whose office is another's."""
        own, plan = np.arange(county.borders.unit.size), county.case.plan
        return {"absorbed": ((plan.seat != own).sum(), (county.borders.unit != own).sum())}

    def apply(self, county: "CountyModel", month: int) -> None:
        """Redraw the borders in the first month."""
        if not county.merged:
            if self.partly is not None:
                county.case = replace(county.case, plan=_carried_out(county, self.partly))
            county.merge(self)
        county.levers.funding_kept[:] = self.funding_kept


def _carried_out(county: "CountyModel", partly: Partly) -> "MergerPlan":
    """Return the county's plan with the new villages that come about, as it stands this month."""
    plan, world = county.case.plan, county.world
    seats = of_several(plan.seat)
    if not seats.size:
        return plan
    count, village = plan.seat.size, county.row_village()
    rows = np.bincount(village, minlength=count)
    income = np.bincount(village, county.villagers["income"], count) / np.maximum(rows, 1)
    persons = world.registered.astype(np.float64)
    unit = plan.seat.astype(np.intp)
    traits = {
        "size": np.bincount(unit, persons, count)[seats],
        "distance": means_of(county.borders.mean_office_km(), persons, unit, count)[seats],
        "income": means_of(income, persons, unit, count)[seats],
    }
    odds = log_odds(traits, {name: getattr(partly, name) for name in traits})
    luck = uniforms(stream_key(county.seed, "merger.partly"), world.identity[seats])
    return in_part(plan, world.villages, drawn(odds, luck, partly.share))
