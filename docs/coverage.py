"""Measure how often intervals contain what they are of, and write the table of docs/statistics.md.

``python -m docs.coverage`` prints the table; ``--write`` puts it into the page. Every interval that
hecun prints or draws is asked for a truth that is known, by its own function, on made-up outcomes:
replicates share their luck as those of an experiment do. No county is simulated.
"""

import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from SALib.sample import morris, sobol

from sim.lab.answers.factorial import interactions
from sim.lab.methods.intervals import (
    binomial_interval,
    bootstrap_interval,
    clustered_interval,
    for_all,
)
from sim.lab.methods.morris_effects import morris_effects
from sim.lab.methods.posterior import Aim, fit_all, infer, luck_variance
from sim.lab.methods.regret import regret_table
from sim.lab.methods.robustness import best_share, ranking_share, sign_share
from sim.lab.methods.seed_share import seed_share
from sim.lab.methods.shapley import shapley_values
from sim.lab.methods.sobol_indices import sobol_indices
from sim.lab.methods.statistics import (
    apart,
    decide,
    estimate,
    look_ahead,
    variance_reduction_interval,
)

PAGE = Path(__file__).parent / "statistics.md"
BEGIN, END = "<!-- table -->", "<!-- end -->"
#: sizes asked for where a row names no others
REPLICATES = (2, 3, 5, 10)
Luck = np.random.Generator


@dataclass(frozen=True)
class Case:
    """An interval, and made-up outcomes of which the truth is known.

    Attributes
    ----------
    name, where, what : str
        What it is of; the columns that print it; what was made up.
    trial : callable
        Takes a generator and a size, gives whether truths were contained (one or an array); None
        where there is no interval.
    trials : int
        How often for each size.
    nominal : float
        What it says.
    sizes : tuple of int
        Replicates, or what `of` names.
    of : str
        What there are so many of.
    wrong : str
        Why it covers less than it says, where it is known to; the page says so, too.
    """

    name: str
    where: str
    what: str
    trial: Callable[[Luck, int], object]
    trials: int = 2000
    nominal: float = 0.95
    sizes: tuple[int, ...] = REPLICATES
    of: str = "replicates"
    wrong: str = ""

    def coverage(self, size: int) -> float:
        """Return the share of truths that were contained; NaN where there is no interval."""
        rng = np.random.default_rng([zlib.crc32(f"{self.name}, {self.what}".encode()), size])
        found = [self.trial(rng, size) for _ in range(self.trials)]
        return float(np.mean(found)) if found[0] is not None else np.nan


def has(low: float, truth: float, high: float) -> bool | None:
    """Return whether an interval contains the truth; None where there is none."""
    return bool(low <= truth <= high) if np.isfinite(low) else None


# --- means, effects ---------------------------------------------------------------------------


def paired(rng: Luck, n: int) -> object:
    """Two arms of common luck, the second 1 more."""
    luck = 3.0 * rng.normal(size=n)
    found = estimate(1.0 + luck + rng.normal(size=n) - luck - rng.normal(size=n))
    return has(found.low, 1.0, found.high)


def skewed(rng: Luck, n: int) -> object:
    """Effects of an exponential law."""
    found = estimate(rng.exponential(size=n))
    return has(found.low, 1.0, found.high)


def level(rng: Luck, n: int) -> object:
    """The mean of four cells that share their luck."""
    cells = rng.normal(size=(4, n)) + 3.0 * rng.normal(size=n) + np.arange(4.0)[:, None]
    found = estimate(cells.mean(axis=0))
    return has(found.low, 1.5, found.high)


def told_apart(rng: Luck, n: int) -> object:
    """A point of thirty, without the luck that all share."""
    own = np.linspace(-1.0, 1.0, 30)
    values = own[:, None] + 3.0 * rng.normal(size=n) + rng.normal(size=(30, n))
    found = estimate(apart(values)[0] - apart(values).mean())
    return has(found.low, own[0] - own.mean(), found.high)


def crossed(rng: Luck, n: int) -> object:
    """The interaction of two factors in a grid of common luck."""
    grid = rng.normal(size=(n, 2, 2)) + 3.0 * rng.normal(size=(n, 1, 1))
    grid[:, 1, 1] += 0.5
    row = interactions(grid, [("a", [0, 1]), ("b", [0, 1])], 0, 1, 1.0)[0]
    return has(row["low"], 0.5, row["high"])


