"""A run that failed moves no level and mispairs nothing; how many are left is said."""

import numpy as np
import pandas as pd
import pytest
from lab.made_up_results import results
from scipy import stats

from sim.lab.answers import compare, factorial
from sim.lab.methods.inequality import theil
from sim.lab.printing import results_text
from sim.report.experiment import averaged

LEVELS = {"a": [0.0, 0.0, 1.0, 1.0], "b": [0.0, 1.0, 0.0, 1.0]}
OWN = np.array([[4.0], [6.0], [5.0], [9.0]])  # means of a: 5 and 7; of b: 4.5 and 7.5
LUCK = np.array([[0.3, -0.2, 0.5, -0.4, -0.2]])


def crossed():
    """Return four points whose luck is common, the second of which failed in replicate 3."""
    values = OWN + LUCK
    values[1, 2] = np.nan
    return results(values, LEVELS)


def test_a_missing_run_moves_no_level():
    found = averaged(crossed(), ["a"], ["trust"]).set_index("a")
    assert found["n"].tolist() == [4, 5]
    left = np.delete(LUCK[0], 2)
    assert found.loc[0.0, "mean"] == pytest.approx(5.0 + left.mean())
    assert found.loc[1.0, "mean"] == pytest.approx(7.0)
    low, high = stats.t.interval(0.95, 3, 5.0 + left.mean(), stats.sem(left))
    assert found.loc[0.0, ["low", "high"]].tolist() == pytest.approx([low, high])
    assert averaged(crossed(), ["b"], ["trust"])["n"].tolist() == [5, 4]


def test_a_level_of_which_a_cell_is_never_there_has_no_mean():
    values = OWN + LUCK
    values[1] = np.nan
    found = averaged(results(values, LEVELS), ["a"], ["trust"]).set_index("a")
    assert np.isnan(found.loc[0.0, "mean"]) and found.loc[0.0, "n"] == 0
    assert found.loc[1.0, "mean"] == pytest.approx(7.0)


def test_the_table_says_how_many_replicates_and_pairs_are_left():
    text = results_text(crossed())
    lines = [
        line.split() for line in text.splitlines() if "Trust" in line or "Service reach" in line
    ]
    first, second = (line for line in lines if line[0] == "a")
    assert first[-3:] == ["4", "-", "4"] and second[-5:] == ["5", "+2.00", "±", "0.00", "4"]
    assert "n: replicates in which all of a level's runs are there" in text
    assert "seeds 7 to 11; an experiment whose seeds are among them repeats their luck" in text
    assert "n：该水平全部运行均完成的重复" in results_text(crossed(), "zh")


def test_interactions_are_of_complete_replicates_and_keep_their_spread():
    told = factorial.tables(crossed(), None)["interactions"]
    row = told[told["outcome"] == "service_reach"].iloc[0]
    assert row["interaction"] == pytest.approx(2.0) and row["n"] == 4
    assert row["of_spread"] == pytest.approx(2.0 / OWN.std())


def arms(missing=()):
    """Return two arms of five replicates, the second 1 more, without some (arm, replicate)."""
    values = np.vstack([LUCK, LUCK + 1.0]) * 10.0
    for arm, replicate in missing:
        values[arm, replicate] = np.nan
    return results(values, {"arm": ["none", "all"]}, "compare", baseline="none")


def test_the_reference_is_that_of_the_pairs():
    whole, left = (arms(m).effects(["trust"]).iloc[0] for m in ((), [(1, 2)]))
    assert (whole["n"], left["n"]) == (5, 4)
    assert whole["reference"] == pytest.approx(10 * LUCK.mean())
    assert left["reference"] == pytest.approx(10 * np.delete(LUCK[0], 2).mean())
    assert left["effect"] == whole["effect"] == pytest.approx(10.0)
    assert left["vr_factor"] == np.inf and np.isnan(left["vr_low"])


INCOMES = np.random.default_rng(1).lognormal(7, 1, (5, 40))


def people(made):
    """Return villagers of two arms, of whom the second are a little less equal by replicate."""
    rows = []
    done = made.runs[made.runs["status"] == "done"]
    for point, replicate in zip(done["point"], done["replicate"], strict=True):
        income = INCOMES[replicate - 1]
        if point == 2:
            income = income + 0.001 * replicate * income**1.1
        rows.append(
            pd.DataFrame(
                {"point": point, "replicate": replicate, "month": pd.Timestamp("2022-01-01")}
                | {"villager": np.arange(40), "code": np.repeat(["1", "2"], 20), "unit": "1"}
                | {"age": 40.0, "distance_km": 1.0, "income": income}
                | {"trust": 0.5, "experience": 0.5}
            )
        )
    made.__dict__["villagers"] = pd.concat(rows, ignore_index=True)
    made.manifest["record"] = {"county": "off", "villages": "off", "villagers": "last"}
    return made


