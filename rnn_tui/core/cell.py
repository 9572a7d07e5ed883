"""A cell: R as data. Its equations, the shapes of its parameters and state, and where it comes from.

A cell is described in TOML::

    title = "Elman network"
    source = "Elman 1990, Finding structure in time"
    description = "..."
    equations = '''
    s[t] = tanh(W @ x[t] + U @ s[t-1] + b)
    y[t] = s[t]
    '''
    [parameters]        # I, H, O: the sizes of x, of the state and of y
    W = ["H", "I"]
    U = ["H", "H"]
    b = ["H"]
    [state]             # what s[t-1] may name
    s = ["H"]
    [initial]           # optional: "uniform" (as it is without), "identity", or a number
    U = "identity"

x and y are given: x[t] has I numbers, and the equations must say what y[t] is.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rnn_tui.cells import cell_names, cell_text
from rnn_tui.core.equations import NAME, Equation, Expression, Name, Number, names, parse_equations
from rnn_tui.core.errors import CellError
from rnn_tui.core.operations import FUNCTIONS, Dimension, Shape, ShapeMismatch

KEYS = ("title", "source", "description", "equations", "parameters", "state", "initial")
DIMENSION = re.compile(r"[A-Z]\Z")
LARGEST_DIMENSION = 65_536


@dataclass(frozen=True, eq=False)
class Cell:
    """R, checked: every name is given, every shape fits, every state and y are computed.

    Attributes:
        name: ``elman``, or the file's name.
        equations: in the order they are computed.
        parameters: name to shape in letters, e.g. ``{"W": ("H", "I")}``.
        states: name to shape, in the order declared; empty for a cell without memory.
        initial: how a random network fills a parameter, where it is not uniform: ``identity`` or a number.
        title, source, description: for people.
        shapes: every name the equations compute, with its shape in letters. Derived.
    """

    name: str
    equations: tuple[Equation, ...]
    parameters: Mapping[str, Shape]
    states: Mapping[str, Shape]
    initial: Mapping[str, float | str] = field(default_factory=dict)
    title: str = ""
    source: str = ""
    description: str = ""
    shapes: Mapping[str, Shape] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shapes", _check(self))

    @classmethod
    def named(cls, name: str) -> Cell:
        """The built-in cell of that name, or the one in the file at that path.

        Raises:
            CellError: no such cell or file, or a file that does not describe a cell.
        """
        try:
            text, source = cell_text(name)
        except LookupError:
            close = difflib.get_close_matches(name, cell_names(), 1)
            hint = f"did you mean {close[0]}?" if close else "known are " + ", ".join(cell_names())
            raise CellError(name, "", "there is no such cell and no such file", hint) from None
        except OSError as error:
            raise CellError(name, "", f"cannot be read: {error.strerror}") from None
        except ValueError as error:
            raise CellError(name, "", str(error), "a cell is a small TOML file") from None
        return cls.parse(text, source)

    @classmethod
    def parse(cls, text: str, source: str = "cell") -> Cell:
        """Reads a cell from its TOML text.

        Raises:
            CellError: names `source`, line and column, what is wrong and what would be right.
        """
        return _Description(text, source).cell()

    @property
    def output_shape(self) -> Shape:
        """The shape of y in letters."""
        return self.shapes["y"]

    @property
    def recurrent(self) -> bool:
        """Whether the cell keeps a state from one timestep to the next."""
        return bool(self.states)

    def dimensions(self, parameters: Mapping[str, Shape]) -> dict[str, int]:
        """What I, H and O are, from the shapes of actual parameters.

        Raises:
            CellError: a parameter is missing, unknown, or has a shape that the others do not allow.
        """
        for name in parameters:
            if name not in self.parameters:
                raise CellError(self.name, name, "the cell has no such parameter", self._wants())
        sizes: dict[str, int] = {}
        for name, letters in self.parameters.items():
            if name not in parameters:
                raise CellError(self.name, name, "the parameter is missing", self._wants())
            shape = parameters[name]
            if len(shape) == len(letters):
                for letter, size in zip(letters, shape, strict=True):
                    if isinstance(letter, str):
                        sizes.setdefault(letter, int(size))
            wanted = tuple(sizes.get(str(letter), letter) for letter in letters)
            if tuple(shape) != wanted:
                known = ", ".join(f"{letter} = {size}" for letter, size in sizes.items())
                why = f"{name} has shape {shape_text(shape)}"
                raise CellError(self.name, "", why, f"{self.name} with {known} needs {shape_text(wanted)}")
        return sizes

    def _wants(self) -> str:
        return "it takes " + ", ".join(f"{name} {shape_text(shape)}" for name, shape in self.parameters.items())


def shape_text(shape: Iterable[Dimension]) -> str:
    """``(3, 4)``, ``(H)``, or ``()`` for a single number."""
    return "(" + ", ".join(str(size) for size in shape) + ")"


def shape_of(expression: Expression, shapes: Mapping[Name, Shape], source: str, whole: Equation) -> Shape:
    """The shape of an expression.

    Raises:
        CellError: operands that do not fit, named with both shapes and the equation they stand in.
    """
    if isinstance(expression, Number):
        return ()
    if isinstance(expression, Name):
        return shapes[expression]
    operands = [shape_of(operand, shapes, source, whole) for operand in expression.operands]
    try:
        return expression.operation.shape(*operands)
    except ShapeMismatch as mismatch:
        parts = " and ".join(
            f"{operand} has shape {shape_text(shape)}"
            for operand, shape in zip(expression.operands, operands, strict=True)
        )
        raise CellError(source, str(expression.place), f"in {whole}: {parts}", str(mismatch)) from None


def _check(cell: Cell) -> dict[str, Shape]:
    """The shapes of all that is computed, if every equation can be."""
    source = cell.name
    known: dict[Name, Shape] = {Name("x", 0): ("I",)}
    known |= {Name(name): shape for name, shape in cell.parameters.items()}
    known |= {Name(name, -1): shape for name, shape in cell.states.items()}
    used: set[Name] = set()
    lines = {equation.target: equation.place.line for equation in cell.equations}
    computed: dict[str, Shape] = {}
    for equation in cell.equations:
        target, place = equation.target, str(equation.place)
        if target in cell.parameters or target == "x":
            raise CellError(source, place, f"{target} is given and cannot be computed", "choose another name")
        if target in computed:
            raise CellError(source, place, f"{target}[t] is computed twice")
        for name in names(equation.expression):
            if name not in known:
                raise CellError(source, str(name.place), *_unknown(name, cell, lines, known))
            used.add(name)
        shape = shape_of(equation.expression, known, source, equation)
        if cell.states.get(target, shape) != shape:
            declared = shape_text(cell.states[target])
            why = f"in {equation}: the right side has shape {shape_text(shape)}"
            raise CellError(source, place, why, f"the state {target} has {declared}")
        computed[target] = known[Name(target, 0)] = shape
    last = f"line {max(lines.values())}"
    for needed in (*cell.states, "y"):
        if needed not in computed:
            raise CellError(source, last, f"no equation says what {needed}[t] is", f"add one: {needed}[t] = ...")
    if len(computed["y"]) != 1:
        raise CellError(source, f"line {lines['y']}", f"y has shape {shape_text(computed['y'])}", "a vector is needed")
    for parameter in cell.parameters:
        if Name(parameter) not in used:
            raise CellError(source, last, f"the parameter {parameter} is used by no equation", "use it or leave it out")
    return computed


def _unknown(name: Name, cell: Cell, lines: Mapping[str, int], known: Mapping[Name, Shape]) -> tuple[str, str]:
    """Why a name is not known, and what would be right."""
    if name.offset == 0 and name.name in lines:
        return (
            f"{name} is used before it is computed",
            f"line {lines[name.name]} computes it: move that line up",
        )
    if name.offset is None and (name.name in lines or name.name == "x"):
        return f"{name} needs a time", f"write {name}[t]"
    if name.offset is not None and name.name in cell.parameters:
        return f"{name} is a parameter, the same at every t", f"write {name.name}"
    if name.offset == -1 and (name.name in lines or name.name == "x"):
        return f"{name}: {name.name} is no state", "declare it under [state]"
    close = difflib.get_close_matches(str(name), [str(other) for other in known], 1)
    return (
        f"{name} is given nowhere",
        f"did you mean {close[0]}?" if close else "declare it under [parameters]",
    )


class _Description:
    """A cell's TOML text being read."""

    def __init__(self, text: str, source: str) -> None:
        self.text, self.source = text, source
        self.lines = text.split("\n")

    def error(self, key: str, why: str, hint: str = "") -> CellError:
        """An error at the line that sets `key`."""
        pattern = re.compile(rf"\s*(\[\s*)?[\"']?{re.escape(key)}\b")
        line = next((i for i, line in enumerate(self.lines, 1) if pattern.match(line)), 1)
        return CellError(self.source, f"line {line}, column 1", why, hint)

    def cell(self) -> Cell:
        try:
            table = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            match = re.search(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
            why = match[1] if match else str(error)
            where = f"line {match[2]}, column {match[3]}" if match and match[2] else f"line {len(self.lines)}"
            raise CellError(self.source, where, f"this is not TOML: {why}", "see the README for a cell") from None
        except RecursionError:
            raise CellError(self.source, "", "this is too deeply nested") from None
        for key in table:
            if key not in KEYS:
                close = difflib.get_close_matches(key, KEYS, 1)
                hint = f"did you mean {close[0]}?" if close else "known are " + ", ".join(KEYS)
                raise self.error(key, f"the key {key} is not known", hint)
        equations = self.string(table, "equations")
        first = next((i for i, line in enumerate(self.lines, 1) if re.match(r"\s*equations\b", line)), 1)
        opening = self.lines[first - 1]
        if '"""' in opening or "'''" in opening:  # TOML drops the line end after the opening quotes
            first += opening.rstrip().endswith(('"""', "'''"))
        name = self.source.rsplit("/", 1)[-1].removesuffix(".toml")
        parsed = parse_equations(equations, self.source, first)
        parameters, states = self.shapes(table, "parameters"), self.shapes(table, "state")
        for state in states:
            if state in parameters:
                raise self.error("state", f"{state} is both a parameter and a state")
        texts = {key: " ".join(self.string(table, key, "").split()) for key in ("title", "source", "description")}
        initial = self.initial(table, parameters)
        try:
            return Cell(name=name, equations=parsed, parameters=parameters, states=states, initial=initial, **texts)
        except CellError as error:
            raise CellError(self.source, error.where, error.why, error.hint) from None

    def string(self, table: Mapping[str, Any], key: str, default: str | None = None) -> str:
        value = table.get(key, default)
        if value is None:
            raise CellError(self.source, "", f"the key {key} is missing", f'write {key} = "..."')
        if not isinstance(value, str):
            raise self.error(key, f"{key} must be text in quotes")
        return value

    def shapes(self, table: Mapping[str, Any], key: str) -> dict[str, Shape]:
        section = table.get(key, {})
        if not isinstance(section, dict):
            raise self.error(key, f"{key} must be a table", f"write [{key}]")
        return {name: self.shape(key, name, value) for name, value in section.items()}

    def shape(self, key: str, name: str, value: Any) -> Shape:
        if not NAME.match(name) or name in FUNCTIONS or name in ("x", "y", "t"):
            raise self.error(name, f"{name} cannot name a {key.rstrip('s')}", "a letter first; x, y and t are taken")
        good = isinstance(value, list) and len(value) <= (1 if key == "state" else 2)
        if not good or not all(self.dimension(size) for size in value):
            raise self.error(name, f"the shape of {name} is not understood", 'write one like ["H", "I"] or ["H"]')
        if key == "state" and not value:
            raise self.error(name, f"the state {name} must be a vector", 'write ["H"]')
        return tuple(value)

    def dimension(self, size: Any) -> bool:
        if isinstance(size, str):
            return bool(DIMENSION.match(size))
        return isinstance(size, int) and not isinstance(size, bool) and 1 <= size <= LARGEST_DIMENSION

    def initial(self, table: Mapping[str, Any], parameters: Mapping[str, Shape]) -> dict[str, float | str]:
        section = table.get("initial", {})
        if not isinstance(section, dict):
            raise self.error("initial", "initial must be a table", "write [initial]")
        for name, value in section.items():
            if name not in parameters:
                raise self.error(name, f"{name} is no parameter")
            number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
            if not number and value not in ("uniform", "identity"):
                raise self.error(name, f"the initial value of {name} is not understood", "a number or identity")
        return section
