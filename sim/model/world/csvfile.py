"""A CSV of villages or of a merger plan: its cells by column, its mistakes by row and column."""

import csv
import io
import math
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, nearest
from sim.files import fault
from sim.printable import absent, cut, hidden, identity, key, unguarded

#: above any county's list: bytes and rows of a table, letters of a cell
MOST_BYTES, MOST_ROWS, MOST_LETTERS = 20_000_000, 50_000, 200
_MOST_PROBLEMS = 40
#: columns of codes, and of those and names
CODES = ("code", "old_code", "seat")
NAMES = ("name", "township", "old_name", "new_village", "new_township")
#: how the name of a row that adds up others ends
_SUMS = ("合计", "总计", "小计", "共计", "total", "sum")
#: rows in which a header is looked for, where the first is none
_HEADER_ROWS = 6


class VillageFileError(InputError):
    """A table that cannot be read; ``problems`` lists everything found wrong with it."""


class VillageFileWarning(UserWarning):
    """Something in a table that is possible, but hardly meant."""


def unknown_code(code: str, known: Collection[str]) -> str:
    """Say that no village has a code."""
    hint = nearest(code, known) or f"; expected the code of a village, as {min(known)}"
    return f"no village has the code {code!r}{hint}"


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
    lines: list[list[str]] = []
    try:
        lines.extend(islice(csv.reader(io.StringIO(text, newline=""), strict=True), MOST_ROWS + 1))
    except csv.Error as error:
        raise VillageFileError(
            f"{path}:row {len(lines) + 1}: not a CSV file ({error}); save it as CSV, UTF-8, "
            "separated by commas"
        ) from error
    if len(lines) > MOST_ROWS:
        raise VillageFileError(
            f"{path}: more than {MOST_ROWS:,} rows; expected one row per village of one county"
        )
    rows = [(i + 1, line) for i, line in enumerate(lines) if any(cell.strip() for cell in line)]
    if not rows:
        raise VillageFileError(
            f"{path}: the file is empty; expected a header with {', '.join(required)}"
        )
    names = names or {}
    names = {own: identity(name) for own, name in names.items()}
    header = [identity(cell) for cell in rows[0][1]]
    problems = [
        f"{path}:row 1, column {name}: missing, but county.columns.{own} names it"
        + nearest(name, header)
        for own, name in names.items()
        if name not in header
    ]
    own_names = {name: own for own, name in names.items()}
    header = [own_names.get(name, name) for name in header]
    header = [low if (low := name.casefold()) in known else name for name in header]
    if other := _other_separator(header, required):
        raise VillageFileError(
            f"{path}:row 1: the columns are separated by {other}; save it as CSV, UTF-8, "
            "separated by commas"
        )
    problems = problems or _header_problems(path, header, required, known)
    if problems:
        wanted = {names.get(name, name) for name in required}
        below = [n for n, line in rows[1:_HEADER_ROWS] if wanted <= set(map(identity, line))]
        raise VillageFileError(_lower_header(path, below[0]) if below else problems)
    if len(rows) == 1:
        raise VillageFileError(f"{path}: no rows below the header; expected one row per village")
    return CsvTable(path, header, rows[1:], names, known)


def _other_separator(header: list[str], required: Sequence[str]) -> str | None:
    """Return what separates columns where it is no comma, None where it is."""
    line = ",".join(header)
    for mark in ";；，| " if len(list(filter(None, header))) == 1 else "":
        if {cell.strip() for cell in line.split(mark)} >= set(required):
            return "tabs or spaces" if mark == " " else repr(mark)
    return None


def _lower_header(path: Path, row: int) -> str:
    return (
        f"{path}:row 1: no header, but row {row} looks like it; delete the rows above: a table "
        "begins with the names of its columns"
    )


