import numpy as np
import pandas as pd
import pytest

from sim.lab.methods.winners import effects_by_group, groups_of, paired_people


def made_up(effect, replicates=12, people=400):
    """Two arms of the same people; the absorbed lose `effect` trust, the others nothing."""
    rng = np.random.default_rng(1)
    one, other = [], []
    for replicate in range(1, replicates + 1):
        code = np.where(np.arange(people) % 2 == 0, "a", "b")
        base = pd.DataFrame(
            {
                "replicate": replicate,
                "villager": np.arange(people, dtype=np.uint64),
                "code": code,
                "age": rng.integers(0, 90, people).astype(float),
                "distance_km": rng.uniform(0, 6, people),
                "income": rng.lognormal(7, 1, people),
                "trust": rng.uniform(0.3, 0.7, people),
            }
        )
        moved = base.copy()
        moved["trust"] += np.where(code == "a", -effect, 0.0) + rng.normal(0, 0.001, people)
        other.append(base)
        one.append(moved)
    return pd.concat(one), pd.concat(other)


def test_a_known_loss_is_found_where_it_is():
    one, other = made_up(0.05)
    people = paired_people(one, other)
    table = effects_by_group(people, groups_of(people, {"a"}, {"b"}), ["trust"], tie=0.01)
    found = table.set_index(["by", "group"])
    lost = found.loc[("role", "absorbed")]
    assert lost["low"] <= -0.05 <= lost["high"] and lost["lose"] == 1.0 and lost["n"] == 12
    kept = found.loc[("role", "absorbing")]
    assert kept["low"] <= 0.0 <= kept["high"] and kept["lose"] == 0.0
    assert found.loc[("everyone", "all"), "effect"] == pytest.approx(-0.025, abs=0.001)
    fifths = table[table["by"] == "income fifth"]
    assert len(fifths) == 5 and (fifths["people"] == 80).all()
    for by in ("age", "distance"):
        assert table[table["by"] == by]["people"].sum() == pytest.approx(400, abs=5)


def test_only_the_same_people_are_compared():
    one, other = made_up(0.05, replicates=2)
    one = one.reset_index(drop=True)
    one.loc[:9, "age"] = 0.0  # a birth took the row
    other = other.reset_index(drop=True)
    other.loc[:9, "age"] = 50.0
    assert len(paired_people(one, other)) == 2 * 400 - 10


def person(**more):
    row = {"replicate": 1, "villager": 1, "code": "a", "age": 30.0, "distance_km": 1.5}
    return row | {"income": 10.0, "trust": 0.5} | more


def test_people_are_told_apart_by_what_they_were_without_the_policy():
    edges = [(0, 0.0), (17, 0.9), (18, 1.0), (44, 1.9), (45, 2.0), (59, 2.9), (60, 3.0), (99, 5.0)]
    other = pd.DataFrame(
        [
            person(villager=i, age=float(age), distance_km=km, income=float(i), code="abc"[i % 3])
            for i, (age, km) in enumerate(edges)
        ]
    )
    one = other.assign(income=0.0, distance_km=9.0, trust=0.0)
    found = groups_of(paired_people(one, other), {"a"}, {"b"})
    young, working, middle, old = "0-18 years", "18-45 years", "45-60 years", "60+ years"
    assert found["age"].tolist() == [young] * 2 + [working] * 2 + [middle] * 2 + [old] * 2
    near = ["0-1 km"] * 2 + ["1-2 km"] * 2 + ["2-3 km"] * 2
    assert found["distance"].tolist() == [*near, "3-5 km", "5+ km"]
    assert found["role"].tolist() == ["absorbed", "absorbing", "alone"] * 2 + [
        "absorbed",
        "absorbing",
    ]
    fifths = [1, 2, 2, 3, 4, 4, 5, 5]  # eighths, rounded up to fifths
    assert found["income fifth"].tolist() == [f"{i} of 5" for i in fifths]
    assert set(found["everyone"]) == {"all"}


def test_arms_that_end_in_other_months_compare_people_who_aged_in_between():
    ends = {"month": pd.Timestamp("2020-06-01"), "months": 0}
    other = pd.DataFrame([person(age=30.0, **ends), person(villager=2, age=40.0, **ends)])
    later = {"month": pd.Timestamp("2020-06-01"), "months": 18}
    one = pd.DataFrame([person(age=31.5, **later), person(villager=2, age=40.0, **later)])
    assert paired_people(one, other)["villager"].tolist() == [1]
    assert paired_people(other, one)["villager"].tolist() == [1]
    ends["month"] = pd.Timestamp("2021-12-01")  # the same month told otherwise
    assert len(paired_people(one, other.assign(**ends, age=[31.5, 40.0]))) == 2


def test_effects_gains_and_losses_by_hand():
    """Two replicates of three people: +2, 0, -1 and +4, +1e-9, missing; then as one world."""
    changes = [2.0, 0.0, -1.0, 4.0, 1e-9, np.nan]
    other = pd.DataFrame(
        [person(replicate=1 + i // 3, villager=i % 3, income=10.0 * (i % 3)) for i in range(6)]
    )
    one = other.assign(income=other["income"] + changes)
    people = paired_people(one, other)
    groups = groups_of(people, set(), set())[["everyone"]]
    found = effects_by_group(people, groups, ["income"]).iloc[0]
    first, second = 1 / 3, 2.0 + 5e-10
    assert found["effect"] == pytest.approx((first + second) / 2)
    assert (found["gain"], found["lose"]) == pytest.approx(((1 / 3 + 1 / 2) / 2, 1 / 6))
    assert (found["people"], found["n"]) == (2, 2)  # five in two replicates, rounded down
    half = 12.7062 * abs(second - first) / 2
    assert (found["low"], found["high"]) == pytest.approx(
        (found["effect"] - half, found["effect"] + half), rel=1e-4
    )
    together = effects_by_group(people, groups, ["income"], worlds=np.array([0, 0])).iloc[0]
    assert together["n"] == 1 and np.isnan(together["low"])
    assert together["effect"] == pytest.approx(found["effect"])
