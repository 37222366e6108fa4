"""Flips: which decisions of a villager came out differently under two policies, and why.

Both counties are simulated with the same luck, process by process. Where the villager decides
otherwise in one than in the other, the decision is taken again by the same compiled rules with the
inputs of one county, one group of them after another exchanged for the other's: those that turn the
decision alone are its reasons.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.agents.villager import AWAY, DEPENDANT, ENTREPRENEUR, LOCAL
from sim.model.county import MONTH
from sim.model.processes import errands, errands_of_rows, livelihood, needs, service, ways

if TYPE_CHECKING:
    from sim.model.county import CountyModel

#: what each channel and labour state is called (`sim.words`)
CHANNELS = {
    needs.NO_NEED: "channel_no_need",
    needs.GROUP_LEADER: "channel_group_leader",
    needs.OFFICE: "channel_office",
    needs.OUTPOST: "channel_outpost",
    needs.ONLINE: "channel_online",
    needs.VISIT: "channel_visit",
    ways.GAVE_UP: "channel_gave_up",
    ways.PHONE: "channel_phone",
    ways.PROXY: "channel_proxy",
    ways.WAITS: "channel_waits",
}
LABOUR = {
    DEPENDANT: "labour_dependant",
    LOCAL: "labour_local",
    AWAY: "labour_away",
    ENTREPRENEUR: "labour_entrepreneur",
}
#: group of inputs -> arguments of the kernel, or fields of its records ("offers.wait")
SERVICE_TERMS = {
    "road": ("near", "near_office", "site", "distance_km", "office_km"),
    "queue": ("offers.wait",),
    "online": ("offers.eligible", "offers.online"),
    "visits": ("offers.visit_elderly", "offers.visit_km", "offers.visit_room"),
    "opening": ("offers.opening",),
    "group leaders": ("settled",),
    "own trust": ("trust",),
    "digital access": ("digital",),
}
ERRAND_TERMS = {
    "road": ("chances", "site", "site_km", "office_km"),
    "proxies": ("offers.proxy",),
    **{name: SERVICE_TERMS[name] for name in ("queue", "online", "visits", "opening")},
    **{name: SERVICE_TERMS[name] for name in ("group leaders", "own trust", "digital access")},
}
OPEN_TERMS = ERRAND_TERMS | {
    "what waited": (
        *("optional_1", "mandatory_1", "mandatory_2", "overdue"),
        *("needs", "asking_start", "asking", "most"),
    ),
}
LIVELIHOOD_TERMS = {
    "wage gap": ("gain",),
    "others away": ("gone",),
    "support": ("startup", "offer"),
    "examples": ("examples",),
    "own savings": ("savings",),
    "own past": ("labour", "returned", "capital", "start"),
}


@dataclass(frozen=True, slots=True)
class Flip:
    """A decision that came out differently.

    Attributes
    ----------
    month : int
        When.
    decision : {"service", "livelihood"}
        Which.
    one, other : int
        Channel or labour state in each county.
    terms : tuple of str
        Groups of inputs that turn it alone; ``several together`` if none does.
    """

    month: int
    decision: str
    one: int
    other: int
    terms: tuple[str, ...]


@contextmanager
def _watched(module: ModuleType, name: str) -> Iterator[list[dict[str, Any]]]:
    """Note the arguments of a module's kernel while it is called."""
    kernel = getattr(module, name)
    code = kernel.py_func.__code__
    names = code.co_varnames[: code.co_argcount]
    calls: list[dict[str, Any]] = []

    def called(*arguments: Any) -> Any:
        calls.append({n: np.copy(a) for n, a in zip(names, arguments, strict=True)})
        return kernel(*arguments)

    setattr(module, name, called)
    try:
        yield calls
    finally:
        setattr(module, name, kernel)


def _exchanged(
    own: Mapping[str, Any], other: Mapping[str, Any], names: tuple[str, ...]
) -> dict[str, Any]:
    """Return copies of arguments, some of them (or fields of them) the other's."""
    found = {name: np.copy(value) for name, value in own.items()}
    for name in names:
        argument, _, field = name.partition(".")
        if field:
            found[argument][field] = other[argument][field]
        else:
            found[argument] = np.copy(other[argument])
    return found


def _again(kernel: Any, arguments: Mapping[str, Any], result: str, row: int) -> int:
    """Return what a kernel decides for a row."""
    given = [a.item() if getattr(a, "shape", None) == () else a for a in arguments.values()]
    scalars = {"key", "keys"}
    given = [
        np.uint64(a) if name in scalars and not np.ndim(a) else a
        for name, a in zip(arguments, given, strict=True)
    ]
    kernel(*given)
    return int(arguments[result][row])


