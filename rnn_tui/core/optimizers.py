"""Optimizers: from parameters and gradients to the parameters after an update; what they remember is handed on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
        first, second = (
            tuple({name: array.copy() for name, array in layer.items()} for layer in moments)
            for moments in (self.first, self.second)
        )
        return Memory(self.count, first, second)


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

    def updated(
        self, parameters: Parameters, gradients: Parameters, memory: Memory, over: Update | None = None
    ) -> Update:
        """The parameters after an update, and what to remember for the next.

        Args:
            parameters, gradients: for every layer name to array.
            memory: of the update before.
            over: an earlier update that is of no more use: its arrays are written over.
        """
        factor, count = self._factor(gradients), memory.count + 1
        after, spare = (_like(parameters), Memory()) if over is None else over
        first = spare.first or (_like(parameters) if self._remembers[0] else ())
        second = spare.second or (_like(parameters) if self._remembers[1] else ())
        with np.errstate(all="ignore"):
            for index, layer in enumerate(parameters):
                for name, p in layer.items():
                    m, v = _of(memory.first, index, name), _of(memory.second, index, name)
                    room = _of(first, index, name), _of(second, index, name)
                    for part in _parts(p):
                        held = (p[part], gradients[index][name][part], _in(m, part), _in(v, part))
                        step, *moments = self._step(count, factor, *held)
                        np.subtract(p[part], step, out=after[index][name][part])
                        for array, made in zip(room, moments, strict=True):
                            if array is not None:
                                array[part] = made
        return after, Memory(count, first, second)

    @property
    def _remembers(self) -> tuple[bool, bool]:
        """Whether it keeps first moments, and second ones."""
        return self.name == "adam" or (self.name == "sgd" and self.momentum > 0), self.name != "sgd"

    def _step(self, count: int, factor: float, p: Array, g: Array, first: Array | None, second: Array | None) -> Step:
        """What is taken from the parameters, and the moments."""
        g = self._held(g, factor)
        if self.weight_decay:
            g = g + self.weight_decay * p
        step, first, second = RULES[self.name](self, count, g, first, second)
        return self.rate * step, first, second

    def clipped(self, gradients: Parameters) -> Parameters:
        """The gradients, every number within `clip_value`, scaled down if their norm is above `clip`."""
        factor = self._factor(gradients)
        if factor == 1 and not self.clip_value:
            return gradients
        return tuple({name: np.asarray(self._held(g, factor)) for name, g in layer.items()} for layer in gradients)

    def _factor(self, gradients: Parameters) -> float:
        """What all gradients are scaled by."""
        if not self.clip:
            return 1.0
        within = tuple({name: self._held(g, 1.0) for name, g in layer.items()} for layer in gradients)
        return min(self.clip / (norm(within) + 1e-6), 1.0)

    def _held(self, gradient: Array, factor: float) -> Array:
        """A gradient within `clip_value`, scaled."""
        if self.clip_value:
            gradient = np.clip(gradient, -self.clip_value, self.clip_value)
        return gradient if factor == 1 else gradient * factor


Update = tuple[Parameters, Memory]
"""The parameters after an update, and what is remembered of the gradients."""
Step = tuple[Array, Array | None, Array | None]
"""The direction of an update, and the first and the second moment; None where there is none."""
PART = 2**14
"""Numbers of a vector that are worked out at a time: with what they are made of they stay near the processor."""
WHOLE = (...,)


def _sgd(optimizer: Optimizer, count: int, g: Array, first: Array | None, second: Array | None) -> Step:
    if not optimizer.momentum:
        return g, None, None
    velocity = g if first is None else optimizer.momentum * first + g
    return velocity, velocity, None


def _adam(optimizer: Optimizer, count: int, g: Array, first: Array | None, second: Array | None) -> Step:
    first = BETA1 * (0 if first is None else first) + (1 - BETA1) * g
    second = BETA2 * (0 if second is None else second) + (1 - BETA2) * g * g
    one, two = 1 - BETA1**count, 1 - BETA2**count
    return (first / one) / (np.sqrt(second / two) + EPSILON), first, second


def _rmsprop(optimizer: Optimizer, count: int, g: Array, first: Array | None, second: Array | None) -> Step:
    second = ALPHA * (0 if second is None else second) + (1 - ALPHA) * g * g
    return g / (np.sqrt(second) + EPSILON), None, second


def _adagrad(optimizer: Optimizer, count: int, g: Array, first: Array | None, second: Array | None) -> Step:
    second = (0 if second is None else second) + g * g
    return g / (np.sqrt(second) + ADAGRAD_EPSILON), None, second


RULES: dict[str, Callable[[Optimizer, int, Array, Array | None, Array | None], Step]] = {
    "sgd": _sgd,
    "adam": _adam,
    "rmsprop": _rmsprop,
    "adagrad": _adagrad,
}


def norm(gradients: Parameters) -> float:
    """The Euclidean norm of all gradients together."""
    flat = [array.reshape(-1) for layer in gradients for array in layer.values()]
    with np.errstate(all="ignore"):
        return math.sqrt(sum([float(each.dot(each)) for each in flat]))


def _like(parameters: Parameters) -> Parameters:
    """Room for as many numbers."""
    return tuple({name: np.empty_like(array) for name, array in layer.items()} for layer in parameters)


def _of(moments: Parameters, index: int, name: str) -> Array | None:
    return moments[index][name] if moments else None


def _in(array: Array | None, part: Any) -> Array | None:
    return None if array is None else array[part]


def _parts(array: Array) -> Sequence[Any]:
    """A long vector in parts; anything else as a whole."""
    if array.ndim != 1 or array.size <= PART:
        return WHOLE
    return [slice(begin, begin + PART) for begin in range(0, array.size, PART)]
