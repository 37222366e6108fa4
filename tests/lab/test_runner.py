"""The runner alone: tasks of a fair size, workers that die, what is told and how often."""

from types import SimpleNamespace

import pyarrow as pa
import pytest

from sim.lab.design import points as designs
from sim.lab.file.loading import load_experiment
from sim.lab.running import runner as running
from sim.lab.running.runner import Runner, SameErrorError, task_of
from sim.lab.running.tasks import packed, run_task
from sim.lab.store.identity import Contents


class Store:
    """Keeps in memory."""

    def __init__(self):
        self.status, self.failed = {}, 0

    def keep(self, batches):
        for batch in batches:
            self.status |= dict(
                zip(batch["run"].to_pylist(), batch["status"].to_pylist(), strict=True)
            )
        self.failed = list(self.status.values()).count("failed")


@pytest.fixture
def runner(write):
    """A runner of the small comparison; what it tells and says is kept."""
    experiment = load_experiment(write())
    design = designs.build(experiment)
    pool = SimpleNamespace(workers=1, capacity=1, task_seconds=0.3, departed=0)
    told, said = [], []
    contents = Contents(design, experiment.spec.record)
    found = Runner(experiment, design, contents, Store(), pool, told.append, said.append)
    found.told, found.said, found.total = told, said, 24
    return found


def sizes(runner, workers, bundles, seconds):
    """Return the runs of each task, of two replicates with bundles of some points each."""
    runner.pool.workers, runner._seconds, runner._task = workers, seconds, list
    runner.contents = SimpleNamespace(shared=lambda point, seed: point[0])
    points = [(name, i) for name, count in enumerate(bundles) for i in range(count)]
    needed = [(point, replicate) for replicate in (1, 2) for point in points]
    tasks = list(runner.tasks(needed))
    assert sorted(run for task in tasks for run in task) == sorted(needed)
    return [len(task) for task in tasks]


@pytest.mark.parametrize(
    ("workers", "bundles", "seconds", "expected"),
    [
        (1, [5, 5, 5], 0.0, [5] * 6),  # it is not known yet how long a run takes
        (1, [5, 5, 5], 0.01, [5] * 6),  # three runs or more: an eighth of all
        (1, [1] * 20, 0.01, [5] * 8),
        (1, [1] * 20, 0.0, [1] * 40),
        (1, [1] * 20, 0.1, [3] * 13 + [1]),  # 0.3 s each
        (1, [1] * 20, 5.0, [1] * 40),
        (2, [5, 5, 5], 0.01, [2, 2, 1] * 6),  # 16 tasks wanted of 6 bundles: cut in three
        (2, [1, 5], 0.01, [1, 2, 2, 1] * 2),
        (2, [8], 0.01, [1] * 16),
        (0, [1, 5], 0.01, [1, 5] * 2),  # a cluster without workers yet is as if it had one
    ],
)
def test_bundles_stay_whole_unless_workers_would_wait(runner, workers, bundles, seconds, expected):
    assert sizes(runner, workers, bundles, seconds) == expected


def test_runs_share_a_beginning_under_one_seed(runner):
    asked = []
    runner.contents = SimpleNamespace(shared=lambda point, seed: asked.append(seed) or seed)
    needed = [(point, replicate) for replicate in (1, 3) for point in "ab"]
    bundles = list(runner._bundles(needed, 1))
    assert asked == [1, 1, 3, 3]  # the seed of replicate 1 is 1
    assert bundles == [[("a", 1), ("b", 1)], [("a", 3), ("b", 3)]]


def task(runner, points):
    runs = [(runner.design.points[number - 1], 2) for number in points]
    return task_of(runner.experiment, runner.design, runner.contents, runs)


def test_a_task_holds_each_configuration_once(runner):
    made = task(runner, [1, 4, 2])
    assert [job.head for job in made.jobs] == [0, 1, 0] and sorted(made.heads) == [0, 1]
    assert [job.point for job in made.jobs] == [1, 4, 2]
    assert {(job.seed, job.replicate) for job in made.jobs} == {(2, 2)}
    assert len({job.run for job in made.jobs}) == 3


