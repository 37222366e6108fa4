"""Tables of the methods from made-up runs: search, discover, calibrate, parts, people."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from lab.made_up_results import results

from sim.lab.answers import calibrate, compare, discover, search
from sim.lab.answers.common import better_sign, cells_of, measured, shares_of
from sim.lab.design import batches
from sim.lab.design.batches import CalibrationWaves, Generations, known, missed_by, part_of
from sim.lab.design.measures import Measure
from sim.lab.file.factors import Prior, Range
from sim.lab.file.schema import Calibrate, Discover, Limit, Search
from sim.lab.methods.posterior import Aim, Posterior
from sim.lab.methods.statistics import apart, estimate

LEVER = "policies.combined_role.share"


# --- search ----------------------------------------------------------------------------------


def searching(**more):
    given = {"method": "search", "config": "c.yaml", "factors": {"scale": {"from": 1, "to": 9}}}
    given |= {"objectives": {"trust": "more", "backlog": "less"}, "population": 4}
    return Search.model_validate(given | more)


def several(columns, levels, method="search", **told):
    """Results whose outcomes differ: outcome -> (points, replicates)."""
    first = np.asarray(next(iter(columns.values())), dtype=float)
    made = results(first, levels, method, **told)
    order = made.runs[["point", "replicate"]].to_numpy() - 1
    for key, values in columns.items():
        made.runs[key] = [float(np.asarray(values)[p, r]) for p, r in order]
    return made


LUCK = np.array([[0.0, 0.25, -0.25, 0.5]])
#: of five points the third is beaten by the first, the fourth breaks its limit, the last is twice
TRUST = np.array([[0.5], [0.25], [0.5], [0.75], [0.25]]) + LUCK
BACKLOG = np.array([[20.0], [10.0], [30.0], [1.0], [10.0]]) + LUCK
POSTS = np.array([[4.0], [5.0], [4.0], [9.0], [5.0]]) + 0 * LUCK


def test_the_front_of_a_search_by_hand():
    made = several(
        {"trust": TRUST, "backlog": BACKLOG, "posts": POSTS}, {LEVER: [0.1, 0.2, 0.3, 0.4, 0.5]}
    )
    spec = searching(limits={"posts": {"at_most": 6}})
    found = search.tables(made, SimpleNamespace(spec=spec))  # pyright: ignore
    table = found["front"]
    assert table["point"].tolist() == [2, 1]  # by the first objective, what is alike once
    assert table[LEVER].tolist() == [0.2, 0.1] and table["n"].tolist() == [4, 4]
    assert table["trust"].tolist() == pytest.approx([0.375, 0.625])
    assert table["backlog"].tolist() == pytest.approx([10.125, 20.125])
    assert table["on_front"].tolist() == [1.0, 1.0]  # luck is the same for all
    one = estimate(apart(TRUST)[1])
    assert table.loc[0, ["trust_low", "trust_high"]].tolist() == pytest.approx([one.low, one.high])
    assert found["searched"].to_dict("records") == [{"points": 5, "within_limits": 4, "front": 2}]
    none = searching(limits={"posts": {"at_most": 3}})
    found = search.tables(made, SimpleNamespace(spec=none))  # pyright: ignore
    assert len(found["front"]) == 0
    assert found["searched"].to_dict("records") == [{"points": 5, "within_limits": 0, "front": 0}]


def test_luck_moves_points_on_and_off_the_front():
    """The second is better in three of four worlds: on the front unless resamples miss them."""
    trust = np.array([[0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, -2.9]])
    made = several({"trust": trust, "backlog": 0 * trust}, {LEVER: [0.1, 0.2]})
    table = search.tables(made, SimpleNamespace(spec=searching()))["front"]  # pyright: ignore
    assert table["point"].tolist() == [2]
    rng = np.random.default_rng(1)
    means = [trust[1, rng.integers(0, 4, 4)].mean() for _ in range(200)]
    assert table["on_front"].tolist() == [np.mean(np.array(means) >= 0)]


@pytest.mark.parametrize(
    ("limit", "missed"),
    [({"at_most": 3.0}, [-1.0, 0.0, 2.0]), ({"at_least": 3.0}, [1.0, 0.0, -2.0])],
)
def test_by_how_much_a_limit_is_missed(limit, missed):
    means = np.array([2.0, 3.0, 5.0])
    assert missed_by(Limit.model_validate(limit), means).tolist() == missed


def test_a_search_asks_for_so_many_generations_and_is_told_means():
    made = Generations(searching(generations=2, limits={"posts": {"at_most": 6}}), 3, 1)
    assert made.measures == [Measure("trust"), Measure("backlog"), Measure("posts")]
    told = []
    made._search = SimpleNamespace(ask=lambda: "points", tell=lambda *how: told.append(how))  # pyright: ignore
    outputs = np.array([[[0.5, 1.0, 7.0], [0.25, 3.0, 8.0]]])
    assert made.ask() == "points"
    made.tell(outputs)
    ((objectives, limits),) = told
    assert objectives.tolist() == [[-0.375, 2.0]] and limits.tolist() == [[1.5]]
    assert made.ask() == "points" and made.ask() is None


# --- discover --------------------------------------------------------------------------------


def discovering(**more):
    given = {"method": "discover", "config": "c.yaml", "arms": {"none": {}, "a": {}, "b": {}}}
    return SimpleNamespace(spec=Discover.model_validate(given | {"outcome": "trust"} | more))


def failing(replicates=60):
    """Arm b fails where x, known by row of a sample, is below 1/3; a is always 1 better."""
    x = (np.arange(replicates) * 7 % replicates) / replicates
    none = np.sin(np.arange(replicates))
    values = np.stack([none, none + 1.0, none + np.where(x < 1 / 3, -1.0, 2.0)])
    rows = [float(x[(seed - 7) % replicates]) for seed in range(replicates)]  # seeds begin at 7
    drawn = {"parameters.trust.x": {"sample": rows}}
    return results(values, {"arm": ["none", "a", "b"]}, "discover", baseline="none", drawn=drawn)


def test_where_the_last_arm_fails():
    made = failing()
    found = discover.tables(made, discovering())  # pyright: ignore[reportArgumentType]
    (told,) = found["failure"].to_dict("records")
    assert (told["arm"], told["against"], told["outcome"]) == ("b", "none", "trust")
    assert (told["below"], told["n"], told["box"]) == (0.0, 60, "stands")
    assert told["fails"] == pytest.approx(1 / 3) and told["fails_low"] < 1 / 3 < told["fails_high"]
    assert (told["coverage"], told["density"]) == (1.0, 1.0) and told["unseen"] > 0.8
    (box,) = found["box"].to_dict("records")
    assert box["parameter"] == "parameters.trust.x" and box["resamples"] == 1.0
    assert 19 / 60 <= box["high"] < 1 / 3 and (box["least"], box["most"]) == (0.0, 59 / 60)
    assert found["tree"]["rule"].tolist() == ["trust.x <= 0.325", "trust.x > 0.325"]
    assert found["tree"]["mean"].tolist() == pytest.approx([2.0, 0.0])
    assert found["regret"]["arm"].tolist() == ["none", "a", "b"]
    assert found["regret"]["regret"].tolist() == pytest.approx([5 / 3, 2 / 3, 2 / 3])


def test_another_arm_baseline_or_bound():
    found = discover.tables(failing(), discovering(arm="a"))  # pyright: ignore
    (told,) = found["failure"].to_dict("records")
    assert told["arm"] == "a" and told["fails"] == 0.0 and "box" not in found
    assert "coverage" not in told
    found = discover.tables(failing(), discovering(arm="a", below=1.5))  # pyright: ignore
    (told,) = found["failure"].to_dict("records")
    assert told["fails"] == 1.0 and told["below"] == 1.5 and "box" not in found
    made = failing()
    made.manifest["baseline"] = "a"
    (told,) = discover.tables(made, discovering())["failure"].to_dict("records")  # pyright: ignore
    assert told["against"] == "a" and told["fails"] == pytest.approx(1 / 3)


def test_worlds_in_which_a_run_failed_are_left_out():
    made = failing()
    made.runs.loc[(made.runs["point"] == 2) & (made.runs["replicate"] == 4), "trust"] = np.nan
    found = discover.tables(made, discovering())  # pyright: ignore[reportArgumentType]
    assert found["failure"]["n"].tolist() == [59] and found["regret"]["n"].tolist() == [59] * 3
    names, x = discover.parameters(made)
    assert x.shape == (60, len(names))


def test_shares_of_nothing_are_not_known():
    told = discover._share("unseen", np.zeros(0, dtype=bool))
    assert list(told) == ["unseen", "unseen_low", "unseen_high"]
    assert np.isnan(list(told.values())).all()
    half = discover._share("x", np.array([True, False]))
    assert half["x"] == 0.5 and half["x_low"] == pytest.approx(0.0126, abs=1e-4)


# --- calibrate -------------------------------------------------------------------------------

TARGET = {"outcome": "trust", "value": 1.0, "sd": 0.5, "source": "made up"}


def calibrating(**more):
    given = {"method": "calibrate", "config": "c.yaml", "factors": {"scale": {"from": 1, "to": 9}}}
    given |= {"targets": {"a": TARGET, "b": TARGET | {"outcome": "posts", "held_out": True}}}
    return Calibrate.model_validate(given | more)


def test_parameters_are_told_by_how_much_less_they_vary_than_before():
    """Told below half of the variance before, not identifiable above nine tenths of it."""
    keys = ("told", "a little", "nothing")
    experiment = SimpleNamespace(factors=dict.fromkeys(keys, Range(10.0, 20.0)))
    rng = np.random.default_rng(1)
    x = rng.random((4000, 3))
    x[:, 0] = 0.25 + 0.5 * x[:, 0]
    x[:, 1] = 0.1 + 0.8 * x[:, 1]
    found = Posterior(x, np.full(4000, 1 / 4000), 1.0)
    rows = calibrate._parameters(experiment, found)  # pyright: ignore[reportArgumentType]
    learned = ["told", "a little", "not identifiable"]
    assert [row["parameter"] for row in rows] == list(keys)
    assert [row["learned"] for row in rows] == learned
    assert [row["variance_ratio"] for row in rows] == pytest.approx([0.25, 0.64, 1.0], rel=0.05)
    first = rows[0]
    assert (first["from"], first["to"]) == (10.0, 20.0) and first["intervals"] == "too narrow"
    ends = [first[key] for key in ("quantile_05", "median", "quantile_95")]
    assert ends == pytest.approx([12.75, 15.0, 17.25], abs=0.15)


def test_a_correlation_of_what_does_not_vary_is_none():
    x = np.array([1.0, 2.0, 3.0])
    assert calibrate._correlation(x, 5.0 - x) == pytest.approx(-1.0)
    assert np.isnan(calibrate._correlation(x, np.ones(3)))
    assert np.isnan(calibrate._correlation(np.ones(3), x))


def test_points_count_where_every_target_is_known_and_some_are_not_fitted():
    x = np.arange(3.0)[:, None]
    outputs = np.arange(12.0).reshape(3, 2, 2)
    outputs[1, 1, 0] = np.nan
    left, there, fitted = known(calibrating(), x, outputs)
    assert left.tolist() == [[0.0], [2.0]] and there.shape == (2, 2, 2) and fitted.tolist() == [0]
    aim = batches.aim_of(calibrating(), there)
    assert (aim.value.tolist(), aim.sd.tolist()) == ([1.0, 1.0], [0.5, 0.5])
    assert aim.luck == pytest.approx([2.0, 2.0])  # 0 and 2, 8 and 10
    part = part_of(Aim(np.arange(3), 10 + np.arange(3), 20 + np.arange(3)), [2, 0])  # pyright: ignore
    assert [value.tolist() for value in (part.value, part.sd, part.luck)] == [
        [2, 0],
        [12, 10],
        [22, 20],
    ]


def test_waves_of_a_calibration(monkeypatch):
    """First a Latin hypercube, then half as many points of a widened posterior, no more."""
    made = CalibrationWaves(calibrating(samples=20, waves=3), 2, 5)
    first = made.ask()
    assert first is not None and first.shape == (20, 2)
    assert all(sorted((first[:, d] * 20).astype(int)) == list(range(20)) for d in (0, 1))
    assert (np.round(first, 6) == first).all()
    given = np.zeros((20, 2, 2))
    made.tell(given)
    asked = []

    def inferred(emulators, aim, seed, power):
        asked.append((emulators, aim.value.tolist(), seed, power))
        draw = lambda size, seed: asked.append((size, seed)) or np.full((size, 2), 1 / 3)  # noqa: E731
        return SimpleNamespace(draw=draw)

    monkeypatch.setattr(batches, "infer", inferred)
    monkeypatch.setattr(batches, "fit_all", lambda x, outputs: (x.shape, outputs.shape))
    second = made.ask()
    assert second is not None and second.tolist() == [[0.333333, 0.333333]] * 10
    assert asked == [(((20, 2), (20, 2, 1)), [1.0], 5, 0.5), (10, 6)]
    made.tell(np.ones((10, 2, 2)))
    assert made.x.shape == (30, 2) and made.outputs is not None and len(made.outputs) == 30
    assert made.ask() is not None and asked[-1] == (10, 7) and made.ask() is None


def test_shares_of_factors_are_read_off_the_first_arm_that_takes_them():
    design = pd.DataFrame({"point": [1, 2, 3, 4], "arm": ["a", "a", "b", "b"]})
    design["x"], design["y"] = [10.0, 15.0, 10.0, 15.0], [np.nan, np.nan, 1.0, 100.0]
    design["z"] = [2.0, 4.0, 2.0, 4.0]
    factors = {"x": Range(10.0, 20.0), "y": Range(1.0, 10_000.0, log=True), "z": Prior()}
    experiment = SimpleNamespace(
        factors=factors, range_of=lambda key: SimpleNamespace(low=0.0, high=8.0)
    )
    found = shares_of(SimpleNamespace(design=design), experiment)  # pyright: ignore
    assert found == pytest.approx(np.array([[0.0, 0.0, 0.25], [0.5, 0.5, 0.5]]))
    alone = design[["point", "x"]]
    experiment.factors = {"x": Range(10.0, 20.0)}
    found = shares_of(SimpleNamespace(design=alone), experiment)  # pyright: ignore
    assert found == pytest.approx(np.array([[0.0], [0.5], [0.0], [0.5]]))


def test_measures_of_a_design_without_arms():
    made = results(np.array([[1.0, 2.0], [3.0, 4.0]]), {"scale": [1, 2]}, "calibrate")
    found = measured(made, [Measure("trust")], None)
    assert found[:, :, 0].tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert (better_sign("trust"), better_sign("backlog"), better_sign("posts")) == (1, -1, 1)


# --- parts of a reform -----------------------------------------------------------------------


def test_parts_are_shared_out_in_every_cell():
    """p gives 1, q 2, both 5: interactions of 2; ten times that in the second cell."""
    gives = np.array([0.0, 1.0, 2.0, 5.0])
    worth = np.concatenate([gives, 10 * gives])
    values = worth[:, None] + np.array([[0.0, 0.5, -0.5]])
    levels = {"arm": ["none", "p", "q", "p + q"] * 2, "x": [1] * 4 + [2] * 4}
    made = results(values, levels, "compare", baseline="none", outcomes=["trust"])
    found = compare.part_tables(made, ["p", "q"])
    shares = found["shapley"]
    own = shares[shares["outcome"] == "trust"].set_index(["x", "part"])["shapley"]
    assert own[1].to_dict() == pytest.approx({"p": 2.0, "q": 3.0, "whole reform": 5.0})
    assert own[2].to_dict() == pytest.approx({"p": 20.0, "q": 30.0, "whole reform": 50.0})
    pairs = found["interactions"]
    row = pairs[pairs["outcome"] == "trust"].set_index("x")
    assert row["interaction"].tolist() == pytest.approx([2.0, 20.0])
    assert row["part"].tolist() == ["p"] * 2 and row["with"].tolist() == ["q"] * 2
    assert row["n"].tolist() == [3, 3] and len(cells_of(made)) == 2


def people(trust):
    """Three villagers of two old villages in every arm; the second village is absorbed by b's."""
    rows = []
    for point in (1, 2, 3):
        for replicate in (1, 2):
            for i in range(3):
                unit = "1" if point == 2 else "12"[i == 2]
                rows.append(
                    {"point": point, "replicate": replicate, "month": pd.Timestamp("2020-01-01")}
                    | {"villager": f"v{i}", "code": "12"[i == 2], "unit": unit, "age": 40.0}
                    | {"distance_km": 1.5, "income": 100.0 * (i + 1), "experience": 0.5}
                    | {"trust": trust[point - 1][i]}
                )
    return pd.DataFrame(rows)


