"""Planned roles (村庄定位): town, central, speciality and multi-ethnic villages."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.model.compiled import F8, I8
from sim.model.config.fields import Share, unit
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose
from sim.model.policies.groups import rent_per_person

if TYPE_CHECKING:
    from sim.model.county import CountyModel

Number = Annotated[int, Field(ge=0)]
#: roles; a village can have several
ROLES = ("town", "central", "speciality", "mixed")


class Roles(Policy):
    """Give villages roles in a plan; what comes with a role is parameters (`roles`), all judged.

    Town and central villages post their office open for longer and have a one-stop centre; central
    ones reopen outposts; speciality villages get project money and a cooperative; multi-ethnic ones
    have groups that govern themselves. Where an earlier policy gives more, that stays.
    """

    """村庄定位"""

    levers: ClassVar[tuple[str, ...]] = (
        *(f"{role}_village" for role in ROLES),
        "office_hours",
        "one_stop",
        "outposts",
        "support",
        "cooperative",
        "micro_groups",
    )
    doses: ClassVar[dict[str, Dose]] = {
        "roles": Dose("villages", "last", "roles given to villages", "村庄定位数"),
    }

    town: Number = unit("villages", default=0)
    """Town villages: those reached whose office is nearest to the township's seat."""
    """集镇村数（距乡镇驻地近者优先）"""
    central: Number = unit("villages", default=0)
    """Central villages: those with the most registered persons."""
    """中心村数（户籍人口多者优先）"""
    speciality: Number = unit("villages", default=0)
    """Speciality villages: those with the highest lasting collective income per person."""
    """特色村（特色产业村）数（人均集体资源收入高者优先）"""
    mixed: Number = unit("villages", default=0)
    """Multi-ethnic villages: those of the most nationalities, where the list has that column; of
    equal ones by lot."""
    """民族融合村数（民族多者优先，名录无民族列则抽取）"""
    carried: Share = 1.0
    """How far what comes with the roles is carried out; 0: they are names in a plan."""
    """定位的落实程度；0为仅列入规划"""
    merge: Literal["replace", "max", "min"] | None = "replace"
    """Where an earlier policy sets the same lever: this one's value, the larger or the smaller."""
    """与先前政策作用于同一杠杆时：replace 以本项为准，max 取大，min 取小"""

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count the roles that villages reached have."""
        asked = self.dose(county, county.month) * sum(getattr(self, role) for role in ROLES)
        at = self.villages_reached(county)
        has = [np.count_nonzero(getattr(county.levers, f"{role}_village")[at]) for role in ROLES]
        return {"roles": (asked, float(sum(has)))}

    def order(self, county: "CountyModel", role: str) -> I8:
        """Return the villages reached, those first that get a role first."""
        borders, units = county.borders, self.villages_reached(county)
        if role == "town":
            return units[county.town_km[units].argsort(kind="stable")]
        if role == "central":
            return borders.largest_first(units)
        if role == "speciality":
            return units[(-rent_per_person(county)[units]).argsort(kind="stable")]
        units = county.fixed_order("roles.mixed", units)
        known = county.world.villages.nationality
        if known is None:  # by lot
            return units
        each = (borders.villages[borders.start[u] : borders.start[u + 1]] for u in units.tolist())
        peoples = np.array([len({known[v] for v in villages}) for villages in each])
        return units[(-peoples).argsort(kind="stable")]

    def apply(self, county: "CountyModel", month: int) -> None:
        """Give roles, and what comes with each."""
        levers, of_roles, dose = county.levers, county.values.roles, self.dose(county, month)
        has = dict.fromkeys(ROLES, np.empty(0, dtype=np.int64))
        for role in ROLES:
            number = round(getattr(self, role) * dose)
            if number > 0:
                has[role] = self.order(county, role)[:number]
                getattr(levers, f"{role}_village")[has[role]] = True
        if not self.carried:  # names alone
            return
        serving, special = np.concatenate((has["town"], has["central"])), has["speciality"]
        usual = county.usual_levers.office_hours[serving]
        _at_least(levers.office_hours, serving, usual + self.carried * of_roles.office_hours)
        _at_least(levers.one_stop, serving, self.carried * of_roles.one_stop)
        _at_least(levers.outposts, has["central"], self.carried * of_roles.outposts)
        _at_least(levers.support, special, self.carried * of_roles.project_money)
        _at_least(levers.cooperative, special, self.carried * of_roles.cooperative)
        _at_least(levers.micro_groups, has["mixed"], self.carried * of_roles.micro_groups)


def _at_least(lever: F8, units: I8, value: F8 | float) -> None:
    """Raise a lever in some units to a value."""
    lever[units] = np.maximum(lever[units], value)
