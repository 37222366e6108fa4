"""One call a figure: what ``results.plot`` has, and what ``hecun plot`` writes."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, nearest
from sim.model.outcomes.catalogue import HEADLINE
from sim.report.fonts import themed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.report.experiment import Source
    from sim.results.reading import Results

FORMATS = ("png", "svg", "pdf")
DPI = 300
_META = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}
_META |= {"pdf": {"CreationDate": None, "Creator": None, "Producer": None}}


class RunPlots:
    """The figures of one run; each method returns a Matplotlib figure.

    Parameters
    ----------
    results : Results
        A run's results.
    """

    def __init__(self, results: "Results") -> None:
        self._results = results

    def merger(self, lang: str = "en") -> "Figure":
        """Draw the villages before and after the merger."""
        from sim.report.maps import merger_map

        return merger_map(self._results, lang)

    def map(self, outcome: str = HEADLINE[0], lang: str = "en") -> "Figure":
        """Draw an outcome of old villages before and after the reform."""
        from sim.report.maps import outcome_map

        return outcome_map(self._results, outcome, lang)

    def series(self, outcomes: Sequence[str] | None = None, lang: str = "en") -> "Figure":
        """Draw outcomes of the county month by month."""
        from sim.report.series import time_series

        return time_series(self._results, outcomes, lang)

    def timeline(self, lang: str = "en") -> "Figure":
        """Draw the policies over the months."""
        from sim.report.timeline import policy_gantt

        return policy_gantt(self._results, lang)

    def flows(self, lang: str = "en", columns: int = 2) -> "Figure":
        """Draw who pays whom before and after the reform."""
        from sim.report.flows import ledger_flows

        return ledger_flows(self._results, lang, columns)


class ExperimentPlots:
    """The figures of an experiment; each method returns a Matplotlib figure.

    Parameters
    ----------
    results : ExperimentResults
        An experiment's results.
    """

    def __init__(self, results: "Source") -> None:
        self._results = results

    def effects(
        self, outcomes: Sequence[str] | None = None, lang: str = "en", columns: int = 2
    ) -> "Figure":
        """Draw paired effects with their intervals."""
        from sim.report.effects import effect_forest
        from sim.report.experiment import arm_titles, titled

        frame = titled(self._results.effects(outcomes), self._results, lang)
        against = self._results.manifest.get("baseline")
        against = arm_titles(self._results, lang).get(str(against), against)
        return effect_forest(frame, lang, columns, against=against)

    def dose(
        self,
        factor: str | None = None,
        outcomes: Sequence[str] | None = None,
        by: str | None = None,
        lang: str = "en",
        columns: int = 2,
    ) -> "Figure":
        """Draw outcomes over the levels of a factor, the other factors averaged."""
        from sim.report.effects import dose_response
        from sim.report.experiment import averaged, titled

        factor = factor or self._numeric()[0]
        frame = averaged(self._results, [factor, *([by] if by else [])], outcomes)
        frame = titled(frame, self._results, lang)
        return dose_response(frame, factor, lang, columns, by)

    def interaction(
        self,
        x: str | None = None,
        y: str | None = None,
        outcome: str = HEADLINE[0],
        lang: str = "en",
        columns: int = 1,
    ) -> "Figure":
        """Draw an outcome over two factors, the others averaged."""
        from sim.report.effects import interaction
        from sim.report.experiment import averaged

        numeric = self._numeric(2)
        x = x or next(name for name in numeric if name != y)
        y = y or next(name for name in numeric if name != x)
        frame = averaged(self._results, [x, y], [outcome])
        return interaction(frame, x, y, outcome, lang, columns)

    def winners(
        self,
        outcome: str = HEADLINE[0],
        point: int | None = None,
        lang: str = "en",
        columns: int = 2,
    ) -> "Figure":
        """Draw which old villages gain and lose."""
        from sim.report.experiment import point_names, village_effects
        from sim.report.winners import winners_losers

        frame, point, against = village_effects(self._results, outcome, point)
        names = point_names(self._results, lang)
        return winners_losers(
            frame, outcome, lang, columns, arm=names[point], against=names[against]
        )

    def series(
        self, outcomes: Sequence[str] | None = None, lang: str = "en", columns: int = 2
    ) -> "Figure":
        """Draw outcomes over time with the band of replicates."""
        from sim.report.experiment import bands

        return bands(self._results, outcomes, lang, columns)

    def sobol(self, outcome: str = HEADLINE[0], lang: str = "en", columns: int = 2) -> "Figure":
        """Draw Sobol' indices (method sobol)."""
        from sim.report.answers import sobol_figure

        return sobol_figure(self._results, outcome, lang, columns)

    def posterior(self, lang: str = "en", columns: int = 2) -> "Figure":
        """Draw the posterior over its prior ranges (method calibrate)."""
        from sim.report.answers import posterior_figure

        return posterior_figure(self._results, lang, columns)

    def pareto(
        self, x: str | None = None, y: str | None = None, lang: str = "en", columns: int = 2
    ) -> "Figure":
        """Draw a search's points by two objectives, and the front (method search)."""
        from sim.report.answers import pareto_figure

        return pareto_figure(self._results, x, y, lang, columns)

    def prim(self, lang: str = "en", columns: int = 2) -> "Figure":
        """Draw the box of parameters in which an arm fails (method discover)."""
        from sim.report.answers import prim_figure

        return prim_figure(self._results, lang, columns)

    def _numeric(self, count: int = 1) -> list[str]:
        """Return the factors whose levels are numbers."""
        design = self._results.design
        found = [
            str(name)
            for name in design.columns
            if name != "point" and design[name].dtype.kind in "iuf" and len(set(design[name])) > 1
        ]
        if len(found) < count:
            raise InputError(
                f"{self._results.folder}: {len(found)} factors have numbers as levels, this figure "
                f"needs {count}; use method factorial"
            )
        return found


