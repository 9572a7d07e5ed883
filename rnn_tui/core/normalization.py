"""Layer normalization and what it is made of: mean, variance and square root; each with its vector-Jacobian product.

All take one vector (H,), or many (n, H).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
EPSILON = 1e-5
"""What `layernorm` adds to the variance, as torch.nn.LayerNorm does."""


def mean(v: Array) -> Array:
    """The mean of a vector's numbers: a single number, or of many vectors (n, H) one number each, (n, 1)."""
    result: Array = np.mean(v, axis=-1, keepdims=v.ndim > 1)
    return result


def square_root(z: Array) -> Array:
    """sqrt(z), number by number; what is below zero is not-a-number."""
    with np.errstate(invalid="ignore"):
        result: Array = np.sqrt(z)
    return result


def spread(v: Array) -> Array:
    """sqrt(variance + `EPSILON`) of a vector, as (1,); of many, as (n, 1). The variance is that of a population."""
    centred = v - np.mean(v, axis=-1, keepdims=True)
    variance = np.mean(centred * centred, axis=-1, keepdims=True)
    result: Array = np.sqrt(variance + v.dtype.type(EPSILON))
    return result


def layernorm(v: Array) -> Array:
    """(v - mean) / sqrt(variance + `EPSILON`) (Ba et al. 2016; torch.nn.LayerNorm without weights)."""
    result: Array = (v - np.mean(v, axis=-1, keepdims=True)) / spread(v)
    return result


def by_averaged(d: Array, result: Array, v: Array) -> Array:
    """Of a mean by its vector: each number has the same share."""
    return np.broadcast_to(d / v.shape[-1], v.shape)


def by_normalized(d: Array, result: Array, v: Array) -> Array:
    """Of `layernorm` by its vector: (d - mean(d) - y * mean(d * y)) / sqrt(variance + `EPSILON`), for the mean and the
    variance are of all numbers."""
    y = layernorm(v)
    shared = np.mean(d, axis=-1, keepdims=True) + y * np.mean(d * y, axis=-1, keepdims=True)
    found: Array = (d - shared) / spread(v)
    return found
