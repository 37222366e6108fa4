"""Rounds of an experiment: its runs in order, pairs, how many more, who carries them out."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.lab import experiment as running
from sim.lab.design import points as designs
from sim.lab.experiment import Session, baseline, first_replicates, paired_values
from sim.lab.file.loading import load_experiment
from sim.lab.file.schema import Compare, Discover, Lhs, UntilPrecise
from sim.model.outcomes.catalogue import OUTCOMES

ARMS = {"a": {}, "b": None}


def compare(**more):
    return Compare.model_validate({"method": "compare", "config": "c.yaml", "arms": ARMS} | more)


class Kept:
    """A store in memory: ends of runs by name, None of one that failed."""

    def __init__(self, ends):
        self.known, self.status, self.manifest, self.inputs = ends, {}, {}, {}

    def ends(self, runs):
        return [self.known[run] for run in runs]


def session(replicates=2, ends=None, kept=0, more=()):
    """Two arms whose seed is 7; a run is called by its point and its seed."""
    points = [SimpleNamespace(number=i + 1, labels={"arm": arm}) for i, arm in enumerate(ARMS)]
    left = list(more)
    return Session(
        SimpleNamespace(seed=7, spec=compare(replicates=replicates), own={}),  # pyright: ignore
        SimpleNamespace(points=points),  # pyright: ignore
        SimpleNamespace(run=lambda point, seed: f"{point.number} {seed}"),  # pyright: ignore
        Kept(ends or {}),  # pyright: ignore
        replicates if isinstance(replicates, int) else 3,
        SimpleNamespace(grow=lambda store: bool(left and left.pop())),  # pyright: ignore
        kept,
    )


def test_runs_are_in_the_order_of_replicates_and_points():
    found = [(name, point.number, r) for name, point, r in session().runs(2)]
    assert found == [("1 7", 1, 1), ("2 7", 2, 1), ("1 8", 1, 2), ("2 8", 2, 2)]


def test_what_arms_are_compared_with():
    assert baseline(compare()) == "a" and baseline(compare(baseline="b")) == "b"
    assert baseline(compare(arms={}, parts={"one": ("merger",)})) == "none"
    lhs = Lhs.model_validate({"method": "lhs", "config": "c.yaml"})
    assert baseline(lhs) is None
    discover = {"method": "discover", "config": "c.yaml", "arms": ARMS, "outcome": "trust"}
    assert baseline(Discover.model_validate(discover)) == "a"


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        (4, 4),
        ({"at_least": 10, "at_most": 200}, 15),  # and the five that are looked ahead
        ({"at_least": 10, "at_most": 12}, 12),
        ({"at_least": 200, "at_most": 900}, 210),
    ],
)
def test_replicates_to_begin_with(rule, first):
    if isinstance(rule, dict):
        rule = UntilPrecise.model_validate(rule | {"until": {"trust": 0.1}})
    made = SimpleNamespace(spec=SimpleNamespace(replicates=rule))
    assert first_replicates(made) == first  # pyright: ignore


def ends(**values):
    row = [0.0] * len(OUTCOMES)
    for key, value in values.items():
        row[list(OUTCOMES).index(key)] = value
    return row


def test_pairs_are_of_one_replicate_and_outcome():
    """Trust 1 and 4 against 0.5 and 6, workload 30 and 60 against 20 and a run that failed."""
    known = {"1 7": ends(trust=0.5, cadre_workload=20.0), "1 8": None}
    known |= {"2 7": ends(trust=1.0, cadre_workload=30.0)}
    known |= {"2 8": ends(trust=4.0, cadre_workload=60.0)}
    values, of = paired_values(session(ends=known), 2, ["cadre_workload", "trust"])
    assert of == ["cadre_workload", "trust"]
    assert values[0].tolist() == [10.0, 0.5] and np.isnan(values[1]).all()
    assert values.shape == (2, 2)


def until(**more):
    return {"at_least": 3, "until": {"trust": 0.5}, "at_most": 70} | more


@pytest.mark.parametrize(
    ("last", "wanted"),
    [
        (0.1, 8),  # narrow after three, and over five more
        (60.0, 16),  # far from it: twice as many, and no more at once
    ],
)
def test_more_replicates_until_the_pairs_are_precise(last, wanted):
    """Differences are 1 and 1.1 in turn, but for the last."""
    known = {f"1 {7 + r}": ends() for r in range(8)}
    known |= {f"2 {7 + r}": ends(trust=1.0 + 0.1 * (r % 2)) for r in range(7)}
    known["2 14"] = ends(trust=1.0 + last)
    assert running._decide(session(until(), known), 8) == wanted
    assert running._decide(session(5, known), 8) == 8  # a number is a number


@pytest.fixture
def carried(monkeypatch):
    """Runs that were carried out, round by round; those that end in 8 fail."""
    rounds = []

    class Runner:
        def __init__(self, experiment, design, contents, store, pool, tell, say):
            self.store, self.contents = store, contents

        def run(self, needed, total):
            names = [f"{point.number} {6 + r}" for point, r in needed]
            rounds.append((names, total))
            self.store.status |= {n: "failed" if n.endswith("8") else "done" for n in names}

    monkeypatch.setattr(running, "Runner", Runner)
    return rounds


def rounds(made, pool: object = "a pool"):
    return running._rounds(made, pool, lambda _: None, lambda _: None)  # pyright: ignore


def test_what_is_there_is_not_run_and_what_failed_is_tried_once(carried):
    made = session(2)
    made.store.status = {"1 7": "done", "2 7": "failed"}
    assert rounds(made) == 2
    assert carried == [(["2 7", "1 8", "2 8"], 4)]
    carried.clear()
    assert rounds(made) == 2 and carried == [(["1 8", "2 8"], 4)]  # those that fail
    made.store.status = {}
    assert rounds(made, None) == 2 and len(carried) == 1  # nobody carries them out


def test_a_design_that_grows_is_tried_again_before_it_is_decided_on(carried):
    made = session(1, more=[True, True])
    assert rounds(made) == 1 and carried == [(["1 7", "2 7"], 2)]
    assert not made.grow()


def test_replicates_that_are_there_of_an_earlier_time_are_completed(carried):
    assert rounds(session(1, kept=3)) == 3
    assert [total for _, total in carried] == [2, 6]
    carried.clear()
    assert rounds(session(2, kept=1)) == 2 and len(carried) == 1


def test_months_are_told_where_points_record_others(write):
    text = """config: tiny.yaml
