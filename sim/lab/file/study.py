"""Method study: designs of field studies in worlds whose truth is known."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from sim.errors import nearest
from sim.lab.file.base import LEVELS, Base, Given, Record, one_of, two_arms
from sim.lab.file.keys import Named, named
from sim.lab.file.study_blocks import (
    BLOCKS,
    TITLE,
    Design,
    Estimand,
    Estimated,
    Measures,
    Odds,
    Population,
    Sample,
    merged,
)

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
    def designed(self) -> dict[str, Design]:
        """The designs by name."""
        given = self.model_dump(mode="json", include=set(BLOCKS), exclude_none=True)
        changes = self.designs or {ONLY: {}}
        return {name: _design(merged(given, change)) for name, change in changes.items()}

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
        for name, change in self.designs.items():
            keys = (TITLE, *BLOCKS)
            strange = [key for key in change if key not in keys]
            if strange:
                raise ValueError(
                    f"designs.{name}: unknown key {strange[0]!r}{nearest(strange[0], keys)}; "
                    f"expected some of {', '.join(keys)}"
                )
            titles = change.get(TITLE, {})
            if not isinstance(titles, dict) or not set(titles) <= {"en", "zh"}:
                raise ValueError(f"designs.{name}.title: expected {{en: ..., zh: ...}}")
        given = self.model_dump(mode="json", include=set(BLOCKS), exclude_none=True)
        for name, change in (self.designs or {"": {}}).items():
            where = f"designs.{name}: " if name else ""
            try:
                self._check(_design(merged(given, change)), where)
            except ValidationError as error:
                raise ValueError(_said(error, where)) from error
        wrong = [key for key, factor in self.factors.items() if not _drawn(factor)]
        if wrong:
            raise ValueError(f"factors: {wrong[0]}: expected prior, or {{from: FOLDER}}")
        return self

    def _check(self, design: Design, where: str) -> None:
        """Refuse a design that does not fit arms and record."""
        untreated, treated, _ = self.arms_of(design)
        for key, arms in (("untreated", (untreated,)), ("treated", treated)):
            for arm in arms:
                one_of(self.arms, f"{where}population.{key}", arm)
        one_of(self.arms, f"{where}estimand.arm", design.estimand.arm)
        if untreated in treated:
            raise ValueError(f"{where}population: {untreated!r} is both treated and untreated")
        if len(treated) > 1 and design.estimand.arm is not None:
            raise ValueError(f"{where}estimand.arm: with several cohorts it is their own effect")
        needs = {"villagers": design.sample.villagers is not None}
        needs["villages"] = design.population.unit == "unit" or needs["villagers"]
        needs["county"] = not needs["villages"]
        for table, needed in needs.items():
            if needed and getattr(self.record, table) != "yearly":
                raise ValueError(f"{where}needs record: {{{table}: yearly}}")


def _drawn(factor: Any) -> bool:
    return factor == "prior" or (isinstance(factor, dict) and set(factor) <= {"from", "sample"})


def _design(blocks: dict[str, Any]) -> Design:
    return Design.model_validate_json(json.dumps(blocks))


def _said(error: ValidationError, where: str) -> str:
    """Return what is wrong with a design, all of it."""
    found = []
    for one in error.errors():
        keys = [str(part) for part in one["loc"] if part not in ("plain", "block", "odds", "below")]
        key = ".".join(keys)
        said = one["msg"].removeprefix("Value error, ")
        if one["type"] == "extra_forbidden":
            block = {"population": Population, "sample": Sample, "measures": Measures}
            known = getattr(block.get(keys[0], Design), "model_fields", {})
            said = f"unknown key{nearest(keys[-1], known)}; expected one of {', '.join(known)}"
        found.append(f"{where}{key}: {said}" if key else f"{where}{said}")
    return "; ".join(found)


def part_name(spec: Study, design: Design) -> str | None:
    """Return the arm in which a design's merger is carried out in part; None where none is."""
    population = design.population
    if not population.spillovers or population.who == "plan":
        return None
    who = population.who
    odds = who.model_dump() if isinstance(who, Odds) else {}
    told = [f"{name} {value:g}" for name, value in odds.items() if value]
    return ", ".join([f"{spec.arms_of(design)[1][0]}: {population.share:g} of it", *told])
