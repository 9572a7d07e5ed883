"""Optimizers: from parameters and gradients to the parameters after an update; what they remember is handed on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass

Array = NDArray[Any]
Parameters = tuple[Mapping[str, Array], ...]
"""For every layer name to array."""

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
"""Of Adam, as Kingma and Ba suggest."""
ALPHA, ADAGRAD_EPSILON = 0.99, 1e-10
"""Of RMSprop and of Adagrad, as torch.optim has them."""
OPTIMIZERS = ("sgd", "adam", "rmsprop", "adagrad")


@dataclass(frozen=True, eq=False)
class Memory:
    """What an optimizer remembers.

    Attributes:
        count: updates so far.
        first: velocity of sgd with momentum, first moment of Adam; empty before the first update.
        second: second moment of Adam and RMSprop; of Adagrad the sum of all squares.
    """

    count: int = 0
    first: Parameters = ()
    second: Parameters = ()

    def copy(self) -> Memory:
        """The same, in arrays of its own."""
        return Memory(self.count, _copied(self.first), _copied(self.second))


@dataclass(frozen=True)
class Optimizer:
    """How parameters follow their gradients.

    Attributes:
        name: ``sgd``: p - rate * v with v = momentum * v + g (torch.optim.SGD); ``adam`` (Kingma and Ba 2015);
            ``rmsprop``: p - rate * g / (sqrt(v) + 1e-8) with v = 0.99 v + 0.01 g * g (Hinton's lecture 6e as
            torch.optim.RMSprop has it); ``adagrad``: p - rate * g / (sqrt(v) + 1e-10) with v = v + g * g (Duchi et al.
            2011; torch.optim.Adagrad).
        rate: the step.
        momentum: of sgd, 0 for none.
        clip: the largest norm of all gradients together, 0 for any; larger ones are scaled down to it (Pascanu et al.
            2013; torch.nn.utils.clip_grad_norm_).
        clip_value: the largest amount of every number of a gradient, 0 for any (torch.nn.utils.clip_grad_value_).
        weight_decay: times every parameter, added to its gradient after clipping, 0 for none (as torch.optim has it).
    """

    name: str = "sgd"
    rate: float = 0.1
    momentum: float = 0.0
    clip: float = 0.0
    clip_value: float = 0.0
    weight_decay: float = 0.0

    def update(self, parameters: Parameters, gradients: Parameters, memory: Memory) -> tuple[Memory, float]:
        """Updates parameters where they stand, and what is remembered, which is what to hand to the next update.

        Returns:
            that, and the Euclidean norm of all gradients together, before clipping; infinite where their squares are.
        """
        first, second = memory.first, memory.second
        if not memory.count:
            velocity = self.name == "adam" or (self.name == "sgd" and self.momentum > 0)
            first, second = (_zeros(parameters) if kept else () for kept in (velocity, self.name != "sgd"))
        rule, count = RULES[self.name], memory.count + 1
        with np.errstate(all="ignore"):
            factor, squares = self._factor(gradients) if self.clip else 1.0, 0.0
            for index, layer in enumerate(parameters):
                for name, whole in layer.items():
                    for part in _parts(whole):
                        p, raw = whole[part], gradients[index][name][part]
                        squares += _square(raw)
                        g = self._held(raw, factor)
                        if self.weight_decay:
                            g = g + self.weight_decay * p
                        m, v = (moment[index][name][part] if moment else g for moment in (first, second))
                        np.subtract(p, self.rate * rule(self, count, g, m, v), out=p)
        return Memory(count, first, second), math.sqrt(squares)

    def _factor(self, gradients: Parameters) -> float:
        """What all gradients are scaled by."""
        within = tuple({name: self._held(g, 1.0) for name, g in layer.items()} for layer in gradients)
        return min(self.clip / (norm(within) + 1e-6), 1.0)

    def _held(self, gradient: Array, factor: float) -> Array:
        """A gradient within `clip_value`, scaled."""
        if self.clip_value:
            gradient = np.clip(gradient, -self.clip_value, self.clip_value)
        return gradient if factor == 1 else gradient * factor


PART = 2**14
"""Numbers of a vector that are worked out at a time: with what they are made of they stay near the processor."""
WHOLE = (...,)


def _sgd(optimizer: Optimizer, count: int, g: Array, velocity: Array, none: Array) -> Array:
    if not optimizer.momentum:
        return g
    velocity *= optimizer.momentum
    velocity += g
    return velocity


def _adam(optimizer: Optimizer, count: int, g: Array, first: Array, second: Array) -> Array:
    first *= BETA1
    first += (1 - BETA1) * g
    second *= BETA2
    second += (1 - BETA2) * g * g
    one, two = 1 - BETA1**count, 1 - BETA2**count
    return np.asarray((first / one) / (np.sqrt(second / two) + EPSILON))


def _rmsprop(optimizer: Optimizer, count: int, g: Array, none: Array, second: Array) -> Array:
    second *= ALPHA
    second += (1 - ALPHA) * g * g
    return np.asarray(g / (np.sqrt(second) + EPSILON))


def _adagrad(optimizer: Optimizer, count: int, g: Array, none: Array, second: Array) -> Array:
    second += g * g
    return np.asarray(g / (np.sqrt(second) + ADAGRAD_EPSILON))


RULES: dict[str, Callable[[Optimizer, int, Array, Array, Array], Array]] = {
    "sgd": _sgd,
    "adam": _adam,
    "rmsprop": _rmsprop,
    "adagrad": _adagrad,
}
"""Each gives the direction of an update, which of so many is made, from a gradient and the moments, and moves those."""


def norm(gradients: Parameters) -> float:
    """The Euclidean norm of all gradients together; infinite where their squares are."""
    return math.sqrt(sum([_square(array) for layer in gradients for array in layer.values()]))


def _square(array: Array) -> float:
    """The sum of the squares of all its numbers."""
    flat = array.reshape(-1)
    return float(flat.dot(flat))


def _copied(parameters: Parameters) -> Parameters:
    return tuple({name: np.array(array) for name, array in layer.items()} for layer in parameters)


def _zeros(parameters: Parameters) -> Parameters:
    return tuple({name: np.zeros_like(array) for name, array in layer.items()} for layer in parameters)


def _parts(array: Array) -> Sequence[Any]:
    """A long vector in parts; anything else as a whole."""
    if array.ndim != 1 or array.size <= PART:
        return WHOLE
    return [slice(begin, begin + PART) for begin in range(0, array.size, PART)]
