"""Tables as the frames of the library that somebody works with."""

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sim.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas as pd

LIBRARIES = ("pandas", "polars", "pyarrow")
#: columns that say what a row is of, kept whatever outcomes are chosen
ABOUT = (
    "run", "point", "arm", "county", "replicate", "seed", "month", "code", "unit", "absorbed",
)  # fmt: skip


def chosen(table: pa.Table, outcomes: "list[str] | str | None") -> pa.Table:
    """Return a table with some of its outcomes and what says what a row is of.

    Raises
    ------
    InputError
        If it has no such column.
    """
    if outcomes is None:
        return table
    keys = [outcomes] if isinstance(outcomes, str) else list(outcomes)
    known = table.column_names
    for key in keys:
        if key not in known:
            raise InputError(f"no column is called {key!r}{nearest(str(key), known)}")
    return table.select([name for name in known if name in ABOUT and name not in keys] + keys)


def arrow_of(frame: "pd.DataFrame") -> pa.Table:
    """Return a pandas frame as an Arrow table, what its attributes say of units in its fields."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    units = frame.attrs.get("units", {})
    fields = [field.with_metadata({"unit": units.get(field.name, "")}) for field in table.schema]
    return table.cast(pa.schema(fields))


def framed(table: pa.Table, library: str = "pandas") -> Any:
    """Return a table as the frame of a library.

    Parameters
    ----------
    table : pyarrow.Table
        The table, units in its fields' metadata.
    library : {"pandas", "polars", "pyarrow"}
        Whose frame; pandas frames have the units in ``attrs["units"]`` too.

    Raises
    ------
    InputError
        If there is no such library, or it is not installed.
    """
    if library == "pyarrow":
        return table
    if library == "polars":
        try:
            import polars  # pyright: ignore[reportMissingImports]
        except ModuleNotFoundError as error:
            raise InputError("polars is not installed: python -m pip install polars") from error
        return polars.from_arrow(table)
    if library != "pandas":
        said = f"{nearest(str(library), LIBRARIES)}; there are {', '.join(LIBRARIES)}"
        raise InputError(f"library {library!r}: not one of those{said}")
    frame = table.to_pandas()
    frame.attrs["units"] = {
        field.name: (field.metadata or {}).get(b"unit", b"").decode() for field in table.schema
    }
    return frame
