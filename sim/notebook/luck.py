"""Seeds as people who know Mesa give them; whether two runs meet the same luck."""

import sys
from collections.abc import Sequence
from operator import index
from typing import Any

import numpy as np

from sim.errors import InputError
from sim.model.calendar import format_month
from sim.model.config.schema import Config
from sim.model.county import CountyModel

Seed = int | np.integer[Any] | Sequence[int] | np.random.SeedSequence
_FORMS = "expected a whole number from 0 to 2**63 - 1 (or what numpy.random.SeedSequence takes)"


def seed_of(seed: Seed | None, rng: Seed | None, usual: int) -> int:
    """Return the seed of a county's luck, 0 to 2**63 - 1.

    Parameters
    ----------
    seed, rng : int, sequence of int or SeedSequence, optional
        What was given, under one of Mesa's two names.
    usual : int
        The configuration's, if neither is: in `mesa.batch_run` that of the first iteration,
        the next ones have the next seeds.

    Raises
    ------
    InputError
        If both are given, or it is no seed.
    """
    if seed is not None and rng is not None:
        raise InputError("seed and rng are two names of one thing: give one of them")
    given = rng if seed is None else seed
    if given is None:
        return usual + _iteration()
    if isinstance(given, np.random.SeedSequence | list | tuple):
        return _drawn(given)
    try:
        found = index(given)  # pyright: ignore[reportArgumentType]
    except TypeError:
        raise InputError(f"seed {given!r}: {_FORMS}") from None
    if isinstance(given, bool | np.bool_) or not 0 <= found < 2**63:
        raise InputError(f"seed {given!r}: {_FORMS}")
    return found


def _drawn(given: "np.random.SeedSequence | Sequence[int]") -> int:
    """Return the whole number that a seed sequence stands for."""
    try:
        source = (
            given if isinstance(given, np.random.SeedSequence) else np.random.SeedSequence(given)
        )
    except (TypeError, ValueError):
        raise InputError(f"seed {given!r}: {_FORMS}") from None
    return int(source.generate_state(1, np.uint64)[0] >> np.uint64(1))


def _iteration() -> int:
    """Return which iteration of `mesa.batch_run` this is, from 0; 0 outside of one.

    Mesa gives a model no seed where iterations are asked for, and does not tell it which it is;
    the function that makes the model knows.
    """
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "_model_run_func":
            found = frame.f_globals.get("__name__"), frame.f_locals.get("iteration")
            if found[0] == "mesa.batchrunner" and isinstance(found[1], int):
                return found[1]
        frame = frame.f_back
    return 0


def paired(one: CountyModel, other: CountyModel) -> None:
    """Refuse two runs whose difference is not that of their configurations alone."""
    if not isinstance(other, CountyModel):
        raise InputError(f"expected another county model, got {other!r}")
    for what, mine, theirs in (
        ("seed", one.seed, other.seed),
        ("last month", format_month(one.month), format_month(other.month)),
        ("first month", format_month(one.config.start), format_month(other.config.start)),
        ("scale", one.config.scale, other.config.scale),
        ("villages", tuple(one.world.villages.code), tuple(other.world.villages.code)),
    ):
        if mine != theirs:
            said = "" if what == "villages" else f" ({mine} and {theirs})"
            raise InputError(f"the two runs differ in {what}{said}: their luck is not the same")


def measured_alike(one: Config, other: Config) -> None:
    """Refuse another run in which an outcome of one's own is something else, or not measured."""
    mine, theirs = (
        {key: given.definition for key, given in each.outcomes.described().items()}
        for each in (one, other)
    )
    for key, here in mine.items():
        there = theirs.get(key)
        if here != there:
            raise InputError(
                f"outcomes.{key}: {here} in one run, and {there or 'not measured'} in the other; "
                "give both the same, or one another name"
            )
