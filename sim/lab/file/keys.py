"""Kinds of keys and names in an experiment file, each checked where it is read."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo

from sim.lab.file import factors
from sim.lab.file.names import wrong_names
from sim.model.outcomes.catalogue import OUTCOMES, unknown
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


def installed(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names of estimators that installed distributions offer; none is imported."""
    for name in once(names):
        needed("estimators", name)
    return names


OutcomeKey = Annotated[str, AfterValidator(outcome_known)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
