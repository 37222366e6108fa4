"""Mutation testing: are wrong rules, policies and stores noticed by the tests that are theirs?

``python tests/mutation/run.py ROOM SAMPLE [SEED]``, where ROOM is ``model/processes``,
``model/policies`` or ``lab``, draws mutants of a room at random (operators of cosmic-ray, to be
installed beside), tries each in a copy of the checkout against the tests of its module, and prints
one line of JSON a mutant and the score with its exact 95 % interval. Rules are tried as plain
Python (`mutation.plain`), so that a mutant needs no compiling. Survivors are printed with their
change.

A file of tests is run once without a mutant, which tells what passes, how long each test takes and
which lines it runs (kept in the system's folder of temporary files). A mutant meets the tests that
run its statement, the quickest first; where none does, as of what is done at import or by another
process, all tests of its module; and in either case no more than take `MOST_SECONDS` together, so
that a survivor may be one that a longer test kills: ``again`` has no such bound. It is killed where
a test fails that passes without it; hung where it takes far longer than its tests do; and what
pytest could not try at all (``broke``) is not counted as killed. Runs are forks of a process that
has imported what takes long (`mutation.warm`).

``python tests/mutation/run.py again LOG [TEST ...]`` tries the survivors of such lines again:
against the tests of their modules, which may have changed, or compiled, and against the tests
named too, such as ``tests/benchmarks tests/model/test_ledger.py tests/promises/test_baseline.py``.
"""

import ast
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from itertools import accumulate
from pathlib import Path
from typing import Any

from sim.lab.methods.intervals import binomial_interval

