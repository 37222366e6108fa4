"""Figures drawn beside a simulation.

Importing what draws takes about as long as a small county's simulation. `Drawer` starts a process
that does so while the county runs and then draws, two figures at a time where processes can be
forked. Nothing is drawn in another way than by `sim.report.figures.draw_run`.
"""

import json
import os
import subprocess
import sys
import warnings
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, Self

from sim.importing import uncollected
from sim.results.reading import Results

_CODE = "from sim.report.drawer import serve; serve()"
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
        self._helper: subprocess.Popen | None = None
        if "seaborn" in sys.modules:  # nothing to gain: the imports are made
            return
        paths = os.pathsep.join(path or os.curdir for path in sys.path)
        self._helper = subprocess.Popen(
            [sys.executable, "-c", _CODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for us: we end it
            env={**os.environ, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1"},
        )

    def start(self, folder: Path) -> None:
        """Begin to draw the results of a folder, if another process does it."""
        if self._helper is not None and self._helper.stdin is not None:
            order = {"folder": str(folder), "lang": self._lang, "svg": self._svg}
            self._helper.stdin.write(json.dumps(order) + "\n")
            self._helper.stdin.flush()

    def finish(self, folder: Path) -> list[str]:
        """Wait until the figures are drawn; return what `sim.results.folder.seal` is to note.

        Raises
        ------
        OSError
            If the files cannot be written.
        RuntimeError
            If drawing failed; the other process has said how on standard error.
        """
        if self._helper is None:
            answer = draw(str(folder), self._lang, self._svg, None)
        else:
            out, _ = self._helper.communicate()
            if self._helper.returncode or not out:
                raise RuntimeError("the figures could not be drawn; the reason is above")
            answer = json.loads(out)
            for text in answer["warnings"]:
                warnings.warn(text, stacklevel=2)
            if answer["errno"] is not None:
                raise OSError(answer["errno"], os.strerror(answer["errno"]))
        drawn = [self._lang] if answer["drawn"] else []
        return [*drawn, *(f"{lang}.svg" for lang in drawn if self._svg)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._helper is not None:
            self._helper.kill()
            self._helper.communicate()


def draw(folder: str, lang: str, svg: bool, names: list[str] | None) -> dict[str, Any]:
    """Draw figures of a folder; say whether they are in the language wanted."""
    from sim.report.figures import draw_run
    from sim.report.fonts import chinese_family

    draw_run(Results(Path(folder)), lang, svg, names)
    return {"drawn": lang != "zh" or chinese_family() is not None}


def _draw_quietly(name: str, folder: str, lang: str, svg: bool) -> dict[str, Any]:
    """Draw one figure; return its warnings and a failure to write as data."""
    with warnings.catch_warnings(record=True) as caught:
        try:
            answer = draw(folder, lang, svg, [name]) | {"errno": None}
        except OSError as error:
            answer = {"drawn": False, "errno": error.errno}
    return answer | {"warnings": [str(warning.message) for warning in caught]}


def serve() -> None:
    """Import what draws, read one order from standard input, draw, and answer."""
    import multiprocessing

    with uncollected():
        import pandas as pd  # noqa: F401  (now, while we wait)
        import pyarrow.parquet as pq  # noqa: F401
        import seaborn as sns  # noqa: F401
        from matplotlib import dates, pyplot  # noqa: F401

        from sim.report.figures import drawings
        from sim.report.fonts import chinese_family

        chinese_family()
    line = sys.stdin.readline()
    if not line:
        return
    order = json.loads(line)
    names = list(drawings(Results(Path(order["folder"])), order["lang"]))
    work = partial(_draw_quietly, **order)
    if "fork" in multiprocessing.get_all_start_methods():
        with multiprocessing.get_context("fork").Pool(_AT_ONCE) as pool:
            answers = pool.map(work, names, chunksize=1)
    else:
        answers = [work(name) for name in names]
    errors = [a["errno"] for a in answers if a["errno"] is not None]
    said = dict.fromkeys(text for a in answers for text in a["warnings"])
    drawn = all(a["drawn"] for a in answers)
    answer = {"drawn": drawn, "errno": errors[0] if errors else None, "warnings": list(said)}
    sys.stdout.write(json.dumps(answer))
