"""Villager: one registered resident (with `scale: k` a row stands for k)."""

from sim.model.agents.columns import Column, Derived, RowAgent

DEPENDANT, LOCAL, AWAY, ENTREPRENEUR = range(4)
ADULT, ELDER = 16 * 12, 60 * 12  # months of age
MOST_CAPITAL = 20_000_000.0  # yuan: the fen of a venture fit in an int32
LABOUR_NAMES = ("dependant", "local", "away", "entrepreneur")


class Villager(RowAgent):
    """One registered resident."""

    group = Derived(
        lambda table: table.model.row_group(),
        unit="index",
        doc="villager group (村民小组)",
        row=lambda table, row: table.model.group_of(row),
    )
    village = Derived(
        lambda table: table.model.row_village(),
        unit="index",
        doc="old village",
        row=lambda table, row: table.model.village_of(row),
    )
    merged_village = Derived(
        lambda table: table.model.borders.unit[table.model.row_village()],
        unit="index",
        doc="village after the merger, by the old village whose office it keeps",
        row=lambda table, row: table.model.borders.unit[table.model.village_of(row)],
    )
    age = Derived(
        lambda table: (table.model.month - table["birth_month"]) / 12.0,
        unit="years",
        doc="age",
        row=lambda table, row: (table.model.month - table["birth_month"][row]) / 12.0,
    )
    birth_month = Column("i2", unit="month number", doc="month of birth (year * 12 + month - 1)")
    skill = Column("f4", unit="0-1", doc="skill")
    digital = Column("?", unit="yes/no", doc="has digital access")
    family = Column("i4", unit="index", doc="family (户), 0 where they are not told apart")
    alone = Column(
        "?",
        unit="yes/no",
        doc="60 or over, of a family with nobody of 16-59 at home as the month began",
    )
    online_at_home = Column("?", unit="yes/no", doc="can turn online, or somebody at home does")
    labour = Column("u1", unit="code", doc="0 dependant, 1 local, 2 away, 3 entrepreneur")
    income = Column("f4", unit="yuan/month", doc="income of this month, dividends included")
    savings = Column("i8", unit="fen", doc="money held (of each person the row stands for)")
    trait = Column("f4", unit="0-1", doc="trust one tends to, other things equal")
    trust = Column("f4", unit="0-1", doc="trust in village cadres")
    experience = Column(
        "f4",
        unit="0-1",
        doc="running share of own attempts, and errands that ran out, that ended well",
    )
    errands_well = Column("u2", unit="errands", doc="own, tried this month, that ended well")
    errands_badly = Column("u2", unit="errands", doc="own, tried or run out, that ended badly")
    needs = Column("u1", unit="requests", doc="needs of this month")
    channel = Column(
        "u1",
        unit="code",
        doc="0 none, 1 group leader, 2 office, 3 outpost, 4 online, 5 home visit, 6 gave up, "
        "7 telephone, 8 proxy, 9 waits",
    )
    optional_1 = Column("u1", unit="errands", doc="optional, open since last month")
    mandatory_1 = Column("u1", unit="errands", doc="that must be done, open since last month")
    mandatory_2 = Column("u1", unit="errands", doc="that must be done, open for two months")
    overdue = Column("u2", unit="errands", doc="that must be done, open for longer")
    returned = Column("?", unit="yes/no", doc="came back from working away")
    venture_capital = Column("i4", unit="fen", doc="capital of one's venture, 0 if none")
    venture_outside = Column("i4", unit="fen", doc="outside capital it attracted")
    venture_loan = Column("i4", unit="fen", doc="loan on one's venture, not yet repaid")
    venture_due = Column("i4", unit="fen/month", doc="instalment of the loan")
    venture_interest = Column("f4", unit="1/year", doc="interest of the loan")
    venture_start = Column("i2", unit="month number", doc="month the venture started")

    @property
    def labour_name(self) -> str:
        """Labour state in words."""
        return LABOUR_NAMES[self.labour]
