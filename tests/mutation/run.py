"""Mutation testing: are wrong rules, policies and stores noticed by the tests that are theirs?

``python tests/mutation/run.py ROOM SAMPLE [SEED]``, where ROOM is ``model/processes``,
``model/policies`` or ``lab``, draws mutants of a room at random (operators of cosmic-ray, to be
installed beside), tries each in a copy of the checkout against the tests of its module, and prints
one line of JSON a mutant and the score with its exact 95 % interval. Rules are tried as plain
Python (`mutation.plain`), so that a mutant needs no compiling. Survivors are printed with their
change.

``python tests/mutation/run.py again LOG [TEST ...]`` tries the survivors of such lines again:
against the tests of their modules, which may have changed, or compiled, and against the tests
named too, such as ``tests/benchmarks tests/model/test_ledger.py tests/promises/test_baseline.py``.
"""

import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sim.lab.methods.intervals import binomial_interval

ROOT = Path(__file__).parent.parent.parent
#: seconds of a processor after which a mutant counts as one that hangs
CPU_SECONDS = 400
#: operators that say nothing here: bits of real numbers fail wherever a line is run at all, and
#: without a decorator, or the bar in a type, it is mostly the same program
LEFT_OUT = re.compile(r"core/RemoveDecorator|.*(Bit(Or|And|Xor)|[LR]Shift|_Invert)")
#: tests of modules, and of packages, that have none of their own name: the longest name counts
TESTS = {
    "model/processes/ages": ["model/processes/test_posts.py", "model/processes/test_people.py"],
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
    "model/processes/offers": [
        "model/processes/test_livelihood.py",
        "model/processes/test_service.py",
    ],
    "model/processes/posts": ["model/policies/test_selection.py"],
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
    "model/policies/base": ["model/policies/test_triggers.py", "model/policies/test_timeline.py"],
    "model/policies/timeline": ["model/policies/test_timeline.py"],
    "model/policies/own": ["model/policies/test_own.py"],
    "model/policies": ["model/policies/test_policies.py", "model/policies/test_each.py"],
    "lab/answers/acted": ["lab/test_acted.py"],
    "lab/answers": ["lab/test_measures.py", "lab/test_answers.py"],
    "lab/methods/morris_effects": ["lab/methods/test_sensitivity.py"],
    "lab/methods/sobol_indices": ["lab/methods/test_sensitivity.py"],
    "lab/methods/seed_share": ["lab/methods/test_sensitivity.py"],
    "lab/methods/emulator": ["lab/methods/test_calibration.py"],
    "lab/methods/posterior": ["lab/methods/test_calibration.py"],
    "lab/methods/recovery": ["lab/methods/test_calibration.py"],
    "lab/methods/prim": ["lab/methods/test_discovery.py"],
    "lab/methods/trees": ["lab/methods/test_discovery.py"],
    "lab/methods/regret": ["lab/methods/test_discovery.py"],
    "lab/methods/statistics": ["lab/test_statistics.py"],
    "lab/methods": ["lab/test_answers.py"],
    "lab/file/counties": ["lab/methods/test_discovery.py", "lab/test_experiment_files.py"],
    "lab/file/taking": ["lab/test_taking.py"],
    "lab/design/contrasts": ["lab/test_taking.py"],
    "lab/file/factors": ["lab/test_design.py", "lab/test_experiment_files.py"],
    "lab/file": ["lab/test_experiment_files.py", "lab/test_commands.py"],
    "lab/design/batches": ["lab/test_measures.py", "lab/test_answers.py"],
    "lab/design": ["lab/test_design.py"],
    "lab/design/measures": ["lab/test_measures.py", "lab/test_answers.py"],
    "lab/store/identity": ["lab/test_design.py"],
    "lab/store/recording": ["lab/test_rows.py", "lab/test_same_bytes.py"],
    "lab/store/reading": ["lab/test_stored.py", "lab/test_same_bytes.py"],
    "lab/store/tables": [
        "faults/test_damage.py",
        "lab/test_same_bytes.py",
        "lab/test_commands.py",
    ],
    "lab/store": ["faults/test_damage.py", "lab/test_same_bytes.py", "lab/test_kill.py"],
    "lab/running/branching": ["lab/test_branching.py"],
    "lab/running/executors": ["lab/test_same_bytes.py", "lab/test_failures.py"],
    "lab/running/growing": ["lab/test_measures.py", "lab/test_answers.py"],
    "lab/running/tasks": ["lab/test_rows.py", "lab/test_same_bytes.py"],
    "lab/running": ["lab/test_failures.py", "lab/test_same_bytes.py"],
    "lab/one_run": ["lab/test_twins.py"],
    "lab/resume": ["faults/test_damage.py", "lab/test_same_bytes.py", "lab/test_commands.py"],
    "lab/planning": ["lab/test_measures.py", "lab/test_commands.py"],
    "lab/printing": ["lab/test_rows.py", "lab/test_commands.py"],
    "lab/reproduce": ["promises/test_baseline.py"],
    "lab/commands": ["lab/test_reproduce.py"],
    "lab": ["lab/test_same_bytes.py", "lab/test_commands.py", "lab/test_design.py"],
}
#: tests that are every module's of a room
ALL = {
    "model/processes": ["model/processes/test_equations.py", "model/processes/test_rules.py"],
    "model/policies": ["model/policies/test_levers.py", "promises/test_defaults.py"],
    "lab": ["promises/test_defaults.py"],
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


def pytest_in(place: Path, plain: bool, tests: list[str]) -> subprocess.CompletedProcess[str]:
    """Run tests in the copy, for so many seconds of a processor at most."""
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider"]
    environment = os.environ | {"PYTHONPATH": f"{place}{os.pathsep}{place / 'tests'}"}
    environment["NUMBA_CACHE_DIR"] = str(place / "kernels")
    if plain:
        command += ["-p", "mutation.plain", "-o", "filterwarnings=ignore"]
    limits = (CPU_SECONDS, CPU_SECONDS)
    return subprocess.run(
        [*command, *tests],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, limits),
        check=False,
    )