ROOT = Path(__file__).parent.parent.parent
#: seconds of a processor, beside twice those of its tests, after which a mutant counts as hung
CPU_SECONDS = 100
#: seconds of a processor of the tests that a mutant meets at first
MOST_SECONDS = 10.0
#: a plug-in that `mutation.warm` has imported already is not written anew
REWRITTEN = "ignore::pytest.PytestAssertRewriteWarning"
#: what pytest ends with where a module cannot be imported, a test's or the one that all share
NOT_IMPORTED = (2, 4)
#: operators that say nothing here: bits of real numbers fail wherever a line is run at all, and
#: without a decorator, or the bar in a type, it is mostly the same program
LEFT_OUT = re.compile(r"core/RemoveDecorator|.*(Bit(Or|And|Xor)|[LR]Shift|_Invert)")
#: tests of modules, and of packages, that have none of their own name: the longest name counts
TESTS = {
    "model/processes/ages": ["model/processes/test_posts.py", "model/processes/test_people.py"],
    "model/processes/candidates": [
        "model/processes/test_posts.py",
        "model/policies/test_selection.py",
    ],
    "model/processes/economy": ["model/processes/test_economy.py", "model/test_ledger.py"],
    "model/processes/grievance": [
        "model/policies/test_settlement.py",
        "model/processes/test_trust.py",
    ],
    "model/processes/households": [
        "model/processes/test_livelihood.py",
        "model/processes/test_people.py",
    ],
    "model/processes/needs": ["model/processes/test_service.py", "model/processes/test_rules.py"],
    "model/processes/newcomers": [
        "model/processes/test_posts.py",
        "model/policies/test_selection.py",
    ],
    "model/processes/offers": [
        "model/processes/test_livelihood.py",
        "model/processes/test_service.py",
    ],
    "model/processes/pay": ["model/processes/test_posts.py", "model/policies/test_pay.py"],
    "model/processes/pooling": ["model/processes/test_economy.py"],
    "model/processes/posts": ["model/policies/test_selection.py"],
    "model/processes/projects": ["model/processes/test_hours.py", "model/test_ledger.py"],
    "model/processes/selection": [
        "model/processes/test_posts.py",
        "model/policies/test_selection.py",
    ],
    "model/processes/trust": ["model/policies/test_consultation.py"],
    "model/processes/ventures": [
        "model/policies/test_entrepreneurship.py",
        "model/processes/test_livelihood.py",
    ],
    "model/policies/oversight": ["model/policies/test_oversight_policy.py"],
    "model/policies/trigger": ["model/policies/test_triggers.py"],
    "model/policies/applying": [
        "model/policies/test_timeline.py",
        "model/policies/test_triggers.py",
        "model/policies/test_own.py",
    ],
    "model/policies/base": [
        "model/policies/test_triggers.py",
        "model/policies/test_timeline.py",
        "model/policies/test_levers.py",
    ],
    "model/policies/timeline": ["model/policies/test_timeline.py"],
    "model/policies/own": ["model/policies/test_own.py"],
    "model/policies": ["model/policies/test_policies.py", "model/policies/test_each.py"],
    "lab/answers/acted": ["lab/test_acted_by_hand.py", "lab/test_acted.py"],
    "lab/answers/text": [
        "lab/test_answers_kept.py",
        "lab/test_lab_figures.py",
        "lab/test_measures.py",
        "lab/test_answers.py",
        "lab/test_other_months.py",
    ],
    "lab/answers": [
        "lab/test_answers_kept.py",
        "lab/test_method_tables.py",
        "lab/test_lab_figures.py",
        "lab/test_measures.py",
        "lab/test_answers.py",
        "lab/test_missing_runs.py",
    ],
    "lab/methods/morris_effects": ["lab/methods/test_sensitivity.py"],
    "lab/methods/sobol_indices": ["lab/methods/test_sensitivity.py"],
    "lab/methods/seed_share": ["lab/methods/test_sensitivity.py"],
    "lab/methods/emulator": ["lab/methods/test_calibration.py"],
    "lab/methods/posterior": ["lab/methods/test_calibration.py"],
    "lab/methods/recovery": ["lab/methods/test_posterior.py", "lab/methods/test_calibration.py"],
    "lab/methods/intervals": ["lab/methods/test_robustness.py", "lab/test_answers.py"],
    "lab/methods/prim": ["lab/methods/test_discovery.py"],
    "lab/methods/trees": ["lab/methods/test_discovery.py"],
    "lab/methods/regret": ["lab/methods/test_discovery.py"],
    "lab/methods/statistics": ["lab/test_statistics.py"],
    "lab/methods": ["lab/test_answers.py"],
    "lab/file/counties": ["lab/methods/test_discovery.py", "lab/test_experiment_files.py"],
    "lab/file/taking": ["lab/test_taking.py"],
    "lab/design/contrasts": [
        "lab/test_reading.py",
        "lab/test_taking.py",
        "lab/test_missing_runs.py",
        "lab/test_other_months.py",
    ],
    "lab/file/factors": [
        "lab/test_factors.py",
        "lab/test_design.py",
        "lab/test_experiment_files.py",
    ],
    "lab/file/names": ["lab/test_names.py"],
    "lab/file/schema": [
        "lab/test_lab_schema.py",
        "lab/test_experiment_files.py",
        "lab/test_resolved.py",
        "lab/test_measures.py",
    ],
    "lab/file/keys": ["lab/test_lab_schema.py", "lab/test_experiment_files.py"],
    "lab/file/samples": [
        "lab/test_errors_met.py",
        "lab/test_resolved.py",
        "lab/test_experiment_files.py",
    ],
    "lab/file/reading_factors": ["lab/test_experiment_files.py", "lab/test_taking.py"],
    "lab/file/template": ["lab/test_errors_met.py", "lab/test_commands.py"],
    "lab/file": ["lab/test_experiment_files.py", "lab/test_taking.py"],
    "lab/design/batches": [
        "lab/test_method_tables.py",
        "lab/test_measures.py",
        "lab/test_answers.py",
    ],
    "lab/design/points": [
        "lab/test_points.py",
        "lab/test_design.py",
        "lab/test_resolved.py",
        "lab/test_other_months.py",
        "lab/test_taking.py",
        "lab/test_rounds.py",
    ],
    "lab/design": ["lab/test_design.py"],
    "lab/design/measures": ["lab/test_measures.py", "lab/test_answers.py"],
    "lab/store/identity": ["lab/test_design.py", "lab/test_runner.py"],
    "lab/store/recording": [
        "lab/test_recording.py",
        "lab/test_rows.py",
        "lab/test_tables.py",
        "lab/test_run_tables.py",
    ],
    "lab/store/reading": [
        "lab/test_errors_met.py",
        "lab/test_reading.py",
        "lab/test_frames.py",
        "lab/test_stored.py",
        "lab/test_rows.py",
    ],
    "lab/store/shards": [
        "faults/test_damage.py",
        "lab/test_errors_met.py",
        "lab/test_store.py",
        "lab/test_tables.py",
        "lab/test_rows.py",
    ],
    "lab/store/tables": ["lab/test_run_tables.py", "lab/test_tables.py", "faults/test_damage.py"],
    "lab/store/folder": [
        "lab/test_errors_met.py",
        "lab/test_store.py",
        "faults/test_damage.py",
        "lab/test_locks.py",
        "lab/test_resume.py",
        "lab/test_failures.py",
    ],
    "lab/store/ownership": ["lab/test_errors_met.py", "lab/test_locks.py"],
    "lab/store/resolved": ["lab/test_resolved.py", "faults/test_damage.py"],
    "lab/one_run/replay": ["lab/test_one_run.py", "lab/test_twins.py", "lab/test_failures.py"],
    "lab/methods/inequality": ["lab/test_missing_runs.py", "lab/test_answers.py"],
    "lab/file/loading": [
        "lab/test_experiment_files.py",
        "lab/test_taking.py",
        "lab/test_names.py",
        "lab/test_resolved.py",
        "lab/test_other_months.py",
    ],
    "lab/store/measured": ["lab/test_measured.py"],
    "lab/store": ["faults/test_damage.py"],
    "lab/running/branching": ["lab/test_sharing.py", "lab/test_branching.py"],
    "lab/running/executors": [
        "lab/test_errors_met.py",
        "lab/test_pools.py",
        "lab/test_failures.py",
        "lab/test_workers.py",
    ],
    "lab/running/growing": ["lab/test_reading.py", "lab/test_measures.py", "lab/test_answers.py"],
    "lab/running/progress": ["lab/test_pools.py", "lab/test_progress.py", "lab/test_failures.py"],
    "lab/running/runner": ["lab/test_errors_met.py", "lab/test_runner.py", "lab/test_failures.py"],
    "lab/running/tasks": [
        "lab/test_sharing.py",
        "lab/test_runner.py",
        "lab/test_failures.py",
        "lab/test_rows.py",
        "lab/test_workers.py",
    ],
    "lab/running/workers": ["lab/test_workers.py"],
    "lab/running": ["lab/test_failures.py"],
    "lab/one_run/twins": ["lab/test_one_run.py", "lab/test_twins.py", "lab/test_other_months.py"],
    "lab/one_run": ["lab/test_one_run.py", "lab/test_twins.py"],
    "lab/experiment": [
        "lab/test_rounds.py",
        "lab/test_whole_way.py",
        "lab/test_resolved.py",
        "lab/test_design.py",
        "lab/test_resume.py",
    ],
    "lab/resume": ["lab/test_whole_way.py", "faults/test_damage.py"],
    "lab/planning": [
        "lab/test_lab_planning.py",
        "lab/test_measures.py",
        "lab/test_other_months.py",
    ],
    "lab/printing": [
        "lab/test_told.py",
        "lab/test_rows.py",
        "lab/test_missing_runs.py",
        "lab/test_other_months.py",
    ],
    "lab/reproduce": ["lab/test_reproduction.py", "promises/test_baseline.py"],
    "lab/commands": [
        "lab/test_errors_met.py",
        "lab/test_reproduction.py",
        "lab/test_told.py",
        "lab/test_reproduce.py",
    ],
    "lab": ["lab/test_same_bytes.py", "lab/test_commands.py", "lab/test_design.py"],
}
#: tests that are every module's of a room
ALL = {
    "model/processes": ["model/processes/test_equations.py", "model/processes/test_rules.py"],
    "model/policies": ["model/policies/test_levers.py", "promises/test_defaults.py"],
    "lab": [
        "promises/test_defaults.py",
        "lab/test_lab_modules.py",
        "docs/test_promises_page.py",
    ],
}


