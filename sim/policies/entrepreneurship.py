"""Support for people who start a venture."""

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from sim.config.fields import NonNegative, Share, unit
from sim.policies.base import Policy

if TYPE_CHECKING:
    from sim.county import CountyModel


class Entrepreneurship(Policy):
    """Grants and loans for new ventures, as many a year as the county supports."""

    levers: ClassVar[tuple[str, ...]] = ("startup",)

    grant: NonNegative = unit("yuan per venture", default=0.0)
    """Grant to a supported venture."""
    loan: NonNegative = unit("yuan per venture", default=0.0)
    """Loan to a supported venture."""
    interest: Share = unit("1/year", default=0.05)
    """Interest of the loan, paid by the entrepreneur."""
    number: Annotated[int, Field(ge=0)] = unit("ventures per year")
    """Ventures supported in a year."""

    def apply(self, county: "CountyModel", month: int) -> None:
        """Offer support this month."""
        startup = county.levers.startup
        startup["grant"], startup["loan"] = self.grant, self.loan
        startup["interest"] = self.interest
        startup["number"] = round(self.number * self.dose(county, month))
        county.levers.startup_where[:] = self.reached(county)[county.borders.unit]
