"""Shape of a manifest: what stands at each key that is read of it, and what of one is otherwise."""

import json
from functools import cache
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, ValidationInfo

from sim.config import cautions
from sim.model.calendar import parse_month
from sim.model.config.county import Datum
from sim.model.outcomes.catalogue import OUTCOMES
from sim.printable import shortened

Kind = Literal["run", "experiment"]
_STRICT = ConfigDict(strict=True)


def _month(text: str) -> str:
    parse_month(text)
    return text


def _months(text: str) -> str:
    first, _, last = text.partition(" to ")
    for month in (first, last):
        parse_month(month)
    return text


def _outcome(text: str, info: ValidationInfo) -> str:
    if not OUTCOMES.built_in(text) and text not in (info.context or ()):
        raise ValueError("expected an outcome of this version")
    return text


def _key(text: str) -> str:
    if len(text.split(".")) < 2:
        raise ValueError("expected a key of a configuration (parameters.service.visit_sigma_km)")
    return text


Month = Annotated[str, AfterValidator(_month)]
Outcome = Annotated[str, AfterValidator(_outcome)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, lt=2**63)]
Span = tuple[Number, Number, Number] | None
Digests = dict[str, str]


class Text(TypedDict):
    """A text in both languages."""

    en: str
    zh: str


class Spells(TypedDict):
    """A policy of `sim.model.policies.timeline.rows`."""

    policy: str
    ramp_months: Count
    when: str | None
    until: str | None
    may: tuple[Month, Month]
    spells: list[tuple[Month, Month]]


class Plan(TypedDict):
    """What a summary says of `sim.model.world.plan.judge`."""

    villages_before: Count
    villages_after: Count
    cluster_sizes: dict[str, Count]
    split_townships: list[str]
    registered: Span
    area_km2: Span
    mean_distance_km: Span


class Sample(TypedDict):
    """Values of a parameter that replicates take in turn."""

    sample: Annotated[list[Number], Field(min_length=1)]


class Draw(TypedDict):
    """Numbers or words of which every replicate draws one."""

    draw: Annotated[list[Number] | list[str], Field(min_length=1)]


class Record(TypedDict):
    """What an experiment keeps of its runs (`sim.lab.file.schema.Record`)."""

    county: Literal["monthly", "yearly", "off"]
    villages: Literal["monthly", "yearly", "last", "off"]
    villagers: Literal["yearly", "last", "off"]


class OwnOutcome(TypedDict):
    """An outcome of one's own (`sim.model.outcomes.catalogue.as_told`)."""

    unit: str
    en: str
    zh: str
    better: Literal["more", "less", "neither"]
    definition: str


class _Both(TypedDict, total=False):
    """What manifests of both kinds say; an older version's may lack keys."""

    __pydantic_config__ = _STRICT  # pyright: ignore[reportGeneralTypeIssues]

    hecun: str
    code: str
    git: str | None
    seed: Count
    python: str
    machine: str
    system: str
    libraries: dict[str, str]
    inputs: Digests
    own_outcomes: dict[str, OwnOutcome]
    own_outcomes_seconds: Annotated[Number, Field(ge=0)]
    finished: str
    seconds: Annotated[Number, Field(ge=0)]


class Map(TypedDict):
    """What is known of the county's borders besides where they lie."""

    datum: Datum | None
    approval: str | None
    county_km2: NotRequired[Number | None]


class Run(_Both, total=False):
    """Manifest of a run."""

    run: str
    months: Count
    reform: Month
    title: Text
    villagers: Count
    cell_km: Annotated[Number, Field(gt=0)]
    origin_km: tuple[Number, Number] | None
    map: Map
    timeline: list[Spells]
    triggers: list[dict[str, Any]]
    doses: list[tuple[str, str, Count, Number | None, Number]]
    cautions: list[tuple[cautions.Kind, str, Number]]
    plan: Plan | None
    tables: Digests
    figures: list[str]
    files: Digests


class Experiment(_Both, total=False):
    """Manifest of an experiment."""

    experiment: Literal[
        "compare",
        "factorial",
        "one_at_a_time",
        "lhs",
        "sobol",
        "morris",
        "calibrate",
        "search",
        "discover",
        "study",
    ]
    state: Literal["running", "complete"]
    key: str
    question: Text | None
    points: str
    baseline: str | None
    drawn: dict[Annotated[str, AfterValidator(_key)], tuple[Number, Number] | Sample | Draw]
    unset: dict[str, list[Count]]
    as_set: list[tuple[str, Number | str, list[str]]]
    months: dict[Annotated[str, AfterValidator(_months)], list[Count]]
    cautions: list[tuple[cautions.Kind, str, Number, list[Count]]]
    outcomes: list[Outcome]
    until: dict[Outcome, Number] | None
    design_points: Count
    replicates: Count
    failed: Count
    record: Record
    villagers: str
    text: str
    files: Digests
    sources: Digests
    digests: Digests
    answers: Digests
    estimators_failed: dict[str, str]
    plugins: dict[str, str]
    started: str


@cache
def _adapter(kind: Kind) -> TypeAdapter[Any]:
    return TypeAdapter(Run if kind == "run" else Experiment)


def misfit(manifest: dict[str, Any], kind: Kind) -> str | None:
    """Say what of a manifest is not as hecun writes it: key, what is expected, what is there.

    Keys that are not there are fine: those of older versions have fewer.
    """
    try:
        own = manifest.get("own_outcomes")
        context = dict.fromkeys(own) if isinstance(own, dict) else {}
        _adapter(kind).validate_json(json.dumps(manifest), context=context)
    except ValidationError as error:
        return _said(manifest, error.errors(include_url=False)[0])
    return None


def _said(manifest: dict[str, Any], error: Any) -> str:
    """Put pydantic's first error into words."""
    value: Any = manifest
    path: list[str] = []
    for part in error["loc"]:  # names of alternatives are among its parts
        if (isinstance(value, dict) and part in value) or isinstance(value, list):
            value = value[part] if not isinstance(part, int) or part < len(value) else None
            path.append(str(part))
        elif error["type"] == "missing":
            path.append(str(part))
    key = f"{'.'.join(path)}: " if path else ""
    if error["type"] == "missing":
        return f"{key}is not there"
    said = str(error["msg"]).removeprefix("Value error, ").replace("Input should be", "expected")
    return f"{key}{said}, got {shortened(json.dumps(value), 60)}"
