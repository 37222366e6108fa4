"""The ``outcomes:`` block of a configuration: outcomes of one's own.

Each is an expression over documented columns, or a function of one's own (``module:function``).
"""

import math
import re
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    RootModel,
    ValidationInfo,
    field_validator,
    model_validator,
)

from sim.model.config.chinese import add_chinese
from sim.model.config.fields import Share, Strict, Words
from sim.model.outcomes.asked import Asked, How, value
from sim.model.outcomes.catalogue import OUTCOMES, Outcome
from sim.model.outcomes.columns import TABLES, State, columns
from sim.model.outcomes.expression import FLAG, NUMBER, check
from sim.model.policies import own

#: names that columns of tables have already
TAKEN = (
    "run", "point", "replicate", "seed", "status", "digest", "failed_in", "error", "doses", "arm",
    "county", "month", "months", "code", "unit", "outcome", "seconds", "finished", "worker",
)  # fmt: skip
_RATIO = ("1", "ratio", "share")
_MOST_NAME, _MOST_OWN = 60, 100
_NEEDS = "share, mean, sum, count or quantile (of the county: value)"


def _name(key: str) -> str:
    if not re.fullmatch(r"[^\W\d]\w*", key) or len(key) > _MOST_NAME:
        raise ValueError(f"{key!r}: a name has letters, digits and _, at most {_MOST_NAME} of them")
    if OUTCOMES.built_in(key):
        raise ValueError(f"{key} is measured already (`hecun explain {key}`); choose another name")
    if key in TAKEN:
        raise ValueError(f"{key} is a column of every table; choose another name")
    return key


class Quantile(Strict):
    """A quantile of rows."""

    """分位数"""

    of: str
    """Expression it is of."""
    """对哪个表达式求分位数"""
    at: Share
    """Share of persons (or rows) that do not exceed it: 0.5 is the median."""
    """不超过该值的人（行）所占比重，0.5为中位数"""


class OwnOutcome(Strict):
    """An outcome of one's own, measured every month like those of the catalogue."""

    """自定义结果指标，逐月记录，与内置指标同样使用"""

    en: Words | None = None
    """Name in English; the Chinese one if not given."""
    """英文名称；未写时用中文名称"""
    zh: Words | None = None
    """Name in Chinese; the English one if not given."""
    """中文名称；未写时用英文名称"""
    of: Literal[TABLES] | None = None  # type: ignore[valid-type]
    """Whose rows it is measured on."""
    """按哪类对象的行计算（村民、村干部、集体、村、全县）"""
    where: str | None = None
    """Which rows; all if not given. An expression, as `age >= 60 and office_km > 3`."""
    """选取哪些行（表达式）；不写则为全部"""
    share: Literal[True] | str | None = None
    """Share of rows: `true` of all rows those in `where`; or of these those of an expression."""
    """比重：写 true 为符合 where 的占全部的比重；写表达式为 where 中符合该表达式的比重"""
    mean: str | None = None
    """Mean of an expression."""
    """均值"""
    sum: str | None = None
    """Sum of an expression."""
    """合计"""
    count: Literal[True] | None = None
    """How many persons (or rows)."""
    """人数（行数）"""
    quantile: Quantile | None = None
    """Quantile of an expression."""
    """分位数"""
    value: str | None = None
    """Of the county: an expression over its outcomes."""
    """全县：由内置结果指标组成的表达式"""
    weight: str | None = None
    """What each row weighs besides the persons it stands for."""
    """行的附加权重（表达式）"""
    function: str | None = None
    """Instead of all this: a Python function, module:function, that is given the county."""
    """以自编 Python 函数（module:function）代替上述各项"""
    unit: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    """Unit; of a share, and of a column as it is, it is known."""
    """单位；比重和单独一列的单位可不写"""
    better: Literal["more", "less", "neither"] = "neither"
    """Which direction is better, other things equal."""
    """何者为优：more 越多越好，less 越少越好，neither 无所谓"""

    @field_validator("where", "share", "mean", "sum", "value", "weight", "quantile")
    @classmethod
    def _expression(cls, given: Any, info: ValidationInfo) -> Any:
        of, key = info.data.get("of"), str(info.field_name)
        text = given.of if isinstance(given, Quantile) else given
        if of is None or not isinstance(text, str):
            return given
        wanted = FLAG if key in ("where", "share") else NUMBER
        found = check(text, columns(of), "the county has" if of == "county" else f"{of} have")
        if wanted == FLAG and found != FLAG:
            raise ValueError(f"{text!r} is {found}; expected a condition, as age >= 60")
        if key == "weight" and found != NUMBER:
            raise ValueError(f"{text!r} is {found}; expected a number")
        return given

    @field_validator("function")
    @classmethod
    def _found(cls, given: str | None, info: ValidationInfo) -> str | None:
        if given is not None:
            context = info.context or {}
            own.find(given, context.get("folders", ()), context.get("announce", True), own.FUNCTION)
        return given

    @model_validator(mode="after")
    def _whole(self) -> "OwnOutcome":
        if self.en is None and self.zh is None:
            raise ValueError("give it a name: en, zh or both")
        given = [how for how in _HOWS if getattr(self, how) is not None]
        if self.function is not None:
            rest = [*given, *(k for k in ("of", "where", "weight") if getattr(self, k) is not None)]
            if rest:
                raise ValueError(f"function measures it alone: take {', '.join(rest)} away")
        elif self.of is None:
            raise ValueError(f"of: whose rows: {', '.join(TABLES)} (or function: module:function)")
        elif len(given) != 1:
            raise ValueError(f"give one of {_NEEDS}; there are {', '.join(given) or 'none'}")
        elif (self.of == "county") != (given == ["value"]):
            raise ValueError("value is of the county, and of the county there is nothing else")
        elif self.share is True and self.where is None:
            raise ValueError("share: true is the share of those in where: give where")
        elif self.of == "county" and (self.where is not None or self.weight is not None):
            raise ValueError("the county is one row: where and weight are of others")
        self._unit_fits()
        return self

    def _unit_fits(self) -> None:
        known = self._known_unit()
        if self.unit is None and known is None:
            raise ValueError("unit: missing; expected the unit of what it gives, as yuan/year")
        if (
            self.unit is not None
            and known is not None
            and self.unit not in (_RATIO if known == "1" else (known,))
        ):
            said = "ratio" if known == "1" else known
            raise ValueError(f"unit: {self.unit!r}, and what it gives is in {said}; leave unit out")

    def _known_unit(self) -> str | None:
        """Return the unit that follows from what is asked; None where an expression decides."""
        if self.function is not None or self.of is None:
            return None
        if self.share is not None:
            return "1"
        text = self.mean or self.value or (self.quantile.of if self.quantile else None) or ""
        column = columns(self.of).get(text.strip())
        if column is None:
            return None
        return "1" if column.unit == "yes/no" else column.unit

    def asked(self) -> Asked:
        """Return what is asked of which rows."""
        how: How = next(how for how in _HOWS if getattr(self, how) is not None)
        given = getattr(self, how)
        what = given.of if isinstance(given, Quantile) else given
        at = self.quantile.at if self.quantile else 0.5
        what = what if isinstance(what, str) else None
        return Asked(str(self.of), how, what, self.where, self.weight, at)

    def described(self, key: str) -> Outcome:
        """Return it as a line of the catalogue."""
        unit = self.unit or self._known_unit() or ""
        en, zh = self.en or self.zh, self.zh or self.en
        return Outcome(
            key, "1" if unit in _RATIO else unit, str(en), str(zh), self.better, False,
            self.definition(),
        )  # fmt: skip

    def definition(self) -> str:
        """Say how it is measured."""
        if self.function is not None:
            return self.function
        asked = self.asked()
        parts = [asked.how, asked.what or "", f"at {asked.at:g}" * (asked.how == "quantile")]
        parts += [f"of {asked.of}", f"where {asked.where}" if asked.where else ""]
        parts += [f"weight {asked.weight}" if asked.weight else ""]
        return " ".join(filter(None, parts))


