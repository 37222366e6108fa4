"""Calls that draw: what ``results.plot`` has, and what ``hecun plot`` writes."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import MethodType
from typing import TYPE_CHECKING, Any

from sim.errors import InputError
from sim.model.outcomes.catalogue import HEADLINE
from sim.report.fonts import themed
from sim.report.registry import Of, kind_of, kinds
from sim.report.saving import save

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
        return [*kinds(self._of), *super().__dir__()]

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
    formats: Sequence[str] = ("png", "svg"),
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
        Where to; made if it is not there.
    outcomes : sequence of str
        Outcomes; a kind that shows one outcome makes a figure each.
    formats : sequence of str
        Of `sim.report.saving.FORMATS`.
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
    takes = kind_of(kind, plots._of).takes
    given = {key: value for key, value in options.items() if value is not None}
    strange = [key for key in given if key not in takes]
    if strange:
        raise InputError(f"--{strange[0]}: does not go with the figure {kind!r}")
    cases: dict[str, dict[str, Any]]
    if "outcome" in takes:
        cases = {f"{kind}_{key}": {"outcome": key} for key in outcomes or HEADLINE[:1]}
    elif outcomes and "outcomes" not in takes:
        raise InputError(f"--outcome: does not go with the figure {kind!r}")
    else:
        cases = {kind: {"outcomes": list(outcomes)} if outcomes else {}}
    files = [folder / f"{name}_{lang}.{end}" for name in cases for end in formats]
    there = [str(file) for file in files if file.exists()]
    if there and not fresh:
        raise InputError(f"{', '.join(there)}: is there already; give --fresh to replace it")
    draw = getattr(plots, kind)
    with themed(lang):
        for name, case in cases.items():
            figure = draw(lang=lang, **case, **given)
            folder.mkdir(parents=True, exist_ok=True)
            for end in formats:
                save(figure, folder / f"{name}_{lang}.{end}")
    return files
