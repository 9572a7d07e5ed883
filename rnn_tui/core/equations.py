"""Equations, as a textbook writes them, read into trees.

The text is Python's expression grammar, parsed by `ast` and read against a whitelist: names, numbers, ``@ + - * /``,
the functions of `operations`, and the times ``[t]`` and ``[t-1]``. Nothing is ever executed: a stranger's text is safe.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import field
from functools import cached_property

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.errors import CellError
from rnn_tui.core.nearest import nearest
from rnn_tui.core.operations import FUNCTIONS, OPERATIONS, Operation

LONGEST_LINE = 1000
MOST_EQUATIONS = 64
DEEPEST = 60

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
SYMBOLS = {ast.MatMult: "@", ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


@dataclass(frozen=True)
class Place:
    """Where in the text something stands, for messages: line and column count from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


@dataclass(frozen=True)
class Name:
    """A named quantity: ``W`` (a parameter: offset None), ``x[t]`` (offset 0) or ``s[t-1]`` (offset -1)."""

    name: str
    offset: int | None = None
    place: Place = field(default=Place(1, 1), compare=False)

    def __str__(self) -> str:
        return self.name + {None: "", 0: "[t]", -1: "[t-1]"}[self.offset]


@dataclass(frozen=True)
class Number:
    """A number written in the equation."""

    value: float
    place: Place = field(default=Place(1, 1), compare=False)

    def __str__(self) -> str:
        short = f"{self.value:g}"
        return short if float(short) == self.value else repr(self.value)


