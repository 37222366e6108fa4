"""Contact (1+N): county leaders and departments paired with villages."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.model.config.fields import unit
from sim.model.policies.base import Policy

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class Contact(Policy):
    """Pair leaders and departments with villages, the largest villages first.

    A leader brings decisions and listens; a department takes over work of its reporting lines.
    """

    """县领导、县级部门联系村"""

    levers: ClassVar[tuple[str, ...]] = ("contact_leaders", "contact_departments")

    leaders: Annotated[int, Field(ge=0)] = unit("county leaders", default=0)
    """County leaders paired with villages, one village each."""
    """联系村的县领导人数"""
    departments: Annotated[int, Field(ge=0)] = unit("departments", default=0)
    """Departments paired with villages, one village each."""
    """联系村的县级部门数"""

    def apply(self, county: "CountyModel", month: int) -> None:
        """Deal leaders and departments out to the villages, in turn."""
        order = county.borders.largest_first(self.villages_reached(county))
        dose = self.dose(county, month)
        county.levers.contact_leaders[order] = _dealt(self.leaders, order.size) * dose
        county.levers.contact_departments[order] = _dealt(self.departments, order.size) * dose


def _dealt(number: int, places: int) -> npt.NDArray[np.float64]:
    """Return how many of `number` each of `places` gets when they are dealt out in turn."""
    each, more = divmod(number, max(places, 1))
    return each + (np.arange(places) < more).astype(float)
