"""Numbers as figures and reports write them: about four digits, with a unit."""

import math

from sim.words.lookup import unit_label

MISSING = "–"


def decimals(*values: float) -> int:
    """Return the decimals that give the largest value about four digits; none for whole values."""
    known = [value for value in values if not math.isnan(value)]
    if all(float(value).is_integer() for value in known):
        return 0
    size = max(map(abs, known))
    return next((d for d, least in enumerate((1000, 100, 10, 0.1)) if size >= least), 4)


def number(value: float, places: int | None = None, sign: bool = False) -> str:
    """Return a number with so many decimals (by default as many as `decimals` gives)."""
    if math.isnan(value):
        return MISSING
    places = decimals(value) if places is None else places
    return f"{round(value, places) + 0.0:{'+' if sign else ''},.{places}f}"


def quantity(value: float, unit: str, lang: str) -> str:
    """Return a number with its unit; without one for ratios."""
    return number(value) if unit in ("1", "0-1") else f"{number(value)} {unit_label(unit, lang)}"
