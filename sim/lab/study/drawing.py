"""A study drawn from a world: who is treated, what is true, who is asked, what is answered.

Every part of a study draws from a stream of its own, so that a design that changes one part meets
the same luck in the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.lab.file.study import part_name
from sim.lab.file.study_blocks import Design
from sim.lab.methods.intervals import Floats
from sim.lab.study.assigning import ASKED, ERROR, FOUND, SAMPLE, assigned, first_times, luck
from sim.lab.study.worlds import Flags, Ground, Ints, Worlds
from sim.model.outcomes.catalogue import OUTCOMES

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A study.

    Attributes
    ----------
    frame : DataFrame
        Its data: one row an answer (columns: `sim.lab.methods.estimators`).
    truth : float
        What the estimate is held against; NaN where nobody is treated.
    row : int array
        Row of each answer in the table that was asked: villagers, old villages or counties.
    """

    frame: pd.DataFrame
    truth: float
    row: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """What all of a population would say without error: by row and wave.

    Attributes
    ----------
    village : int array (N,)
        Old village of each row.
    real : array (N, T)
        As each is observed: the treated in their arm, the others in theirs.
    effect : array (N, T)
        The paired effect on each of its own treatment, or of that it might have.
    inside : bool array (N,)
        Of those whom the study is about.
    away : bool array (N, T)
        Villagers who are away then; of villages and counties nobody.
    """

    village: Ints
    real: Floats
    effect: Floats
    inside: Flags
    away: Flags


def study(
    worlds: Worlds,
    design: Design,
    replicate: int,
    number: int,
    size: int | None,
    like: Design | None = None,
) -> Drawn:
    """Draw a study of a design in a world.

    Parameters
    ----------
    worlds : Worlds
        What was simulated.
    design : Design
        Its design.
    replicate : int
        The world.
    number : int
        Its number, by which its luck is drawn.
    size : int or None
        Old villages (of counties as units: counties) surveyed; None = all.
    like : Design, optional
        Another design, whose treated these are.
    """
    spec: Any = worlds.experiment.spec
    seeds = [worlds.experiment.seed, number]
    ground = worlds.ground(design, replicate)
    cohort, inside = assigned(worlds, like or design, replicate, seeds)
    first = first_times(worlds, spec, design)
    answers = _answers(worlds, design, replicate, cohort, inside, first)
    treated = cohort >= 0
    truth = _truth(design, ground, answers, cohort, first)
    chosen = _villages(design, ground, inside, treated, size, luck(seeds, SAMPLE))
    rows = _respondents(design, answers, chosen, seeds)
    said = _said(design, answers, rows, cohort, first, luck(seeds, ERROR))
    return Drawn(_frame(design, ground, answers, rows, said, cohort, first), truth, rows.row)


# --- what is true ---------------------------------------------------------------------------------


def _answers(
    worlds: Worlds, design: Design, replicate: int, cohort: Ints, inside: Flags, first: Floats
) -> _Answers:
    """Return what everybody would say, as observed, and the effect on each."""
    spec: Any = worlds.experiment.spec
    untreated, treated, wanted = spec.arms_of(design)
    measures, population = design.measures, design.population
    table, key = _column(design)
    waves = measures.waves

    def of(arm: str) -> Floats:
        return worlds.values(table, key, arm, replicate, waves)

    ground = worlds.ground(design, replicate)
    village = np.arange(ground.code.size)
    control = of(untreated)
    away = np.zeros(control.shape, dtype=bool)
    if table == "villagers":
        people = worlds.people(design, replicate, (untreated, *treated))
        village = people.village
        inside = inside[village] & (people.age[waves[0]] >= design.sample.age)
        in_arm = {a: np.stack([people.away[a, w] for w in waves], 1) for a in (untreated, *treated)}
        away = np.array(in_arm[untreated])
        for number, arm in enumerate(treated):
            mine = cohort[village] == number
            away[mine] = in_arm[arm][mine]
    own = cohort[village]
    arms = [of(arm) for arm in treated]
    real = np.array(control)
    alone = np.array(control)  # the others, among whom the treated are
    part = part_name(spec, design)
    if part is not None:
        arms, alone = [of(part)], of(part)
    elif population.spillovers:  # the plan as it is
        alone = arms[0]
    real[own < 0] = alone[own < 0]
    effect = of(wanted if len(treated) == 1 else treated[0]) - control
    for number, values in enumerate(arms):
        mine = own == number
        real[mine] = values[mine]
        if len(treated) > 1:
            effect[mine] = (values - control)[mine]
    if population.anticipation:
        at = np.flatnonzero(own >= 0)
        after = _after(design, first, own)[at]
        last = after.argmax(axis=1)  # the first wave after; the last before precedes it
        at, last = at[last > 0], last[last > 0]
        real[at, last - 1] += population.anticipation * (real - control)[at, last]
    return _Answers(village, real, effect, inside, away)


