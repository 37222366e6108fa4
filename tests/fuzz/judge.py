"""Is a case right, or refused in good words? Anything else is `WrongError`.

What is accepted is compared with what independent readers (ruamel.yaml's own constructor, `csv`,
GDAL and geodesics) say the files hold; what is refused must pass the house rules on messages.
"""

import contextlib
import csv
import io
import math
import re
import unicodedata
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sim.config import json_schema
from sim.config.checks import trial
from sim.config.loading import resolve
from sim.config.places import refuse, undotted
from sim.errors import InputError
from sim.printable import hidden, unguarded

WHOLE_FILE = re.compile(
    r"is a folder|is a pipe|no such file|cannot be read|larger than|a link to|a NUL byte|empty|not a map|"
    r"binary data|UTF-16|neither UTF-8|no features|more than|not UTF-8|CRS|coordinate|no rows|layer|"
    r"no row for|\.cpg|problems|GeoJSON"
)
PLACED = re.compile(r":\d+:\d+: .|:row \d+(, column .+?)?: |:column .+?: ")
CODE = re.compile(
    r"Traceback|object at 0x|<class|NoneType|Errno|pydantic|numpy|Error\(|\bNone\b.*\bgot\b"
)
WORDS = re.compile(
    r"expected|write|give |keep|use |save|did you mean|must|needs?\b|mend|put |close|check|remove|"
    r"take |define|choose|cannot|only|raise|leave|lower|join|look|unknown|outside|belongs|start|"
    r"install|run |is it the column|delete|lists them|is missing|add |not allowed|beyond|at least|"
    r"at most|no such|no county|there is no|name |first|later|the county has"
)


class WrongError(AssertionError):
    """A case that was neither right nor refused in good words."""


class _NothingRun(Exception):  # noqa: N818
    """An experiment was about to run."""


def judge(path: Path, folder: Path, kind: str) -> str:
    """Try a case; return ``"accepted"`` or ``"refused"``."""
    before = _listing(folder)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", module=r"ruamel")
            warnings.filterwarnings("ignore", category=_map_warning())
            (_experiment if kind == "experiment" else _config)(path, folder)
        outcome = "accepted"
    except InputError as error:
        for problem in error.problems:
            message(problem, path, folder, kind)
        outcome = "refused"
    if _listing(folder) != before:
        raise WrongError(f"files changed: {sorted(_listing(folder) ^ before)}")
    return outcome


def _map_warning() -> type[Warning]:
    from sim.model.world.mapfile import MapWarning

    return MapWarning


def _listing(folder: Path) -> set[tuple[str, int]]:
    return {(str(p), p.lstat().st_size) for p in folder.rglob("*")}


def message(problem: str, path: Path, folder: Path, kind: str) -> None:
    """Check a message by the house rules: names the file, a place in it, and what to do."""
    said = problem[:300]
    if "\n" in problem or hidden(problem.replace("\t", " ")):
        raise WrongError(f"not one line that can be shown: {said!r}")
    if len(problem) > 2000:
        raise WrongError(f"{len(problem)} letters: {said}")
    if CODE.search(problem):
        raise WrongError(f"speaks of code: {said}")
    names = {str(path)[:200], str(folder), str(path.resolve()), "--set"}
    if kind == "odd_file":
        names |= {"/dev/", "/proc/"}
    if not any(name in problem for name in names):
        raise WrongError(f"names no file: {said}")
    if not PLACED.search(problem) and not WHOLE_FILE.search(problem):
        raise WrongError(f"no place: {said}")
    if not WORDS.search(problem) and not WHOLE_FILE.search(problem):
        raise WrongError(f"says not what to do: {said}")


# --- configurations ----------------------------------------------------------------------------


@cache
def _validator() -> Any:
    import jsonschema

    return jsonschema.Draft202012Validator(json_schema())


def _written(path: Path) -> Any:
    """Return what a file says, by a reader that is not the project's."""
    return YAML(typ="safe", pure=True).load(path.read_bytes().decode("utf-8-sig"))


