"""Who is treated in a study, and when; the streams of a study's luck."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.lab.file.study import part_name
from sim.lab.file.study_blocks import Below, Design, Odds
from sim.lab.file.study_fits import begins
from sim.lab.methods.intervals import Floats
from sim.lab.study.worlds import Flags, Ints, Worlds
from sim.model.world.partly import drawn, log_odds

if TYPE_CHECKING:
    from sim.lab.file.study import Study

#: streams of luck
WHO, COHORT, SAMPLE, FOUND, ERROR, ASKED = range(6)


def luck(seeds: Sequence[int], stream: int) -> np.random.Generator:
    """Return the luck of a study in one of its streams."""
    return np.random.default_rng([*seeds, stream])


def assigned(
    worlds: Worlds, design: Design, replicate: int, seeds: Sequence[int]
) -> tuple[Ints, Flags]:
    """Return the cohort of each old village, -1 untreated, and who is in the population, (V,)."""
    spec: Any = worlds.experiment.spec
    ground, population = worlds.ground(design, replicate), design.population
    several, who = ground.several, population.who
    if who == "plan":
        arm = spec.arms_of(design)[1][0]
        return np.where(worlds.merged(arm, replicate), 0, -1), np.ones(several.size, dtype=bool)
    part = part_name(spec, design)
    if part is not None:
        return np.where(worlds.merged(part, replicate), 0, -1), several
    if isinstance(who, Below):
        return np.where(several & (ground.mean_size < who.registered), 0, -1), several
    clusters = np.unique(ground.cluster[several])
    odds = np.zeros(clusters.size)
    if isinstance(who, Odds):
        weights = who.model_dump()
        odds = log_odds({name: ground.trait(name)[clusters] for name in weights}, weights)
    chosen = clusters[drawn(odds, luck(seeds, WHO).random(clusters.size), population.share)]
    of = np.full(int(ground.cluster.max()) + 1, -1)
    cohorts = len(spec.arms_of(design)[1])
    order = luck(seeds, COHORT).permutation(chosen.size)
    of[chosen] = order % cohorts
    return of[ground.cluster], several


def first_times(worlds: Worlds, spec: "Study", design: Design) -> Floats:
    """Return the first time at which each cohort is treated, years from the reform."""
    heads = {head.arm: head.config for head in worlds.experiment.heads}
    untreated, treated, _ = spec.arms_of(design)
    found = [begins(heads[arm], heads[untreated]) for arm in treated]
    return np.array(found, dtype=np.float64) // 12
