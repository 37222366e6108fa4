"""Oversight: who can complain, who inspects, what is posted, and what follows a finding."""

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, model_validator

from sim.model.config.fields import Share, unit
from sim.model.policies.base import Policy

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class Oversight(Policy):
    """Watch the collectives' money, and dismiss leaders who divert it."""

    """对集体资金的监督"""

    levers: ClassVar[tuple[str, ...]] = ("mailbox", "inspections", "disclosure", "discipline")

    mailbox: Share | None = None
    """Share of villagers with a mailbox or tip line to the county; none if not given."""
    """有举报信箱（电话）可用的村民比例"""
    inspections: Annotated[float, Field(ge=0, le=52)] | None = unit("1/year", default=None)
    """Inspections of a village's accounts in a year; none if not given."""
    """每村每年账目检查次数"""
    disclosure: Share | None = None
    """Share of the collective's accounts that are posted; none if not given."""
    """集体账目公开的比例"""
    discipline: Share | None = None
    """Chance that a leader found out is dismissed; as without rules if not given."""
    """主职被查实后免职的概率"""

    @model_validator(mode="after")
    def _sets_something(self) -> "Oversight":
        if not self.moves():
            raise ValueError(f"sets nothing; give one of {', '.join(self.levers)}")
        return self

    def apply(self, county: "CountyModel", month: int) -> None:
        """Move each lever that is given from what it was toward what is wanted."""
        units, dose = self.reached(county), self.dose(county, month)
        for name in self.moves():
            lever = getattr(county.levers, name)
            lever[units] += dose * (getattr(self, name) - lever[units])