def _config(path: Path, folder: Path) -> Any:
    found = resolve(path)
    refuse(trial(found.config, found.tree))
    config = found.config
    dump = config.model_dump(mode="json")
    _finite(dump)
    wrong = next(_validator().iter_errors(config.model_dump(mode="json", exclude_none=True)), None)
    if wrong is not None and "outside" not in str(wrong) and not config.parameters_outside_range:
        raise WrongError(
            f"not valid by the published schema: {wrong.json_path}: {wrong.message[:200]}"
        )
    if config.parameters_outside_range:
        _finite(config.parameters)
    written = _written(path)
    written.pop("extends", None)
    _same(written, dump, ())
    again = folder.parent / f"{folder.name}_again.yaml"
    again.write_text(found.to_yaml(), encoding="utf-8")
    try:
        if resolve(again).config != config:
            raise WrongError("the resolved configuration, written out, is another")
    finally:
        again.unlink()
    if config.county.villages is not None:
        _villages_are_those_written(config)
    return config


def _finite(data: Any) -> None:
    if isinstance(data, dict | list | tuple):
        for value in data.values() if isinstance(data, dict) else data:
            _finite(value)
    elif isinstance(data, float) and not math.isfinite(data):
        raise WrongError(f"not finite: {data}")


def _same(written: Any, found: Any, path: tuple[Any, ...]) -> None:
    """Check that what was written is what was understood."""
    if isinstance(written, dict):
        if not isinstance(found, dict):
            if not written and found is None:
                return
            raise WrongError(f"{path}: {written!r:.80} became {found!r:.80}")
        for key, value in written.items():
            if value is None or (value == {} and not found.get(key)):
                continue  # null: not there
            if key not in found:
                raise WrongError(f"{(*path, key)}: {value!r:.80} was dropped")
            _same(value, found[key], (*path, key))
    elif isinstance(written, list):
        if not isinstance(found, list | tuple) or len(found) != len(written):
            raise WrongError(f"{path}: {written!r:.80} became {found!r:.80}")
        for i, (one, other) in enumerate(zip(written, found, strict=True)):
            _same(one, other, (*path, i))
    elif path[-2:] in (("county", "villages"), ("merger", "file")):
        if not str(found).endswith(Path(written).name):
            raise WrongError(f"{path}: {written!r} became {found!r}")
    elif path[-1] in ("when", "until"):
        return  # a sentence, read into its parts; the round trip compares it
    elif not (type(written) is type(found) or _numbers(written, found)) or written != found:
        raise WrongError(f"{path}: {written!r:.80} became {found!r:.80}")


def _numbers(*values: Any) -> bool:
    return all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)


# --- villages ----------------------------------------------------------------------------------


def _rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV by column, by Python's own reader."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    lines = [
        line for line in csv.reader(io.StringIO(text, newline="")) if any(map(str.strip, line))
    ]
    heads = [head.strip() for head in lines[0]]
    return [
        {h: unguarded(c.strip()) for h, c in zip(heads, line, strict=False)} for line in lines[1:]
    ]


def _number(text: str) -> float:
    plain = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", plain):
        raise WrongError(f"{text!r} was taken for a number")
    return float(plain)


def _villages_are_those_written(config: Any) -> None:
    from sim.model.world.case import build_county, make_plan
    from sim.model.world.mapfile import read_villages

    path = Path(config.county.villages)
    table = read_villages(config.county)
    if path.suffix in (".geojson", ".gpkg", ".shp"):
        _map_is_that_written(path, config, table)
    else:
        rows = {row["code"]: row for row in _rows(path)}
        if sorted(rows) != sorted(table.code):
            raise WrongError(f"codes {sorted(rows)} became {table.code}")
        for i, code in enumerate(table.code):
            if rows[code]["name"] != table.name[i] or rows[code]["township"] != table.township[i]:
                raise WrongError(f"{code}: names changed")
            for column in ("registered", "area_km2", "x_km", "y_km", "industry"):
                values, said = getattr(table, column), rows[code].get(column, "")
                if (values is None) != (not any(row.get(column) for row in rows.values())):
                    raise WrongError(f"column {column} lost or made up")
                if values is not None and (
                    values[i] != _number(said) or not math.isfinite(values[i])
                ):
                    raise WrongError(f"{code} {column}: {said!r} became {values[i]}")
    merger = config.policies.merger
    if merger is not None and merger.source == "file":
        world, reform = build_county(config.county, config.seed, config.reform)
        plan = make_plan(world, reform, merger, config.seed)
        said = {row["old_code"]: row for row in _rows(Path(merger.file))}
        together: dict[str, set[str]] = {}
        for code, seat in zip(world.villages.code, plan.seat, strict=True):
            together.setdefault(world.villages.code[seat], set()).add(code)
        groups = {}
        for code, row in said.items():
            town = row.get("new_township", "")
            groups.setdefault((row["new_village"], town), set()).add(code)
        if sorted(map(sorted, together.values())) != sorted(map(sorted, groups.values())):
            raise WrongError(f"{groups} became {together}")


