"""The table of villages, and reading one from a user's CSV."""

import csv
import io
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, nearest

if TYPE_CHECKING:
    from sim.world.shapes import VillageShapes

REQUIRED = ("code", "name", "township")
_NUMBERS = ("registered", "area_km2", "x_km", "y_km", "industry")
_TEXTS = ("kind", "nationality")
COLUMNS = (*REQUIRED, *_NUMBERS, *_TEXTS)
_VILLAGE_WORDS = {"village", "村"}
_COMMUNITY_WORDS = {"community", "社区"}
_MOST_PROBLEMS = 40


#: far above any village: a slip of the pen is refused before it fills the memory
MOST_REGISTERED, MOST_KM2 = 100_000, 20_000


class VillageFileError(InputError):
    """A table that cannot be read; ``problems`` lists everything found wrong with it."""


@dataclass(frozen=True, eq=False)
class VillageTable:
    """Villages (and communities) with what is known of them; V rows.

    Attributes
    ----------
    code, name, township : tuple of str, length V
        Unique code, official name, name of the township.
    is_village : bool array (V,)
        False for communities (居委会).
    registered : int64 array (V,) or None
        Registered persons.
    area_km2, x_km, y_km, industry : float64 array (V,) or None
        Area, place of the office, strength of industry (any non-negative scale); None = unknown.
    nationality : tuple of str, length V, or None
        Main nationality.
    shapes : VillageShapes or None
        The villages' polygons, where they come from a map; x_km and y_km are on its plane.
    """

    code: tuple[str, ...]
    name: tuple[str, ...]
    township: tuple[str, ...]
    is_village: npt.NDArray[np.bool_]
    registered: npt.NDArray[np.int64] | None = None
    area_km2: npt.NDArray[np.float64] | None = None
    x_km: npt.NDArray[np.float64] | None = None
    y_km: npt.NDArray[np.float64] | None = None
    industry: npt.NDArray[np.float64] | None = None
    nationality: tuple[str, ...] | None = None
    shapes: "VillageShapes | None" = None

    @classmethod
    def of(
        cls,
        code: Sequence[str],
        name: Sequence[str],
        township: Sequence[str],
        is_village: Sequence[bool] | None = None,
    ) -> "VillageTable":
        """Return a table of names only (all villages unless said otherwise)."""
        kinds = [True] * len(code) if is_village is None else is_village
        return cls(tuple(code), tuple(name), tuple(township), np.array(kinds, dtype=np.bool_))

    def __len__(self) -> int:
        return len(self.code)

    def select(self, keep: npt.NDArray[np.bool_]) -> "VillageTable":
        """Return the rows where `keep` (bool array (V,)) is true."""
        return self.take(np.flatnonzero(keep))

    def take(self, rows: npt.NDArray[np.intp]) -> "VillageTable":
        """Return some rows, in the order given."""
        changes = {}
        for field in fields(self):
            column = getattr(self, field.name)
            if isinstance(column, tuple):
                changes[field.name] = tuple(column[row] for row in rows)
            elif column is not None:
                changes[field.name] = column[rows]
        return replace(self, **changes)

    def but(self, **columns: Any) -> "VillageTable":
        """Return the table with some columns replaced."""
        return replace(self, **columns)

    def villages_only(self) -> "VillageTable":
        """Return the table without communities."""
        return self.select(self.is_village)

    def without_townships(self, names: Collection[str]) -> "VillageTable":
        """Return the table without some townships; unknown names raise `InputError`."""
        known = set(self.township)
        unknown = [name for name in names if name not in known]
        if unknown:
            raise InputError(
                [f"no township is called {name!r}{nearest(name, known)}" for name in unknown]
            )
        return self.select(np.array([town not in names for town in self.township]))