_HOWS: tuple[How, ...] = ("share", "mean", "sum", "count", "quantile", "value")


class _Called:
    """A function of one's own that measures an outcome.

    Parameters
    ----------
    key, name : str
        The outcome, and the function (``module:function``).
    """

    def __init__(self, key: str, name: str) -> None:
        self.key, self.name = key, name

    def __call__(self, state: State) -> float:
        """Return what the function gives; a value that is not finite is missing."""
        source = own.known(self.name)
        assert source is not None  # found when the configuration was read
        given = source.cls(state.county)
        try:
            found = float(given)
        except (TypeError, ValueError) as error:
            said = f"outcomes.{self.key}: {self.name} gave {given!r:.60}; expected a number"
            raise TypeError(said) from error
        return found if math.isfinite(found) else math.nan


class OwnOutcomes(RootModel[dict[Annotated[str, AfterValidator(_name)], OwnOutcome]]):
    """Outcomes of one's own, by name."""

    model_config = {"frozen": True, "json_schema_extra": add_chinese}
    root: Annotated[
        dict[Annotated[str, AfterValidator(_name)], OwnOutcome], Field(max_length=_MOST_OWN)
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _declare(self) -> "OwnOutcomes":
        OUTCOMES.declare(self.described().values())
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as text, so that another process first imports functions of one's own."""
        return own.reduced(self)

    def described(self) -> dict[str, Outcome]:
        """Return them as lines of the catalogue, by name in the order of the alphabet."""
        return {key: self.root[key].described(key) for key in sorted(self.root)}

    def measures(self) -> dict[str, Callable[[State], float]]:
        """Return what measures each at the end of a month, by name in the order of the alphabet."""
        found: dict[str, Callable[[State], float]] = {}
        for key in sorted(self.root):
            one = self.root[key]
            called = _Called(key, one.function) if one.function else partial(value, one.asked())
            found[key] = called
        return found

    def own_sources(self) -> dict[str, own.Own]:
        """Return where functions of one's own come from, by ``module:function``."""
        names = sorted({one.function for one in self.root.values() if one.function is not None})
        return {name: source for name in names if (source := own.known(name)) is not None}
