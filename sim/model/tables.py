"""Tables of the package (``sim/data``): one dataclass a row, mistakes by file and line."""

import csv
import math
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, cast, get_args, get_origin

from sim.errors import InputError, nearest

_MISCOUNTED = "{} cells, expected {}: a text with a comma stands between quotes"
DATA = Path(__file__).parent.parent / "data"


def read_rows[R](path: Path, kind: type[R], key: tuple[str, ...] = ()) -> tuple[R, ...]:
    """Return the rows of a table.

    Parameters
    ----------
    path : Path
        A CSV, UTF-8, whose columns are the fields of `kind`, in their order.
    kind : type
        A dataclass; numbers are read as numbers, an empty one as None where its field may be.
    key : tuple of str
        Columns that together name a row, all if none: none may be there twice.

    Raises
    ------
    InputError
        Naming every mistake by file and line; also those that `kind` finds (`ValueError`).
    """
    columns = [field.name for field in fields(cast(Any, kind))]
    readers = [_reader(field.name, field.type) for field in fields(cast(Any, kind))]
    found: dict[Any, R] = {}
    problems: list[str] = []
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        if next(lines, None) != columns:
            raise InputError(f"{path}:1: expected the columns {','.join(columns)}")
        for cells in lines:
            try:
                if len(cells) != len(columns):
                    raise ValueError(_MISCOUNTED.format(len(cells), len(columns)))
                row = kind(*[read(text) for read, text in zip(readers, cells, strict=True)])
                name = tuple(getattr(row, column) for column in key or columns)
                if name in found:
                    raise ValueError(f"{'.'.join(name)} is there already")
                found[name] = row
            except ValueError as error:
                problems.append(f"{path}:{lines.line_num}: {error}")
    if problems:
        raise InputError(problems)
    return tuple(found.values())


def _reader(column: str, kind: Any) -> Callable[[str], Any]:
    """Return what reads the cells of a column."""

    def one_of(text: str) -> Any:
        if text not in options:
            expected = ", ".join(options)
            raise ValueError(f"{column}: {text!r} is none of {expected}{nearest(text, options)}")
        return options[text]

    def number(text: str) -> float | None:
        if not text and kind is not float:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise ValueError(f"{column}: expected a number, got {text!r}")
        return value

    if get_origin(kind) is Literal:
        options = {option: option for option in get_args(kind)}
        return one_of
    if kind is bool:
        options = {"yes": True, "no": False}
        return one_of
    return number if kind in (float, float | None) else kind
