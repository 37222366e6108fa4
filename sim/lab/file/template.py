"""A configuration and an experiment to start from."""

import re
from pathlib import Path

from sim.errors import InputError
from sim.model.calendar import format_month, parse_month
from sim.model.world.land import UNKNOWN, share_of
from sim.model.world.lists import MONTHS, choose_lists
from sim.model.world.registry import CountyEntry, RegistryError, counties, find_county
from sim.words import word

_ARMS = ("none", "merger_alone", "whole_reform")


def _meant(county: str) -> CountyEntry:
    """Return the county with a code or name, or the only one that a part of it may mean."""
    try:
        return find_county(county)
    except RegistryError:
        found = counties(county)
        if len(found) != 1:
            raise
        return found[0]


def write(name: str, county: str, folder: Path, lang: str = "en") -> list[Path]:
    """Write ``configs/NAME.yaml`` and ``experiments/NAME_compare.yaml``; return their paths.

    `lang` is that of the comments, and of the arms' names, which figures show.

    Raises
    ------
    InputError
        If the county is not known, the name is not one of a file, or a file is there already.
    """
    if not re.fullmatch(r"[\w-]+", name):
        raise InputError(f"{name!r}: a name has letters, digits, _ and - only")
    entry = _meant(county)
    files = {
        folder / "configs" / f"{name}.yaml": _config(entry, lang),
        folder / "experiments" / f"{name}_compare.yaml": word(
            "new_experiment",
            lang,
            file=name,
            title=entry.pinyin,
            name=entry.name,
            **{arm: word(f"arm_{arm}", lang) for arm in _ARMS},
        ),
    }
    there = [path for path in files if path.exists()]
    if there:
        raise InputError([f"{path}: is there already; choose another name" for path in there])
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise InputError(f"{path}: cannot be written ({error.strerror or error})") from error
    return list(files)


def _config(entry: CountyEntry, lang: str) -> str:
    reform = _reform(entry)
    lists = choose_lists(entry, reform)
    before = entry.numbers[lists.before]
    after = None if lists.after is None else entry.numbers[lists.after]
    shown = after is not None and 0 < after <= before
    villages = word("new_before", lang, count=before, year=lists.before)
    villages += (
        word("new_no_list", lang, year=lists.before)
        if after is None
        else word("new_after", lang, count=after, year=lists.after)
    )
    area = share_of(entry, lists.before)
    return word(
        "new_config",
        lang,
        name=entry.name,
        prefecture=entry.prefecture,
        code=entry.code,
        villages=villages,
        title=entry.pinyin,
        year=lists.before,
        year_after=word("new_year_after", lang, year=lists.after) if shown else "",
        area=f"{float(f'{area or UNKNOWN:.3g}'):g}",
        area_from=word("new_area" if area else "new_assumed", lang),
        start=format_month(reform - 24),
        reform=format_month(reform),
        merger=word("new_registry", lang, after=lists.after)
        if shown
        else word("new_generated", lang),
    )


def _reform(entry: CountyEntry) -> int:
    """Return a month of reform: between the lists of the largest merger, of Sichuan April 2020."""
    month = parse_month("2020-04")
    merged = [change for change in entry.changes if change.kind == "merger"]
    if entry.code.startswith("51") or not merged:
        return month
    most = max(merged, key=lambda change: change.lost)
    return (MONTHS[most.before] + MONTHS[most.after] + 1) // 2
