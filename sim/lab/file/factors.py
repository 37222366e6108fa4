"""Factors: what each takes, levels, a range, or a parameter's own range."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.errors import InputError
from sim.lab.file.names import wrong_names
from sim.model.parameters import lookup, parameters
from sim.model.parameters.variants import FIRST_EDITION, VARIANTS

#: words of YAML -> how they are written
FORMS = (
    "a list of levels [0, 0.5, 1], a range {from: 0, to: 3, steps: 4}, named levels "
    "{levels: {low: 1, high: 2}}, {draw: [a, b]} (drawn by replicate) or prior (a parameter's "
    "range in `hecun explain`; a contested mechanism's forms; of a block what is set nowhere)"
)
#: keys of a block that names a posterior sample
_SAMPLE = ({"from"}, {"sample"})
_RANGE = {"from", "to", "steps", "log"}
#: every form of every contested mechanism, as ``variants: all``
ALL = "all"
#: levels of one factor
MOST_LEVELS = 1_000


@dataclass(frozen=True, slots=True)
class Levels:
    """Values given one by one.

    Attributes
    ----------
    values : tuple
        Anything a configuration may hold; None removes the key.
    labels : tuple of str or numbers
        How the levels are called in tables.
    """

    values: tuple[Any, ...]
    labels: tuple[Any, ...]

    def at(self, share: float) -> int:
        """Return the level at a share, 0 to 1, of the list."""
        return min(int(share * len(self.values)), len(self.values) - 1)


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `low` to `high`, evenly spaced or evenly spaced in the logarithm."""

    low: float
    high: float
    steps: int | None = None
    log: bool = False

    def value(self, share: float) -> float:
        """Return the number at a share, 0 to 1, of the range."""
        if self.log:
            return math.exp(math.log(self.low) + share * math.log(self.high / self.low))
        return self.low + share * (self.high - self.low)

    def levels(self) -> Levels:
        """Return the steps as levels; whole numbers where all steps are whole."""
        count = self.steps or 0
        values = [self.value(i / (count - 1)) for i in range(count)]
        values[0], values[-1] = self.low, self.high
        values = [float(f"{v:.12g}") for v in values]
        if all(v == int(v) for v in values):
            values = [int(v) for v in values]
        return Levels(tuple(values), tuple(values))


@dataclass(frozen=True, slots=True)
class Prior:
    """The plausible range of a parameter, or the forms of a contested mechanism, evenly likely."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Values drawn anew for every replicate, the same at every point, evenly likely.

    Attributes
    ----------
    of : Range or tuple
        A range, or numbers or words of which one is drawn.
    """

    of: Range | tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """Values drawn by replicate, those of one row together with other parameters' of that row."""

    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Joint:
    """A sample of several parameters: that of a calibration's folder, or written out.

    Attributes
    ----------
    folder : str or None
        Results of a calibration.
    columns : dict
        Key of the configuration -> its value in every row.
    """

    folder: str | None
    columns: dict[str, tuple[float, ...]]


Factor = Levels | Range | Prior | Draw | Sample | Joint


def parse(given: Any) -> Factor:
    """Return the factor that plain data of YAML describe.

    Raises
    ------
    ValueError
        In words, if they describe none.
    """
    if isinstance(given, str) and given in ("prior", ALL):
        return every_variant() if given == ALL else Prior()
    if isinstance(given, list):
        return _levels(given, [_label(value) for value in given])
    if isinstance(given, dict) and set(given) == {"draw"}:
        return _draw(given["draw"])
    if isinstance(given, dict) and set(given) in _SAMPLE and not _number(given.get("from")):
        return _joint(given)
    if isinstance(given, dict) and set(given) == {"levels"} and isinstance(given["levels"], dict):
        wrong_names(given["levels"])
        return _levels(list(given["levels"].values()), list(given["levels"]))
    if isinstance(given, dict) and {"from", "to"} & set(given):
        return _range(given)
    raise ValueError(f"expected {FORMS}")


def every_variant() -> Levels:
    """Return what ``variants: all`` stands for: as given, each other form alone, first edition."""
    levels: dict[str, dict[str, str]] = {"as given": {}}
    for name, variant in VARIANTS.items():
        for form in variant.forms:
            if form != variant.default:
                levels[f"{name} {form}"] = {name: form}
    first = {n: form for n, form in FIRST_EDITION.items() if form != VARIANTS[n].default}
    levels |= {"first edition": first} if len(first) > 1 else {}
    return Levels(tuple(levels.values()), tuple(levels))


def _number(value: Any) -> bool:
    return isinstance(value, int | float)


