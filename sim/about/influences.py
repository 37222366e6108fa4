"""What an outcome is worked out from, and which parameters move it most; what every lever is."""

import ast
import csv
import re
from functools import cache
from inspect import cleandoc
from pathlib import Path
from typing import NamedTuple

from sim.model.levers import Levers
from sim.model.policies import POLICIES

_OUTCOMES = Path(__file__).parent.parent / "model" / "outcomes"
#: written by docs/make_moves.py: both ends of every parameter's range, all else as it is
_MOVES = Path(__file__).parent.parent / "data" / "moves.csv"
#: what needs and errands give is followed step by step in the one page, the rest in the other
_PAGES = {"_service": "docs/errand.md"}
_OTHER_PAGE = "docs/ODD.md"


class Moved(NamedTuple):
    """What one parameter does to an outcome, from the low to the high end of its range.

    Attributes
    ----------
    parameter : str
        ``process.name``.
    difference, error : float
        Mean difference over the seeds, in the outcome's unit, and its standard error.
    of : int
        Parameters that move the outcome by four standard errors, this one among them.
    """

    parameter: str
    difference: float
    error: float
    of: int


class Lever(NamedTuple):
    """A lever that a policy may set, or several that are told together.

    Attributes
    ----------
    names, dtype, what : str
        Names in ``county.levers``, type of their elements, and what they are, with their units.
    policies : tuple of str
        Policies that move them.
    """

    names: str
    dtype: str
    what: str
    policies: tuple[str, ...]


@cache
def _measured() -> dict[str, tuple[str, str]]:
    """Return how every outcome of the county is worked out: the expression, and the page."""
    found = {}
    sources = [(_OUTCOMES / name).read_text("utf-8") for name in ("counts.py", "measure.py")]
    for function in [part for source in sources for part in ast.parse(source).body]:
        if not isinstance(function, ast.FunctionDef):
            continue
        page = _PAGES.get(function.name, _OTHER_PAGE)
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
                to, key = node.targets[0].value, node.targets[0].slice
                if ast.unparse(to) == "one" and isinstance(key, ast.Constant):
                    found[str(key.value)] = ast.unparse(node.value), page
    return found


def measured(outcome: str) -> tuple[str, str]:
    """Return the expression by which an outcome is worked out, and the page that follows it."""
    return _measured()[outcome]


@cache
def _moves() -> dict[str, list[Moved]]:
    """Return the stored table by outcome."""
    found: dict[str, list[Moved]] = {}
    with _MOVES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            numbers = float(row["difference"]), float(row["standard_error"]), int(row["of"])
            found.setdefault(row["outcome"], []).append(Moved(row["parameter"], *numbers))
    return found


def moves(outcome: str) -> list[Moved]:
    """Return the parameters that move an outcome most, the largest difference first."""
    return _moves().get(outcome, [])


def levers() -> list[Lever]:
    """Return every lever in the order of `sim.model.levers.Levers`, from what it says of itself."""
    text = cleandoc(Levers.__doc__ or "").partition("Attributes\n----------\n")[2]
    found = []
    for names, dtype, what in re.findall(r"^(\S.*?) : (.*)\n((?:    .*\n?)+)", text, re.M):
        said = " ".join(what.split())
        own = set(names.split(", "))
        by = tuple(key for key, policy in POLICIES.items() if own & set(policy.levers))
        found.append(Lever(names, dtype, said, by))
    return found