method: factorial
factors: {months: [4, 6]}
"""
    found = running._months(designs.build(load_experiment(write(text))))
    assert found == {"2019-01 to 2019-04": [1], "2019-01 to 2019-06": [2]}
    design = designs.build(load_experiment(write()))
    assert running._months(design) == {"2019-01 to 2019-06": []}


def test_what_a_folder_says_of_itself_before_it_is_complete(write):
    made = load_experiment(write())
    told = manifest(made)
    assert (told["state"], told["experiment"], told["baseline"]) == ("running", "compare", "none")
    assert (told["seed"], told["replicates"], told["design_points"]) == (1, 4, 6)
    assert (told["question"], told["until"], told["drawn"], told["unset"]) == (None, None, {}, {})
    assert told["months"] == {"2019-01 to 2019-06": []} and told["outcomes"] == []
    assert told["record"] == {"county": "monthly", "villages": "yearly", "villagers": "last"}
    text = """config: tiny.yaml
method: lhs
question: {en: Why, zh: 为何}
outcomes: [trust]
samples: 3
factors: {scale: [500, 600]}
"""
    told = manifest(load_experiment(write(text)))
    assert told["question"] == {"en": "Why", "zh": "为何"} and told["outcomes"] == ["trust"]
    assert (told["baseline"], told["months"], told["design_points"]) == (None, {}, 3)
    rule = "replicates: {at_least: 3, until: {trust: 0.5}}\n"
    text = "config: tiny.yaml\nmethod: factorial\nfactors: {scale: [500, 600]}\n" + rule
    assert manifest(load_experiment(write(text)))["until"] == {"trust": 0.5}


def manifest(made):
    design = designs.build(made)
    contents = running.Contents(design, made.spec.record)
    opened = Session(made, design, contents, Kept({}), 4, None)  # pyright: ignore
    return running._manifest(opened, running.resolved.plain(made), {}, "the key")


@pytest.fixture
def pools(monkeypatch):
    """Pools that are opened, and whether each was closed."""
    opened = []

    def kind(name):
        def made(*workers):
            pool = SimpleNamespace(name=name, workers=(*workers, 1)[0], closed=False)
            pool.close = lambda: setattr(pool, "closed", True)
            opened.append(pool)
            return pool

        return made

    monkeypatch.setattr(running, "Serial", kind("serial"))
    monkeypatch.setattr(running, "Local", kind("local"))
    monkeypatch.setattr(running, "cores", lambda: 5)
    return opened


@pytest.mark.parametrize(
    ("workers", "name", "count", "said"),
    [
        (1, "serial", 1, "Workers: 1 (this process)"),
        (3, "local", 3, "Workers: 3"),
        (None, "local", 5, "Workers: 5"),
    ],
)
def test_who_carries_runs_out(pools, workers, name, count, said):
    told = []
    with running._pool(session(), workers, None, told.append) as pool:
        assert pool is pools[0] and (pool.name, pool.workers) == (name, count)  # pyright: ignore
        assert not pool.closed  # pyright: ignore
    assert pools[0].closed and told == [said]


def test_nobody_is_called_where_nothing_is_left(pools):
    made, told = session(2), []
    made.store.status = {run: "done" for run, _, _ in made.runs(2)}
    with running._pool(made, 1, None, told.append) as pool:
        assert pool is None
    assert pools == told == []
    made.kept = 3  # of which some are not there
    with running._pool(made, 1, None, told.append) as pool:
        assert pool is pools[0]
    known = {f"{p} {7 + r}": ends(trust=float(p * r)) for p in (1, 2) for r in range(3)}
    wide = session(until(), known)
    wide.store.status = {run: "done" for run, _, _ in wide.runs(3)}
    with running._pool(wide, 1, None, told.append) as pool:
        assert pool is pools[1]  # more replicates are wanted


@pytest.mark.parametrize(("count", "said"), [(2, ""), (0, " (waiting)")])
def test_a_cluster_is_told_and_closed_whatever_happens(pools, count, said):
    remote, told = SimpleNamespace(workers=count, closed=False), []
    remote.close = lambda: setattr(remote, "closed", True)
    with (
        pytest.raises(KeyboardInterrupt),
        running._pool(session(), 1, remote, told.append) as pool,  # pyright: ignore
    ):
        assert pool is remote
        raise KeyboardInterrupt
    assert remote.closed and told == [f"Workers: {count} of the cluster{said}"] and not pools