def kinds(plots: RunPlots | ExperimentPlots) -> list[str]:
    """Return the kinds of figures there are."""
    return [name for name in vars(type(plots)) if not name.startswith("_")]


def write_figures(
    plots: RunPlots | ExperimentPlots,
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
    plots : RunPlots or ExperimentPlots
        Whose.
    kind : str
        One of `kinds`.
    folder : Path
        Where to; made if it is not there.
    outcomes : sequence of str
        Outcomes; a map, an interaction or winners and losers make a figure each.
    formats : sequence of str
        Of `FORMATS`.
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
    known = kinds(plots)
    if kind not in known:
        raise InputError(
            f"{kind!r} is no figure of these results{nearest(kind, known)}; there are "
            f"{', '.join(known)}"
        )
    method = getattr(plots, kind)
    takes = method.__func__.__code__.co_varnames[: method.__func__.__code__.co_argcount]
    given = {key: value for key, value in options.items() if value is not None}
    strange = [key for key in given if key not in takes]
    if strange:
        raise InputError(f"--{strange[0]}: does not go with the figure {kind!r}")
    drawings: dict[str, Callable[[], Figure]] = {}
    if "outcome" in takes:
        for key in outcomes or HEADLINE[:1]:
            drawings[f"{kind}_{key}"] = lambda key=key: method(outcome=key, lang=lang, **given)
    elif outcomes and "outcomes" not in takes:
        raise InputError(f"--outcome: does not go with the figure {kind!r}")
    else:
        chosen = {"outcomes": list(outcomes)} if outcomes else {}
        drawings[kind] = lambda: method(lang=lang, **chosen, **given)
    files = [folder / f"{name}_{lang}.{end}" for name in drawings for end in formats]
    there = [str(file) for file in files if file.exists()]
    if there and not fresh:
        raise InputError(f"{', '.join(there)}: is there already; give --fresh to replace it")
    with themed(lang):
        for name, draw in drawings.items():
            figure = draw()
            folder.mkdir(parents=True, exist_ok=True)
            for end in formats:
                save(figure, folder / f"{name}_{lang}.{end}")
    return files


def save(figure: "Figure", path: Path) -> None:
    """Write a figure, the same bytes for the same figure."""
    end = path.suffix[1:]
    figure.savefig(path, dpi=DPI, metadata=_META[end])
