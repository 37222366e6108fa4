"""The register of predictions: files that say what the model predicts, frozen before it is scored.

A register is one JSON file: when it was frozen, with which code and on what it was drawn, of every
prediction the sorted sample over worlds, and the SHA-256 of all that. What was observed is not in
it. A new one is another file, named by its date; those that are there stay.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from sim import __version__
from sim.about.facts import CASES
from sim.about.predictions import Prediction, predictions
from sim.about.worlds import drawn, experiment_of, runs
from sim.errors import InputError
from sim.files import fault
from sim.lab.reproduce import mark, stored
from sim.lab.running.runner import Progress
from sim.model.compiled import simulation_digest
from sim.model.tables import DATA
from sim.model.world.mergers import MERGED, mergers
from sim.model.world.registry import counties

#: where the registers that come with hecun are
FOLDER = DATA / "register"
#: figures of a number that is kept
_FIGURES = 6
#: numbers that a forecast of lists is kept as
_OF_LISTS = 64


@dataclass(frozen=True, slots=True)
class Frozen:
    """One prediction as it was frozen.

    Attributes
    ----------
    county, of, measure, unit, least, most
        As in `sim.about.predictions.Prediction`; of what counties keep (``of: "list"``) the county
        is a province's two digits.
    missing : int
        Worlds in which there was no value.
    sample : tuple of float
        The others' values, ascending.
    """

    county: str
    of: str
    measure: str
    unit: str
    least: float | None
    most: float | None
    missing: int
    sample: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """A register.

    Attributes
    ----------
    frozen : str
        Date, as ``2026-11-30``.
    hecun, code, baseline : str
        Version; digests of the simulation's code and of the baseline numbers.
    seed, worlds, scale : int
        Seed of the first world (each has its own), worlds a county, registered persons a row.
    drawn : dict
        What was drawn, by county: the number of parameters, and the keys of all else.
    predictions : tuple of Frozen
        The predictions.
    """

    frozen: str
    hecun: str
    code: str
    baseline: str
    seed: int
    worlds: int
    scale: int
    drawn: dict[str, Any]
    predictions: tuple[Frozen, ...]

    @property
    def sha256(self) -> str:
        """The digest of all that is in it, whatever the file's spaces and order of keys."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def freeze(
    path: Path, worlds: int | None, scale: int | None, tell: Callable[[Progress], None]
) -> Register:
    """Draw every prediction and write the register to a file.

    Parameters
    ----------
    path : Path
        The file, which must not be there.
    worlds, scale : int, optional
        Worlds a county, and registered persons per villager row; the experiments' if not given.
    tell : callable
        Told after every world.

    Raises
    ------
    InputError
        If the file is there already, or cannot be written.
    """
    if path.exists():
        raise InputError(f"{path}: is a register already, and stays; freeze another file")
    if not path.parent.is_dir():
        raise InputError(f"{path}: cannot be written (no folder {path.parent})")
    register = _register({c: experiment_of(c, worlds, scale) for c in CASES}, tell)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text_of(register))
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error})") from error
    return register


def _register(experiments: dict[str, Any], tell: Callable[[Progress], None]) -> Register:
    """Return the register that experiments, by county, give now."""
    frozen: list[Frozen] = []
    first = next(iter(experiments.values()))
    worlds = first.spec.samples
    total, done = worlds * sum(map(runs, experiments)), 0
    for county, experiment in experiments.items():
        values: list[dict[str, float]] = []
        for world in drawn(experiment, county):
            values.append(world)
            done += runs(county)
            tell(Progress(done, 0, total, ("",) * runs(county), 1))
        frozen += [_frozen(one, values) for one in predictions() if one.county == county]
    keys = {county: list(experiment.factors) for county, experiment in experiments.items()}
    return Register(
        frozen=datetime.now(UTC).date().isoformat(),
        hecun=__version__,
        code=simulation_digest(),
        baseline=mark("baseline", stored("baseline")["experiments"]).split("`")[1],
        seed=first.seed,
        worlds=worlds,
        scale=first.heads[0].config.scale,
        drawn={county: _told(names) for county, names in keys.items()},
        predictions=(*frozen, *of_lists()),
    )


def _told(keys: list[str]) -> dict[str, Any]:
    """Return what was drawn in short."""
    others = [key for key in keys if not key.startswith("parameters.")]
    return {"parameters": len(keys) - len(others), "others": others}


def _frozen(one: Prediction, worlds: list[dict[str, float]]) -> Frozen:
    """Return a prediction with its sample."""
    values = np.array([world[one.measure] for world in worlds])
    known = np.sort(values[np.isfinite(values)])
    return Frozen(**asdict(one), missing=len(values) - len(known), sample=_kept(known))


def _kept(values: np.ndarray) -> tuple[float, ...]:
    """Return numbers in so many figures that a file can bear them."""
    return tuple(float(f"{value:.{_FIGURES}g}") for value in values.tolist())


def kept_by_province() -> dict[str, list[float]]:
    """Return the shares of their villages that merged counties kept, by province."""
    found: dict[str, list[float]] = {}
    for entry in counties():
        for change in mergers(entry):
            found.setdefault(entry.code[:2], []).append(1.0 - change.lost)
    return dict(sorted(found.items()))


def of_lists() -> list[Frozen]:
    """Return what merged counties of each province keep, predicted from all other provinces.

    That is what `merger: {source: generated}` draws where nothing else is given, but for the
    province itself.
    """
    kept = kept_by_province()
    found = []
    for province in kept:
        others = [share for place, own in kept.items() if place != province for share in own]
        sample = np.quantile(others, (np.arange(_OF_LISTS) + 0.5) / _OF_LISTS)
        bounds = {"unit": "share", "least": 0.0, "most": 1.0 - MERGED}
        found.append(Frozen(province, "list", "kept", **bounds, missing=0, sample=_kept(sample)))
    return found


def text_of(register: Register) -> str:
    """Return a register as JSON, a prediction a line, its digest last."""
    head = asdict(register)
    rows = head.pop("predictions")
    lines = [f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}," for key, value in
             head.items()]  # fmt: skip
    told = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in rows)
    digest = json.dumps(register.sha256)
    return "\n".join(["{", *lines, ' "predictions": [', told, f' ], "sha256": {digest}', "}\n"])


def read(path: Path) -> Register:
    """Return the register in a file.

    Raises
    ------
    InputError
        If it cannot be read, is none, or is not as it was frozen.
    """
    if wrong := fault(path, "a register (JSON)"):
        raise InputError(f"{path}: {wrong}")
    try:
        found = json.loads(path.read_text("utf-8"))
        digest, rows = found.pop("sha256"), found.pop("predictions")
        samples = [tuple(map(float, row["sample"])) for row in rows]
        frozen = [Frozen(**row | {"sample": each}) for row, each in zip(rows, samples, strict=True)]
        register = Register(**found, predictions=tuple(frozen))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, OSError) as error:
        raise InputError(f"{path}: is no register; `hecun freeze FILE` writes one") from error
    if register.sha256 != digest:
        raise InputError(
            f"{path}: is not as it was frozen: its SHA-256 is {register.sha256[:16]}, and it says "
            f"{str(digest)[:16]}; take it again from where it was published"
        )
    return register


def newest() -> Path | None:
    """Return the newest register that comes with hecun, by its name; None if there is none."""
    return max(FOLDER.glob("*.json"), key=lambda path: path.name, default=None)
