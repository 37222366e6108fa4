"""The formats of an export: a frame in plain types into a file of each."""

import datetime
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.export.columns import LABEL, Column, absent, yes_no
from sim.printable import guarded

#: rows of a sheet below its head
_MOST_ROWS = 1_048_575
#: bytes of a text that Stata keeps in the row; longer ones lie apart (strL)
_IN_ROW = 2045
#: Excel's calendar before this day is wrong (it holds that 1900 was a leap year)
_FIRST_DAY = datetime.datetime(1900, 3, 1)
_XLSX = "xlsx needs the extra 'xlsx': python -m pip install 'hecun[xlsx]'"


def ready(to: str) -> None:
    """Refuse a format whose library is not installed.

    Raises
    ------
    InputError
        If it is Excel's, and openpyxl is missing.
    """
    if to == "xlsx":
        try:
            import openpyxl  # noqa: F401
        except ModuleNotFoundError as error:
            raise InputError(_XLSX) from error


def write_csv(path: Path, frame: pd.DataFrame, columns: Sequence[Column], bom: bool) -> None:
    """Write a table as CSV: UTF-8, dates as 2020-04-01, TRUE and FALSE, empty where missing.

    Parameters
    ----------
    path : Path
        The file.
    frame : DataFrame
        The table, in plain types.
    columns : sequence of Column
        Its columns.
    bom : bool
        Begin with the mark by which Excel knows UTF-8.
    """
    shown = frame.copy(deep=False)
    for column in columns:
        values: Any = frame[column.column]
        shown[column.column] = _as_text(values, column.type)
    shown.columns = [guarded(name) for name in shown.columns]
    coding = "utf-8-sig" if bom else "utf-8"
    shown.to_csv(path, index=False, encoding=coding, lineterminator="\n", na_rep="")


def _as_text(values: pd.Series, kind: str) -> pd.Series:
    """Return a column as it is written in a CSV."""
    if kind == "date":
        return values.dt.strftime("%Y-%m-%d")
    if kind == "time":
        return values.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    if kind == "yes/no":
        return values.astype(object).map({True: "TRUE", False: "FALSE"}, na_action="ignore")
    if kind == "text":
        return values.map(guarded, na_action="ignore")
    return values


def write_stata(
    path: Path,
    frame: pd.DataFrame,
    columns: Sequence[Column],
    title: str,
    codes: Mapping[str, Mapping[float, str]] | None = None,
) -> None:
    """Write a table as a Stata file of format 118 (Stata 14 and newer; Unicode).

    Variables have labels in both languages, yes and no are 0 and 1 with labels, months are dates
    (``%td``), texts beyond 2045 bytes long ones (``strL``). `codes`: column -> label of each value.
    """
    found: dict[str, Any] = {}
    long: list[str] = []
    dates: dict[Hashable, str] = {}
    labels: dict[Hashable, dict[float, str]] = {n: dict(c) for n, c in (codes or {}).items()}
    for column in columns:
        values: Any = frame[column.column]
        name = column.name
        if column.type == "text":
            values = values.map(_without_nul, na_action="ignore").fillna("").astype(object)
            if any(len(str(text).encode()) > _IN_ROW for text in values):
                long.append(name)
        elif column.type == "yes/no":
            values = values.astype(object).map({True: 1.0, False: 0.0}).astype(np.float64)
            values = values if values.isna().any() else values.astype(np.int8)
            if len(values) and not values.isna().any():
                labels[name] = yes_no()
        elif column.type in ("date", "time"):
            dates[name] = "td" if column.type == "date" else "tc"
        elif column.type == "whole":
            values = _smallest(values)
        found[name] = values
    pd.DataFrame(found, index=frame.index).to_stata(
        path,
        write_index=False,
        version=118,
        convert_dates=dates,
        convert_strl=long,
        data_label=title[:LABEL],
        variable_labels={column.name: column.label() for column in columns},
        value_labels=labels,
        time_stamp=datetime.datetime(1960, 1, 1),  # the same results give the same bytes
    )


def _without_nul(text: str) -> str:
    return text.replace("\0", "")


def _smallest(values: pd.Series) -> pd.Series:
    """Return whole numbers in the smallest type of Stata that holds them, else as doubles."""
    if values.empty:
        return values.astype(np.float64)
    low, high = int(values.min()), int(values.max())
    for kind, least, most in ((np.int8, -127, 100), (np.int16, -32_767, 32_740)):
        if least <= low and high <= most:
            return values.astype(kind)
    if low >= -2_147_483_647 and high <= 2_147_483_620:
        return values.astype(np.int32)
    return values.astype(np.float64)


class Workbook:
    """An Excel workbook, a sheet a table."""

    def __init__(self) -> None:
        import openpyxl

        self._book = openpyxl.Workbook(write_only=True)

    def add(self, name: str, frame: pd.DataFrame, columns: Sequence[Column]) -> None:
        """Add a table: bold heads, dates as dates, texts never formulas.

        Raises
        ------
        InputError
            If it has more rows than a sheet.
        """
        if len(frame) > _MOST_ROWS:
            raise InputError(
                f"{name}: {len(frame):,} rows; a sheet holds {_MOST_ROWS:,}: use --to csv or "
                "stata, or name the tables you want (--table)"
            )
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font

        sheet = self._book.create_sheet(name[:31])
        sheet.freeze_panes = "A2"
        heads = [WriteOnlyCell(sheet, value=guarded(column.column)) for column in columns]
        for head in heads:
            head.font = Font(bold=True)
        sheet.append(heads)
        series = [(frame[column.column].tolist(), column.type) for column in columns]
        for row in zip(*(values for values, _ in series), strict=True):
            sheet.append([_cell(sheet, v, kind) for v, (_, kind) in zip(row, series, strict=True)])

    def save(self, path: Path) -> None:
        """Write the workbook."""
        stamp = datetime.datetime(2000, 1, 1)
        self._book.properties.created = self._book.properties.modified = stamp
        self._book.save(path)


def _cell(sheet: Any, value: Any, kind: str) -> Any:
    """Return a value as a cell takes it."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if absent(value):
        return None
    if kind in ("date", "time"):
        day = value.to_pydatetime()
        if day < _FIRST_DAY:
            return f"{day:%Y-%m-%d}"
        cell = WriteOnlyCell(sheet, value=day)
        cell.number_format = "yyyy-mm-dd" if kind == "date" else "yyyy-mm-dd hh:mm:ss"
        return cell
    if kind == "text":
        return guarded(ILLEGAL_CHARACTERS_RE.sub("", value))[:32_767]
    return value