def _decode(path: Path) -> str:
    wrong = fault(path, "a CSV file")
    if wrong is not None:
        raise VillageFileError(f"{path}: {wrong}")
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise VillageFileError(f"{path}: cannot be read ({reason}); give a CSV file") from error
    if len(raw) > MOST_BYTES:
        raise VillageFileError(
            f"{path}: larger than {MOST_BYTES // 1_000_000} MB; expected one row per village"
        )
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise VillageFileError(f"{path}: UTF-16 text; save it as CSV UTF-8 in the spreadsheet")
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
        known: Collection[str],
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
            name: [
                identity(unguarded(cells[j].strip())) if j < len(cells) else "" for _, cells in rows
            ]
            for j, name in enumerate(header)
            if name
        }
        self._refuse_sums()
        for name in (name for name in known if name in self._cells):
            self._refuse_unreadable(name)
            if name in (*CODES, *NAMES):
                self._refuse_misread(name)

    def _refuse_sums(self) -> None:
        """Note rows that add up others or are notes, and leave them out of all other checks."""
        texts = [self._cells[name] for name in (*CODES, *NAMES) if name in self._cells]
        columns = list(self._cells.values())
        notes = {
            row: columns[0][row]
            for row in range(len(self.row_numbers))
            if len(columns) > 2 and columns[0][row] and not any(c[row] for c in columns[1:])
        }
        sums = {
            row: cell
            for cells in texts
            for row, cell in enumerate(cells)
            if cell.casefold().rstrip(":：").endswith(_SUMS)
        }
        for row, cell in sums.items():
            self.problems.append(
                f"{self.path}:row {self.row_numbers[row]}: {cell!r} looks like a sum of other "
                "rows, not a village; delete the row"
            )
        for row, cell in notes.items():
            if row not in sums:
                self.problems.append(
                    f"{self.path}:row {self.row_numbers[row]}: only {cell!r} is in it; if it is a "
                    "note, delete the row"
                )
        kept = [r for r in range(len(self.row_numbers)) if r not in sums and r not in notes]
        self.row_numbers = [self.row_numbers[row] for row in kept]
        self._cells = {name: [c[row] for row in kept] for name, c in self._cells.items()}

    def _refuse_misread(self, column: str) -> None:
        """Note codes and names that a spreadsheet has spoilt, or that stand for nothing."""
        for row, cell in enumerate(self._cells[column]):
            if column in CODES and cut(cell):
                self.complain(
                    row,
                    column,
                    f"{cell!r} is what a spreadsheet left of a longer code; make the column text "
                    "(文本) there and write the codes anew",
                )
            elif absent(cell):
                self.complain(row, column, f"{cell!r} stands for nothing; write the {column}")

    def _refuse_unreadable(self, column: str) -> None:
        """Note cells that cannot be shown as they are."""
        for row, cell in enumerate(self._cells[column]):
            if len(cell) > MOST_LETTERS:
                what = f"{len(cell):,} letters; expected at most {MOST_LETTERS}"
                self.complain(row, column, what)
            elif "\n" in cell or hidden(cell):
                what = f"the invisible character {hidden(cell) or 'U+000A'}; write the cell anew"
                self.complain(row, column, what)

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
        """Return a column that must be filled and free of repetition, however it is written."""
        cells = self.filled(column)
        first: dict[str, int] = {}
        for row, cell in enumerate(cells):
            if cell and (before := first.setdefault(key(cell), row)) != row:
                other = cells[before]
                written = "" if other == cell else f", written {other!r}"
                self.complain(
                    row,
                    column,
                    f"{cell!r} is already in row {self.row_numbers[before]}{written}; "
                    "every row needs a code of its own",
                )
        return cells

    def spelled_once(self, column: str) -> list[str]:
        """Return a filled column of names that come again, each written in one way."""
        cells = self.filled(column)
        first: dict[str, int] = {}
        for row, cell in enumerate(cells):
            other = cells[first.setdefault(key(cell), row)]
            if other != cell:
                self.complain(
                    row,
                    column,
                    f"{cell!r} is written {other!r} in row {self.row_numbers[first[key(cell)]]}; "
                    "write it in one way",
                )
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
                value = float(cell.replace("_", "?"))  # 1_000 is Python's way, nobody else's
            except ValueError:
                self.complain(row, column, f"{cell!r} is not a number; expected a {kind}{bound}")
                continue
            fine = math.isfinite(value) and abs(value) <= most
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
