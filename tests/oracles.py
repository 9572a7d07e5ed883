"""A framework's arrays as a network of ours, and what that network computes, laid out to be compared.

The frameworks agree on the mathematics and differ in how the gates are stacked, whether by rows or by columns, and in
what they do with two biases. `VECTORS` are their stored numbers; tests/vectors/README.md says where they come from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Sequence as Rows
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui import Cell, Layer, Network, Sequence, Simulator

Array = NDArray[Any]
Arrays = Mapping[str, Array]
HERE = Path(__file__).parent
VECTORS = HERE / "vectors"
TOLERANCE = {np.dtype(np.float64): 1e-12, np.dtype(np.float32): 2e-6}
"""How far, absolutely, a number may be from the stored one."""


def cases(path: str) -> dict[str, Any]:
    """Name to case of an index file below `VECTORS`."""
    index = json.loads((VECTORS / path).read_text("utf-8"))
    return {case["name"]: case for case in index["cases"]}


def arrays(path: str) -> dict[str, Array]:
    """The arrays of a .npz file below `VECTORS`, by name."""
    with np.load(VECTORS / path) as file:
        return {name: file[name] for name in file.files}


def cell(name: str) -> Cell:
    """The built-in cell of that name, or the one in tests/cells that only a test needs."""
    path = HERE / "cells" / f"{name}.toml"
    return Cell.named(str(path) if path.is_file() else name)


def gated(
    name: str,
    gates: str,
    weights: tuple[Array, Array],
    biases: tuple[Array, Array] | None = None,
    more: Mapping[str, Any] | None = None,
    reverse: bool = False,
) -> Layer:
    """A layer out of matrices in which the gates are stacked by rows.

    Args:
        name: the cell.
        gates: our letters for the gates in the framework's order, e.g. ``ifgo``, and - for one that the cell does not
            have; empty for a cell without gates.
        weights: on the input (gates * H, I), and on the state (gates * H, H).
        biases: beside the product with the input and beside that with the state, each (gates * H,); none are zeros.
            They are summed, but for a cell that has a c_n: there the second one stays with the candidate's U_n.
        more: parameters that are not stacked.
        reverse: backwards in time.
    """
    made, count = cell(name), len(gates) or 1
    if biases is None:
        biases = (np.zeros(len(weights[0]), weights[0].dtype),) * 2
    parameters: dict[str, Any] = dict(more or {})
    blocks = (np.split(array, count) for array in (*weights, *biases))
    suffixes = [f"_{gate}" for gate in gates] or [""]
    for suffix, w, u, b, c in zip(suffixes, *blocks, strict=True):
        if suffix == "_-":
            continue
        own = f"c{suffix}" in made.parameters
        parameters |= {f"W{suffix}": w, f"U{suffix}": u, f"b{suffix}": b if own else b + c}
        parameters |= {f"c{suffix}": c} if own else {}
    return Layer(made, parameters, reverse)


@dataclass(frozen=True)
class Run:
    """What a network made of one sequence.

    Attributes:
        outputs: (T, O), y of the last layer.
        states: for every layer with a state, part to (T, H): row t - 1 is the state at t.
        finals: the same, part to (H,): at T, or at 1 where the layer runs backwards.
    """

    outputs: Array
    states: list[dict[str, Array]]
    finals: list[dict[str, Array]]


def run(network: Network, x: Array, before: Rows[Arrays] = ()) -> Run:
    """Steps through x (T, I), from the states `before`, one mapping for every layer that has a state."""
    given = iter(before or [{} for layer in network.layers if layer.cell.recurrent])
    initial = [next(given) if layer.cell.recurrent else {} for layer in network.layers]
    assert not list(given)
    simulator = Simulator(network, Sequence(x), initial)
    steps = [simulator.step() for _ in x]
    states, finals = [], []
    for index, layer in enumerate(network.layers):
        if layer.cell.recurrent:
            parts = {part: np.stack([s.layers[index].state[part] for s in steps]) for part in layer.cell.states}
            states.append(parts)
            finals.append({part: rows[0 if layer.reverse else -1] for part, rows in parts.items()})
    return Run(np.stack([step.y for step in steps]), states, finals)


def stacked(runs: Rows[Mapping[str, Array]], part: str) -> Array:
    """One part of the state of all layers that have it: (layers, ...)."""
    return np.stack([parts[part] for parts in runs])


def agree(computed: Arrays, stored: Arrays, tolerance: float | None = None) -> None:
    """Every stored array was computed, and none other, in its type and to `TOLERANCE` unless another is given."""
    assert sorted(computed) == sorted(stored)
    for name, wanted in stored.items():
        assert computed[name].dtype == wanted.dtype, name
        assert computed[name].shape == wanted.shape, name
        most = TOLERANCE[wanted.dtype] if tolerance is None else tolerance
        np.testing.assert_allclose(computed[name], wanted, rtol=0, atol=most, err_msg=name)
