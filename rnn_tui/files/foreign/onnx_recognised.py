"""Expressions that are an LSTM, a GRU or an Elman network written out: found again, gate by gate.

The equations are those of torch.nn.LSTM, GRU and RNN; sums and products may stand in any order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.gated import AFTER, BEFORE, GRU, LSTM, RNN, Gated
from rnn_tui.files.foreign.onnx_equations import ACTIVATIONS, summands
from rnn_tui.files.foreign.onnx_terms import APPLY, BY, MINUS, NUMBER, PARAMETER, PLUS, TIMES, Term

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Found:
    """A layer that was recognised.

    Attributes:
        gated: the layer.
        x: what it reads.
        states: the leaves that are its states, to the names they have in it.
        shown: the expression of its s[t].
        turned: what was changed to make it ours, in words.
    """

    gated: Gated
    x: Term
    states: Mapping[Term, str]
    shown: Term
    turned: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Sum:
    """W @ x + U @ s + biases: the parts of a gate's sum; U where there is a product with the state."""

    x: Term
    W: Array
    U: Array | None
    b: Array | None
    c: Array | None
    rest: tuple[Term, ...] = field(default=())


def recognised(following: Mapping[Term, Term]) -> Found | None:
    """The first layer among states that is one of the known ones.

    Args:
        following: each state's leaf to the expression of its value at t.
    """
    for state, after in following.items():
        found = _lstm(state, after, following) or _gru(state, after) or _elman(state, after)
        if found is not None:
            return found
    return None


def _function(term: Term) -> tuple[str, Term] | None:
    """An activation with one operand: its text as `Gated` has it, and what it is of."""
    if term.kind != APPLY or len(term.parts) != 1 or not term.template.startswith(ACTIVATIONS):
        return None
    if term.template.count("(") != 1 or term.template.startswith(("softmax", "layernorm")):
        return None
    return term.template.replace("{0}", "{}"), term.parts[0]


def _factors(term: Term) -> tuple[Term, Term] | None:
    return (term.parts[0], term.parts[1]) if term.template == BY else None


def _with(pair: tuple[Term, Term] | None, wanted: Term) -> Term | None:
    """The other one of two factors."""
    if pair is None or wanted not in pair:
        return None
    return pair[1] if pair[0] is wanted else pair[0]


def _sum(term: Term, state: Term | None) -> Sum | None:
    """A sum of one product with x, at most one with the state, and biases."""
    x: Term | None = None
    W: Array | None = None
    U: Array | None = None
    biases: list[tuple[str, Array]] = []
    numbers: list[float] = []
    rest: list[Term] = []
    last = "b"
    for part in summands(term):
        if part.kind == PARAMETER:
            biases.append((last, part.value))
        elif part.kind == NUMBER:
            numbers.append(part.value)
        elif part.template == TIMES and part.parts[1] is state:
            U, last = (part.parts[0].value if U is None else None), "c"
            if U is None:
                return None
        elif part.template == TIMES and x is None:
            W, x, last = part.parts[0].value, part.parts[1], "b"
        else:
            rest.append(part)
    if x is None or W is None:
        return None
    biases += [("b", np.full(len(W), number, W.dtype)) for number in numbers]
    b, c = _total(biases, "b"), _total(biases, "c")
    return Sum(x, W, U, c if b is None else b, None if b is None else c, tuple(rest))


def _total(biases: list[tuple[str, Array]], place: str) -> Array | None:
    """The biases of one place, summed in float64 and rounded once."""
    found = [array for where, array in biases if where == place]
    if len(found) < 2:
        return found[0] if found else None
    return np.asarray(np.sum(np.array(found, np.float64), 0).astype(found[0].dtype))


def _whole(term: Term, state: Term) -> Sum | None:
    """A sum with both products and nothing else."""
    found = _sum(term, state)
    return None if found is None or found.U is None or found.rest else found


def _gated(kind: str, sums: Mapping[str, Sum], **more: Any) -> Gated | None:
    """The layer of the sums of its gates, if all read the same x."""
    if len({id(each.x) for each in sums.values()}) != 1:
        return None
    W = {gate: each.W for gate, each in sums.items()}
    U = {gate: each.U for gate, each in sums.items() if each.U is not None}
    if len(U) < len(W) or len({array.shape for array in U.values()}) != 1:
        return None
    b = {gate: each.b for gate, each in sums.items() if each.b is not None}
    c = {gate: each.c for gate, each in sums.items() if each.c is not None}
    return Gated(kind, W, U, b, c, **more)


def _elman(state: Term, after: Term) -> Found | None:
    """s[t] = tanh(W @ x[t] + U @ s[t-1] + b), or another activation."""
    function = _function(after)
    found = function and _whole(function[1], state)
    if not function or not found or found.x is state:
        return None
    gated = _gated(RNN, {"": found}, activations={"": function[0]})
    return Found(gated, found.x, {state: "s"}, after) if gated else None


def _lstm(state: Term, after: Term, following: Mapping[Term, Term]) -> Found | None:
    """c[t] = f * c[t-1] + i * g and s[t] = o * tanh(c[t])."""
    for cell, kept in following.items():
        if cell is state or kept.template != PLUS:
            continue
        shown, P = (after.parts[1], after.parts[0].value) if after.template == TIMES else (after, None)
        pair = _factors(shown)
        sides = [(pair[0], pair[1]), (pair[1], pair[0])] if pair else []
        for gate, squashed in sides:
            function = _function(squashed)
            if not function or function[1] is not kept:
                continue
            found = _memory(state, cell, kept, gate, function[0], P)
            if found is not None:
                return Found(found[0], found[1], {state: "s", cell: "c"}, after, found[2])
    return None


