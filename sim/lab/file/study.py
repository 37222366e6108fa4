"""Method study: designs of field studies in worlds whose truth is known."""

import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from sim.errors import nearest
from sim.lab.file.base import LEVELS, Base, Given, Record, one_of, two_arms
from sim.lab.file.keys import Named, named
from sim.lab.file.study_blocks import (
    BLOCKS,
    Design,
    Estimand,
    Estimated,
    Measures,
    Odds,
    Population,
    Sample,
    merged,
)

#: something wrong: the keys of a design where, and what
Wrong = tuple[Sequence[str | int], str]
#: the design of a file that names none
ONLY = "study"


class Study(Base):
    """What designs of a field study would find, in worlds whose truth is known."""

    method: Literal["study"]
    """Name of this method."""
    arms: Named
    """Name -> what the configuration is changed by."""
    baseline: str | None = None
    """The arm without the treatment; the first if not given."""
    factors: dict[str, Given] = LEVELS
    """Key of the configuration -> prior: parameters drawn anew for every world."""
    population: Population = Population()
    """Whom the study is about."""
    sample: Sample = Sample()
    """Who is surveyed."""
    measures: dict[str, Any]
    """What is asked; of each design what it changes."""
    estimator: Estimated = "did"
    """How the effect is estimated."""
    estimand: Estimand = Estimand()
    """What the estimate is held against."""
    designs: Annotated[dict[str, dict[str, Any]], AfterValidator(named)] = Field(
        default_factory=dict
    )
    """Name -> what a design changes of population, sample, measures, estimator and estimand."""
    studies: Annotated[int, Field(ge=10, le=1_000_000)] = 1000
    """Studies of each design and size: they share the worlds."""
    replicates: Annotated[int, Field(ge=2, le=100_000)] = 10
    """Worlds that are simulated."""
    record: Record = Record(county="yearly", villages="yearly")
    """What is kept of every run: villages yearly, villagers yearly where respondents are asked."""

    @property
    def blocks(self) -> dict[str, Any]:
        """What designs share."""
        return self.model_dump(
            mode="json", include=set(BLOCKS), exclude_none=True, exclude_unset=True
        )

    @property
    def changes(self) -> dict[str, dict[str, Any]]:
        """What each design changes, by name; of a file without designs one of no name."""
        return self.designs or {"": {}}

    @property
    def designed(self) -> dict[str, Design]:
        """The designs by name."""
        blocks = self.blocks
        return {name or ONLY: design_of(blocks, change) for name, change in self.changes.items()}

    def arms_of(self, design: Design) -> tuple[str, tuple[str, ...], str]:
        """Return the arm of the untreated, those of the treated, and that of the estimand."""
        first = self.baseline or next(iter(self.arms))
        rest = [arm for arm in self.arms if arm != first]
        treated = design.population.treated or (rest[0],)
        return design.population.untreated or first, treated, design.estimand.arm or treated[0]

    def parts(self) -> dict[str, tuple[str, dict[str, float]]]:
        """Return the arms that carry an arm's merger out in part, which designs need.

        Name -> the arm, and the fields of the merger's ``partly``.
        """
        found: dict[str, tuple[str, dict[str, float]]] = {}
        for design in self.designed.values():
            name = part_name(self, design)
            if name is not None:
                who = design.population.who
                odds = who.model_dump() if isinstance(who, Odds) else {}
                arm = self.arms_of(design)[1][0]
                found[name] = arm, {"share": design.population.share, **odds}
        return found

    @model_validator(mode="after")
    def _fits(self) -> "Study":
        two_arms(self.arms)
        one_of(self.arms, "baseline", self.baseline)
        wrong = [key for key, factor in self.factors.items() if not _drawn(factor)]
        if wrong:
            raise ValueError(f"factors: {wrong[0]}: expected prior, or {{from: FOLDER}}")
        return self

    def wrong(self, design: Design) -> Iterator[Wrong]:
        """Yield what of a design does not fit arms and record."""
        untreated, treated, wanted = self.arms_of(design)
        named = {"untreated": (untreated,), "treated": treated}
        told = [(f"population.{key}", arm) for key, arms in named.items() for arm in arms]
        for key, arm in [*told, ("estimand.arm", wanted)]:
            try:
                one_of(self.arms, key, arm)
            except ValueError as error:
                yield key.split("."), str(error)
        if untreated in treated:
            said = f"population: {untreated!r} is both treated and untreated"
            yield ("population", "treated"), said
        elif wanted == untreated:
            said = f"estimand.arm: {wanted!r} is where nobody is treated: it has no effect"
            yield ("estimand", "arm"), said
        if len(treated) > 1 and design.estimand.arm is not None:
            said = "estimand.arm: with several cohorts it is their own effect"
            yield ("estimand", "arm"), said
        if len(treated) > 1 and design.about == "all":
            said = "estimand.of: with several cohorts it is the treated's: nobody else has a month"
            yield ("estimand", "of"), said
        needs = {"villagers": design.sample.villagers is not None}
        needs["villages"] = design.population.unit == "unit" or needs["villagers"]
        needs["county"] = not needs["villages"]
        for table, needed in needs.items():
            if needed and getattr(self.record, table) != "yearly":
                yield ("record", table), f"needs record: {{{table}: yearly}}"


def _drawn(factor: Any) -> bool:
    return factor == "prior" or (isinstance(factor, dict) and set(factor) <= {"from", "sample"})


def design_of(blocks: dict[str, Any], change: dict[str, Any]) -> Design:
    """Return the design that some blocks make, changed by another's.

    Raises
    ------
    ValidationError
        If they make none.
    """
    return Design.model_validate_json(json.dumps(merged(blocks, change)))


def said(error: ValidationError) -> Iterator[Wrong]:
    """Yield what is wrong with a design, all of it."""
    for one in error.errors():
        keys = [part for part in one["loc"] if part not in ("plain", "block", "odds", "below")]
        key = ".".join(map(str, keys))
        text = one["msg"].removeprefix("Value error, ")
        if one["type"] == "extra_forbidden":
            block = {"population": Population, "sample": Sample, "measures": Measures}
            known = getattr(block.get(str(keys[0]), Design), "model_fields", {})
            near = nearest(str(keys[-1]), known)
            text = f"unknown key{near}; expected one of {', '.join(known)}"
        yield keys, f"{key}: {text}" if key else text


def part_name(spec: Study, design: Design) -> str | None:
    """Return the arm in which a design's merger is carried out in part; None where none is."""
    population = design.population
    if not population.spillovers or population.who == "plan":
        return None
    who = population.who
    odds = who.model_dump() if isinstance(who, Odds) else {}
    told = [f"{name} {value:g}" for name, value in odds.items() if value]
    return ", ".join([f"{spec.arms_of(design)[1][0]}: {population.share:g} of it", *told])
