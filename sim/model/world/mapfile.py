"""Reading villages from a map: GeoPackage, GeoJSON or Shapefile, with their own columns."""

import math
import warnings
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import nearest
from sim.model.world import shapes
from sim.model.world.csvfile import CsvTable, VillageFileError
from sim.model.world.mapsource import MapWarning, opened
from sim.model.world.villages import REQUIRED, VillageTable, read_villages_csv, villages_of

if TYPE_CHECKING:
    from sim.model.config.county import County

type Stamps = tuple[tuple[int, int], ...]
MAP_SUFFIXES = (".gpkg", ".geojson", ".json", ".shp")
#: what a map can say of a village in columns; areas are measured from its shape
MAP_COLUMNS = (*REQUIRED, "registered", "industry", "kind", "nationality", "x", "y")


def read_villages(county: "County") -> VillageTable:
    """Read the villages of a county's own file: a CSV or, by its suffix, a map.

    Raises
    ------
    VillageFileError
        With ``problems``: everything wrong with the file, each naming its row.
    """
    path = Path(str(county.villages))
    names = {key: name for key, name in county.columns if name is not None}
    if path.suffix.lower() not in MAP_SUFFIXES:
        return read_villages_csv(path, names)
    return _read_map(path, stamps(path), tuple(names.items()), tuple(county.map))


def stamps(path: Path) -> Stamps:
    """Return time and size of the files a table or map consists of: others when it has changed."""
    there = [file.stat() for file in files_of(path) if file.is_file()]
    return tuple((found.st_mtime_ns, found.st_size) for found in there)


def files_of(path: Path) -> list[Path]:
    """Return the files a map consists of: those beside a Shapefile too, the named one first."""
    if path.suffix.lower() != ".shp":
        return [path]
    beside = (
        next(filter(Path.is_file, map(path.with_suffix, (suffix, suffix.upper()))), path)
        for suffix in (".dbf", ".shx", ".prj", ".cpg")
    )
    return [path, *(file for file in beside if file != path)]


@lru_cache(maxsize=4)
def _read_map(
    path: Path,
    _stamps: Stamps,
    names: tuple[tuple[str, str], ...],
    map_options: tuple[tuple[str, str | None], ...],
) -> VillageTable:
    """Read a map; the same file is read once."""
    options = dict(map_options)
    frame = opened(path, options["layer"], options["crs"])
    table = _attributes(path, frame, dict(names))
    polygons, plane = _projected(path, frame, table)
    villages = villages_of(table)
    polygons = _checked(table, polygons, options["gaps"] == "refuse")
    x, y = _offices(table, frame, polygons, plane)
    table.finish()
    found = shapes.VillageShapes(polygons, plane)
    villages = villages.but(shapes=found, area_km2=found.area_km2, x_km=x, y_km=y)
    return villages.take(np.argsort(np.array(villages.code)))


def _attributes(path: Path, frame: Any, names: dict[str, str]) -> CsvTable:
    """Return the features' attributes as cells, under the model's names."""
    measured = [key for key in names if key not in MAP_COLUMNS]
    if measured:
        raise VillageFileError(
            f"{path}: columns.{measured[0]} is for a CSV; a map's areas are measured from its "
            "shapes, and an office's place is x, y in the map's coordinates"
        )
    columns = [name for name in frame.columns if name != frame.geometry.name]
    problems = []
    for key in MAP_COLUMNS:
        wanted = names.get(key, key)
        if wanted not in columns and (key in names or key in REQUIRED):
            options = nearest(wanted, columns).replace("did you mean", "is it the column")
            problems.append(
                f"{path}:column {wanted}: missing{options}; name the map's column for {key} in "
                f"county.columns.{key}; it has {', '.join(columns)[:80]}"
            )
    if problems:
        raise VillageFileError(problems)
    keys = [key for key in MAP_COLUMNS if names.get(key, key) in columns]
    values = [frame[names.get(key, key)].tolist() for key in keys]
    rows = [(i + 1, [_cell(v) for v in row]) for i, row in enumerate(zip(*values, strict=True))]
    return CsvTable(path, keys, rows, names, keys)


