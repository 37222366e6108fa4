"""The table of villages, and reading one from a user's CSV."""

import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, nearest
from sim.model.world.csvfile import CsvTable, VillageFileWarning, read_table
from sim.model.world.unchanging import Unchanging
from sim.printable import key

if TYPE_CHECKING:
    from sim.model.world.shapes import VillageShapes

REQUIRED = ("code", "name", "township")
_NUMBERS = ("registered", "area_km2", "x_km", "y_km", "industry")
_TEXTS = ("kind", "nationality")
COLUMNS = (*REQUIRED, *_NUMBERS, *_TEXTS)
_VILLAGE_WORDS = {"village", "村"}
_COMMUNITY_WORDS = {"community", "社区"}


#: far above any village: a slip of the pen is refused before it fills the memory
MOST_REGISTERED, MOST_KM2, MOST_KM = 100_000, 20_000, 10_000
#: more than nearly every village outside the grasslands
LARGE_KM2 = 50


@dataclass(frozen=True, eq=False)
class VillageTable(Unchanging):
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
        unknown = self.unknown_townships(names)
        if unknown:
            known = set(self.township)
            raise InputError(
                [f"no township is called {name!r}{nearest(name, known)}" for name in unknown]
            )
        return self.select(~self.in_townships(names))

    def unknown_townships(self, names: Collection[str]) -> list[str]:
        """Return the names that no township has, however written."""
        known = set(map(key, self.township))
        return [name for name in names if key(name) not in known]

    def in_townships(self, names: Collection[str]) -> npt.NDArray[np.bool_]:
        """Return which rows lie in townships of some names, shape (V,)."""
        return _among(self.township, names)

    def township_of(self, name: str) -> str:
        """Return a township's name as the list writes it; the name given where it has none."""
        return next((town for town in self.township if key(town) == key(name)), name)

    def called(self, names: Collection[str]) -> npt.NDArray[np.bool_]:
        """Return which rows have one of some codes or names, shape (V,)."""
        return _among(self.code, names) | _among(self.name, names)


def _among(texts: Sequence[str], names: Collection[str]) -> npt.NDArray[np.bool_]:
    wanted = set(map(key, names))
    return np.array([key(text) in wanted for text in texts], dtype=np.bool_)


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
    x, y = (table.numbers(name, signed=True, most=MOST_KM) for name in ("x_km", "y_km"))
    if (x is None) != (y is None):
        lone, other = ("x_km", "y_km") if y is None else ("y_km", "x_km")
        table.problems.append(
            f"{table.path}:row 1, column {other}: missing although {lone} is given; give both"
        )
    table.finish()
    if area is not None:
        _doubt_areas(table, area)
    if x is not None and y is not None and _like_degrees(x, y):
        warnings.warn(
            f"{table.path}:row {table.row_numbers[0]}, column {table.names.get('x_km', 'x_km')}: "
            f"{x[0]:g} and {y[0]:g} look like degrees; x_km and y_km are km from any point",
            VillageFileWarning,
            stacklevel=2,
        )
    villages = villages.but(area_km2=area, x_km=x, y_km=y)
    return villages.take(np.argsort(np.array(villages.code)))  # the county, not the file's order


def _like_degrees(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> bool:
    """Tell whether places lie where China's longitudes and latitudes do, close together."""
    near = max(np.ptp(x), np.ptp(y)) < 5
    return bool(near and x.min() > 73 and x.max() < 136 and y.min() > 3 and y.max() < 54)


def _doubt_areas(table: CsvTable, area: npt.NDArray[np.float64]) -> None:
    """Warn of areas that look like hectares or mu, in one row or in all."""
    row, middle = int(np.argmax(area)), float(np.median(area))
    if area[row] <= LARGE_KM2 or LARGE_KM2 >= middle > area[row] / 30:
        return
    what = (
        f"half of the villages have more than {middle:g}"
        if middle > LARGE_KM2
        else (f"the village in the middle has {middle:g}")
    )
    column = table.names.get("area_km2", "area_km2")
    warnings.warn(
        f"{table.path}:row {table.row_numbers[row]}, column {column}: {area[row]:g} km2 is much "
        f"for a village, and {what}; divide hectares (公顷) by 100, mu (亩) by 1500",
        VillageFileWarning,
        stacklevel=3,
    )


def villages_of(table: CsvTable) -> VillageTable:
    """Return what a table's cells say of villages, but for places; note what is wrong."""
    code, name, township = (
        table.unique("code"),
        table.filled("name"),
        table.spelled_once("township"),
    )
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
