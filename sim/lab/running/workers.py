"""Worker processes: how they are started, and that they end with who started them."""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import ModuleType

#: one thread a worker: runs are what is done at the same time; and what a worker imports does not
#: depend on the folder it is started from (a ``random.py``, a ``sim/`` there)
ENVIRONMENT: dict[str, str] = dict.fromkeys(
    ["NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1"
) | {"PYTHONSAFEPATH": "1"}


def ready() -> None:
    """Prepare a worker: Ctrl-C is the parent's affair, and without a parent there is no work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextlib.contextmanager
def starting() -> Iterator[None]:
    """Start processes in `ENVIRONMENT`, which do not run the user's script again."""
    before = {name: os.environ.get(name) for name in ENVIRONMENT}
    main = sys.modules["__main__"]
    os.environ.update(ENVIRONMENT)
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach; for this one it waits until they are started."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