def read_table(
    path: str | Path,
    required: Sequence[str],
    known: Sequence[str],
    names: Mapping[str, str] | None = None,
) -> "CsvTable":
    """Read a CSV with a header; UTF-8 (with or without mark) or GB18030.

    Parameters
    ----------
    path : path
        The file.
    required, known : sequence of str
        Columns that must and may be there.
    names : mapping of str to str, optional
        What the file calls a column, where it has a name of its own for it.

    Raises
    ------
    VillageFileError
        If the file cannot be read at all, or a required column is missing.
    """
    path = Path(path)
    text = _decode(path)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise VillageFileError(
            f"{path}: not a CSV file ({error}); save it as CSV, UTF-8, separated by commas"
        ) from error
    rows = [(i + 1, line) for i, line in enumerate(lines) if any(cell.strip() for cell in line)]
    if not rows:
        raise VillageFileError(
            f"{path}: the file is empty; expected a header with {', '.join(required)}"
        )
    names = names or {}
    header = [cell.strip() for cell in rows[0][1]]
    problems = [
        f"{path}:row 1, column {name}: missing, but county.columns.{key} names it"
        + nearest(name, header)
        for key, name in names.items()
        if name not in header
    ]
    own = {name: key for key, name in names.items()}
    header = [own.get(name, name) for name in header]
    problems = problems or _header_problems(path, header, required, known)
    if problems:
        raise VillageFileError(problems)
    if len(rows) == 1:
        raise VillageFileError(f"{path}: no rows below the header; expected one row per village")
    return CsvTable(path, header, rows[1:], names)


def _decode(path: Path) -> str:
    if path.is_dir():
        raise VillageFileError(f"{path}: is a folder; expected a CSV file")
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise VillageFileError(f"{path}: cannot be read ({reason}); give a CSV file") from error
    if b"\0" in raw:
        raise VillageFileError(
            f"{path}: holds binary data; expected a CSV text file "
            "(from a spreadsheet: save as CSV UTF-8)"
        )
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise VillageFileError(
        f"{path}: neither UTF-8 nor GB18030 text; save it as CSV UTF-8 in the spreadsheet"
    )


def _header_problems(
    path: Path, header: list[str], required: Sequence[str], known: Sequence[str]
) -> list[str]:
    problems = []
    strange = [name for name in header if name and name not in known]
    for name in required:
        if name not in header:
            near = nearest(name, strange).replace("did you mean", "is it the column")
            problems.append(
                f"{path}:row 1, column {name}: missing{near}; the header needs "
                f"{', '.join(required)}, separated by commas; it is {', '.join(header)[:80]!r}"
            )
    for name in strange:
        options = nearest(name, known)
        if options and name not in problems and not _is_typo_of_missing(name, required, header):
            problems.append(f"{path}:row 1, column {name}: unknown{options}")
    problems += [
        f"{path}:row 1, column {name}: occurs {header.count(name)} times; keep one"
        for name in dict.fromkeys(header)
        if name in known and header.count(name) > 1
    ]
    return problems


def _is_typo_of_missing(name: str, required: Sequence[str], header: list[str]) -> bool:
    missing = [column for column in required if column not in header]
    return bool(nearest(name, missing))


