"""Blocks of a field study's design: population, sample, measures, estimator, estimand."""

from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from sim.errors import nearest
from sim.model.config.fields import NonNegative, Positive, Share, Strict
from sim.model.outcomes.catalogue import OUTCOMES

#: estimators that hecun has; a user's own is called module:function
ESTIMATORS = (
    "difference", "did", "event_study", "staggered", "matching", "discontinuity", "regression",
)  # fmt: skip
#: what old villages are told apart by before the merger: columns of a study's data
TRAITS = ("registered", "distance_km", "income")
#: what respondents can be asked: states of villager rows
STATES = ("trust", "income", "experience")
Floats = npt.NDArray[np.float64]
Weight = Annotated[float, Field(ge=-10, le=10)]


class Below(Strict):
    """A rule by size: units whose old villages have fewer persons in the mean merge."""

    registered: Positive
    """Registered persons of an old village, in the mean of its unit."""


class Odds(Strict):
    """Merger that goes with what units are like: log-odds per standard deviation."""

    size: Weight = 0.0
    """Of the unit's registered persons."""
    distance: Weight = 0.0
    """Of its people's distance to their office."""
    income: Weight = 0.0
    """Of its villagers' income."""


def _kind(value: Any) -> str:
    if isinstance(value, Below) or (isinstance(value, dict) and "registered" in value):
        return "below"
    return "odds" if isinstance(value, dict | Odds) else "plain"


Who = Annotated[
    Annotated[Literal["plan", "random"], Tag("plain")]
    | Annotated[Odds, Tag("odds")]
    | Annotated[Below, Tag("below")],
    Discriminator(_kind),
    Field(
        json_schema_extra={
            "x-expected": "plan, random, log-odds such as {size: -1, distance: 0.5}, or a rule by "
            "size, {registered: 900}"
        }
    ),
]


class Population(Strict):
    """Whom the study is about, and who of them is treated."""

    unit: Literal["unit", "county"] = "unit"
    """What is treated or not: the new villages of the plan, or whole counties."""
    treated: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    """Arms in which the treated are; the second if not given. Several, which differ in the month of
    their merger: cohorts of a staggered reform."""
    untreated: str | None = None
    """Arm in which the others are; the baseline if not given."""
    who: Who = "plan"
    """`plan`: whom the arm's plan merges, against those it leaves alone; `random`: some of the
    units that it merges; log-odds or a rule by size: some of them, by what they are like."""
    share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Share of the units treated (not with who: plan, nor with a rule by size)."""
    spillovers: bool = False
    """Untreated units are in the same county as treated ones, with the merger carried out in part;
    if not, as in a county where nobody is treated. Of units only."""
    anticipation: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share of the effect that the treated feel already in the last wave before (an assumption: in
    the model nobody acts on a merger before its month)."""

    @model_validator(mode="after")
    def _fits(self) -> "Population":
        if self.unit == "county" and (self.spillovers or self.who == "plan"):
            raise ValueError(
                "unit: county has no spillovers, and its who is random, log-odds or a rule by size"
            )
        if self.spillovers and isinstance(self.who, Below):
            raise ValueError("spillovers are simulated with who: plan, random or log-odds")
        if self.treated is not None and len(set(self.treated)) < len(self.treated):
            raise ValueError("treated: an arm is named twice; keep one")
        if self.treated is not None and len(self.treated) > 1 and self.who == "plan":
            raise ValueError("several cohorts need who: random or log-odds")
        if self.treated is not None and len(self.treated) > 1 and self.spillovers:
            raise ValueError("several cohorts have no spillovers: each is simulated for itself")
        return self


class Attrition(Strict):
    """Who is not found."""

    away: Share = 0.0
    """Chance that somebody who is away is not found, in any wave."""
    other: Share = 0.0
    """Chance that somebody, or a village's books, is lost in any wave after the first."""


def _each_once(given: tuple[int, ...]) -> tuple[int, ...]:
    twice = [size for size in given if given.count(size) > 1]
    if twice:
        raise ValueError(f"{twice[0]} is given twice; keep one")
    return given


def _list_or_number(value: Any) -> str:
    return "several" if isinstance(value, list | tuple) else "one"


Size = Annotated[int, Field(ge=2, le=1_000_000)]
Sizes = Annotated[
    Annotated[Size, Tag("one")]
    | Annotated[tuple[Size, ...], Field(min_length=1), AfterValidator(_each_once), Tag("several")],
    Discriminator(_list_or_number),
    Field(json_schema_extra={"x-expected": "a number of 2 or more, or several: [20, 40, 80]"}),
]


