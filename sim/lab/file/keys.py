"""Kinds of keys and names in an experiment file, each checked where it is read."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from sim.errors import nearest
from sim.lab.file import factors
from sim.lab.file.names import wrong_names
from sim.model.outcomes.catalogue import OUTCOMES
from sim.plugins import needed


def named(names: dict[str, Any]) -> dict[str, Any]:
    """Return a block whose names other programs can hold."""
    wrong_names(names)
    return names


def _outcome(key: str) -> str:
    if key not in OUTCOMES:
        raise ValueError(
            f"no outcome is called {key!r}{nearest(key, OUTCOMES)} "
            "(`hecun explain outcomes` lists them)"
        )
    return key


def targets_known(targets: dict[str, float]) -> dict[str, float]:
    """Return targets of precision, each of a known outcome."""
    for key in targets:
        _outcome(key)
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


OutcomeKey = Annotated[str, AfterValidator(_outcome)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