def tests_of(module: str) -> list[str]:
    """Return the tests of a module (``model/processes/trust``)."""
    room, _, name = module.rpartition("/")
    own = f"{room}/test_{name}.py"
    found = [own] if (ROOT / "tests" / own).is_file() else []
    above = [module, *(parent.as_posix() for parent in Path(module).parents)]
    nearest = next((name for name in above if name in TESTS), None)
    if nearest is not None and (nearest in (module, room) or not found):
        found += TESTS[nearest]
    found += next((tests for name, tests in ALL.items() if name in above), [])
    return [f"tests/{test}" for test in dict.fromkeys(found)]


def mutants(room: str) -> list[tuple[Path, str, int, int]]:
    """Return every mutant of a room: file, operator, occurrence, line."""
    from cosmic_ray.ast import ast_nodes, get_ast_from_path
    from cosmic_ray.plugins import get_operator, operator_names

    found = []
    for path in sorted((ROOT / "sim" / room).rglob("*.py")):
        nodes = list(ast_nodes(get_ast_from_path(path)))
        for name in sorted(operator_names()):
            kind = get_operator(name)
            if LEFT_OUT.match(name) or kind.arguments():
                continue
            places = [at for node in nodes for at, _ in kind().mutation_positions(node)]
            found += [(path, name, i, line) for i, (line, _) in enumerate(places)]
    return found