class CsvTable:
    """Cells of a CSV by column, with the places of problems."""

    def __init__(
        self,
        path: Path,
        header: list[str],
        rows: list[tuple[int, list[str]]],
        names: Mapping[str, str],
    ) -> None:
        self.path = path
        self.names = names
        self.header = header
        self.row_numbers = [number for number, _ in rows]
        self.problems: list[str] = []
        for number, cells in rows:
            if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
                self.problems.append(
                    f"{path}:row {number}, column {len(header) + 1}: {len(cells)} cells but the "
                    f"header has {len(header)} columns; put cells that hold a comma in quotes"
                )
        self._cells = {
            name: [cells[j].strip() if j < len(cells) else "" for _, cells in rows]
            for j, name in enumerate(header)
            if name
        }

    def has(self, column: str) -> bool:
        """Tell whether a column is there and has at least one filled cell."""
        return any(self._cells.get(column, ()))

    def text(self, column: str) -> list[str]:
        """Return a column's cells, '' where the column or cell is missing."""
        return self._cells.get(column) or [""] * len(self.row_numbers)

    def complain(self, row: int, column: str, what: str) -> None:
        """Note a problem of one cell (row counted from 0 below the header)."""
        name = self.names.get(column, column)
        self.problems.append(f"{self.path}:row {self.row_numbers[row]}, column {name}: {what}")

    def unique(self, column: str) -> list[str]:
        """Return a column that must be filled and free of repetition."""
        cells = self.filled(column)
        first: dict[str, int] = {}
        for row, cell in enumerate(cells):
            if cell and cell in first:
                self.complain(
                    row,
                    column,
                    f"{cell!r} is already in row {self.row_numbers[first[cell]]}; "
                    "every row needs a code of its own",
                )
            first.setdefault(cell, row)
        return cells

    def filled(self, column: str) -> list[str]:
        """Return a column whose cells must all be filled."""
        cells = self.text(column)
        for row, cell in enumerate(cells):
            if not cell:
                self.complain(row, column, f"empty; every row needs a {column}")
        return cells

    def numbers(
        self,
        column: str,
        *,
        positive: bool = False,
        whole: bool = False,
        signed: bool = False,
        most: float = math.inf,
    ) -> npt.NDArray[np.float64] | None:
        """Return a column of numbers, or None where the column is missing or all empty."""
        if not self.has(column):
            return None
        kind = "whole number" if whole else "number"
        bound = "" if signed else (" above 0" if positive else " of at least 0")
        bound += f" and at most {most:,.0f}" if most < math.inf else ""
        cells = self.text(column)
        out = np.full(len(cells), np.nan)
        for row, cell in enumerate(cells):
            if not cell:
                self.complain(
                    row,
                    column,
                    f"empty, but other rows have it; expected a {kind}{bound} in every row "
                    "(or leave the whole column empty: it is then drawn)",
                )
                continue
            try:
                value = float(cell)
            except ValueError:
                self.complain(row, column, f"{cell!r} is not a number; expected a {kind}{bound}")
                continue
            fine = math.isfinite(value) and value <= most
            fine &= signed or value > 0 or (value == 0 and not positive)
            if not fine or (whole and value != int(value)):
                self.complain(row, column, f"{cell} is out of range; expected a {kind}{bound}")
                continue
            out[row] = value
        return out

    def finish(self) -> None:
        """Raise `VillageFileError` with all problems noted so far, in the order of rows."""
        if not self.problems:
            return
        shown = self.problems[:_MOST_PROBLEMS]
        if len(self.problems) > len(shown):
            shown.append(f"{self.path}: and {len(self.problems) - len(shown)} more problems")
        raise VillageFileError(shown)


def read_villages_csv(path: str | Path, names: Mapping[str, str] | None = None) -> VillageTable:
    """Read a user's table of villages; they are sorted by code.

    Parameters
    ----------
    path : path
        CSV (UTF-8, with or without byte-order mark, or GB18030) with the columns code, name,
        township; optional: kind (village or community), registered (persons), area_km2, x_km,
        y_km (place of the office), industry (strength, at least 0), nationality.
    names : mapping of str to str, optional
        What the file calls a column, where it has a name of its own for it.

    Raises
    ------
    VillageFileError
        With ``problems``: everything wrong with the file, each
        ``file:row N, column C: what is wrong, what was expected``.
    """
    table = read_table(path, REQUIRED, COLUMNS, names)
    villages = villages_of(table)
    area = table.numbers("area_km2", positive=True, most=MOST_KM2)
    x, y = table.numbers("x_km", signed=True), table.numbers("y_km", signed=True)
    if (x is None) != (y is None):
        lone, other = ("x_km", "y_km") if y is None else ("y_km", "x_km")
        table.problems.append(
            f"{table.path}:row 1, column {other}: missing although {lone} is given; give both"
        )
    table.finish()
    villages = villages.but(area_km2=area, x_km=x, y_km=y)
    return villages.take(np.argsort(np.array(villages.code)))  # the county, not the file's order


def villages_of(table: CsvTable) -> VillageTable:
    """Return what a table's cells say of villages, but for places; note what is wrong."""
    code, name, township = table.unique("code"), table.filled("name"), table.filled("township")
    is_village = []
    for row, word in enumerate(table.text("kind")):
        if word and word not in _VILLAGE_WORDS | _COMMUNITY_WORDS:
            table.complain(row, "kind", f"{word!r} is unknown; expected village or community")
        is_village.append(word not in _COMMUNITY_WORDS)
    registered = table.numbers("registered", positive=True, whole=True, most=MOST_REGISTERED)
    if registered is not None and np.isfinite(registered).all():
        registered = registered.astype(np.int64)
    return VillageTable(
        tuple(code),
        tuple(name),
        tuple(township),
        np.array(is_village, dtype=np.bool_),
        registered=registered,  # type: ignore[arg-type]
        industry=table.numbers("industry"),
        nationality=tuple(table.filled("nationality")) if table.has("nationality") else None,
    )
