"""Vectors of elements as expressions: what a vector is made of, down to x, states and weights.

A vector is asked for, and what makes it is cut to measure: of a matrix whose gates are stacked only the rows of one
gate are left, whatever the exporter split, joined or reshaped between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.files.foreign.onnx_elements import (
    ANY,
    CONSTANT,
    EACH,
    GIVEN,
    HIDDEN,
    LAYER,
    PRODUCT,
    ROW,
    Elements,
    Known,
    Made,
    Weave,
)

Array = NDArray[Any]
LEAF, PARAMETER, NUMBER, APPLY = "leaf", "parameter", "number", "apply"
TIMES, PLUS, MINUS, BY, CONCAT = "{0} @ {1}", "{0} + {1}", "{0} - {1}", "{0} * {1}", "concat({0}, {1})"
MOST_RUNS = 8
SELECTION = "selection"
"""What a matrix of zeros and ones is called."""
DEEPEST = 150
LARGEST_SELECTION = 2**22


class NotJoined(Exception):
    """A vector that cannot be written as an expression; the message is the end of a sentence about it."""


@dataclass(frozen=True, eq=False)
class Term:
    """An expression; one object for one expression, so that equal ones are the same.

    Attributes:
        kind: a leaf (x, a state), a parameter, a number, or an operation.
        size: of the vector, 0 for a number; of a matrix its rows.
        template: of an operation, its text with ``{0}`` and ``{1}`` for the parts.
        parts: what it is applied to.
        value: of a parameter its array, of a number the number.
        name: of a leaf; of a parameter what the file calls it.
    """

    kind: str
    size: int
    template: str = ""
    parts: tuple[Term, ...] = ()
    value: Any = None
    name: str = ""

    def within(self) -> list[Term]:
        """It and all that it is made of, each once."""
        found: dict[Term, None] = {}
        waiting = [self]
        while waiting:
            term = waiting.pop()
            if term not in found:
                found[term] = None
                waiting += term.parts
        return list(found)

    def leaves(self) -> set[Term]:
        """All leaves in it."""
        return {term for term in self.within() if term.kind == LEAF}


@dataclass(eq=False)
class Pool:
    """Every expression once."""

    held: dict[Any, Term] = field(default_factory=dict)

    def leaf(self, name: str, size: int) -> Term:
        """x, or a state."""
        return self._once((LEAF, name, size), LEAF, size, name=name)

    def number(self, value: float) -> Term:
        """A number."""
        return self._once((NUMBER, value), NUMBER, 0, value=value)

    def parameter(self, array: Array, name: str = "") -> Term:
        """A vector or a matrix of the file, in float32 or float64."""
        kept = np.ascontiguousarray(array if array.dtype == np.float64 else array.astype(np.float32))
        digest = blake2b(kept.data, digest_size=16).digest() if kept.size else b""
        return self._once((PARAMETER, kept.dtype, kept.shape, digest), PARAMETER, len(kept), value=kept, name=name)

    def apply(self, template: str, *parts: Term) -> Term:
        """An operation; adding nothing and multiplying by one is none."""
        if template in (PLUS, MINUS, BY):
            neutral = 1.0 if template == BY else 0.0
            if parts[1].kind == NUMBER and parts[1].value == neutral:
                return parts[0]
            if template != MINUS and parts[0].kind == NUMBER and parts[0].value == neutral:
                return parts[1]
        if template == TIMES and parts[0].name == SELECTION and parts[1].template == TIMES:
            chosen = parts[0].value @ parts[1].parts[0].value  # zeros and ones: it only takes rows
            return self.apply(TIMES, self.parameter(chosen, parts[1].parts[0].name), parts[1].parts[1])
        if template == TIMES or template.startswith("row("):
            size = parts[0].size if template == TIMES else parts[0].value.shape[1]
        elif template == CONCAT:
            size = parts[0].size + parts[1].size
        else:
            size = max(part.size for part in parts)
        return self._once((template, *map(id, parts)), APPLY, size, template, parts)

    def _once(
        self, key: Any, kind: str, size: int, template: str = "", parts: tuple[Term, ...] = (), **more: Any
    ) -> Term:
        if key not in self.held:
            self.held[key] = Term(kind, size, template, parts, **more)
        return self.held[key]


class Reading:
    """Reads vectors of elements as expressions of some leaves.

    Attributes:
        children: for every vector that was read, by its bytes, the vectors it is made of.
    """

    def __init__(self, weave: Weave, pool: Pool) -> None:
        self.weave, self.pool = weave, pool
        self._leaf_of: dict[int, tuple[Term, int]] = {}
        self._known: dict[bytes, Term] = {}
        self.children: dict[bytes, list[bytes]] = {}
        self._depth = 0

    def give(self, ids: Array, leaf: Term) -> None:
        """Says that elements are those of a leaf, in its order; a single one may be a choice of one in many."""
        for at, element in enumerate(ids.tolist()):
            self._leaf_of[element] = (leaf, at)

    def term(self, ids: Array) -> Term:
        """The expression of a vector of elements.

        Raises:
            NotJoined: it is made in a way that equations cannot say, or of something that is no leaf.
        """
        ids = np.ascontiguousarray(ids, np.int64)
        key = ids.tobytes()
        if key not in self._known:
            if self._depth > DEEPEST:
                raise NotJoined("is nested too deep")
            self._depth += 1
            self.children[key] = []
            try:
                self._known[key] = self._read(ids, key)
            finally:
                self._depth -= 1
        return self._known[key]

    def _child(self, key: bytes, ids: Array) -> Term:
        ids = np.ascontiguousarray(ids, np.int64)
        self.children[key].append(ids.tobytes())
        return self.term(ids)

    def _read(self, ids: Array, key: bytes) -> Term:
        if not len(ids):
            raise NotJoined("is empty")
        unique = np.unique(ids)
        if len(unique) < len(ids):
            return self._selected(self._child(key, unique), np.searchsorted(unique, ids))
        runs = self._runs(ids)
        if len(runs) > MOST_RUNS:
            if not np.array_equal(ids, unique) and len(self._runs(unique)) <= MOST_RUNS:
                return self._selected(self._child(key, unique), np.searchsorted(unique, ids))
            raise NotJoined("is put together of too many pieces")
        if len(runs) > 1:
            made = self._child(key, runs[0])
            for run in runs[1:]:
                made = self.pool.apply(CONCAT, made, self._child(key, run))
            return made
        if int(ids[0]) in self._leaf_of:
            leaf = self._leaf_of[int(ids[0])][0]
            return self._selected(leaf, np.array([self._leaf_of[int(element)][1] for element in ids]))
        return self._operation(self.weave.maker(int(ids[0])), ids, key)

    def _runs(self, ids: Array) -> list[Array]:
        """A vector cut where what makes it changes: another operation, another row of it, another leaf."""
        marks: list[Any] = []
        for element in ids.tolist():
            if element in self._leaf_of:
                marks.append(id(self._leaf_of[element][0]))
                continue
            made = self.weave.maker(element)
            row = -1 if made.kind in (EACH, CONSTANT, GIVEN) else (element - made.first) // made.shape[-1]
            marks.append((made.first, row))
        cuts = [at for at in range(1, len(marks)) if marks[at] != marks[at - 1]]
        return np.split(ids, cuts)

    def _selected(self, whole: Term, places: Array) -> Term:
        """Some of the numbers of a vector, in another order or several times: a product with zeros and ones."""
        if np.array_equal(places, np.arange(whole.size)):
            return whole
        if len(places) * whole.size > LARGEST_SELECTION:
            raise NotJoined("is chosen from too many numbers")
        matrix = np.zeros((len(places), whole.size), np.float32)
        matrix[np.arange(len(places)), places] = 1
        return self.pool.apply(TIMES, self.pool.parameter(matrix, SELECTION), whole)

    def _operation(self, made: Made, ids: Array, key: bytes) -> Term:
        """A vector of which one operation makes all."""
        at = ids - made.first
        if made.kind == EACH:
            return self._each(made, at, key)
        if made.kind == CONSTANT:
            (known,) = made.operands
            return self.pool.parameter(known.array.reshape(-1)[at], made.name)
        if made.kind in (GIVEN, LAYER, HIDDEN):
            what = {GIVEN: "the input", LAYER: "another timestep of", HIDDEN: "the last c of"}[made.kind]
            raise NotJoined(f"needs {what} {made.name}")
        row, places = int(at[0]) // made.shape[-1], at % made.shape[-1]
        if made.kind == PRODUCT:
            return self._product(made.operands[0].array[row], made.operands[1], places, key)
        if made.kind == ROW:
            choice, table = made.operands[0].array[row : row + 1], made.operands[1]
            chosen = self._leaf_of.get(int(choice[0]))
            if chosen is None:
                raise NotJoined("chooses a row by something that is not x")
            leaf = self.pool.leaf(chosen[0].name, len(table.array))
            whole = self.pool.apply("row({0}, {1})", self.pool.parameter(table.array, _name(table)), leaf)
            return self._selected(whole, places)
        rows = made.operands[0].array[row]
        function = "softmax({0})" if made.kind == "softmax" else "layernorm({0})"
        return self._selected(self.pool.apply(function, self._child(key, rows)), places)

    def _each(self, made: Made, at: Array, key: bytes) -> Term:
        place = np.unravel_index(at, made.shape)
        parts = []
        for operand in made.operands:
            if isinstance(operand, Elements):
                parts.append(self._child(key, operand.array[place]))
            elif operand.array.ndim == 0 or (operand.array.size == 1 and len(at) > 1):
                parts.append(self.pool.number(float(str(operand.array.reshape(-1)[0]))))
            else:
                spread = np.broadcast_to(operand.array, made.shape)
                parts.append(self.pool.parameter(spread[place], operand.name))
        return self.pool.apply(made.template, *parts)

    def _product(self, row: Array, matrix: Any, places: Array, key: bytes) -> Term:
        """A matrix times a vector; times a vector of several pieces, the sum of their products."""
        weights = matrix.array[:, places].T
        runs = self._runs(row)
        if len(runs) > MOST_RUNS or len(np.unique(row)) < len(row):
            return self.pool.apply(TIMES, self.pool.parameter(weights, matrix.name), self._child(key, row))
        total: Term | None = None
        first = 0
        for run in runs:
            block = np.ascontiguousarray(weights[:, first : first + len(run)])
            first += len(run)
            vector = self._child(key, run)
            if vector.kind == PARAMETER:
                made = self.pool.parameter(block @ vector.value, matrix.name)
            else:
                made = self.pool.apply(TIMES, self.pool.parameter(block, matrix.name), vector)
            total = made if total is None else self.pool.apply(PLUS, total, made)
        assert total is not None
        return total


def _name(tensor: Any) -> str:
    return tensor.name if isinstance(tensor, Known) else ""


def latest(weave: Weave, ids: Array) -> int:
    """The latest timestep that a vector needs; `ANY` where it needs none."""
    return int(weave.times[ids].max()) if len(ids) else ANY


def together(pool: Pool, term: Term, changed: dict[Term, Term]) -> Term:
    """The same expression with other expressions in place of some in it."""
    done: dict[int, Term] = {id(old): new for old, new in changed.items()}

    def turned(term: Term) -> Term:
        if id(term) not in done:
            parts: Sequence[Term] = [turned(part) for part in term.parts]
            same = all(new is old for new, old in zip(parts, term.parts, strict=True))
            done[id(term)] = term if same else pool.apply(term.template, *parts)
        return done[id(term)]

    return turned(term)
