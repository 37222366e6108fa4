"""Months that runs share, by hand: which are simulated once, in what order, what an error says."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.lab.running import branching, tasks
from sim.lab.running.branching import Branch, RunError, first_month, simulate_all
from sim.lab.running.tasks import Job, Task
from sim.model.policies import Policy

START = 100


class Acts(Policy):
    """A policy that applies from its start on."""

    def apply(self, county, month):
        """Do nothing."""


class Decides(Acts):
    """A policy that decides itself when it begins."""

    def began(self, county, month):
        return None


class Doses(Acts):
    """A policy that decides itself how much of it there is."""

    def dose(self, county, month):
        return 1.0


def config(*starts, name="", reform=START + 4, months=8, kind=Acts):
    found = SimpleNamespace(start=START, months=months, spin_up=3, reform=reform, name=name)
    found.active = lambda: {str(s): kind.model_construct(start=s) for s in starts}
    found.policies = SimpleNamespace(merger=None)
    found.county = "county"
    found.model_copy = lambda update: config(name="trunk", months=months)
    return found


@pytest.mark.parametrize(
    ("given", "month"),
    [
        (config(), START + 8),  # none acts: the month after the last
        (config(None), START + 4),
        (config(None, START + 2), START + 2),
        (config(START + 6, START + 7), START + 6),
        (config(START - 2), START - 2),
        (config(START + 6, kind=Decides), START - 3),
        (config(START + 6, kind=Doses), START - 3),
    ],
)
def test_the_first_month_in_which_a_policy_may_act(given, month):
    assert first_month(given) == month


@pytest.fixture
def steps(monkeypatch):
    """Months simulated, each with the name of the county that passes through it."""
    log = []

    class County:
        broken, running = None, True

        def __init__(self, config, seed, case=None, month=START - 1, name=None):
            self.config, self.month, self.name = config, month, name or config.name
            self.case = case
            self.recorder = SimpleNamespace(wanted=np.ones(config.months, dtype=bool))
            if County.broken == (self.name, "made"):
                raise ValueError("not made")
            log.append((self.name, "made"))

        def step(self):
            if County.broken == (self.name, self.month + 1):
                raise ValueError("broken")
            self.month += 1
            log.append((self.name, self.month))

        def branch(self, config, case):
            return County(config, 1, case, self.month, config.name)

    monkeypatch.setattr(branching, "CountyModel", County)
    monkeypatch.setattr(branching, "PolicySet", lambda: "none")
    monkeypatch.setattr(branching, "build_county", lambda *_: ("world", "reform"))
    case = SimpleNamespace(reference=SimpleNamespace(seat=SimpleNamespace(tobytes=lambda: b"1")))
    monkeypatch.setattr(branching, "make_case", lambda *_: case)
    return SimpleNamespace(log=log, county=County, case=case)


def months(log, name):
    return [month for who, month in log if who == name and month != "made"]


def test_months_before_policies_are_simulated_once(steps):
    """b acts from the third month on, a from the fifth: two months are both's, two more a's."""
    seen = {"a": [], "b": []}
    branches = [
        Branch(config(START + 4, name="a"), lambda county: seen["a"].append(county.month)),
        Branch(config(START + 2, name="b"), lambda county: seen["b"].append(county.month)),
    ]
    found = list(simulate_all(branches, 1))
    assert [branch.config.name for branch, _ in found] == ["b", "a"]
    assert [county.month for _, county in found] == [START + 7] * 2  # pyright: ignore
    assert months(steps.log, "trunk") == [START + i for i in range(4)]
    assert months(steps.log, "b") == [START + i for i in range(2, 8)]
    assert months(steps.log, "a") == [START + i for i in range(4, 8)]
    assert seen == {"a": [START + i for i in range(8)], "b": [START + i for i in range(8)]}
    assert [county.case for _, county in found] == [steps.case] * 2  # pyright: ignore


def test_what_acts_before_the_first_month_shares_nothing(steps):
    branches = [Branch(config(s, name=n)) for n, s in (("a", START - 1), ("b", START + 1))]
    found = list(simulate_all(branches, 1))
    assert [branch.config.name for branch, _ in found] == ["a", "b"]
    assert months(steps.log, "trunk") == []  # the one that is left has nobody to share with
    assert len(months(steps.log, "a")) == len(months(steps.log, "b")) == 8


def test_what_acts_from_the_first_month_on_shares_the_months_before(steps):
    branches = [Branch(config(START, name=name)) for name in ("a", "b")]
    list(simulate_all(branches, 1))
    assert ("trunk", "made") in steps.log and months(steps.log, "trunk") == []


def test_one_run_is_simulated_alone(steps):
    ((_, county),) = simulate_all([Branch(config(START + 2, name="a"))], 1)
    assert county.month == START + 7 and steps.log[0] == ("a", "made")  # pyright: ignore
    assert county.case is None  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(
    ("broken", "failed"),
    [
        (("a", START + 6), {"a": START + 5}),  # the month before was the last
        (("trunk", START + 1), {}),
        (("trunk", "made"), {}),
        (("trunk", START + 3), {}),
    ],
)
def test_an_error_is_that_of_the_run_that_meets_it(steps, broken, failed):
    steps.county.broken = broken
    branches = [Branch(config(s, name=n)) for n, s in (("a", START + 4), ("b", START + 2))]
    found = {branch.config.name: county for branch, county in simulate_all(branches, 1)}
    wrong = {name: one.month for name, one in found.items() if isinstance(one, RunError)}
    assert wrong == failed
    assert {one.month for name, one in found.items() if name not in failed} == {START + 7}


def test_a_run_that_cannot_be_made_failed_in_no_month(steps):
    steps.county.broken = ("a", "made")
    ((_, failure),) = simulate_all([Branch(config(name="a"))], 1)
    assert isinstance(failure, RunError) and failure.month is None
    assert str(failure.__cause__) == "not made"


def test_plans_that_cannot_be_made_are_met_by_each_run(steps, monkeypatch):
    def refuse(*_):
        raise ValueError

    monkeypatch.setattr(branching, "make_case", refuse)
    branches = [Branch(config(START + 2, name=name)) for name in ("a", "b")]
    found = list(simulate_all(branches, 1))
    assert [county.month for _, county in found] == [START + 7] * 2  # pyright: ignore
    assert [county.case for _, county in found] == [None] * 2  # pyright: ignore


# --- rows of runs --------------------------------------------------------------------------------

JOB = Job("name", 3, 2, 0, {}, 8)


def test_a_run_that_failed_is_kept_with_its_error_and_month():
    failure = RunError(2020 * 12 + 4)
    failure.__cause__ = ValueError("too few")
    row = tasks._failure(JOB, failure, 1.5, ())
    assert (row["status"], row["failed_in"], row["seconds"]) == ("failed", "2020-05", 1.5)
    assert row["error"].endswith("ValueError: too few\n") and row["ends"] is None
    assert (row["run"], row["point"], row["replicate"], row["seed"]) == ("name", 3, 2, 8)
    nowhere = tasks._failure(JOB, RunError(None), 0.0, ())
    assert nowhere["failed_in"] is None and "RunError" in nowhere["error"]
    gone = tasks.died(JOB, "memory")
    assert (gone["error"], gone["seconds"], gone["status"]) == ("memory", 0.0, "failed")
    assert gone["digest"] != row["digest"] and row["worker"] == gone["worker"]
    assert len(row["worker"]) == 8 and abs(row["finished"] - gone["finished"]) < 10_000


def test_a_run_whose_rows_cannot_be_made_failed_in_its_last_month():
    def refuse(_):
        raise RuntimeError("county: 3 rows, expected 4")

    recording = SimpleNamespace(ends=lambda _: [1.0], batches=refuse, doses=lambda _: "[]")
    county = SimpleNamespace(month=2020 * 12)
    row = tasks._row(JOB, recording, county, 0.0, ())  # pyright: ignore[reportArgumentType]
    assert (row["status"], row["failed_in"]) == ("failed", "2020-01")
    batch = SimpleNamespace(serialize=lambda: SimpleNamespace(to_pybytes=lambda: b"rows"))
    recording.batches = lambda _: {"county": batch}
    row = tasks._row(JOB, recording, county, 0.0, ())  # pyright: ignore[reportArgumentType]
    assert (row["status"], row["ends"], row["county"]) == ("done", [1.0], b"rows")
    assert row["villages"] is None and row["doses"] == "[]" and row["seconds"] > 0


def test_runs_of_one_beginning_and_seed_are_simulated_together(monkeypatch):
    groups = []
    jobs = tuple(Job(f"r{i}", i, 1, 0, {}, seed) for i, seed in enumerate((1, 1, 2, 1, 1)))
    task = Task("", {0: "{}"}, (), SimpleNamespace(villagers="off"), jobs)  # pyright: ignore

    def config_of(task, job):
        if job.run == "r3":
            raise ValueError("wrong configuration")
        return SimpleNamespace(begins="other" if job.run == "r4" else "same")

    def together(branches, seed):
        groups.append((len(branches), seed, [branch.after_month for branch in branches]))
        return [(branch, RunError(None)) for branch in reversed(branches)]

    monkeypatch.setattr(tasks, "config_of", config_of)
    monkeypatch.setattr(
        tasks, "Recording", lambda *_: SimpleNamespace(after_month="hook", read=None)
    )
    monkeypatch.setattr(tasks, "beginning", lambda config: config.begins)
    monkeypatch.setattr(tasks, "simulate_all", together)
    rows = tasks._run(task)
    assert groups == [(2, 1, [None] * 2), (1, 2, [None]), (1, 1, [None])]
    assert [row["run"] for row in rows] == ["r3", "r1", "r0", "r2", "r4"]
    assert "wrong configuration" in rows[0]["error"] and rows[0]["seconds"] == 0.0
    groups.clear()
    task = Task("", {0: "{}"}, (), SimpleNamespace(villagers="last"), jobs[:1])  # pyright: ignore
    tasks._run(task)
    assert groups == [(1, 1, ["hook"])]
