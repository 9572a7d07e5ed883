"""What may be read wrongly of a layer: the order of its gates, its reset rule, a bias, a transpose, an activation.

Each is a change of the layer as it stands gate by gate, in all layers that it can be made in, or in one of them alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.attempts import Attempt, whole_runs
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.gated import AFTER, BEFORE, CANDIDATES, GATES, GRU, LSTM, Gated
from rnn_tui.core.replay import Subject

Array = NDArray[Any]
Change = Callable[[Gated], Gated | None]
"""A layer to the same with something changed; None where it cannot be, or makes no difference."""
KNOWN_ORDERS = {
    ("i", "f", "g", "o"): "PyTorch's and Keras' order",
    ("i", "o", "f", "g"): "ONNX's order",
    ("r", "z", "n"): "PyTorch's order",
    ("z", "r", "n"): "Keras' and ONNX's order",
}
ORDERED = ("W", "U", "b", "c")
"""What stands in a file gate by gate."""
SIGMOIDS: Mapping[str, str] = {
    "hard_sigmoid_keras2": "hard_sigmoid({}, 0.2, 0.5)",
    "hard_sigmoid_keras3": "hard_sigmoid({}, 0.16666666666666666, 0.5)",
    "sigmoid": "sigmoid({})",
    "tanh": "tanh({})",
}
TANHS: Mapping[str, str] = {"relu": "relu({})", "none": "{}", "tanh": "tanh({})", "sigmoid": "sigmoid({})"}
SAID = {
    "hard_sigmoid_keras2": "the hard sigmoid of Keras 2, clip(0.2 a + 0.5, 0, 1),",
    "hard_sigmoid_keras3": "the hard sigmoid of Keras 3, relu6(a + 3) / 6,",
    "none": "nothing",
}


@dataclass(frozen=True)
class Way:
    """One way to read a layer otherwise: what it is called, and the change."""

    cause: str
    what: str
    change: Change
    detail: Mapping[str, Any] = field(default_factory=dict)


def attempts(subject: Subject) -> Iterator[Attempt]:
    """Every way to read a layer otherwise, in all layers and in each alone."""
    gated = {index: each for index, each in enumerate(subject.gated) if each is not None}
    for way in ways(subject, gated):
        changed = {index: other for index, each in gated.items() if (other := way.change(each)) is not None}
        if not changed:
            continue
        yield _attempt(subject, way, changed, alone=False)
        if len(changed) > 1:
            for index, other in changed.items():
                yield _attempt(subject, way, {index: other}, alone=True)


def _attempt(subject: Subject, way: Way, changed: Mapping[int, Gated], alone: bool) -> Attempt:
    place = f", in layer {next(iter(changed)) + 1} alone" if alone else ""
    detail = {**way.detail, "layers": [index + 1 for index in changed]}
    rows = whole_runs(subject, network=subject.without(changed))
    return Attempt(way.cause, f"{way.what} the difference vanishes{place}", rows, detail)


def ways(subject: Subject, gated: Mapping[int, Gated]) -> Iterator[Way]:
    """All ways for the kinds of layers there are, the likeliest first."""
    kinds = {each.kind for each in gated.values()}
    for kind in (LSTM, GRU):
        if kind in kinds:
            index = next(i for i, each in gated.items() if each.kind == kind)
            orders = subject.orders[index] if index < len(subject.orders) else ()
            yield from _orders(kind, orders)
    if GRU in kinds:
        for rule, form in (
            (BEFORE, "before the product, U_n (r * s)"),
            (AFTER, "after the product, r * (U_n s + c_n)"),
        ):
            yield Way("reset-rule", f"with the reset gate {form},", _reset(rule), {"rule": rule})
    yield Way("bias", "without the bias beside U (b_hh)", _dropped("c"), {"drop": ["b_hh"]})
    yield Way("bias", "without the bias beside W (b_ih)", _dropped("b"), {"drop": ["b_ih"]})
    yield Way("bias", "without any bias", _dropped("b", "c"), {"drop": ["b_ih", "b_hh"]})
    if GRU in kinds:
        yield Way("bias", "with b_hn outside of r * (U_n s)", _outside, {"b_hn": "outside"})
    yield Way("transposed", "with U of each gate transposed", _transposed("U"), {"transpose": ["U"]})
    yield Way("transposed", "with W of each gate transposed", _transposed("W"), {"transpose": ["W"]})
    yield Way("transposed", "with W and U of each gate transposed", _transposed("W", "U"), {"transpose": ["W", "U"]})
    for name, form in SIGMOIDS.items():
        what = f"with {SAID.get(name, name)} as the activation of the gates"
        yield Way("activation", what, _gates(form), {"sigmoid": name})
    for name, form in TANHS.items():
        what = f"with {SAID.get(name, name)} in the place of tanh"
        yield Way("activation", what, _candidates(form), {"tanh": name})
        if LSTM in kinds:
            what = f"with {SAID.get(name, name)} in the place of tanh on c"
            yield Way("activation", what, _shown(form), {"tanh_c": name})
            what = f"with {SAID.get(name, name)} in the place of tanh, on g and on c,"
            yield Way("activation", what, _both(form), {"tanh": name, "tanh_c": name})


def _orders(kind: str, file: tuple[str, ...]) -> Iterator[Way]:
    """Every other order of the gates, those that frameworks have first."""
    gates = GATES[kind]
    file = file if sorted(file) == sorted(gates) else gates
    orders = [order for order in permutations(range(len(gates))) if order != tuple(range(len(gates)))]

    def read(order: tuple[int, ...]) -> tuple[str, ...]:
        """The blocks of the file in turn, as they are read."""
        return tuple(gates[order.index(gates.index(block))] for block in file)

    for order in sorted(orders, key=lambda each: read(each) not in KNOWN_ORDERS):
        blocks = read(order)
        known = f" ({KNOWN_ORDERS[blocks]})" if blocks in KNOWN_ORDERS else ""
        what = f"with the file's blocks read as {' '.join(blocks)}{known} and not as {' '.join(file)}"
        yield Way("gate-order", what, _ordered(kind, order), {"perm": list(order)})


def _ordered(kind: str, order: tuple[int, ...]) -> Change:
    gates = GATES[kind]

    def change(gated: Gated) -> Gated | None:
        if gated.kind != kind or gated.coupled:
            return None
        fresh: dict[str, Any] = {}
        for name in ORDERED:
            own: Mapping[str, Array] = getattr(gated, name)
            fresh[name] = {gate: own[gates[of]] for gate, of in zip(gates, order, strict=True) if gates[of] in own}
        return replace(gated, **fresh)

    return change


def _reset(rule: str) -> Change:
    return lambda gated: replace(gated, reset=rule) if gated.kind == GRU and gated.reset != rule else None


def _dropped(*names: str) -> Change:
    def change(gated: Gated) -> Gated | None:
        there = [name for name in names if any(np.any(array) for array in getattr(gated, name).values())]
        none: dict[str, Any] = {name: {} for name in names}
        return replace(gated, **none) if len(there) == len(names) else None

    return change


def _outside(gated: Gated) -> Gated | None:
    """The inner bias of a GRU's candidate beside the outer one."""
    if gated.kind != GRU or gated.reset != AFTER or not np.any(gated.c.get("n", 0)):
        return None
    outer = gated.b.get("n", np.zeros_like(gated.c["n"])) + gated.c["n"]
    return replace(gated, b={**gated.b, "n": outer}, c={**gated.c, "n": np.zeros_like(outer)})


