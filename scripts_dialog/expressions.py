"""Conditions of a branch: `lead.calls > 1 and lead.city == "Москва"`. Read by a parser of our own rules, never eval.

Allowed: and, or, not, ==, !=, <, <=, >, >=, in, brackets, numbers, strings, lists of them, names with dots. An absent
variable is an empty string. Numbers are compared as numbers when both sides read as numbers, otherwise as text.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MAX_CHARS = 300
MAX_NODES = 100
MAX_NUMBER = 1e15

Value = str | float | bool | tuple[object, ...]


class ExpressionError(ValueError):
    """The condition says something that is not allowed, or is not a condition at all."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked condition. `names` are the variables it reads."""

    source: str
    names: frozenset[str]
    _tree: ast.expr

    def holds(self, variables: Mapping[str, str]) -> bool:
        return bool(_value(self._tree, variables))


def parse(source: str) -> Expression:
    """Raises ExpressionError with what is not allowed."""
    if len(source) > MAX_CHARS:
        raise ExpressionError(f"longer than {MAX_CHARS} characters")
    try:
        tree = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ExpressionError(str(getattr(error, "msg", error))) from None
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        raise ExpressionError("too many parts")
    names: set[str] = set()
    _check(tree, names)
    return Expression(source.strip(), frozenset(names), tree)


def _check(node: ast.expr, names: set[str]) -> None:
    match node:
        case ast.BoolOp(values=values):
            children = values
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            children = [operand]
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            if any(isinstance(op, ast.Is | ast.IsNot) for op in ops):
                raise ExpressionError("'is' is not allowed")
            children = [left, *comparators]
        case ast.List(elts=items) | ast.Tuple(elts=items):
            children = items
        case ast.Constant(value=bool() | str()):
            children = []
        case ast.Constant(value=int() | float() as number) if abs(number) < MAX_NUMBER:
            children = []
        case ast.Name() | ast.Attribute():
            names.add(_name(node))
            children = []
        case _:
            raise ExpressionError(f"'{ast.unparse(node)}' is not allowed")
    for child in children:
        _check(child, names)


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) if not name.startswith("__"):
            return name
        case ast.Attribute(value=value, attr=attr) if not attr.startswith("__"):
            return f"{_name(value)}.{attr}"
    raise ExpressionError(f"'{ast.unparse(node)}' is not the name of a variable")


def _value(node: ast.expr, variables: Mapping[str, str]) -> Value:  # noqa: PLR0911 - one return per kind of node
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_value(value, variables) for value in values)
        case ast.BoolOp(values=values):
            return any(_value(value, variables) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _value(operand, variables)
        case ast.UnaryOp(operand=operand):
            return -(_number(_value(operand, variables)) or 0.0)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            return _compared([left, *comparators], ops, variables)
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return tuple(_value(item, variables) for item in items)
        case ast.Constant(value=bool() | str() as value):
            return value
        case ast.Constant(value=int() | float() as value):
            return float(value)
    return variables.get(_name(node), "")


def _compared(nodes: list[ast.expr], ops: list[ast.cmpop], variables: Mapping[str, str]) -> bool:
    values = [_value(node, variables) for node in nodes]
    return all(_compare(left, op, right) for left, op, right in zip(values, ops, values[1:], strict=False))


def _compare(left: Value, op: ast.cmpop, right: Value) -> bool:
    if isinstance(op, ast.In | ast.NotIn):
        inside = any(_equal(left, item) for item in right) if isinstance(right, tuple) else str(left) in str(right)
        return inside is isinstance(op, ast.In)
    if isinstance(op, ast.Eq | ast.NotEq):
        return _equal(left, right) is isinstance(op, ast.Eq)
    a, b = _number(left), _number(right)
    if a is None or b is None:
        return False
    return _ORDER[type(op)](a, b)


_ORDER: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def _equal(left: object, right: object) -> bool:
    a, b = _number(left), _number(right)
    if a is not None and b is not None:
        return a == b
    return str(left).casefold() == str(right).casefold()


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return float(value)
    try:
        return float(str(value).replace(",", ".").replace(" ", ""))
    except ValueError:
        return None
