"""Villages, their cadres and collectives in plain Python: one unit, cadre and account at a time.

Cadres and collectives are the views that Mesa gives on them (`agents_by_type`); the loops and sums
of `sim.model.processes` over them are written again here, calling the same rules, uncompiled.
"""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.uncompiled import uncompiled
from sim.model.agents.cadre import (
    DEPUTY,
    DIRECTOR,
    FIRST_SECRETARY,
    POSTS,
    SECRETARY,
    SECRETARY_DIRECTOR,
)
from sim.model.processes import specialists
from sim.model.processes.service import DEFERRABLE

if TYPE_CHECKING:
    from benchmarks.plain_mesa import PlainCounty

draws: Any = uncompiled("sim.model.draws")
hours: Any = uncompiled("sim.model.processes.hours")
offers: Any = uncompiled("sim.model.processes.offers")
workload: Any = uncompiled("sim.model.processes.workload")
service: Any = uncompiled("sim.model.processes.service")
economy: Any = uncompiled("sim.model.processes.economy")
strain: Any = uncompiled("sim.model.processes.strain")
oversight: Any = uncompiled("sim.model.processes.oversight")
LEADERS = (SECRETARY, DIRECTOR, SECRETARY_DIRECTOR)


def members(county: "PlainCounty", unit: int) -> list[int]:
    """Return the old villages of a unit."""
    borders = county.borders
    return borders.villages[borders.start[unit] : borders.start[unit + 1]].tolist()


def units(county: "PlainCounty") -> list[int]:
    """Return the units."""
    return np.flatnonzero(county.borders.is_unit).tolist()


def cadres(county: "PlainCounty", unit: int) -> list[Any]:
    """Return the cadres of a unit."""
    rows = county.unit_slots(unit)
    return [county.cadres.agent(row) for row in rows[county.in_post[rows]].tolist()]


def work_hours(county: "PlainCounty") -> None:
    """Work out what every unit's cadres are asked and supply (`sim.model.processes.hours`)."""
    q, levers, borders, month = county.values.hours, county.levers, county.borders, county.month
    reference = q.reference_hours * q.reference_posts * q.admin_share
    fixed = reference * q.admin_fixed_share
    per_line = min(q.line_hours, fixed / max(q.lines_before, 1.0))
    per_unit = fixed - per_line * q.lines_before
    per_resident = (reference - fixed) / q.reference_residents
    taken = specialists.taken(county)
    for unit in units(county):
        villages, record = members(county, unit), county.hours[unit]
        people, requests, groups = 0.0, 0.0, 0.0
        for v in villages:
            people += float(county.flows["residents"][v])
            requests += float(county.flows["requests"][v])
            groups += float(borders.groups[v])
        team = cadres(county, unit)
        supplied, skills = supply(county, unit, team)
        leaders = sum(cadre.post in LEADERS for cadre in team)
        departments = float(levers.contact_departments[unit])
        lines = float(levers.lines[unit]) * (1.0 - float(levers.ledgers[unit]))
        lines *= (1.0 - q.contact_lines) ** departments * (1.0 - float(taken[unit]))
        record["cadres"], record["supplied"] = len(team), supplied
        record["administration"] = hours.administration(
            people, len(villages), lines, month - int(borders.merged_in[unit]),
            float(levers.relief[unit]) * q.relief_hours, float(levers.rescale[unit]),
            per_unit, per_resident, per_line, q.merge_hours, q.merge_half_life,
        )  # fmt: skip
        record["coordination"] = hours.coordination(len(team), q.pair_hours)
        record["friction"] = q.friction * supplied if leaders > 1 else 0.0
        queued = sum(int(county.project_pipeline[v, :, 0].sum()) for v in villages)
        projects = 1.0 if queued > 0 else 0.0
        record["projects"] = q.project_hours * projects if q.load == hours.OVERTIME else 0.0
        decisions = hours.decisions_asked(
            requests, groups, projects, q.decisions_base,
            q.decisions_per_request, q.decisions_per_group, q.decisions_per_project,
        )  # fmt: skip
        deputies = sum(cadre.post == DEPUTY for cadre in team)
        guests = sum(cadre.post == FIRST_SECRETARY for cadre in team)
        can = hours.decisions_supplied(
            leaders, deputies, guests, q.leader_capacity, q.leader_friction, q.deputy_capacity,
            q.first_secretary_capacity,
        )  # fmt: skip
        contact = float(levers.contact_leaders[unit])
        can += contact * q.contact_capacity * q.leader_capacity
        record["leadership"] = min(1.0, can / decisions)
        record["leader_load"] = decisions / can if can > 0.0 else math.nan
        share_hours(county, unit, skills)


