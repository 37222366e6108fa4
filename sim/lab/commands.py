"""The commands of the laboratory: new, examples, experiment, plan, replay, twin, verify ..."""

import sys
from pathlib import Path
from typing import Any

import click

from sim.errors import InputError
from sim.options import LANG, OUT, SET, overrides_of
from sim.printable import printable
from sim.terminal import language

_WORKERS = click.option(
    "--workers",
    type=click.IntRange(1, 1024),
    help="Processes on this machine [default: one a core]; 1 runs in this process.",
)
_FILE = click.argument("file", type=click.Path(path_type=Path))
#: runs left above which their time is measured before they start
_MEASURED = 200


@click.command()
@click.argument("name")
@click.option("--county", required=True, help="Code or name, pinyin too (`hecun counties`).")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Where configs/ and experiments/ are, or are made [default: here].",
)
@LANG
def new(name: str, county: str, folder: Path, lang: str) -> None:
    """Write a commented configuration and experiment to start from.

    NAME is that of the two files: configs/NAME.yaml and experiments/NAME_compare.yaml.
    With --lang zh the arms have Chinese names, which tables and figures then show.
    """
    from sim.lab.file.template import write

    for path in write(name, county, folder, lang):
        click.echo(language.said(f"{path}: written"))
    click.echo(language.said(f"next: hecun run {folder / 'configs' / name}.yaml"))
    click.echo(f"      hecun experiment {folder / 'experiments' / name}_compare.yaml")


@click.command()
@_FILE
@OUT
@_WORKERS
@click.option("--cluster", metavar="ADDRESS", help="Run on the Dask scheduler at this address.")
@click.option("--fresh", is_flag=True, help="Let go of results that the file no longer gives.")
@click.option("--yes", is_flag=True, help="Do not ask before a large experiment.")
@SET
@LANG
def experiment(
    file: Path,
    out: Path | None,
    workers: int | None,
    cluster: str | None,
    fresh: bool,
    yes: bool,
    changes: tuple[str, ...],
    lang: str,
) -> None:
    """Run an experiment; go on where an earlier call stopped.

    FILE says what to vary and how (`method`). Finished runs are never run again: the same
    command goes on after Ctrl-C or a crash, and adds what a changed file asks for. --set changes
    the configurations, or the experiment itself: --set 'factors.KEY=[2, 4]' --set replicates=5.
    """
    overrides = overrides_of(changes)
    from sim.lab.experiment import run_experiment
    from sim.lab.printing import results_text
    from sim.lab.running.executors import LostClusterError, StartError
    from sim.lab.running.progress import telling
    from sim.lab.running.runner import SameErrorError
    from sim.lab.running.tasks import OtherCodeError
    from sim.lab.store.reading import ExperimentResults
    from sim.terminal.console import command
    from sim.words import word

    ready = _nothing if yes else _asking(workers)
    with telling() as tell:
        try:
            folder = run_experiment(
                file, out, workers, cluster, fresh, overrides, tell, tell.say, ready
            )
        except SameErrorError as error:
            raise click.ClickException(
                f"stopped: the first runs all failed with the same error\n\n{error}"
            ) from error
        except (LostClusterError, OtherCodeError, StartError) as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            tell.say("the runs that are done are kept; the same command goes on from there")
            raise
    click.echo(printable(results_text(ExperimentResults(folder), lang)))
    click.echo(f"\n{folder}", err=True)
    again = command("hecun", "experiment", folder / "experiment.yaml", "--out", f"{folder}_again")
    click.echo(printable(word("run_again", lang, what=again)), err=True)
    manifest = ExperimentResults(folder).manifest
    if manifest["failed"]:
        _name_failed(folder)
    if manifest["failed"] or manifest.get("estimators_failed"):
        sys.exit(1)


def _name_failed(folder: Path) -> None:
    from sim.lab.store.reading import ExperimentResults

    runs: Any = ExperimentResults(folder).runs
    failed = runs[runs["status"] == "failed"]
    for run, error in zip(failed["run"][:5], failed["error"][:5], strict=True):
        failure = language.said(f"failed: {run}: {error.strip().splitlines()[-1]}")
        click.echo(printable(failure), err=True)
    more = f" (and {len(failed) - 5} more)" if len(failed) > 5 else ""
    again = language.said(f"see one again: hecun replay {folder} {failed['run'].iloc[0]}{more}")
    click.echo(again, err=True)


def _nothing(*_: Any) -> None:
    """Ask nothing."""


def _asking(workers: int | None) -> Any:
    """Return what asks before a large experiment begins."""

    def ready(session: Any, left: int) -> None:
        if left <= _MEASURED:
            return
        from sim.lab.planning import make_plan, plan_text

        plan = make_plan(session.experiment, session.design, workers)
        much = plan.too_much()
        if much is None:
            return
        text = plan_text(plan, session.experiment, session.design)
        click.echo(printable(language.said(text)), err=True)
        if not sys.stdin.isatty():
            raise InputError(f"{much}: give --yes to start so large an experiment")
        click.confirm(language.said(f"{much}: start?"), abort=True, err=True)

    return ready


