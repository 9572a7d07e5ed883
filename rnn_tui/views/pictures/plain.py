"""The layer without its state, which is what the seed's pictures 1 to 6 show: ``y = f(W @ x + b)``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Apply, Equation, Expression, Name
from rnn_tui.core.operations import OPERATIONS
from rnn_tui.core.step import Step
from rnn_tui.views.layer.shown import columns_on_x

Array = NDArray[Any]


@dataclass(frozen=True)
class Form:
    """An equation as a plain layer has it: ``target = function(weights @ x + bias)``, all else of its sum left out.

    Attributes:
        target, weights, bias: names in the equations; a bias that is not there is empty.
        function: the activation with its settings, or None.
    """

    target: str
    weights: str
    bias: str
    function: Apply | None

    @property
    def sum(self) -> Expression:
        """``weights @ x + bias``."""
        on_x = Apply(OPERATIONS["@"], (Name(self.weights), Name("x", 0)))
        return Apply(OPERATIONS["+"], (on_x, Name(self.bias))) if self.bias else on_x

    @property
    def whole(self) -> Expression:
        """The function of it."""
        if self.function is None:
            return self.sum
        return Apply(self.function.operation, (self.sum, *self.function.operands[1:]))


@lru_cache(maxsize=64)
def form(cell: Cell, equation: Equation) -> Form | None:
    """The plain layer in an equation; None where no matrix on x is a term of its sum."""
    body, function = equation.expression, None
    if isinstance(body, Apply) and body.operation.kind == "activation":
        function, body = body, body.operands[0]
    terms = list(_summands(body))
    on_x = [str(t.operands[0]) for t in terms if isinstance(t, Apply) and t.operands[1:] == (Name("x", 0),)]
    weights = [name for name in on_x if name in columns_on_x(cell)]
    if not weights:
        return None
    biases = [t.name for t in terms if isinstance(t, Name) and len(cell.parameters.get(t.name, ())) == 1]
    return Form(equation.target, weights[0], biases[0] if biases else "", function)


def _summands(expression: Expression) -> Iterator[Expression]:
    if isinstance(expression, Apply) and expression.operation.name == "+":
        for operand in expression.operands:
            yield from _summands(operand)
    else:
        yield expression


@dataclass(frozen=True, eq=False)
class Plain:
    """The layer without its state at one timestep: ``y = f(W @ x + b)``. x, z and y are None at t = 0.

    Attributes:
        form: where it stands in the cell.
        weights: (H, I).
        bias: (H,), or None.
        x: (I,).
        z: (H,), the weighted sums.
        y: (H,), what f makes of them; the recorded numbers where they are the same.
        settings: the numbers that f takes beside z.
        same: whether the layer itself computed the same, there being nothing in its state yet.
    """

    form: Form
    weights: Array
    bias: Array | None
    x: Array | None
    z: Array | None
    y: Array | None
    settings: tuple[float, ...]
    same: bool

    @classmethod
    def of(cls, form: Form, cell: Cell, step: Step) -> Plain:
        """What the layer without its state makes of the x of a step of its cell."""
        weights = step.parameters[form.weights]
        bias = step.parameters[form.bias] if form.bias else None
        if step.t == 0:
            return cls(form, weights, bias, None, None, None, (), True)
        moment = step.moment(cell)
        z, y, recorded = moment.value(form.sum), moment.value(form.whole), step.values[form.target]
        settings = tuple(moment.number(o, ()) for o in form.function.operands[1:]) if form.function else ()
        near = 64 * float(np.finfo(y.dtype).eps)
        with np.errstate(all="ignore"):
            same = bool(np.allclose(y, recorded, rtol=near, atol=near, equal_nan=True))
        return cls(form, weights, bias, step.inputs["x"], z, recorded if same else y, settings, same)
