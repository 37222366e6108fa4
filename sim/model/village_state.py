"""Villages' state: what a month finds and leaves beside agents, borders, levers and money."""

import numpy as np

from sim.model.compiled import B1, F8, I4, I8, Records
from sim.model.monthly import FLOWS, HOURS

NEVER = -1_000_000  # month of what has not happened


class VillageState:
    """Mixin of the county model: what a month changes of old villages and units.

    Arrays have V elements, one per old village; what belongs to a unit stands at its seat, the
    old village whose office it keeps. Money of persons and accounts is in whole fen (0.01 yuan).

    Attributes
    ----------
    flows : structured array (V,)
        What an old village's people did this month (`sim.model.monthly.FLOWS`).
    hours : structured array (V,)
        Hours of a unit's cadres this month (`sim.model.monthly.HOURS`).
    backlog : float64 array (V,)
        Service that waits at a unit's office, hours of work.
    waiting_months : float64 array (V,)
        That over the hours the office has in a month, at most 12: what puts people off.
    share_served : float64 array (V, 2)
        Share of those who asked this month that were served: at a desk, and by home visits.
    visit_share : float64 array (V,)
        Share of those who want a home visit for whom there was room this month, 0-1.
    helper_pay : int64 array (V,)
        Welfare money paid to local helpers this month, fen to each registered person.
    helper_hours : float64 array (V,)
        Hours of visits that this pays for, next month.
    outpost_bill : float64 array (V,)
        Running cost of the old village's outpost, yuan/month.
    heard, voted : float64 array (V,)
        Share of people heard on the merger so far; 1 once a vote was held, else 0.
    heard_in_time : float64 array (V,)
        `heard` up to the month of the merger.
    meeting_hours : float64 array (V,)
        Hours of a unit's cadres this month for hearings, votes, self-governance and disputes.
    just_absorbed : bool array (V,)
        Absorbed this month, and the merger's shock to trust not taken yet (`trust.meet`).
    accustomed_service : float64 array (V,)
        Experience of service, 0-1, that people are used to by now.
    accustomed_at_start : float64 array (V,)
        The same when the run began.
    trait_offset : float64 array (V,)
        What was taken off villagers' `trait` so that trust starts where it was drawn, 0-1.
    pooling_dividend : float64 array (V,)
        Dividends that pooling adds for a member (or takes), yuan/year.
    grievance : float64 array (V,)
        Grievance of people over displaced cadres, with ties over other things too, 0-1.
    complained : float64 array (V, 2)
        Complaints that its residents took to cadres, and to the county, this month.
    displaced : int64 array (V,)
        Cadres of the old village who lost their post to a reshuffle this month.
    displaced_in : int64 array (G,)
        Those of them who are known to be of a group (`sim.model.processes.standing`).
    posts_allowed : int64 array (V, 4)
        Posts, combined role, deputies and unit as of last month: posts are filled anew where
        they change; -1 before the first month.
    posts_reopened : bool array (V,)
        The unit has absorbed villages this month, and its posts are to be filled anew.
    selected_last_month : bool array (V,)
        A selection policy was in force in the unit last month.
    pool_open : bool array (V,)
        Posts of the unit were open to people of the talent pool this month.
    pool_stood : int64 array (V,)
        People of the old village's pool who would have taken one: vetted, content with the pay.
    usual_collective_income : float64 array (V,)
        Running mean of the sub-account's income, fen/month: growth above it raises linked pay.
    project_pipeline : int64 array (V, months, 2)
        Project money not spent yet by months still to wait, fen: the sub-account's own, partners'.
    leakage_found : bool array (V,)
        A diversion of the unit's money was found this month.
    deaths : int64 array (V,)
        Rows whose person died this month (and was replaced by a newborn).
    returned_rows : int64 array (V,)
        Rows whose person came back from working away this month.
    venture_jobs : float64 array (V,)
        Jobs in ventures this month, in rows (times `weight`: jobs).
    work_found : float64 array (V,)
        Share of full work that those who stay find, 0-1.
    remitted : int64 array (V,)
        Sent home by those away this month, fen to each resident in the mean.
    at_home : int32 array (families, 3)
        Who of each family is at home, rows (`sim.model.processes.family`); none if not told apart.
    luck : float64 array (V,)
        This year's luck of assets, with mean 1 (`economy.shocks`).
    luck_year : int
        Year of which it is: months over 12.
    venture_rent : int64 array (V,)
        Rent that ventures paid to the sub-account this month, fen.
    overhauled_in : int64 array (V,)
        Month in which the last overhaul of the unit's organisation began (`policies.overhaul`).
    """

    def begin_villages(self, count: int, groups: int, project_months: int) -> None:
        """Make the state of so many old villages, as before the first month."""
        self.flows: Records = np.zeros(count, dtype=FLOWS)
        self.hours: Records = np.zeros(count, dtype=HOURS)
        self.backlog: F8 = np.zeros(count)
        self.waiting_months: F8 = np.zeros(count)
        self.share_served: F8 = np.ones((count, 2))
        self.visit_share: F8 = np.ones(count)
        self.helper_pay: I8 = np.zeros(count, dtype=np.int64)
        self.helper_hours: F8 = np.zeros(count)
        self.outpost_bill: F8 = np.zeros(count)
        self.heard: F8 = np.zeros(count)
        self.heard_in_time: F8 = np.zeros(count)
        self.voted: F8 = np.zeros(count)
        self.meeting_hours: F8 = np.zeros(count)
        self.just_absorbed: B1 = np.zeros(count, dtype=bool)
        self.accustomed_service: F8 = np.zeros(count)
        self.accustomed_at_start: F8 = np.zeros(count)
        self.trait_offset: F8 = np.zeros(count)
        self.pooling_dividend: F8 = np.zeros(count)
        self.grievance: F8 = np.zeros(count)
        self.complained: F8 = np.zeros((count, 2))
        self.displaced: I8 = np.zeros(count, dtype=np.int64)
        self.displaced_in: I8 = np.zeros(groups, dtype=np.int64)
        self.posts_allowed: I8 = np.full((count, 4), -1, dtype=np.int64)
        self.posts_reopened: B1 = np.zeros(count, dtype=bool)
        self.selected_last_month: B1 = np.zeros(count, dtype=bool)
        self.pool_open: B1 = np.zeros(count, dtype=bool)
        self.pool_stood: I8 = np.zeros(count, dtype=np.int64)
        self.usual_collective_income: F8 = np.zeros(count)
        self.project_pipeline: I8 = np.zeros((count, project_months, 2), dtype=np.int64)
        self.leakage_found: B1 = np.zeros(count, dtype=bool)
        self.deaths: I8 = np.zeros(count, dtype=np.int64)
        self.returned_rows: I8 = np.zeros(count, dtype=np.int64)
        self.venture_jobs: F8 = np.zeros(count)
        self.work_found: F8 = np.zeros(count)
        self.remitted: I8 = np.zeros(count, dtype=np.int64)
        self.at_home: I4 = np.zeros((0, 3), dtype=np.int32)
        self.luck, self.luck_year = np.ones(count), NEVER
        self.venture_rent: I8 = np.zeros(count, dtype=np.int64)
        self.overhauled_in: I8 = np.full(count, NEVER, dtype=np.int64)
