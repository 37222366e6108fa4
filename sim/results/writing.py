"""Writing of a run's tables: tidy Parquet, the unit of each column in its metadata."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim import files
from sim.errors import InputError, nearest
from sim.model.outcomes.catalogue import OUTCOMES
from sim.results.reading import BORDER, SHAPES, TABLES

if TYPE_CHECKING:
    from sim.model.county import CountyModel


def write_table(path: Path, columns: dict[str, Any], units: dict[str, str]) -> str:
    """Write one Parquet table and return its digest (BLAKE2b, 16 hex digits).

    Parameters
    ----------
    path : Path
        The file.
    columns : dict
        Column name -> values, all of one length.
    units : dict
        Column name -> unit.
    """
    pq.write_table(_arrow(columns, units), path, compression="zstd")
    return files.file_digest(path)


def _arrow(columns: dict[str, Any], units: dict[str, str]) -> pa.Table:
    """Return columns as an Arrow table, their units in the metadata of its fields."""
    arrays = {name: pa.array(values) for name, values in columns.items()}
    schema = pa.schema(
        [
            pa.field(name, array.type, metadata={"unit": units.get(name, "")})
            for name, array in arrays.items()
        ]
    )
    return pa.table(arrays, schema=schema)


def table_columns(county: "CountyModel", name: str) -> dict[str, Any]:
    """Return the columns of one of a run's `TABLES`, of the months simulated so far."""
    first = county.config.start
    columns: dict[str, Callable[[], dict[str, Any]]] = {
        "county": lambda: _county_columns(county),
        "villages": lambda: _village_columns(county),
        "places": lambda: _place_columns(county),
        "cells": lambda: _cell_columns(county),
        "flows": lambda: _dated(county.ledger.columns(first)),
        "stocks": lambda: _dated(county.ledger.stock_columns(first)),
    }
    return columns[name]()


def arrow_table(county: "CountyModel", name: str) -> pa.Table:
    """Return one of a run's tables as it would be read once written.

    Raises
    ------
    InputError
        If no table is called so.
    """
    if name not in TABLES:
        said = f"{nearest(name, TABLES)}; there are {', '.join(TABLES)}"
        raise InputError(f"no table is called {name!r}{said}")
    columns = table_columns(county, name)
    table = _arrow(columns, _units(county, columns))
    fields = [
        field.with_type(pa.timestamp("ms")) if field.type == pa.timestamp("s") else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))  # Parquet knows no seconds


def write_tables(county: "CountyModel", folder: Path) -> dict[str, str]:
    """Write a run's tables into a folder; return their digests by name."""
    digests = {}
    for name in TABLES:
        columns = table_columns(county, name)
        path = folder / f"{name}.parquet"
        digests[name] = write_table(path, columns, _units(county, columns))
    if county.world.villages.shapes is not None:
        digests["shapes"] = _write_shapes(county, folder / SHAPES)
    if county.world.border is not None:
        columns = _border_columns(county.world.border)
        digests["border"] = write_table(folder / BORDER, columns, {"x": "cells", "y": "cells"})
    return digests


def _write_shapes(county: "CountyModel", path: Path) -> str:
    """Write the old villages' polygons as GeoParquet, in km; return the file's digest."""
    import geopandas

    villages = county.world.villages
    shapes: Any = villages.shapes
    frame = geopandas.GeoDataFrame(
        {"code": list(villages.code)}, geometry=list(shapes.polygons), crs=shapes.crs
    )
    frame.to_parquet(path, compression="zstd")
    return files.file_digest(path)


def _border_columns(rings: tuple[np.ndarray, ...]) -> dict[str, Any]:
    x, y = np.concatenate(rings).T
    ring = np.repeat(np.arange(len(rings), dtype=np.int32), [len(ring) for ring in rings])
    return {"ring": ring, "x": x, "y": y}


def _units(county: "CountyModel", columns: dict[str, Any]) -> dict[str, str]:
    """Return the units of columns: the catalogue's, the county's own, those of the plain facts."""
    facts = {"registered": "persons", "area_km2": "km2", "office_row": "cells"}
    facts |= {"office_col": "cells", "row": "cells", "col": "cells", "fen": "fen"}
    facts |= {key: one.unit for key, one in county.config.outcomes.described().items()}
    return {n: OUTCOMES[n].unit if OUTCOMES.built_in(n) else facts.get(n, "") for n in columns}


def _dates(months: np.ndarray) -> np.ndarray:
    """Return month numbers as dates of their first day."""
    return (months - 1970 * 12).astype("datetime64[M]").astype("datetime64[s]")


def _county_columns(county: "CountyModel") -> dict[str, Any]:
    recorder = county.recorder
    done = slice(recorder.done)
    outcomes = {key: values[done] for key, values in recorder.county.items()}
    return {"month": _dates(recorder.months[done])} | outcomes


def _village_columns(county: "CountyModel") -> dict[str, Any]:
    recorder, villages = county.recorder, county.world.villages
    done, count = recorder.done, len(villages)
    unit = recorder.unit[:done].ravel()
    codes = pa.array(villages.code)
    own = np.tile(np.arange(count), done)
    return {
        "month": np.repeat(_dates(recorder.months[:done]), count),
        "code": pa.DictionaryArray.from_arrays(pa.array(own.astype(np.int32)), codes),
        "unit": pa.DictionaryArray.from_arrays(pa.array(unit), codes),
        "absorbed": unit != own,
    } | {key: values[:done].ravel() for key, values in recorder.village.items()}


def _place_columns(county: "CountyModel") -> dict[str, Any]:
    world, plan = county.world, county.case.plan
    villages = world.villages
    return {
        "code": list(villages.code),
        "name": list(villages.name),
        "township": list(villages.township),
        "is_village": np.asarray(villages.is_village),
        "registered": world.registered,
        "area_km2": world.area_km2,
        "office_row": world.office[:, 0],
        "office_col": world.office[:, 1],
        "seat": [villages.code[s] for s in plan.seat],
        "new_name": [plan.new_name[s] for s in plan.seat],
        "new_township": [plan.new_township[s] for s in plan.seat],
        "leaves_village_class": plan.becomes_community[plan.seat],
        "outpost": county.borders.outpost,
        "certainty": list(plan.certainty),
    }


def _dated(columns: dict[str, Any]) -> dict[str, Any]:
    """Return columns of the ledger with months as dates."""
    return columns | {"month": _dates(np.array(columns["month"], dtype=np.int64))}


def _cell_columns(county: "CountyModel") -> dict[str, Any]:
    world = county.world
    row, col = np.nonzero(world.cell_group >= 0)
    group = world.cell_group[row, col]
    code = world.group_village[group].astype(np.int32)
    return {
        "row": row.astype(np.int32),
        "col": col.astype(np.int32),
        "code": pa.DictionaryArray.from_arrays(pa.array(code), pa.array(world.villages.code)),
        "group": group,
    }
