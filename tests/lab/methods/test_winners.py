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
