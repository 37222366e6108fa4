"""Mutation testing: are wrong rules, policies and stores noticed by the tests that are theirs?

``python tests/mutation/run.py ROOM SAMPLE [SEED]``, where ROOM is ``processes``, ``policies`` or
``lab``, draws mutants of a room at random (operators of cosmic-ray, to be installed beside), tries
each in a copy of the checkout against the tests of its module, and prints one line of JSON a mutant
and the score with its exact 95 % interval. Rules are tried as plain Python (`mutation.plain`),
so that a mutant needs no compiling. Survivors are printed with their change.
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
CPU_SECONDS = 120
#: operators that say nothing here: without them, the same program
LEFT_OUT = ("core/RemoveDecorator", "core/AddNot_", "core/ReplaceBinaryOperator_BitOr")
#: tests of modules that have none of their own name
TESTS = {
    "processes/ages": ["processes/test_posts.py", "processes/test_people.py"],
    "processes/economy": ["processes/test_economy.py", "test_ledger.py"],
    "processes/grievance": ["processes/test_trust.py"],
    "processes/households": ["processes/test_livelihood.py", "processes/test_people.py"],
    "processes/needs": ["processes/test_service.py", "processes/test_rules.py"],
    "processes/offers": ["processes/test_livelihood.py", "processes/test_service.py"],
    "processes/selection": ["processes/test_posts.py", "policies/test_selection.py"],
    "processes/ventures": ["policies/test_entrepreneurship.py", "processes/test_livelihood.py"],
    "policies/oversight": ["policies/test_oversight_policy.py"],
    "policies/trigger": ["policies/test_triggers.py"],
    "policies/applying": ["policies/test_timeline.py", "policies/test_triggers.py"],
    "policies/base": ["policies/test_triggers.py", "policies/test_timeline.py"],
    "policies/timeline": ["policies/test_timeline.py"],
    "policies/own": ["policies/test_own.py"],
    "policies": ["policies/test_policies.py", "policies/test_each.py"],
    "lab/answers": ["lab/test_answers.py"],
    "lab/merger": ["lab/test_merger_lessons.py", "lab/test_merger_scores.py"],
    "lab/methods/morris_effects": ["lab/methods/test_sensitivity.py"],
    "lab/methods/sobol_indices": ["lab/methods/test_sensitivity.py"],
    "lab/methods/seed_share": ["lab/methods/test_sensitivity.py"],
    "lab/methods/emulator": ["lab/methods/test_calibration.py"],
    "lab/methods/posterior": ["lab/methods/test_calibration.py"],
    "lab/methods/recovery": ["lab/methods/test_calibration.py"],
    "lab/methods/prim": ["lab/methods/test_discovery.py"],
    "lab/methods/trees": ["lab/methods/test_discovery.py"],
    "lab/methods/regret": ["lab/methods/test_discovery.py"],
    "lab/methods": ["lab/test_answers.py"],
    "lab/flips": ["lab/test_twins.py"],
    "lab/executors": ["lab/test_same_bytes.py", "lab/test_failures.py"],
    "lab/running": ["lab/test_failures.py", "lab/test_same_bytes.py"],
    "lab/factors": ["lab/test_design.py", "lab/test_experiment_files.py"],
    "lab/schema": ["lab/test_experiment_files.py", "lab/test_commands.py"],
    "lab/loading": ["lab/test_experiment_files.py", "lab/test_commands.py"],
    "lab/grouped": ["lab/test_merger_lessons.py"],
    "lab/regions": ["lab/methods/test_discovery.py", "lab/test_experiment_files.py"],
    "lab/s": ["faults/test_damage.py", "lab/test_same_bytes.py", "lab/test_kill.py"],
    "lab/t": ["faults/test_damage.py", "lab/test_same_bytes.py", "lab/test_commands.py"],
    "lab/ours": ["faults/test_damage.py", "lab/test_kill.py"],
    "lab": ["lab/test_same_bytes.py", "lab/test_commands.py", "lab/test_design.py"],
}


def tests_of(module: str) -> list[str]:
    """Return the tests of a module (``processes/trust``)."""
    room, _, name = module.rpartition("/")
    own = [f"{room}/test_{name}.py"]
    found = [test for test in own if (ROOT / "tests" / test).is_file()]
    for prefix in sorted(TESTS, key=len, reverse=True):
        if module.startswith(prefix) and (prefix in (module, room) or not found):
            found += TESTS[prefix]
            break
    if room == "processes":
        found += ["processes/test_rules.py"]
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
            if name.startswith(LEFT_OUT) or kind.arguments():
                continue
            places = [at for node in nodes for at, _ in kind().mutation_positions(node)]
            found += [(path, name, i, line) for i, (line, _) in enumerate(places)]
    return found


def mutated(path: Path, operator: str, occurrence: int) -> str | None:
    """Return the text of a file with a mutant in it."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    return mutate_code(path.read_bytes(), get_operator(operator)(), occurrence)