def test_runs_whose_worker_died_are_tried_one_by_one_then_alone_then_given_up(runner):
    made = task(runner, [1, 4])
    assert runner._died(made) == []
    first, second = runner._again
    assert [one.jobs for one in (first, second)] == [(job,) for job in made.jobs]
    assert list(second.heads) == [1] and second.heads[1] == made.heads[1]
    assert runner._died(second) == [] and len(runner._again) == 3 and not runner._alone
    assert runner._died(second) == [] and list(runner._alone) == [second]
    (batch,) = runner._died(second)
    assert batch["run"].to_pylist() == [second.jobs[0].run]
    assert batch["status"].to_pylist() == ["failed"] and "memory" in batch["error"][0].as_py()
    assert len(runner._again) == 3 and len(runner._alone) == 1


def test_what_may_have_killed_a_worker_is_tried_while_nothing_else_is_under_way(runner):
    made = [task(runner, [number]) for number in (1, 2, 3, 4)]
    runner.pool.capacity, runner.pool.submit = 2, lambda one: one.jobs[0].point
    runner._again.append(made[0])
    flying, rest = {}, iter(made[1:3])
    assert runner._fill(flying, rest) and list(flying) == [1, 2]  # those that died first
    runner._alone.append(made[3])
    assert runner._fill(flying, rest) and list(flying) == [1, 2]
    flying.clear()
    assert runner._fill(flying, rest) and list(flying) == [4]
    flying.clear()
    assert runner._fill(flying, rest) and list(flying) == [3]
    flying.clear()
    assert not runner._fill(flying, rest)


def test_workers_that_died_are_mentioned_at_once_and_then_every_half_minute(runner, monkeypatch):
    clock = [5.0]
    monkeypatch.setattr(running.time, "monotonic", lambda: clock[0])
    for seconds, departed in ((0, 0), (0, 1), (10, 1), (10, 2), (9, 3), (1, 3), (60, 3)):
        clock[0] += seconds
        runner.pool.departed = departed
        runner._mention_departed()
    assert [text.partition(";")[0] for text in runner.said] == [
        "Workers that died or left so far: 1",
        "Workers that died or left so far: 3",
    ]


def batches(runner, points, error=None, seconds=1.0):
    made = task(runner, points)
    rows = [running.died(job, error or "") | {"seconds": seconds} for job in made.jobs]
    rows = [row | {"status": "failed" if error else "done"} for row in rows]
    return list(pa.ipc.open_stream(packed(rows)))


def test_what_was_kept_is_told_and_how_long_a_run_takes_is_smoothed(runner):
    runner._keep(batches(runner, [1, 2], seconds=2.0))
    assert runner._seconds == 2.0
    runner._keep(batches(runner, [3], error="x", seconds=4.0))
    assert runner._seconds == pytest.approx(2.4)
    assert [(p.done, p.failed, p.total, len(p.runs)) for p in runner.told] == [
        (2, 0, 24, 2),
        (3, 1, 24, 1),
    ]
    runner.total = 2
    runner._keep(batches(runner, [4]))
    assert runner.told[-1].total == 4  # never more done than wanted


def test_the_same_error_in_all_first_runs_stops_whatever_its_numbers(runner, monkeypatch):
    monkeypatch.setattr(running, "FIRST_RUNS", 3)
    error = "Traceback (most recent call last)\n  file 7\nValueError: no village {}\n"
    runner._keep(batches(runner, [1], error.format(101)))
    runner._keep(batches(runner, [2], error.format(102)))
    with pytest.raises(SameErrorError, match="no village 101"):
        runner._keep(batches(runner, [3], error.format(103)))


@pytest.mark.parametrize("last", ["KeyError: 1", None])
def test_another_error_or_one_run_that_works_goes_on(runner, monkeypatch, last):
    monkeypatch.setattr(running, "FIRST_RUNS", 3)
    runner._keep(batches(runner, [1, 2], "ValueError: 1"))
    runner._keep(batches(runner, [3], last))
    runner._keep(batches(runner, [4, 5, 6], "ValueError: 1"))
    assert runner.told[-1].done == 6


def test_rows_come_back_in_the_order_of_the_jobs(runner):
    made = task(runner, [6, 1, 4])
    (batch,) = pa.ipc.open_stream(run_task(made))
    assert batch["run"].to_pylist() == [job.run for job in made.jobs]
    assert batch["point"].to_pylist() == [6, 1, 4] and set(batch["seed"].to_pylist()) == {2}
    assert set(batch["status"].to_pylist()) == {"done"}
    assert all(seconds > 0 for seconds in batch["seconds"].to_pylist())
    assert len(set(batch["worker"].to_pylist())) == 1
