"""A configuration: one county, its months, its parameters, its policies."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sim.model.calendar import format_month
from sim.model.config.county import County
from sim.model.config.fields import MisfitError, Month, Strict, Words, unit
from sim.model.config.outcomes import OwnOutcomes
from sim.model.config.parameters import Parameters
from sim.model.config.variants import Variants
from sim.model.outcomes.catalogue import OUTCOMES, unknown
from sim.model.parameters import PROCESSES, Values
from sim.model.parameters.mechanisms import MECHANISMS, neutral
from sim.model.policies import PolicySet
from sim.model.policies.own import Own
from sim.model.policies.trigger import Condition, When
from sim.printable import as_html

_TRIGGERS = ("when", "until")


class Title(Strict):
    """The configuration's name for figures and reports."""

    en: Words
    """English."""
    """英文名称"""
    zh: Words
    """Chinese."""
    """中文名称"""


class Config(Strict):
    """Everything one run needs besides its seed's luck."""

    #: one value, not a list of its fields: `mesa.batch_run` goes through what can be iterated
    __iter__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

    title: Title
    """Name in English and Chinese."""
    """名称（英文和中文）"""
    county: County
    """The county and its villages before the reform."""
    """县及改革前的村"""
    start: Month = Field(default="2018-04", validate_default=True)
    """First recorded month."""
    """记录的第一个月"""
    reform: Month = Field(default="2020-04", validate_default=True)
    """Month of the reform: where policies start unless they say otherwise."""
    """改革月份；政策未写起始月时从此月起"""
    months: Annotated[int, Field(ge=1, le=1200)] = unit("months", default=84)
    """Months recorded."""
    """记录的月数"""
    spin_up: Annotated[int, Field(ge=0, le=600)] = unit("months", default=24)
    """Months run before the first recorded one, to bring the state to rest."""
    """记录前预热的月数"""
    scale: Annotated[int, Field(ge=1, le=1000)] = unit("registered persons per row", default=10)
    """Registered persons one villager row stands for."""
    """每个村民样本行代表的户籍人数"""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    """Seed of the run's luck (the same seed meets the same luck under every policy)."""
    """随机种子"""
    parameters_outside_range: bool = False
    """Accept parameters beyond their plausible range (for stress tests; a deliberate act)."""
    """允许参数超出合理范围（压力测试用）"""
    parameters: Parameters = Field(default_factory=dict)
    """Parameters that differ from their defaults: `hecun explain` lists them."""
    """与默认值不同的参数"""
    switched_off: tuple[Literal[tuple(MECHANISMS)], ...] = ()  # type: ignore[valid-type]
    """Mechanisms of the model that do not act (`hecun explain switched_off`)."""
    """关闭的模型机制（用于检验结果由何机制产生）"""
    variants: Variants = Field(default_factory=Variants)
    """Forms of contested mechanisms (`hecun explain variants`)."""
    """有争议机制所取的形式"""
    outcomes: OwnOutcomes = OwnOutcomes({})
    """Outcomes of one's own: name -> what is measured (`hecun explain columns`)."""
    """自定义结果指标：名称 -> 如何计算（可用的列见 hecun explain columns）"""
    until: When | None = None
    """Ends the run before its last month, once an outcome has been so since the reform."""
    """提前结束运行的条件：改革后某项结果指标连续数月达到时停止"""
    policies: PolicySet = Field(default_factory=PolicySet)
    """Policies in force."""
    """实施的政策"""

    @model_validator(mode="after")
    def _dates_fit(self) -> "Config":
        first, last = format_month(self.start), format_month(self.start + self.months - 1)
        recorded = f"lies outside the recorded months {first} to {last}"
        reads = ("start",), ("months",)
        if not self.start <= self.reform < self.start + self.months:
            raise MisfitError(f"{self._reform_said()} {recorded}", *reads, ("reform",))
        for name, policy in self.active().items():
            own = ("policies", name, "start")
            if policy.end is not None and policy.start is None and policy.end <= self.reform:
                raise MisfitError(
                    f"policies.{name}.end {format_month(policy.end)} is not later than its start, "
                    f"the reform in {format_month(self.reform)}: it would never be in force",
                    ("reform",), own, ("policies", name, "end"),
                )  # fmt: skip
            if (
                policy.start is not None
                and not self.start <= policy.start < self.start + self.months
            ):
                raise MisfitError(
                    f"policies.{name}.start {format_month(policy.start)} {recorded}", *reads, own
                )
        return self

    def _reform_said(self) -> str:
        """Return the reform's month as the user gave it; else what was given that misses it."""
        given = self.model_fields_set
        if "reform" in given or not given & {"start", "months"}:
            return f"reform {format_month(self.reform)}"
        said = f"start {format_month(self.start)}" if "start" in given else f"months {self.months}"
        return f"{said}: no reform is given, and its default {format_month(self.reform)}"

    @model_validator(mode="after")
    def _triggers_known(self) -> "Config":
        conditions: dict[tuple[str, ...], Condition | None] = {("until",): self.until}
        for name, policy in self.active().items():
            conditions |= {("policies", name, key): getattr(policy, key) for key in _TRIGGERS}
        for path, condition in conditions.items():
            if condition is None or OUTCOMES.built_in(condition.outcome):
                continue
            if condition.outcome not in self.outcomes.root:
                said = unknown(condition.outcome, self.outcomes.root)
                raise MisfitError(f"{'.'.join(path)}: {said}", path, ("outcomes",))
        return self

    @model_validator(mode="after")
    def _off_is_off(self) -> "Config":
        for process, values in neutral(self.switched_off).items():
            for name in values.keys() & self.parameters.get(process, {}).keys():
                raise MisfitError(
                    f"parameters.{process}.{name} belongs to a mechanism that switched_off names: "
                    "take one of the two away",
                    ("parameters", process, name), ("switched_off",),
                )  # fmt: skip
        return self

    def values(self) -> Values:
        """Return the parameters in force: as given, the rest at their defaults."""
        off = neutral(self.switched_off)
        changes = {p: self.parameters.get(p, {}) | off.get(p, {}) for p in PROCESSES}
        return Values(changes, self.variants.model_dump())

    def own_sources(self) -> dict[str, Own]:
        """Return where code of one's own comes from: policies and outcomes, by ``module:name``."""
        return self.policies.own_sources() | self.outcomes.own_sources()

    def active(self) -> dict[str, Any]:
        """Return the policies given, by block name, in order of application."""
        return self.policies.active()

    def _told(self) -> dict[str, str]:
        first, last = format_month(self.start), format_month(self.start + self.months - 1)
        return {
            "county": str(self.county.registry or self.county.villages),
            "months": f"{self.months}, {first} to {last}",
            "reform": format_month(self.reform),
            "scale": str(self.scale),
            "seed": str(self.seed),
            "policies": ", ".join(self.active()) or "none",
        }

    def __repr__(self) -> str:
        told = ", ".join(f"{key} {value}" for key, value in self._told().items())
        return f"<Config {self.title.en}: {told}>"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        return as_html(f"{self.title.en} · {self.title.zh}", self._told().items())
