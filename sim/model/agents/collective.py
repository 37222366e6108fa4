"""VillageCollective: a village's collective, with a sub-account for each old village.

A row is the sub-account of one old village. After a merger the collective of the new village is
the row of the village whose office it keeps; the others stay as its sub-accounts.
"""

from sim.model.agents.columns import Column, Derived, RowAgent


class VillageCollective(RowAgent):
    """One village's collective economic organisation."""

    village = Derived(
        lambda table: table.model.borders.unit, unit="index", doc="village it belongs to"
    )
    total_assets = Derived(
        lambda table: table.model.borders.total(table["assets"]) / 100.0,
        unit="yuan",
        doc="operating assets of all its sub-accounts",
    )
    total_income = Derived(
        lambda table: table.model.borders.total(table["income"]) / 100.0 * 12.0,
        unit="yuan/year",
        doc="this month's income of all its sub-accounts, at a yearly rate",
    )
    money = Column("i8", unit="fen", doc="money of this sub-account, for projects too")
    assets = Column("i8", unit="fen", doc="operating assets of this sub-account")
    partner = Column("i8", unit="fen", doc="capital of enterprises in its joint ventures")
    project_money = Column("i8", unit="fen", doc="project money received so far")
    pooled = Column("f8", unit="0-1", doc="share of assets the unit of this seat pools")
    members = Column("f8", unit="0-1", doc="share of the unit's persons in its cooperative")
    rent = Column("f8", unit="yuan/year", doc="resource rent of this sub-account")
    put_in = Column("i8", unit="fen", doc="worth of what members put into the cooperative")
    returns = Column("i8", unit="fen/month", doc="what operating assets and that earned this month")
    input_rent = Column("i8", unit="fen/month", doc="paid to members for what they put in")
    income = Column("i8", unit="fen/month", doc="income of this month: rents too, less input_rent")
    levy = Column("i8", unit="fen/month", doc="drawn for village administration this month")
    welfare = Column("i8", unit="fen/month", doc="spent on members' welfare this month")
    dividends = Column("i8", unit="fen/month", doc="paid to members this month")
    each = Column("i8", unit="fen/month", doc="of it to each member")
    fairness = Column("i8", unit="fen/month", doc="of it to each member because of pooling")
    kept = Column("i8", unit="fen/month", doc="left of this month's income")
    leakage = Column("i8", unit="fen/month", doc="diverted by leaders this month")
    recovered = Column("i8", unit="fen/month", doc="diverted earlier, paid back this month")
    leaked = Column("i8", unit="fen", doc="diverted since the start of the run")
    exposed = Column("i8", unit="fen", doc="of it found, whether paid back or not")
    exposed_in = Column(
        "i2", unit="month number", doc="last month a diversion was found", default=-30000
    )