def parts(rng: Luck, n: int) -> object:
    """The Shapley share of one of two parts that are worth 1 each and 0.5 more together."""
    worth = rng.normal(size=(4, n)) + 3.0 * rng.normal(size=n)
    worth += np.array([[0.0], [1.0], [1.0], [2.5]])
    found = estimate(shapley_values(worth, 2)[0])
    return has(found.low, 1.25, found.high)


def one_village(rng: Luck, n: int) -> object:
    """The effect on a village that was named beforehand."""
    values = 0.3 + rng.normal(size=n) + rng.normal(size=n)
    found = estimate(values)
    return has(found.low, 0.3, found.high)


def all_villages(rng: Luck, n: int) -> object:
    """All of 196 villages at once, with luck in common."""
    truth = 0.5 * rng.normal(size=196)
    values = truth[:, None] + rng.normal(size=n) + rng.normal(size=(196, n))
    half = np.array([estimate(row).half for row in values]) * for_all(n, 196)
    return bool((np.abs(values.mean(axis=1) - truth) <= half).all())


def over_villages(rng: Luck, n: int) -> object:
    """The mean of villages of a kind, of a law of which they are a sample."""
    found = estimate(1.0 + rng.normal(size=n))
    return has(found.low, 1.0, found.high)


def stopped(rng: Luck, n: int) -> object:
    """The mean after the replicates that a half-width asked for."""
    values = 1.0 + rng.normal(size=(400, 1))
    have = n + look_ahead(n)
    while (wanted := decide(values[:have], np.array([0.35]), n, 400).wanted) > have:
        have = wanted
    found = estimate(values[:have, 0])
    return has(found.low, 1.0, found.high)


def clusters(rng: Luck, units: int) -> object:
    """Four old villages in each unit, which share its luck."""
    unit = np.repeat(np.arange(units), 4)
    found = clustered_interval(rng.normal(size=unit.size) + rng.normal(size=units)[unit], unit)
    return has(found.low, 0.0, found.high)


def one_large(rng: Luck, units: int) -> object:
    """The same with one unit of forty."""
    unit = np.repeat(np.arange(units), [40, *[4] * (units - 1)])
    found = clustered_interval(0.3 * rng.normal(size=unit.size), unit)
    return has(found.low, 0.0, found.high)


def resampled(rng: Luck, n: int) -> object:
    """A mean of normal values, by resampling."""
    low, high = bootstrap_interval(rng.normal(size=n), draws=500, seed=int(rng.integers(2**31)))
    return has(low, 0.0, high)


def hindsight(rng: Luck, n: int) -> object:
    """The mean regret of one of two arms that differ by luck alone."""
    row = regret_table(rng.normal(size=(n, 2)), ["a", "b"]).iloc[0]
    return has(row["low"], 1.0 / np.sqrt(np.pi), row["high"])


def rare(rng: Luck, n: int) -> object:
    """An effect of 1 in one world of twenty, after the replicates that a half-width asked for."""
    values = (rng.random((400, 1)) < 0.05).astype(np.float64)
    have = n + look_ahead(n)
    while (wanted := decide(values[:have], np.array([0.06]), n, 400).wanted) > have:
        have = wanted
    found = estimate(values[:have, 0])
    return has(found.low, 0.05, found.high)


def worth(rng: Luck, n: int) -> object:
    """Arms of a common luck nine times as large as their own."""
    luck = 3.0 * rng.normal(size=n)
    low, high = variance_reduction_interval(luck + rng.normal(size=n), luck + rng.normal(size=n))
    return has(low, 10.0, high)


# --- shares of worlds -------------------------------------------------------------------------


def signs(rng: Luck, n: int) -> object:
    """The share of worlds in which an effect N(0.5, 1) has the sign of its mean."""
    values = 0.5 + rng.normal(size=n)
    found = sign_share(values)
    return has(found.low, 0.6915 if values.mean() > 0 else 0.3085, found.high)


def order(rng: Luck, n: int) -> object:
    """The share of worlds that rank two arms of means 0 and 0.5 as their means do."""
    values = rng.normal(size=(n, 2)) + np.array([0.0, 0.5])
    ranks, found = ranking_share(values)
    ahead = 0.6382  # Phi(0.5 / sqrt 2)
    return has(found.low, ahead if ranks[0] == [1] else 1.0 - ahead, found.high)


