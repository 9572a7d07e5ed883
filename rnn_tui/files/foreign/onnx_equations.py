"""Expressions as the equations of a cell, and chains of them as layers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell, built_in_with
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import parse_equations
from rnn_tui.core.errors import CellError
from rnn_tui.core.layer import Layer
from rnn_tui.core.operations import OPERATIONS
from rnn_tui.files.foreign.loaded import Held
from rnn_tui.files.foreign.onnx_terms import (
    APPLY,
    LEAF,
    NUMBER,
    PARAMETER,
    PLUS,
    TIMES,
    NotJoined,
    Pool,
    Term,
    together,
)

Array = NDArray[Any]
LONGEST = 160
"""Characters of an expression before a part of it gets an equation of its own."""
ACTIVATIONS = tuple(f"{name}(" for name, operation in OPERATIONS.items() if operation.kind == "activation")
READOUTS = ("dense", "softmax", "embedding")


class Writer:
    """Writes expressions as equations.

    Attributes:
        parameters: name to array, as the equations call them.
        on_x: those that stand before x itself.
        held: the same by what the file calls them, cut and turned as the equations need them.
        lines: the equations in order.
    """

    def __init__(self, inputs: Mapping[Term, str], states: Mapping[Term, str]) -> None:
        """Takes the leaves: those that are inputs, and those that are states one timestep ago."""
        self.leaves = {leaf: f"{name}[t]" for leaf, name in inputs.items()}
        self.leaves |= {leaf: f"{name}[t-1]" for leaf, name in states.items()}
        self.sources, self.states = dict(inputs), dict(states)
        self.on_x: set[str] = set()
        self.taken = {*inputs.values(), *states.values(), "y", "t"}
        self.parameters: dict[str, Array] = {}
        self.held: list[Held] = []
        self.lines: list[str] = []
        self._named: dict[Term, str] = {}
        self._targets: dict[Term, str] = {}
        self._uses: dict[Term, int] = {}
        self._parameter_names: dict[Term, str] = {}

    def write(self, targets: Sequence[tuple[str, Term]]) -> None:
        """The equations of targets, each a name and what it is; what is a target by itself has its name."""
        seen: set[int] = set()
        for name, term in targets:
            self._count(term, seen)
            if term.kind == APPLY:
                self._targets.setdefault(term, name)
        for name, term in targets:
            text = self._text(term, name)
            if self._targets.get(term) != name:
                self.lines.append(f"{name}[t] = {text}")

    def _count(self, term: Term, seen: set[int]) -> None:
        """How often each operation is used."""
        self._uses[term] = self._uses.get(term, 0) + 1
        if id(term) in seen:
            return
        seen.add(id(term))
        for at, part in enumerate(term.parts):
            for _ in range(max(1, term.template.count(f"{{{at}}}"))):
                self._count(part, seen)

    def _text(self, term: Term, owner: str) -> str:
        """An expression, its repeated and its long parts being equations that stand before."""
        if term in self._named:
            return self._named[term]
        if term.kind == LEAF:
            return self.leaves[term]
        if term.kind == NUMBER:
            short = f"{term.value:g}"
            return short if float(short) == term.value else repr(term.value)
        if term.kind == PARAMETER:
            return self._parameter(term, owner, "b")
        name = self._targets.get(term, "")
        if not name:
            gate = term.template.startswith(ACTIVATIONS) and any(part.kind == APPLY for part in term.parts)
            if gate or self._uses[term] > 1:
                name = self._fresh("a" if gate else "z")
        text = self._joined(term, name or owner)
        if not name and len(text) > LONGEST:
            name = self._fresh("z")
        if not name:
            return text
        self.lines.append(f"{name}[t] = {text}")
        self._named[term] = f"{name}[t]"
        return self._named[term]

    def _joined(self, term: Term, owner: str) -> str:
        if term.template == TIMES:
            matrix, vector = term.parts
            kind = "U" if any(self.leaves[leaf].endswith("[t-1]") for leaf in vector.leaves()) else "W"
            if vector in self.sources:
                self.on_x.add(self._parameter(matrix, owner, kind))
            return f"{self._parameter(matrix, owner, kind)} @ {self._bracketed(vector, owner)}"
        if term.template.startswith("row("):
            return f"row({self._parameter(term.parts[0], owner, 'E')}, {self._text(term.parts[1], owner)})"
        if term.template == PLUS:
            parts = sorted(summands(term), key=self._rank)
            return " + ".join(self._bracketed(part, owner) for part in parts)
        return term.template.format(*(self._bracketed(part, owner) for part in term.parts))

    def _rank(self, term: Term) -> int:
        """Products with x first, then products with states, then the rest, biases last."""
        if term.kind == PARAMETER:
            return 3
        if term.template != TIMES:
            return 2
        return 1 if any(self.leaves[leaf].endswith("[t-1]") for leaf in term.leaves()) else 0

    def _bracketed(self, term: Term, owner: str) -> str:
        """In brackets where it is more than a name; those that are not needed go when the whole line is written."""
        text = self._text(term, owner)
        return f"({text})" if term.kind == APPLY and term not in self._named else text

    def _parameter(self, term: Term, owner: str, kind: str) -> str:
        if term not in self._parameter_names:
            base = kind if owner in ("y", "s") or not owner else f"{kind}_{owner}"
            self._parameter_names[term] = self._fresh(base, first=True)
            self.parameters[self._parameter_names[term]] = term.value
            self.held.append(Held.of(term.name or self._parameter_names[term], term.value))
        return self._parameter_names[term]

    def _fresh(self, base: str, first: bool = False) -> str:
        """A name that nothing has: ``W``, ``W_2``; ``a1``, ``a2``."""
        name = base if first else f"{base}1"
        number = 1
        while name in self.taken:
            number += 1
            name = f"{base}_{number}" if first else f"{base}{number}"
        self.taken.add(name)
        return name


@dataclass(frozen=True, eq=False)
class Written:
    """A layer, and its parameters by what the file calls them."""

    layer: Layer
    held: tuple[Held, ...]


def summands(term: Term) -> list[Term]:
    """What a sum is of, from left to right."""
    if term.template != PLUS:
        return [term]
    return [part for side in term.parts for part in summands(side)]


def cell_layer(
    name: str, title: str, inputs: Mapping[Term, str], states: Mapping[Term, str], targets: Sequence[tuple[str, Term]]
) -> Written:
    """The layer of one cell that computes targets.

    Args:
        name, title: what the cell is called.
        inputs: the leaf that is x, to its name.
        states: the leaves that are states, to their names.
        targets: names and expressions; every state and y.

    Raises:
        NotJoined: equations that no cell can have.
    """
    writer = Writer(inputs, states)
    try:
        writer.write(targets)
        equations = "\n".join(str(equation) for equation in parse_equations("\n".join(writer.lines), name))
        if not states:
            known = built_in_with(equations)
            if known in READOUTS:
                return Written(Layer(known, writer.parameters), tuple(writer.held))
        cell = _cell(name, title, equations, writer, True)
        return Written(Layer(cell, writer.parameters), tuple(writer.held))
    except CellError as error:
        raise NotJoined(f"makes equations that are refused: {error.why}") from None
    except RecursionError:
        raise NotJoined("is nested too deep") from None


def _cell(name: str, title: str, equations: str, writer: Writer, lettered: bool) -> Cell:
    """The cell of equations: with the letter I for the size of x where it can be, all other sizes being numbers.

    Raises:
        CellError: equations that no cell can have.
    """
    letter: dict[str, str | int] = {text: "I" if lettered else leaf.size for leaf, text in writer.sources.items()}
    shapes = {key: [*array.shape] for key, array in writer.parameters.items()}
    if lettered:
        shapes |= {key: [len(writer.parameters[key]), "I"] for key in writer.on_x}
    lines = [f"title = {json.dumps(title)}", 'source = "the model file"', 'equations = """', equations, '"""']
    lines += ["[input]", *(f"{key} = {json.dumps([size])}" for key, size in letter.items())]
    lines += ["[parameters]", *(f"{key} = {json.dumps(shape)}" for key, shape in shapes.items())]
    lines += ["[state]", *(f"{key} = [{leaf.size}]" for leaf, key in writer.states.items())]
    try:
        return Cell.parse("\n".join(lines) + "\n", name)
    except CellError:
        if not lettered:
            raise
        return _cell(name, title, equations, writer, False)


def chain(pool: Pool, term: Term, leaf: Term) -> list[Written]:
    """An expression of one leaf as layers without a state, cut at every product so that each is as small as can be.

    Raises:
        NotJoined: equations that no cell can have.
    """
    stages: list[tuple[Term, Term]] = []
    while term is not leaf:
        below = _waist(term, leaf)
        x = pool.leaf("x", below.size)
        stages.append((together(pool, term, {below: x}), x))
        term = below
    layers = []
    for own, x in reversed(stages):
        layers.append(_readout(pool, own, x))
    return layers


def _waist(term: Term, leaf: Term) -> Term:
    """The one vector that the outermost products are of, where all comes through it; else the leaf."""
    found: set[Term] = set()
    waiting, seen = [term], set()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if each.template == TIMES or each.template.startswith("row("):
            found.add(each.parts[1])
        elif each is leaf:
            return leaf
        else:
            waiting += each.parts
    below = next(iter(found)) if len(found) == 1 else leaf
    return below if leaf in below.leaves() else leaf


def _readout(pool: Pool, term: Term, x: Term) -> Written:
    """One layer without a state, with a bias of zeros where a built-in one needs it."""
    if term.template == TIMES:
        term = pool.apply(PLUS, term, pool.parameter(np.zeros(term.size, term.parts[0].value.dtype), "no bias"))
    named = sorted({each.template.split("(")[0] for each in term.within() if each.template.startswith(ACTIVATIONS)})
    weighted = any(each.template == TIMES for each in term.within())
    name = "-".join([*(["dense"] if weighted else []), *named]) or "arithmetic"
    return cell_layer(name, name.replace("-", ", ").capitalize(), {x: "x"}, {}, [("y", term)])