def _draw(given: Any) -> Draw:
    """Return what ``{draw: [a, b]}`` or ``{draw: {from: 0, to: 1}}`` says."""
    if isinstance(given, dict) and set(given) == {"from", "to"}:
        return Draw(_range(given))
    values = tuple(parse(given).values) if isinstance(given, list) else ()  # pyright: ignore
    words = all(isinstance(value, str) for value in values)
    numbers = all(_number(value) and not isinstance(value, bool) for value in values)
    if not values or not (words or numbers):
        raise ValueError("draw: expected a list of numbers or of words, or a range {from, to}")
    return Draw(values)


def _joint(given: dict[str, Any]) -> Joint:
    folder, columns = given.get("from"), given.get("sample", {})
    if "from" in given and not isinstance(folder, str):
        raise ValueError("from: expected the results folder of a calibration")
    if not isinstance(columns, dict):
        raise ValueError("sample: expected a list of values for each parameter")
    lengths = {len(rows) if isinstance(rows, list) else 0 for rows in columns.values()}
    if "sample" in given and (len(lengths) != 1 or 0 in lengths):
        raise ValueError("sample: expected lists of one length, one for each parameter")
    return Joint(folder, {key: tuple(map(float, rows)) for key, rows in columns.items()})


def _label(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return {True: "true", False: "false", None: "none"}.get(value) if _plain(value) else None
    return value


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, bool)


def _levels(values: Sequence[Any], labels: list[Any]) -> Levels:
    if not values:
        raise ValueError("the list of levels is empty; give at least one")
    for i, label in enumerate(labels):
        if label is None:
            labels[i] = f"level {i + 1}"
    kinds = {isinstance(label, str) for label in labels}
    if len(kinds) > 1:
        labels = [str(label) for label in labels]
    if len(values) > MOST_LEVELS:
        raise ValueError(f"{len(values):,} levels; expected at most {MOST_LEVELS:,}")
    seen: list[Any] = []
    for value, label in zip(values, labels, strict=True):
        if value in seen and not isinstance(value, bool):
            raise ValueError(f"the level {label} is given twice; keep one")
        seen.append(value)
    twice = [label for label in labels if labels.count(label) > 1]
    if twice:
        raise ValueError(
            f"two levels are called {twice[0]}; name them: {{levels: {{name: value}}}}"
        )
    return Levels(tuple(values), tuple(labels))


def _range(given: dict[str, Any]) -> Range:
    unknown = sorted(set(given) - _RANGE)
    absent = sorted({"from", "to"} - set(given))
    if unknown or absent:
        what = f"{unknown[0]!r} is unknown" if unknown else f"{absent[0]!r} is missing"
        raise ValueError(f"{what} in a range; it has from, to and, if wanted, steps and log: true")
    low, high, steps, log = (given.get(key) for key in ("from", "to", "steps", "log"))
    for key, number in (("from", low), ("to", high)):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ValueError(f"{key}: expected a number, got {number!r}")
    if not low < high:  # pyright: ignore[reportOptionalOperand]
        raise ValueError(f"from {low:g} is not below to {high:g}; give the lower number to from")
    if log not in (None, True, False):
        raise ValueError(f"log: expected true or false, got {log!r}")
    if log and low <= 0:  # pyright: ignore[reportOptionalOperand]
        raise ValueError(f"a logarithmic range starts above 0, not at {low:g}")
    if steps is not None and (isinstance(steps, bool) or not isinstance(steps, int) or steps < 2):
        raise ValueError(f"steps: expected a whole number of at least 2, got {steps!r}")
    if steps is not None and steps > MOST_LEVELS:
        raise ValueError(f"steps: {steps:,} is too many; expected at most {MOST_LEVELS:,}")
    if not math.isfinite(high - low):  # pyright: ignore[reportOptionalOperand]
        raise ValueError(f"from {low:g} to {high:g} is no range; expected finite numbers")
    return Range(low, high, steps, bool(log))  # pyright: ignore[reportArgumentType]


def stands_for(key: str, parts: tuple[str, ...]) -> list[str]:
    """Return the parameters that a factor with `prior` stands for.

    Raises
    ------
    InputError
        If it names none.
    """
    if parts == ("variants",):
        return [f"variants.{name}" for name in VARIANTS]
    if parts[0] == "variants" and parts[-1] in VARIANTS:
        return [key]
    if parts[0] != "parameters":
        raise InputError(
            "prior is the range of a parameter (parameters.service.visit_sigma_km) or the forms of "
            "a contested mechanism (variants.decay); give a range {from: ..., to: ...}"
        )
    known = parameters()
    if len(parts) == 1:
        return [f"parameters.{p}.{name}" for p, values in known.items() for name in values]
    if len(parts) == 2 and parts[1] in known:
        return [f"{key}.{name}" for name in known[parts[1]]]
    if len(parts) != 3:
        raise InputError(f"no parameter is called {key!r}; write parameters.process.name")
    lookup(parts[1], parts[2])
    return [key]