def best(rng: Luck, n: int) -> object:
    """The share of worlds in which the best of eight arms that are alike is the best."""
    _, found = best_share(rng.normal(size=(n, 8)))
    return has(found.low, 1.0 / 8.0, found.high)


def fails(rng: Luck, n: int) -> object:
    """The share of worlds in which an arm fails, truth 0.3."""
    low, high = binomial_interval(int(rng.binomial(n, 0.3)), n)
    return has(low, 0.3, high)


# --- sensitivity ------------------------------------------------------------------------------


def luck_share(rng: Luck, n: int) -> object:
    """384 points of which the parameters' share of the variance is 0.77."""
    values = rng.normal(size=(384, 1)) + 0.54 * rng.normal(size=n)
    found = seed_share(values + 0.08 * rng.normal(size=(384, n)), draws=500)
    return has(found.low, 1.0 / (1.0 + 0.54**2 + 0.08**2), found.high)


def _saltelli(rng: Luck) -> np.ndarray:
    problem = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0.0, 1.0]] * 2}
    return sobol.sample(problem, 128, calc_second_order=False, seed=int(rng.integers(2**31)))


def _sobol(rng: Luck, values: np.ndarray, first: float) -> list[bool]:
    seed = int(rng.integers(2**31))
    found = sobol_indices(values, ["a", "b"], draws=100, seed=seed)
    return [
        bool(found[f"{key}_expected_low"][0] <= first <= found[f"{key}_expected_high"][0])
        for key in ("S1", "ST")
    ]


def own_luck(rng: Luck, n: int) -> object:
    """``2 a + b`` with luck of every point's own: S1 = ST = 0.8 of a."""
    x = _saltelli(rng)
    values = (2.0 * x[:, 0] + x[:, 1])[:, None] + 0.2 * rng.normal(size=(len(x), n))
    return _sobol(rng, values, 0.8)


def luck_through_a(rng: Luck, n: int) -> object:
    """``(1 + luck) a + b``, luck common to all points: S1 = ST = 0.5 of a."""
    x = _saltelli(rng)
    values = x[:, :1] * (1.0 + rng.normal(size=n)) + x[:, 1:]
    return _sobol(rng, values + 0.05 * rng.normal(size=(len(x), n)), 0.5)


def _trajectories(rng: Luck) -> np.ndarray:
    problem = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0.0, 1.0]] * 2}
    return morris.sample(problem, 20, num_levels=4, seed=int(rng.integers(2**31)))


def _screened(rng: Luck, n: int) -> tuple[np.ndarray, "object"]:
    x = _trajectories(rng)
    values = 2.0 * x[:, :1] + rng.normal(size=n) + 0.3 * rng.normal(size=(len(x), n))
    return x, morris_effects(x, values, ["a", "b"], 4, draws=20, seed=int(rng.integers(2**31)))


def mu(rng: Luck, n: int) -> object:
    """The slope 2 of a plane."""
    _, found = _screened(rng, n)
    return bool(abs(found["mu"][0] - 2.0) <= found["mu_luck"][0])


def idle(rng: Luck, n: int) -> object:
    """Whether a parameter that does nothing stays below what luck gives."""
    _, found = _screened(rng, n)
    return bool(found["mu_star"][1] <= found["mu_star_luck_95"][1])


def mu_star(rng: Luck, trajectories: int) -> object:
    """The mean size of effects that differ between trajectories, without luck."""
    problem = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0.0, 1.0]] * 2}
    seed = int(rng.integers(2**31))
    x = morris.sample(problem, trajectories, num_levels=10, seed=seed)
    values = np.repeat((x[:, 0] * x[:, 1])[:, None], 2, axis=1)
    found = morris_effects(x, values, ["a", "b"], 10, draws=2, seed=seed)
    return bool(abs(found["mu_star"][0] - 0.5) <= found["mu_star_conf"][0])


# --- calibration ------------------------------------------------------------------------------


def calibrated(rng: Luck, n: int) -> object:
    """One parameter of a line; luck that all points share, other luck where it was reported."""
    x = (np.arange(30)[:, None] + rng.random((30, 1))) / 30.0
    outputs = x + 0.1 * rng.normal(size=(1, n)) + 0.02 * rng.normal(size=(30, n))
    outputs = outputs[:, :, None]
    truth = float(rng.uniform(0.3, 0.7))
    reported = truth + np.hypot(0.1, 0.02) * rng.normal() + 0.03 * rng.normal()
    aim = Aim(np.array([reported]), np.array([0.03]), luck_variance(outputs))
    found = infer(fit_all(x, outputs), aim, int(rng.integers(2**31)))
    low, high = found.quantile([0.05, 0.95])[:, 0]
    return has(low, truth, high)


