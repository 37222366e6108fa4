"""Levers that policies move, read by the processes."""

from typing import Any

import numpy as np

from sim.model.compiled import I8
from sim.model.parameters import Values

#: support for ventures: yuan per venture (grant, loan, outside capital), 1/year (interest), years
#: (term), ventures a year, yuan in all (budget), whether higher government pays, who can have it
STARTUP = np.dtype(
    [
        (name, "f8")
        for name in (
            "grant",
            "loan",
            "interest",
            "term",
            "number",
            "budget",
            "outside",
            "higher",
            "returned_only",
            "min_skill",
            "max_age",
        )
    ]
)
#: how assets of a unit's sub-accounts are managed: apart, as members agree, together
SEPARATE, CONSENT, POOLED = range(3)
#: how posts are filled: pool and reserve (persons by old village), levels of vetting, weights and
#: age aim (years) of the score, who stands again (`sim.model.processes.posts`: STAY, MERGED, ALL)
SELECTION = np.dtype(
    [
        ("on", "?"),
        ("pool", "f8"),
        ("reserve", "f8"),
        ("vetting", "f8"),
        ("ability", "f8"),
        ("youth", "f8"),
        ("standing", "f8"),
        ("returned", "f8"),
        ("age_aim", "f8"),
        ("reselect", "u1"),
    ]
)