class Trial:
    """A copy of the checkout in which mutants are tried, one after another."""

    def __init__(self, folder: str, named: list[str]) -> None:
        self.place = Path(folder) / "copy"
        left = {".git", ".venv", "results", "kernels"}  # of the checkout: sim/results is code
        shutil.copytree(ROOT, self.place, ignore=lambda at, _: left if Path(at) == ROOT else ())
        self.named = named
        self.sound: dict[str, list[str]] = {}
        self.counts = {"killed": 0, "survived": 0, "hung": 0}

    def tests(self, module: str) -> list[str]:
        """Return the tests of a module that pass without a mutant."""
        if module not in self.sound:
            plain = module.startswith("model/processes") and not self.named
            done = pytest_in(self.place, plain, ["-rp", *tests_of(module), *self.named])
            self.sound[module] = re.findall(r"^PASSED (\S.*)$", done.stdout, re.M)
            say({"module": module, "sound tests": len(self.sound[module])})
            if not self.sound[module]:
                raise SystemExit(f"no test of {module} passes without a mutant:\n{done.stdout}")
        return self.sound[module]

    def attempt(self, path: Path, operator: str, occurrence: int, line: int) -> None:
        """Try one mutant."""
        module = path.relative_to(ROOT / "sim").with_suffix("").as_posix()
        before, text = path.read_text("utf-8"), mutated(path, operator, occurrence)
        if text is None or text == before:
            return
        tests = self.tests(module)
        copy = self.place / path.relative_to(ROOT)
        copy.write_text(text, "utf-8")
        rules = module.startswith("model/processes")
        if rules and self.named:  # a kernel is kept by its own file, not by those it calls
            shutil.rmtree(self.place / "kernels", ignore_errors=True)
        done = pytest_in(self.place, rules and not self.named, ["-x", *tests])
        came = "hung" if done.returncode < 0 else "killed" if done.returncode else "survived"
        by = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.M)
        shutil.copyfile(path, copy)
        self.counts[came] += 1
        lines = zip(before.splitlines(), text.splitlines(), strict=False)
        change = next((f"{a.strip()}  ->  {b.strip()}" for a, b in lines if a != b), "")
        told = {"module": module, "line": line, "operator": operator, "occurrence": occurrence}
        say(told | {"came": came, "by": by and by[1], "change": change})


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
        chosen.sort(key=lambda mutant: str(mutant[0]))
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(folder, list(more) if room == "again" else [])
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
