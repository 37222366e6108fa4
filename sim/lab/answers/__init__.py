"""Answers of an experiment as tables: one module a method, each from what runs left in a folder."""

import shutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sim import plugins
from sim.errors import InputError
from sim.files import file_digest
from sim.lab.answers.acted import doses
from sim.lab.store.reading import ExperimentResults
from sim.printable import guarded
from sim.results.stored import changed

if TYPE_CHECKING:
    from sim.lab.file.loading import Experiment
    from sim.lab.store.folder import Store

#: methods that answer with tables of their own
METHODS = (
    "compare", "factorial", "one_at_a_time", "lhs", "sobol", "morris", "calibrate", "search",
    "discover", "study",
)  # fmt: skip
#: before the name of an estimator, the name of its table
ESTIMATED = "estimator_"
#: of every table, two files
ENDINGS = (".parquet", ".csv")
#: where in an experiment's folder
TABLES = "tables"
#: where they are written; while it is there those in their place may be of two answers
_BEGUN = ".answering"


def answer(results: ExperimentResults, experiment: "Experiment") -> dict[str, pd.DataFrame]:
    """Return hecun's tables of an experiment's method by name; none of a method without."""
    method = results.manifest["experiment"]
    found = {"doses": doses(results)}
    if method not in METHODS:
        return found
    module = import_module(f"sim.lab.answers.{method}")
    tables: Callable[[ExperimentResults, Experiment], dict[str, pd.DataFrame]] = module.tables
    return tables(results, experiment) | found


def estimates(
    results: ExperimentResults, experiment: "Experiment"
) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Return the tables of an experiment's estimators by name, and why others have none."""
    tables, failed = {}, {}
    for name in experiment.spec.estimators:
        try:
            tables[f"{ESTIMATED}{name}"] = estimated(results, name)
        except InputError as error:
            failed[name] = str(error)
    return tables, failed


def estimated(results: ExperimentResults, name: str) -> pd.DataFrame:
    """Return the table that an installed estimator gives of an experiment's results.

    Raises
    ------
    InputError
        If there is none of that name, it fails, or gives no table.
    """
    plugin = plugins.needed("estimators", name)
    try:
        found = plugins.function(plugin)(results)
    except InputError:
        raise
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise InputError(f"the estimator {plugin} failed: {said}; all runs are kept") from error
    if not isinstance(found, pd.DataFrame):
        said = f"gave {type(found).__name__}; expected a pandas DataFrame"
        raise InputError(f"the estimator {plugin} {said}; all runs are kept")
    table = found if isinstance(found.index, pd.RangeIndex) else found.reset_index()
    return table.rename(columns=str)


def answered(
    store: "Store", experiment: "Experiment", again: bool, say: Callable[[str], None]
) -> None:
    """Write the tables of an experiment's folder, and into its manifest what is in them.

    If not `again`, only where they are not as they were written.
    """
    folder, known = store.folder, store.manifest.get("answers", {})
    wrong = changed(folder, {"digests": known})
    for name in wrong:
        say(f"Written again, it was not as it had been written: {name}")
    earlier = store.manifest.get("estimators_failed")
    if again or wrong or earlier or not known or (folder / _BEGUN).exists():
        written, failed = write(ExperimentResults(folder), experiment)
        for name, error in failed.items():
            say(f"No table of the estimator {name}: {error}")
        names = {f"{TABLES}/{path.name}": file_digest(path) for path in written}
        rest = {k: v for k, v in store.manifest.items() if k != "estimators_failed"}
        told = {"estimators_failed": failed} if failed else {}
        store.set_manifest(rest | told | {"answers": dict(sorted(names.items()))})


def write(
    results: ExperimentResults, experiment: "Experiment"
) -> tuple[list[Path], dict[str, str]]:
    """Write the tables of an experiment into its folder, each as Parquet and CSV.

    Tables that were there before are removed: the folder ``tables`` holds nothing else.

    Returns
    -------
    written : list of Path
    failed : dict
        Estimator -> why it has no table; the others, and hecun's own tables, are written.
    """
    folder, begun = results.folder / TABLES, results.folder / _BEGUN
    tables = answer(results, experiment)
    theirs, failed = estimates(results, experiment)
    begun.mkdir(exist_ok=True)
    written = [folder / path.name for path in put(tables | theirs, begun)]
    for path in (*folder.glob("*.parquet"), *folder.glob("*.csv")):
        path.unlink()
    for path in written:
        folder.mkdir(exist_ok=True)
        (begun / path.name).replace(path)
    shutil.rmtree(begun)
    return written, failed


def put(tables: dict[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write tables into a folder, each as Parquet and CSV; return the files."""
    written = []
    for name, table in tables.items():
        for ending, to in zip(ENDINGS, (table.to_parquet, _plain(table).to_csv), strict=True):
            to(folder / f"{name}{ending}", index=False)
            written.append(folder / f"{name}{ending}")
    return written


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which a spreadsheet takes no text for a formula."""

    def shown(value: object) -> object:
        return guarded(value) if isinstance(value, str) else value

    texts = [name for name in table if table[name].dtype.kind not in "biufcmM"]
    found = table.assign(**{str(name): table[name].map(shown) for name in texts})
    return found.rename(columns=lambda name: guarded(str(name)))


def read(results: ExperimentResults) -> dict[str, pd.DataFrame]:
    """Return the tables that are in an experiment's folder.

    Raises
    ------
    InputError
        If one is damaged, or was edited.
    """
    folder = results.folder
    paths = sorted((folder / TABLES).glob("[!.]*.parquet"))
    names = [f"{TABLES}/{path.name}" for path in paths]
    wrong = changed(folder, {"digests": results.manifest.get("answers", {})}, names)
    if wrong:
        raise InputError(
            f"{folder}: damaged, or edited since it was written: {', '.join(wrong)}; the "
            "experiment's command writes it again"
        )
    return {path.stem: pd.read_parquet(path) for path in paths}