NARROW = "too narrow"
CASES = (
    Case("paired effect", "`effect`, `alone`, `last`, winners, inequality, patterns, facts",
         "normal, luck in common", paired),
    Case("paired effect", "the same", "exponential, skewed", skewed, wrong=NARROW),
    Case("mean of a level", "`means`, dose, interaction", "four cells, luck in common", level),
    Case("point of a search", "`front`, Pareto figure", "30 points, luck in common", told_apart),
    Case("interaction", "`interactions`", "2 × 2 cells, luck in common", crossed),
    Case("Shapley share", "`shapley`", "two parts, luck in common", parts),
    Case("mean where `until` stops", "`effect`", "± 0.35 asked for", stopped, 500,
         sizes=(3, 5, 10), of="at least so many"),
    Case("mean where `until` stops", "`effect`", "1 in one world of 20", rare, 500,
         sizes=(3, 5, 10), of="at least so many", wrong=NARROW),
    Case("effect on a village", "winners figure, left", "named beforehand", one_village),
    Case("effects on villages picked", "table of a report", "all of 196 at once", all_villages,
         300),
    Case("mean of a kind of village", "winners figure, right", "a sample of villages",
         over_villages, of="villages"),
    Case("change between old villages", "summary of a run", "four old villages a unit", clusters,
         of="units", sizes=(2, 5, 10, 40)),
    Case("change between old villages", "the same", "one unit of forty", one_large, of="units",
         sizes=(2, 5, 10, 40)),
    Case("bootstrap of a mean", "`boot_low`, `boot_high`", "normal", resampled, 1000,
         sizes=(10, 20, 64, 137), of="worlds"),
    Case("mean regret", "`regret`", "two arms alike", hindsight, 500,
         sizes=(10, 20, 64, 400), of="worlds"),
    Case("what pairing is worth", "`vr_factor`", "10 pairs", worth),
    Case("share with the sign", "`sign_share`", "effects N(0.5, 1)", signs),
    Case("share with the order", "ranking `share`", "two arms, 0.5 apart", order),
    Case("share of the best arm", "`best_share`", "eight arms alike", best, wrong=NARROW),
    Case("share that fails", "`fails`, `unseen`, `covered`", "0.3", fails,
         sizes=(10, 24, 100, 400), of="worlds"),
    Case("parameters' share of variance", "`seeds`", "384 points, luck in common", luck_share, 500),
    Case("Sobol' indices", "`S1`, `ST`, Sobol figure", "luck of each point's own", own_luck, 100),
    Case("Sobol' indices", "the same", "luck through a parameter", luck_through_a, 100,
         wrong=NARROW),
    Case("Morris' mu", "`mu_luck`", "a plane, luck in common", mu, 300),
    Case("Morris' mu* of an idle parameter", "`mu_star_luck_95`", "below it", idle, 300),
    Case("Morris' mu*", "`mu_star_conf`", "no luck, effects differ", mu_star, 1000,
         sizes=(4, 10, 20, 60), of="trajectories"),
    Case("parameters of a calibration", "posterior, `targets`", "luck in common", calibrated, 50,
         nominal=0.9, wrong=NARROW),
)  # fmt: skip


def row(case: Case) -> str:
    """Return a line of the table."""
    cells = []
    for size in case.sizes:
        share = case.coverage(size)
        cells.append(f"{size}: {'none' if np.isnan(share) else f'{share:.2f}'}")
    verdict = f"**{case.wrong}**" if case.wrong else ""
    told = [case.name, case.where, case.what, f"{case.nominal:.2f}", "; ".join(cells)]
    return "| " + " | ".join([*told, case.of, verdict]) + " |"


HEAD = "| interval | printed as | made up | says | contains, by how many | of what | |"


def table(rows: list[str]) -> str:
    """Return the table of the page."""
    return "\n".join([HEAD, "|---|---|---|---|---|---|---|", *rows])


def with_table(page: str, text: str) -> str:
    """Return the page with a table."""
    head, _, rest = page.partition(BEGIN)
    return f"{head}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    made = table([row(case) for case in CASES])
    if "--write" in sys.argv[1:]:
        PAGE.write_text(with_table(PAGE.read_text("utf-8"), made), "utf-8")
    else:
        print(made)
