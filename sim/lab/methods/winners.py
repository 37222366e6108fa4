"""Winners and losers: effects on villagers, read off the same people in two arms.

The same person meets the same luck in both arms, so an effect is a difference of two states of one
row. People are told apart by what they were in the arm compared with: a group must not depend on
the policy.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from sim.lab.methods.statistics import estimate

AGE_BANDS = (0, 18, 45, 60, 200)
DISTANCE_BANDS = (0.0, 1.0, 2.0, 3.0, 5.0, np.inf)


def paired_people(one: Any, other: Any) -> pd.DataFrame:
    """Return the people who are the same in two arms, with both arms' states.

    Parameters
    ----------
    one, other : DataFrame
        Villager rows of an arm and of the arm compared with: replicate, villager, code and states;
        ``month`` and ``months``, if there, say when they end.

    Returns
    -------
    DataFrame
        One row a person and replicate; the other arm's columns end in ``_0``. Rows of people who
        are not there, or not of the same age, in both arms (a birth for a death) are left out.
    """
    keys = ["replicate", "villager"]
    joined: Any = one.merge(other, on=keys, suffixes=("", "_0"), validate="one_to_one")
    older = joined["age"] - joined["age_0"] - _years_apart(one, other)
    return joined[older.abs() < 0.5 / 12].reset_index(drop=True)


def _years_apart(one: Any, other: Any) -> float:
    """Return by how many years the rows of one arm end after those of another."""
    if "months" not in one or not len(one) or not len(other):
        return 0.0
    ends = [
        int(table["month"].max().to_period("M").ordinal) + int(table["months"].iloc[-1])
        for table in (one, other)
    ]
    return (ends[0] - ends[1]) / 12


def groups_of(people: Any, absorbed: set[str], absorbing: set[str]) -> pd.DataFrame:
    """Return the groups of each person, one column a way of telling people apart.

    Parameters
    ----------
    people : DataFrame
        Of `paired_people`.
    absorbed, absorbing : set of str
        Codes of the old villages that the plan absorbs, and of those whose office it keeps for
        others.
    """
    code = people["code"]
    role = np.where(
        code.isin(absorbed), "absorbed", np.where(code.isin(absorbing), "absorbing", "alone")
    )
    age: Any = pd.cut(people["age_0"], AGE_BANDS, right=False, labels=_bands(AGE_BANDS, "years"))
    farther: Any = pd.cut(
        people["distance_km_0"], DISTANCE_BANDS, right=False, labels=_bands(DISTANCE_BANDS, "km")
    )
    by_replicate = people.groupby("replicate")["income_0"]
    rank = by_replicate.rank(method="first", pct=True)
    fifth: Any = np.clip(np.ceil(rank * 5), 1, 5).astype(int)
    return pd.DataFrame(
        {
            "everyone": "all",
            "role": role,
            "age": age.astype(str),
            "distance": farther.astype(str),
            "income fifth": fifth.map(lambda i: f"{i} of 5"),
        }
    )


def _bands(edges: Sequence[float], unit: str) -> list[str]:
    return [
        f"{low:g}-{high:g} {unit}" if np.isfinite(high) and high < 200 else f"{low:g}+ {unit}"
        for low, high in pairwise(edges)
    ]


def effects_by_group(
    people: Any, groups: Any, states: Sequence[str], worlds: Any = None, tie: float = 1e-6
) -> pd.DataFrame:
    """Return the mean effect on each group, and the shares of its people who win and lose.

    Parameters
    ----------
    people, groups : DataFrame
        Of `paired_people` and `groups_of`.
    states : sequence of str
        Columns compared (income, trust, experience ...), more being better.
    worlds : int array (replicates,), optional
        World of each replicate (`ExperimentResults.worlds`); each is one of its own if not given.
    tie : float
        Differences up to this are none.

    Returns
    -------
    DataFrame
        ``by, group, state, effect, low, high, gain, lose, people, n``: intervals over worlds
        (Student), people a replicate, n worlds.
    """
    rows = []
    replicate = people["replicate"].to_numpy()
    for state in states:
        change = (people[state] - people[f"{state}_0"]).to_numpy(dtype=np.float64)
        there = np.isfinite(change)
        for by in groups.columns:
            frame: Any = pd.DataFrame(
                {
                    "replicate": replicate[there],
                    "group": groups[by].to_numpy()[there],
                    "change": change[there],
                    "gain": change[there] > tie,
                    "lose": change[there] < -tie,
                }
            )
            means: Any = frame.groupby(["group", "replicate"])[["change", "gain", "lose"]].mean()
            size: Any = frame.groupby("group").size()
            for group, part in means.groupby("group"):
                which = part.index.get_level_values("replicate")
                world = which if worlds is None else worlds[which - 1]
                found = estimate(part["change"].groupby(world).mean().to_numpy())
                rows.append(
                    {"by": by, "group": group, "state": state, "effect": found.mean}
                    | {"low": found.low, "high": found.high}
                    | {"gain": part["gain"].mean(), "lose": part["lose"].mean()}
                    | {"people": int(size[group] / len(part)), "n": found.n}
                )
    return pd.DataFrame(rows)
