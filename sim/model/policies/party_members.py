"""Party members (党员联系群众): members who keep contact with households, and recruits."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from pydantic import Field

from sim.model.config.fields import Share, unit
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose
from sim.model.processes.members import in_contact

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class PartyMembers(Policy):
    """Let Party members keep contact with households near them, and recruit more of them.

    A member in contact settles a share of what these households need, as the group's leader does.
    Who works away keeps no contact, and counts for the form of the organisation alone.
    """

    """党员联系群众"""

    levers: ClassVar[tuple[str, ...]] = ("member_contact", "recruits", "recruits_away")
    doses: ClassVar[dict[str, Dose]] = {
        "recruits": Dose("persons", "last", "Party members recruited", "新发展党员"),
        "in_contact": Dose(
            "persons", "last", "residents with whom members keep contact", "党员联系的居民"
        ),
    }

    contact: Share = 0.0
    """Share of the members at home who keep contact with households."""
    """在村党员中联系群众者的比例"""
    recruits: Annotated[int, Field(ge=0)] = unit("persons", default=0)
    """Members recruited of those at home, by registered persons of the villages reached."""
    """新发展在村党员数（按户籍人口分配到村）"""
    recruits_away: Annotated[int, Field(ge=0)] = unit("persons", default=0)
    """Members recruited of those who work away."""
    """新发展农民工党员数"""

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count recruits, and residents with whom members keep contact."""
        at, dose, found = self.reached(county), self.dose(county, county.month), {}
        levers, of_service = county.levers, county.values.service
        if self.recruits or self.recruits_away:
            came = float((levers.recruits + levers.recruits_away)[at].sum())
            found["recruits"] = (dose * (self.recruits + self.recruits_away), came)
        if self.contact:
            people = county.borders.total(county.flows["residents"])[at]
            members = of_service.party_members * people + levers.recruits[at]
            asked = dose * self.contact * float(members.sum()) * of_service.member_persons
            found["in_contact"] = (asked, float((in_contact(county)[at] * people).sum()))
        return found

    def apply(self, county: "CountyModel", month: int) -> None:
        """Set how many members keep contact, and how many are recruited, in the units reached."""
        levers, dose = county.levers, self.dose(county, month)
        units = np.flatnonzero(self.reached(county))
        persons = county.borders.registered[units]
        share = persons / max(1, persons.sum())
        levers.member_contact[units] = dose * self.contact
        levers.recruits[units] = dose * self.recruits * share
        levers.recruits_away[units] = dose * self.recruits_away * share
