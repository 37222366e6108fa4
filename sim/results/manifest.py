"""Manifest of a run: digests, versions, times; and names of runs."""

import json
import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import __version__
from sim.config.cautions import of_county
from sim.config.loading import FILE_KEYS
from sim.files import digest, file_digest
from sim.model.calendar import format_month
from sim.model.compiled import simulation_digest
from sim.model.outcomes.catalogue import as_told
from sim.model.policies.dose import as_rows
from sim.model.policies.timeline import rows
from sim.model.world.outline import DATUM
from sim.model.world.plan import judge
from sim.model.world.registry import find_county
from sim.results import kept

if TYPE_CHECKING:
    from sim.model.config.county import County
    from sim.model.config.schema import Config
    from sim.model.county import CountyModel
    from sim.model.world.layout import World

LIBRARIES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "scipy", "seaborn")


def run_digest(config: "Config") -> str:
    """Return the name of a run: a digest of configuration, files it names, seed, code and data."""
    data = config.model_dump(mode="json")
    named = {path: kept.input_digest(path) for path in _files(data)}
    data = kept.renamed(data, named)  # what a file says counts, not where it is
    sources = config.own_sources()
    order = [list(config.active()), {kind: own.digest for kind, own in sources.items()}]
    return digest(json.dumps([data, order], sort_keys=True) + simulation_digest())


def _files(data: dict[str, Any]) -> list[str]:
    """Return the files that the plain data of a configuration name."""
    found = []
    for *path, key in FILE_KEYS:
        block = data
        for part in path:
            block = block.get(part) or {}
        if block.get(key) is not None:
            found.append(block[key])
    return found


def describe(
    county: "CountyModel",
    folder: Path,
    run: str,
    tables: dict[str, str],
    seconds: float,
) -> None:
    """Write ``manifest.json`` and ``config.yaml`` (resolved) into a folder."""
    from ruamel.yaml import YAML

    config, active = county.config, county.config.active()
    sources = config.own_sources()
    given = config.model_dump(mode="json", exclude_unset=True)
    data = _with_nulls(config.model_dump(mode="json", exclude_none=True), given)
    names = {path: kept.kept_name(path) for path in _files(data)}
    files = kept.kept_files(names, sources.values())
    kept.copy(files, folder, folder / ".begun")
    manifest: dict[str, Any] = {
        "hecun": __version__,
        "run": run,
        "code": simulation_digest(),
        "git": git_revision(),
        "seed": county.seed,
        "months": county.recorder.done,
        "reform": config.model_dump(mode="json")["reform"],
        "title": config.title.model_dump(),
        "villagers": len(county.villagers),
        "registered": int(county.world.registered.sum()),
        "old_units": len(county.world.villages),
        "cell_km": county.world.cell_km,
        "origin_km": county.world.origin_km,
        "map": map_of(county.config.county, county.world),
        "policies": sorted(active),
        "timeline": rows(config, county.trigger_log),
        "triggers": [
            firing._asdict() | {"month": format_month(firing.month)}
            for firing in county.trigger_log
        ],
        "doses": as_rows(county.doses.given(active)),
        "cautions": list(of_county(county)),
        "own_policies": {kind: own.digest for kind, own in sources.items()},
        "own_outcomes": as_told(config.outcomes.described()),
        "own_outcomes_seconds": round(county.recorder.own_seconds, 3),
        "inputs": {name: file_digest(folder / name) for name in files},
        "notes": list(county.case.plan.notes),
        "plan": judge(county.case.plan, county.world)["overall"] if "merger" in active else None,
        "tables": tables,
        "figures": [],
        **environment(),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
    with (folder / "config.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(kept.renamed(data, names), file)


def _with_nulls(data: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return plain data with the nulls that were given: left out, a key would have its default."""
    found = dict(data)
    for key, value in given.items():
        if value is None:
            found[key] = None
        elif isinstance(value, dict) and isinstance(data.get(key), dict):
            found[key] = _with_nulls(data[key], value)
    return found


def map_of(given: "County", world: "World") -> dict[str, Any]:
    """Return what is known of a county's borders besides where they lie.

    Nothing of a map that is made up, whatever the configuration says.
    """
    if world.villages.shapes is not None:
        return {"datum": given.map.datum, "approval": given.map.approval, "county_km2": None}
    if world.border is None:
        return {"datum": None, "approval": None, "county_km2": None}
    known = find_county(str(given.registry)).area_km2
    return {"datum": DATUM, "approval": given.map.approval, "county_km2": known}


def environment() -> dict[str, Any]:
    """Return what runs: versions of Python and of the libraries, and what machine it is for."""
    try:
        needed = [re.split(r"[^\w.-]", text, maxsplit=1)[0] for text in requires("hecun") or ()]
    except PackageNotFoundError:  # a copy of the sources
        needed = []
    found = {}
    for name in sorted({*LIBRARIES, *needed}, key=str.lower):
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # of an extra that is not installed
            continue
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "system": platform.system(),
        "libraries": found,
    }


def git_revision() -> str | None:
    """Return the revision of the checkout the code runs from, if it is one."""
    root = Path(__file__).parent.parent.parent
    if not (root / ".git").exists():
        return None
    try:
        found = subprocess.run(
            ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip()
