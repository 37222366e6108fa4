"""What users do to a folder of results, small, and what must hold of it afterwards."""

import contextlib
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
from lab.conftest import COMPARE, digests, tiny_county

from sim import load_results
from sim.errors import InputError
from sim.files import file_digest
from sim.lab.experiment import run_experiment
from sim.lab.running import executors
from sim.lab.running.tasks import packed, run_task
from sim.lab.store import shards


class Scenario:
    """Something done to a folder."""

    def __init__(self, place: Path) -> None:
        self.place = place
        tiny_county(place)

    def begin(self, folder: Path) -> None:
        """Make what is there before."""

    def act(self, folder: Path) -> str:
        """Do it; return what shows that it was done."""
        raise NotImplementedError

    def check(self, folder: Path, finished: bool) -> str:
        """Look at what is there after a fault, go on, look again; return what is wrong."""
        raise NotImplementedError


_ROWS: dict[str, dict[str, Any]] = {}


def remembered(task: Any) -> bytes:
    """Carry out a task; a run that was done before is not simulated again."""
    if any(job.run not in _ROWS for job in task.jobs):
        _ROWS.update((row["run"], row) for row in rows_of(run_task(task)))
    own = [_ROWS[job.run] | {"point": job.point, "replicate": job.replicate} for job in task.jobs]
    return packed(own)


def rows_of(stream: bytes) -> list[dict[str, Any]]:
    """Return rows of a shard."""
    return [row for batch in pa.ipc.open_stream(stream) for row in shards.rows(batch)]


class Experiment(Scenario):
    """A new experiment."""

    text, before, fresh = COMPARE.replace("replicates: 4", "replicates: 2"), "", False

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        executors.run_task = remembered
        executors.Serial.task_seconds = 1e-9  # a shard for every bundle
        shards.MANY = 3
        self.file = place / "e.yaml"
        self.file.write_text(self.text, "utf-8")
        self.whole = digests(run_experiment(self.file, place / "whole", 1))
        self.answers = files_of(place / "whole" / "tables")
        self.runs = set(load_results(place / "whole").runs["run"])
        if self.before:
            (place / "before.yaml").write_text(self.before, "utf-8")
            run_experiment(place / "before.yaml", place / "before", 1)
            self.runs_before = set(load_results(place / "before").runs["run"])

    def begin(self, folder: Path) -> None:
        if self.before:
            shutil.copytree(self.place / "before", folder)
        self.log = folder.with_suffix(".log")
        self.log.write_text("")

    def act(self, folder: Path) -> str:
        with self.log.open("a", encoding="utf-8") as log:

            def tell(progress: Any) -> None:
                log.write("".join(f"{name}\n" for name in progress.runs))
                log.flush()

            run_experiment(self.file, folder, 1, fresh=self.fresh, tell=tell)
        return "done"

    def check(self, folder: Path, finished: bool) -> str:
        told = set(self.log.read_text("utf-8").split())
        wrong = self._read(folder, told)
        if finished and digests(folder) != self.whole:
            return "a fault was not noticed, and the tables are others"
        again: list[str] = []
        run_experiment(self.file, folder, 1, fresh=self.fresh, tell=lambda p: again.extend(p.runs))
        if told & set(again):
            return "runs that were told are done were run again"
        if digests(folder) != self.whole:
            return "the tables are not those of an undisturbed run"
        if files_of(folder / "tables") != self.answers:
            return "the answers are not those of an undisturbed run"
        left = [str(p.relative_to(folder)) for p in folder.rglob(".*") if p.name != ".lock"]
        if left or (folder / "shards").exists():
            return f"left behind: {left}"
        return wrong

    def _read(self, folder: Path, told: set[str]) -> str:
        """Look at the folder as somebody who comes by."""
        try:
            results = load_results(folder)
            there = results.runs
        except InputError as error:
            return f"runs cannot be read: {error}" if told or self.before else ""
        found = set(there["run"])
        if not told <= found:
            return "a run that was told is done is lost"
        if self.before and not self.fresh and not self.runs_before <= found:
            return "a run of before is lost"
        months = results.county.groupby(["point", "replicate"]).size()
        if len(months) != len(found) or (months != 6).any():
            return "a run is not whole"
        if results.manifest["state"] == "complete" and found not in self._wholes():
            return "it says it is complete and is not"
        stale = (folder / "tables").is_dir() and found == self.runs
        if (
            stale
            and self.before
            and files_of(folder / "tables") == files_of(self.place / "before" / "tables")
        ):
            return "the answers are those of before"
        return ""

    def _wholes(self) -> list[set[str]]:
        return [self.runs, *([self.runs_before] if self.before else [])]


