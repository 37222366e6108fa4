"""Columns as other programs take them: plain types, short names, labels in both languages."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.words import LANGUAGES, known, unit_label, word
from sim.words.labels import key_label, outcome_label

#: letters of a name, and of a label, in Stata
NAME, LABEL = 32, 80
#: whole numbers that every program keeps as they are (a double's)
EXACT = 2**53
#: words that Stata keeps to itself
_RESERVED = frozenset(
    ("byte", "double", "float", "if", "in", "int", "long", "str", "using", "with")
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an exported table: a line of the codebook.

    Attributes
    ----------
    table, column : str
        The table, and the column's name in hecun.
    name : str
        Its name in Stata: at most 32 letters, digits and ``_``.
    type : {"date", "time", "number", "whole", "yes/no", "text"}
        What it holds.
    unit : str
        Its unit, ``"1"`` for shares and ratios.
    en, zh : str
        What it is.
    rows, missing : int
        Rows of the table, and how many have no value.
    note : str
        What was done to it, so that the format could take it.
    """

    table: str
    column: str
    name: str
    type: str
    unit: str
    en: str
    zh: str
    rows: int
    missing: int
    note: str = ""

    def label(self) -> str:
        """Return the label of a Stata variable: both languages and the unit, 80 letters at most."""
        unit = "" if self.unit in ("", "1") else f" [{unit_label(self.unit, 'en')}]"
        room = LABEL - len(unit)
        both = self.en if self.en == self.zh else f"{self.en} | {self.zh}"
        if len(both) > room and self.en != self.zh:  # the longer one gives way
            half = max(room - 3 - len(self.zh), room // 2)
            both = f"{self.en[:half]} | {self.zh}"
        return f"{both[:room]}{unit}"


def described(table: str, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Column]]:
    """Return a table in plain types, its index dropped, and its columns described.

    Dates stay dates, categories become text, lists and mappings JSON, infinite numbers missing,
    whole numbers that a double cannot hold text.
    """
    units = frame.attrs.get("units", {})
    plain: dict[str, pd.Series] = {}
    columns = []
    for name, short in zip(frame.columns, stata_names(map(str, frame.columns)), strict=True):
        given: Any = frame[name]
        values, kind, note = _plain(given)
        plain[str(name)] = values
        key = str(name)
        en, zh = (_label(key, lang) for lang in LANGUAGES)
        missing = int(values.isna().sum())
        about = (kind, units.get(key, ""), en, zh, len(values), missing, note)
        columns.append(Column(table, key, short, *about))
    found = pd.DataFrame(plain, index=pd.RangeIndex(len(frame)))
    return found, columns


def _plain(values: pd.Series) -> tuple[pd.Series, str, str]:
    """Return a column in a plain type, what it holds, and what was done to it."""
    values = values.reset_index(drop=True)
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    kind = values.dtype.kind if isinstance(values.dtype, np.dtype) else None
    if kind == "M" or isinstance(values.dtype, pd.DatetimeTZDtype):
        return _of_times(values)
    if kind == "b":
        return values, "yes/no", ""
    return _of_numbers(values) if kind in ("f", "i", "u") else _of_objects(values)


def _of_times(values: pd.Series) -> tuple[pd.Series, str, str]:
    """Return a column of times: days where all are at midnight."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return values.dt.tz_convert("UTC").dt.tz_localize(None), "time", "UTC"
    known = values.dropna()
    return values, "date" if (known == known.dt.normalize()).all() else "time", ""


def _of_numbers(values: pd.Series) -> tuple[pd.Series, str, str]:
    """Return a column of numbers: finite ones, and whole ones that are exact everywhere."""
    if values.dtype.kind == "f":
        infinite = int(np.isinf(values).sum())
        note = f"{infinite} infinite values are missing" if infinite else ""
        return values.where(np.isfinite(values)).astype(np.float64), "number", note
    if len(values) and (int(values.max()) > EXACT or int(values.min()) < -EXACT):
        return values.astype(str).astype(object), "text", "whole numbers beyond 2**53"
    return values.astype(np.int64), "whole", ""


def _of_objects(values: pd.Series) -> tuple[pd.Series, str, str]:
    """Return a column of Python values: yes and no, numbers, or text."""
    given = [value for value in values if not absent(value)]
    if given and all(isinstance(value, bool | np.bool_) for value in given):
        some = [None if absent(value) else bool(value) for value in values]
        return pd.Series(some, dtype=object), "yes/no", ""
    numbers = (int, float, np.integer, np.floating)
    if given and all(isinstance(v, numbers) and not isinstance(v, bool) for v in given):
        some = [np.nan if absent(value) else float(value) for value in values]
        return _of_numbers(pd.Series(some, dtype=np.float64))
    deep = any(isinstance(value, list | tuple | dict | set | np.ndarray) for value in given)
    texts = [None if absent(value) else _text(value) for value in values]
    return pd.Series(texts, dtype=object), "text", "JSON" if deep else ""


def absent(value: Any) -> bool:
    """Tell whether a value is missing."""
    if value is None or value is pd.NaT or value is pd.NA:
        return True
    return isinstance(value, float) and np.isnan(value)


def _text(value: Any) -> str:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, set):
        value = sorted(value, key=str)
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def stata_names(names: Iterable[str]) -> list[str]:
    """Return names that Stata takes for columns, each once: 32 letters at most, the last kept.

    >>> stata_names(["month", "policies.merger.ratio", "a.b", "a_b", "2020", "if", "村"])
    ['month', 'merger_ratio', 'a_b', 'a_b_2', 'v2020', 'if_', 'v7']
    """
    found: list[str] = []
    for place, name in enumerate(names, start=1):
        short = re.sub(r"^(policies|parameters)\.", "", name)
        short = re.sub(r"[^0-9A-Za-z]+", "_", short).strip("_") or f"v{place}"
        if short in _RESERVED or re.fullmatch(r"str\d+", short):
            short = f"{short}_"
        if len(short) > NAME:  # the last words
            short = short[-NAME:].partition("_")[2] or short[-NAME:]
        if short[0].isdigit():
            short = f"v{short}"[:NAME]
        taken, number = {one.lower() for one in found}, 2
        unique = short
        while unique.lower() in taken:
            unique, number = f"{short[: NAME - 1 - len(str(number))]}_{number}", number + 1
        found.append(unique)
    return found


def _label(column: str, lang: str) -> str:
    """Return what a column is, in a language; its name where nothing is known of it."""
    said = known(f"exported_{column}", lang, "")
    if said:
        return said
    outcome = outcome_label(column, lang)
    if outcome != column:
        return outcome
    return key_label(column, lang) if "." in column else column


def yes_no() -> dict[float, str]:
    """Return the labels of the values of a column of yes and no."""
    return {at: both(f"export_{name}") for at, name in enumerate(("no", "yes"))}


def both(key: str) -> str:
    """Return fixed words in both languages."""
    return " | ".join(word(key, lang) for lang in LANGUAGES)
