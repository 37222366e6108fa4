"""Standing: which villager a candidate for a post is.

Under `variants: {cadres: villagers}` whoever stands is somebody of a row of villagers: of the age
that is looked for, as nearly as there is one, at home for a local newcomer, away or back for a
returned migrant of the talent pool, in business for an entrepreneur. Age, having returned and part
of the abilities are the villager's; the talent pool is the same people every month, so that who
declines stays in it. Who takes a post comes home. In the other form candidates are drawn.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.model.agents import cadre
from sim.model.agents.cadre import NONE
from sim.model.agents.villager import AWAY, ENTREPRENEUR, LOCAL
from sim.model.compiled import B1, F4, I2, I8, U1, Records, kernel, rule
from sim.model.draws import uniforms
from sim.model.parameters.variants import VARIANTS

if TYPE_CHECKING:
    from sim.model.county import CountyModel

VILLAGERS = VARIANTS["cadres"].forms.index("villagers")
SEEN = 16  # villagers who could stand, among whom the age is sought


@rule
def fits(kind: int, labour: int, returned: bool) -> bool:
    """Return whether a villager can stand as one of a kind (`cadre.LOCAL` ...)."""
    if kind == cadre.RETURNED:
        return labour == AWAY or returned
    if kind == cadre.ENTREPRENEUR:
        return labour == ENTREPRENEUR
    return labour != AWAY if kind == cadre.LOCAL else True


@rule
def with_skill(ability: float, skill: float, share: float) -> float:
    """Return an ability, 0-1, of somebody of a skill (0.5: as drawn), by so much for each of it."""
    return min(max(ability + share * (skill - 0.5), 0.0), 1.0)


@kernel
def _row(
    lot: float,
    kind: int,
    month: int,
    ages: tuple[int, int, int],
    span: tuple[int, int],
    taken: I8,
    birth: I2,
    labour: U1,
    returned: B1,
) -> int:
    """Return the row of one who can stand, -1 if there is none.

    Of the first ones from a random place on, round about, the one nearest in age. `ages`: sought,
    least and most, months; `taken`: rows of which nobody else can.
    """
    found, nearest, seen, count = -1, 0, 0, span[1] - span[0]
    for k in range(count):
        row = span[0] + (int(lot * count) + k) % count
        age = month - birth[row]
        if age < ages[1] or age >= ages[2] or not fits(kind, labour[row], returned[row]):
            continue
        free = True
        for other in taken:
            free = free and other != row
        if not free:
            continue
        seen += 1
        if found < 0 or abs(age - ages[0]) < nearest:
            found, nearest = row, abs(age - ages[0])
        if seen == SEEN:
            break
    return found


@kernel
def become(
    one: Records,
    lot: float,
    month: int,
    q: Records,
    share: float,
    span: tuple[int, int],
    taken: I8,
    birth: I2,
    labour: U1,
    returned: B1,
    skill: F4,
) -> None:
    """Let a candidate be a villager of some rows, if there is one who can stand.

    Looked for is somebody of about the candidate's age; what else is known of him stays.
    """
    ages = month - one["birth_month"], int(q["youngest"] * 12), int(q["retirement_age"] * 12)
    kind = cadre.LOCAL if one["source"] == cadre.RETURNED and one["row"] >= 0 else one["source"]
    row = _row(lot, kind, month, ages, span, taken, birth, labour, returned)
    if row < 0:
        return
    one["home"], one["birth_month"] = row, birth[row]
    one["returned"] = returned[row] or labour[row] == AWAY
    if one["row"] >= 0:
        one["source"] = cadre.RETURNED if one["returned"] else cadre.LOCAL
    one["ability_administration"] = with_skill(one["ability_administration"], skill[row], share)
    one["ability_service"] = with_skill(one["ability_service"], skill[row], share)
    one["ability_economy"] = with_skill(one["ability_economy"], skill[row], share)


def of_villagers(county: "CountyModel") -> bool:
    """Tell whether cadres are villagers."""
    return county.values.selection.cadres == VILLAGERS


def villagers(county: "CountyModel") -> tuple:
    """Return where villagers' rows begin, persons a row, birth month, labour, returned, skill.

    All empty where cadres are no villagers.
    """
    if of_villagers(county):
        columns = county.villagers.columns("birth_month", "labour", "returned", "skill")
        return county.village_start, county.weight, *columns
    types = "i2", "u1", "?", "f4"
    none = (np.empty(0, dtype=kind) for kind in types)
    return county.village_start[:0], county.weight, *none


def note_homes(county: "CountyModel", people: Records) -> None:
    """Note of which groups those are who lose their posts, where it is known."""
    left = people["home"][people["holds"] & (people["takes"] == NONE) & (people["home"] >= 0)]
    group = np.searchsorted(county.group_start, left, side="right") - 1
    county.displaced_in += np.bincount(group, minlength=county.displaced_in.size)


def come_home(county: "CountyModel", people: Records) -> None:
    """Let those who take a post come home: one of the persons for whom their row stands."""
    took = people[~people["holds"] & (people["takes"] != NONE) & (people["home"] >= 0)]
    if not took.size:
        return
    table, rows = county.villagers, np.unique(took["home"])
    labour, returned = table["labour"].copy(), table["returned"].copy()
    lot = uniforms(county.key("selection.comes_home"), rows.astype(np.uint64))
    back = rows[(labour[rows] == AWAY) & (lot * county.weight[county.row_village()[rows]] < 1.0)]
    labour[back], returned[back] = LOCAL, True
    table["labour"], table["returned"] = labour, returned
