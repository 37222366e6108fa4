"""Experiments from Python, under the names of the commands."""

import tempfile
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from sim.config.places import Place
from sim.errors import InputError
from sim.lab.experiment import run_experiment
from sim.lab.file.loading import from_tree
from sim.lab.running.progress import telling
from sim.report.opened_experiment import OpenedExperiment

if TYPE_CHECKING:
    import pandas as pd

    from sim.model.config.schema import Config


def experiment(
    path: str | Path,
    out: str | Path | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    fresh: bool = False,
    overrides: Mapping[str, Any] | None = None,
) -> OpenedExperiment:
    """Run an experiment file, or what is left of it, and open its results.

    Parameters
    ----------
    path : path
        The file.
    out : path, optional
        Folder of the results; ``results/<name of the file>`` if not given.
    workers : int, optional
        Processes on this machine, one a core if not given; 1 runs in this process.
    cluster : str, optional
        Address of a Dask scheduler to run on instead.
    fresh : bool
        Let go of results that the file no longer gives.
    overrides : mapping, optional
        Dotted keys of the configuration to change, ``{"scale": 50}``.

    Returns
    -------
    OpenedExperiment
        Frames ``design``, ``runs``, ``county`` ..., ``effects()``, and figures: ``plot.effects()``.

    Raises
    ------
    InputError
        If the file is wrong or the folder cannot be used.

    Examples
    --------
    >>> results = hecun.experiment("experiments/asset_rules.yaml")  # doctest: +SKIP
    >>> results.effects(["trust"]), results.plot.effects()  # doctest: +SKIP
    """
    with telling() as tell:
        folder = run_experiment(path, out, workers, cluster, fresh, overrides, tell, tell.say)
    return OpenedExperiment(folder)


@overload
def compare(
    arms: "Mapping[str, Config | str | Path]",
    replicates: int = 20,
    outcomes: Sequence[str] | None = None,
    seed: int | None = None,
    workers: int = 1,
    out: str | Path | None = None,
    keep: Literal[False] = False,
) -> "pd.DataFrame": ...


@overload
def compare(
    arms: "Mapping[str, Config | str | Path]",
    replicates: int = 20,
    outcomes: Sequence[str] | None = None,
    seed: int | None = None,
    workers: int = 1,
    out: str | Path | None = None,
    *,
    keep: Literal[True],
) -> OpenedExperiment: ...


def compare(
    arms: "Mapping[str, Config | str | Path]",
    replicates: int = 20,
    outcomes: Sequence[str] | None = None,
    seed: int | None = None,
    workers: int = 1,
    out: str | Path | None = None,
    keep: bool = False,
) -> "pd.DataFrame | OpenedExperiment":
    """Compare configurations on the same luck.

    Parameters
    ----------
    arms : mapping of str to Config or path
        Name -> configuration; the first is what the others are compared with.
    replicates : int
        Replicates; each has the same seed in every arm.
    outcomes : sequence of str, optional
        Outcomes; the headline ones if not given.
    seed : int, optional
        Seed of replicate 1; the first configuration's if not given.
    workers : int
        Processes; 1 runs in this one.
    out : path, optional
        Folder that keeps the runs; without it they are let go.
    keep : bool
        Return all results instead: every run (``to_frame()``), ``effects()`` and figures
        (``plot.effects()``), there as long as somebody has them, or in `out`.

    Returns
    -------
    DataFrame or OpenedExperiment
        One row an arm and outcome: paired ``effect`` with its 95 % interval ``low`` to
        ``high``, ``n``, and ``vr_factor`` (see `ExperimentResults.effects`).

    Examples
    --------
    >>> import hecun
    >>> few = {"scale": 200, "months": 36}
    >>> arms = {"none": hecun.load("configs/dechang_no_reform.yaml", few),
    ...         "reform": hecun.load("configs/dechang_2020.yaml", few)}
    >>> runs = hecun.compare(arms, replicates=2, keep=True)
    >>> runs.to_frame(["service_reach"]).shape  # one row a run
    (4, 5)
    >>> runs.effects(["travel_burden"])[["outcome", "n"]].to_dict("records")
    [{'outcome': 'travel_burden', 'n': 2}]
    """
    from sim.config.loading import planted

    data: dict[str, Any] = {
        "method": "compare",
        "config": {},
        "arms": {name: {"config": _plain(config)} for name, config in arms.items()},
        "replicates": replicates,
        "outcomes": list(outcomes or ()),
    }
    if seed is not None:
        data["seed"] = seed
    made = from_tree(planted(data, Place("sim.compare")), Path.cwd())
    own = None if out is not None else tempfile.TemporaryDirectory(prefix="hecun-compare-")
    folder = Path(own.name if own is not None else str(out))
    try:
        run_experiment(made, folder, workers)
        opened = OpenedExperiment(folder)
        found = opened if keep else opened.effects(outcomes)
    except BaseException:
        if own is not None:
            own.cleanup()
        raise
    if own is not None:
        weakref.finalize(opened, own.cleanup)  # at once, if nobody keeps it
    return found


def _plain(config: "Config | str | Path") -> dict[str, Any]:
    """Return a configuration as plain data."""
    from sim.config import Config, load

    found = config if isinstance(config, Config) else load(config)
    if not isinstance(found, Config):
        raise InputError(f"expected a configuration or the path of one, got {config!r}")
    return found.model_dump(mode="json", exclude_unset=True)
