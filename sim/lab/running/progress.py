"""Progress on standard error: a bar on a terminal, lines in a log."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sim.lab.running.runner import Progress
from sim.printable import printable
from sim.terminal.language import said

#: seconds between two lines of a log
EVERY = 30.0


class Teller:
    """Shows progress and says sentences.

    Parameters
    ----------
    bar : rich.progress.Progress or None
        The bar; None where standard error is not a terminal.
    """

    def __init__(self, bar: Any) -> None:
        self.bar = bar
        self._task: Any = None
        self._began = self._last = time.monotonic()
        self._before: int | None = None

    def say(self, text: str) -> None:
        """Say a sentence."""
        text = printable(said(text))
        if self.bar is not None:
            self.bar.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()

    def __call__(self, progress: Progress) -> None:
        """Show how far it is."""
        if self._before is None:
            self._before = progress.done - len(progress.runs)
        failed = f", {progress.failed} failed" if progress.failed else ""
        if self.bar is None:
            self._log(progress, failed)
            return
        if self._task is None:
            self._task = self.bar.add_task("runs", completed=self._before, total=progress.total)
        text = said(f"runs ({progress.workers} workers{failed})")
        self.bar.update(self._task, description=text, completed=progress.done, total=progress.total)

    def _log(self, progress: Progress, failed: str) -> None:
        now = time.monotonic()
        if now - self._last < EVERY and progress.done < progress.total:
            return
        self._last = now
        done = progress.done - (self._before or 0)
        left = (progress.total - progress.done) * (now - self._began) / max(done, 1)
        self.say(f"{progress.done:,} of {progress.total:,} runs{failed}; {duration(left)} left")


def duration(seconds: float) -> str:
    """Return a time in words: ``12 s``, ``3 min``, ``2.5 h``, ``3.1 days``."""
    for unit, size in (("s", 60.0), ("min", 60.0), ("h", 24.0)):
        if seconds < (90 if unit != "h" else 48):
            return (
                f"{seconds:.0f} {unit}" if unit != "h" or seconds >= 10 else f"{seconds:.1f} {unit}"
            )
        seconds /= size
    return f"{seconds:.1f} days"


@contextmanager
def telling() -> Iterator[Teller]:
    """Show progress on standard error."""
    if not sys.stderr.isatty():
        yield Teller(None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar
    from rich.progress import TimeElapsedColumn as Elapsed
    from rich.progress import TimeRemainingColumn as Remaining

    text = TextColumn("{task.description}")
    console = Console(stderr=True, highlight=False)
    with Bar(
        text, BarColumn(), MofNCompleteColumn(), Elapsed(), Remaining(), console=console
    ) as bar:
        yield Teller(bar)
