"""Cadre: one post-holder. Every old village has a fixed number of post slots, one row each."""

from sim.agents.columns import Column, Derived, RowAgent

NONE, SECRETARY, DIRECTOR, SECRETARY_DIRECTOR, DEPUTY, MEMBER = range(6)
POST_NAMES = ("none", "secretary", "director", "secretary-director", "deputy", "member")


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
        doc="0 none, 1 secretary, 2 director, 3 secretary-director, 4 deputy, 5 member",
    )
    occupant = Column("u2", unit="ordinal", doc="how many held this slot before")
    birth_month = Column("i2", unit="month number", doc="month of birth")
    appointed = Column("i2", unit="month number", doc="month of appointment")
    ability_service = Column("f4", unit="0-1", doc="ability for service")
    ability_economy = Column("f4", unit="0-1", doc="ability for the economy")
    returned = Column("?", unit="yes/no", doc="returned migrant")
    pay = Column("f4", unit="yuan/month", doc="pay")
    usual_pay = Column("f4", unit="yuan/month", doc="usual pay of the post")
    hours = Column("f4", unit="h/month", doc="hours supplied")
    workload = Column("f4", unit="h/month", doc="hours asked")

    @property
    def post_name(self) -> str:
        """Post in words."""
        return POST_NAMES[self.post]
