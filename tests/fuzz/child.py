"""Try cases in a process of its own, where time and memory are bounded.

``python -m tests.fuzz.child KIND:FIRST:LAST ...`` writes a line of JSON before and after each case,
so that whoever waits knows at which one the process died.
"""

import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random
from types import FrameType

from sim.lab.planning import memory_used
from tests.fuzz.judge import judge
from tests.fuzz.makers import KINDS

#: of a case: seconds of work (designs of 40,000 points are right, and every one is named), seconds
#: by the clock, MB more than before
SECONDS, DESIGN_SECONDS, CLOCK, MEGABYTES, ADDRESS_SPACE = 20.0, 80.0, 240.0, 700.0, 8 << 30


class TooSlowError(BaseException):
    """A case took too long."""


def _too_slow(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlowError


def peak() -> float:
    """Return the most memory this process has held, MB."""
    return memory_used() / 2**20


def attempt(kind: str, number: int) -> dict[str, object]:
    """Make a case and try it."""
    random = Random(f"{kind} {number}")
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{kind}-{number}-"))
    before, began = peak(), time.perf_counter()
    why, seconds = "", 0.0
    try:
        path = KINDS[kind][0](random, folder)
        began = time.perf_counter()
        seconds = DESIGN_SECONDS if kind == "experiment" else SECONDS
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, CLOCK)
        outcome = judge(path, folder, kind)
    except TooSlowError:
        outcome, why = (
            "wrong",
            f"more than {seconds:g} s of work or {CLOCK:g} s\n{traceback.format_exc()}",
        )
    except BaseException as error:  # noqa: BLE001  (whatever comes out is what is sought)
        outcome, why = "wrong", "".join(traceback.format_exception(error)[-6:])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    grown = peak() - before
    if outcome != "wrong" and grown > MEGABYTES:
        outcome, why = "wrong", f"{grown:.0f} MB"
    if outcome != "wrong" or not os.environ.get("FUZZ_KEEP"):
        shutil.rmtree(folder, ignore_errors=True)
    else:
        why = f"{folder}: {why}"
    return {
        "kind": kind,
        "case": number,
        "outcome": outcome,
        "why": why,
        "seconds": time.perf_counter() - began,
    }


def _warm() -> None:
    """Load and compile what the first case would be charged for."""
    import geopandas  # noqa: F401
    import SALib.sample.sobol  # noqa: F401

    folder = Path(tempfile.mkdtemp(prefix="fuzz-warm-"))
    from tests.fuzz.makers import TINY, _small_county

    _small_county(folder)
    (folder / "case.yaml").write_text(TINY, "utf-8")
    judge(folder / "case.yaml", folder, "config")
    shutil.rmtree(folder)


def main() -> None:
    """Try the cases asked for."""
    signal.signal(signal.SIGALRM, _too_slow)
    signal.signal(signal.SIGPROF, _too_slow)
    _warm()
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    for asked in sys.argv[1:]:
        kind, first, last = asked.split(":")
        for number in range(int(first), int(last)):
            print(json.dumps({"kind": kind, "case": number}), flush=True)  # noqa: T201
            print(json.dumps(attempt(kind, number)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