def _after(design: Design, first: Floats, cohort: Ints) -> Flags:
    """Return which waves of each row are after its treatment began, (N, T).

    Of the untreated after the first that anybody's began.
    """
    begins = np.where(cohort >= 0, first[cohort], first.min())
    return np.array(design.measures.waves)[None, :] >= begins[:, None]


def _column(design: Design) -> tuple[str, str]:
    """Return the table and the column that a design asks for."""
    if design.sample.villagers is not None:
        return "villagers", design.measures.outcome
    return "county" if design.of_counties else "villages", design.measures.outcome


def _truth(design: Design, ground: Ground, answers: _Answers, cohort: Ints, first: Floats) -> float:
    """Return the mean paired effect after the reform on those whom the estimand is about."""
    own = cohort[answers.village]
    about = answers.inside & ((own >= 0) | (design.about != "treated"))
    there = _after(design, first, own) & about[:, None] & np.isfinite(answers.effect)
    if not there.any():
        return np.nan
    at = np.nonzero(there)
    village = answers.village[at[0]]
    weights = np.ones(village.size)
    if design.estimand.weight == "villages":  # in every year: the longer treated count oftener
        year = village * len(design.measures.waves) + at[1]
        weights /= np.bincount(year)[year]
    elif design.sample.villagers is None and not design.of_counties:
        weights = ground.registered[village]
    if design.about == "cutoff":
        weights = weights * design.closeness(ground.mean_size[village])
    if not weights.any():
        return np.nan
    return float(np.average(answers.effect[at], weights=weights))


# --- who is asked ---------------------------------------------------------------------------------


def _villages(
    design: Design,
    ground: Ground,
    inside: Flags,
    treated: Flags,
    count: int | None,
    chance: np.random.Generator,
) -> Ints:
    """Return the old villages (or counties) surveyed."""
    sample = design.sample
    order = chance.random(inside.size)
    open_ = inside.copy()
    if isinstance(sample.counties, int) and not design.of_counties:
        known = np.unique(ground.county[inside])
        kept = chance.permutation(known)[: sample.counties]
        open_ &= np.isin(ground.county, kept)
    there = np.flatnonzero(open_)
    if count is None or count >= there.size:
        return there
    there = there[np.argsort(order[there])]
    if sample.stratify == "none":
        return np.sort(there[:count])
    stratum = treated[there] if sample.stratify == "treated" else ground.county[there]
    return np.sort(_evenly(there, stratum, count))


