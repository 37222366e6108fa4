"""Importance sampling and recovery step by step: what is proposed, weighed, reported, compared."""

from types import SimpleNamespace

import numpy as np
import pytest
import scipy.stats
from scipy.stats import multivariate_normal, multivariate_t, norm, qmc

from sim.lab.methods import recovery
from sim.lab.methods.posterior import Aim, Posterior, _weights, infer

IDLE = SimpleNamespace(x=np.zeros((1, 2)), predict=lambda x: (np.zeros(len(x)), np.zeros(len(x))))


def test_proposals_are_students_around_what_was_found(monkeypatch):
    """Nothing is told: the first proposal is made of the prior's own points, drawn by Sobol'."""
    made = []

    def student(*where, **more):
        made.append((where, more))
        return multivariate_t(*where, **more)

    monkeypatch.setattr(scipy.stats, "multivariate_t", student)
    aim = Aim(np.zeros(1), np.ones(1), np.zeros(1))
    found = infer([IDLE], aim, seed=3)
    z = norm.ppf(qmc.Sobol(2, rng=np.random.default_rng(3)).random(2048))
    assert found.x[:2048] == pytest.approx(norm.cdf(z))
    (centre, shape), more = made[0]
    assert more == {"df": 5} and centre == pytest.approx(z.mean(axis=0))
    assert shape == pytest.approx(1.2 * (np.cov(z.T, bias=True) + 1e-4 * np.eye(2)))
    assert len(made) == 4 and len(found.x) == 5 * 2048 and found.possible == 1.0
    ends = norm.cdf([-6.0, 6.0])
    assert found.x.min() >= ends[0] and found.x.max() <= ends[1]


def test_points_that_are_ruled_out_are_three_deviations_off():
    """y = x, reported as 0.5 +- 0.1: possible are 0.2 to 0.8."""
    told = SimpleNamespace(x=np.zeros((1, 1)), predict=lambda x: (x[:, 0], np.zeros(len(x))))
    found = infer([told], Aim(np.array([0.5]), np.array([0.1]), np.zeros(1)), seed=1)
    assert found.possible == pytest.approx(0.6, abs=2 / 2048)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_weights_are_likelihood_times_prior_over_the_mixture(count):
    """A quarter of every later round is drawn from the prior."""
    rng = np.random.default_rng(1)
    z, like = rng.normal(size=(7, 2)), rng.normal(size=7)
    prior = multivariate_normal(np.zeros(2), np.eye(2))
    others = [multivariate_t(np.full(2, 0.3 * i), (1 + i) * np.eye(2), df=5) for i in range(count)]
    parts = [prior.pdf(z)] + [0.25 * prior.pdf(z) + 0.75 * other.pdf(z) for other in others]
    expected = np.exp(like) * prior.pdf(z) / np.mean(parts, axis=0)
    assert _weights(z, like, prior, others) == pytest.approx(expected / expected.sum())
    assert _weights(z, like - 2_000.0, prior, others).sum() == pytest.approx(1.0)


@pytest.fixture
def calls(monkeypatch):
    """What the truths are inferred from; the posterior is a point at 0.5, or a spread around it."""
    made = []

    def inferred(emulators, aim, seed):
        made.append((emulators, aim, seed))
        return SimpleNamespace(
            quantile=lambda shares: np.array([[0.3, 0.5], [0.6, 0.7]]) if shares == [0.05, 0.95]
            else None,
            mean=lambda: np.array([0.45, 0.6]),
            variance_ratio=lambda: np.array([0.1, 0.9]),
        )  # fmt: skip

    monkeypatch.setattr(recovery, "infer", inferred)
    return made


def test_a_truth_is_reported_under_one_seed_with_the_targets_own_error(calls):
    points = np.array([[0.3, 0.2], [0.6, 0.7], [0.61, 0.5], [0.29, 0.71], [0.5, 0.69]])
    emulators = [
        SimpleNamespace(x=points, without=lambda row, k=k: (k, row)) for k in ("one", "two")
    ]
    outputs = np.arange(30.0).reshape(5, 3, 2)
    aim = Aim(np.zeros(2), np.zeros(2), np.array([0.4, 0.5]))
    found = recovery.recover(emulators, outputs, aim, truths=9, seed=1)  # pyright: ignore
    assert sorted(map(tuple, found.truth)) == sorted(map(tuple, points))  # no more than there are
    inside = {
        tuple(truth): row.tolist() for truth, row in zip(found.truth, found.inside, strict=True)
    }
    assert inside == {
        (0.3, 0.2): [True, False],
        (0.6, 0.7): [True, True],
        (0.61, 0.5): [False, True],
        (0.29, 0.71): [False, False],
        (0.5, 0.69): [True, True],
    }
    assert (found.mean == [0.45, 0.6]).all() and (found.ratio == [0.1, 0.9]).all()
    seen = set()
    for (left, told, _), truth in zip(calls, found.truth, strict=True):
        row = points.tolist().index(truth.tolist())
        assert left == [("one", row), ("two", row)]
        (replicate,) = np.flatnonzero((outputs[row] == told.value).all(axis=1))
        seen.add(int(replicate))
        assert (told.luck == aim.luck).all() and (told.sd == 0.0).all()
    assert len(seen) > 1 and len({seed for _, _, seed in calls}) == 5
    assert len(recovery.recover(emulators, outputs, aim, truths=2, seed=1).truth) == 2  # pyright: ignore


def test_the_targets_error_is_drawn_anew_for_every_truth(calls):
    emulator = SimpleNamespace(x=np.zeros((400, 2)), without=lambda row: row)
    aim = Aim(np.zeros(1), np.array([3.0]), np.zeros(1))
    recovery.recover([emulator], np.full((400, 2, 1), 50.0), aim, truths=400, seed=2)  # pyright: ignore
    errors = np.array([told.value[0] for _, told, _ in calls]) - 50.0
    assert abs(errors.mean()) < 0.5 and errors.std() == pytest.approx(3.0, rel=0.1)


def test_a_sample_keeps_to_systematic_places():
    """Ten of weights 0.25 and 0.75: two or three of the first, whatever is drawn."""
    found = Posterior(np.array([[0.0], [1.0]]), np.array([0.25, 0.75]), 1.0)
    counts = {int((found.draw(10, seed) == 0.0).sum()) for seed in range(40)}
    assert counts == {2, 3}