@click.command()
@_FILE
@_WORKERS
@SET
def plan(file: Path, workers: int | None, changes: tuple[str, ...]) -> None:
    """Say what an experiment takes before it runs.

    Runs, time measured on a few of them, memory, disk, and which policies are in force when.
    """
    from sim.lab.planning import check

    found, text = check(file, overrides_of(changes), workers)
    click.echo(printable(language.said(text)))
    much = found.too_much()
    if much:
        asks = f"\n{much}: `hecun experiment` will ask before it starts (or give --yes)"
        click.echo(language.said(asks))


@click.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.argument("villager")
@click.argument("one")
@click.argument("other")
@click.option("--replicate", default=1, show_default=True, help="Which luck.")
@LANG
def twin(results: Path, villager: str, one: str, other: str, replicate: int, lang: str) -> None:
    """Follow one villager under two policies: which decisions differ, and what turned them.

    VILLAGER is an identity (column villager of villagers.parquet) or a row number; ONE and OTHER
    are arms of the experiment.
    """
    from sim.lab.one_run.twins import twin as follow

    click.echo(printable(follow(results, villager, one, other, replicate, lang)))


@click.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.argument("run")
@click.option("--pdb", is_flag=True, help="Open Python's debugger where the run fails.")
def replay(results: Path, run: str, pdb: bool) -> None:
    """Run one run of an experiment again, exactly, and stop at its error.

    RUN is its name (or the beginning of it), or point/replicate, as 3/12.
    """
    from sim.lab.one_run.replay import replay as again

    click.echo(printable(language.said(again(results, run, pdb))))


@click.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--minutes",
    type=click.FloatRange(0, 10_000),
    default=4.0,
    show_default=True,
    help="Begin no run after so many.",
)
@_WORKERS
def verify(results: Path, minutes: float, workers: int | None) -> None:
    """Verify results: files as written, tables worked out again, runs done again.

    RESULTS is a folder, or an archive of `hecun pack`. Says which share of the runs was done again
    within --minutes. Exit code 1 if a number is not the one that is stored.
    """
    from sim.lab.verify import verify as verified

    verdict = verified(
        results, minutes, workers, lambda text: click.echo(language.said(text), err=True)
    )
    click.echo(printable(language.said("\n".join(verdict.lines))))
    if verdict.differ:
        raise click.ClickException(f"{verdict.differ} not as stored")


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Where configs/ and experiments/ are made [default: here].",
)
def examples(folder: Path) -> None:
    """Copy the configurations and experiments that come with hecun.

    Both cases, with and without their reform, and an experiment for every question.
    """
    from sim.examples import copy

    written = copy(folder)
    made = f"{len(written)} files: {folder / 'configs'}, {folder / 'experiments'}"
    click.echo(language.said(made))
    click.echo(language.said(f"next: hecun run {folder / 'configs' / 'dechang_2020.yaml'}"))


@click.command()
@click.argument("names", nargs=-1)
@click.option("--baseline", "level", flag_value="baseline", help="Single runs of the cases.")
@click.option("--quick", "level", flag_value="quick", default="quick", help="The default.")
@click.option("--full", "level", flag_value="full", help="The experiment files as they are.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("results/reproduction"),
    show_default=True,
    help="Where they are run; what is finished there is kept.",
)
@click.option("--write", "store", is_flag=True, help="Store what they give now (in a checkout).")
@_WORKERS
def reproduce(
    names: tuple[str, ...], level: str, folder: Path, store: bool, workers: int | None
) -> None:
    """Run the headline experiments again and compare them with the stored results.

    Says of each whether tables are the same bytes, or numbers the same to a millionth. NAMES are
    experiments; all of the level if none is given. Exit code 1 if one differs.
    """
    from sim.lab import reproduce as again

    found, differ = {}, 0
    before = {} if store and not again.stored_file(level).is_file() else again.stored(level)
    for name, now in again.run(level, folder, names, workers, lambda text: None):
        found[name] = now
        agrees, said = again.judge(now, before.get("experiments", {}).get(name))
        differ += not agrees
        verdict = f"{name}: {now['runs']} runs: {'' if agrees else 'DIFFERS: '}{said}"
        click.echo(language.said(verdict))
    if store:
        stored = f"{again.write(level, found)}   (a line of CHANGELOG.md, with why)"
        click.echo(language.said(stored))
    elif differ:
        raise click.ClickException(f"{differ} of {len(found)} differ from what is stored")
    else:
        agree = f"all {len(found)} agree with what hecun {before['hecun']} stored"
        click.echo(language.said(agree))
