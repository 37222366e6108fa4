import numpy as np
import pytest

from sim.lab.methods.prim import (
    Box,
    chance_of_bounds,
    find_box,
    gain,
    pasting,
    peeling,
    stability,
    tried,
)
from sim.lab.methods.regret import regret, regret_table
from sim.lab.methods.statistics import estimate
from sim.lab.methods.trees import regret_tree


def planted(n=1500, noise=0.05, seed=1):
    """A policy fails where a < 0.4 and b > 0.5; luck flips a few worlds; c and d do nothing."""
    rng = np.random.default_rng(seed)
    x = rng.random((n, 4))
    case = (x[:, 0] < 0.4) & (x[:, 1] > 0.5)
    return x, case ^ (rng.random(n) < noise)


def test_a_planted_box_is_recovered():
    x, case = planted()
    box = find_box(x, case)
    assert box.restricted.tolist() == [True, True, False, False]
    assert box.high[0] == pytest.approx(0.4, abs=0.04) and box.low[0] < 0.03
    assert box.low[1] == pytest.approx(0.5, abs=0.04) and box.high[1] > 0.97
    assert box.density > 0.88 and box.coverage > 0.75
    assert (chance_of_bounds(box, x, case)[:2] < 1e-6).all()
    often = stability(x, case, draws=12)
    assert (often[:2] == 1.0).all() and (often[2:] < 0.6).all()


def test_peeling_takes_a_little_at_a_time_and_never_gives_up_density():
    boxes = peeling(*planted())
    assert boxes[0].mass == 1.0 and boxes[0].coverage == 1.0
    mass = np.array([box.mass for box in boxes])
    assert (np.diff(mass) < 0).all() and (mass[1:] >= 0.93 * mass[:-1]).all()
    assert (np.diff([box.density for box in boxes]) >= 0).all()


def test_pure_luck_makes_no_box_that_stands():
    rng = np.random.default_rng(3)
    x, case = rng.random((600, 3)), rng.random(600) < 0.3
    assert find_box(x, case).density < 0.45
    with pytest.raises(ValueError, match="no case"):
        find_box(x, np.zeros(600, dtype=bool))


def test_a_box_is_tried_where_it_was_not_made():
    x, case = planted(400)
    inside = tried(x, case)
    assert case[inside].mean() > 0.8 and case[inside].sum() > 0.7 * case.sum()
    rng = np.random.default_rng(3)
    shares = []
    for _ in range(5):  # luck makes boxes that hold nothing elsewhere
        x, case = rng.random((200, 5)), rng.random(200) < 0.4
        inside = tried(x, case)
        shares.append((case[inside].sum(), inside.sum()))
    hits, n = np.sum(shares, axis=0)
    assert n == 0 or abs(hits / n - 0.4) < 4 * np.sqrt(0.24 / n)


def test_a_box_in_few_worlds_is_made_anew_of_the_parameters_that_stand():
    """Many parameters matter a little: dropped bounds must not take those that stand with them."""
    rng = np.random.default_rng(8)
    x = rng.random((60, 6))
    case = x @ [1.0, 1.0, 1.0, 0.5, 0.5, 0.5] + 0.2 * rng.normal(size=60) < 2.0
    box = find_box(x, case)
    assert box.restricted.any() and box.density > case.mean() + 0.2
    assert (chance_of_bounds(box, x, case)[box.restricted] <= 0.05).all()


def test_a_box_is_found_where_most_worlds_fail():
    rng = np.random.default_rng(9)
    x = rng.random((600, 3))
    case = rng.random(600) < np.where(x[:, 0] < 0.5, 0.85, 0.45)
    box = find_box(x, case)
    assert case.mean() > 0.6 and box.restricted.tolist() == [True, False, False]
    assert box.high[0] == pytest.approx(0.5, abs=0.1) and box.density > 0.8


def test_a_whole_number_parameter_is_peeled_level_by_level():
    x = np.stack([np.repeat(np.arange(5.0), 60), np.random.default_rng(1).random(300)], axis=1)
    box = find_box(x, x[:, 0] >= 3)
    assert box.low[0] == 3.0 and box.density == 1.0 and box.coverage == 1.0


def test_regret_is_paired_and_known():
    luck = np.random.default_rng(2).normal(size=(200, 1)) * 50.0
    values = luck + np.array([1.0, 0.0, -2.0])
    assert regret(values) == pytest.approx(np.broadcast_to([0.0, 1.0, 3.0], (200, 3)))
    table = regret_table(values, ["a", "b", "c"]).set_index("arm")
    assert table.loc["a", "best_share"] == 1.0 and table.loc["a", "best_low"] > 0.98
    assert table.loc["c", "regret"] == pytest.approx(3.0)


def test_a_tree_finds_what_regret_depends_on_and_admits_where_it_knows_nothing():
    rng = np.random.default_rng(4)
    x = rng.random((500, 3))
    y = 2.0 * (x[:, 1] > 0.6) + 0.1 * rng.normal(size=500)
    leaves, explained = regret_tree(x, y, ["a", "b", "c"], depth=1)
    assert explained > 0.9 and leaves["n"].sum() == 500
    assert leaves["rule"][0].startswith("b > 0.6") and leaves["mean"][0] == pytest.approx(
        2, abs=0.05
    )
    _, nothing = regret_tree(x, rng.normal(size=500), ["a", "b", "c"])
    assert nothing < 0.05


