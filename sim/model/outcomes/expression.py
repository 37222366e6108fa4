"""Expressions over columns, as ``age >= 60 and office_km > 3``: read, checked, worked out.

A white-list of Python's grammar: numbers, columns, words of coded columns, arithmetic, comparisons,
``in``, ``and``, ``or``, ``not``, ``abs``, ``min`` and ``max``. Nothing else is read, and nothing is
ever executed: the syntax tree is walked over whole columns.
"""

import ast
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import nearest
from sim.model.calendar import parse_month

Values = npt.NDArray[Any]
#: letters and parts of an expression
MOST_LETTERS, MOST_PARTS = 500, 200
#: kinds of what an expression, or a part of it, gives
NUMBER, FLAG, CODE, TEXT = "a number", "yes or no", "a code", "a text"
MONTH = "month number"
_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
}
_COMPARISONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}
_FUNCTIONS: dict[str, tuple[Callable[..., Any], int]] = {
    "abs": (np.abs, 1),
    "min": (np.minimum, 2),
    "max": (np.maximum, 2),
}
#: signs of a Chinese keyboard -> how they are written
_MISWRITTEN = dict(zip("≥≤≠＞＜＝（），", [">=", "<=", "!=", ">", "<", "==", *"(),"], strict=True))


@dataclass(frozen=True, slots=True)
class Column:
    """What an expression may say of a column.

    Attributes
    ----------
    unit : str
        Its unit; ``"yes/no"`` and ``"code"`` are kinds of their own.
    words : mapping of str to int
        Words of its codes.
    """

    unit: str
    words: Mapping[str, int] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What it gives."""
        return {"yes/no": FLAG, "code": CODE}.get(self.unit, NUMBER)


@cache
def tree_of(text: str) -> ast.expr:
    """Return the syntax tree of an expression.

    Raises
    ------
    ValueError
        If it is none.
    """
    if len(text) > MOST_LETTERS:
        raise ValueError(f"{len(text):,} letters; expected at most {MOST_LETTERS}")
    for wrong, right in _MISWRITTEN.items():
        if wrong in text:
            raise ValueError(f"{_at(text.index(wrong))}: {wrong!r} is no operator; write {right!r}")
    try:
        found = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        single = re.search(r"(?<![<>=!])=(?!=)", text)
        said = "one = is no comparison; write ==" if single else "no expression"
        where = f"{_at((error.offset or 1) - 1)}: " if error.lineno == 1 else ""
        raise ValueError(f"{where}{said}; expected one like age >= 60 and office_km > 3") from error
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise ValueError("no expression; expected one like age >= 60 and office_km > 3") from error
    parts = sum(isinstance(node, ast.expr) for node in ast.walk(found))
    if parts > MOST_PARTS:
        raise ValueError(f"{parts} parts; expected at most {MOST_PARTS}")
    return found


def check(text: str, columns: Mapping[str, Column], of: str) -> str:
    """Return what an expression gives: `NUMBER` or `FLAG`.

    Parameters
    ----------
    text : str
        The expression.
    columns : mapping of str to Column
        What it may read.
    of : str
        What the columns are of, for messages.

    Raises
    ------
    ValueError
        In words, if something in it is not allowed, or not known.
    """
    kind = _Checker(columns, of).kind(tree_of(text))
    if kind in (CODE, TEXT):
        raise ValueError(f"gives {kind}; compare it, as in labour == 'away'")
    return kind


def _at(offset: int) -> str:
    return f"character {offset + 1}"


class _Checker:
    """Finds what the parts of an expression give, and refuses what does not fit."""

    def __init__(self, columns: Mapping[str, Column], of: str) -> None:
        self.columns, self.of = columns, of

    def kind(self, node: ast.expr) -> str:
        """Return what a part gives."""
        match node:
            case ast.Constant(value=bool() | int() | float() | str()) | ast.Name():
                return self._leaf(node)
            case ast.BoolOp(values=values):
                return self._all(values, FLAG, "and, or")
            case ast.UnaryOp(op=op, operand=operand) if not isinstance(op, ast.Invert):
                negates = isinstance(op, ast.Not)
                return self._all([operand], *((FLAG, "not") if negates else (NUMBER, "a sign")))
            case ast.BinOp(op=op, left=left, right=right) if type(op) in _ARITHMETIC:
                found = self._all([left, right], NUMBER, "arithmetic")
                if isinstance(op, ast.Div) and _nought(right):
                    raise self._wrong(right, f"{self._shown(node)} divides by 0")
                return found
            case ast.Compare():
                return self._compared(node)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
                return self._call(node, name, args)
        raise self._wrong(node, f"{self._shown(node)} is not allowed in an expression")

    def _leaf(self, node: ast.Constant | ast.Name) -> str:
        """Return what a column, or a constant, gives."""
        if isinstance(node, ast.Name):
            return self._column(node, node.id).kind
        if isinstance(node.value, bool | str):
            return FLAG if isinstance(node.value, bool) else TEXT
        try:
            fine = math.isfinite(float(node.value))  # pyright: ignore[reportArgumentType]
        except OverflowError:
            fine = False
        if not fine:
            raise self._wrong(node, "too large a number")
        return NUMBER

    def _all(self, nodes: Sequence[ast.expr], wanted: str, what: str) -> str:
        """Check that parts give what is wanted, and return it."""
        for node in nodes:
            found = self.kind(node)
            if found != wanted:
                raise self._wrong(node, f"{self._shown(node)} is {found}; {what} needs {wanted}")
        return wanted

    def _call(self, node: ast.expr, name: str, args: Sequence[ast.expr]) -> str:
        count = _FUNCTIONS[name][1]
        if len(args) != count:
            raise self._wrong(node, f"{name} takes {count} value{'s' * (count > 1)}")
        return self._all(args, NUMBER, name)

    def _compared(self, node: ast.Compare) -> str:
        sides = [node.left, *node.comparators]
        for one, op, other in zip(sides, node.ops, node.comparators, strict=False):
            self._compare(one, op, other)
        return FLAG

    def _column(self, node: ast.expr, name: str) -> Column:
        if name not in self.columns:
            coded = next((c for c, known in self.columns.items() if name in known.words), "")
            hint = f"; write {coded} == {name!r}" if coded else nearest(name, self.columns)
            raise self._wrong(
                node,
                f"{self.of} no column {name!r}{hint} (`hecun explain columns` lists them)",
            )
        return self.columns[name]

    def _compare(self, one: ast.expr, op: ast.cmpop, other: ast.expr) -> None:
        if isinstance(op, ast.In | ast.NotIn):
            if not isinstance(other, ast.Tuple | ast.List | ast.Set) or not other.elts:
                raise self._wrong(other, "in needs a list, as in labour in ('away', 'local')")
            for each in other.elts:
                self._compare(one, ast.Eq(), each)
            return
        if type(op) not in _COMPARISONS:
            raise self._wrong(other, "is needs another sign; write == or !=")
        kinds = self.kind(one), self.kind(other)
        if TEXT in kinds:
            column, text = (other, one) if kinds[0] == TEXT else (one, other)
            self._word(column, text, op)
        elif kinds[0] != kinds[1] or kinds[0] == CODE or (FLAG in kinds and not _equals(op)):
            raise self._wrong(one, f"{kinds[0]} cannot be compared with {kinds[1]} here")

    def _word(self, column: ast.expr, text: ast.expr, op: ast.cmpop) -> None:
        """Check that a text is a word of the column that it is compared with, or a month."""
        known = self.columns.get(column.id) if isinstance(column, ast.Name) else None
        value = text.value if isinstance(text, ast.Constant) else None
        if known is not None and known.unit == MONTH:
            try:
                parse_month(str(value))
            except ValueError as error:
                raise self._wrong(text, f"expected a month as '2020-04', got {value!r}") from error
        elif known is None or not known.words:
            raise self._wrong(text, f"the text {value!r} is no code of {self._shown(column)}")
        elif value not in known.words:
            hint = nearest(str(value), known.words) or f"; it has {', '.join(known.words)}"
            raise self._wrong(text, f"{self._shown(column)} has no code {value!r}{hint}")
        elif not _equals(op):
            raise self._wrong(text, "codes have no order; compare them with ==, != or in")

    def _shown(self, node: ast.expr) -> str:
        return ast.unparse(node)[:40]

    def _wrong(self, node: ast.expr, said: str) -> ValueError:
        return ValueError(f"{_at(getattr(node, 'col_offset', 0))}: {said}")


def _nought(node: ast.expr) -> bool:
    """Tell whether a part of which no column is read gives 0."""
    if any(isinstance(part, ast.Name) and part.id not in _FUNCTIONS for part in ast.walk(node)):
        return False
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return bool(_Worker({}, _nothing).value(node) == 0.0)


def _nothing(name: str) -> Values:
    raise KeyError(name)


def _equals(op: ast.cmpop) -> bool:
    return isinstance(op, ast.Eq | ast.NotEq)


def evaluate(
    text: str, columns: Mapping[str, Column], read: Callable[[str], Values]
) -> tuple[Any, Any]:
    """Return what an expression gives, over whole columns, and where it can be told.

    Parameters
    ----------
    text : str
        An expression that `check` has passed.
    columns : mapping of str to Column
        As given there.
    read : callable
        Gives a column by its name: float64, or bool where it is of kind `FLAG`.

    Returns
    -------
    found : array or scalar
    fine : array or scalar of bool
        Where no column that it reads is missing, and nothing that it computes is infinite or
        undefined, as a division by 0 is: where that is so it says nothing of a row.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        worker = _Worker(columns, read)
        return worker.value(tree_of(text)), worker.fine