def supply(county: "PlainCounty", unit: int, team: list[Any]) -> tuple[float, tuple[float, ...]]:
    """Return the hours a unit's cadres supply, and what an hour achieves in each task."""
    q, month, borders = county.values.hours, county.month, county.borders
    registered = county.world.registered
    everybody = float(sum(int(registered[v]) for v in members(county, unit)))
    professional = float(county.levers.pay_professional[unit])
    week = q.cadre_hours_week * (1.0 + q.professional_hours * professional)
    supplied, administration, care, business = 0.0, 0.0, 0.0, 0.0
    for cadre in team:
        given = hours.hours_supplied(
            week, cadre.pay, county.values.livelihood.local_wage, q.effort_elasticity_pay,
            (month - cadre.birth_month) / 12.0 - q.full_hours_age, q.age_hours_loss,
            cadre.burnout, q.burnout_hours_loss,
        )  # fmt: skip
        cadre.hours = given
        home = int(registered[cadre.row // county.slots]) / max(everybody, 1.0)
        if cadre.post == FIRST_SECRETARY or cadre.commutes:
            home = 0.0
        if cadre.commutes:
            lost = hours.commuting(float(county.town_km[unit]), q.commute_days, q.commute_speed)
            cadre.hours = max(0.0, cadre.hours - lost)
        since = month - max(cadre.appointed, int(borders.merged_in[unit]))
        known = hours.knowledge(home, since, q.knowledge_half_life)
        local = 1.0 - q.knowledge_response * (1.0 - known)
        learnt = cadre.training
        supplied += cadre.hours
        administration += cadre.hours * hours.productivity(cadre.ability_administration + learnt)
        care += cadre.hours * hours.productivity(cadre.ability_service + learnt) * local
        business += cadre.hours * hours.productivity(cadre.ability_economy + learnt)
    achieved = (administration, care, business)
    return supplied, tuple(a / supplied if supplied > 0.0 else 1.0 for a in achieved)


def share_hours(county: "PlainCounty", unit: int, skills: tuple[float, ...]) -> None:
    """Take what is asked from the hours of a unit, and share what is left."""
    q, record, levers = county.values.hours, county.hours[unit], county.levers
    administration, care, business = skills
    record["administration_productivity"] = administration
    record["service_productivity"], record["economy_productivity"] = care, business
    effective = float(record["leadership"]) * float(record["supplied"] - record["friction"])
    mandatory = float(record["administration"]) / administration + float(record["coordination"])
    record["meetings"] = county.meeting_hours[unit]
    mandatory += float(county.meeting_hours[unit])
    mandatory += float(record["projects"])
    free = max(effective - mandatory, q.front_desk_share * effective)
    taken = 0.0
    if q.load == hours.OVERTIME:
        waits = q.paperwork_waits * float(hours.administration_spent(record))
        taken = hours.borrowed(effective, free, mandatory, waits)
    record["borrowed"] = taken
    share = hours.service_share(
        care, business, float(levers.pay_trust[unit]), float(levers.pay_growth[unit]),
        q.service_share, q.ability_response, q.reward_response,
    )  # fmt: skip
    record["service_hours"] = free * share + taken
    record["service_offered"] = (free * share + taken) * care
    record["economy_offered"] = free * (1.0 - share)


def staff(county: "PlainCounty") -> None:
    """Say whether callers find somebody (`sim.model.processes.offers`)."""
    q, levers, borders = county.values.hours, county.levers, county.borders
    for unit in units(county):
        record, villages = county.hours[unit], members(county, unit)
        outposts = 0.0
        for v in villages:
            outposts += float(borders.outpost[v]) * float(levers.outpost_opening[unit])
        given, visits = float(record["service_hours"]), float(levers.home_visits[unit])
        here = given * (1.0 - visits)
        duty = offers.duty(here, outposts, county.values.service.outpost_hours)
        on_duty = duty / outposts if outposts > 0.0 else 0.0
        record["duty"] = duty
        if q.desk == offers.SERVICE_HOURS:
            record["attended"] = offers.attended(here - duty, q.desk_hours)
            record["outpost_attended"] = offers.attended(on_duty, q.desk_hours)
            continue
        supplied, kept = float(record["supplied"]), float(levers.office_kept[unit])
        spent = float(record["visit_hours"]) if visits > 0.0 else 0.0
        away, nobody = (spent + duty) / max(supplied, 1e-12), 1.0
        for cadre in cadres(county, unit):
            nobody *= 1.0 - offers.present(cadre.hours, away, q.office_presence, q.office_day)
        posted = float(levers.office_hours[unit])
        record["rota"] = offers.rota(posted, kept, supplied * (1.0 - away), q.office_day)
        by_rota, each = float(record["rota"]), county.values.service.outpost_hours
        in_posted = by_rota / min(posted, q.office_day) if posted > 0.0 else 0.0
        met = (offers.somebody_in(share, nobody) for share in (in_posted, by_rota / q.office_day))
        record["attended"] = offers.called_on(q.rota_known, posted, *met)
        in_posted = kept * on_duty / each if each > 0.0 else 0.0
        any_hour = offers.present(on_duty, 0.0, kept, q.office_day)
        daily = each / offers.DAYS_PER_MONTH
        record["outpost_attended"] = offers.called_on(q.rota_known, daily, in_posted, any_hour)


def queue(county: "PlainCounty", helpers: Any) -> None:
    """Share out every unit's service hours (`sim.model.processes.service`)."""
    q, flows = county.values.service, county.flows
    for unit in units(county):
        asked = fresh = at_outposts = visits = wanted = waiting = 0.0
        for v in members(county, unit):
            asked += float(flows["minutes"][v]) / 60.0
            fresh += float(flows["minutes_new"][v]) / 60.0
            at_outposts += float(flows["minutes_outpost"][v]) / 60.0
            visits += float(flows["visit_minutes"][v]) / 60.0
            wanted += float(flows["visits_wanted"][v]) / 60.0
            waiting += float(county.backlog[v])
            county.backlog[v] = 0.0
        record = county.hours[unit]
        productivity, offered = map(float, record[["service_productivity", "service_offered"]])
        helping = float(helpers[unit])
        helped = min(visits, helping)
        kept = float(county.levers.home_visits[unit]) * offered
        visited = min(visits - helped, kept)
        asked_visits = visits - helped if kept > 0.0 else 0.0
        duty = float(record["duty"]) * productivity
        beyond = service.beyond_duty(asked, at_outposts, duty)
        asked, fresh = asked * beyond, fresh * beyond
        capacity = max(0.0, offered - visited - duty)
        share = service.served_share(capacity, waiting, asked)
        left = service.next_backlog(share, waiting, asked, q.abandonment)
        county.backlog[unit] = 0.0 if q.errands == DEFERRABLE else left
        work = asked + waiting
        record["service_used"] = (share * work + visited + duty) / productivity
        record["service_asked"] = (work + asked_visits + duty) / productivity
        came = service.arrived(share, asked, fresh)
        record["service_arrived"] = (came + asked_visits + duty) / productivity
        record["visit_hours"] = visited / productivity
        for v in members(county, unit):
            county.share_served[v, 0] = share if record["cadres"] > 0 else 0.0
            county.share_served[v, 1] = (helped + visited) / visits if visits > 0.0 else 0.0
            county.waiting_months[v] = min(12.0, left / max(capacity, 1.0))
            room = min(1.0, (kept + helping) / wanted) if wanted > 0.0 else 1.0
            county.visit_share[v] = room


def share_workload(county: "PlainCounty") -> None:
    """Share what is asked of every unit among its cadres (`sim.model.processes.workload`)."""
    q = county.values.hours
    for unit in range(county.hours.size):
        record = county.hours[unit]
        free = float(record["service_offered"]) / max(float(record["service_productivity"]), 0.5)
        unused = free - float(record["borrowed"]) - float(record["service_used"])
        offered = float(record["economy_offered"])
        record["economy"] = offered + q.unused_returned * max(0.0, unused)
        record["asked"] = workload.hours_asked(record, q.load)
        if q.load == hours.OVERTIME:
            left, supplied = float(workload.left_to_do(record)), float(record["supplied"])
            most = float(record["cadres"]) * q.overtime_week * hours.WEEKS_PER_MONTH
            record["overtime"] = workload.overtime(left, supplied, most)
            record["undone"] = left - float(record["overtime"])
    for unit in units(county):
        for cadre in cadres(county, unit):
            cadre.workload = county.hours["asked"][unit] / county.hours["cadres"][unit]


def run_collectives(
    county: "PlainCounty", luck: tuple[Any, Any], leader: Any, queued: Any
) -> dict[str, int]:
    """Let every sub-account invest, earn, pay and keep (`sim.model.processes.economy`)."""
    (allied, shock), q, levers = luck, county.values.economy, county.levers
    total = dict.fromkeys(economy.TOTALS, 0)
    median = q.income_median * (1.0 - q.rent_share) / q.asset_return
    persons = county.world.registered.tolist()
    for unit in units(county):
        villages = members(county, unit)
        accounts = {v: county.collectives.agent(v) for v in villages}
        everybody, base = sum(persons[v] for v in villages), 0.0
        for v, account in accounts.items():
            invest(county, account, int(queued[v]), q, total)
            base += (account.assets + account.partner) / 100.0
        joined = accounts[unit].members * everybody * q.cooperative_input
        pooled = accounts[unit].pooled if len(villages) > 1 else 0.0
        record = county.hours[unit]
        effort = float(record["economy"]) * float(record["economy_productivity"])
        management = effort / (len(villages) * q.reference_management)
        pool = 0
        for v, account in accounts.items():
            put_in = joined * persons[v] / max(1, everybody)
            own = account.assets / 100.0 + put_in
            scale = own + account.partner / 100.0
            together = (scale + pooled * (base + joined - scale) + float(allied[unit])) / median
            useful = management
            if q.income == economy.SATURATING:
                work = economy.work_there_is(
                    own / median, float(queued[v] > 0), q.asset_work, q.asset_work_response,
                    q.project_work,
                )  # fmt: skip
                useful = economy.useful_management(management, work / q.reference_management)
            earned = economy.asset_income(
                own, useful, together, float(leader[unit]), float(shock[v]), q.asset_return,
                q.management_elasticity, q.scale_elasticity, q.leader_response,
            )  # fmt: skip
            rent = math.floor(account.rent * 100.0 / 12.0 + 0.5)
            account.returns = math.floor(earned * 100.0 + 0.5)
            account.put_in = math.floor(put_in * 100.0)
            earnings = account.returns + rent + int(county.venture_rent[v])
            owed = math.floor(account.put_in * q.cooperative_rent / 12.0)
            account.input_rent = min(earnings, owed)
            account.income = earnings - account.input_rent
            account.levy = math.floor(account.income * q.levy_share)
            account.welfare = math.floor(account.income * float(levers.welfare[unit]))
            owed = math.floor(account.income * q.dividend_share)
            shared = math.floor(pooled * owed)
            account.each = (owed - shared) // max(1, persons[v])
            account.fairness = account.each - owed // max(1, persons[v])
            paid = account.levy + account.welfare + account.each * persons[v] + shared
            account.kept = account.income - paid
            pool += shared
            total["rent"] += rent
            for name in ("returns", "input_rent", "levy", "welfare"):
                total[name] += getattr(account, name)
        common = pool // max(1, everybody)
        accounts[unit].kept += pool - common * everybody
        for v, account in accounts.items():
            account.each += common
            account.fairness += common
            account.dividends = account.each * persons[v]
            total["dividends"] += account.dividends
            account.money += account.kept - int(county.venture_rent[v])
    return total


def invest(county: "PlainCounty", account: Any, queued: int, q: Any, total: dict[str, int]) -> None:
    """Spend what a sub-account kept on operating assets; let them wear out."""
    rent = int(county.venture_rent[account.row])
    bought = max(0, account.money - queued - rent)
    account.money -= bought
    account.assets += bought
    worn = math.floor(account.assets * q.depreciation / 12.0)
    account.assets -= worn
    partners = math.floor(account.partner * q.depreciation / 12.0)
    account.partner -= partners
    total["invested"] += bought
    total["worn"] += worn
    total["partners_worn"] += partners


def wear_out(county: "PlainCounty") -> None:
    """Move every cadre's burnout, and say who gives notice (`sim.model.processes.strain`)."""
    q, values = county.values.strain, county.values
    worth, wage = values.selection.standing_worth, values.livelihood.out_wage
    susceptible = int(county.key("strain.susceptible", 0))
    resign = int(county.key("strain.resign"))
    for row in np.flatnonzero(county.in_post).tolist():
        cadre = county.cadres.agent(row)
        village, slot = divmod(row, county.slots)
        who = int(county.world.identity[village]) + slot + (cadre.occupant << 8)
        one = county.hours[county.borders.unit[village]]
        not_done = float(one["undone"])
        if values.hours.load == hours.OVERTIME:
            not_done += max(0.0, float(one["service_arrived"]) - float(one["service_used"]))
        asked = cadre.workload - not_done / float(one["cadres"])
        worked = cadre.hours + float(one["overtime"]) / float(one["cadres"])
        week = strain.strain_hours(asked, worked, q.free_hours_strain)
        ratio = strain.imbalance(week, q.burnout_threshold, cadre.pay, worth, wage)
        target = strain.burnout_target(
            week, ratio, q.susceptibility_sd * draws.normal(susceptible, who),
            q.burnout_threshold, q.burnout_width, q.imbalance_response,
        )  # fmt: skip
        rate = q.burnout_rate if target > cadre.burnout else q.recovery_rate
        cadre.burnout += rate * (target - cadre.burnout)
        chance = strain.resignation(values.posts.turnover, q.turnover_response, cadre.burnout)
        cadre.leaving = draws.uniform(resign, who) < chance


def watch(county: "PlainCounty") -> list[bool]:
    """Let leaders divert, find what is found (`sim.model.processes.oversight`); say where (V,)."""
    q, levers, month = county.values.oversight, county.levers, county.month
    found = [False] * len(county.villages)
    checks = q.leader_check, q.collective_check
    usual = oversight.discretion(2.0, 0.0, q.complaints_usual, 0.0, *checks)
    for unit in units(county):
        accounts = [county.collectives.agent(v) for v in members(county, unit)]
        leaders = [cadre for cadre in cadres(county, unit) if cadre.post in LEADERS]
        heads = [cadre for cadre in leaders if cadre.post != DIRECTOR]
        integrity = heads[-1].integrity if heads else 0.5
        guests = [c for c in cadres(county, unit) if c.row == unit * county.slots + POSTS]
        sent = guests[0].integrity if guests else 0.0
        rate = oversight.discovery_rate(
            1.0 - unit_trust(county, unit), float(levers.mailbox[unit]),
            float(levers.inspections[unit]), float(levers.disclosure[unit]),
            float(levers.relief[unit]), q.complaints_usual, q.complaints_mailbox,
            q.distrust_response, q.distrust_reference, q.inspection_sight, q.disclosure_sight,
            q.relief_blind,
        )  # fmt: skip
        unseen = oversight.discretion(
            len(leaders), 1.0 if levers.heads_collective[unit] else 0.0, rate,
            q.sent_check * sent, *checks,
        )  # fmt: skip
        residents = 0.0
        for v in members(county, unit):
            residents += float(county.flows["residents"][v])
        tempted = oversight.diversion(
            unseen, usual, residents, integrity, q.tempted_base, q.discretion_response,
            q.size_response, q.size_reference, q.integrity_response,
        )  # fmt: skip
        watched = month - county.collectives.agent(unit).exposed_in < q.watched_months
        who = int(county.world.identity[unit])
        luck = draws.uniform(int(county.key("oversight.tempted", month - month % 12)), who)
        diverts = bool(leaders) and not watched and luck < tempted
        hidden = 0
        for account in accounts:
            account.recovered = 0
            kept = max(0, account.kept)
            account.leakage = math.floor(q.taken_share * kept) if diverts else 0
            account.leaked += account.leakage
            account.money -= account.leakage
            hidden += account.leaked - account.exposed
        seen = draws.uniform(int(county.key("oversight.found")), who)
        if hidden > 0 and seen < 1.0 - math.exp(-rate / 12.0):
            found[unit] = True
            county.collectives.agent(unit).exposed_in = month
            lot = draws.uniform(int(county.key("oversight.dismissed")), who)
            if heads and lot < levers.discipline[unit]:
                heads[-1].leaving = True
            for account in accounts:
                account.recovered = math.floor(
                    q.recovered_share * (account.leaked - account.exposed)
                )
                account.exposed = account.leaked
                account.money += account.recovered
    return found


def unit_trust(county: "PlainCounty", unit: int) -> float:
    """Return the mean trust of a unit's registered persons."""
    total, weighted = 0.0, 0.0
    for v in members(county, unit):
        for group in county.villages[v].groups:
            total += group.persons
            weighted += group.persons * group.trust
    return weighted / total if total > 0.0 else 0.5
