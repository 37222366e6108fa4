"""A merger plan of one's own against the county's villages: every one has its row."""

from collections.abc import Iterator
from pathlib import Path

from sim.config import messages
from sim.errors import InputError
from sim.model.world.csvfile import read_table, unknown_code
from sim.model.world.plan import PLAN_COLUMNS
from sim.model.world.villages import VillageTable
from sim.printable import key

Found = Iterator[tuple[messages.Path, str]]


def plan_table(path: Path, table: VillageTable) -> Found:
    """Check that every row names a village of the county and every village has a row."""
    try:
        rows = read_table(path, ("old_code", "new_village"), PLAN_COLUMNS)
        known = set(map(key, table.code))
        codes = rows.unique("old_code")
        rows.filled("new_village")
        for row, code in enumerate(codes):
            if code and key(code) not in known:
                rows.complain(row, "old_code", unknown_code(code, table.code))
        there = set(map(key, codes))
        absent = [code for code in table.code if key(code) not in there]
        if absent:
            shown = ", ".join(absent[:5]) + (", ..." if len(absent) > 5 else "")
            rows.problems.append(
                f"{path}:row 1, column old_code: {len(absent)} villages of the county have no row "
                f"({shown}); every old village needs one"
            )
        rows.finish()
    except InputError as error:
        for line in error.problems:
            yield (), line
