"""Gradients as one writes them by hand with NumPy: the cell's own derivatives, a loop forwards and a loop back.

What needs no order of time is outside the loops: the products with x, and those that make the gradients by matrices.
Gates lie side by side, so that all of them are one product. The loss is the sum of squares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Gradients = tuple[Array, ...]
"""By W, U, b, x, and of the GRU by c."""


def sigmoid(z: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-z))
    return result


def elman(x: Array, target: Array, w: Array, u: Array, b: Array) -> Gradients:
    """s = tanh(W x + U s + b)."""
    steps, hidden = len(x), len(u)
    zx, s = x @ w.T + b, np.zeros((steps + 1, hidden), x.dtype)
    for t in range(steps):
        s[t + 1] = np.tanh(zx[t] + u @ s[t])
    dy, slope = 2 * (s[1:] - target), 1 - s[1:] * s[1:]
    dz, ds, back = np.empty_like(zx), np.zeros(hidden, x.dtype), u.T
    for t in range(steps - 1, -1, -1):
        dz[t] = d = (dy[t] + ds) * slope[t]
        ds = back @ d
    return dz.T @ x, dz.T @ s[:-1], dz.sum(0), dz @ w


def lstm(x: Array, target: Array, w: Array, u: Array, b: Array) -> Gradients:
    """Gates i, f, g, o, one under the other in W, U and b."""
    steps, hidden = len(x), u.shape[1]
    zx, one, two, three = x @ w.T + b, hidden, 2 * hidden, 3 * hidden
    s, c = np.zeros((2, steps + 1, hidden), x.dtype)
    gates, c_tanh = np.empty_like(zx), np.empty((steps, hidden), x.dtype)
    for t in range(steps):
        z = zx[t] + u @ s[t]
        gate = gates[t]
        gate[:two] = sigmoid(z[:two])
        gate[two:three] = np.tanh(z[two:three])
        gate[three:] = sigmoid(z[three:])
        c[t + 1] = gate[one:two] * c[t] + gate[:one] * gate[two:three]
        c_tanh[t] = np.tanh(c[t + 1])
        s[t + 1] = gate[three:] * c_tanh[t]
    i, f, g, o = (gates[:, k * hidden : (k + 1) * hidden] for k in range(4))
    slopes = gates * (1 - gates)
    slopes[:, two:three] = 1 - g * g
    factors = np.stack([g, c[:-1], i], axis=1) * slopes[:, :three].reshape(steps, 3, hidden)
    by_o, by_c = c_tanh * slopes[:, three:], o * (1 - c_tanh * c_tanh)
    dy, dz, back = 2 * (s[1:] - target), np.empty_like(zx), u.T
    early = dz[:, :three].reshape(steps, 3, hidden)
    ds, dc = np.zeros((2, hidden), x.dtype)
    for t in range(steps - 1, -1, -1):
        ds = dy[t] + ds
        dc = dc + ds * by_c[t]
        early[t] = dc * factors[t]
        dz[t, three:] = ds * by_o[t]
        dc = dc * f[t]
        ds = back @ dz[t]
    return dz.T @ x, dz.T @ s[:-1], dz.sum(0), dz @ w


def gru_reset_after(x: Array, target: Array, w: Array, u: Array, b: Array, c: Array) -> Gradients:
    """Gates r, z, n; c is the bias inside r * (U_n s + c)."""
    steps, hidden = len(x), u.shape[1]
    two = 2 * hidden
    zx, s = x @ w.T + b, np.zeros((steps + 1, hidden), x.dtype)
    gates, inner, n = np.empty((steps, two), x.dtype), *np.empty((2, steps, hidden), x.dtype)
    for t in range(steps):
        us = u @ s[t]
        gates[t] = rz = sigmoid(zx[t, :two] + us[:two])
        inner[t] = h = us[two:] + c
        n[t] = new = np.tanh(zx[t, two:] + rz[:hidden] * h)
        s[t + 1] = new + rz[hidden:] * (s[t] - new)
    r, z = gates[:, :hidden], gates[:, hidden:]
    by_n = (1 - z) * (1 - n * n)
    factors = np.stack([by_n * inner * r * (1 - r), (s[:-1] - n) * z * (1 - z), by_n * r], axis=1)
    dy, du, back = 2 * (s[1:] - target), np.empty_like(zx), u.T
    three, whole = du.reshape(steps, 3, hidden), np.empty_like(n)
    ds = np.zeros(hidden, x.dtype)
    for t in range(steps - 1, -1, -1):
        whole[t] = ds = dy[t] + ds
        three[t] = ds * factors[t]
        ds = ds * z[t] + back @ du[t]
    dw = du.copy()
    dw[:, two:] = whole * by_n
    return dw.T @ x, du.T @ s[:-1], dw.sum(0), dw @ w, du[:, two:].sum(0)


CELLS: dict[str, Callable[..., Gradients]] = {"elman": elman, "lstm": lstm, "gru-reset-after": gru_reset_after}


def learn_every_t(cell: str, x: Array, target: Array, parameters: tuple[Array, ...], rate: float) -> Iterator[float]:
    """Learns after every timestep with the same derivatives; the loss of each timestep."""
    step = STEPS[cell]
    hidden = parameters[1].shape[1]
    state: tuple[Array, ...] = (np.zeros(hidden, x.dtype), np.zeros(hidden, x.dtype))
    for t in range(len(x)):
        loss, gradients, state = step(x[t], target[t], state, *parameters)
        parameters = tuple(p - rate * g for p, g in zip(parameters, gradients, strict=True))
        yield loss


Step = tuple[float, Gradients, tuple[Array, ...]]


def _elman_step(x: Array, target: Array, state: tuple[Array, ...], w: Array, u: Array, b: Array) -> Step:
    before, none = state
    s = np.tanh(w @ x + u @ before + b)
    error = s - target
    dz = 2 * error * (1 - s * s)
    return float(error @ error), (np.outer(dz, x), np.outer(dz, before), dz), (s, none)


def _lstm_step(x: Array, target: Array, state: tuple[Array, ...], w: Array, u: Array, b: Array) -> Step:
    (before, c_before), h = state, len(state[0])
    z = w @ x + u @ before + b
    early, g, o = sigmoid(z[: 2 * h]), np.tanh(z[2 * h : 3 * h]), sigmoid(z[3 * h :])
    i, f = early[:h], early[h:]
    c = f * c_before + i * g
    c_tanh = np.tanh(c)
    s = o * c_tanh
    error = s - target
    ds = 2 * error
    dc = ds * o * (1 - c_tanh * c_tanh)
    dz = np.concatenate(
        [dc * g * i * (1 - i), dc * c_before * f * (1 - f), dc * i * (1 - g * g), ds * c_tanh * o * (1 - o)]
    )
    return float(error @ error), (np.outer(dz, x), np.outer(dz, before), dz), (s, c)


def _gru_step(x: Array, target: Array, state: tuple[Array, ...], w: Array, u: Array, b: Array, c: Array) -> Step:
    (before, none), h = state, len(state[0])
    zx, us = w @ x + b, u @ before
    rz, inner = sigmoid(zx[: 2 * h] + us[: 2 * h]), us[2 * h :] + c
    r, z = rz[:h], rz[h:]
    n = np.tanh(zx[2 * h :] + r * inner)
    s = (1 - z) * n + z * before
    error = s - target
    ds = 2 * error
    dn = ds * (1 - z) * (1 - n * n)
    dz, dr = ds * (before - n) * z * (1 - z), dn * inner * r * (1 - r)
    dw, du = np.concatenate([dr, dz, dn]), np.concatenate([dr, dz, dn * r])
    return float(error @ error), (np.outer(dw, x), np.outer(du, before), dw, du[2 * h :]), (s, none)


STEPS: dict[str, Callable[..., Step]] = {"elman": _elman_step, "lstm": _lstm_step, "gru-reset-after": _gru_step}
