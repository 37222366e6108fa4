"""What a run wrote: tidy tables with their units, read back as pandas frames.

A folder of results holds ``county.parquet`` (one row a month), ``villages.parquet`` (one row an
old village and month), ``places.parquet`` (one row an old village: what it is, and where the
merger plan puts it), ``cells.parquet`` (one row a grid cell), ``flows.parquet`` (money: one row a
month, purpose, payer and payee), ``stocks.parquet`` (what every sector holds at the end of a
month, from the month before the first on), where there was a map ``shapes.parquet`` (GeoParquet:
the old villages' polygons), where the land lies in the outline of a county of the registry
``border.parquet`` (its rings, one row a point, in cells), ``config.yaml`` (resolved) and
``manifest.json``. The unit of a column is in its Parquet field metadata, and in
``frame.attrs["units"]`` once read.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import files
from sim.errors import InputError
from sim.model.ledger import SECTORS, STOCKS
from sim.results import stored
from sim.results.stored import MANIFEST, unsealed

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from geopandas import GeoDataFrame


TABLES = ("county", "villages", "places", "cells", "flows", "stocks")
SHAPES, BORDER = "shapes.parquet", "border.parquet"
_AGAIN = "move it elsewhere and give the run's command with --fresh to have it written again"


@dataclass(frozen=True)
class Results:
    """The tables of a run; `sim.load_results` adds its summary and figures.

    Attributes
    ----------
    folder : Path
        Where it is.
    """

    folder: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Versions, seed, digests, times and counts."""
        path = self.folder / MANIFEST
        found = unsealed(path)
        if found is None:
            raise InputError(f"{path}: damaged; {_AGAIN}")
        return stored.complete(stored.fitting(found, "run", path), stored.RUN, self.folder)

    @cached_property
    def county(self) -> "pd.DataFrame":
        """Outcomes of the county, one row a month."""
        return self._read("county")

    @cached_property
    def villages(self) -> "pd.DataFrame":
        """Outcomes of old villages, one row an old village and month."""
        return self._read("villages")

    @cached_property
    def places(self) -> "pd.DataFrame":
        """Old villages: registered persons, area, office, and their place in the merger plan."""
        return self._read("places")

    @cached_property
    def cells(self) -> "pd.DataFrame":
        """Grid cells: row (0 is the north), column, old village and group."""
        return self._read("cells")

    @cached_property
    def flows(self) -> "pd.DataFrame":
        """Money that moved: month, purpose, payer, payee (`sim.model.ledger`) and fen."""
        return self._read("flows")

    @cached_property
    def stocks(self) -> "pd.DataFrame":
        """What sectors hold at a month's end: month, sector, stock (`sim.model.ledger`) and fen."""
        return self._read("stocks")

    def flow_matrix(self, month: str) -> "pd.DataFrame":
        """Return what each sector received less what it paid in a month, fen.

        Parameters
        ----------
        month : str
            A month, as in ``2021-03``.

        Returns
        -------
        DataFrame
            One row a purpose and one column a sector: rows add up to zero.
        """
        flows = self._in(self.flows, month)
        sides = [
            flows.pivot_table("fen", "purpose", side, "sum", fill_value=0, observed=True).reindex(
                columns=list(SECTORS), fill_value=0
            )
            for side in ("payee", "payer")
        ]
        return (sides[0] - sides[1]).astype("int64").rename_axis(columns=None)

    def balance_sheet(self, month: str) -> "pd.DataFrame":
        """Return every sector's money, loans, capital and net worth at the end of a month, fen.

        Parameters
        ----------
        month : str
            A month, as in ``2021-03``: the month before the first shows what runs opened with.

        Returns
        -------
        DataFrame
            One row a stock and one column a sector: money and loans add up to zero.
        """
        frame = self._in(self.stocks, month).pivot_table("fen", "stock", "sector", "sum")
        frame = frame.reindex(index=list(STOCKS), columns=list(SECTORS)).rename_axis(columns=None)
        frame.loc["net worth"] = frame.sum()
        return frame

    def _in(self, table: "pd.DataFrame", month: str) -> "pd.DataFrame":
        """Return the rows of a month, or raise `InputError` if there are none."""
        rows = table.loc[table["month"].dt.strftime("%Y-%m") == month]
        if rows.empty:
            raise InputError(f"{self.folder}: no month {month!r} (as in 2021-03) was recorded")
        return rows

    @cached_property
    def border(self) -> "pd.DataFrame | None":
        """The county's outline: ring, x in columns and y in rows of cells; None if not known."""
        return self._read("border") if (self.folder / BORDER).is_file() else None

    @cached_property
    def shapes(self) -> "GeoDataFrame | None":
        """Polygons of old villages in km (`sim.model.world.shapes`), None if there was no map.

        Raises
        ------
        InputError
            If there are some, and the extra ``geo`` is not installed.
        """
        if not (self.folder / SHAPES).is_file():
            return None
        try:
            import geopandas
        except ModuleNotFoundError as error:
            raise InputError(
                f"{self.folder}: drawn on a map's borders, which needs the extra 'geo': "
                "python -m pip install 'hecun[geo]'"
            ) from error
        return geopandas.read_parquet(self.folder / SHAPES)

    def _read(self, name: str) -> "pd.DataFrame":
        """Read one table as a frame with its units."""
        from sim.results.frames import framed

        return framed(self.arrow(name))

    def arrow(self, name: str) -> "pa.Table":
        """Return one of `TABLES` as it is stored, units in its fields' metadata.

        Raises
        ------
        InputError
            If it is damaged, or was edited.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.folder / f"{name}.parquet"
        content = path.read_bytes()
        digest = files.digest(content)
        if self.manifest.get("tables", {}).get(name, digest) != digest:
            raise InputError(f"{path}: damaged, or edited since it was written; {_AGAIN}")
        with stored.sound(path):
            table = pq.read_table(pa.BufferReader(content))
        return table


def load_run(folder: str | Path) -> Results:
    """Open the tables of a folder that `hecun run` wrote.

    Raises
    ------
    InputError
        If the folder is not one of complete results.
    """
    folder = Path(folder)
    missing = [
        name
        for name in ("manifest.json", *(f"{table}.parquet" for table in TABLES))
        if not (folder / name).is_file()
    ]
    if folder.is_file():
        raise InputError(f"{folder}: is a file; expected the folder of a run or an experiment")
    if not folder.is_dir():
        raise InputError(
            f"{folder}: no such folder; expected one that `hecun run` or `hecun experiment` wrote"
        )
    if missing:
        raise InputError(
            f"{folder}: not a folder of results; it has no {', '.join(missing)}; expected one that "
            "`hecun run` or `hecun experiment` wrote"
        )
    return Results(folder)
