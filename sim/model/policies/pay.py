"""Pay: what posts are paid, what pay is linked to, and full-time contracts (专职化)."""

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, model_validator

from sim.model.config.fields import NonNegative, Share, unit
from sim.model.policies.base import Policy
from sim.model.processes import trends
from sim.model.processes.pay import secretary_pay

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class Pay(Policy):
    """Set base pay by post, the premium of the combined role, the formula and contracts."""

    """村干部报酬"""

    levers: ClassVar[tuple[str, ...]] = (
        "pay_secretary",
        "pay_other",
        "pay_dual",
        "pay_growth",
        "pay_trust",
        "pay_professional",
    )

    secretary: Annotated[float, Field(gt=0)] | None = unit("yuan/month", default=None)
    """Pay of a secretary, the least under `of_income`; as before if not given."""
    """村书记月报酬（设 of_income 时为下限）"""
    of_income: NonNegative | None = unit("of rural income", default=None)
    """Pay of a secretary over last year's rural income per person, anew each January."""
    """村书记报酬与上年农村居民人均可支配收入之比（每年1月调整）"""
    other: Annotated[float, Field(gt=0, le=2)] | None = unit("of a secretary's", default=None)
    """Pay of other cadres over a secretary's; as before if not given."""
    """其他村干部报酬与书记之比"""
    dual: NonNegative | None = unit("yuan/month", default=None)
    """What a secretary-director gets on top; as before if not given."""
    """“一肩挑”岗位补贴"""
    growth: Share | None = unit("of pay", default=None)
    """Share of pay linked to the growth of collective income."""
    """与集体收入增长挂钩的报酬比例"""
    trust: Share | None = unit("of pay", default=None)
    """Share of pay linked to villagers' trust."""
    """与村民信任挂钩的报酬比例"""
    professional: Share | None = None
    """Share of a full-time professional contract (1: all cadres reached work full time)."""
    """专职化（全日制合同）的比例"""

    @model_validator(mode="after")
    def _linked_at_most_all(self) -> "Pay":
        if (self.growth or 0.0) + (self.trust or 0.0) > 1.0:
            raise ValueError("growth and trust are shares of pay: together at most 1")
        return self

    def moves(self) -> tuple[str, ...]:
        """Return the levers this block sets: those whose field is given."""
        given = {f"pay_{name}" for name, value in self if value is not None}
        if self.of_income is not None:
            given.add("pay_secretary")
        return tuple(lever for lever in self.levers if lever in given)

    def next_change(self, county: "CountyModel", month: int) -> int:
        """Return the next January at the latest where pay follows incomes."""
        change = super().next_change(county, month)
        return change if self.of_income is None else min(change, month + 12 - month % 12)

    def apply(self, county: "CountyModel", month: int) -> None:
        """Move pay from what it was toward what is decided."""
        reached, dose = self.reached(county), self.dose(county, month)
        for name in self.moves():
            lever, value = getattr(county.levers, name), getattr(self, name.removeprefix("pay_"))
            if name == "pay_secretary" and self.of_income is not None:
                least = self.secretary or 0.0
                value = secretary_pay(trends.last_years_income(county), self.of_income, least)
            lever[reached] += dose * (value - lever[reached])
