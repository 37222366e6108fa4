"""Schema of an experiment file: what it may say, by method."""

import math
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, RootModel, model_validator

from sim.lab.file.base import (
    LEVELS,
    Base,
    Counties,
    Given,
    Record,
    Replicates,
    UntilPrecise,
    one_of,
    two_arms,
)
from sim.lab.file.keys import Count, Named, OutcomeKey, named
from sim.lab.file.parts import arms_of
from sim.lab.file.study import Study
from sim.model.config.fields import Positive, Strict
from sim.model.outcomes.catalogue import OUTCOMES

__all__ = ["Base", "Counties", "Record", "UntilPrecise"]

METHODS = (
    "compare", "factorial", "one_at_a_time", "lhs", "sobol", "morris", "calibrate", "search",
    "discover", "study",
)  # fmt: skip
#: methods whose points are all combinations of levels, parameters being drawn by replicate
GRIDS = ("compare", "factorial", "discover", "study")
#: methods whose points may record other months
MONTHLY = (*GRIDS, "one_at_a_time")
#: columns of the design that no factor may take
RESERVED = ("point", "arm", "county")
LEAST_CELLS = 20  # sets of parameters without which nothing is inferred


class Target(Strict):
    """What was reported, and how unsure it is."""

    outcome: OutcomeKey
    """Outcome of the county."""
    at: Annotated[str, Field(pattern=r"^(end|\d{4}-(0[1-9]|1[0-2]))$")] = "end"
    """Month, or `end`: the mean of the last 12 months."""
    arm: str | None = None
    """Arm it is of; the first if not given."""
    against: str | None = None
    """Arm it is a difference from."""
    relative: bool = False
    """The difference is over the value of the arm it is from."""
    value: Annotated[float, Field(allow_inf_nan=False)]
    """What was reported."""
    sd: Positive
    """Standard deviation of it: a quarter of the width of its 95 % range."""
    source: str
    """Who reported it."""
    discrepancy: Annotated[float, Field(ge=0.0, allow_inf_nan=False)] = 0.0
    """Standard deviation of the model from the county that it is of, beyond luck and parameters."""
    informs: tuple[str, ...] = ()
    """Factors that it may tell: not those whose ranges come from the same source."""
    held_out: bool = False
    """Not calibrated to: compared with what is predicted."""

    def error(self, times: float = 1.0) -> float:
        """Return the standard deviation of report and model, its discrepancy so many times."""
        return math.hypot(self.sd, times * self.discrepancy)

    @model_validator(mode="after")
    def _relative_to_an_arm(self) -> "Target":
        if self.relative and self.against is None:
            raise ValueError("relative needs against: the arm it is relative to")
        return self


def targets_fit(targets: dict[str, Target], arms: Any) -> None:
    """Refuse targets of arms that are none, and targets that are all held out."""
    for name, target in targets.items():
        one_of(arms, f"targets.{name}.arm", target.arm)
        one_of(arms, f"targets.{name}.against", target.against)
    if targets and all(target.held_out for target in targets.values()):
        raise ValueError("targets: all are held out; calibrate to at least one")


class Compare(Base):
    """Policies side by side on the same luck."""

    method: Literal["compare"]
    """Name of this method."""
    arms: Named = Field(default_factory=dict)
    """Name -> what the configuration is changed by; `config: FILE` starts from another file."""
    parts: Annotated[dict[str, tuple[str, ...]], Field(max_length=6), AfterValidator(named)] = (
        Field(default_factory=dict)
    )
    """Instead of arms: name -> policies of the configuration; every combination of them is run."""
    baseline: str | None = None
    """The arm that others are compared with; the first if not given."""
    factors: dict[str, Given] = LEVELS
    """Key of the configuration -> levels under which the arms are compared."""
    targets: Annotated[dict[str, Target], AfterValidator(named)] = Field(default_factory=dict)
    """Name -> what was reported: worlds are weighed by it."""
    truths: Annotated[int, Field(ge=0, le=10_000)] = 300
    """Worlds taken for the truth in turn, to try the weights on."""
    replicates: Replicates = 20
    """Replicates."""

    @model_validator(mode="after")
    def _arms_fit(self) -> "Compare":
        known = arms_of(self.parts) if self.parts else self.arms
        targets_fit(self.targets, known)
        if self.parts and (self.arms or self.baseline is not None):
            raise ValueError("parts are compared with nothing of them on: drop arms and baseline")
        if self.parts:
            return self
        two_arms(self.arms)
        one_of(self.arms, "baseline", self.baseline)
        return self


class Factorial(Base):
    """Every combination of levels."""

    method: Literal["factorial"]
    """Name of this method."""
    factors: dict[str, Given] = LEVELS
    """Key of the configuration -> the levels it takes."""
    replicates: Replicates = 10
    """Replicates."""


class _OfArms(Base):
    """A method that tells what factors do to effects of arms, where there are arms."""

    arms: Named = Field(default_factory=dict)
    """Name -> what the configuration is changed by, where effects of arms are asked for."""
    baseline: str | None = None
    """The arm that others are compared with; the first if not given."""

    @model_validator(mode="after")
    def _arms_fit(self) -> Self:
        if self.arms:
            two_arms(self.arms)
        one_of(self.arms, "baseline", self.baseline)
        return self


class OneAtATime(_OfArms):
    """Each factor at its low and its high end, the others as they are."""

    method: Literal["one_at_a_time"]
    """Name of this method."""
    factors: dict[str, Given] = LEVELS
    """Key of the configuration -> prior, a range {from, to}, or a list [low, high]."""
    replicates: Replicates = 20
    """Replicates: the same luck at every point."""