def _memory(
    state: Term, cell: Term, kept: Term, gate: Term, squash: str, P: Array | None
) -> tuple[Gated, Term, tuple[str, ...]] | None:
    """The gates of c[t], given that of o."""
    parts = summands(kept)
    if len(parts) != 2:
        return None
    for old, new in ((parts[0], parts[1]), (parts[1], parts[0])):
        forget, pair = _with(_factors(old), cell), _factors(new)
        if forget is None or pair is None:
            continue
        one, other = pair
        if _function(one) is None or _function(other) is None:
            continue
        written, candidate = (other, one) if _squash(one) == "tanh({})" != _squash(other) else (one, other)
        if _squash(other) == "sigmoid({})" != _squash(one) and _squash(one) != "tanh({})":
            written, candidate = other, one
        coupled = forget.template == MINUS and forget.parts[0].kind == NUMBER and forget.parts[1] is written
        coupled = coupled and forget.parts[0].value == 1.0
        terms = {"i": written, "g": candidate, "o": gate} | ({} if coupled else {"f": forget})
        functions = {name: _function(term) for name, term in terms.items()}
        sums = {name: _whole(found[1], state) for name, found in functions.items() if found is not None}
        if len(sums) < len(terms) or any(each is None for each in sums.values()):
            continue
        there = {name: each for name, each in sums.items() if each is not None}
        activations = {name: found[0] for name, found in functions.items() if found is not None}
        gated = _gated(LSTM, there, activations=activations, shown=squash, P=P, coupled=coupled)
        if gated is not None:
            words = ("the product with P is the projection",) if P is not None else ()
            return gated, there["i"].x, words
    return None


def _squash(term: Term) -> str:
    function = _function(term)
    return function[0] if function else ""


def _gru(state: Term, after: Term) -> Found | None:
    """s[t] = (1 - z) * n + z * s[t-1], in any of the ways in which that is written."""
    split = _mixed(state, after)
    if split is None:
        return None
    gate, candidate, inverted = split
    outer, inner = _function(gate), _function(candidate)
    if outer is None or inner is None or (inverted and outer[0] != "sigmoid({})"):
        return None
    z = _whole(outer[1], state)
    found = _candidate(inner[1], state)
    if z is None or found is None:
        return None
    reset, n, after_product = found
    gate_r = _function(reset)
    r = gate_r and _whole(gate_r[1], state)
    if not gate_r or not r:
        return None
    if inverted:
        z = Sum(z.x, -z.W, None if z.U is None else -z.U, None if z.b is None else -z.b, None if z.c is None else -z.c)
    activations = {"r": gate_r[0], "z": outer[0], "n": inner[0]}
    gated = _gated(GRU, {"r": r, "z": z, "n": n}, reset=AFTER if after_product else BEFORE, activations=activations)
    words = ("the file's z is 1 - z of ours: its weights are negated",) if inverted else ()
    return Found(gated, r.x, {state: "s"}, after, words) if gated else None


def _mixed(state: Term, after: Term) -> tuple[Term, Term, bool] | None:
    """The gate, the candidate, and whether the gate lets the candidate in instead of keeping the state."""
    parts = summands(after)
    if len(parts) != 2:
        return None
    for first, second in ((parts[0], parts[1]), (parts[1], parts[0])):
        kept = _with(_factors(first), state)
        pair = _factors(second)
        for gate, candidate in ((pair[0], pair[1]), (pair[1], pair[0])) if pair and kept is not None else ():
            if kept is not None and _one_minus(gate) is kept:
                return kept, candidate, False
            if kept is not None and _one_minus(kept) is gate:
                return gate, candidate, True
        for gate, moved in ((pair[0], pair[1]), (pair[1], pair[0])) if pair else ():
            if moved.template == MINUS and moved.parts[0] is state and moved.parts[1] is first:
                return gate, first, False
            if moved.template == MINUS and first is state and moved.parts[1] is state:
                return gate, moved.parts[0], True
    return None


def _one_minus(term: Term) -> Term | None:
    """z of 1 - z."""
    right = term.template == MINUS and term.parts[0].kind == NUMBER and term.parts[0].value == 1.0
    return term.parts[1] if right else None


def _candidate(term: Term, state: Term) -> tuple[Term, Sum, bool] | None:
    """The reset gate and the sum of a candidate; whether the gate stands after the product with U."""
    found = _sum(term, None)
    if found is None:
        return None
    if len(found.rest) == 1 and (pair := _factors(found.rest[0])):
        for reset, inside in (pair, pair[::-1]):
            parts = summands(inside)
            products = [part for part in parts if part.template == TIMES and part.parts[1] is state]
            biases = [part.value for part in parts if part.kind == PARAMETER]
            if len(products) == 1 and len(products) + len(biases) == len(parts) and len(biases) <= 1:
                b = _total([("b", array) for array in (found.b, found.c) if array is not None], "b")
                c = biases[0] if biases else None
                return reset, Sum(found.x, found.W, products[0].parts[0].value, b, c), True
    for part in summands(term):
        reset_of = _with(_factors(part.parts[1]), state) if part.template == TIMES else None
        if reset_of is not None:
            whole = _whole(term, part.parts[1])
            return None if whole is None else (reset_of, whole, False)
    return None
