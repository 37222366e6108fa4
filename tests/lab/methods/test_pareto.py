"""The front of ZDT1 (Zitzler, Deb & Thiele 2000), known exactly: f2 = 1 - sqrt(f1)."""

import numpy as np

from sim.lab.methods.pareto import Search, front, front_share, hypervolume

LUCK = np.random.default_rng(7).normal(size=(5, 1)) * 0.5


def zdt1(x, replicates=5):
    """Return objectives (n, replicates, 2) with luck that is the same for all points."""
    rest = 1.0 + 9.0 * x[:, 1:].mean(axis=1)
    first = x[:, 0]
    second = rest * (1.0 - np.sqrt(first / rest))
    return np.stack([first, second], axis=1)[:, None, :] + LUCK[:replicates]


def searched(seed, generations=60):
    search, points, values = Search(4, 2, 0, 40, seed), [], []
    for _ in range(generations):
        x = search.ask()
        told = zdt1(x)
        search.tell(told.mean(axis=1), np.zeros((len(x), 0)))
        points.append(x)
        values.append(told)
    return np.concatenate(points), np.concatenate(values)


def test_the_known_front_is_found_through_common_luck():
    _, values = searched(seed=1)
    found = values.mean(axis=1) - LUCK.mean()
    best = found[front(found)]
    ideal = np.linspace(0, 1, 400)
    ideal = np.stack([ideal, 1 - np.sqrt(ideal)], axis=1)
    reference = np.array([1.1, 1.1])
    assert hypervolume(best, reference) > 0.97 * hypervolume(ideal, reference)
    assert (np.ptp(best, axis=0) > 0.8).all()


def test_the_same_seed_searches_alike_and_another_does_not():
    one, again, other = (searched(seed, 8)[0] for seed in (1, 1, 2))
    assert (one == again).all() and not (one == other).all()


def test_limits_are_kept():
    search, points = Search(2, 2, 1, 30, 3), []
    for _ in range(30):
        x = search.ask()
        points.append(x)
        search.tell(x, (1.0 - x.sum(axis=1))[:, None])
    x = np.concatenate(points)
    best = x[front(x, x.sum(axis=1) >= 1.0)]
    assert (best.sum(axis=1) >= 1.0).all() and np.median(best.sum(axis=1)) < 1.02


def test_the_front_is_what_no_other_point_beats():
    values = np.array([[0.0, 2.0], [1.0, 1.0], [2.0, 0.0], [1.5, 1.5], [1.0, 1.0], [-1.0, -1.0]])
    allowed = np.array([True] * 5 + [False])
    assert front(values, allowed).tolist() == [True, True, True, False, True, False]


def test_luck_decides_how_often_a_point_is_on_the_front():
    rng = np.random.default_rng(5)
    values = np.zeros((3, 40, 2))
    values[0, :, 0], values[1, :, 1] = 1.0, 1.0  # a trade-off
    values[2] = 1.0 + 0.0 * rng.normal(size=(40, 2))  # beaten by both in every world
    share = front_share(values, np.ones(3, dtype=bool))
    assert share.tolist() == [1.0, 1.0, 0.0]
    values[2] = np.array([1.0, 0.0]) + rng.normal(0, 0.5, size=(40, 2))
    assert 0.0 < front_share(values, np.ones(3, dtype=bool))[2] < 1.0
