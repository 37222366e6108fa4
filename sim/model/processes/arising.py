"""Errands that arise, and the list of all that are open (`sim.model.processes.errands`)."""

import math

import numpy as np

from sim.model.agents.villager import AWAY, ELDER
from sim.model.compiled import B1, F8, I2, I4, I8, U1, U2, U8, Records, kernel, rule
from sim.model.draws import beside, poisson_at, uniform
from sim.model.processes.kinds import (
    KINDS,
    MANDATORY,
    MANDATORY_1,
    MANDATORY_2,
    OPTIONAL,
    OPTIONAL_1,
    OVERDUE,
    URGENT,
    kind_of,
)
from sim.model.processes.needs import persons_drawn
from sim.model.processes.ways import NO_NEED
from sim.model.rows import compact, largest

#: streams of draws of a month's errands, and where the key of each stands
STREAMS = (
    "service.needs",
    "errands.kind",
    "service.leader",
    "errands.way",
    "service.own",
    "errands.handed",
)
COUNT, KIND, LEADER, WAY, OWN, HANDED = range(len(STREAMS))
#: the i-th errand of a kind is drawn for as the (kind * EACH + i)-th thing of its row; more are
#: only overdue
PLACES = 8  # bits
EACH = 1 << PLACES
MOST_WAITING, MOST_OVERDUE = 255, 65_535


@rule
def kind_in(number: int) -> int:
    """Return the kind of the errand of a number."""
    return min(number >> PLACES, OVERDUE)


@kernel
def _may_ask(
    month: int,
    key: np.uint64,
    base: np.uint64,
    none_young: float,
    none_old: float,
    birth: I2,
    labour: U1,
    optional_1: U1,
    mandatory_1: U1,
    mandatory_2: U1,
    overdue: U2,
    flags: B1,
) -> None:
    """Flag who has a new errand, or has one from before (rows of one village)."""
    for i in range(birth.size):
        none = none_old if month - birth[i] >= ELDER else none_young
        flags[i] = (labour[i] != AWAY) & (uniform(key, base + np.uint64(i)) > none)
    for i in range(birth.size):
        flags[i] |= (optional_1[i] | mandatory_1[i] | mandatory_2[i] | overdue[i]) != 0


@kernel
def _residents(month: int, birth: I2, labour: U1, alone: B1) -> tuple:
    """Return residents of a village, and those of 60 and over and left alone among them."""
    residents, elders, lonely = 0, 0, 0
    for i in range(birth.size):
        here = labour[i] != AWAY
        residents += here
        elders += here & (month - birth[i] >= ELDER)
        lonely += here & alone[i]
    return residents, elders, lonely


@kernel
def arise(
    month: int,
    key: np.uint64,
    p: Records,
    village_start: I8,
    group_start: I8,
    identity: U8,
    weight: F8,
    remote: B1,
    alone: B1,
    birth_month: I2,
    labour: U1,
    optional_1: U1,
    mandatory_1: U1,
    mandatory_2: U1,
    overdue: U2,
    needs: U1,
    channel: U1,
    flows: Records,
) -> tuple:
    """Draw every resident's new errands (`needs`), and count residents.

    Who is away has none, and who was just born none from before.

    Returns
    -------
    start : int64 array (V + 1,)
        Where the rows of each old village begin in `asking`.
    asking : int32 array
        Rows that have errands.
    total : int
        How many errands are open.
    """
    q, g, end, total = p[0], 0, 0, 0
    needs[:], channel[:] = 0, NO_NEED
    start = np.empty(weight.size + 1, dtype=np.int64)
    asking = np.empty(labour.size + 1, dtype=np.int32)
    flags = np.empty(largest(village_start), dtype=np.bool_)
    for v in range(weight.size):
        start[v], first, last = end, village_start[v], village_start[v + 1]
        persons, far = persons_drawn(weight[v]), 0
        young = q["request_rate"] * persons
        old = q["request_rate"] * q["elderly_rate_ratio"] * persons
        none_young, none_old = math.exp(-young), math.exp(-old)
        residents, elders, lonely = _residents(
            month, birth_month[first:last], labour[first:last], alone[first:last]
        )
        _may_ask(
            month, key, identity[v], none_young, none_old, birth_month[first:last],
            labour[first:last], optional_1[first:last], mandatory_1[first:last],
            mandatory_2[first:last], overdue[first:last], flags[: last - first],
        )  # fmt: skip
        for k in range(end, compact(flags, last - first, asking, end)):
            who, row = identity[v] + np.uint64(asking[k]), first + asking[k]
            away = labour[row] == AWAY
            if away or birth_month[row] == month:
                optional_1[row] = mandatory_1[row] = mandatory_2[row] = overdue[row] = 0
            if away:
                continue
            elder = month - birth_month[row] >= ELDER
            mean, none = (old, none_old) if elder else (young, none_young)
            count = poisson_at(uniform(key, who), none, mean)
            needs[row], asking[end] = count, row
            count += optional_1[row] + mandatory_1[row] + mandatory_2[row] + overdue[row]
            total, end = total + count, end + (count > 0)
        while g < remote.size and group_start[g] < last:
            if remote[g]:
                for row in range(group_start[g], group_start[g + 1]):
                    far += labour[row] != AWAY
            g += 1
        flow = flows[v]
        flow["residents"], flow["residents_elderly"] = residents * weight[v], elders * weight[v]
        flow["residents_remote"], flow["residents_alone"] = far * weight[v], lonely * weight[v]
    start[weight.size] = end
    return start, asking, total