def test_pasting_gives_back_slices_as_long_as_nothing_is_lost():
    """100 points on a line, cases from 30 to 69: 40-59, then 5 more, 6 more, and 8 would not do."""
    x = np.arange(100.0)[:, None]
    case = (x[:, 0] >= 30) & (x[:, 0] < 70)
    given = Box(np.array([40.0]), np.array([59.0]), 20 / 40, 1.0, 20 / 100)
    found = pasting(given, x, case, paste=0.25)  # a quarter of the box's points at once
    assert (found.low[0], found.high[0]) == (35.0, 65.0)
    assert found.density == 1.0 and found.coverage == 31 / 40 and found.mass == 0.31
    everywhere = pasting(given, x, np.ones(100, dtype=bool), paste=0.25)
    assert everywhere.mass == 1.0  # where every point is a case, all is given back


def test_pasting_gives_back_one_point_at_least():
    x = np.arange(100.0)[:, None]
    case = (x[:, 0] >= 30) & (x[:, 0] < 45)
    given = Box(np.array([40.0]), np.array([41.0]), 2 / 15, 1.0, 0.02)  # a twentieth of 2 is none
    found = pasting(given, x, case)
    assert (found.low[0], found.high[0], found.density) == (30.0, 44.0, 1.0)


def test_how_likely_luck_makes_a_bound_as_good():
    """10 of the 20 points are cases, 9 of them among the first 10: P(X >= 9), X ~ B(10, 1/2)."""
    x = np.arange(20.0)[:, None]
    case = np.array([True] * 9 + [False] * 10 + [True])
    box = Box(np.array([-np.inf]), np.array([9.0]), 0.9, 0.9, 0.5)
    assert chance_of_bounds(box, x, case)[0] == pytest.approx(11 / 1024)
    none = Box(np.array([9.5]), np.array([18.0]), 0.0, 0.0, 0.45)
    assert chance_of_bounds(none, x, case)[0] == 1.0


def test_peeling_twenty_points_on_a_line_by_hand():
    """Cases from 12 to 17: a tenth of the box goes below as long as that is as good, then above."""
    x, case = np.arange(20.0)[:, None], np.isin(np.arange(20), range(12, 18))
    boxes = peeling(x, case, peel=0.1, least=0.2)
    low = [-np.inf, 1.9, 3.7, 5.5, 7.3, 9.1, 10.9, 11.8, 11.8, 11.8]
    assert [box.low[0] for box in boxes] == pytest.approx(low)
    assert [box.high[0] for box in boxes] == pytest.approx([np.inf] * 8 + [18.3, 17.4])
    points = [20, 18, 16, 14, 12, 10, 9, 8, 7, 6]
    assert [box.mass for box in boxes] == pytest.approx([n / 20 for n in points])
    assert [box.density for box in boxes] == pytest.approx([6 / n for n in points])
    assert {box.coverage for box in boxes} == {1.0}
    never = peeling(x, np.zeros(20, dtype=bool), peel=0.5, least=0.3)[-1]
    assert (never.mass, never.coverage, never.density) == (0.5, 0.0, 0.0)  # 5 of 20 are too few


def test_only_parameters_asked_for_are_peeled():
    x, case = planted(300)
    assert peeling(x, case, among=[1])[-1].restricted.tolist() == [False, True, False, False]


def test_what_a_box_gains_is_its_share_of_points_times_what_they_hold_more():
    box = Box(np.array([0.0]), np.array([1.0]), 0.9, 0.8, 0.25)
    assert gain(box, 0.3) == pytest.approx(0.125)


def test_regret_of_four_worlds_by_hand():
    values = np.array([[3.0, 1.0], [0.0, 2.0], [5.0, 5.0], [4.0, 0.0]])
    table = regret_table(values, ["a", "b"]).set_index("arm")
    assert table["regret"].tolist() == [0.5, 1.5] and table["largest"].tolist() == [2.0, 4.0]
    assert table["best_share"].tolist() == [0.75, 0.5] and table["n"].tolist() == [4, 4]
    assert table["quantile_90"].tolist() == pytest.approx([1.4, 3.4])
    assert table[["low", "high"]].isna().all(axis=None)  # too few for an interval
    many = regret_table(np.tile(values, (5, 1)), ["a", "b"]).set_index("arm")
    one = estimate(np.tile([2.0, 0.0, 0.0, 4.0], 5))
    assert (many.loc["b", "low"], many.loc["b", "high"]) == pytest.approx((one.low, one.high))
    rare = regret_table(np.array([[0.0, 1.0]] + [[1.0, 0.0]] * 19), ["a", "b"]).set_index("arm")
    assert rare.loc["a", "low"] == 0.0 < rare.loc["a", "regret"]  # cut at nothing


def test_rules_of_a_tree_say_where_each_leaf_is():
    """0 below 0.3 of b, 1 to 0.6, 5 above it where a is low and 9 where it is high."""
    grid = np.stack(np.meshgrid(np.arange(0.05, 1, 0.1), np.arange(0.05, 1, 0.1)), axis=-1)
    x = grid.reshape(-1, 2)
    y = np.select([x[:, 1] < 0.3, x[:, 1] < 0.6, x[:, 0] < 0.5], [0.0, 1.0, 5.0], default=9.0)
    leaves, explained = regret_tree(x, y, ["a", "b"], depth=2)
    assert leaves["rule"].tolist() == [
        "b > 0.6, a > 0.5",
        "b > 0.6, a <= 0.5",
        "0.3 < b <= 0.6",
        "b <= 0.3",
    ]
    assert leaves["mean"].tolist() == [9.0, 5.0, 1.0, 0.0]
    assert leaves["n"].tolist() == [20, 20, 30, 30] and leaves["share"].sum() == pytest.approx(1)
    assert explained == pytest.approx(1.0)
    everywhere, nothing = regret_tree(x, np.ones(100), ["a", "b"])
    assert everywhere["rule"].tolist() == ["everywhere"] and np.isnan(nothing)
    coarse, _ = regret_tree(x, y, ["a", "b"], depth=3, least=0.3)
    assert coarse["n"].min() >= 30
