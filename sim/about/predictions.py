"""What the model is held to: figures that it predicts, and nothing in it was fitted to.

The table is ``data/predictions.csv``. A *fact* is a figure of a report of kind predicted, a number
of the *literature* one of kind predicted; an *effect* is a number of the literature about a policy
that a calibration holds out; what is *open* nobody has measured yet. Only here is a prediction
joined with what was observed: the worlds that it is drawn from never see that.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from sim.about.facts import facts, reported
from sim.about.literature import numbers
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.tables import DATA, read_rows
from sim.words import word

#: measure of an effect -> the number of the literature
EFFECTS = {"support_income": "policy_effect_on_rural_income"}


@dataclass(frozen=True, slots=True)
class Prediction:
    """One figure that the model predicts.

    Attributes
    ----------
    county : str
        ``"leshan"`` or ``"dechang"``.
    of : {"fact", "literature", "effect", "open"}
        See the module's text.
    measure : str
        What measures it, in `sim.about.told.MEASURES`, `sim.about.literature.MEASURES`, `EFFECTS`,
        or an outcome.
    unit : str
        Its unit; ``"share"`` is printed in per cent.
    least, most : float or None
        What it could be without any model, evenly likely between; both alike for no difference.
    """

    county: str
    of: Literal["fact", "literature", "effect", "open"]
    measure: str
    unit: str
    least: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class Observed:
    """What was reported: as a report prints it (else empty), the least and most it stands for."""

    published: str
    low: float
    high: float


@cache
def predictions() -> tuple[Prediction, ...]:
    """Return every prediction, in the table's order."""
    return read_rows(DATA / "predictions.csv", Prediction, key=("county", "measure"))


def observed(of: str, county: str, measure: str) -> Observed | None:
    """Return what was reported of a prediction; None if it is open, or no prediction any more."""
    if of == "fact":
        for fact in facts():
            between = reported(fact.published)
            same = (fact.county, fact.measure, fact.kind) == (county, measure, "predicted")
            if same and between is not None:
                return Observed(fact.published, *between)
    for number in numbers():
        predicted = of == "literature" and number.kind == "predicted" and number.key == measure
        if predicted or (of == "effect" and number.name == EFFECTS.get(measure)):
            low, high = sorted((number.low, number.high))
            return Observed("", low, high)
    return None


def label(of: str, county: str, measure: str, lang: str) -> str:
    """Return what a prediction is of, a fact with its number in the report."""
    if of == "open":
        return word("register_year", lang, outcome=getattr(OUTCOMES[measure], lang))
    for fact in facts() if of == "fact" else ():
        if (fact.county, fact.measure) == (county, measure):
            return f"{fact.number} {getattr(fact, lang)}"
    key = "name" if of == "effect" else "key"
    wanted = EFFECTS.get(measure, measure)
    return next(
        (getattr(number, lang) for number in numbers() if getattr(number, key) == wanted), measure
    )
