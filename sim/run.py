"""One run: from a configuration to tables, figures and a summary."""

import shutil
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.printable import printable
from sim.results.reading import BORDER, SHAPES, TABLES, Results, load_run
from sim.terminal.console import command
from sim.words import word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.model.config.schema import Config
    from sim.notebook.model import CountyModel
    from sim.report.drawer import Drawer


def simulate(
    config: "Config | str | Path",
    seed: int | None = None,
    after_month: "Callable[[CountyModel], None] | None" = None,
    **changes: Any,
) -> "CountyModel":
    """Run a configuration to its end and return the county: its frames, figures, effects.

    Parameters
    ----------
    config : Config, str or Path
        A configuration, or the path of one.
    seed : int, optional
        Seed of the run; the configuration's if not given.
    after_month : callable, optional
        Called with the county after every month.
    **changes
        Keys of the configuration to change: ``scale=50``, ``months=36``; those with dots as
        ``**{"policies.merger.ratio": 0.5}``.

    Raises
    ------
    InputError
        If the configuration, a change or the seed is wrong.

    Examples
    --------
    >>> import hecun
    >>> few = {"scale": 200, "months": 36}
    >>> with_reform = hecun.simulate("configs/dechang_2020.yaml", seed=3, **few)
    >>> without = hecun.simulate("configs/dechang_no_reform.yaml", seed=3, **few)
    >>> with_reform.to_frame(["service_reach", "trust"]).shape
    (36, 3)
    >>> effects = with_reform.effects(without).set_index("outcome")["effect"]
    >>> bool(effects["travel_burden"] > 0)  # one pair of runs: no interval, see `compare`
    True
    """
    from sim.notebook.model import CountyModel

    county = CountyModel(config, seed, **changes)
    while county.running:
        county.step()
        if after_month is not None:
            after_month(county)
    return county


def run(
    path: str | Path,
    out: str | Path | None = None,
    overrides: dict[str, Any] | None = None,
    fresh: bool = False,
    lang: str = "en",
    svg: bool = False,
    every: bool = False,
) -> int:
    """Run a configuration, write its results and print the summary.

    Parameters
    ----------
    path : str or Path
        The configuration.
    out : str or Path, optional
        Folder of the results; ``results/<name of the configuration>`` if not given.
    overrides : dict, optional
        Dotted keys that replace values of the configuration.
    fresh : bool
        Replace the results of an older run; files that hecun did not write stay.
    lang : {"en", "zh"}
        Language of the figures and the summary.
    svg : bool
        Draw the figures also as vectors.
    every : bool
        Print every outcome, not the main ones only.

    Returns
    -------
    int
        0.

    Raises
    ------
    InputError
        If the configuration is wrong, or the folder cannot be used.
    """
    import click

    from sim.report.drawer import Drawer, uncollected

    say = _Sayer(lang, every)
    with Drawer(lang, svg) as drawer:  # first: its imports take as long as everything up to them
        with uncollected():
            from sim.config import load
            from sim.results.folder import holds
            from sim.results.manifest import run_digest
            from sim.results.stored import folder_for

        config = load(path, overrides)
        folder = folder_for(path, out)
        digest = run_digest(config)
        if not holds(folder, digest, fresh):
            summary = _write(path, config, folder, digest, fresh, say, drawer)
        elif {lang, *([f"{lang}.svg"] * svg)} <= {*load_run(folder).manifest["figures"]}:
            say("already", folder)
            summary = say.summary(load_run(folder))
        else:
            _add_figures(folder, say, drawer)
            summary = say.summary(load_run(folder))
    click.echo(summary)
    say("written", folder)
    again = command("hecun", "run", folder / "config.yaml", "--out", f"{folder}_again")
    say("again", printable(again))
    return 0


class _Sayer:
    """Says on standard error, in a language, how a run gets on; and in words what came of it."""

    def __init__(self, lang: str, every: bool) -> None:
        from rich.console import Console

        self.lang, self._every = lang, every
        self.console = Console(stderr=True, highlight=False)

    def summary(self, results: Results) -> str:
        """Return the table of a run's main outcomes, or of every one."""
        from sim.report.summary import summary_text

        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        return printable(summary_text(results, self.lang, width, self._every))

    def __call__(self, key: str, what: Path | str) -> None:
        """Print a text on something, on one line whatever its length."""
        self.console.print(word(f"run_{key}", self.lang, what=what), markup=False, soft_wrap=True)


def _write(
    path: str | Path,
    config: "Config",
    folder: Path,
    digest: str,
    fresh: bool,
    say: _Sayer,
    drawer: "Drawer",
) -> str:
    """Simulate, write everything into a hidden folder, and put it into place when complete.

    Return the summary, made while the figures are drawn.
    """
    from sim.errors import InputError
    from sim.report.drawer import uncollected
    from sim.results.folder import holds, partial, put, seal
    from sim.results.manifest import describe, run_digest
    from sim.results.writing import write_tables

    with uncollected():
        import sim.model.county  # noqa: F401

    with partial(folder) as new, _progress(config, say) as advance:
        began = time.perf_counter()
        county = simulate(config, after_month=advance)
        simulated = time.perf_counter()
        advance(None)
        digests = write_tables(county, new)
        from sim.model.world.planfile import write_plan

        write_plan(county.case.plan, county.world.villages, new / "plan.csv")
        describe(county, new, digest, digests, simulated - began)
        if run_digest(config) != digest:
            raise InputError(f"{path}: a file that it names changed while it ran; run it again")
        drawer.start(new)
        from sim.report.summary import write_summary

        results = Results(new)
        write_summary(results)
        summary = say.summary(results)
        seal(new, drawer.finish(new))
        if not holds(folder, digest, fresh):  # another run may have come first
            put(new, folder, whole=True)
    return summary


def _add_figures(folder: Path, say: _Sayer, drawer: "Drawer") -> None:
    """Draw the figures of complete results in one more language, or as vectors too."""
    from sim.results.folder import partial, put, seal
    from sim.results.stored import MANIFEST

    with partial(folder) as new:
        tables = [f"{name}.parquet" for name in TABLES]
        tables += [name for name in (SHAPES, BORDER) if (folder / name).is_file()]
        for name in (*tables, MANIFEST):
            shutil.copyfile(folder / name, new / name)
        drawer.start(new)
        drawn = drawer.finish(new)
        for name in tables:
            (new / name).unlink()
        seal(new, drawn)
        put(new, folder, whole=False)
    say("drawn", folder)


@contextmanager
def _progress(config: "Config", say: _Sayer) -> "Iterator[Callable[[CountyModel | None], None]]":
    """Show a progress bar on standard error; give what to call after every month."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    from sim.model.calendar import format_month

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(
        *columns, console=say.console, transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task(word("run_setting_up", say.lang), total=config.months)

        def advance(county: "CountyModel | None") -> None:
            if county is None:
                bar.update(task, description=word("run_drawing", say.lang))
            else:
                bar.update(task, advance=1, description=format_month(county.month))

        yield advance
