"""One run: from a configuration to tables, figures and a summary."""

import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError
from sim.results import Results, load_results, write_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from sim.config.schema import Config
    from sim.county import CountyModel


def simulate(
    config: "Config | str | Path",
    seed: int | None = None,
    after_month: "Callable[[CountyModel], None] | None" = None,
) -> "CountyModel":
    """Run a configuration to its end and return the county.

    Parameters
    ----------
    config : Config, str or Path
        A configuration, or the path of one.
    seed : int, optional
        Seed of the run; the configuration's if not given.
    after_month : callable, optional
        Called with the county after every month.
    """
    from sim.config import load
    from sim.county import CountyModel

    resolved = load(config) if isinstance(config, str | Path) else config
    county = CountyModel(resolved, seed)
    for _ in range(resolved.months):
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
        Replace results of another configuration, seed or code version.
    lang : {"en", "zh"}
        Language of the figures and the summary.

    Returns
    -------
    int
        0.

    Raises
    ------
    InputError
        If the configuration is wrong, or the folder holds something else.
    """
    from rich.console import Console

    from sim.config import load
    from sim.manifest import run_digest

    console = Console(stderr=True)
    config = load(path, overrides)
    folder = Path(out) if out is not None else Path("results") / Path(path).stem
    digest = run_digest(config)
    if (folder / "manifest.json").is_file() and not fresh:
        stored = load_results(folder)
        if stored.manifest["run"] == digest and lang in stored.manifest["figures"]:
            console.print(f"Already done, nothing run again: {folder}")
            _report(stored, lang, console)
            return 0
        if stored.manifest["run"] != digest:
            raise InputError(
                f"{folder}: holds the results of another configuration, seed or version of the "
                "code; give --fresh to replace them or --out another folder"
            )
    elif folder.exists() and any(folder.iterdir()) and not fresh:
        raise InputError(f"{folder}: is not empty and not a run's; give --out another folder")
    _write(config, folder, digest, lang, console)
    _report(load_results(folder), lang, console)
    return 0


def _write(config: "Config", folder: Path, digest: str, lang: str, console: "Console") -> None:
    """Simulate, write everything beside the folder, and put it into place in one move."""
    from sim.manifest import describe

    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        began = time.perf_counter()
        county = _simulate_with_progress(config, console)
        simulated = time.perf_counter()
        digests = write_tables(county, partial)
        from sim.world.planfile import write_plan

        write_plan(county.case.plan, county.world.villages, partial / "plan.csv")
        describe(county, partial, digest, digests, lang, simulated - began)
        _draw(Results(partial), lang)
        if folder.exists():
            shutil.rmtree(folder)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _simulate_with_progress(config: "Config", console: "Console") -> "CountyModel":
    """Run with a progress bar on standard error."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    from sim.calendar import format_month

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(
        *columns, console=console, transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task("laying out the county and spinning up", total=config.months)

        def advance(county: "CountyModel") -> None:
            bar.update(task, advance=1, description=format_month(county.month))

        return simulate(config, after_month=advance)


def _draw(results: Results, lang: str) -> None:
    """Draw the figures of a run."""
    from sim.report.figures import draw_run

    draw_run(results, lang)


def _report(results: Results, lang: str, console: "Console") -> None:
    """Print the summary of a run."""
    from sim.report.summary import print_summary

    print_summary(results, lang)
    console.print(f"Tables, figures and manifest: {results.folder}")