class _Worker:
    """Works out the parts of an expression over whole columns, and where all of them are finite."""

    def __init__(self, columns: Mapping[str, Column], read: Callable[[str], Values]) -> None:
        self.columns, self.read = columns, read
        self.fine: Any = np.True_

    def value(self, node: Any) -> Any:
        """Return what a part gives."""
        work: Any = getattr(self, f"_{type(node).__name__.lower()}")
        return work(node)

    def _constant(self, node: ast.Constant) -> Any:
        return node.value if isinstance(node.value, bool) else float(node.value)  # pyright: ignore

    def _name(self, node: ast.Name) -> Any:
        return self._finite(self.read(node.id))

    def _finite(self, found: Any) -> Any:
        self.fine = self.fine & np.isfinite(found)
        return found

    def _boolop(self, node: ast.BoolOp) -> Any:
        join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
        return reduce(join, map(self.value, node.values))

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        found = self.value(node.operand)
        if isinstance(node.op, ast.Not):
            return np.logical_not(found)
        return -found if isinstance(node.op, ast.USub) else found

    def _binop(self, node: ast.BinOp) -> Any:
        work = _ARITHMETIC[type(node.op)]
        return self._finite(work(self.value(node.left), self.value(node.right)))

    def _call(self, node: ast.Call) -> Any:
        assert isinstance(node.func, ast.Name)
        return _FUNCTIONS[node.func.id][0](*map(self.value, node.args))

    def _compare(self, node: ast.Compare) -> Any:
        pairs = zip([node.left, *node.comparators], node.ops, node.comparators, strict=False)
        return reduce(np.logical_and, (self._compared(*pair) for pair in pairs))

    def _compared(self, one: Any, op: ast.cmpop, other: Any) -> Any:
        """Return a comparison; texts are the codes, or months, of the column beside them."""
        if isinstance(op, ast.In | ast.NotIn):
            found = reduce(np.logical_or, (self._compared(one, ast.Eq(), x) for x in other.elts))
            return np.logical_not(found) if isinstance(op, ast.NotIn) else found
        return _COMPARISONS[type(op)](self._side(one, other), self._side(other, one))

    def _side(self, node: Any, beside: Any) -> Any:
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            return self.value(node)
        known, text = self.columns[beside.id], node.value
        return float(parse_month(text) if known.unit == MONTH else known.words[text])