def test_who_wins_and_loses_by_each_arm():
    made = results(np.zeros((3, 2)), {"arm": ["none", "p", "q"]}, "compare", baseline="none")
    trust = ([0.5, 0.5, 0.5], [0.6, 0.5, 0.2], [0.5, 0.5, 0.5])
    made.__dict__["villagers"] = people(trust)
    found = compare.people_tables(made, [])
    winners = found["winners"]
    own = winners[(winners["arm"] == "p") & (winners["state"] == "trust")]
    own = own.set_index(["by", "group"])
    assert own.loc[("everyone", "all"), "effect"] == pytest.approx(-0.2 / 3)
    assert own.loc[("role", "absorbed"), "effect"] == pytest.approx(-0.3)
    assert own.loc[("role", "absorbing"), "effect"] == pytest.approx(0.05)
    assert own.loc[("role", "absorbing"), ["gain", "lose"]].tolist() == [0.5, 0.0]
    assert set(winners["arm"]) == {"p", "q"}
    assert set(winners["state"]) == {"experience", "income", "trust"}
    unequal = found["inequality"].set_index("arm")
    assert unequal.index.tolist() == ["none", "p", "q"]
    assert (unequal["total_change"] == 0.0).all() and (unequal["n"] == 2).all()
    assert (unequal["between"] > 0).all()
    parts = results(
        np.zeros((4, 2)), {"arm": ["none", "p", "q", "p + q"]}, "compare", baseline="none"
    )
    frame = people(trust)
    last = frame[frame["point"] == 3].assign(point=4)
    parts.__dict__["villagers"] = pd.concat([frame, last])
    found = compare.people_tables(parts, ["p", "q"])
    assert set(found["winners"]["arm"]) == {"p", "q", "p + q"}
    assert len(found["inequality"]) == 4