def _map_is_that_written(path: Path, config: Any, table: Any) -> None:
    import geopandas as gpd
    from pyproj import Geod

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = gpd.read_file(path)
    if frame.crs is None:
        frame = frame.set_crs(config.county.map.crs)
    frame = frame.to_crs(4326)
    geod = Geod(ellps="WGS84")
    areas = {}
    for code, shape in zip(frame["code"], frame.geometry, strict=True):
        text = (
            str(int(code)) if isinstance(code, float) and code.is_integer() else str(code).strip()
        )
        areas[text] = (
            sum(abs(geod.geometry_area_perimeter(p)[0]) for p in getattr(shape, "geoms", [shape]))
            / 1e6
        )
    if sorted(areas) != sorted(table.code):
        raise WrongError(f"codes {sorted(areas)} became {table.code}")
    for code, area in zip(table.code, table.area_km2, strict=True):
        if abs(area - areas[code]) > 0.01 * areas[code]:
            raise WrongError(f"{code}: {areas[code]} km2 became {area}")


# --- experiments -------------------------------------------------------------------------------


def _experiment(path: Path, folder: Path) -> None:
    from sim.lab.design.points import MOST_POINTS
    from sim.lab.experiment import MOST_RUNS, run_experiment

    found: list[Any] = []

    def ready(session: Any, left: int) -> None:
        found.extend((session, left))
        raise _NothingRun

    with contextlib.suppress(_NothingRun):
        run_experiment(path, folder / "results" / "case", 1, ready=ready)
    session, left = found
    points, written = session.design.points, _written(path)
    if not 0 < len(points) <= MOST_POINTS or not 0 < left <= MOST_RUNS:
        raise WrongError(f"{len(points)} points, {left} runs")
    replicates = written.get("replicates")
    if isinstance(replicates, int) and session.replicates != replicates:
        raise WrongError(f"replicates: {replicates} became {session.replicates}")
    for point in points[:: max(1, len(points) // 20)]:
        _finite(point.values)
        _point_is_as_labelled(session, point)
    if written["method"] in ("factorial", "compare", "discover"):
        _grid_is_whole(written, session)


def _point_is_as_labelled(session: Any, point: Any) -> None:
    """Check that a point's configuration holds the values of the point."""
    from sim.config.loading import settle
    from sim.lab.design.points import tree_of

    data = settle(tree_of(point, session.experiment), session.experiment.folders).config
    dump = data.model_dump(mode="json")
    for key, value in point.values.items():
        inside: Any = dump
        for part in undotted(key):
            inside = inside.get(part) if isinstance(inside, dict) else None
        if value is None:
            continue
        if isinstance(value, int | float) and inside != value:
            raise WrongError(f"{key}: {value} became {inside}")


def _grid_is_whole(written: dict[str, Any], session: Any) -> None:
    count = 1
    for given in (written.get("factors") or {}).values():
        if isinstance(given, list):
            count *= len(given)
        elif isinstance(given, dict) and "levels" in given:
            count *= len(given["levels"])
        elif isinstance(given, dict) and "steps" in given:
            count *= given["steps"]
    arms = written.get("arms")
    count *= len(arms) if arms else 1
    if written.get("parts") or written.get("counties"):
        return
    if count != len(session.design.points):
        raise WrongError(f"{count} points became {len(session.design.points)}")
