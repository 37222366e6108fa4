"""Projects of collectives: paid from above, under way for `return_lag` years, then finished.

Project money lies in the sub-account until its project is finished, and is spent then; what
enterprises add to it becomes a partner's capital in the same month. Money is counted in fen.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.compiled import F8, I4, I8, kernel

if TYPE_CHECKING:
    from sim.model.county import CountyModel


@kernel
def queued(pipeline: I8, v: int) -> int:
    """Return the project money of a sub-account that is not spent yet, fen."""
    total = 0
    for month in range(pipeline.shape[1]):
        total += pipeline[v, month, 0]
    return total


@kernel
def _finish(v: int, pipeline: I8, partner: I8) -> int:
    """Let a month pass for projects; return partners' capital in those finished, fen."""
    finished, last = pipeline[v, 0, 1], pipeline.shape[1] - 1
    partner[v] += finished
    for month in range(last):
        pipeline[v, month, 0] = pipeline[v, month + 1, 0]
        pipeline[v, month, 1] = pipeline[v, month + 1, 1]
    pipeline[v, last, 0] = pipeline[v, last, 1] = 0
    return finished


@kernel
def _start(v: int, fen: int, joint: float, pipeline: I8, money: I8, project_money: I8) -> None:
    """Pay project money to a sub-account; enterprises add `joint` to each fen of it."""
    project_money[v] += fen
    money[v] += fen
    pipeline[v, pipeline.shape[1] - 1, 0] += fen
    pipeline[v, pipeline.shape[1] - 1, 1] += round(fen * joint)


@kernel
def _projects(
    unit_start: I8,
    unit_villages: I8,
    persons: I8,
    support: F8,
    joint: F8,
    pipeline: I8,
    money: I8,
    partner: I8,
    project_money: I8,
) -> tuple[int, int]:
    """Finish projects, and pay units what they are promised and have not had.

    A unit's money is shared out by registered persons (the seat has what is left over); it is
    spent when the project is finished. Return partners' capital and project money, fen.
    """
    finished, paid = 0, 0
    for u in range(unit_start.size - 1):
        had, everybody = 0, 0
        for k in range(unit_start[u], unit_start[u + 1]):
            v = unit_villages[k]
            finished += _finish(v, pipeline, partner)
            had += project_money[v]
            everybody += persons[v]
        lacking = round(support[u] * 100.0) - had
        if unit_start[u] == unit_start[u + 1] or lacking <= 0:
            continue
        rest = lacking
        for k in range(unit_start[u], unit_start[u + 1]):
            rest -= lacking * persons[unit_villages[k]] // max(1, everybody)
        for k in range(unit_start[u], unit_start[u + 1]):
            v = unit_villages[k]
            part = lacking * persons[v] // max(1, everybody) + (rest if v == u else 0)
            _start(v, part, joint[u], pipeline, money, project_money)
        paid += lacking
    return finished, paid


@kernel
def _under_way(unit: I4, pipeline: I8) -> F8:
    """Return what `projects_under_way` says."""
    out = np.zeros(unit.size)
    for v in range(unit.size):
        if queued(pipeline, v) > 0:
            out[unit[v]] = 1.0
    return out


def projects_under_way(county: "CountyModel") -> F8:
    """Return 1 for units whose project money is not spent yet, else 0, shape (V,)."""
    return _under_way(county.borders.unit, county.project_pipeline)


def advance(county: "CountyModel") -> None:
    """Finish projects, pay those that are promised, and post both."""
    finished, paid = _projects(
        county.borders.start,
        county.borders.villages,
        county.world.registered,
        county.levers.support,
        county.levers.joint,
        county.project_pipeline,
        *county.collectives.columns("money", "partner", "project_money"),
    )
    county.ledger.revalue("joint_capital", "outside", finished)
    county.ledger.post("project_money", "higher", "collectives", paid)