@dataclass(frozen=True)
class Apply:
    """An operation and its operands."""

    operation: Operation
    operands: tuple[Expression, ...]
    place: Place = field(default=Place(1, 1), compare=False)

    def __str__(self) -> str:
        return write(self)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Kept, for a tree is looked up in tables at every timestep."""
        return hash((self.operation, self.operands))


Expression = Name | Number | Apply


@dataclass(frozen=True)
class Equation:
    """``target[t] = expression``."""

    target: str
    expression: Expression
    place: Place = field(default=Place(1, 1), compare=False)

    def __str__(self) -> str:
        return f"{self.target}[t] = {self.expression}"


def names(expression: Expression) -> Iterator[Name]:
    """All names in an expression, from left to right."""
    if isinstance(expression, Name):
        yield expression
    elif isinstance(expression, Apply):
        for operand in expression.operands:
            yield from names(operand)


STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "negative": 3}
"""How tightly an operator binds; functions and names bind tightest."""


def applied(expression: Expression) -> Iterator[Apply]:
    """Every operation in an expression."""
    if isinstance(expression, Apply):
        yield expression
        for operand in expression.operands:
            yield from applied(operand)


def write(expression: Expression) -> str:
    """The equation text of a tree, with no more brackets than it needs; reading it gives an equal tree."""
    if not isinstance(expression, Apply):
        return str(expression)
    name, operands = expression.operation.name, expression.operands
    if name not in STRENGTH:
        return f"{name}({', '.join(write(operand) for operand in operands)})"
    strength = STRENGTH[name]

    def bracketed(operand: Expression, least: int) -> str:
        text = write(operand)
        own = STRENGTH.get(operand.operation.name, 9) if isinstance(operand, Apply) else 9
        return f"({text})" if own < least else text

    if name == "negative":
        return f"-{bracketed(operands[0], strength)}"
    return f"{bracketed(operands[0], strength)} {name} {bracketed(operands[1], strength + 1)}"


def parse_equations(text: str, source: str = "equations", first_line: int = 1) -> tuple[Equation, ...]:
    """Reads one equation a line; blank lines and ``#`` comments are passed over.

    Args:
        text: the equations.
        source: the file or cell, for messages.
        first_line: the number of the first line in that file, for messages.

    Raises:
        CellError: names source, line and column, what is wrong and what would be right.
    """
    equations = []
    for number, line in enumerate(text.split("\n"), first_line):
        if line.strip() and not line.lstrip().startswith("#"):
            equations.append(_Reader(source, number, line).equation())
        if len(equations) > MOST_EQUATIONS:
            raise CellError(source, f"line {number}", f"there are more than {MOST_EQUATIONS} equations")
    if not equations:
        raise CellError(source, f"line {first_line}", "there is no equation", "one like y[t] = W @ x[t] is needed")
    return tuple(equations)


class _Reader:
    """Reads one line."""

    def __init__(self, source: str, line: int, text: str) -> None:
        self.source, self.line = source, line
        self.indent = len(text) - len(text.lstrip())
        self.text = text.strip()

    def error(self, node: ast.AST | int, why: str, hint: str = "") -> CellError:
        column = node if isinstance(node, int) else getattr(node, "col_offset", 0)
        return CellError(self.source, str(self.place(column)), why, hint)

    def place(self, column: int) -> Place:
        return Place(self.line, self.indent + column + 1)

    def equation(self) -> Equation:
        if len(self.text) > LONGEST_LINE:
            raise self.error(LONGEST_LINE, f"the equation is longer than {LONGEST_LINE} characters")
        if not self.text.isascii():
            column = next(i for i, c in enumerate(self.text) if not c.isascii())
            raise self.error(column, f"{self.text[column]!r} is no part of an equation", "use ASCII: @ + - * / [t]")
        try:
            with warnings.catch_warnings():  # Python warns of odd but harmless text, such as 1(2)
                warnings.simplefilter("ignore")
                module = ast.parse(self.text)
        except SyntaxError as error:
            column = min(max((error.offset or 1) - 1, 0), len(self.text))
            raise self.error(column, "this is not an equation", "write one like s[t] = tanh(W @ x[t])") from None
        except (ValueError, RecursionError, MemoryError):
            raise self.error(0, "the equation is too deeply nested or holds a null character") from None
        statement = module.body[0] if len(module.body) == 1 else None
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            raise self.error(statement or 0, "this is not an equation", "write one like s[t] = tanh(W @ x[t])")
        target = self.expression(statement.targets[0], 0)
        if not isinstance(target, Name) or target.offset != 0:
            raise self.error(0, "the left side must be one name at time t", "write it like s[t]")
        return Equation(target.name, self.expression(statement.value, 0), self.place(0))

    def expression(self, node: ast.expr, depth: int) -> Expression:
        if depth > DEEPEST:
            raise self.error(node, f"the equation is nested more than {DEEPEST} deep")
        place = self.place(node.col_offset)
        match node:
            case ast.Name(id=name):
                return Name(self.name(node, name), None, place)
            case ast.Subscript(value=ast.Name(id=name), slice=time):
                return Name(self.name(node, name), self.offset(time), place)
            case ast.Constant(value=value) if isinstance(value, int | float) and not isinstance(value, bool):
                number = float(value) if abs(value) < 1e300 else float("inf")
                if number == float("inf"):
                    raise self.error(node, "the number is too large")
                return Number(number, place)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self.expression(operand, depth + 1)
                if isinstance(inner, Number):
                    return Number(-inner.value, place)
                return Apply(OPERATIONS["negative"], (inner,), place)
            case ast.BinOp(left=left, op=operator, right=right):
                symbol = SYMBOLS.get(type(operator))
                if symbol is None:
                    raise self.error(node, f"the operator {_symbol(operator)} is not known", "use @ + - * /")
                operands = (self.expression(left, depth + 1), self.expression(right, depth + 1))
                return Apply(OPERATIONS[symbol], operands, place)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                if name not in FUNCTIONS:
                    raise self.error(node, f"the function {name} is not known", nearest(name, FUNCTIONS))
                operation = OPERATIONS[name]
                if len(arguments) != operation.arity:
                    takes = f"{name} takes {operation.arity}, here are {len(arguments)}"
                    raise self.error(node, f"wrong number of operands: {takes}")
                return Apply(operation, tuple(self.expression(a, depth + 1) for a in arguments), place)
            case ast.Attribute():
                raise self.error(
                    node, "attributes (a dot after a name) are not allowed", "use names and @ + - * / only"
                )
            case _:
                what = type(node).__name__.lower()
                raise self.error(node, f"this ({what}) is no part of an equation", "use names and @ + - * / only")

    def name(self, node: ast.expr, name: str) -> str:
        if not NAME.match(name):
            raise self.error(node, f"{name} is no name for a quantity", "a name begins with a letter")
        if name in FUNCTIONS or name == "t":
            raise self.error(node, f"{name} stands for something else and names no quantity")
        return name

    def offset(self, node: ast.expr) -> int:
        match node:
            case ast.Name(id="t"):
                return 0
            case ast.BinOp(left=ast.Name(id="t"), op=ast.Sub(), right=ast.Constant(value=1 as one)) if type(one) is int:
                return -1
        raise self.error(node, "a time is [t] or [t-1]")


def _symbol(operator: ast.operator) -> str:
    known = {ast.Pow: "**", ast.Mod: "%", ast.FloorDiv: "//", ast.BitAnd: "&", ast.BitOr: "|"}
    return known.get(type(operator), type(operator).__name__)
