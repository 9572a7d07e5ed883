"""What `run` writes about one timestep of one layer: the names of the contract, in its order.

The same quantities stand in JSON and as named columns; with learning they are joined by the target, the loss and, where
asked for, the gradients.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.backward import Adjoint
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.run import Walk
from rnn_tui.core.step import Step

Array = NDArray[Any]
OTHER = "other_"
"""What stands before the names of another run's numbers."""


@dataclass(frozen=True, eq=False)
class Taught:
    """What learning adds to a timestep of a layer.

    Attributes:
        epoch: from 1, or None where there is only one.
        target: (O,), NaN where there is none; None for a layer that is not the last.
        loss: of the timestep; None for a layer that is not the last, and where nothing is learned from it.
        validation: of the epoch, the loss of what it is judged by; None for none, and for a layer that is not the last.
        adjoint: the gradients, where asked for.
    """

    epoch: int | None
    target: Array | None
    loss: float | None
    validation: float | None
    adjoint: Adjoint | None


@dataclass(frozen=True, eq=False)
class Record:
    """One timestep of one layer, and which parts of it are written.

    Attributes:
        step: what the layer computed.
        taught: what learning adds, or None.
        values: every named quantity of the equations as well.
        weights: the parameters as used as well.
        part: which of several sequences it is of, from 1, of how many, and its timestep there; None where there is one.
        generated: whether its x is what y said; None in a run in which no x is.
        beside: whether another run is written beside.
        other: the same of that run; None where it has no such timestep or layer.
    """

    step: Step
    taught: Taught | None = None
    values: bool = False
    weights: bool = False
    part: tuple[int, int, int] | None = None
    generated: bool | None = None
    beside: bool = False
    other: Record | None = None

    def json(self) -> dict[str, Any]:
        """As an object with the keys of the contract, in its order."""
        step = self.step
        listed = {name: numbers(array) for name, array in quantities(step).items()}
        which = {} if self.part is None else {"sequence": self.part[0]}
        whole: dict[str, Any] = {"t": step.t, "layer": step.layer, "label": step.label, **which, **listed}
        if self.values:
            whole["values"] = {name: numbers(array) for name, array in step.values.items()}
        if self.weights:
            whole["parameters"] = {name: numbers(array) for name, array in step.parameters.items()}
        if self.taught is not None:
            whole |= _learned(self.taught)
        if self.generated:
            whole["generated"] = True
        if self.beside:
            whole["other"] = None if self.other is None else self.other.json()
        return whole

    def columns(self) -> dict[str, Array]:
        """Everything chosen, by name; the named values of the equations that are not there already; those of another
        run with `OTHER` before their names."""
        beside = {} if self.other is None else self.other.columns()
        return {**self._own(), **{OTHER + name: array for name, array in beside.items()}}

    def _own(self) -> dict[str, Array]:
        step = self.step
        which = {} if self.part is None else {"sequence": np.asarray(self.part[0])}
        named = {**which, **quantities(step)}
        if self.values:
            named |= {name: array for name, array in step.values.items() if name not in named}
        if self.weights:
            named |= dict(step.parameters)
        if self.generated is not None:
            named["generated"] = np.asarray(int(self.generated))
        taught = self.taught
        if taught is None:
            return named
        if taught.target is not None:
            named |= {"target": taught.target, "loss": np.asarray(np.nan if taught.loss is None else taught.loss)}
        if taught.validation is not None:
            named["validation"] = np.asarray(taught.validation)
        if taught.epoch is not None:
            named["epoch"] = np.asarray(taught.epoch)
        if taught.adjoint is not None:
            slopes = {**states_back(taught.adjoint), **taught.adjoint.parameters}
            named |= {f"d_{name}": array for name, array in slopes.items()}
        return named


def taught_at(walk: Walk, layer: int, t: int, gradients: bool) -> Taught | None:
    """What learning adds to a layer (from 1) at t of a walk; None where nothing learns. In one that goes on as it has
    learned there is no target any more."""
    teaching, learner, last = walk.teaching, walk.run.learner, layer == len(walk.network.layers)
    if learner is None:
        return None
    epoch = walk.epoch if learner.learning.epochs > 1 else None
    if teaching is None:
        return Taught(epoch, np.full(learner.targets.shape[1], np.nan) if last else None, None, None, None)
    return Taught(
        epoch=epoch,
        target=teaching.target_at(t) if last else None,
        loss=teaching.loss_at(t) if last else None,
        validation=teaching.walked.validation if last else None,
        adjoint=teaching.adjoint(layer - 1, t) if gradients else None,
    )


def _learned(taught: Taught) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    if taught.target is not None:
        whole["target"] = None if np.isnan(taught.target).any() else numbers(taught.target)
        whole["loss"] = taught.loss
    if taught.validation is not None:
        whole["validation"] = taught.validation
    if taught.epoch is not None:
        whole["epoch"] = taught.epoch
    if taught.adjoint is not None:
        parameters = {name: numbers(array) for name, array in taught.adjoint.parameters.items()}
        slopes = {name: numbers(array) for name, array in states_back(taught.adjoint).items()}
        whole["gradients"] = {**slopes, "parameters": parameters}
    return whole


def states_back(adjoint: Adjoint) -> dict[str, Array]:
    """dL/dy_t, and for every state dL/ds_t: the whole, the part of this timestep and the part of the next one."""
    named = {"y": adjoint.y}
    for name, local in adjoint.local.items():
        named |= {name: adjoint.named[name], f"{name}_local": local, f"{name}_later": adjoint.later[name]}
    return named


def quantities(step: Step) -> dict[str, Array]:
    """x, the states before, the states after and y, in the order of the contract."""
    named = {"x": step.x}
    if step.state:
        first, *more = step.state
        named |= {"s_prev": step.state_prev[first], "s": step.state[first]}
        for name in more:
            named |= {f"{name}_prev": step.state_prev[name], name: step.state[name]}
    else:
        named |= {"s_prev": step.s_prev, "s": step.s}
    return {**named, "y": step.y}


def numbers(array: Array) -> Any:
    """Python floats in lists; float32 becomes the double of the same value, so that its bits come back."""
    return array.astype(np.float64).tolist()