def _reasons(
    kernel: Any,
    one: Mapping[str, Any],
    other: Mapping[str, Any],
    terms: Mapping[str, tuple[str, ...]],
    result: str,
    row: int,
    others: int | None = None,
) -> tuple[str, ...]:
    """Return the groups of inputs that alone turn a decision of one into that of the other.

    `row` is where the decision stands in the result, `others` where the other's, if elsewhere.
    """
    wanted = _again(kernel, _exchanged(other, other, ()), result, row if others is None else others)
    found = tuple(
        term
        for term, names in terms.items()
        if _again(kernel, _exchanged(one, other, names), result, row) == wanted
    )
    return found or ("several together",)


def flips(one: "CountyModel", other: "CountyModel", row: int, months: int) -> Iterator[Flip]:
    """Step two counties side by side and yield the decisions of a villager that differ.

    Parameters
    ----------
    one, other : CountyModel
        Of the same county and seed under two policies; both are stepped.
    row : int
        The villager's row.
    months : int
        Months to step.
    """
    for _ in range(months):
        one.month, other.month = one.month + 1, other.month + 1
        for process in MONTH:
            if process is service.step:
                yield from _service(one, other, row)
            elif process is livelihood.step:
                yield from _livelihood(one, other, row)
            else:
                process(one)
                process(other)
        one.recorder.record()
        other.recorder.record()


def _errands(one: "CountyModel", other: "CountyModel", row: int) -> Iterator[Flip]:
    """Yield the first errand that both have and that goes another way in each."""
    with _watched(errands, "turn") as calls:
        service.step(one)
        service.step(other)
    mine, theirs = (
        {int(call["number"][i]): int(i) for i in np.flatnonzero(call["at"] == row)}
        for call in calls
    )
    for number in sorted(mine.keys() & theirs.keys()):
        i, j = mine[number], theirs[number]
        chosen = (
            _again(errands.turn, _exchanged(call, call, ()), "way", at)
            for call, at in zip(calls, (i, j), strict=True)
        )
        a, b = chosen
        if a != b:
            terms = _reasons(errands.turn, calls[0], calls[1], ERRAND_TERMS, "way", i, j)
            yield Flip(one.month, "service", a, b, terms)
            return


def _own_way(
    one: "CountyModel",
    other: "CountyModel",
    row: int,
    where: tuple[Any, str],
    terms: Mapping[str, tuple[str, ...]],
) -> Iterator[Flip]:
    """Yield the way of the row's own need, if it is another in each, as a kernel decides it."""
    with _watched(*where) as calls:
        service.step(one)
        service.step(other)
    a, b = (int(county.villagers["channel"][row]) for county in (one, other))
    away = [county.villagers["labour"][row] == AWAY for county in (one, other)]
    if a != b:
        found: tuple[str, ...] = ("presence",)
        if away[0] == away[1]:
            found = _reasons(getattr(*where), calls[0], calls[1], terms, "channel", row)
        yield Flip(one.month, "service", a, b, found)


def _service(one: "CountyModel", other: "CountyModel", row: int) -> Iterator[Flip]:
    if one.values.service.errands == service.GIVEN_UP:
        yield from _own_way(one, other, row, (service, "needs_pass"), SERVICE_TERMS)
    elif one.coarse:
        yield from _own_way(one, other, row, (errands_of_rows, "ask"), OPEN_TERMS)
    else:
        yield from _errands(one, other, row)


def _livelihood(one: "CountyModel", other: "CountyModel", row: int) -> Iterator[Flip]:
    before = [int(county.villagers["labour"][row]) for county in (one, other)]
    with _watched(livelihood, "_choices") as calls:
        livelihood.step(one)
        livelihood.step(other)
    a, b = (int(county.villagers["labour"][row]) for county in (one, other))
    if a == b or [a, b] == before:  # the same, or a difference of earlier years that lasts
        return
    kernel = livelihood._choices
    chosen = [_again(kernel, _exchanged(c, c, ()), "labour", row) for c in calls]
    terms = ("lots for support",)
    if chosen[0] != chosen[1]:
        terms = _reasons(kernel, calls[0], calls[1], LIVELIHOOD_TERMS, "labour", row)
    yield Flip(one.month, "livelihood", a, b, terms)


def state_of(county: "CountyModel", row: int) -> dict[str, float]:
    """Return what a villager has come to."""
    people = county.villagers
    group = county.group_of(row)
    return {
        "income": float(people["income"][row]),
        "savings": float(people["savings"][row]) / 100.0,
        "trust": float(people["trust"][row]),
        "experience": float(people["experience"][row]),
        "distance_km": float(county.borders.distance_km[group]),
    }
