"""Support for people who start a venture."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.model.config.fields import NonNegative, Share, unit
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class Entrepreneurship(Policy):
    """Grants and loans for new ventures, as many a year as the county supports.

    A month in force adds a twelfth of `number` to the places; places not taken wait for the next
    applicants, most of whom come around the Spring Festival. Grant and loan are the most a venture
    gets: they cover what its owner's own money does not. A ramp moves the number of ventures and of
    demonstration sites, not what one venture gets.
    """

    """返乡创业扶持"""

    levers: ClassVar[tuple[str, ...]] = ("startup", "demonstration")
    doses: ClassVar[dict[str, Dose]] = {
        "ventures": Dose("ventures", "sum", "ventures supported", "获扶持的创业项目"),
        "sites": Dose("villages", "last", "demonstration sites", "创业示范村"),
    }

    grant: NonNegative = unit("yuan per venture", default=0.0)
    """Grant to a supported venture, at most."""
    """每个创业项目补助"""
    loan: NonNegative = unit("yuan per venture", default=0.0)
    """Loan to a supported venture, at most."""
    """每个创业项目贷款"""
    interest: Share = unit("1/year", default=0.05)
    """Interest of the loan, paid by the entrepreneur."""
    """贷款年利率"""
    term: Annotated[float, Field(gt=0, le=30)] = unit("years", default=3.0)
    """Term of the loan, repaid in equal monthly instalments."""
    """贷款年限"""
    number: Annotated[int, Field(ge=0)] = unit("ventures per year")
    """Ventures supported in a year."""
    """每年扶持的项目数"""
    budget: NonNegative | None = unit("yuan", default=None)
    """Grants and loans all in all; no limit if not given."""
    """补助和贷款总额上限"""
    funded_by: Literal["county", "higher"] = "county"
    """Who pays the grants."""
    """补助由县级或上级财政承担"""
    eligible: Literal["everybody", "returned"] = "everybody"
    """Who can have support: everybody, or those who come, or came, back from working away."""
    """扶持对象：返乡人员或所有人"""
    min_skill: Share = 0.0
    """Least skill of those who can have support."""
    """扶持对象的最低技能"""
    max_age: Annotated[float, Field(ge=16, le=60)] = unit("years", default=60.0)
    """Oldest age of those who can have support."""
    """扶持对象的最高年龄"""
    demonstration_sites: Annotated[int, Field(ge=0)] = unit("villages", default=0)
    """Demonstration sites, drawn: ventures there count more as examples."""
    """创业示范村数"""
    outside_capital: Annotated[float, Field(ge=0, le=2e7)] = unit("yuan per venture", default=0.0)
    """Outside capital promoted to each supported venture: an assumption, reported gross."""
    """每个受扶持项目引入的社会资本"""

    def persons(self, months: int) -> dict[str, float]:
        """Return the ventures supported in all, and those that the budget pays for."""
        found = {"number": self.number * months / 12.0}
        if self.budget is not None and self.grant + self.loan > 0.0:
            found["budget"] = self.budget / (self.grant + self.loan)
        return found

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count the ventures supported this month, and the demonstration sites."""
        dose = self.dose(county, county.month)
        began = self.began(county, county.month)
        asked = self.number * dose / 12.0
        if self.budget is not None and began is not None:  # as many as it pays for, no more
            before = asked * (county.month - began)
            asked = max(0.0, min(asked, self.budget / max(self.grant + self.loan, 1.0) - before))
        found = {"ventures": (asked, county.ventures_supported)}
        if self.demonstration_sites:
            there = np.add.reduce(county.levers.demonstration & county.borders.is_unit)
            found["sites"] = (self.demonstration_sites * dose, float(there))
        return found

    def apply(self, county: "CountyModel", month: int) -> None:
        """Offer support this month."""
        startup, levers, dose = county.levers.startup, county.levers, self.dose(county, month)
        startup["grant"], startup["loan"] = self.grant, self.loan
        startup["interest"], startup["term"] = self.interest, self.term
        startup["number"] = self.number * dose
        startup["budget"] = np.inf if self.budget is None else self.budget
        startup["outside"] = self.outside_capital
        startup["higher"] = self.funded_by == "higher"
        startup["returned_only"] = self.eligible == "returned"
        startup["min_skill"], startup["max_age"] = self.min_skill, self.max_age
        reached = self.reached(county)
        levers.startup_where[:] = reached[county.borders.unit]
        sites = county.fixed_order("entrepreneurship.sites", np.flatnonzero(reached))
        shown = np.zeros(reached.size, dtype=bool)
        shown[sites[: round(self.demonstration_sites * dose)]] = True
        levers.demonstration[:] = shown[county.borders.unit]
