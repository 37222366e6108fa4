"""Triggers: a policy starts or ends by itself once an outcome of the county has been so."""

import operator
import re
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import Field, PlainSerializer, PlainValidator

from sim.model.outcomes.catalogue import OUTCOMES, unknown

if TYPE_CHECKING:
    from sim.model.config.schema import Config
    from sim.model.outcomes.recorder import Recorder

_SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_FORM = rf"^\s*(\w+)\s*(<=|>=|<|>)\s*({_NUMBER})(?:\s+for\s+(\d+))?\s*$"
EXAMPLE = "backlog > 40 for 3"


class Condition(NamedTuple):
    """A condition on an outcome of the county, ``backlog > 40 for 3``.

    Attributes
    ----------
    outcome : str
        Key of the catalogue.
    sign : str
        ``<``, ``<=``, ``>`` or ``>=``.
    number : float
        In the outcome's unit.
    months : int
        Months in a row in which it must hold.
    """

    outcome: str
    sign: str
    number: float
    months: int

    def __str__(self) -> str:
        times = f" for {self.months}" if self.months > 1 else ""
        return f"{self.outcome} {self.sign} {self.number:.15g}{times}"

    def holds(self, recorder: "Recorder") -> list[bool]:
        """Return for every month of the horizon whether it holds; never where not recorded."""
        return _SIGNS[self.sign](recorder.county[self.outcome], self.number).tolist()


class Firing(NamedTuple):
    """What a trigger did: a row of `CountyModel.trigger_log`.

    Attributes
    ----------
    month : int
        First month in which the policy is in force (``starts``) or no longer is (``ends``).
    policy : str
        Name of its block.
    event : str
        ``"starts"`` or ``"ends"``.
    condition : str
        The condition that was met.
    value : float
        The outcome in the month before.
    """

    month: int
    policy: str
    event: str
    condition: str
    value: float


def parse(text: Any) -> Condition:
    """Return the condition a text states.

    Raises
    ------
    ValueError
        If it is not a condition, or on an outcome that does not exist.
    """
    if isinstance(text, Condition):
        return text
    found = re.match(_FORM, text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(
            f"{text!r} is not a condition; write an outcome, one of < <= > >=, a number and, if "
            f"it must hold several months in a row, `for` and their number, as in {EXAMPLE!r}"
        )
    outcome, sign, number, months = found.groups()
    if outcome not in OUTCOMES:
        raise ValueError(unknown(outcome))
    if months is not None and not 1 <= int(months) <= 1200:
        raise ValueError(f"'for {months}': expected 1 to 1200 months")
    return Condition(outcome, sign, float(number), int(months or 1))


#: a condition, written ``backlog > 40 for 3``
When = Annotated[
    Condition,
    PlainValidator(parse, json_schema_input_type=str),
    PlainSerializer(str, return_type=str),
    Field(
        json_schema_extra={
            "pattern": _FORM,
            "examples": [EXAMPLE],
            "x-expected": f"a condition on an outcome, for example {EXAMPLE}",
            "x-expected-zh": f"对某项结果指标的条件，如 {EXAMPLE}（连续3个月）",
        }
    ),
]


def began(
    when: Condition | None, until: Condition | None, recorder: "Recorder", start: int, month: int
) -> int | None:
    """Return the month in which the spell in force began; None if none is in force.

    Parameters
    ----------
    when, until : Condition or None
        What starts and ends a spell; without `when` the only spell begins at `start`.
    recorder : Recorder
        Outcomes: a month is decided by those recorded before it.
    start : int
        First month that may be in force; months recorded before it count for `when`.
    month : int
        The month asked about, not before `start`.
    """
    first = int(recorder.months[0])
    starting = when.holds(recorder) if when else []
    ending = until.holds(recorder) if until else []
    since, spell = first, None if when else start
    for now in range(start, month + 1):
        if spell is None:
            if when is None:  # its only spell is over
                return None
            if _so(starting, now - first, when.months, since - first):
                spell = now
        elif until is not None and _so(ending, now - first, until.months, spell - first):
            since, spell = now, None
    return spell


def ended(config: "Config", recorder: "Recorder") -> bool:
    """Tell whether a run ends with the month just recorded.

    With the last of its months, or once its `until` has held: months since the reform count.
    """
    until, done = config.until, recorder.done
    if until is None or done >= config.months:
        return done >= config.months
    return _so(until.holds(recorder)[:done], done, until.months, config.reform - config.start)


def _so(holds: list[bool], now: int, months: int, since: int) -> bool:
    """Tell whether a condition held in so many months in a row before now, none before `since`."""
    return since <= now - months and now <= len(holds) and all(holds[now - months : now])
