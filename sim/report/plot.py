"""Calls that draw: what ``results.plot`` has, and what ``hecun plot`` writes."""

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from types import MethodType
from typing import TYPE_CHECKING, Any

from sim.errors import InputError
from sim.files import digest
from sim.model.outcomes.catalogue import HEADLINE
from sim.plugins import offered
from sim.report.fonts import themed
from sim.report.registry import Kind, Of, kind_of, kinds
from sim.report.saving import FORMATS, save, work_folder

if TYPE_CHECKING:
    from matplotlib.figure import Figure


#: formats if none is asked for
DEFAULT = ("png", "svg")
#: bytes of a file's name
_MOST_NAME = 180


class Plots:
    """The figures of results, one call each: ``results.plot.map("trust")``.

    ``dir(results.plot)`` lists them; each returns a Matplotlib figure, takes ``lang``, and says
    in its signature what else.

    Parameters
    ----------
    results : Results or ExperimentResults
        Whose.
    of : {"run", "experiment"}
        What they are of.
    """

    def __init__(self, results: Any, of: Of) -> None:
        self._results = results
        self._of: Of = of

    def __dir__(self) -> list[str]:
        plugged = [plugin.name for plugin in offered("figures")]
        return [*kinds(self._of), *plugged, *super().__dir__()]

    def __getattr__(self, name: str) -> "Callable[..., Figure]":
        """Return what draws a kind of figure."""
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return MethodType(kind_of(name, self._of).function, self._results)
        except InputError as error:
            raise AttributeError(str(error)) from error


def write_figures(
    plots: Plots,
    kind: str,
    folder: Path,
    outcomes: Sequence[str] = (),
    formats: Sequence[str] = (),
    lang: str = "en",
    fresh: bool = False,
    **options: Any,
) -> list[Path]:
    """Draw figures of a kind and write them.

    Parameters
    ----------
    plots : Plots
        Whose.
    kind : str
        One of `sim.report.registry`.
    folder : Path
        Where to, made if it is not there; or a file, ``a.png``, for one figure.
    outcomes : sequence of str
        Outcomes; a kind that shows one outcome makes a figure each.
    formats : sequence of str
        Of `sim.report.saving.FORMATS`; `DEFAULT` if none.
    lang : {"en", "zh"}
        Language.
    fresh : bool
        Replace figures that are there.
    **options
        Passed to the figure, where given (not None).

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    InputError
        If there is no such kind or outcome, or a file is there and is not to be replaced.
    """
    known = kind_of(kind, plots._of)
    given = {key: value for key, value in options.items() if value is not None}
    strange = [key for key in given if key not in known.takes]
    if strange:
        raise InputError(f"--{strange[0]}: does not go with the figure {kind!r}")
    cases: dict[str, dict[str, Any]]
    if "outcome" in known.takes:
        cases = {_named(known, given, [key]): {"outcome": key} for key in outcomes or HEADLINE[:1]}
    elif outcomes and "outcomes" not in known.takes:
        raise InputError(f"--outcome: does not go with the figure {kind!r}")
    else:
        name = _named(known, given, outcomes)
        cases = {name: {"outcomes": list(outcomes)} if outcomes else {}}
    folder, files = _files(folder, [f"{name}_{lang}" for name in cases], formats)
    draw = getattr(plots, kind)
    with themed(lang):
        figures = [draw(lang=lang, **case, **given) for case in cases.values()]
        there = [str(file) for file in files if os.path.lexists(file)]
        if there and not fresh:
            raise InputError(f"{', '.join(there)}: is there already; give --fresh to replace it")
        with work_folder(files[0]) as part:
            for i, file in enumerate(files):
                save(figures[i // (len(files) // len(figures))], part / file.name)
            for file in files:
                (part / file.name).replace(file)
    return files


def _named(kind: Kind, given: dict[str, Any], outcomes: Sequence[str]) -> str:
    """Return the name of a figure's files, which says all that was asked of it."""
    asked = {key: str(value) for key, value in sorted(given.items()) if key != "columns"}
    asked |= {key: key for key in outcomes}
    if "columns" in given:
        asked["columns"] = f"columns{given['columns']}"
    name = re.sub(r"[^\w-]+", "_", kind.named(kind.name, asked))
    return name if len(name.encode()) <= _MOST_NAME else f"{name[:40]}_{digest(name)}"


def _files(out: Path, names: Sequence[str], formats: Sequence[str]) -> tuple[Path, list[Path]]:
    """Return the folder and the files of figures: one file where `out` is the name of one."""
    end = out.suffix.lower().removeprefix(".")
    if end not in FORMATS or out.is_dir():
        return out, [out / f"{name}.{kind}" for name in names for kind in formats or DEFAULT]
    if len(names) > 1 or (formats and set(formats) != {end}):
        raise InputError(
            f"--out {out}: is the name of one file, and {len(names)} figures as "
            f"{', '.join(formats) or end} are asked for; give a folder"
        )
    return out.parent, [out]
