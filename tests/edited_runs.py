"""What the tests of edits share: runs of random numbers, runs with edits, and all that a run computed."""

from __future__ import annotations

from typing import Any

import numpy as np
from by_hand import Array

from rnn_tui import Layer, Network, Sequence
from rnn_tui.core.cell import Cell
from rnn_tui.core.edited import edited
from rnn_tui.core.edits import Edit
from rnn_tui.core.run import Run
from rnn_tui.core.step import Step


def network(*cells: str, inputs: int = 3, hidden: int = 4, seed: int = 0, dtype: Any = np.float64) -> Network:
    """Layers of random numbers, none of them special: biases too."""
    plain = Network.random(list(cells), inputs, [hidden], seed, hidden)
    draw = np.random.default_rng(seed)
    own = [{k: draw.normal(0, 0.7, v.shape) for k, v in layer.parameters.items()} for layer in plain.layers]
    return plain.with_parameters(tuple(own)).astype(np.dtype(dtype))


def sequence(steps: int, inputs: int = 3, seed: int = 1, dtype: Any = np.float64, **more: Any) -> Sequence:
    """Random rows."""
    return Sequence(np.random.default_rng(seed).normal(0, 1, (steps, inputs)).astype(dtype), **more)


def run(*cells: str, steps: int = 6, initial: bool = True, **more: Any) -> Run:
    """A run that begins with states that are not zero."""
    net, read = network(*cells, **more), sequence(steps, more.get("inputs", 3))
    return Run(net, read, states(net, read) if initial else None)


def states(net: Network, read: Sequence) -> list[dict[str, Array]]:
    """What every layer begins with, as random as the rest."""
    draw = np.random.default_rng(2)
    sizes = [layer.state_sizes(own) for layer, own in zip(net.layers, net.sizes(read.input_size), strict=True)]
    return [{name: draw.normal(0, 0.7, size).astype(net.dtype) for name, size in own.items()} for own in sizes]


def changed(base: Run, *texts: str, nonfinite: bool = False) -> Run:
    """The run with edits."""
    return edited(base, [Edit.parse(text) for text in texts], nonfinite)


def passed(ran: Run) -> Run:
    """The run, to its end."""
    while ran.advance():
        pass
    return ran


def steps_of(ran: Run, layer: int = -1) -> list[Step]:
    """A layer at every t."""
    return [ran.walk().at(t).layers[layer] for t in range(1, len(ran) + 1)]


def rows(ran: Run, name: str, layer: int = -1) -> Array:
    """A quantity of a layer at every t, (T, size); ``s_prev`` is the state that was read."""
    plain = name.removesuffix("_prev")
    steps = steps_of(ran, layer)
    return np.stack(
        [step.state_prev[plain] if plain != name else {**step.inputs, **step.values}[name] for step in steps]
    )


def agrees(ran: Run, wanted: dict[str, Array], layer: int = -1) -> None:
    """Every quantity is the one worked out by hand, but for rounding."""
    close = 1e-12 if ran.network.dtype == np.float64 else 2e-6
    for name, array in wanted.items():
        found = rows(ran, name, layer)
        assert found.dtype == ran.network.dtype
        np.testing.assert_allclose(found, array, rtol=close, atol=close, err_msg=name)


def every_bit(ran: Run) -> list[bytes]:
    """All that a run computed and all that it read, a timestep at a time."""
    found = []
    for t in range(1, len(ran) + 1):
        layers = ran.walk().at(t).layers
        found.append(
            b"".join(
                array.tobytes()
                for step in layers
                for part in (step.inputs, step.state_prev, step.values, step.parameters)
                for array in part.values()
            )
        )
    return found


def single(cell: str, parameters: dict[str, Array], reverse: bool = False) -> Network:
    """A network of one layer."""
    return Network([Layer(Cell.named(cell), parameters, reverse)])