class Lhs(Base):
    """A Latin hypercube over ranges."""

    method: Literal["lhs"]
    """Name of this method."""
    factors: dict[str, Given] = LEVELS
    """Key of the configuration -> its range or levels."""
    samples: Count = 100
    """Design points."""
    replicates: Count = 1
    """Replicates."""


class Sobol(Base):
    """Saltelli's design for Sobol indices."""

    method: Literal["sobol"]
    """Name of this method."""
    factors: dict[str, Given] = LEVELS
    """Key of the configuration -> its range or levels."""
    samples: Count = 64
    """Base samples, a power of two; points: samples x (factors + 2)."""
    second_order: bool = False
    """Also the points for second-order indices: samples x (2 factors + 2)."""
    replicates: Count = 1
    """Replicates."""

    @model_validator(mode="after")
    def _power(self) -> "Sobol":
        if self.samples & (self.samples - 1):
            below = 1 << (self.samples.bit_length() - 1)
            raise ValueError(
                f"samples: {self.samples} is not a power of two; write {below} or {2 * below}"
            )
        return self


class Morris(_OfArms):
    """Morris' trajectories for elementary effects."""

    method: Literal["morris"]
    """Name of this method."""
    factors: dict[str, Given] = LEVELS
    """Key of the configuration -> its range or levels."""
    trajectories: Annotated[int, Field(ge=2, le=100_000)] = 10
    """Trajectories; points: trajectories x (factors + 1)."""
    levels: Annotated[int, Field(ge=2, le=100)] = 4
    """Levels of the grid."""
    replicates: Count = 1
    """Replicates."""

    @model_validator(mode="after")
    def _even(self) -> "Morris":
        if self.levels % 2:
            raise ValueError(f"levels: {self.levels} is odd; the design needs an even number")
        return self


class Calibrate(Base):
    """Parameters to which targets point, with what they leave open."""

    method: Literal["calibrate"]
    """Name of this method."""
    arms: Named = Field(default_factory=lambda: {"model": {}})
    """Name -> what the configuration is changed by, where targets compare."""
    factors: dict[str, Given] = LEVELS
    """Key of the configuration -> its range, evenly likely before."""
    targets: Annotated[dict[str, Target], Field(min_length=1), AfterValidator(named)]
    """Name -> what was reported."""
    samples: Annotated[int, Field(ge=8, le=10_000)] = 96
    """Sets of parameters in the first wave."""
    waves: Annotated[int, Field(ge=1, le=10)] = 2
    """Waves; each of the later has half the samples of the first, where the targets point."""
    replicates: Annotated[int, Field(ge=2, le=1000)] = 3
    """Replicates."""
    draws: Annotated[int, Field(ge=10, le=10_000)] = 200
    """Rows of the posterior sample."""
    truths: Annotated[int, Field(ge=0, le=1000)] = 20
    """Known truths that it is tried on."""

    @property
    def cells(self) -> int:
        """Sets of parameters in all."""
        return self.samples + (self.waves - 1) * (self.samples // 2)

    @model_validator(mode="after")
    def _targets_fit(self) -> "Calibrate":
        targets_fit(self.targets, self.arms)
        if self.cells < LEAST_CELLS:
            raise ValueError(f"samples: {self.cells} in all waves; expected {LEAST_CELLS} or more")
        return self


class Limit(Strict):
    """What an outcome must keep to."""

    at_most: float | None = None
    """Largest mean over replicates."""
    at_least: float | None = None
    """Smallest mean over replicates."""

    @model_validator(mode="after")
    def _one(self) -> "Limit":
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("give either at_most or at_least")
        return self


class Search(Base):
    """Levers that no others beat in every objective (Pareto front)."""

    method: Literal["search"]
    """Name of this method."""
    factors: dict[str, Given] = LEVELS
    """Key of the configuration -> the range or levels that are searched."""
    objectives: Annotated[dict[OutcomeKey, Literal["more", "less"]], Field(min_length=1)]
    """Outcome -> whether more or less of it is wanted."""
    limits: dict[OutcomeKey, Limit] = Field(default_factory=dict)
    """Outcome -> what it must keep to, as a budget."""
    population: Annotated[int, Field(ge=4, le=1000)] = 20
    """Points of a generation."""
    generations: Annotated[int, Field(ge=1, le=1000)] = 8
    """Generations."""
    replicates: Count = 3
    """Replicates: the same luck for all points."""

    @property
    def cells(self) -> int:
        """Points in all."""
        return self.population * self.generations


class Discover(Base):
    """Where in the parameters' ranges a policy fails."""

    method: Literal["discover"]
    """Name of this method."""
    arms: Named
    """Name -> what the configuration is changed by."""
    baseline: str | None = None
    """The arm that others are compared with; the first if not given."""
    factors: dict[str, Given] = LEVELS
    """Key of the configuration -> prior, or levels."""
    outcome: OutcomeKey
    """Outcome by which arms are judged."""
    arm: str | None = None
    """The arm that fails; the last if not given."""
    below: float = 0.0
    """It fails where its effect against the baseline, in the better direction, is below this."""
    replicates: Count = 200
    """Worlds: each a draw of the parameters and of luck."""

    @model_validator(mode="after")
    def _arms_fit(self) -> "Discover":
        two_arms(self.arms)
        for field in ("baseline", "arm"):
            one_of(self.arms, field, getattr(self, field))
        judged = OUTCOMES.get(self.outcome)
        if judged is not None and judged.better == "neither":
            raise ValueError(f"outcome: neither more nor less of {self.outcome} is better")
        return self


Method = (
    Compare | Factorial | OneAtATime | Lhs | Sobol | Morris | Calibrate | Search | Discover | Study
)


class File(RootModel[Annotated[Method, Field(discriminator="method")]]):
    """An experiment file."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of experiment files, for editors (Draft 2020-12)."""
    found = File.model_json_schema() | {"title": "hecun experiment"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
