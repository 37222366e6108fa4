"""What every experiment file may say: what is recorded, how often, of which counties."""

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    model_validator,
)

from sim.errors import nearest
from sim.lab.file import factors
from sim.lab.file.keys import (
    Count,
    Merged,
    OutcomeKey,
    factor_read,
    installed,
    once,
    outcome_known,
    targets_known,
)
from sim.model.config.fields import Positive, Strict, Words

#: a factor's levels as written; `factors.parse` reads them
Given = Annotated[
    Any,
    AfterValidator(factor_read),
    Field(json_schema_extra={"x-expected": factors.FORMS}),
]


class Record(Strict):
    """What is kept of every run besides its end values."""

    county: Literal["monthly", "yearly", "off"] = "monthly"
    """Outcomes of the county; `yearly`: means of years counted from the reform."""
    villages: Literal["monthly", "yearly", "last", "off"] = "off"
    """Outcomes of old villages; `last`: means over the last 12 months."""
    villagers: Literal["yearly", "last", "off"] = "off"
    """Villager rows as they stand at the end of every year, or of the run."""


class UntilPrecise(Strict):
    """Replicates until the paired effects are known well enough."""

    at_least: Annotated[int, Field(ge=3, le=100_000)] = 10
    """Replicates before the first decision."""
    until: Annotated[dict[str, Positive], AfterValidator(targets_known)]
    """Outcome -> half-width of the 95 % interval of its paired effects, in its own unit."""
    at_most: Annotated[int, Field(ge=3, le=100_000)] = 200
    """Replicates at most."""

    @model_validator(mode="after")
    def _ordered(self) -> "UntilPrecise":
        if self.at_most < self.at_least:
            raise ValueError(f"at_most {self.at_most} is below at_least {self.at_least}")
        return self


def _block_or_plain(value: Any) -> str:
    return "block" if isinstance(value, dict | Strict) else "plain"


Replicates = Annotated[
    Annotated[Count, Tag("plain")] | Annotated[UntilPrecise, Tag("block")],
    Discriminator(_block_or_plain),
    Field(
        json_schema_extra={
            "x-expected": "a number of replicates, or {at_least: 10, until: {service_reach: 0.002},"
            " at_most: 200}"
        }
    ),
]


class Counties(Strict):
    """Counties of the registry."""

    province: str | None = None
    """Province: 四川省."""
    prefecture: str | None = None
    """Prefecture, by its Chinese name."""
    merged: Merged | None = None
    """Only those that merged, by the years of the list after: `2016-2023`. Each is run with the two
    lists of its largest merger then, and with the month half way between them as its reform."""
    without: tuple[str, ...] = ()
    """Counties left out, by code or name."""

    @model_validator(mode="after")
    def _one(self) -> "Counties":
        given = [self.province, self.prefecture]
        if all(given) or not (any(given) or self.merged):
            raise ValueError("give either province or prefecture, or merged (alone: all of China)")
        return self


CountyList = Annotated[
    Annotated[tuple[str, ...], Field(min_length=1), Tag("plain")]
    | Annotated[Counties, Tag("block")],
    Discriminator(_block_or_plain),
    Field(
        json_schema_extra={
            "x-expected": "a list of counties, {prefecture: 凉山彝族自治州}, {province: 四川省} or "
            "{merged: 2016-2023}"
        }
    ),
]


def _shown(block: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
    """Return a block of outcomes; what own ones say is checked with the configurations."""
    for key, given in block.items():
        if not isinstance(given, dict):
            outcome_known(key, info)
            if given is not True:
                raise ValueError(f"{key}: expected true (show it), or what is measured")
    return block


Shown = Annotated[
    Annotated[tuple[OutcomeKey, ...], AfterValidator(once), Tag("plain")]
    | Annotated[dict[str, Any], AfterValidator(_shown), Tag("block")],
    Discriminator(_block_or_plain),
    Field(
        json_schema_extra={
            "x-expected": "a list of outcomes, [trust, posts], or a block of own ones, "
            "{far_elders: {of: villagers, where: ..., share: true}, trust: true}"
        }
    ),
]


class Question(Strict):
    """A question in English, Chinese or both; asked in one, it is shown so to readers of either."""

    en: Words | None = None
    """English."""
    zh: Words | None = None
    """Chinese."""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, given: Any) -> Any:
        """Take a text as a question in the language of its letters."""
        if not isinstance(given, str):
            return given
        return {"zh" if re.search(r"[\u4e00-\u9fff]", given) else "en": given}

    @model_validator(mode="after")
    def _asked(self) -> "Question":
        if self.en is None and self.zh is None:
            raise ValueError("no question; write it in one language or both: {en: ..., zh: ...}")
        return self

    def both(self) -> dict[str, str]:
        """Return the question for readers of either language."""
        return {"en": self.en or self.zh or "", "zh": self.zh or self.en or ""}


class Base(Strict):
    """What every experiment has."""

    question: Question | None = None
    """The question it answers, in English, Chinese or both."""
    config: Any
    """The configuration it starts from: a file, relative to this one."""
    set: dict[str, Any] = Field(default_factory=dict)
    """Keys of the configuration changed for the whole experiment: `scale: 50`."""
    counties: CountyList | None = None
    """Counties, each run under every point: a list of codes or names, or a whole region."""
    seed: Annotated[int, Field(ge=0, lt=2**62)] | None = None
    """Seed of replicate 1; the configuration's if not given. Replicate r has seed + r - 1."""
    record: Record = Record()
    """What is kept of every run."""
    outcomes: Shown = ()
    """Outcomes shown besides the headline ones: a list, or a block that defines own ones."""
    estimators: Annotated[tuple[str, ...], AfterValidator(installed)] = ()
    """Installed plug-ins, each of which gives a table more (`hecun explain plugins`)."""


LEVELS = Field(
    default_factory=dict,
    description="Key of the configuration -> the levels it takes; a block (parameters: prior) "
    "stands for what the configuration leaves at its default",
)


def two_arms(arms: dict[str, Any]) -> None:
    """Refuse fewer than two arms."""
    if len(arms) < 2:
        raise ValueError("arms: give at least two, each a name and what it changes")


def one_of(arms: dict[str, Any], field: str, name: str | None) -> None:
    """Refuse the name of an arm that is none."""
    if name is not None and name not in arms:
        raise ValueError(f"{field}: no arm is called {name!r}{nearest(name, arms)}")
