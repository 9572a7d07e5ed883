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
    "layer normalization": (
        "a[t] = W @ x[t] + U @ s[t-1]\ns[t] = tanh(layernorm(a[t]) * g + b)",
        {"W": ("H", "I"), "U": ("H", "H"), "g": ("H",), "b": ("H",)},
    ),
    "layer normalization by hand": (
        "a[t] = W @ x[t] + s[t-1]\nm[t] = mean(a[t])\nv[t] = mean((a[t] - m[t]) * (a[t] - m[t]))\n"
        "s[t] = (a[t] - m[t]) / sqrt(v[t] + 0.00001)",
        {"W": ("H", "I")},
    ),
    "layer normalization of a sum": (
        "s[t] = layernorm(W @ x[t] + U @ s[t-1]) - layernorm(s[t-1] * b)",
        {"W": ("H", "I"), "U": ("H", "H"), "b": ("H",)},
    ),
    "quotients": (
        "k[t] = W @ x[t]\nn[t] = -(k[t] * b / (1 + s[t-1] * s[t-1])) / g\n"
        "s[t] = n[t] / (n[t] * n[t] + 1) + (W @ x[t]) / 2 - b * (k[t] / g) - 1 / (1 + b) + s[t-1] / 3",
        {"W": ("H", "I"), "b": ("H",), "g": ()},
    ),
    "a mean of products": (
        "k[t] = mean(x[t] * x[t]) * mean(W @ x[t])\ns[t] = sqrt(b * b + s[t-1] * s[t-1]) / (k[t] * k[t] + 1)",
        {"W": ("H", "I"), "b": ("H",)},
    ),
    "on both at once": ("v[t] = concat(s[t-1], x[t])\ns[t] = tanh(W @ v[t] + b)", {"W": ("H", "H+I"), "b": ("H",)}),
    "its own output": (
        "h[t] = tanh(W @ x[t] + F @ y[t-1])\ny[t] = V @ h[t]",
        {"W": ("H", "I"), "F": ("H", "H"), "V": ("H", "H")},
    ),
    "an output read again": (
        "y[t] = tanh(W @ x[t] + F @ y[t-1])\nk[t] = y[t] * y[t]\ns[t] = k[t] + y[t] * s[t-1]",
        {"W": ("H", "I"), "F": ("H", "H")},
    ),
    "no input": ("s[t] = tanh(U @ s[t-1] + b)", {"U": ("H", "H"), "b": ("H",)}),
    "a row of a square table": ("s[t] = softsign(row(E, x[t]) + U @ s[t-1])", {"E": ("I", "H"), "U": ("H", "H")}),
}  # fmt: skip
SIZES = {"I": 3, "H": 2}


def shaped(shape: tuple[str, ...], sizes: dict[str, int]) -> tuple[int, ...]:
    return tuple(sum(sizes[letter] for letter in size.split("+")) for size in shape)


def odd_network(name: str, sizes: dict[str, int]) -> Network:
    """One layer of an odd cell; its numbers are none of them special."""
    equations, shapes = ODD[name]
    declared = "".join(f"{key} = [{', '.join(map(repr, shape))}]\n" for key, shape in shapes.items())
    states = [name for name in ("s", "h", "y") if f"{name}[t-1]" in equations or name == "s"]
    state = "".join(f'{name} = ["H"]\n' for name in states if f"{name}[t] =" in equations)
    state = f"[state]\n{state}" if "H" in str(shapes) else ""
    state += "" if "x[t]" in equations else "[input]\n"
    out = "" if "y[t] =" in equations else "y[t] = s[t]\n"
    cell = Cell.parse(f"equations = '''\n{equations}\n{out}'''\n[parameters]\n{declared}{state}", "odd")
    draw = np.random.default_rng(3)
    values = {key: np.abs(draw.normal(0.3, 0.5, shaped(shape, sizes))) for key, shape in shapes.items()}
    return Network([Layer(cell, values)])
