"""What is made of all numbers of a vector: softmax, mean, layer normalization; each with its vector-Jacobian product.

All take one vector (H,), or many (n, H).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
EPSILON = 1e-5
"""What `layernorm` adds to the variance, as torch.nn.LayerNorm does."""


def softmax(z: Array) -> Array:
    """exp(z) / sum(exp(z)) over the last axis, shifted by its maximum (Goodfellow et al. 2016, section 4.1)."""
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    result: Array = e / np.sum(e, axis=-1, keepdims=True)
    return result


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


def by_numbers(d: Array, result: Array, v: Array) -> Array:
    """Of a mean: each number has the same share."""
    return np.broadcast_to(d / v.shape[-1], np.broadcast_shapes(np.shape(d), v.shape))


def by_normalized(d: Array, result: Array, v: Array) -> Array:
    """Of `layernorm`: (d - mean(d) - y * mean(d * y)) / sqrt(variance + `EPSILON`), y being the result, made anew."""
    y = layernorm(v)
    shared = np.mean(d, axis=-1, keepdims=True) + y * np.mean(d * y, axis=-1, keepdims=True)
    back: Array = (d - shared) / spread(v)
    return back


def by_logits(d: Array, y: Array, z: Array) -> Array:
    """Of softmax: every y is moved by every z (Goodfellow et al. 2016, section 6.2.2.3)."""
    back: Array = y * (d - np.sum(d * y, axis=-1, keepdims=True))
    return back
