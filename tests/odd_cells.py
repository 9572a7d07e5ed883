"""Cells that nobody would build, so that every way of writing an equation is there."""

from __future__ import annotations

import numpy as np

from rnn_tui import Cell, Layer, Network

ODD: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "a scalar alone": ("k[t] = tanh(g * g)\ns[t] = tanh(k[t] * (W @ x[t]) - s[t-1])", {"g": (), "W": ("H", "I")}),
    "a scalar copied": ("k[t] = g\nn[t] = -k[t]\ns[t] = sigmoid(W @ x[t] + n[t])", {"g": (), "W": ("H", "I")}),
    "a scalar of a scalar": (
        "k[t] = tanh(g)\nn[t] = sigmoid(k[t]) - k[t] * g\ns[t] = n[t] + W @ x[t]",
        {"g": (), "W": ("H", "I")},
    ),
    "a number named": ("k[t] = 0.5\ns[t] = k[t] * (W @ x[t])", {"W": ("H", "I")}),
    "a setting that learns": ("s[t] = elu(W @ x[t] + s[t-1], g)", {"g": (), "W": ("H", "I")}),
    "settings that are sums": (
        "s[t] = hard_sigmoid(W @ x[t], g * g, g + 0.1) + clip(s[t-1], g * g)",
        {"g": (), "W": ("H", "I")},
    ),
    "a function of a matrix": ("s[t] = tanh(tanh(W * g) @ x[t] + U @ (r * s[t-1]))", {
        "g": (), "W": ("H", "I"), "U": ("H", "H"), "r": ("H",),
    }),
    "softmax in the middle": ("a[t] = softmax(W @ x[t] - s[t-1])\ns[t] = a[t] * (1 - a[t]) + softmax(a[t])", {
        "W": ("H", "I"),
    }),
    "concat of sums": (
        "s[t] = softplus(W @ x[t] - b * s[t-1])\ny[t] = concat(-x[t], s[t] * s[t-1] + b) - concat(x[t], b)",
        {"W": ("H", "I"), "b": ("H",)},
    ),
    "a row of a square table": ("s[t] = softsign(row(E, x[t]) + U @ s[t-1])", {"E": ("I", "H"), "U": ("H", "H")}),
}  # fmt: skip
SIZES = {"I": 3, "H": 2}


def shaped(shape: tuple[str, ...], sizes: dict[str, int]) -> tuple[int, ...]:
    return tuple(sizes[size] for size in shape)


def odd_network(name: str, sizes: dict[str, int]) -> Network:
    """One layer of an odd cell; its numbers are none of them special."""
    equations, shapes = ODD[name]
    declared = "".join(f"{key} = [{', '.join(map(repr, shape))}]\n" for key, shape in shapes.items())
    state = '[state]\ns = ["H"]\n' if "H" in str(shapes) else ""
    out = "" if "y[t] =" in equations else "y[t] = s[t]\n"
    cell = Cell.parse(f"equations = '''\n{equations}\n{out}'''\n[parameters]\n{declared}{state}", "odd")
    draw = np.random.default_rng(3)
    values = {key: np.abs(draw.normal(0.3, 0.5, shaped(shape, sizes))) for key, shape in shapes.items()}
    return Network([Layer(cell, values)])
