"""What the counties whose list of 2020 is known teach the merger planner, and how well it predicts.

Three things can be read off the lists: how many villages each township keeps, which names survive,
and, where a new name is put together from two old ones (强鸣 from 强华 and 鸣凤), who merged with
whom. The lists say nothing of the villages' people, land or industry: those weights cannot be
learned from them.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from docs.answers.planner.grouped_logit import Grouped
from sim.errors import InputError
from sim.model.world.partition import Floats, Ints, apportion
from sim.model.world.reform import Reform, read_reform
from sim.model.world.registry import base_name, counties
from sim.model.world.spread import expected_villages, whole_villages
from sim.model.world.unitnames import township_base

YEAR_BEFORE = 2019
LATER = ("5113", "5116", "5118", "5134")


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """One county with lists before and after.

    Attributes
    ----------
    code, name : str
        The county.
    reform : Reform
        Its two lists.
    stays : bool array (V,)
        Villages that do not become communities.
    """

    code: str
    name: str
    reform: Reform
    stays: np.ndarray

    @property
    def target(self) -> int:
        """Villages after the reform."""
        after = self.reform.after
        return 0 if after is None else int(after.is_village.sum())


@cache
def lessons() -> tuple[Lesson, ...]:
    """Return the counties of Sichuan that merged villages and had both lists when this was learned.

    The lists of 2020 of four prefectures came later (`LATER`).
    """
    found = []
    for entry in counties(province="四川省"):
        if entry.villages(YEAR_BEFORE) is None or not entry.villages(2020):
            continue
        if entry.code.startswith(LATER) and entry.code != "513424":
            continue
        try:
            reform = read_reform(entry.code, YEAR_BEFORE, year_after=2020)
        except InputError:  # no villages before, or none after: nothing to learn from
            continue
        stays = np.ones(len(reform.units), dtype=np.bool_)
        stays[list(reform.converted)] = False
        lesson = Lesson(entry.code, entry.name, reform, stays)
        if lesson.target < int(stays.sum()):
            found.append(lesson)
    return tuple(found)


def township_table() -> pd.DataFrame:
    """Return a row for every township after the reform.

    Columns: county, township, before (its villages that stay villages, by the lineage of names),
    after.
    """
    rows = []
    for lesson in lessons():
        match, after = lesson.reform.match, lesson.reform.after
        if match is None or after is None:
            continue
        before = Counter(t for t, stays in zip(match.township, lesson.stays, strict=True) if stays)
        kept = Counter(
            t for t, village in zip(after.township, after.is_village, strict=True) if village
        )
        rows += [
            {"county": lesson.code, "township": town, "before": before[town], "after": number}
            for town, number in kept.items()
        ]
    return pd.DataFrame(rows)


def _spread_rows(table: Any) -> Grouped:
    """Return villages beyond the first of a township as trials, minus doublings as feature."""
    before, after = table["before"].to_numpy(), table["after"].to_numpy()
    group = np.unique(table["county"].to_numpy(), return_inverse=True)[1]
    return Grouped.of(-np.log2(before)[:, None], group, before - 1, after - 1)


def fit_spread(table: Any, draws: int = 200, seed: int = 1) -> dict[str, float]:
    """Return the weight of large townships, and its 95 % bootstrap interval over counties."""
    rows = _spread_rows(table)
    low, high = np.quantile(rows.resampled(draws, seed)[:, 0], [0.025, 0.975])
    return {"weight": float(rows.fit()[0])} | _ends(low, high)


def predict_spread(table: Any) -> pd.DataFrame:
    """Predict each county's townships with the weight learned from the other counties.

    Returns
    -------
    DataFrame
        The table with ``proportional`` (every township keeps the county's share) and ``learned``,
        expected numbers; and ``proportional_whole``, ``learned_whole``, whole numbers with the
        county's total.
    """
    rows = _spread_rows(table)
    found = table.assign(proportional=0.0, learned=0.0, proportional_whole=0, learned_whole=0)
    for group in range(int(rows.group.max()) + 1):
        here = rows.group == group
        weights = rows.take(np.flatnonzero(~here)).fit()
        part: Any = table[here]
        before, total = part["before"].to_numpy(), int(part["after"].sum())
        share = before * total / before.sum()
        learned = expected_villages(before, total, float(weights[0]))
        found.loc[here, "proportional"] = share
        found.loc[here, "learned"] = learned
        found.loc[here, "proportional_whole"] = np.minimum(_at_least_one(share, total), before)
        found.loc[here, "learned_whole"] = whole_villages(learned, total)
    return found


def _at_least_one(share: Floats, total: int) -> Ints:
    return apportion(share, total, 1)


def mean_over_counties(
    county: Ints, values: Floats, draws: int = 2000, seed: int = 1
) -> tuple[float, float, float]:
    """Return the mean of rows, and its 95 % bootstrap interval over whole counties."""
    county = np.unique(county, return_inverse=True)[1]
    total, count = np.bincount(county, values), np.bincount(county)
    chosen = np.random.default_rng(seed).integers(0, count.size, (draws, count.size))
    means = total[chosen].sum(1) / count[chosen].sum(1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(values.mean()), float(low), float(high)


def score_spread(predicted: Any) -> pd.DataFrame:
    """Return mean absolute errors (villages a township) of guess and planner, and their difference.

    Negative differences are in the planner's favour; intervals are over counties.
    """
    rows = []
    observed, county = predicted["after"].to_numpy(), predicted["county"].to_numpy()
    for kind in ("", "_whole"):
        wrong = {
            name: np.abs(predicted[name + kind].to_numpy() - observed)
            for name in ("proportional", "learned")
        }
        wrong["learned - proportional"] = wrong["learned"] - wrong["proportional"]
        for name, values in wrong.items():
            mean, low, high = mean_over_counties(county, values)
            numbers = "whole" if kind else "expected"
            rows.append({"numbers": numbers, "prediction": name, "mean": mean} | _ends(low, high))
    return pd.DataFrame(rows).assign(n_townships=len(predicted), n_counties=len(set(county)))


def _ends(low: float, high: float) -> dict[str, float]:
    return {"low": low, "high": high}


def spread_by_size(predicted: Any) -> pd.DataFrame:
    """Return the share of villages kept by size of township: observed, learned, proportional."""
    size = pd.cut(predicted["before"], [0, 6, 12, 24, 1000], labels=["1-6", "7-12", "13-24", "25+"])
    sums: Any = predicted.groupby(size, observed=True)[
        ["before", "after", "learned", "proportional"]
    ]
    sums = sums.sum()
    shares = sums[["after", "learned", "proportional"]].div(sums["before"], axis=0)
    return shares.rename(columns={"after": "observed"}).assign(
        townships=predicted.groupby(size, observed=True).size()
    )


def large_against_small(table: Any) -> tuple[float, float, float, float]:
    """Compare the larger half of each county's townships with the smaller.

    Returns
    -------
    tuple
        Mean over counties of (share kept by the larger half - by the smaller), its 95 % bootstrap
        interval, and the share of counties in which the larger half kept less.
    """
    differences = []
    for _, part in table.groupby("county"):
        ranked = part.sort_values(["before", "township"])
        half = len(ranked) // 2
        if half:
            small, large = ranked.iloc[:half], ranked.iloc[-half:]
            differences.append(
                large["after"].sum() / large["before"].sum()
                - small["after"].sum() / small["before"].sum()
            )
    values = np.array(differences)
    mean, low, high = mean_over_counties(np.arange(values.size), values)
    return mean, low, high, float((values < 0).mean())


def village_table() -> pd.DataFrame:
    """Return a row for every village that stays a village.

    Columns: county, township (after), kept (its name survived), namesake (called as its old
    township) and place (0 first, 1 last in its old township's list).
    """
    rows = []
    for lesson in lessons():
        units, match = lesson.reform.units, lesson.reform.match
        if match is None:
            continue
        lists: dict[str, list[int]] = {}
        for v in np.flatnonzero(lesson.stays).tolist():
            lists.setdefault(units.township[v], []).append(v)
        for town, members in lists.items():
            for k, v in enumerate(members):
                rows.append(
                    {
                        "county": lesson.code,
                        "township": f"{lesson.code} {match.township[v]}",
                        "kept": match.anchor[v] >= 0,
                        "namesake": base_name(units.name[v]) == township_base(town),
                        "place": k / max(len(members) - 1, 1),
                    }
                )
    return pd.DataFrame(rows)


SURVIVAL = ("namesake", "place")


def survival_rows(table: Any) -> Grouped:
    """Return the survival of names as a logit within townships, which keep their numbers."""
    features = table[list(SURVIVAL)].to_numpy(dtype=np.float64)
    group = np.unique(table["township"].to_numpy(), return_inverse=True)[1]
    return Grouped.of(features, group, np.ones(len(table)), table["kept"].to_numpy(dtype=float))


def score_survival(table: Any, folds: int = 5) -> pd.DataFrame:
    """Predict which names survive, with weights from the counties of other folds.

    Returns
    -------
    DataFrame
        Share of surviving names that stand among those named likeliest, as many as survived in the
        township: ``learned``, ``chance`` (any choice), and their difference with intervals over
        counties; only townships where some names survived and some did not.
    """
    rows = survival_rows(table)
    county = np.unique(table["county"].to_numpy(), return_inverse=True)[1]
    score = np.zeros(len(table))
    for fold in range(folds):
        here = county % folds == fold
        score[here] = rows.features[here] @ rows.take(np.flatnonzero(~here)).fit()
    total = np.bincount(rows.group, rows.successes)[rows.group]
    size = np.bincount(rows.group)[rows.group]
    order = np.lexsort((np.arange(score.size), -score, rows.group))
    place = np.empty(score.size)
    first = np.concatenate(([0], np.cumsum(np.bincount(rows.group))))[rows.group[order]]
    place[order] = np.arange(score.size) - first
    told = (rows.successes > 0) & (total < size)
    learned, chance = (place < total)[told].astype(float), (total / size)[told]
    parts = {"learned": learned, "chance": chance, "learned - chance": learned - chance}
    found = []
    for name, values in parts.items():
        mean, low, high = mean_over_counties(county[told], values)
        found.append({"prediction": name, "mean": mean} | _ends(low, high))
    return pd.DataFrame(found).assign(n_names=int(told.sum()))