def _transposed(*names: str) -> Change:
    def change(gated: Gated) -> Gated | None:
        arrays: dict[str, Any] = {name: getattr(gated, name) for name in names}
        square = all(array.shape[0] == array.shape[1] > 1 for own in arrays.values() for array in own.values())
        if not square:
            return None
        turned: dict[str, Any] = {n: {g: array.T for g, array in own.items()} for n, own in arrays.items()}
        return replace(gated, **turned)

    return change


def _gates(form: str) -> Change:
    def change(gated: Gated) -> Gated | None:
        gates = [gate for gate in gated.gates if gate in ("i", "f", "o", "r", "z")]
        if not gates or all(gated.activation(gate) == form for gate in gates):
            return None
        return replace(gated, activations={**gated.activations, **dict.fromkeys(gates, form)})

    return change


def _candidates(form: str) -> Change:
    def change(gated: Gated) -> Gated | None:
        candidate = CANDIDATES[gated.kind]
        if gated.activation(candidate) == form:
            return None
        return replace(gated, activations={**gated.activations, candidate: form})

    return change


def _shown(form: str) -> Change:
    return lambda gated: replace(gated, shown=form) if gated.kind == LSTM and gated.shown != form else None


def _both(form: str) -> Change:
    def change(gated: Gated) -> Gated | None:
        inner = _candidates(form)(gated)
        return None if inner is None else _shown(form)(inner)

    return change