class Extended(Experiment):
    """More replicates and a level more than an experiment that is complete."""

    before = COMPARE.replace("replicates: 4", "replicates: 1").replace("[3, 6]", "[6]")


class Fresh(Experiment):
    """Another experiment over one that is complete, with --fresh."""

    before = COMPARE.replace("replicates: 4", "replicates: 2\nset: {scale: 400}")
    fresh = True


class Run(Scenario):
    """One run."""

    fresh = False

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self._stub()
        self.config = place / "tiny.yaml"
        self.do(place / "whole")
        self.whole = self.content(place / "whole")
        if self.fresh:
            self.do(place / "before", {"scale": 400})
            self.was = self.content(place / "before")
            extra = place / "before" / "figures" / "old.png"  # the older version drew one more
            extra.write_text("old")
            from sim.results.folder import seal

            seal(place / "before", ["en"])

    def _stub(self) -> None:
        """Simulate once, draw nothing: it is the files that matter."""
        from sim import run
        from sim.report import drawer

        simulate, counties = run.simulate, {}

        def once(config: Any, seed: Any = None, after_month: Any = None) -> Any:
            key = config.model_dump_json()
            if key not in counties:
                counties[key] = simulate(config)
            return counties[key]

        def draw(folder: Path, lang: str, svg: bool) -> bool:
            figures = folder / "figures"
            figures.mkdir()
            for name in ("map.png", "series.png"):
                (figures / name).write_text("figure")
            return True

        run.simulate, drawer.draw = once, draw
        import seaborn  # noqa: F401  (so that no process is started to draw)

    def do(self, folder: Path, overrides: dict[str, Any] | None = None) -> None:
        """Give the command."""
        from sim.run import run

        quiet = io.StringIO()
        with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
            run(self.config, folder, overrides, fresh=self.fresh and folder.name == "disturbed")

    @staticmethod
    def content(folder: Path) -> dict[str, str]:
        """Return digests of what a run wrote."""
        return json.loads((folder / "manifest.json").read_text("utf-8"))["files"]

    def begin(self, folder: Path) -> None:
        if self.fresh:
            shutil.copytree(self.place / "before", folder)
            (folder / "notes.md").write_text("mine")

    def act(self, folder: Path) -> str:
        self.do(folder)
        return "done"

    def check(self, folder: Path, finished: bool) -> str:
        try:
            results = load_results(folder)
        except InputError:
            if finished:
                return "it said that it was done"
        else:
            if results.manifest["files"] not in (self.whole, getattr(self, "was", None)):
                stated = results.manifest["files"]
                if "figures/old.png" not in stated:
                    return "it reads as complete and is not"
            for name, digest in results.manifest["files"].items():
                if file_digest(folder / name) != digest:
                    return f"{name} is not what the manifest says"
        self.do(folder)
        if self.content(folder) != self.whole:
            return "the files are not those of an undisturbed run"
        there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
        extra = there - set(self.whole) - {"manifest.json"}
        return f"left behind: {extra}" if extra != ({"notes.md"} if self.fresh else set()) else ""


class RunFresh(Run):
    """One run over an older one, with --fresh."""

    fresh = True


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by name."""
    return {path.name: path.read_bytes() for path in folder.glob("*")}


SCENARIOS = {
    "experiment": Experiment,
    "extended": Extended,
    "fresh": Fresh,
    "run": Run,
    "run_fresh": RunFresh,
}
