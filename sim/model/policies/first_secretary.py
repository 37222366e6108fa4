"""First secretaries (第一书记): leaders whom the county or its departments send to villages."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from sim.model.agents.cadre import FIRST_SECRETARY
from sim.model.compiled import I8
from sim.model.config.fields import NonNegative, unit
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose
from sim.model.policies.groups import rent_per_person

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class FirstSecretary(Policy):
    """Send first secretaries, paid from above, to villages for a term."""

    """第一书记"""

    levers: ClassVar[tuple[str, ...]] = (
        "first_secretary",
        "first_secretary_term",
        "first_secretary_pay",
    )
    doses: ClassVar[dict[str, Dose]] = {
        "sent": Dose("villages", "last", "first secretaries in post", "在岗第一书记"),
    }

    number: Annotated[int, Field(ge=0)] = unit("villages")
    """Villages that get one (of those reached: `where: {villages: [...]}` names them)."""
    """派驻村数"""
    place: Literal["drawn", "largest", "poorest"] = "drawn"
    """Which come first: by lot, by registered persons, by lasting collective income per person."""
    """派往：抽取、最大、集体经济最弱的村"""
    term: Annotated[int, Field(ge=1, le=120)] = unit("months", default=24)
    """Term, after which another is sent."""
    """任期月数"""
    pay: NonNegative = unit("yuan/month", default=6000.0)
    """Pay, borne by whoever sends."""
    """月报酬（派出单位承担）"""

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count first secretaries in post where they are sent."""
        post = county.cadres["post"].reshape(-1, county.slots)
        sent = (post[self._chosen(county, county.month)] == FIRST_SECRETARY).any(axis=1).sum()
        return {"sent": (self.number * self.dose(county, county.month), float(sent))}

    def next_change(self, county: "CountyModel", month: int) -> int:
        """Return the next month while it is the poorest that come first: they change."""
        anew = self.place == "poorest" and self.began(county, month) is not None
        return month + 1 if anew else super().next_change(county, month)

    def apply(self, county: "CountyModel", month: int) -> None:
        """Set which units have a first secretary."""
        chosen, levers = self._chosen(county, month), county.levers
        levers.first_secretary[chosen] = True
        levers.first_secretary_term[chosen] = self.term
        levers.first_secretary_pay[chosen] = self.pay

    def _chosen(self, county: "CountyModel", month: int) -> I8:
        """Return the units to which one is sent this month."""
        borders, units = county.borders, self.villages_reached(county)
        if self.place == "drawn":
            order = county.fixed_order("first_secretary", units)
        elif self.place == "largest":
            order = borders.largest_first(units)
        else:
            order = units[rent_per_person(county)[units].argsort(kind="stable")]
        return order[: round(self.number * self.dose(county, month))]