class Sample(Strict):
    """Who of the population is surveyed."""

    counties: Sizes | None = None
    """Counties drawn; all if not given. Of counties' own figures several numbers, each a study."""
    villages: Sizes | None = None
    """Old villages drawn, in all; several numbers: a study of each. All if not given."""
    villagers: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Respondents drawn a village, one a household; none: villages' own figures are the data."""
    stratify: Literal["treated", "county", "none"] = "treated"
    """`treated`: as many villages treated as not; `county`: as many in each county."""
    panel: bool = True
    """The same respondents in every wave; if not, others are drawn."""
    age: Annotated[int, Field(ge=0, le=100)] = 18
    """Youngest respondent, years, when first asked."""
    attrition: Attrition = Attrition()
    """Who is not found."""


class Desirability(Strict):
    """Answers that please."""

    all: Annotated[float, Field(allow_inf_nan=False)] = 0.0
    """What every answer is raised by, in the outcome's unit."""
    treated: Annotated[float, Field(allow_inf_nan=False)] = 0.0
    """What answers of the treated are raised by besides, after the merger."""


class Measures(Strict):
    """What is asked, when, and how well it is answered."""

    outcome: str
    """Outcome of old villages (of counties with unit: county); with villagers trust, income or
    experience of respondents."""
    waves: Annotated[tuple[int, ...], Field(min_length=1)] = (-1, 1)
    """Years counted from the reform: -1 is the last before it, 0 the first after."""
    error: NonNegative = 0.0
    """Standard deviation of the error of an answer, in the outcome's unit."""
    rounding: NonNegative = 0.0
    """Step to which answers are rounded; a scale of five: 0.25 of an outcome from 0 to 1."""
    recall: Share = 0.0
    """Share of the first wave after the merger in what is told of the waves before it, where these
    are asked in retrospect."""
    desirability: Desirability = Desirability()
    """Answers that please."""

    @model_validator(mode="after")
    def _ordered(self) -> "Measures":
        if list(self.waves) != sorted(set(self.waves)):
            raise ValueError("waves: give years in order, each once")
        if self.waves[-1] < 0:
            raise ValueError("waves: at least one must be after the reform (0 or later)")
        return self


class Estimator(Strict):
    """How the effect is estimated."""

    name: str = "did"
    """One of hecun's, or `own`."""
    on: tuple[Literal["registered", "distance_km", "income"], ...] = TRAITS
    """What treated and untreated villages are matched on (matching)."""
    bandwidth: Positive | None = None
    """Registered persons on each side of the rule (discontinuity); half its number if not given."""
    formula: str | None = None
    """Formula of pyfixest over the study's data (regression): `y ~ d | village + time`."""
    term: str = "d"
    """The coefficient that is the effect (regression)."""
    function: str | None = None
    """`module:function` of one's own: takes a frame, returns estimate, low and high (own)."""

    @model_validator(mode="after")
    def _known(self) -> "Estimator":
        names = (*ESTIMATORS, "own")
        if self.name not in names:
            said = f"{nearest(self.name, names)}; there are {', '.join(names)}"
            raise ValueError(f"no estimator is called {self.name!r}{said}")
        for key, needs in (("formula", "regression"), ("function", "own")):
            if (self.name == needs) != (getattr(self, key) is not None):
                raise ValueError(f"{key} belongs to estimator {needs}, which needs it")
        for key, of in (("on", "matching"), ("bandwidth", "discontinuity"), ("term", "regression")):
            if key in self.model_fields_set and self.name != of:
                raise ValueError(f"{key} belongs to estimator {of}; here it would do nothing")
        if self.function is not None and self.function.count(":") != 1:
            raise ValueError("function: expected module:function")
        return self


def _block_or_plain(value: Any) -> str:
    return "block" if isinstance(value, dict | Estimator) else "plain"


def _plain(name: str) -> str:
    Estimator.model_validate(_named(name))
    return name


def _named(name: str) -> dict[str, str]:
    return {"name": "own", "function": name} if ":" in name else {"name": name}


Estimated = Annotated[
    Annotated[str, AfterValidator(_plain), Tag("plain")] | Annotated[Estimator, Tag("block")],
    Discriminator(_block_or_plain),
    Field(
        json_schema_extra={
            "x-expected": f"one of {', '.join(ESTIMATORS)}, module:function, or a block such as "
            '{name: regression, formula: "y ~ d | village + time"}'
        }
    ),
]


