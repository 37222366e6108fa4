"""Specialists (村级专干) employed by the county, each serving one village or several."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from pydantic import Field

from sim.model.config.fields import unit
from sim.model.policies.base import Policy
from sim.model.policies.dose import Dose
from sim.model.policies.groups import of_townships

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class Specialists(Policy):
    """Employ specialists who do work of reporting lines for the villages that share them.

    How many lines there are is `headcount.lines`. Villages of a pool are those of one township, in
    the order of the list; pools have specialists by their villages.
    """

    """村级专干（共用）"""

    levers: ClassVar[tuple[str, ...]] = ("specialist_pool", "specialists")
    doses: ClassVar[dict[str, Dose]] = {
        "specialists": Dose("persons", "last", "specialists employed", "在岗专干"),
    }

    number: Annotated[float, Field(ge=0, le=100_000)] = unit("persons")
    """Specialists in all villages reached."""
    """专干人数（适用的村合计）"""
    shared_by: Annotated[int, Field(ge=1, le=50)] = unit("villages", default=1)
    """Villages that share a pool of them; 1: each village has its own."""
    """共用一组专干的村数；1为每村自有"""

    def delivered(self, county: "CountyModel") -> dict[str, tuple[float, float]]:
        """Count the specialists of villages reached."""
        employed = np.add.reduce(county.levers.specialists[self.villages_reached(county)])
        return {"specialists": (self.number * self.dose(county, county.month), float(employed))}

    def apply(self, county: "CountyModel", month: int) -> None:
        """Set which villages share specialists, and how many persons each contributes."""
        units, levers = self.villages_reached(county), county.levers
        for pool in of_townships(county, units, self.shared_by):
            levers.specialist_pool[pool] = pool[0] + 1
        each = self.number * self.dose(county, month) / max(1, units.size)
        levers.specialists[units] = each
