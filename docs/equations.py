"""Rules typeset: the Python of a rule's body as MathML, which browsers show without any script.

`typeset` makes formulas of bodies that are formulas: definitions, then one result, by cases where
there are conditions. Bodies with loops, or that fill tables, are refused: they stay code.
"""

import ast
import re
from html import escape

_RULE = re.compile(r"(`(\w+)\([^`]*\)`  \n[^\n]*\n\n)(```python\n(.*?)```\n)", re.S)
_SIGNS = {
    ast.Add: "+", ast.Sub: "−", ast.Mult: "·", ast.Mod: "mod", ast.BitAnd: "and",
    ast.Lt: "<", ast.LtE: "≤", ast.Gt: ">", ast.GtE: "≥", ast.Eq: "=", ast.NotEq: "≠",
    ast.In: "∈", ast.And: "and", ast.Or: "or", ast.Not: "not", ast.USub: "−",
}  # fmt: skip
#: how strongly an operation binds; a weaker one inside a stronger one is put into brackets
_BINDS = {
    ast.Or: 1, ast.And: 2, ast.BitAnd: 2, ast.Not: 3, ast.Add: 5, ast.Sub: 5, ast.Mod: 6,
    ast.Mult: 6, ast.USub: 6,
}  # fmt: skip
_WHOLE = 9
_CALLED = {"math.exp": "exp", "math.log": "ln", "min": "min", "max": "max"}
#: letters of Python from which on a sum is set one term a line
_LONG = 80


def typeset(page: str) -> str:
    """Return a page of Markdown with the bodies of its rules as formulas, their code folded."""

    def one(match: re.Match[str]) -> str:
        head, name, code, body = match.groups()
        try:
            shown = formula(name, body)
        except NotAFormulaError:
            return match[0]
        return (
            f'{head}<div class="formula">{shown}</div>\n\n'
            f'<details class="code" markdown="1"><summary>as code</summary>\n\n{code}\n</details>\n'
        )

    return _RULE.sub(one, page)


class NotAFormulaError(ValueError):
    """A body does more than a formula says."""


def formula(name: str, body: str) -> str:
    """Return a rule's body as MathML: a line for each definition, and one for its result."""
    defined, cases = [], []
    for statement in ast.parse(body).body:
        match statement:
            case ast.Assign(targets=[target], value=value):
                defined += _definitions(target, value)
            case ast.AugAssign(target=ast.Name() as target, op=op, value=value):
                defined.append(_line(expression(target), ast.BinOp(target, op, value), "←"))
            case ast.If(test=test, body=[ast.Return(value=ast.expr() as value)], orelse=[]):
                cases.append((value, test))
            case ast.Return(value=ast.IfExp(test=test, body=first, orelse=other)):
                cases += [(first, test), (other, None)]
            case ast.Return(value=ast.expr() as value):
                cases.append((value, None))
            case _:
                raise NotAFormulaError(ast.unparse(statement))
    whole = _word(name)
    result = _line(whole, cases[0][0]) if len(cases) == 1 else _row(whole, "=", _cases(cases))
    lines = f'<mtable displaystyle="true">{"".join(defined)}{result}</mtable>'
    return f'<math display="block">{lines}</math>'


def _definitions(target: ast.expr, value: ast.expr) -> list[str]:
    """Return the lines of an assignment, one a name where several are given values at once."""
    pairs = [(target, value)]
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = list(zip(target.elts, value.elts, strict=True))
    if any(isinstance(each, ast.Subscript) for each, _ in pairs):
        raise NotAFormulaError("a table is filled")
    lines = []
    for to, what in pairs:
        again = {n.id for n in ast.walk(to) if isinstance(n, ast.Name)} & {
            n.id for n in ast.walk(what) if isinstance(n, ast.Name)
        }
        lines.append(_line(expression(to), what, "←" if again else "="))
    return lines


def _line(left: str, value: ast.expr, sign: str = "=") -> str:
    """Return one line, a long sum as several."""
    terms = _terms(value) if len(ast.unparse(value)) > _LONG else [("", value)]
    if len(terms) == 1:
        return _row(left, sign, expression(value))
    rows = [_row(left, sign, _bound(terms[0][1], 5))]
    rows += [_row("", op, _bound(term, 6)) for op, term in terms[1:]]
    return "".join(rows)


