"""Field types and the strict base that every part of a configuration shares."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from sim.model.calendar import format_month, parse_month
from sim.model.config.chinese import add_chinese


class Strict(BaseModel):
    """Plain immutable data: unknown keys, wrong types, NaN and infinity are refused."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        json_schema_extra=add_chinese,
    )


#: letters of a title
MOST_LETTERS = 300


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError("empty; write a title")
    if len(text) > MOST_LETTERS:
        raise ValueError(f"{len(text):,} letters; expected at most {MOST_LETTERS}")
    return text


#: a title, or a label, in one language
Words = Annotated[str, AfterValidator(_words)]


class MisfitError(ValueError):
    """Keys that do not fit each other, and all that were read to find it out.

    Parameters
    ----------
    text : str
        What does not fit.
    reads : tuple of str
        Paths of the keys read, given or not.
    """

    def __init__(self, text: str, *reads: tuple[str, ...]) -> None:
        super().__init__(text)
        self.reads = reads


def _to_month(value: Any) -> int:
    """Accept ``"2020-04"``; refuse everything else in words."""
    if isinstance(value, str):
        return parse_month(value)
    raise ValueError(f"expected a month as YYYY-MM, for example 2020-04, got {value!r}")


#: a month number, written ``2020-04``
Month = Annotated[
    int,
    BeforeValidator(_to_month, json_schema_input_type=str),
    PlainSerializer(format_month, return_type=str),
    Field(json_schema_extra={"pattern": r"^\d{4}-(0[1-9]|1[0-2])$", "examples": ["2020-04"]}),
]
#: a share from 0 to 1
Share = Annotated[float, Field(ge=0, le=1)]
#: a number above 0
Positive = Annotated[float, Field(gt=0)]
#: a number of 0 or more
NonNegative = Annotated[float, Field(ge=0)]


def unit(text: str, **constraints: Any) -> Any:
    """Return a pydantic field that carries its unit (``x-unit`` in the JSON Schema)."""
    return Field(json_schema_extra={"x-unit": text}, **constraints)
