"""Traces with one known fault: of each cause a random network, what the port made of it, and what is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ported import (
    GATES,
    ORDER,
    WRITERS,
    Fault,
    Ported,
    Values,
    bfloat16,
    first_difference,
    float16,
    keras2,
    keras3,
    relu,
    same,
)

from rnn_tui import Sequence
from rnn_tui.core.causes import causes
from rnn_tui.core.divergence import first_divergence
from rnn_tui.core.replay import Subject
from rnn_tui.core.trace import TOLERANCE
from rnn_tui.files.models import load_model
from rnn_tui.files.traces.reading import load_trace

Array = NDArray[Any]
Made = tuple[Values, dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """What a fault is planted in."""

    draw: np.random.Generator
    net: Ported
    x: Array
    resets: tuple[int, ...]
    right: Values

    def pick(self, among: Any) -> Any:
        return among[int(self.draw.integers(len(among)))]

    def wrong(self, fault: Fault, resets: tuple[int, ...] | None = None, before: Any = ()) -> Values:
        return self.net.run(self.x, fault, self.resets if resets is None else resets, before)[0]


def gate_order(case: Case) -> Made:
    others = [p for p in permutations(range(len(GATES[case.net.kind]))) if list(p) != sorted(p)]
    perm = case.pick(others)
    return case.wrong(Fault(perm=perm)), {"perm": list(perm)}


def reset_rule(case: Case) -> Made:
    return case.wrong(Fault(rule="before")), {"rule": "before"}


def bias(case: Case) -> Made:
    drop = case.pick([("b_ih",), ("b_hh",), ("b_ih", "b_hh")])
    return case.wrong(Fault(drop=drop)), {"drop": list(drop)}


def outside(case: Case) -> Made:
    return case.wrong(Fault(outside=True)), {"b_hn": "outside"}


def transposed(case: Case) -> Made:
    return case.wrong(Fault(transpose=("U",))), {"transpose": ["U"]}


def one_layer(case: Case) -> Made:
    layer = int(case.draw.integers(case.net.depth))
    return case.wrong(Fault(drop=("b_hh",), layers=(layer,))), {"drop": ["b_hh"], "layers": [layer + 1]}


def sigmoids(case: Case) -> Made:
    name, function = case.pick([("hard_sigmoid_keras2", keras2), ("hard_sigmoid_keras3", keras3)])
    return case.wrong(Fault(gate=function)), {"sigmoid": name}


def tanhs(case: Case) -> Made:
    return case.wrong(Fault(squash=relu)), {"tanh": "relu"}


def shown(case: Case) -> Made:
    return case.wrong(Fault(shown=same)), {"tanh_c": "none"}


def states_only(values: Values) -> Values:
    return {key: array for key, array in values.items() if key[1] in ("s", "c")}


def early(case: Case) -> Made:
    own = states_only(case.right)
    return {key: np.concatenate([0 * array[:1], array]) for key, array in own.items()}, {"how": "early"}


def late(case: Case) -> Made:
    return {key: array[1:] for key, array in case.right.items()}, {"how": "late"}


def backwards(case: Case) -> Made:
    return case.net.run(case.x[::-1])[0], {"how": "run-backwards"}


def rows(case: Case) -> Made:
    return {key: array[::-1] for key, array in case.right.items()}, {"how": "rows"}


def carried(case: Case) -> Made:
    _, ends = case.net.run(case.x)
    return case.wrong(Fault(), before=ends), {"how": "carried", "after": [1]}


def chunks(case: Case) -> Made:
    every = int(case.draw.integers(2, 6))
    resets = tuple(range(every + 1, len(case.x) + 1, every))
    return case.wrong(Fault(), resets), {"how": "reset", "resets": list(resets)}


def strewn(case: Case) -> Made:
    times = case.draw.choice(np.arange(3, len(case.x)), 3, replace=False)
    resets = tuple(sorted(int(t) for t in times))
    return case.wrong(Fault(), resets), {"how": "reset", "resets": list(resets)}


def not_reset(case: Case) -> Made:
    return case.wrong(Fault(), ()), {"how": "reset", "resets": []}


def reset_time(case: Case) -> Made:
    by = case.pick([1, -1, 2])
    return case.wrong(Fault(), tuple(t + by for t in case.resets)), {"by": by}


def weights16(case: Case) -> Made:
    name, function = case.pick([("float16", float16), ("bfloat16", bfloat16)])
    return case.wrong(Fault(weights=function)), {"weights": name}


def compute16(case: Case) -> Made:
    name, function = case.pick([("float16", float16), ("bfloat16", bfloat16)])
    return case.wrong(Fault(near=function)), {"compute": name}


def one_weight(case: Case) -> Made:
    name = case.pick(sorted(case.net.state))
    array = np.array(case.net.state[name])
    array.reshape(-1)[int(case.draw.integers(array.size))] += 0.5
    other = Ported(case.net.kind, {**case.net.state, name: array}, case.net.hidden, case.net.depth)
    return other.run(case.x, resets=case.resets)[0], {}


def one_value(case: Case) -> Made:
    values = {key: np.array(array) for key, array in case.right.items()}
    key = case.pick(sorted(values))
    values[key].reshape(-1)[int(case.draw.integers(values[key].size))] += 0.01
    return values, {}


def one_small_value(case: Case) -> Made:
    """A difference that bfloat16 would make, in a trace that is not of it."""
    values = {key: np.array(array) for key, array in case.right.items()}
    values[0, "s"].reshape(-1)[int(case.draw.integers(values[0, "s"].size))] += 1e-4
    return values, {}


def nothing(case: Case) -> Made:
    return case.right, {}


@dataclass(frozen=True)
class Plant:
    """A fault: the word for it, what plants it, in which kinds, and in how many layers at least."""

    cause: str
    make: Callable[[Case], Made]
    kinds: tuple[str, ...] = ("rnn", "lstm", "gru")
    depth: int = 1
    resets: bool = False


PLANTS = (
    Plant("gate-order", gate_order, ("lstm", "gru")),
    Plant("reset-rule", reset_rule, ("gru",)),
    Plant("bias", bias),
    Plant("bias", outside, ("gru",)),
    Plant("bias", one_layer, depth=2),
    Plant("transposed", transposed),
    Plant("activation", sigmoids, ("lstm", "gru")),
    Plant("activation", tanhs, ("rnn", "gru")),
    Plant("activation", shown, ("lstm",)),
    Plant("shifted", early),
    Plant("shifted", late),
    Plant("reversed", backwards),
    Plant("reversed", rows),
    Plant("state-carried", carried),
    Plant("state-carried", chunks),
    Plant("state-carried", strewn),
    Plant("state-carried", not_reset, resets=True),
    Plant("reset-time", reset_time, resets=True),
    Plant("precision", weights16),
    Plant("precision", compute16),
    Plant("none", one_weight),
    Plant("none", one_value),
    Plant("none", one_small_value),
    Plant("equal", nothing, resets=True),
)


def judged(plant: Plant, seed: int, folder: Path) -> None:
    """Plants a fault in a network of this seed, and looks at what is found.

    Raises:
        AssertionError: another first difference, or another cause.
    """
    draw = np.random.default_rng(seed)
    kind = plant.kinds[seed % len(plant.kinds)]
    depth = max(plant.depth, int(draw.integers(1, 3)))
    hidden, inputs, steps = int(draw.integers(2, 7)), int(draw.integers(1, 5)), int(draw.integers(9, 18))
    net = Ported.random(draw, kind, inputs, hidden, depth)
    x = draw.normal(size=(steps, inputs)).astype(np.float32)
    resets = (4, int(draw.integers(6, 8))) if plant.resets else ()
    case = Case(draw, net, x, resets, net.run(x, resets=resets)[0])
    values, detail = plant.make(case)
    names = {name for _, name in values}
    wanted = [names, {"s"}, {"s", "c"} & names, names - {"y"}][int(draw.integers(4))]
    top = {depth - 1} if draw.integers(3) == 0 and plant.depth == 1 else set(range(depth))
    values = {key: a for key, a in values.items() if key[1] in wanted and key[0] in top}
    values = dict(sorted(values.items(), key=lambda item: (item[0][0], ORDER.index(item[0][1]))))
    model = folder / f"{seed}.npz"
    np.savez(model, **net.state)
    file = WRITERS[int(draw.integers(len(WRITERS)))](folder / f"{seed}_trace", values, depth)
    loaded = load_model(model)
    sequence = Sequence(x, resets=resets)
    trace = load_trace(file, loaded.network, inputs, steps)
    assert set(trace.keys) == set(values), (file.name, trace.keys, trace.notes)
    subject = Subject.of(loaded.network, loaded.gated, sequence, loaded.initial_state, trace.keys)
    found = first_divergence(trace, subject.values(), TOLERANCE)
    right = first_difference(values, case.right)
    assert (None if found is None else (found.t, found.layer, found.quantity, found.unit)) == right, (file.name, kind)
    if found is None:
        assert plant.cause in ("equal", "none"), (file.name, kind, "no difference")
        return
    named = causes(subject, trace, found, TOLERANCE)
    said = [(each.cause, each.detail, each.what) for each in named]
    if plant.cause == "none":
        assert not named, (file.name, kind, said)
        return
    assert named, (file.name, kind, depth, detail, right)
    assert named[0].cause == plant.cause, (file.name, kind, detail, said)
    assert {name: named[0].detail.get(name) for name in detail} == detail, (file.name, kind, said)
