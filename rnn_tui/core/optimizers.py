"""Optimizers: from parameters and gradients to the parameters after an update; what they remember is handed on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

    def updated(self, parameters: Parameters, gradients: Parameters, memory: Memory) -> tuple[Parameters, Memory]:
        """The parameters after an update, and what to remember for the next."""
        gradients = self.clipped(gradients)
        if self.weight_decay:
            gradients = _each(lambda g, p: g + self.weight_decay * p, gradients, parameters)
        moments, count = RULES[self.name](self, gradients, memory), memory.count + 1
        after = _each(lambda p, step: p - self.rate * step, parameters, moments.step)
        return after, Memory(count, moments.first, moments.second)

    def clipped(self, gradients: Parameters) -> Parameters:
        """The gradients, every number within `clip_value`, scaled down if their norm is above `clip`."""
        if self.clip_value:
            gradients = _each(lambda g: np.clip(g, -self.clip_value, self.clip_value), gradients)
        if not self.clip:
            return gradients
        factor = self.clip / (norm(gradients) + 1e-6)
        return _each(lambda g: g * factor, gradients) if factor < 1 else gradients


@dataclass(frozen=True, eq=False)
class Moments:
    """What an update goes by: its direction, and what is remembered of the gradients."""

    step: Parameters
    first: Parameters = ()
    second: Parameters = ()


def _sgd(optimizer: Optimizer, gradients: Parameters, memory: Memory) -> Moments:
    if not optimizer.momentum:
        return Moments(gradients)
    velocity = gradients
    if memory.first:
        velocity = _each(lambda v, g: optimizer.momentum * v + g, memory.first, gradients)
    return Moments(velocity, velocity)


def _adam(optimizer: Optimizer, gradients: Parameters, memory: Memory) -> Moments:
    count, zeros = memory.count + 1, _each(np.zeros_like, gradients)
    first = _each(lambda m, g: BETA1 * m + (1 - BETA1) * g, memory.first or zeros, gradients)
    second = _each(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, memory.second or zeros, gradients)
    one, two = 1 - BETA1**count, 1 - BETA2**count
    return Moments(_each(lambda m, v: (m / one) / (np.sqrt(v / two) + EPSILON), first, second), first, second)


def _rmsprop(optimizer: Optimizer, gradients: Parameters, memory: Memory) -> Moments:
    before = memory.second or _each(np.zeros_like, gradients)
    second = _each(lambda v, g: ALPHA * v + (1 - ALPHA) * g * g, before, gradients)
    return Moments(_each(lambda g, v: g / (np.sqrt(v) + EPSILON), gradients, second), (), second)


def _adagrad(optimizer: Optimizer, gradients: Parameters, memory: Memory) -> Moments:
    before = memory.second or _each(np.zeros_like, gradients)
    second = _each(lambda v, g: v + g * g, before, gradients)
    return Moments(_each(lambda g, v: g / (np.sqrt(v) + ADAGRAD_EPSILON), gradients, second), (), second)


RULES: dict[str, Callable[[Optimizer, Parameters, Memory], Moments]] = {
    "sgd": _sgd,
    "adam": _adam,
    "rmsprop": _rmsprop,
    "adagrad": _adagrad,
}


def norm(gradients: Parameters) -> float:
    """The Euclidean norm of all gradients together."""
    with np.errstate(all="ignore"):
        return float(np.sqrt(sum(float(np.sum(np.square(g))) for layer in gradients for g in layer.values())))


def _each(function: Any, *many: Parameters) -> Parameters:
    """A function of arrays, for every layer and name."""

    def of(*arrays: Array) -> Array:
        result: Array = function(*map(np.atleast_1d, arrays))  # NumPy 1 makes a single float32 a float64
        return result.reshape(arrays[0].shape)

    with np.errstate(all="ignore"):
        return tuple(
            {name: of(*(layer[name] for layer in layers)) for name in layers[0]} for layers in zip(*many, strict=True)
        )