class Estimand(Strict):
    """What the estimate is held against: the paired effect on the same people."""

    arm: str | None = None
    """The arm whose effect it is, where the treated had other measures too; theirs if not given."""
    of: Literal["treated", "all", "cutoff"] | None = None
    """Over the treated; over all in the population, treated or not; or over those near a rule by
    size, by their closeness. If not given, what the estimator is for: discontinuity `cutoff`; all
    where who is treated is random, of one cohort and not staggered; else the treated."""
    weight: Literal["villages", "persons"] = "villages"
    """What counts alike: old villages, as in a sample with as many respondents in each; or persons.
    (Counties always count alike.)"""


class Design(Strict):
    """One design of a study."""

    population: Population = Population()
    """Whom it is about."""
    sample: Sample = Sample()
    """Who is surveyed."""
    measures: Measures
    """What is asked."""
    estimator: Estimated = "did"
    """How the effect is estimated."""
    estimand: Estimand = Estimand()
    """What it is held against."""

    @property
    def of_counties(self) -> bool:
        """The data are counties' own figures."""
        return self.population.unit == "county" and self.sample.villagers is None

    @property
    def sizes(self) -> tuple[int | None, ...]:
        """Old villages (or counties) surveyed, a study of each; None: all."""
        given = self.sample.counties if self.of_counties else self.sample.villages
        return given if isinstance(given, tuple) else (given,)

    @property
    def about(self) -> str:
        """Whom the estimand is over: ``treated``, ``all`` or ``cutoff``."""
        if self.estimand.of is None and self.by.name == "discontinuity":
            return "cutoff"
        cohorts = len(self.population.treated or (None,))
        for_all = self.population.who == "random" and cohorts == 1 and self.by.name != "staggered"
        return self.estimand.of or ("all" if for_all else "treated")

    @property
    def by(self) -> Estimator:
        """The estimator as a block."""
        given = self.estimator
        return Estimator.model_validate(_named(given)) if isinstance(given, str) else given

    def closeness(self, size: Floats) -> Floats:
        """Return what units of some sizes count near the rule by size, from 1 at it to 0."""
        assert isinstance(self.population.who, Below)
        cutoff = self.population.who.registered
        return np.maximum(0.0, 1.0 - np.abs(size - cutoff) / (self.by.bandwidth or cutoff / 2))

    @model_validator(mode="after")
    def _fits(self) -> "Design":
        sample, outcome = self.sample, self.measures.outcome
        if sample.villagers is not None:
            if outcome not in STATES:
                raise ValueError(
                    f"measures: respondents cannot be asked {outcome!r}{nearest(outcome, STATES)}; "
                    f"expected one of {', '.join(STATES)}"
                )
        else:
            counties = self.of_counties
            known = [key for key, one in OUTCOMES.items() if one.village or counties]
            if outcome not in known:
                raise ValueError(
                    f"measures: {outcome!r} is no outcome of "
                    f"{'counties' if counties else 'old villages'}{nearest(outcome, known)}"
                )
        if self.of_counties and sample.villages is not None:
            raise ValueError("sample: counties' own figures are the data: counties, not villages")
        if not self.of_counties and isinstance(sample.counties, tuple):
            raise ValueError("sample: several numbers of counties need unit: county, no villagers")
        before = [wave for wave in self.measures.waves if wave < 0]
        name = self.by.name
        if name in ("did", "event_study", "staggered", "matching") and len(self.measures.waves) < 2:
            raise ValueError(f"estimator {name} needs two waves or more")
        if name in ("staggered", "event_study") and not before:
            raise ValueError(f"estimator {name} needs a wave before the reform (-1)")
        if self.about == "cutoff" and not isinstance(self.population.who, Below):
            what = "estimator discontinuity" if self.estimand.of is None else "estimand.of: cutoff"
            raise ValueError(f"{what} needs who: {{registered: ...}}, a rule by size")
        if name == "discontinuity" and not isinstance(self.population.who, Below):
            raise ValueError("estimator discontinuity needs who: {registered: ...}, a rule by size")
        if name in ("staggered", "event_study") and not sample.panel:
            raise ValueError(f"estimator {name} needs a panel")
        return self


#: beside the blocks of a design: what it is called, {en: ..., zh: ...}
TITLE = "title"
#: keys of a design in a file
BLOCKS = ("population", "sample", "measures", "estimator", "estimand")


def merged(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Return the blocks of a design changed by another's: by key, values whole below."""
    found = dict(base)
    for block, given in change.items():
        own = found.get(block)
        if block != "estimator" and isinstance(own, dict) and isinstance(given, dict):
            found[block] = {**own, **given}
        elif block != TITLE:
            found[block] = given
    return found