def changes():
    found = []
    for replicate in range(1, 6):
        one = people(arms()).villagers
        one = one[one["replicate"] == replicate]
        ends = [
            theil(p["income"].to_numpy(), p["code"].to_numpy()) for _, p in one.groupby("point")
        ]
        found.append(ends[1].total - ends[0].total)
    return np.array(found)


@pytest.mark.parametrize(
    ("missing", "left"),
    [((), [0, 1, 2, 3, 4]), ([(1, 0)], [1, 2, 3, 4]), ([(0, 0), (1, 3)], [1, 2, 4])],
)
def test_inequality_is_paired_by_replicate(missing, left):
    """One failed run was an error, two in different replicates were mispaired in silence."""
    table = compare.people_tables(people(arms(missing)), [])["inequality"]
    row = table.set_index("arm").loc["all"]
    right = changes()[left]
    low, high = stats.t.interval(0.95, len(left) - 1, right.mean(), stats.sem(right))
    assert row["n"] == len(left)
    assert row["total_change"] == pytest.approx(right.mean())
    assert row[["total_low", "total_high"]].tolist() == pytest.approx([low, high])
    base = table.set_index("arm").loc["none"]
    assert base["total_change"] == 0.0 and base["n"] == 5 - sum(arm == 0 for arm, _ in missing)


# --- a sample that is shorter than the replicates ---------------------------------------------


def sampled(replicates=12, rows=4):
    """Return two arms whose effect depends on the row of a sample alone."""
    values = np.zeros((2, replicates))
    values[1] = np.arange(replicates) % rows
    drawn = {"parameters.trust.merger_shock": {"sample": [0.1 * i for i in range(rows)]}}
    return results(values, {"arm": ["none", "all"]}, "compare", baseline="none", drawn=drawn)


def test_replicates_of_one_row_are_one_world():
    row = sampled().effects(["trust"]).iloc[0]
    low, high = stats.t.interval(0.95, 3, 1.5, stats.sem([0, 1, 2, 3]))
    assert row["n"] == 4 and row["effect"] == 1.5
    assert row[["low", "high"]].tolist() == pytest.approx([low, high])
    table = compare.effects(sampled()).iloc[0]
    assert (table["sign_share"], np.isnan(table["boot_low"])) == (0.75, True)
    assert "12 replicates share 4 rows of the sample" in results_text(sampled())
    assert "share" not in results_text(sampled(4, 4)).split("\n\n")[0].replace("shares", "")


def test_samples_of_two_lengths_share_what_both_divide():
    made = sampled()
    made.manifest["drawn"]["b"] = {"sample": [1.0] * 6}
    made.manifest["drawn"]["c"] = [0.0, 1.0]
    assert made.worlds.tolist() == [0, 1] * 6


def test_the_spread_is_of_points_that_have_every_replicate():
    """One of 20 runs missing moved its point's mean by luck, and the least and the most with it."""
    values = OWN + 10.0 * LUCK
    whole = results_text(results(values, LEVELS, "lhs"))
    values[0, 2] = np.nan
    left = results_text(results(values, LEVELS, "lhs"))
    row = next(line.split() for line in left.splitlines() if line.startswith("Service reach"))
    assert row[3:] == ["6.7", "2.1", "3.8", "5.0", "9.0", "3"]
    row = next(line.split() for line in whole.splitlines() if line.startswith("Service reach"))
    assert row[3:] == ["6.0", "2.2", "3.8", "4.0", "9.0", "4"]


def test_precision_that_is_none_is_not_reached():
    """Differences all alike were called precise, and one pair alone had reached its half-width."""
    made = arms()
    made.manifest |= {"until": {"trust": 0.5}, "replicates": 5}
    assert "in 1 contrasts all 5 replicates gave the same" in results_text(made)
    made = arms([(1, 0), (1, 1), (1, 2), (0, 3)])
    made.manifest |= {"until": {"trust": 0.5}, "replicates": 5}
    assert "not reached in 1 of 1 contrasts" in results_text(made)
