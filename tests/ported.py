"""A port of PyTorch's RNN, LSTM and GRU as people write one, with every mistake that one can make on the way.

It stands on the equations of the pages of torch.nn.RNN, LSTM and GRU, on stacked weights under PyTorch's names, and
shares nothing with the program.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Values = dict[tuple[int, str], Array]
GATES = {"rnn": ("",), "lstm": ("i", "f", "g", "o"), "gru": ("r", "z", "n")}
ORDER = ("i", "f", "g", "o", "r", "z", "n", "c", "s", "y")


def sigmoid(a: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-a)))


def keras2(a: Array) -> Array:
    return np.clip(0.2 * a + 0.5, 0, 1)


def keras3(a: Array) -> Array:
    return np.asarray(np.clip(a + 3, 0, 6) / 6)


def relu(a: Array) -> Array:
    return np.maximum(a, 0)


def same(a: Array) -> Array:
    return a


@dataclass(frozen=True)
class Fault:
    """What the port does wrongly; as it stands nothing."""

    perm: tuple[int, ...] = ()
    rule: str = "after"
    drop: tuple[str, ...] = ()
    outside: bool = False
    transpose: tuple[str, ...] = ()
    gate: Callable[[Array], Array] = sigmoid
    squash: Callable[[Array], Array] = np.tanh
    shown: Callable[[Array], Array] = np.tanh
    near: Callable[[Array], Array] = same
    weights: Callable[[Array], Array] = same
    layers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Ported:
    """A stack of layers of one kind, as a state_dict."""

    kind: str
    state: Mapping[str, Any]
    hidden: int
    depth: int

    @classmethod
    def random(cls, draw: np.random.Generator, kind: str, inputs: int, hidden: int, depth: int) -> Ported:
        """Weights of no particular size, float32."""
        gates, state = len(GATES[kind]), {}
        for layer in range(depth):
            width = hidden if layer else inputs
            for name, shape in {
                "weight_ih": (gates * hidden, width),
                "weight_hh": (gates * hidden, hidden),
                "bias_ih": (gates * hidden,),
                "bias_hh": (gates * hidden,),
            }.items():
                state[f"{name}_l{layer}"] = draw.uniform(-0.9, 0.9, shape).astype(np.float32)
        return cls(kind, state, hidden, depth)

    def run(
        self,
        x: Array,
        fault: Fault | None = None,
        resets: Sequence[int] = (),
        before: Sequence[Mapping[str, Array]] = (),
    ) -> tuple[Values, list[dict[str, Array]]]:
        """Every gate and state over a sequence, by layer from 0, and the states it ends with."""
        values: Values = {}
        ends = []
        given = np.asarray(x, np.float64)
        for layer in range(self.depth):
            own = fault or Fault()
            if own.layers and layer not in own.layers:
                own = Fault()
            start = dict(before[layer]) if before else {}
            found, end = self._layer(layer, own.near(given), own, resets, start)
            values |= {(layer, name): array for name, array in found.items()}
            given = found["s"]
            ends.append(end)
        return values, ends

    def _layer(
        self, layer: int, x: Array, fault: Fault, resets: Sequence[int], start: dict[str, Array]
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        H, gates, near = self.hidden, GATES[self.kind], fault.near

        def blocks(name: str) -> list[Array]:
            array = np.asarray(self.state[f"{name}_l{layer}"], np.float64)
            own = [near(fault.weights(array[k * H : (k + 1) * H])) for k in range(len(gates))]
            if name.replace("bias", "b") in fault.drop:
                own = [np.zeros(H) for _ in own]
            if {"weight_ih": "W", "weight_hh": "U"}.get(name) in fault.transpose:
                own = [block.T for block in own]
            return [own[k] for k in fault.perm] if fault.perm else own

        W, U, b, d = blocks("weight_ih"), blocks("weight_hh"), blocks("bias_ih"), blocks("bias_hh")
        s, c = start.get("s", np.zeros(H)), start.get("c", np.zeros(H))
        rows: dict[str, list[Array]] = {}
        for t, row in enumerate(x, 1):
            if t in resets:
                s, c = np.zeros(H), np.zeros(H)
            now: dict[str, Array] = {}

            def total(k: int, row: Array = row, s: Array = s) -> Array:
                return near(near(near(W[k] @ row) + b[k]) + near(near(U[k] @ s) + d[k]))

            if self.kind == "rnn":
                s = near(fault.squash(total(0)))
            elif self.kind == "lstm":
                now = {"i": near(fault.gate(total(0))), "f": near(fault.gate(total(1)))}
                now |= {"g": near(fault.squash(total(2))), "o": near(fault.gate(total(3)))}
                c = now["c"] = near(near(now["f"] * c) + near(now["i"] * now["g"]))
                s = near(now["o"] * near(fault.shown(c)))
            else:
                now = {"r": near(fault.gate(total(0))), "z": near(fault.gate(total(1)))}
                fed = near(near(W[2] @ row) + b[2])
                if fault.rule == "before":
                    inner = near(near(U[2] @ near(now["r"] * s)) + d[2])
                elif fault.outside:
                    inner = near(near(now["r"] * near(U[2] @ s)) + d[2])
                else:
                    inner = near(now["r"] * near(near(U[2] @ s) + d[2]))
                n = now["n"] = near(fault.squash(near(fed + inner)))
                s = near(near(near(1 - now["z"]) * n) + near(now["z"] * s))
            now |= {"s": s, "y": s}
            for name, value in now.items():
                rows.setdefault(name, []).append(value)
        return {name: np.stack(own) for name, own in rows.items()}, {"s": s, "c": c}


def first_difference(trace: Values, right: Values, tolerance: float = 2e-6) -> tuple[int, int, str, int] | None:
    """t, layer, quantity and unit of the first number that is wrong, looked for one after the other."""
    steps = min(len(array) for array in (*trace.values(), *(right[key] for key in trace)))
    for t in range(steps):
        for layer, name in sorted(trace, key=lambda key: (key[0], ORDER.index(key[1]))):
            for unit in range(trace[layer, name].shape[1]):
                own, other = right[layer, name][t, unit], trace[layer, name][t, unit]
                if not abs(other - own) <= tolerance * max(1, abs(own)):
                    return t + 1, layer + 1, name, unit + 1
    return None


def float16(a: Array) -> Array:
    return np.asarray(a, np.float16).astype(np.float64)


def bfloat16(a: Array) -> Array:
    """To the nearest float32 whose last 16 bits are 0, halves to even."""
    whole = np.atleast_1d(np.asarray(a, np.float32)).view(np.uint32).astype(np.uint64)
    low = whole & 0xFFFF
    up = (low > 0x8000) | ((low == 0x8000) & ((whole >> 16) & 1 == 1))
    near = (((whole >> 16) + up) << 16).astype(np.uint32).view(np.float32)
    return np.asarray(near.astype(np.float64).reshape(np.shape(a)))


NAMES = {"s": "h", "y": "output"}


def as_npz(path: Path, values: Values, depth: int) -> Path:
    """(T, 1, H) float32, ``h_l0``."""
    file = path.with_suffix(".npz")
    single = {key: array[:, None].astype(np.float32) for key, array in values.items()}
    arrays: dict[str, Any] = {f"{NAMES.get(name, name)}_l{layer}": array for (layer, name), array in single.items()}
    np.savez(file, **arrays)
    return file


def as_csv(path: Path, values: Values, depth: int) -> Path:
    """A column a unit, %.9g, ``layer0_h_0``, t from 0."""
    file = path.with_suffix(".csv")
    steps = max(map(len, values.values()))
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        columns = [(layer, NAMES.get(name, name), u) for (layer, name), a in values.items() for u in range(a.shape[1])]
        writer.writerow(["t", *(f"layer{layer}_{name}_{unit}" for layer, name, unit in columns)])
        for t in range(steps):
            writer.writerow([t, *(f"{value:.9g}" for array in values.values() for value in array[t])])
    return file


def as_jsonl(path: Path, values: Values, depth: int) -> Path:
    """An object a timestep, by layer, from 1."""
    file = path.with_suffix(".jsonl")
    lines = []
    for t in range(max(map(len, values.values()))):
        step: dict[str, Any] = {}
        for (layer, name), array in values.items():
            own = [float(f"{value:.9g}") for value in array[t]]
            step.setdefault(f"layer{layer + 1}", {})[NAMES.get(name, name)] = own
        lines.append(json.dumps({"step": t + 1, **step}))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


WRITERS = (as_npz, as_csv, as_jsonl)
