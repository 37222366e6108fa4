"""Kinds of keys and names in an experiment file, each checked where it is read."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo

from sim.lab.file import factors
from sim.lab.file.names import wrong_names
from sim.model.outcomes.catalogue import OUTCOMES, unknown
from sim.model.world.registry import YEARS
from sim.plugins import needed


def named(names: dict[str, Any]) -> dict[str, Any]:
    """Return a block whose names other programs can hold."""
    wrong_names(names)
    return names


def outcome_known(key: str, info: ValidationInfo) -> str:
    """Return the key of an outcome: of the catalogue, or one that the experiment's files define."""
    own = (info.context or {}).get("outcomes", ())
    if not OUTCOMES.built_in(key) and key not in own:
        raise ValueError(unknown(key, own))
    return key


def targets_known(targets: dict[str, float], info: ValidationInfo) -> dict[str, float]:
    """Return targets of precision, each of a known outcome."""
    for key in targets:
        outcome_known(key, info)
    if not targets:
        raise ValueError("name at least one outcome and the half-width it shall reach")
    return targets


def factor_read(given: Any) -> Any:
    """Return a factor that can be read."""
    factors.parse(given)
    return given


#: name -> what it stands for; names are columns of tables, which other programs read
Named = Annotated[dict[str, Any], AfterValidator(named)]


def once(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return keys of which none is given twice."""
    twice = [key for key in keys if keys.count(key) > 1]
    if twice:
        raise ValueError(f"{twice[0]} is given twice; keep one")
    return keys


def installed(names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    """Return names of estimators that installed distributions offer; none is imported.

    Of stored results, whose runs need none, they may be missing.
    """
    for name in once(names):
        if not (info.context or {}).get("stored"):
            needed("estimators", name)
    return names


OutcomeKey = Annotated[str, AfterValidator(outcome_known)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]


#: what `merged` of counties may be
MERGED_EXPECTED = (
    f"expected years of the list after the merger, {YEARS[1]} to {YEARS[-1]}: 2020, "
    f"{YEARS[0]}-{YEARS[-1]} or [2019, 2020]"
)


def _years(value: Any) -> Any:
    """Return years of lists after a merger, given as a year, ``2019-2021`` or a list of years."""
    if isinstance(value, list | tuple):
        years = [year for year in YEARS if year in value]
        right = all(type(year) is int and year in YEARS for year in value)
    else:
        first, _, last = str(value).partition("-")
        right = not isinstance(value, bool) and first.isdecimal() and (last or first).isdecimal()
        right = right and all(int(year) in YEARS for year in (first, last or first))
        years = [year for year in YEARS if right and int(first) <= year <= int(last or first)]
    if not right or not set(years) & set(YEARS[1:]):
        raise ValueError(MERGED_EXPECTED)
    return tuple(years)


#: years of the list after a merger
Merged = Annotated[
    Any, AfterValidator(_years), Field(json_schema_extra={"x-expected": MERGED_EXPECTED})
]
