"""Carries out one scenario again and again, each time with the n-th file operation at fault.

Run under the shim (`faults.conftest`): ``driver.py PLACE SCENARIO MODES FIRST STEP``; the modes
(``kill,torn,full,broken,readonly``) take turns. A child does what the user does and meets the
fault; then the folder must read as what it is, the same command must go on from there, and the
tables must be those of an undisturbed run. One line of JSON a fault.
"""

import ctypes
import itertools
import json
import os
import shutil
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from faults.scenarios import SCENARIOS, Scenario

MODES = {"count": 0, "kill": 1, "torn": 2, "full": 3, "broken": 4, "readonly": 5}
SHIM: Any = ctypes.CDLL(None)
SHIM.fault_arm.argtypes = (ctypes.c_char_p, ctypes.c_long, ctypes.c_int)
SHIM.fault_count.restype, SHIM.fault_last.restype = ctypes.c_long, ctypes.c_char_p


def child(work: Callable[[], str]) -> tuple[int, dict[str, Any]]:
    """Do work in a child; return how it ended, and what it said (None if it was killed)."""
    inner, outer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork: the parent waits
        pid = os.fork()
    if pid == 0:
        os.close(inner)
        try:
            said = {"said": work()}
        except BaseException as error:  # noqa: BLE001
            said = {"raised": type(error).__name__, "said": f"{error}"}
        said["count"], said["operation"] = SHIM.fault_count(), SHIM.fault_last().decode()
        os.write(outer, json.dumps(said).encode())
        os._exit(0)
    os.close(outer)
    with os.fdopen(inner, "rb") as pipe:
        text = pipe.read()
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), json.loads(text or b"{}")


def fault(scenario: Scenario, folder: Path, n: int, mode: str) -> dict[str, Any]:
    """Meet one fault; return what came of it."""
    scenario.begin(folder)

    def disturbed() -> str:
        SHIM.fault_arm(os.fsencode(folder), n, MODES[mode])
        return scenario.act(folder)

    code, said = child(disturbed)
    found = {"n": n, "mode": mode, "code": code, **said}
    if mode in ("full", "broken", "readonly") and "raised" not in said:
        found["unnoticed"] = True
    try:
        found["wrong"] = scenario.check(folder, code == 0 and "raised" not in said)
    except Exception as error:  # noqa: BLE001
        import traceback

        found["wrong"] = f"{type(error).__name__}: {error}\n{traceback.format_exc()[-900:]}"
    shutil.rmtree(folder)
    return found


def main(place: str, name: str, modes: str, first: str, step: str) -> None:
    """Meet every ``step``-th fault of a scenario."""
    scenario = SCENARIOS[name](Path(place))
    folder = Path(place) / "disturbed"
    scenario.begin(folder)

    def counted() -> str:
        SHIM.fault_arm(os.fsencode(folder), -1, 0)
        return scenario.act(folder)

    code, said = child(counted)
    if code or "raised" in said:
        raise SystemExit(f"undisturbed: {said}")
    shutil.rmtree(folder)
    total = said["count"]
    print(json.dumps({"total": total}), flush=True)  # noqa: T201
    turns = itertools.cycle(modes.split(","))
    for n in range(int(first), total + 1, int(step)):
        print(json.dumps(fault(scenario, folder, n, next(turns))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