def _evenly(there: Ints, stratum: np.ndarray, count: int) -> Ints:
    """Return some of what is there, as many of each stratum as far as there are."""
    rank = np.empty(there.size, dtype=np.int64)
    for value in np.unique(stratum):
        own = np.flatnonzero(stratum == value)
        rank[own] = np.arange(own.size)
    return there[np.lexsort((np.arange(there.size), rank))[:count]]


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Answers given: the row, the wave, and whom it is told apart as."""

    row: Ints
    wave: Ints
    respondent: Ints


def _respondents(design: Design, answers: _Answers, villages: Ints, seeds: Sequence[int]) -> _Rows:
    """Return who answers in which wave."""
    sample, waves = design.sample, design.measures.waves
    lost = sample.attrition
    if sample.villagers is None:
        found = luck(seeds, FOUND).random((answers.village.size, len(waves)))
        there = found[villages] >= lost.other
        there[:, 0] = True
        at, wave = np.nonzero(there)
        return _Rows(villages[at], wave, villages[at])
    open_ = np.isin(answers.village, villages) & answers.inside
    rows = np.flatnonzero(open_)
    turn = luck(seeds, ASKED).random((answers.village.size, len(waves)))[rows]
    found = luck(seeds, FOUND).random((answers.village.size, 2, len(waves)))[rows]
    reached = ~(answers.away[rows] & (found[:, 0] < lost.away))
    stays = found[:, 1] >= lost.other
    stays[:, 0] = True
    asked = np.zeros(reached.shape, dtype=bool)
    for wave in range(len(waves)):
        if wave and sample.panel:
            asked[:, wave] = asked[:, 0] & reached[:, wave] & stays[:, wave]
            continue
        order = np.lexsort((turn[:, wave], ~reached[:, wave], answers.village[rows]))
        sorted_village = answers.village[rows][order]
        start = np.searchsorted(sorted_village, sorted_village)
        place = np.arange(order.size) - start
        picked = order[(place < sample.villagers) & reached[order, wave]]
        asked[picked, wave] = True
    at, wave = np.nonzero(asked)
    # others in each wave are others, though the same person may be drawn twice
    other = 0 if sample.panel else wave * answers.village.size
    return _Rows(rows[at], wave, rows[at] + other)


# --- what is answered -----------------------------------------------------------------------------


def _said(
    design: Design,
    answers: _Answers,
    rows: _Rows,
    cohort: Ints,
    first: Floats,
    chance: np.random.Generator,
) -> Floats:
    """Return the answers, with all that measuring does to them."""
    measures = design.measures
    real = answers.real
    own = cohort[answers.village]
    after = _after(design, first, own)
    if measures.recall:
        now = np.take_along_axis(real, after.argmax(axis=1)[:, None], axis=1)
        real = np.where(after, real, real + measures.recall * (now - real))
    said = real[rows.row, rows.wave]
    if measures.error:
        said = said + measures.error * chance.standard_normal(real.shape)[rows.row, rows.wave]
    pleasing = measures.desirability
    late = (own >= 0)[rows.row] & after[rows.row, rows.wave]
    said = said + pleasing.all + pleasing.treated * late
    if measures.rounding:
        said = np.round(said / measures.rounding) * measures.rounding
    return np.clip(said, 0.0, 1.0) if _bounded(design) else said


def _bounded(design: Design) -> bool:
    """Tell whether what is asked lies between 0 and 1, and is answered so."""
    measures = design.measures
    plain = not (measures.error or measures.desirability.all or measures.desirability.treated)
    if plain and not measures.rounding:
        return False
    if design.sample.villagers is not None:
        return measures.outcome != "income"
    outcome = OUTCOMES[measures.outcome]
    return outcome.unit == "1" and outcome.key in ("trust", "service_reach")


def _frame(
    design: Design,
    ground: Ground,
    answers: _Answers,
    rows: _Rows,
    said: Floats,
    cohort: Ints,
    first: Floats,
) -> pd.DataFrame:
    village = answers.village[rows.row]
    time = np.array(design.measures.waves)[rows.wave]
    own = cohort[village]
    begins = np.where(own >= 0, first[own], np.nan)
    return pd.DataFrame(
        {
            "county": ground.county[village],
            "cluster": ground.cluster[village],
            "village": village,
            "respondent": rows.respondent,
            "time": time,
            "treated": own >= 0,
            "first": begins,
            "d": ((own >= 0) & (time >= np.where(np.isnan(begins), np.inf, begins))).astype(float),
            "y": said,
            "registered": ground.registered[village],
            "distance_km": ground.distance_km[village],
            "income": ground.income[village],
            "size": ground.mean_size[village],
        }
    )
