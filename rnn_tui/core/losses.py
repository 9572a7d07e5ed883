"""Losses of a sequence of outputs against targets, and their gradients."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.errors import InputError
from rnn_tui.core.network import Network
from rnn_tui.core.one_hot import known_rows
from rnn_tui.core.sequence import Sequence

Array = NDArray[Any]
SUM_TOLERANCE = 1e-3
"""How far the sum of a distribution may be from 1."""


class LossError(InputError):
    """Targets that a loss cannot be computed against."""


def sse(y: Array, target: Array) -> tuple[Array, Array]:
    """The sum of squares, unhalved: sum (y - target)^2; its gradient by y is 2 (y - target)."""
    difference = y - target
    losses = (difference * difference).sum(axis=-1)
    difference *= 2
    return losses, difference


def half_sse(y: Array, target: Array) -> tuple[Array, Array]:
    """Half the sum of squares, sum (y - target)^2 / 2 (Bishop 2006, equation 5.11); its gradient by y is y - target."""
    difference = y - target
    return (difference * difference).sum(axis=-1) / 2, difference


def mse(y: Array, target: Array) -> tuple[Array, Array]:
    """The mean of squares over the outputs of a timestep (torch.nn.MSELoss over a vector)."""
    difference = y - target
    return (difference * difference).mean(axis=-1), 2 * difference / y.shape[-1]


def cross_entropy(y: Array, target: Array) -> tuple[Array, Array]:
    """- sum target log y, y being a distribution (Goodfellow et al. 2016, section 6.2.2); by y: - target / y."""
    return _surprise(np.log(y), target), np.where(target > 0, -target / y, 0)


def cross_entropy_of_logits(z: Array, y: Array, target: Array) -> tuple[Array, Array]:
    """The same for y = softmax(z), from z, so that it stays finite where y is 0; its gradient by z is y - target.

    log softmax(z) = z - largest z - log sum exp(z - largest z) (Goodfellow et al. 2016, section 4.1 and 6.2.2.3;
    torch.nn.CrossEntropyLoss takes z). A target that does not quite sum to 1 scales y by its sum.
    """
    shifted = z - np.max(z, axis=-1, keepdims=True)
    logs = shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))
    return _surprise(logs, target), y * np.sum(target, axis=-1, keepdims=True) - target


def _surprise(logs: Array, target: Array) -> Array:
    """- sum target * log y; what is not expected does not count."""
    parts: Array = np.where(target > 0, target * -logs, 0).sum(axis=-1)
    return parts


LOSSES: dict[str, Callable[[Array, Array], tuple[Array, Array]]] = {
    "sse": sse,
    "half-sse": half_sse,
    "mse": mse,
    "cross-entropy": cross_entropy,
}
"""Each takes y and target, (n, O), and gives the loss of each timestep, (n,), and its gradient by y, (n, O)."""


REDUCTIONS = ("sum", "mean")
"""What the losses of the timesteps of a window come to: their sum, or their mean over those that have a target."""


def divisor(reduction: str, target: Array) -> float:
    """What the loss of every timestep of a window, and its gradient, is divided by.

    Args:
        reduction: one of `REDUCTIONS`.
        target: (n, O), NaN in rows without a target.
    """
    return float(known_rows(target).sum() or 1) if reduction == "mean" else 1.0


def shared(amounts: Array, divisor: float) -> Array:
    """Amounts of timesteps, each divided."""
    return amounts if divisor == 1 else np.asarray(amounts / amounts.dtype.type(divisor))


def default_loss(network: Network) -> str:
    """``cross-entropy`` where the network ends in a distribution, else ``sse``."""
    return "cross-entropy" if network.layers[-1].cell.distribution else "sse"


def targets_for(sequence: Sequence, network: Network, loss: str) -> Array:
    """The targets as rows of O numbers; a row of NaN is a timestep without one.

    A single column of class numbers (from 0) becomes distributions where the loss is cross-entropy and y has more than
    one number.

    Raises:
        LossError: no targets, targets of another width, or class numbers that y has no place for.
    """
    if loss not in LOSSES:
        raise LossError("", "", f"{loss} is not known", "known are " + ", ".join(LOSSES), "loss")
    if sequence.targets is None:
        hint = "columns headed target..., targets = N, targets = next, or a text have some"
        raise LossError(sequence.name, "", "there are no targets to learn", hint)
    width = network.output_size(sequence.input_size)
    targets: Array = sequence.targets
    if targets.dtype != network.dtype:
        targets = targets.astype(network.dtype)
    if loss == "cross-entropy" and targets.shape[1] == 1 and width > 1:
        return one_hot(targets[:, 0], width, sequence.name)
    if targets.shape[1] != width:
        why = f"the targets have {targets.shape[1]} columns and y has {width} numbers"
        raise LossError(sequence.name, "", why, "give the last layer that size, or other targets")
    return targets


def one_hot(classes: Array, width: int, name: str) -> Array:
    """Class numbers from 0 as distributions; NaN as a row of NaN."""
    rows = np.full((len(classes), width), np.nan, classes.dtype)
    known = ~np.isnan(classes)
    numbers = classes[known]
    wrong: Array = np.asarray((numbers != np.floor(numbers)) | (numbers < 0) | (numbers >= width))
    if wrong.any():
        t = int(np.flatnonzero(known)[wrong][0]) + 1
        why = f"the target {float(classes[t - 1]):g} is no class"
        raise LossError(name, f"t = {t}", why, f"classes 0 to {width - 1} have a place in y")
    rows[known] = np.eye(width, dtype=classes.dtype)[numbers.astype(int)]
    return rows


def loss_of(loss: str, y: Array, target: Array, first: int = 1) -> tuple[Array, Array]:
    """The loss of each timestep and its gradient by y; zero where there is no target.

    Args:
        loss: its name.
        y: (n, O).
        target: (n, O), NaN in rows without a target.
        first: the timestep of row 0, for messages.

    Raises:
        LossError: cross-entropy of a y that is no distribution.
    """
    with np.errstate(all="ignore"):  # what is not finite is told by learning, not warned about
        return measured(loss, None, y, target, known_rows(target), first)


def loss_of_logits(z: Array, y: Array, target: Array) -> tuple[Array, Array]:
    """Cross-entropy of each timestep, and its gradient by the z of y = softmax(z); zero where there is no target.

    Args:
        z, y: (n, O).
        target: (n, O), NaN in rows without a target.
    """
    with np.errstate(all="ignore"):
        return measured("cross-entropy", z, y, target, known_rows(target))


def measured(
    loss: str, z: Array | None, y: Array, target: Array, there: Array | None, first: int = 1
) -> tuple[Array, Array]:
    """The same, from z where that is given; NumPy may warn of what is not finite.

    Args:
        loss, z, y, target, first: as above.
        there: (n,), which rows have a target; None for all of them.
    """
    if z is None and loss == "cross-entropy":
        _distribution(y, first)
    slope = LOSSES[loss] if z is None else partial(cross_entropy_of_logits, z)
    if there is None or there.all():
        return slope(y, target)
    losses, slopes = slope(y, np.where(there[:, None], target, 0))
    return np.where(there, losses, 0), np.where(there[:, None], slopes, 0)


def _distribution(y: Array, first: int) -> None:
    finite = np.isfinite(y).all(axis=-1)
    good = (y >= 0).all(axis=-1) & (np.abs(y.sum(axis=-1) - 1) <= SUM_TOLERANCE)
    if (finite & ~good).any():
        t = first + int(np.flatnonzero(finite & ~good)[0])
        why = "cross-entropy needs a y that is a distribution (none below 0, sum 1), and this one is not"
        raise LossError("", f"t = {t}", why, "end the network with softmax: cell = elman,softmax", "loss")
