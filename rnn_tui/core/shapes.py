"""The checks of a cell: every name is given, every shape fits, every state and y are computed, nothing is left over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from rnn_tui.core.equations import Equation, Expression, Name, Number, names
from rnn_tui.core.errors import CellError
from rnn_tui.core.nearest import nearest
from rnn_tui.core.operations import Dimension, Shape, ShapeMismatch


class Described(Protocol):
    """What is checked: a cell, but for what follows from the check; its attributes are those of `cell.Cell`."""

    @property
    def name(self) -> str: ...
    @property
    def equations(self) -> tuple[Equation, ...]: ...
    @property
    def inputs(self) -> Mapping[str, Shape]: ...
    @property
    def parameters(self) -> Mapping[str, Shape]: ...
    @property
    def autonomous(self) -> bool: ...
    @property
    def states(self) -> Mapping[str, Shape]: ...


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


def check(cell: Described) -> dict[str, Shape]:
    """The shapes of all that is computed, if every equation can be."""
    source = cell.name
    known = {Name(name, 0): shape for name, shape in cell.inputs.items()}
    known |= {Name(name): shape for name, shape in cell.parameters.items()}
    known |= {Name(name, -1): shape for name, shape in cell.states.items()}
    used: set[Name] = set()
    lines = {equation.target: equation.place.line for equation in cell.equations}
    computed: dict[str, Shape] = {}
    _refuse_cycles(cell)
    for equation in cell.equations:
        target, place = equation.target, str(equation.place)
        if target in cell.parameters or target in cell.inputs:
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
    _refuse_unknown_sizes(cell, last)
    for given_name in cell.inputs:
        if (Name(given_name, 0) in used) == cell.autonomous:
            hint = "R is a function of its input; of one that has none, [input] stands there with nothing below it"
            why = f"the input {given_name}[t] is used by no equation"
            if cell.autonomous:
                why, hint = f"{given_name}[t] is used, and [input] names no input", 'write x = ["I"] below it'
            raise CellError(source, last, why, hint)
    for parameter in cell.parameters:
        if Name(parameter) not in used:
            raise CellError(source, last, f"the parameter {parameter} is used by no equation", "use it or leave it out")
    return computed


def _refuse_unknown_sizes(cell: Described, last: str) -> None:
    """Refuses sizes that nothing tells: every letter of a parameter is told by parameters, of a state by x as well."""
    every = [size for shape in cell.parameters.values() for size in shape]
    known = frozenset(_solvable(every))
    for name, shape in cell.parameters.items():
        if unknown := sorted(set().union(*map(letters, shape)) - known):
            sizes, which = ("sizes", " and ".join(unknown)) if len(unknown) > 1 else ("size", unknown[0])
            why = f"the {sizes} {which} of {name} cannot be told from sums alone"
            raise CellError(cell.name, last, why, f'give a parameter of its own the size ["{unknown[0]}"]')
    told = known.union(*(letters(size) for shape in cell.inputs.values() for size in shape))
    for state, (size,) in cell.states.items():
        if not letters(size) <= told:
            hint = "give it the size of x or of a parameter"
            raise CellError(cell.name, last, f"no parameter tells the size {size} of the state {state}", hint)


def _solvable(sizes: Iterable[Dimension]) -> set[str]:
    """The letters that follow once the numbers of all these sizes are known."""
    known: set[str] = set()
    waiting = list(sizes)
    while found := {letter for size in waiting for letter in _missing(size, known)[:1] if _alone(size, known)} - known:
        known |= found
    return known


def _missing(size: Dimension, known: Iterable[str]) -> list[str]:
    """The letters of a size that are not among those known, each as often as it stands there."""
    return [part for part in str(size).split("+") if not part.isdecimal() and part not in known]


def _alone(size: Dimension, known: Iterable[str]) -> bool:
    """Whether one letter alone is missing."""
    return len(set(_missing(size, known))) == 1


def letters(size: Dimension) -> frozenset[str]:
    """The letters of a size: H and I of ``H+I``."""
    return frozenset(_missing(size, ()))


def summed(text: str) -> Dimension:
    """A size as it is written: ``H + I`` is ``H+I``, and ``2+3`` the number 5."""
    parts = [part.strip() for part in text.split("+")]
    return sum(map(int, parts)) if all(map(str.isdecimal, parts)) else "+".join(parts)


def solved(pairs: Iterable[tuple[Dimension, int]]) -> dict[str, int]:
    """Letters to numbers, from sizes and what they come to: letters alone first, then sums of which one is missing.

    A number that cannot be, as of H + I = 3 with H = 4, is left out.
    """
    sizes: dict[str, int] = {}
    waiting = sorted(pairs, key=lambda pair: "+" in str(pair[0]))
    for _ in range(len(waiting)):
        before = len(sizes)
        for size, number in waiting:
            if _alone(size, sizes):
                missing = _missing(size, sizes)
                known = size_of(size, {**sizes, missing[0]: 0}) or 0
                if number > known and (number - known) % len(missing) == 0:
                    sizes[missing[0]] = (number - known) // len(missing)
        if len(sizes) == before:
            break
    return sizes


def _refuse_cycles(cell: Described) -> None:
    """Refuses quantities that need each other at the same t."""
    needs = {
        equation.target: [name.name for name in names(equation.expression) if name.offset == 0]
        for equation in cell.equations
    }
    for equation in cell.equations:
        path = _way_back(equation.target, needs)
        if path:
            circle = " needs ".join(f"{name}[t]" for name in path)
            hint = "one of them must be a state, read at [t-1]"
            raise CellError(cell.name, str(equation.place), f"the equations go in a circle: {circle}", hint)


def _way_back(start: str, needs: Mapping[str, list[str]]) -> list[str]:
    """The names from `start` to itself along what each needs; empty if there is no such way."""
    paths, seen = [[start]], {start}
    while paths:
        path = paths.pop()
        for name in needs.get(path[-1], ()):
            if name == start:
                return [*path, start]
            if name not in seen:
                seen.add(name)
                paths.append([*path, name])
    return []


def _unknown(name: Name, cell: Described, lines: Mapping[str, int], known: Mapping[Name, Shape]) -> tuple[str, str]:
    """Why a name is not known, and what would be right."""
    if name.offset == 0 and name.name in lines:
        return (
            f"{name} is used before it is computed",
            f"line {lines[name.name]} computes it: move that line up",
        )
    if name.offset is None and (name.name in lines or name.name in cell.inputs):
        return f"{name} needs a time", f"write {name}[t]"
    if name.offset is not None and name.name in cell.parameters:
        return f"{name} is a parameter, the same at every t", f"write {name.name}"
    if name.offset == -1 and (name.name in lines or name.name in cell.inputs):
        return f"{name}: {name.name} is no state", "declare it under [state]"
    return f"{name} is given nowhere", nearest(str(name), map(str, known), "declare it under [parameters]")


def size_of(dimension: Dimension, sizes: Mapping[str, int]) -> int | None:
    """The number a dimension stands for, ``I+J`` and ``3+I`` being sums; None where a letter is not known."""
    if isinstance(dimension, int):
        return dimension
    parts = [int(part) if part.isdecimal() else sizes.get(part) for part in dimension.split("+")]
    return None if None in parts else sum(part for part in parts if part is not None)