def pytest_in(place: Path, room: str, more: list[str]) -> subprocess.CompletedProcess[str]:
    """Run tests in the copy, for so many seconds of a processor at most."""
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider"]
    environment = os.environ | {"PYTHONPATH": f"{place}{os.pathsep}{place / 'tests'}"}
    environment["NUMBA_CACHE_DIR"] = str(place / "kernels")  # rules are not what changes
    if room == "processes":
        command += ["-p", "mutation.plain", "-o", "filterwarnings=ignore"]
    limits = (CPU_SECONDS, CPU_SECONDS)
    return subprocess.run(
        [*command, *more],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, limits),
        check=False,
    )


def sound(place: Path, room: str, module: str) -> list[str]:
    """Return the tests of a module that pass without a mutant."""
    done = pytest_in(place, room, ["-rp", *tests_of(module)])
    return re.findall(r"^PASSED (\S.*)$", done.stdout, re.M)


def attempt(place: Path, room: str, tests: list[str]) -> str:
    """Run tests against a mutant; return ``killed``, ``survived`` or ``hung``."""
    code = pytest_in(place, room, ["-x", *tests]).returncode
    return "hung" if code < 0 else "killed" if code else "survived"


def say(told: Any) -> None:
    """Print a line of JSON."""
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main(room: str, sample: str, seed: str = "1") -> None:
    """Try a sample of a room's mutants."""
    everything = mutants(room)
    chosen = random.Random(int(seed)).sample(everything, min(int(sample), len(everything)))
    chosen.sort(key=lambda mutant: str(mutant[0]))
    counts = {"killed": 0, "survived": 0, "hung": 0}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "copy"
        shutil.copytree(ROOT, place, ignore=shutil.ignore_patterns(".git", ".venv", "results"))
        tests: dict[str, list[str]] = {}
        for path, operator, occurrence, line in chosen:
            module = path.relative_to(ROOT / "sim").with_suffix("").as_posix()
            text = mutated(path, operator, occurrence)
            if text is None or text == path.read_text("utf-8"):
                continue
            if module not in tests:
                tests[module] = sound(place, room, module)
                say({"module": module, "tests": len(tests[module])})
            if not tests[module]:
                continue
            copy = place / path.relative_to(ROOT)
            copy.write_text(text, "utf-8")
            came = attempt(place, room, tests[module])
            shutil.copyfile(path, copy)
            counts[came] += 1
            told = {"module": module, "line": line, "operator": operator, "came": came}
            if came == "survived":
                changed = zip(path.read_text("utf-8").splitlines(), text.splitlines(), strict=False)
                told["change"] = next(
                    (f"{a.strip()}  ->  {b.strip()}" for a, b in changed if a != b), ""
                )
            say(told)
    tried = sum(counts.values())
    killed = counts["killed"] + counts["hung"]
    low, high = binomial_interval(killed, tried)
    score = {"score": round(killed / tried, 3), "low": round(low, 3), "high": round(high, 3)}
    say({"room": room, "of": len(everything), "tried": tried, **counts, **score})


if __name__ == "__main__":
    main(*sys.argv[1:])
