"""Cadre: one post-holder. Every old village has a fixed number of post slots, one row each."""

import numpy as np
import numpy.typing as npt

from sim.model.agents.columns import Column, Derived, RowAgent

NONE, SECRETARY, DIRECTOR, SECRETARY_DIRECTOR, DEPUTY, MEMBER, FIRST_SECRETARY = range(7)
POST_NAMES = (
    "none",
    "secretary",
    "director",
    "secretary-director",
    "deputy",
    "member",
    "first secretary",
)
LEADERS = (SECRETARY, SECRETARY_DIRECTOR, DIRECTOR)
POSTS = 40  # post slots of an old village; whatever the policy, so that identities stay
SLOTS = POSTS + 1  # and the last one, for a first secretary sent from above

LOCAL, RETURNED, GRADUATE, VETERAN, ENTREPRENEUR, SENT = range(6)
SOURCE_NAMES = ("local", "returned migrant", "graduate", "veteran", "entrepreneur", "sent")


def among(codes: npt.NDArray[np.integer], *wanted: int) -> npt.NDArray[np.bool_]:
    """Return which of some posts or sources are wanted; for so few quicker than `np.isin`."""
    found = codes == wanted[0]
    for code in wanted[1:]:
        found |= codes == code
    return found


class Cadre(RowAgent):
    """One post-holder; a row without a holder is not in the set."""

    origin = Derived(
        lambda table: table.model.slot_village(),
        unit="index",
        doc="old village the cadre is from",
        row=lambda table, row: row // table.model.slots,
    )
    village = Derived(
        lambda table: table.model.borders.unit[table.model.slot_village()],
        unit="index",
        doc="village served, by the old village whose office it keeps",
        row=lambda table, row: table.model.borders.unit[row // table.model.slots],
    )
    age = Derived(
        lambda table: (table.model.month - table["birth_month"]) / 12.0,
        unit="years",
        doc="age",
        row=lambda table, row: (table.model.month - table["birth_month"][row]) / 12.0,
    )
    post = Column(
        "u1",
        unit="code",
        doc="0 none, 1 secretary, 2 director, 3 secretary-director, 4 deputy, 5 member, "
        "6 first secretary",
    )
    occupant = Column("u2", unit="ordinal", doc="how many held this slot before")
    birth_month = Column("i2", unit="month number", doc="month of birth")
    appointed = Column("i2", unit="month number", doc="month of appointment")
    ability_administration = Column("f4", unit="0-1", doc="ability for administration")
    ability_service = Column("f4", unit="0-1", doc="ability for service")
    ability_economy = Column("f4", unit="0-1", doc="ability for the economy")
    training = Column("f4", unit="0-1", doc="what training adds to each ability now")
    integrity = Column("f4", unit="0-1", doc="integrity")
    source = Column(
        "u1",
        unit="code",
        doc="0 local, 1 returned migrant, 2 graduate, 3 veteran, 4 entrepreneur, 5 sent from above",
    )
    returned = Column("?", unit="yes/no", doc="returned migrant")
    home = Column("i4", unit="index", default=-1, doc="villager's row whose person it is, -1: none")
    commutes = Column("?", unit="yes/no", doc="lives in the township seat and commutes")
    pay = Column("f4", unit="yuan/month", doc="pay")
    hours = Column("f4", unit="h/month", doc="hours supplied")
    workload = Column("f4", unit="h/month", doc="hours asked")
    burnout = Column("f4", unit="0-1", doc="burnout")
    leaving = Column("?", unit="yes/no", doc="has resigned, and leaves next month")

    @property
    def post_name(self) -> str:
        """Post in words."""
        return POST_NAMES[self.post]

    @property
    def source_name(self) -> str:
        """Where the cadre was found, in words."""
        return SOURCE_NAMES[self.source]
