"""Merger plans as tables: one's own old → new list, and what a planner drew up."""

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import nearest
from sim.model.world.csvfile import CsvTable, read_table, unknown_code
from sim.model.world.layout import World
from sim.model.world.plan import PLAN_COLUMNS, MergerPlan, OfficeRule, choose_office, named_plan
from sim.model.world.villages import VillageTable
from sim.printable import guarded, key

_YES = {"1": True, "true": True, "yes": True, "是": True}
_NO = {"": False, "0": False, "false": False, "no": False, "否": False}
_KINDS = {"": None, "village": False, "村": False, "community": True, "社区": True}


def write_plan(plan: MergerPlan, villages: VillageTable, path: str | Path) -> None:
    """Write a plan as CSV (UTF-8), one row per old village; `read_plan` reads it back."""
    with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(PLAN_COLUMNS)
        for v, s in enumerate(plan.seat.tolist()):
            village = villages.is_village[s] and not plan.becomes_community[s]
            writer.writerow(
                (
                    guarded(villages.code[v]),
                    guarded(villages.name[v]),
                    guarded(plan.new_name[s]),
                    guarded(plan.new_township[s]),
                    guarded(villages.code[s]),
                    int(plan.outpost[v]),
                    "village" if village else "community",
                    plan.certainty[v],
                )
            )


def read_plan(path: str | Path, world: World, office: OfficeRule = "largest") -> MergerPlan:
    """Read a table old → new.

    Parameters
    ----------
    path : path
        CSV with old_code and new_village; optional: old_name (not read), new_township (default:
        that of the seat), seat (code of the old village whose office is kept; default: by the
        office rule), outpost (1 = the absorbed office stays open), kind (village or community),
        certainty (not read).
    world : World
        The county before the merger: every old village must have a row.
    office : {"largest", "central"}
        Rule for new villages without a seat.

    Raises
    ------
    VillageFileError
        With ``problems``: everything wrong with the table, by row.
    """
    villages = world.villages
    table = read_table(path, ("old_code", "new_village"), PLAN_COLUMNS)
    row_village = _old_villages(table, villages)
    new_name = table.filled("new_village")
    town = table.text("new_township")
    outposts = _choice(table, "outpost", {**_NO, **_YES}, "0 or 1")
    kinds = _choice(table, "kind", _KINDS, "village or community")
    members: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in range(len(new_name)):
        if row_village[row] >= 0:
            members[key(new_name[row]), key(town[row])].append(row)
    seat = np.arange(len(villages), dtype=np.int32)
    names: dict[int, str] = {}
    towns: dict[int, str] = {}
    community = np.zeros(len(villages), dtype=np.bool_)
    for rows in members.values():
        name, township = new_name[rows[0]], town[rows[0]]
        inside = np.array([row_village[row] for row in rows])
        chosen = _seat(table, rows, inside, world, office)
        seat[inside] = chosen
        names[chosen] = name
        if township:
            towns[chosen] = township
        said = {kinds[row] for row in rows if kinds[row] is not None}
        if len(said) > 1:
            table.complain(rows[0], "kind", f"the rows of {name!r} say both village and community")
        community[chosen] = said == {True} and villages.is_village[chosen]
    outpost = np.zeros(len(villages), dtype=np.bool_)
    for row, v in enumerate(row_village):
        if v >= 0 and outposts[row]:
            outpost[v] = True
            if seat[v] == v:
                table.complain(row, "outpost", f"{villages.code[v]} is the seat: no outpost")
    table.finish()
    return named_plan(
        seat,
        villages,
        f"file {Path(path).name}",
        names=names,
        townships=towns,
        becomes_community=community,
        outpost=outpost,
    )


def _old_villages(table: CsvTable, villages: VillageTable) -> list[int]:
    """Return the old village of each row, -1 where the code is wrong (noted)."""
    index = {key(code): v for v, code in enumerate(villages.code)}
    codes = table.unique("old_code")
    for row, code in enumerate(codes):
        if code and key(code) not in index:
            table.complain(row, "old_code", unknown_code(code, villages.code))
    there = set(map(key, codes))
    missing = [code for code in villages.code if key(code) not in there]
    if missing:
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        table.problems.append(
            f"{table.path}: no row for {len(missing)} of {len(villages)} villages "
            f"({', '.join(missing[:5])}{more}); give every old village a row, also those that "
            "stay as they are"
        )
    return [index.get(key(code), -1) for code in codes]


def _choice(table: CsvTable, column: str, options: dict[str, Any], expected: str) -> list[Any]:
    out = []
    for row, cell in enumerate(table.text(column)):
        word = cell.lower()
        if word not in options:
            table.complain(row, column, f"{cell!r} is unknown; expected {expected}")
        out.append(options.get(word))
    return out


def _seat(
    table: CsvTable,
    rows: list[int],
    inside: npt.NDArray[np.intp],
    world: World,
    office: OfficeRule,
) -> int:
    """Return the seat of one new village: as said, or by the office rule."""
    cells = table.text("seat")
    said = list({key(cells[row]): cells[row] for row in rows if cells[row]}.values())
    codes = {world.villages.code[v]: int(v) for v in inside}
    seats = {key(code): v for code, v in codes.items()}
    if not said:
        return choose_office(world, inside, office)
    if len(said) > 1:
        table.complain(
            rows[0], "seat", f"one new village has the seats {' and '.join(said)}; give one"
        )
    if key(said[0]) not in seats:
        table.complain(
            rows[0],
            "seat",
            f"{said[0]!r} is not one of the old villages of this new village"
            f"{nearest(said[0], codes)}; expected one of {', '.join(codes)}",
        )
    return seats.get(key(said[0]), int(inside[0]))
