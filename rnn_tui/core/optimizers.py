"""Optimizers: from parameters and gradients to the parameters after an update; what they remember is handed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Parameters = tuple[Mapping[str, Array], ...]
"""For every layer name to array."""

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
"""Of Adam, as Kingma and Ba suggest."""
OPTIMIZERS = ("sgd", "adam")


@dataclass(frozen=True, eq=False)
class Memory:
    """What an optimizer remembers.

    Attributes:
        count: updates so far.
        first: velocity of sgd with momentum, first moment of Adam; empty before the first update.
        second: second moment of Adam.
    """

    count: int = 0
    first: Parameters = ()
    second: Parameters = ()


@dataclass(frozen=True)
class Optimizer:
    """How parameters follow their gradients.

    Attributes:
        name: ``sgd``: p - rate * v with v = momentum * v + g (torch.optim.SGD); ``adam`` (Kingma and Ba 2015).
        rate: the step.
        momentum: of sgd, 0 for none.
        clip: the largest norm of all gradients together, 0 for any; larger ones are scaled down to it (Pascanu et al.
            2013; torch.nn.utils.clip_grad_norm_).
    """

    name: str = "sgd"
    rate: float = 0.1
    momentum: float = 0.0
    clip: float = 0.0

    def updated(self, parameters: Parameters, gradients: Parameters, memory: Memory) -> tuple[Parameters, Memory]:
        """The parameters after an update, and what to remember for the next."""
        gradients = self.clipped(gradients)
        if self.name == "sgd":
            velocity = gradients
            if self.momentum and memory.first:
                velocity = _each(lambda v, g: self.momentum * v + g, memory.first, gradients)
            after = _each(lambda p, v: p - self.rate * v, parameters, velocity)
            return after, Memory(memory.count + 1, velocity if self.momentum else ())
        count = memory.count + 1
        zeros = _each(np.zeros_like, gradients)
        first = _each(lambda m, g: BETA1 * m + (1 - BETA1) * g, memory.first or zeros, gradients)
        second = _each(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, memory.second or zeros, gradients)
        one, two = 1 - BETA1**count, 1 - BETA2**count
        after = _each(
            lambda p, m, v: p - self.rate * (m / one) / (np.sqrt(v / two) + EPSILON), parameters, first, second
        )
        return after, Memory(count, first, second)

    def clipped(self, gradients: Parameters) -> Parameters:
        """The gradients, scaled down if their norm is above `clip`."""
        if not self.clip:
            return gradients
        factor = self.clip / (norm(gradients) + 1e-6)
        return _each(lambda g: g * factor, gradients) if factor < 1 else gradients


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
