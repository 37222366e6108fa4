"""Drawers of figures beside a simulation.

Importing what draws takes about as long as a small county's simulation. `Drawer` starts a process
that does so while the county runs and then draws, two figures at a time where processes can be
forked. Nothing is drawn in another way than by `sim.report.figures.draw_run`. What draws is
imported inside functions: the process that simulates has no need of it.
"""

import gc
import multiprocessing
import sys
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

from sim.lab.running.workers import ready, starting, uninterrupted
from sim.report.registry import kinds

_AT_ONCE = 2


class Drawer(AbstractContextManager):
    """Draws one run's figures; a context that ends the helping process.

    Parameters
    ----------
    lang : {"en", "zh"}
        Language of the figures.
    svg : bool
        Draw each also as SVG.
    """

    def __init__(self, lang: str, svg: bool) -> None:
        self._lang, self._svg = lang, svg
        self._pool: ProcessPoolExecutor | None = None
        self._drawn: Future[tuple[bool, list[str]]] | None = None
        if "seaborn" in sys.modules:  # nothing to gain: the imports are made
            return
        with starting(), uninterrupted():
            self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _prepare)
            self._pool.submit(int)  # begins the process

    def start(self, folder: Path) -> None:
        """Begin to draw the results of a folder, if another process does it."""
        if self._pool is not None:
            with _said():
                self._drawn = self._pool.submit(_draw_all, folder, self._lang, self._svg)

    def finish(self, folder: Path) -> list[str]:
        """Wait until the figures are drawn; return what `sim.results.folder.seal` is to note.

        Raises
        ------
        OSError
            If the files cannot be written.
        RuntimeError
            If the other process died; it has said how on standard error.
        """
        if self._drawn is None:
            drawn = draw(folder, self._lang, self._svg)
        else:
            with _said():
                drawn, texts = self._drawn.result()
            for text in texts:
                warnings.warn(text, stacklevel=2)
        languages = [self._lang] if drawn else []
        return [*languages, *(f"{lang}.svg" for lang in languages if self._svg)]

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            processes = list((getattr(self._pool, "_processes", None) or {}).values())
            self._pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.kill()


@contextmanager
def uncollected() -> Iterator[None]:
    """Import without looking for garbage, then or later: what imports make stays (0.1 s)."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def _said() -> Iterator[None]:
    """Say what went wrong in another process as if it had been in this one."""
    try:
        yield
    except BrokenProcessPool as error:
        raise RuntimeError("the figures could not be drawn; the reason is above") from error
    except OSError as error:  # not the name of a file that nobody knows
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror) from error


def _prepare() -> None:
    """Import what draws, before there is anything to draw."""
    ready()
    with uncollected():
        from sim.report.fonts import chinese_family

        _ = [kind.function for kind in kinds("run").values() if kind.file]
        chinese_family()


def draw(folder: Path, lang: str, svg: bool, names: Sequence[str] | None = None) -> bool:
    """Draw figures of a folder; return whether they are in the language wanted."""
    from sim.report.figures import draw_run
    from sim.report.fonts import chinese_family
    from sim.results.reading import Results

    draw_run(Results(folder), lang, svg, names)
    return lang != "zh" or chinese_family() is not None


def _draw_all(folder: Path, lang: str, svg: bool) -> tuple[bool, list[str]]:
    """Draw all figures of a folder; return what `draw` does, and what was warned of, once each."""
    from sim.report.figures import drawings
    from sim.results.reading import Results

    names = list(drawings(Results(folder), lang))
    work = partial(_draw_one, folder, lang, svg)
    if "fork" in multiprocessing.get_all_start_methods():
        with ProcessPoolExecutor(_AT_ONCE, multiprocessing.get_context("fork"), ready) as pool:
            answers = list(pool.map(work, names))
    else:
        answers = [work(name) for name in names]
    said = dict.fromkeys(text for _, texts in answers for text in texts)
    return all(drawn for drawn, _ in answers), list(said)


def _draw_one(folder: Path, lang: str, svg: bool, name: str) -> tuple[bool, list[str]]:
    """Draw one figure; return what `draw` does, and what was warned of."""
    with warnings.catch_warnings(record=True) as caught:
        drawn = draw(folder, lang, svg, [name])
    return drawn, [str(warning.message) for warning in caught]