class Levers:
    """The levers of a county; every array has one element per unit (old village).

    All lie in one block of memory, so that `take` copies them at once.

    Attributes
    ----------
    combined : bool
        Secretary and director are one person.
    deputies : int64
        Deputy secretaries among the posts.
    posts : int64
        Cadre posts allowed.
    lines : float64
        Reporting lines (kinds of specialised staff).
    selection : structured array
        How posts are filled, see `SELECTION`.
    pay_secretary, pay_dual : float64
        Pay of a secretary, and what the combined role adds, yuan/month.
    pay_other : float64
        Pay of other cadres over a secretary's.
    pay_growth, pay_trust : float64
        Shares of pay linked to the collective's growth and to villagers' trust.
    pay_professional : float64
        Share of a full-time professional contract.
    settle_interviews, settle_placement : float64
        Shares of displaced cadres who are talked with, and given another place.
    settle_allowance : float64
        Leaving allowance, yuan per displaced cadre.
    training, training_cost : float64
        Share of those concerned who are trained this month; yuan per person.
    training_all : bool
        All cadres are concerned, not leaders only.
    first_secretary : bool
        A first secretary is sent.
    first_secretary_term, first_secretary_pay : float64
        Term in months; pay, yuan/month.
    startup : structured array, shape (1,)
        Support for ventures, see `STARTUP`.
    startup_where : bool
        Villages where ventures are supported.
    demonstration : bool
        Demonstration sites: their ventures count more as examples.
    asset_rule : int8
        How sub-accounts are managed: `SEPARATE`, `CONSENT` or `POOLED`.
    welfare : float64
        Share of the collective's income spent on members' welfare.
    support : float64
        Project money promised to a collective, all in all, yuan.
    joint : float64
        Enterprises' capital for each yuan of project money.
    cooperative : float64
        Whether (or how far, 0-1) a Party-led cooperative is open to members.
    funding_kept : float64
        Share of the absorbed villages' fixed running money that is still paid.
    heads_collective : bool
        The secretary heads the village's collective too.
    mailbox, disclosure : float64
        Share of villagers with a mailbox or tip line; share of the collective's accounts posted.
    inspections : float64
        Inspections of the collective's accounts, 1/year.
    discipline : float64
        Chance that a leader found out is dismissed.
    outposts, outpost_opening : float64
        Share of the absorbed offices of the units that have the same share reopened, the remotest
        first; share of the days on which an outpost is open.
    office_hours, office_kept : float64
        Hours a day for which a rota posts the office open; share of them that it is open.
    home_visits : float64
        Share of service hours kept for home visits.
    visit_elderly, visit_km : bool, float64
        Visits go to residents of 60 and over; and to all who live at least so far, km.
    online, one_stop : float64
        Completeness of the online platform; share of the office run as a one-stop centre.
    micro_groups : float64
        Share of villager groups with self-governance.
    proxies : float64
        How far residents can leave errands to a proxy, 0-1.
    buses : float64
        Share of residents whom rural buses take to the office.
    heard, vote : float64
        Share of people heard; 1 where a vote is held.
    relief, ledgers, rescale : float64
        Share of reports and inspections cut; of reporting lines' work cut; exponent of the old
        villages in a merged village's fixed administration.
    contact_leaders, contact_departments : float64
        County leaders and departments paired with the village.
    town_village, central_village, speciality_village, mixed_village : bool
        Roles that a plan gives the village.
    specialist_pool, specialists : int64, float64
        Number of the pool of specialists that the village shares, 0 if none; its part of them,
        persons.
    venture, venture_share : int64, float64
        Number of the venture in which the village's collective is with others, 0 if none; share of
        its assets there.
    member_contact : float64
        Share of Party members at home who keep contact with households.
    recruits, recruits_away : float64
        Party members recruited, of those at home and of those who work away, persons.
    """

    __slots__ = ("__dict__", "_block")  # `vars` are the levers alone

    def __init__(self, units: int) -> None:
        self.combined = np.zeros(units, dtype=bool)
        self.deputies = np.zeros(units, dtype=np.int64)
        self.posts = np.zeros(units, dtype=np.int64)
        self.lines = np.zeros(units)
        self.selection = np.zeros(units, dtype=SELECTION)
        self.pay_secretary = np.zeros(units)
        self.pay_other = np.zeros(units)
        self.pay_dual = np.zeros(units)
        self.pay_growth = np.zeros(units)
        self.pay_trust = np.zeros(units)
        self.pay_professional = np.zeros(units)
        self.settle_interviews = np.zeros(units)
        self.settle_placement = np.zeros(units)
        self.settle_allowance = np.zeros(units)
        self.training = np.zeros(units)
        self.training_cost = np.zeros(units)
        self.training_all = np.zeros(units, dtype=bool)
        self.first_secretary = np.zeros(units, dtype=bool)
        self.first_secretary_term = np.zeros(units)
        self.first_secretary_pay = np.zeros(units)
        self.startup = np.zeros(1, dtype=STARTUP)
        self.startup_where = np.zeros(units, dtype=bool)
        self.demonstration = np.zeros(units, dtype=bool)
        self.asset_rule = np.zeros(units, dtype=np.int8)
        self.welfare = np.zeros(units)
        self.support = np.zeros(units)
        self.joint = np.zeros(units)
        self.cooperative = np.zeros(units)
        self.heads_collective = np.zeros(units, dtype=bool)
        self.funding_kept = np.zeros(units)
        self.mailbox, self.inspections = np.zeros((2, units))
        self.disclosure, self.discipline = np.zeros((2, units))
        self.outpost_opening = np.ones(units)
        self.visit_elderly = np.ones(units, dtype=bool)
        self.visit_km = np.full(units, np.inf)
        self.outposts = np.zeros(units)
        self.office_hours, self.office_kept = np.zeros((2, units))
        self.home_visits = np.zeros(units)
        self.online = np.zeros(units)
        self.one_stop = np.zeros(units)
        self.micro_groups, self.proxies, self.buses = np.zeros((3, units))
        self.heard, self.vote = np.zeros((2, units))
        self.relief, self.ledgers, self.rescale = np.zeros((3, units))
        self.contact_leaders, self.contact_departments = np.zeros((2, units))
        self.town_village, self.central_village = np.zeros((2, units), dtype=bool)
        self.speciality_village, self.mixed_village = np.zeros((2, units), dtype=bool)
        self.venture, self.specialist_pool = np.zeros((2, units), dtype=np.int64)
        self.venture_share, self.specialists = np.zeros((2, units))
        self.member_contact, self.recruits, self.recruits_away = np.zeros((3, units))
        self._join()

    def _join(self) -> None:
        """Move every lever into one block, each beginning at a whole number of 8 bytes."""
        ends = np.cumsum([-(-lever.nbytes // 8) * 8 for lever in vars(self).values()])
        self._block = np.zeros(ends[-1], dtype=np.uint8)
        for (name, lever), room in zip(
            vars(self).items(), np.split(self._block, ends[:-1]), strict=True
        ):
            vars(self)[name] = room[: lever.nbytes].view(lever.dtype)
            vars(self)[name][:] = lever

    def __setattr__(self, name: str, value: Any) -> None:
        """Write a lever's values into its array, which stays."""
        if name in vars(self):
            vars(self)[name][...] = value
        else:
            super().__setattr__(name, value)

    def __getstate__(self) -> dict[str, Any]:
        """Return the levers, for copies and pickles."""
        return vars(self)

    def __setstate__(self, levers: dict[str, Any]) -> None:
        """Take levers over into a block of one's own."""
        vars(self).update(levers)
        self._join()

    def take(self, other: "Levers") -> None:
        """Become as the levers of as many units are."""
        self._block[:] = other._block

    def reset(self, values: Values, posts: I8) -> None:
        """Return every lever to what it is without any policy.

        Parameters
        ----------
        values : Values
            Parameters in force.
        posts : int64 array
            Posts of each unit: those of its old villages, which a merger alone keeps.
        """
        self._block[:] = 0
        self.posts[:] = posts
        self.lines[:] = values.hours.lines_before
        for name in ("ability", "youth", "standing", "returned"):
            self.selection[name] = getattr(values.selection, f"weight_{name}")
        self.pay_secretary[:] = values.posts.pay_secretary
        self.pay_other[:] = values.posts.pay_other_ratio
        self.pay_dual[:] = values.posts.pay_dual_premium
        self.asset_rule[:] = SEPARATE
        self.welfare[:] = values.economy.welfare_share
        self.discipline[:] = values.oversight.dismissal_usual
        self.outpost_opening[:] = 1.0
        self.office_hours[:] = values.hours.rota_hours
        self.office_kept[:] = values.hours.rota_kept
        self.visit_elderly[:] = True
        self.visit_km[:] = np.inf
