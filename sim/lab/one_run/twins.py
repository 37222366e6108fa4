"""Twins: one villager of an experiment under two of its arms (`hecun twin`)."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import InputError, nearest
from sim.lab.one_run.flips import CHANNELS, LABOUR, Flip, flips, state_of
from sim.lab.one_run.replay import county_at_start, designed
from sim.lab.store.reading import ExperimentResults
from sim.lab.store.recording import identities
from sim.model.calendar import format_month
from sim.terminal.console import table
from sim.words import word

if TYPE_CHECKING:
    from sim.model.county import CountyModel

_STATES = ("income", "savings", "trust", "experience", "distance_km")


def twin(
    folder: Path, villager: str | int, a: str, b: str, replicate: int = 1, lang: str = "en"
) -> str:
    """Return, as text, where a villager's decisions differ between two arms, and why.

    Parameters
    ----------
    folder : Path
        An experiment's results.
    villager : str or int
        Identity of the villager (column ``villager`` of ``villagers.parquet``), or row number.
    a, b : str
        Arms, or numbers of design points.
    replicate : int
        Which luck.
    lang : {"en", "zh"}
        Language.

    Raises
    ------
    InputError
        If there is no such arm, run or villager.
    """
    one, other = counties(folder, a, b, replicate)
    if one.config.start != other.config.start or not _same_people(one, other):
        raise InputError(
            f"{folder}: {a} and {b} differ in more than policies (start, scale or the county): no "
            "villager is in both; take two points with the same people"
        )
    row = row_of(one, str(villager))
    months = min(one.config.months, other.config.months)
    found = list(flips(one, other, row, months))
    return twin_text(one, other, row, found, (a, b), lang)


def _same_people(one: "CountyModel", other: "CountyModel") -> bool:
    """Tell whether the rows of two counties are the same people."""
    people = [county.row_identity(slice(0, len(county.villagers))) for county in (one, other)]
    return np.array_equal(*people)


def counties(folder: Path, a: str, b: str, replicate: int) -> "tuple[CountyModel, CountyModel]":
    """Return the counties of two arms before their first month, of one seed."""
    results = ExperimentResults(folder)
    experiment, design = designed(results)
    runs: Any = results.runs
    found = []
    for name, number in [(name, _point(results, name)) for name in (a, b)]:
        row = runs[(runs["point"] == number) & (runs["replicate"] == replicate)]
        if not len(row):
            raise InputError(
                f"{folder}: no run of {name} with replicate {replicate}; there are replicates 1 to "
                f"{int(runs['replicate'].max())}"
            )
        found.append(county_at_start(experiment, design, row.iloc[0]))
    return found[0], found[1]


def _point(results: ExperimentResults, name: str) -> int:
    """Return the number of the first design point of an arm."""
    design: Any = results.design
    arms = design["arm"].tolist() if "arm" in design else []
    if name in arms:
        return int(design["point"][arms.index(name)])
    if name.isdigit() and int(name) in design["point"].tolist():
        return int(name)
    hint = nearest(name, arms) or f"; there are {', '.join(map(str, arms[:8]))}"
    raise InputError(f"{results.folder}: no arm or point is called {name!r}{hint}")


def row_of(county: "CountyModel", villager: str) -> int:
    """Return the row of a villager, given its identity or its row."""
    count = len(county.villagers)
    if villager.isdecimal() and int(villager) < count:
        return int(villager)
    rows = np.flatnonzero(identities(county) == villager)
    if not rows.size:
        raise InputError(
            f"no villager has the identity {villager!r} (column villager of villagers.parquet, as "
            f"{identities(county)[0]}), and rows are 0 to {count - 1}"
        )
    return int(rows[0])


def twin_text(
    one: "CountyModel",
    other: "CountyModel",
    row: int,
    found: list[Flip],
    names: tuple[str, str],
    lang: str,
) -> str:
    """Return what was found as text."""
    a, b = names
    who = {
        "row": row,
        "village": one.world.villages.name[one.village_of(row)],
        "age": (one.month - int(one.villagers["birth_month"][row])) // 12,
    }
    title = word("twin_title", lang, **who)
    arms = [word("twin_in", lang, arm=arm) for arm in names]
    heads = [word("twin_month", lang), word("twin_decision", lang), *arms]
    rows = []
    for flip in found:
        states = CHANNELS if flip.decision == "service" else LABOUR
        rows.append(
            [
                format_month(flip.month),
                word(f"decision_{flip.decision}", lang),
                word(states[flip.one], lang),
                word(states[flip.other], lang),
                word("twin_separator", lang).join(word(f"reason_{t}", lang) for t in flip.terms),
            ]
        )
    text = f"{title}\n{word('twin_none', lang)}"
    if rows:
        text = table([*heads, word("twin_turned_by", lang)], rows, title)
    ends = [state_of(county, row) for county in (one, other)]
    states = [
        [
            word(f"state_{key}", lang),
            *(f"{end[key]:,.3g}" if end[key] < 1000 else f"{end[key]:,.0f}" for end in ends),
        ]
        for key in _STATES
    ]
    return text + "\n\n" + table([word("twin_end", lang), a, b], states)
