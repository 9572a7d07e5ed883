"""Central differences of a total loss, the oracle of gradients.

The differences are of a total loss written out here, in float64, with the four-point formula

    dL/dp = (8 (L(p + h) - L(p - h)) - (L(p + 2 h) - L(p - 2 h))) / 12 h,  h = 1e-3,

whose own error is of the order of h^4 and of rounding / h, 1e-12 both. Equal is |a - b| <= 1e-6 max(|a|, |b|) + 1e-10:
a millionth of the number itself, and 1e-10 for those that are nearly nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from oracles import Array

from rnn_tui import Gradients, Network, Sequence, gradients
from rnn_tui.core.backward import trace_of
from rnn_tui.core.initial_state import State
from rnn_tui.core.window import run_window

STEP, RELATIVE, ABSOLUTE = 1e-3, 1e-6, 1e-10
States = tuple[State, ...]


def near(found: Array, wanted: Array, what: str) -> None:
    """Equal by the rule above."""
    assert found.shape == wanted.shape, what
    allowed = RELATIVE * np.maximum(np.abs(found), np.abs(wanted)) + ABSOLUTE
    assert (np.abs(found - wanted) <= allowed).all(), f"{what}: {found} is not {wanted}"


def slopes(total: Callable[[Array], float], array: Array) -> Array:
    """The derivative of a total by every number of an array."""
    found = np.zeros(array.shape)
    for place in np.ndindex(array.shape):
        values = []
        for steps in (1, -1, 2, -2):
            moved = np.array(array)
            moved[place] += steps * STEP
            values.append(total(moved))
        found[place] = (8 * (values[0] - values[1]) - (values[2] - values[3])) / (12 * STEP)
    return found


def slope(total: Callable[[Array], float], array: Array, direction: Array) -> Array:
    """The derivative of a total where all numbers of an array move at once, in a direction."""
    return slopes(lambda far: total(np.asarray(array + far * direction)), np.zeros(()))


FORMULAS: dict[str, Callable[[Array, Array], float]] = {
    "sse": lambda y, target: float(np.sum((y - target) ** 2)),
    "mse": lambda y, target: float(np.sum(np.mean((y - target) ** 2, axis=1))),
    "cross-entropy": lambda y, target: float(-np.sum(target * np.log(y))),
}


def number(draw: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """A parameter; a single number is above 0, as a bound must be."""
    array = np.asarray(draw.normal(0, 0.7, shape))
    return array if shape else np.asarray(np.abs(array))


class Problem:
    """A network of random numbers, none of them special, with something to read and something to be."""

    def __init__(self, network: Network, steps: int, seed: int, loss: str) -> None:
        draw = np.random.default_rng(seed)
        parameters = [{k: number(draw, v.shape) for k, v in la.parameters.items()} for la in network.layers]
        self.network, self.loss = network.with_parameters(parameters), loss
        width = network.layers[0].input_size or 2
        self.x = draw.normal(0, 1, (steps, width))
        if "row" in (i.operation.name for i in trace_of(network.layers[0].cell).instructions):
            self.x = np.eye(width)[draw.integers(width, size=steps)]
        sizes = [layer.state_sizes(own) for layer, own in zip(network.layers, network.sizes(width), strict=True)]
        self.before: States = tuple({k: draw.normal(0, 0.7, n) for k, n in own.items()} for own in sizes)
        outputs = self.y().shape[1]
        self.targets = draw.normal(0, 1, (steps, outputs))
        if loss == "cross-entropy":
            self.targets = draw.dirichlet(np.ones(outputs), steps)
        if steps > 2:
            self.targets[1] = np.nan  # a timestep without a target

    def y(self, network: Network | None = None, x: Array | None = None, before: States | None = None) -> Array:
        return run_window(network or self.network, self.x if x is None else x, 1, before or self.before).y

    def total(self, network: Network | None = None, x: Array | None = None, before: States | None = None) -> float:
        there = ~np.isnan(self.targets[:, 0])
        return FORMULAS[self.loss](self.y(network, x, before)[there], self.targets[there])

    def gradients(self) -> Gradients:
        return gradients(self.network, Sequence(self.x, self.targets), self.loss, initial_state=self.before)

    def with_array(self, layer: int, name: str, array: Array) -> Network:
        parameters = [dict(each.parameters) for each in self.network.layers]
        parameters[layer][name] = array
        return self.network.with_parameters(parameters)

    def with_state(self, layer: int, name: str, array: Array) -> States:
        return (*self.before[:layer], {**self.before[layer], name: array}, *self.before[layer + 1 :])

    def clear_of_kinks(self) -> bool:
        """Whether every relu reads a number that no step of a difference takes over zero."""
        runs = run_window(self.network, self.x, 1, self.before).runs
        sums = (
            run.named["z"]
            for run, layer in zip(runs, self.network.layers, strict=True)
            if layer.cell.name == "elman-relu"
        )
        return all(bool((np.abs(z) > 0.03).all()) for z in sums)

    def check(self, by_x: bool = True, each: bool = True) -> None:
        """The gradients by every array: of each of its numbers, or of all at once, with a random weight of its own."""
        found, draw = self.gradients(), np.random.default_rng(7)

        def same(gradient: Array, total: Callable[[Array], float], array: Array, what: str) -> None:
            if each:
                near(gradient, slopes(total, array), what)
                return
            direction = draw.uniform(0.5, 1, array.shape) * draw.choice([-1, 1], array.shape)
            direction = np.asarray(direction / np.linalg.norm(direction))
            near(np.sum(gradient * direction), slope(total, array, direction), what)

        assert found.loss == pytest.approx(self.total(), rel=1e-13)
        for index, layer in enumerate(self.network.layers):
            for name, array in layer.parameters.items():
                total = partial(self.with_one, index, name)
                same(found.parameters[index][name], total, array, f"layer {index + 1}, {name}")
            for name, array in self.before[index].items():
                total = partial(self.after_one, index, name)
                same(found.initial_state[index][name], total, array, f"layer {index + 1}, {name} before")
        if by_x:
            same(found.x, lambda a: self.total(x=a), self.x, "x")

    def with_one(self, layer: int, name: str, array: Array) -> float:
        """The total with another parameter."""
        return self.total(self.with_array(layer, name, array))

    def after_one(self, layer: int, name: str, array: Array) -> float:
        """The total after another state."""
        return self.total(before=self.with_state(layer, name, array))


def problem(cells: str, loss: str, steps: int = 4) -> Problem:
    """The first of the seeds whose numbers are clear of kinks."""
    network = Network.random(cells.split(","), 2, [(3, 2)], output_size=2)
    return next(p for p in (Problem(network, steps, seed, loss) for seed in range(1000)) if p.clear_of_kinks())