@kernel
def _new_kinds(
    key: np.uint64,
    mandatory: float,
    urgent: float,
    base: np.uint64,
    asking: I4,
    needs: U1,
    who: U8,
    out: I4,
) -> None:
    """Fill how many new errands of each row of a village are `URGENT` and `MANDATORY`, and all.

    The i-th of all rows are drawn together, so that the compiler works on several rows at once.
    `asking` are the rows, `base` the identity of row 0, `who` room for that of each; `out` is
    (3, rows).
    """
    most = 0
    for k in range(asking.size):
        who[k], out[2, k] = base + np.uint64(asking[k]), needs[asking[k]]
        out[0, k] = out[1, k] = 0
        most = max(most, out[2, k])
    of_urgent, of_mandatory, new = out[0], out[1], out[2]
    for i in range(most):
        for k in range(asking.size):
            kind = kind_of(uniform(key, beside(who[k], i)), mandatory, urgent)
            of_urgent[k] += (i < new[k]) & (kind == URGENT)
            of_mandatory[k] += (i < new[k]) & (kind == MANDATORY)


@kernel
def listed(
    keys: U8,
    p: Records,
    village_start: I8,
    identity: U8,
    asking_start: I8,
    asking: I4,
    optional_1: U1,
    mandatory_1: U1,
    mandatory_2: U1,
    overdue: U2,
    needs: U1,
    start: I8,
    at: I4,
    number: I4,
) -> None:
    """List errands, those of village v from ``start[v]`` to ``start[v + 1]``; none is a row's then.

    `at` is the row of each, `number` its kind * `EACH` and its place among the row's of its kind.
    """
    q, end, rows = p[0], 0, largest(village_start)
    open_, new = np.zeros(KINDS, dtype=np.int64), np.empty((3, rows), dtype=np.int32)
    who = np.empty(rows, dtype=np.uint64)
    for v in range(start.size - 1):
        start[v], here = end, asking[asking_start[v] : asking_start[v + 1]]
        _new_kinds(
            keys[KIND], q["mandatory_share"], q["urgent_share"],
            identity[v] - np.uint64(village_start[v]), here, needs, who, new,
        )  # fmt: skip
        for k in range(here.size):
            row = here[k]
            open_[URGENT], open_[MANDATORY] = new[0, k], new[1, k]
            open_[OPTIONAL] = new[2, k] - new[0, k] - new[1, k]
            open_[OPTIONAL_1], open_[OVERDUE] = optional_1[row], overdue[row]
            open_[MANDATORY_1], open_[MANDATORY_2] = mandatory_1[row], mandatory_2[row]
            optional_1[row] = mandatory_1[row] = mandatory_2[row] = overdue[row] = 0
            for kind in range(KINDS):
                for i in range(open_[kind]):
                    at[end], number[end] = row, kind * EACH + i
                    end += 1
    start[start.size - 1] = end
