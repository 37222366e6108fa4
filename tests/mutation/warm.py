"""A process that imports what takes long, once, and forks for each run of pytest.

Lines of JSON come in (arguments of pytest, a file for what it says, seconds of a processor that it
may take), and for each run goes out the code that it ended with (below nothing: the signal that
ended it) and the seconds of a processor that it took.
"""

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import traceback
import warnings
from typing import Any

WARM = ("numba", "pandas", "scipy.stats", "pyarrow.parquet", "mesa", "pydantic", "hypothesis")
#: how often as long as its share of a processor a run may take, waiting for nothing or for others
PATIENCE = 30


def run(arguments: list[str], said: str, seconds: int) -> int:
    """Run pytest in a fork of this process."""
    os.setsid()
    file = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for end in (1, 2):
        os.dup2(file, end)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    signal.alarm(PATIENCE * seconds)
    import pytest

    code = int(pytest.main(arguments))
    sys.stdout.flush()
    return code


def forked(job: dict[str, Any]) -> tuple[int, float]:
    """Return what a run ended with, and its seconds; what it started and left is ended too."""
    process = os.fork()
    if process == 0:
        code = 3  # as pytest says of an error of its own
        try:
            code = run(**job)
        finally:
            if sys.exc_info()[1]:
                traceback.print_exc()
                sys.stderr.flush()
            os._exit(code)
    _, status, used = os.wait4(process, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime


def main(*more: str) -> None:
    """Import, then run what comes in."""
    for name in (*WARM, *more):
        importlib.import_module(name)
    warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(forked(json.loads(line)))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
