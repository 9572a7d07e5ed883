"""Three cells as loops over NumPy, in which anything can be done to any quantity at any timestep: an oracle for edits.

Nothing of the program is used: the equations are written out once more, and what is done is done where it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Arrays = Mapping[str, Array]
Hold = Callable[[str, int, Array], Array]
"""What becomes of a computed quantity: its name, t and what the equation says, to what it is."""


def as_it_is(name: str, t: int, value: Array) -> Array:
    """Nothing is done."""
    return value


def holding(name: str, value: Any, t: int | None = None, unit: int | None = None) -> Hold:
    """One quantity given a value: at every t or at one, all of it or one number, counted from 1."""

    def hold(other: str, at: int, array: Array) -> Array:
        if other != name or t not in (None, at):
            return array
        held = np.array(array)
        held[slice(None) if unit is None else unit - 1] = value
        return held

    return hold


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z))."""
    return np.asarray(1 / (1 + np.exp(-z)))


def elman(p: Arrays, x: Array, before: Arrays, hold: Hold, t: int) -> dict[str, Array]:
    """One timestep of an Elman network."""
    s = hold("s", t, np.tanh(p["W"] @ x + p["U"] @ before["s"] + p["b"]))
    return {"s": s, "y": hold("y", t, s)}


def lstm(p: Arrays, x: Array, before: Arrays, hold: Hold, t: int) -> dict[str, Array]:
    """One timestep of an LSTM."""
    s = before["s"]
    found: dict[str, Array] = {}
    for gate in "ifgo":
        z = p[f"W_{gate}"] @ x + p[f"U_{gate}"] @ s + p[f"b_{gate}"]
        found[gate] = hold(gate, t, np.tanh(z) if gate == "g" else sigmoid(z))
    c = hold("c", t, found["f"] * before["c"] + found["i"] * found["g"])
    s = hold("s", t, found["o"] * np.tanh(c))
    return {**found, "c": c, "s": s, "y": hold("y", t, s)}


def gru(p: Arrays, x: Array, before: Arrays, hold: Hold, t: int) -> dict[str, Array]:
    """One timestep of a GRU whose reset gate stands before the product."""
    s = before["s"]
    r = hold("r", t, sigmoid(p["W_r"] @ x + p["U_r"] @ s + p["b_r"]))
    z = hold("z", t, sigmoid(p["W_z"] @ x + p["U_z"] @ s + p["b_z"]))
    n = hold("n", t, np.tanh(p["W_n"] @ x + p["U_n"] @ (r * s) + p["b_n"]))
    s = hold("s", t, (1 - z) * n + z * s)
    return {"r": r, "z": z, "n": n, "s": s, "y": hold("y", t, s)}


def softmax(p: Arrays, x: Array, before: Arrays, hold: Hold, t: int) -> dict[str, Array]:
    """One timestep of a readout."""
    e = np.exp(p["W"] @ x + p["b"])
    return {"y": hold("y", t, e / e.sum())}


CELLS = {"elman": elman, "lstm": lstm, "gru": gru, "softmax": softmax}
STATES = {"elman": ("s",), "lstm": ("s", "c"), "gru": ("s",), "softmax": ()}


def by_hand(
    cell: str,
    p: Arrays,
    x: Array,
    initial: Arrays | None = None,
    hold: Hold = as_it_is,
    afresh: Collection[int] = (),
    reverse: bool = False,
) -> dict[str, Array]:
    """A layer over a sequence.

    Args:
        cell: of `CELLS`.
        p: its parameters.
        x: (T, I).
        initial: the state it begins with; zeros without.
        hold: what is done to every quantity.
        afresh: timesteps that read that state in place of the one before.
        reverse: from T to 1.

    Returns:
        Every quantity, (T, size), in the order of time; and of each state what was read, ``s_prev``.
    """
    size = len(next(p[name] for name in p if name.startswith("b")))
    start = {name: np.zeros(size, x.dtype) if initial is None else initial[name] for name in STATES[cell]}
    state, rows = start, {}
    for t in range(len(x), 0, -1) if reverse else range(1, len(x) + 1):
        state = start if t in afresh else state
        found = CELLS[cell](p, x[t - 1], state, hold, t)
        rows[t] = {**found, **{f"{name}_prev": state[name] for name in state}}
        state = {name: found[name] for name in STATES[cell]}
    return {name: np.stack([rows[t][name] for t in range(1, len(x) + 1)]) for name in rows[1]}
