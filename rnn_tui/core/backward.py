"""The way back: the gradient of a loss through one timestep of a cell, read off its equations.

Reverse-mode differentiation (Linnainmaa 1970; for sequences: Werbos 1990, Backpropagation through time): the equations
are walked from the last to the first, and every operation hands the gradient by its result on to its operands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Apply, Expression, Name, Number
from rnn_tui.core.moment import Moment, Values
from rnn_tui.core.operations import OPERATIONS, Operation
from rnn_tui.core.plan import sum_names
from rnn_tui.core.softmax import softmax_of

Array = NDArray[Any]


class ByParameter(Mapping[str, Array]):
    """The gradient by each parameter at one timestep, made when it is looked at: most never are, and they are large."""

    def __init__(self, moment: Moment, uses: Mapping[str, list[Use]]) -> None:
        self._moment, self._uses = moment, uses

    def __getitem__(self, name: str) -> Array:
        parameter, found = self._moment.parameters[name], None
        with np.errstate(all="ignore"):
            for use in self._uses.get(name, ()):
                # NumPy 1 makes a single float32 a float64
                part = np.asarray(use.operation.back(use.operand, use.d, *use.values), parameter.dtype)
                found = part if found is None else found + part
        return np.zeros_like(parameter) if found is None else np.asarray(found)

    def __iter__(self) -> Iterator[str]:
        return iter(self._moment.parameters)

    def __len__(self) -> int:
        return len(self._moment.parameters)


@dataclass(frozen=True, eq=False)
class Use:
    """A parameter as an operand.

    Attributes:
        operation, operand: of what, and which, from 0.
        d: the gradient by the result.
        values: the result, and the operands.
    """

    operation: Operation
    operand: int
    d: Array
    values: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Adjoint:
    """The gradient of a loss by everything at one timestep of one layer.

    Attributes:
        t: the timestep.
        y: dL/dy_t as it comes from above: from the loss, or from the layers that read this one.
        local: for each state dL/ds_t as it comes from this timestep: through y_t and what else uses s_t at t.
        later: for each state dL/ds_t as it comes from the timestep that reads s_t, t + 1; zero at the end of a window.
        named: dL/d of every named quantity, local and later part added for a state.
        inputs: dL/dx_t.
        state_prev: for each state dL/ds_(t-1): what the timestep before finds as its `later`.
        parameters: dL/dW and so on, the part of this timestep alone.
        joint: whether the softmax of y and its cross-entropy were gone through in one step.
    """

    t: int
    y: Array
    local: Values
    later: Values
    named: Values
    inputs: Values
    state_prev: Values
    parameters: Values
    joint: bool = False


@dataclass(frozen=True)
class Instruction:
    """One operation of the equations: values[result] = operation(values[operands])."""

    operation: Operation
    operands: tuple[int, ...]
    result: int


@dataclass(frozen=True, eq=False)
class Trace:
    """A cell's equations as a list of operations over numbered values.

    Attributes:
        expressions: what each value is.
        given: (name, value) of inputs, states before and parameters.
        instructions: in the order computed.
        named: each named quantity and its value; no two share one, so that y[t] = s[t] keeps dL/dy_t and dL/ds_t apart.
    """

    expressions: tuple[Expression, ...]
    given: tuple[tuple[Name, int], ...]
    instructions: tuple[Instruction, ...]
    named: tuple[tuple[str, int], ...]


@lru_cache(maxsize=256)
def trace_of(cell: Cell) -> Trace:
    """The operations of a cell; the same list for the same cell."""
    places: dict[Name, int] = {}
    given: list[tuple[Name, int]] = []
    expressions: list[Expression] = []
    instructions: list[Instruction] = []
    named: list[tuple[str, int]] = []

    def new(expression: Expression) -> int:
        expressions.append(expression)
        return len(expressions) - 1

    def place(expression: Expression) -> int:
        if isinstance(expression, Name) and expression in places:
            return places[expression]
        operands = tuple(map(place, expression.operands)) if isinstance(expression, Apply) else ()
        here = new(expression)
        if isinstance(expression, Apply):
            instructions.append(Instruction(expression.operation, operands, here))
        elif isinstance(expression, Name):
            places[expression] = here
            given.append((expression, here))
        return here

    sums = sum_names(cell)
    for equation in cell.equations:
        here = place(equation.expression)
        if equation.target in sums:
            named.append((sums[equation.target], instructions[-1].operands[0]))
        if isinstance(equation.expression, Name):
            copied, here = here, new(equation.expression)
            instructions.append(Instruction(OPERATIONS["identity"], (copied,), here))
        places[Name(equation.target, 0)] = here
        expressions[here] = Name(equation.target, 0)
        named.append((equation.target, here))
    return Trace(tuple(expressions), tuple(given), tuple(instructions), tuple(named))


def step_back(
    moment: Moment,
    dy: Array,
    later: Values,
    dz: Array | None = None,
    own: Values | None = None,
    forced: Values | None = None,
) -> Adjoint:
    """The gradient by everything at one timestep.

    Args:
        moment: what the timestep computed.
        dy: (O,), dL/dy_t from above.
        later: for each state dL/ds_t from t + 1.
        dz: (O,), where y is the softmax of a readout, the gradient of its cross-entropy by what the softmax is of.
        own: what L itself reads: dL/d of some named quantities, added to what comes from elsewhere.
        forced: where some quantities were given and not computed, so that what they are computed from does not matter.

    Returns:
        The adjoint; its `state_prev` is the `later` of the timestep before.
    """
    cell = moment.cell
    trace = trace_of(cell)
    values = moment.all(trace.expressions)
    gradients: list[Any] = [None] * len(values)
    where = dict(trace.named)
    readout = softmax_of(cell) if dz is not None else None
    softmax = where[readout.names[-1]] if readout is not None else None
    if readout is None:
        _add(gradients, where["y"], dy)
    for name, part in (own or {}).items():
        _add(gradients, where[name], np.reshape(part, np.shape(values[where[name]])))
    given = {where[name]: there for name, there in (forced or {}).items()}
    states = {where[name]: name for name in cell.states}
    local: dict[str, Array] = {}
    uses: dict[str, list[Use]] = {}
    with np.errstate(all="ignore"):
        for step in reversed(trace.instructions):
            if step.result in states:
                name = states[step.result]
                found = gradients[step.result]
                local[name] = np.zeros_like(later[name]) if found is None else np.array(found)
                _add(gradients, step.result, later[name])
            if step.result == softmax:
                _add(gradients, step.operands[0], dz)
            if gradients[step.result] is None:
                continue
            d, known = gradients[step.result], (values[step.result], *(values[operand] for operand in step.operands))
            if step.result in given:
                d = np.where(np.reshape(given[step.result], np.shape(d)), 0, d)
            for index, operand in enumerate(step.operands):
                expression = trace.expressions[operand]
                if isinstance(expression, Name) and expression.offset is None:
                    uses.setdefault(expression.name, []).append(Use(step.operation, index, d, known))
                elif not isinstance(expression, Number):
                    part = step.operation.back(index, d, *known)
                    _add(gradients, operand, np.asarray(part, dy.dtype))  # NumPy 1 makes a single float32 a float64

    for name in readout.names if readout is not None else ():
        gradients[where[name]] = dy

    def gradient(place: int) -> Array:
        found = gradients[place]
        return np.zeros_like(values[place]) if found is None else np.asarray(found)

    by_name = {name: gradient(place) for name, place in trace.given if name.offset is not None}
    zeros = {Name(name, -1): array for name, array in moment.state_prev.items()}
    zeros |= {Name(name, 0): array for name, array in moment.inputs.items()}
    by_name = {name: by_name.get(name, np.zeros_like(array)) for name, array in zeros.items()}
    named = {name: np.reshape(gradient(place), moment.values[name].shape) for name, place in trace.named}
    return Adjoint(
        t=moment.t,
        y=dy,
        local={name: local[name] for name in cell.states},
        later=later,
        named=named,
        inputs={name: by_name[Name(name, 0)] for name in moment.inputs},
        state_prev={name: by_name[Name(name, -1)] for name in moment.state_prev},
        parameters=ByParameter(moment, uses),
        joint=readout is not None,
    )


def _add(gradients: list[Any], place: int, part: Any) -> None:
    gradients[place] = part if gradients[place] is None else gradients[place] + part