def _cell(value: Any) -> str:
    """Return an attribute as text; whole numbers without decimals, '' where there is none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _projected(path: Path, frame: Any, table: CsvTable) -> tuple[shapes.Polygons, str]:
    """Return the polygons on an equal-area plane of their own, in km."""
    import shapely

    if frame.crs is None:
        raise VillageFileError(
            f"{path}: no coordinate reference system (CRS); write county.map.crs, for example "
            "EPSG:4490 for degrees of CGCS2000"
        )
    bounds = shapely.bounds(frame.geometry.to_numpy())
    degrees = bool((np.abs(bounds[np.isfinite(bounds)]) <= 180).all())
    if frame.crs.is_geographic:
        for row in np.flatnonzero((np.abs(bounds) > (180, 90, 180, 90)).any(axis=1)):
            west, south, east, north = bounds[row]
            table.complain(
                int(row),
                "geometry",
                f"{west:.6g} to {east:.6g} east, {south:.6g} to {north:.6g} north are no degrees; "
                "longitude comes first; a map in metres needs its CRS",
            )
    elif degrees:
        raise VillageFileError(
            f"{path}: its CRS {frame.crs.name} is in {frame.crs.axis_info[0].unit_name}, but its "
            "coordinates look like degrees; mend the CRS"
        )
    table.finish()
    where = shapely.total_bounds(frame.geometry.to_crs(4326).to_numpy())
    if not np.isfinite(where).all():
        raise VillageFileError(f"{path}: coordinates lie outside the CRS {frame.crs.name}")
    east, north = np.round((where[:2] + where[2:]) / 2, 2)
    plane = f"+proj=laea +lat_0={north:g} +lon_0={east:g} +datum=WGS84 +units=km"
    projected = shapely.force_2d(frame.geometry.to_crs(plane).to_numpy())
    return np.asarray(projected, dtype=object), plane


def _checked(table: CsvTable, polygons: shapes.Polygons, refuse_gaps: bool) -> shapes.Polygons:
    """Return valid polygons; note what is wrong, warn of what was mended."""

    def complain(row: int, what: str) -> None:
        table.complain(row, "geometry", f"{called[row]}{what}")

    texts = table.text("name")
    called = [f"{name}: " if name else "" for name in texts]
    names = [f"row {number} ({name})" for number, name in enumerate(texts, start=1)]
    polygons, mended = shapes.mend(polygons, complain)
    table.finish()
    said = [f"{names[row]}: an invalid polygon was mended" for row in mended]
    shapes.far_away(polygons, complain)
    overlap = shapes.overlaps(polygons, names, complain)
    if overlap > 1e-6:
        said.append(f"villages overlap slightly (at most {overlap:.2g} of the smaller)")
    sliver = shapes.gaps(polygons, names, complain if refuse_gaps else None)
    if sliver > 1e-6:
        said.append(f"slivers between villages ({sliver:.2g} km2) went to the nearest")
    table.finish()
    for text in said:
        warnings.warn(f"{table.path}: {text}", MapWarning, stacklevel=2)
    return polygons


def _offices(table: CsvTable, frame: Any, polygons: shapes.Polygons, plane: str) -> tuple[Any, Any]:
    """Return the places of the offices in km where the map has them, each in its village."""
    import geopandas
    import shapely

    x, y = table.numbers("x", signed=True), table.numbers("y", signed=True)
    if x is None or y is None:
        return None, None
    points = geopandas.GeoSeries(geopandas.points_from_xy(x, y), crs=frame.crs).to_crs(plane)
    known = np.isfinite(x) & np.isfinite(y)
    for row in np.flatnonzero(known & ~shapely.intersects(polygons, points.to_numpy())):
        table.complain(int(row), "x", "the office lies outside its village")
    return points.x.to_numpy(), points.y.to_numpy()