def _terms(node: ast.expr) -> list[tuple[str, ast.expr]]:
    """Return the terms of a sum with their signs."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        return [*_terms(node.left), (_SIGNS[type(node.op)], node.right)]
    return [("", node)]


def _row(left: str, sign: str, right: str) -> str:
    return f"<mtr><mtd>{left}</mtd><mtd><mo>{sign}</mo></mtd><mtd>{right}</mtd></mtr>"


def _cases(cases: list[tuple[ast.expr, ast.expr | None]]) -> str:
    """Return values and when each holds, after a brace."""
    rows = []
    for value, test in cases:
        when = "<mtext>otherwise</mtext>"
        if test is not None:
            when = _mrow("<mtext>if&#160;</mtext>", expression(test))
        rows.append(f"<mtr><mtd>{expression(value)}</mtd><mtd>{when}</mtd></mtr>")
    return _mrow(
        "<mo>{</mo>", f'<mtable class="cases" displaystyle="true">{"".join(rows)}</mtable>'
    )


def expression(node: ast.expr) -> str:  # noqa: PLR0911  (one line a kind of expression)
    """Return an expression as MathML."""
    match node:
        case ast.Name(id=name):
            return _word(name)
        case ast.Constant(value=value):
            return _constant(value)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return f"<mfrac>{expression(left)}{expression(right)}</mfrac>"
        case ast.BinOp(left=left, op=ast.FloorDiv(), right=right):
            return _floor(f"<mfrac>{expression(left)}{expression(right)}</mfrac>")
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return f"<msup>{_base(left)}{expression(right)}</msup>"
        case ast.BinOp(left=left, op=op, right=right):
            binds = _binds(node)
            return _mrow(_bound(left, binds), _sign(op), _bound(right, binds + (binds != 2)))
        case ast.BoolOp(op=op, values=values):
            return _sign(op).join(_bound(value, _binds(node)) for value in values)
        case ast.UnaryOp(op=op, operand=operand):
            return _mrow(_sign(op), _bound(operand, _binds(node)))
        case ast.Compare(left=left, ops=ops, comparators=others):
            rest = (_sign(op) + _compared(op, other) for op, other in zip(ops, others, strict=True))
            return _mrow(_bound(left, 4), *rest)
        case ast.IfExp(test=test, body=first, orelse=other):
            return _cases([(first, test), (other, None)])
        case ast.Tuple(elts=items):
            return _listed(items)
        case ast.Subscript(value=of, slice=index):
            return _indexed(of, index)
        case ast.Call(func=called, args=given, keywords=[]):
            return _call(ast.unparse(called), given)
    raise NotAFormulaError(ast.unparse(node))


def _call(name: str, given: list[ast.expr]) -> str:
    if name in ("math.floor", "int"):
        return _floor(expression(given[0]))
    if name == "float":
        return expression(given[0])
    if name == "math.log2":
        return f"<msub><mi>log</mi><mn>2</mn></msub>{_listed(given)}"
    if name not in _CALLED and not name.isidentifier():
        raise NotAFormulaError(name)
    return _mrow(_word(_CALLED.get(name, name)), "<mo>&#8289;</mo>", _listed(given))


def _indexed(of: ast.expr, index: ast.expr) -> str:
    """Return an entry: a field of a record has the record as its index."""
    if isinstance(index, ast.Constant) and isinstance(index.value, str):
        return f"<msub>{_word(index.value)}{expression(of)}</msub>"
    if isinstance(of, ast.Subscript):
        both = _mrow(expression(of.slice), "<mo>,</mo>", expression(index))
        return f"<msub>{expression(of.value)}{both}</msub>"
    return f"<msub>{expression(of)}{expression(index)}</msub>"


def _compared(op: ast.cmpop, other: ast.expr) -> str:
    if isinstance(op, ast.In) and isinstance(other, ast.Tuple):
        return _listed(other.elts, "{}")
    return _bound(other, 4)


def _constant(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _word(str(value).lower())
    number, _, power = f"{value:g}".replace("-", "−").partition("e")
    if len(str(value)) > 7 and not power:
        number = repr(value)  # 1.000001
    if not power:
        return f"<mn>{number}</mn>"
    ten = f"<msup><mn>10</mn><mn>{power.replace('−0', '−').removeprefix('+')}</mn></msup>"
    return ten if number == "1" else _mrow(f"<mn>{number}</mn><mo>·</mo>", ten)


def _binds(node: ast.expr) -> int:
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.UnaryOp):
        return _BINDS.get(type(node.op), _WHOLE)
    return {ast.Compare: 4, ast.IfExp: 0}.get(type(node), _WHOLE)


def _bound(node: ast.expr, least: int) -> str:
    """Return a part of an operation, in brackets where it binds less."""
    inner = expression(node)
    return inner if _binds(node) >= least else _bracketed(inner)


def _base(node: ast.expr) -> str:
    """Return what is raised to a power; only names and numbers go without brackets."""
    inner = expression(node)
    return inner if isinstance(node, ast.Name | ast.Constant) else _bracketed(inner)


def _sign(op: ast.AST) -> str:
    if type(op) not in _SIGNS:
        raise NotAFormulaError(type(op).__name__)
    sign = _SIGNS[type(op)]
    if sign.isalpha():
        return f"<mtext>{'' if sign == 'not' else '&#160;'}{sign}&#160;</mtext>"
    return f"<mo>{escape(sign)}</mo>"


def _listed(items: list[ast.expr], brackets: str = "()") -> str:
    return _bracketed("<mo>,</mo>".join(expression(item) for item in items), brackets)


def _bracketed(inner: str, brackets: str = "()") -> str:
    high = re.search("<m(?:frac|table|sup)", inner)
    left, right = (f"<mo{'' if high else ' stretchy="false"'}>{b}</mo>" for b in brackets)
    return _mrow(left, inner, right)


def _floor(inner: str) -> str:
    return _bracketed(inner, "⌊⌋")


def _word(name: str) -> str:
    """Return a name: upright, as the tables of parameters have it."""
    return f'<mi mathvariant="normal">{escape(name)}</mi>'


def _mrow(*parts: str) -> str:
    return f"<mrow>{''.join(parts)}</mrow>"