def mutated(path: Path, operator: str, occurrence: int) -> str | None:
    """Return the text of a file with a mutant in it."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    return mutate_code(path.read_bytes(), get_operator(operator)(), occurrence)


def statement(text: str, line: int) -> range:
    """Return the lines of the smallest statement, or of its head, that a line is in."""
    found = [range(line, line + 1)]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            span = range(node.lineno, body[0].lineno if body else (node.end_lineno or 0) + 1)
            found += [span] if line in span else []
    return min(found[1:] or found, key=len)


def is_called(text: str, line: int) -> bool:
    """Return whether a line is in a function: others run once, when the module is imported."""
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]
    return any(f.body[0].lineno <= line <= (f.end_lineno or 0) for f in functions)


def verdict(code: int, said: str, module: str) -> str:
    """Return what came of a mutant, by the code that its tests ended with and what they said."""
    if code in (-signal.SIGXCPU, -signal.SIGALRM):
        return "hung"
    at_import = code in NOT_IMPORTED and re.search(rf"sim/{module}\.py(:\d|\", line )", said)
    if code == 1 or at_import:
        return "killed"
    return "broke" if code else "survived"


class Trial:
    """A copy of the checkout in which mutants are tried, one after another."""

    def __init__(self, folder: str, room: str, again: bool, named: list[str]) -> None:
        self.place = Path(folder) / "copy"
        left = {".git", ".venv", "results", "kernels"}  # of the checkout: sim/results is code
        shutil.copytree(ROOT, self.place, ignore=lambda at, _: left if Path(at) == ROOT else ())
        self.room, self.again, self.named = room, again, named
        self.plain = room == "model/processes" and not named
        self.seconds: dict[str, dict[str, float]] = {}  # file of tests: test that passes: seconds
        self.ran: dict[str, set[str]] = {}  # file of code, line: tests that run it
        self.passed: set[str] = set()  # tests that killed, and pass without the mutant
        self.counts = {"killed": 0, "survived": 0, "hung": 0, "broke": 0}
        environment = os.environ | {"PYTHONPATH": f"{self.place}{os.pathsep}{self.place / 'tests'}"}
        kernels = {"NUMBA_CACHE_DIR": str(self.place / "kernels")} if room != "lab" else {}
        environment |= kernels | ({"NUMBA_DISABLE_JIT": "1"} if self.plain else {})
        command = [sys.executable, "-m", "mutation.warm"]
        command += ["sim.model.county"] if room == "lab" else []
        self.warm = subprocess.Popen(
            command,
            cwd=self.place,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def took(self, test: str) -> float:
        """Return the seconds of a processor that a test takes; much, if that is not known."""
        return self.seconds.get(test.partition("::")[0], {}).get(test, 3000.0)

    def pytest(self, tests: list[str], *more: str) -> tuple[int, str, float]:
        """Run tests in the copy: the code they end with, what they say, and seconds they take."""
        seconds = CPU_SECONDS + 2 * sum(map(self.took, tests))
        arguments = ["-q", "-n0", "-p", "no:cacheprovider", "-W", REWRITTEN, *more, *tests]
        if self.plain:
            arguments += ["-p", "mutation.plain", "-o", "filterwarnings=ignore"]
        said = self.place / "said.txt"
        job = {"arguments": arguments, "said": str(said), "seconds": round(seconds)}
        assert self.warm.stdin and self.warm.stdout
        self.warm.stdin.write(json.dumps(job) + "\n")
        self.warm.stdin.flush()
        code, used = json.loads(self.warm.stdout.readline())
        return code, said.read_text("utf-8", "replace"), used

    def sound(self, file: str) -> dict[str, float]:
        """Return the tests of a file that pass without a mutant, and how long each takes."""
        if file not in self.seconds:
            kept = Path(tempfile.gettempdir(), f"hecun-tests-{self.digest(file)}.json")
            if not kept.is_file():
                kept.write_text(json.dumps(self.measure(file)), "utf-8")
            measured = json.loads(kept.read_text("utf-8"))
            self.seconds[file] = measured["seconds"]
            for at, tests in measured["ran"].items():
                self.ran.setdefault(at, set()).update(tests)
        return self.seconds[file]

    def digest(self, file: str) -> str:
        """Return the digest of what a measurement of a file of tests depends on."""
        code = sorted((self.place / "sim").rglob("*.py"))
        tests = [*(self.place / "tests").rglob("conftest.py"), self.place / file]
        found = hashlib.blake2b(f"{self.room} {self.plain} {file}".encode(), digest_size=8)
        for path in [*code, *sorted(tests)]:
            found.update(path.read_bytes())
        return found.hexdigest()

    def measure(self, file: str) -> dict[str, Any]:
        """Run a file of tests without a mutant: seconds of tests that pass, lines that they run."""
        lines = [f"--cov=sim/{self.room}", "--cov-context=test", "--cov-report="]
        options = ["-rpfE", "--durations=0", *([] if self.plain else lines)]
        code, said, used = self.pytest([file], *options)
        found = dict.fromkeys(re.findall(r"^PASSED (\S.*)$", said, re.M), 0.0)
        for took, test in re.findall(r"^([\d.]+)s \w+ +(\S.*)$", said, re.M):
            found |= {test: found[test] + float(took)} if test in found else {}
        share = used / max(sum(found.values()), used)  # the machine's, and not waiting
        found = {test: round(share * took, 3) for test, took in found.items()}
        failed = re.findall(r"^(?:FAILED|ERROR) .*$", said, re.M)
        told = {"tests": file, "sound": len(found), "seconds": round(sum(found.values()), 1)}
        say(told | {"code": code, "not sound": failed})
        return {"seconds": found, "ran": self.lines(list(found))}

    def lines(self, sound: list[str]) -> dict[str, list[str]]:
        """Return which tests run which lines, as coverage measured it."""
        from coverage import CoverageData

        data = CoverageData(self.place / ".coverage")
        data.read()
        found: dict[str, list[str]] = {}
        for file in data.measured_files():
            at = Path(file).relative_to(self.place).as_posix()
            for line, contexts in data.contexts_by_lineno(file).items():
                parts = {tuple(context.rpartition("|")[::2]) for context in contexts if context}
                shared = any(phase == "setup" for _, phase in parts)  # a fixture is others' too
                found[f"{at}:{line}"] = sound if shared else sorted({test for test, _ in parts})
        data.erase()
        return found

    def tests(self, module: str) -> list[str]:
        """Return the tests of a module that pass without a mutant, the quickest first."""
        found: dict[str, float] = {}
        for file in dict.fromkeys([*tests_of(module), *self.named]):
            found |= self.sound(file)
        if not found:
            raise SystemExit(f"no test of {module} passes without a mutant")
        return sorted(found, key=lambda test: found[test])

    def meet(self, tests: list[str], module: str) -> tuple[str, str | None]:
        """Return what came of the mutant that is in the copy, and by which test."""
        code, said, _ = self.pytest(tests, "-x")
        by = re.search(r"^(?:FAILED|ERROR) (\S.*?)(?: - .*)?$", said, re.M)
        return verdict(code, said, module), by and by[1]

    def passes(self, tests: list[str]) -> bool:
        """Return whether tests pass, the last of which failed with a mutant, without one."""
        if tests[-1] not in self.passed and self.pytest(tests, "-x")[0] == 0:
            self.passed.add(tests[-1])
        return tests[-1] in self.passed

    def attempt(self, path: Path, operator: str, occurrence: int, line: int) -> None:
        """Try one mutant."""
        module = path.relative_to(ROOT / "sim").with_suffix("").as_posix()
        copy = self.place / path.relative_to(ROOT)
        before, text = copy.read_text("utf-8"), mutated(copy, operator, occurrence)
        if text is None or text == before:
            return
        tests = self.tests(module)
        here = statement(before, line) if is_called(before, line) else ()
        at = path.relative_to(ROOT).as_posix()
        run_it = set[str]().union(*(self.ran.get(f"{at}:{number}", ()) for number in here))
        near = [test for test in tests if test in run_it]
        copy.write_text(text, "utf-8")
        if self.room == "model/processes" and self.named:
            # a kernel is kept by its own file, not by those it calls
            shutil.rmtree(self.place / "kernels", ignore_errors=True)
        met = near or tests
        if not self.again:
            reached = sum(sum_ <= MOST_SECONDS for sum_ in accumulate(map(self.took, met)))
            met = met[: max(reached, 1)]
        came, by = self.meet(met, module)
        copy.write_text(before, "utf-8")
        if by in met and not self.passes(met[: met.index(by) + 1]):
            came = "broke"
        self.counts[came] += 1
        lines = zip(before.splitlines(), text.splitlines(), strict=False)
        change = next((f"{a.strip()}  ->  {b.strip()}" for a, b in lines if a != b), "")
        told = {"module": module, "line": line, "operator": operator, "occurrence": occurrence}
        say(told | {"came": came, "by": by, "met": len(met), "change": change})


def say(told: Any) -> None:
    """Print a line of JSON."""
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def survivors(log: str) -> list[tuple[Path, str, int, int]]:
    """Return the mutants that survived, by the lines printed of them."""
    lines = [json.loads(line) for line in Path(log).read_text("utf-8").splitlines()]
    return [
        (ROOT / "sim" / f"{m['module']}.py", m["operator"], m["occurrence"], m["line"])
        for m in lines
        if m.get("came") == "survived"
    ]


def main(room: str, sample: str, *more: str) -> None:
    """Try a sample of a room's mutants, or survivors again."""
    if room == "again":
        everything = chosen = survivors(sample)
    else:
        everything = mutants(room)
        luck = random.Random(int(more[0]) if more else 1)
        chosen = luck.sample(everything, min(int(sample), len(everything)))
    at = chosen[0][0].relative_to(ROOT / "sim").as_posix() if chosen else room
    place = next((name for name in ALL if at.startswith(name)), room)
    with tempfile.TemporaryDirectory() as folder:
        again = room == "again"
        trial = Trial(folder, place, again, list(more) if again else [])
        for mutant in chosen:
            trial.attempt(*mutant)
    tried = sum(trial.counts.values())
    killed = trial.counts["killed"] + trial.counts["hung"]
    score = {"room": room, "of": len(everything), "tried": tried, **trial.counts}
    if tried:
        low, high = binomial_interval(killed, tried)
        score |= {"score": round(killed / tried, 3), "low": round(low, 3), "high": round(high, 3)}
    say(score)


if __name__ == "__main__":
    main(*sys.argv[1:])
