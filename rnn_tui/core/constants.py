"""A plan with numbers in it: the parameters, and what is the same at every timestep."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.calls import Block, Value
from rnn_tui.core.equations import Apply, Number
from rnn_tui.core.plan import Plan
from rnn_tui.core.routine import Routine, adjoining, aligned
from rnn_tui.core.shapes import size_of

Array = NDArray[Any]


class Constants:
    """The parameters of a layer, stacked once as its products take them, and what is made of them alone.

    Attributes:
        plan: what is computed.
        parameters: name to array.
    """

    def __init__(
        self, plan: Plan, parameters: Mapping[str, Array], sizes: Mapping[str, int], dtype: np.dtype[Any]
    ) -> None:
        self.plan, self.parameters, self.sizes, self.dtype = plan, parameters, sizes, dtype
        self._static: dict[int, Array] = {}
        self._sizes = _known_sizes(plan, tuple(sizes.items()))
        self._routine = Routine()
        with np.errstate(all="ignore"):
            for call in plan.static:
                assert isinstance(call, Value)
                assert isinstance(call.expression, Apply)
                operands = map(self.static, call.operands)
                self._static[id(call)] = self._routine.made(dtype, call.expression.operation.apply, *operands)
            self._stacked = {
                id(call): self._stack([self.static(part.operands[0]) for part in call.parts]) for call in plan.products
            }

    def _stack(self, matrices: list[Array]) -> Array:
        """Matrices one under the other."""
        lying = adjoining(matrices)
        if lying is not None:
            return lying
        stacked = aligned((sum(map(len, matrices)), matrices[0].shape[1]), self.dtype)
        self._routine.do(np.concatenate, matrices, 0, stacked)
        return stacked

    def again(self) -> None:
        """Takes note that the parameters have changed where they stand."""
        self._routine.again()

    def static(self, value: Value) -> Array:
        """A value that no timestep changes."""
        if id(value) not in self._static:
            expression = value.expression
            number = expression.value if isinstance(expression, Number) else self.parameters[str(expression)]
            self._static[id(value)] = np.asarray(number, self.dtype)
        return self._static[id(value)]

    def size(self, value: Value) -> int:
        """The length of a vector value."""
        if id(value) not in self._sizes:
            self._sizes[id(value)] = (size_of(value.shape[0], self.sizes) or 0) if value.shape else 1
        return self._sizes[id(value)]

    @property
    def step_bytes(self) -> int:
        """The memory that the values and states take at one timestep."""
        return sum(self.size(value) for _, value in (*self.plan.named, *self.plan.states)) * self.dtype.itemsize

    def stacked(self, block: Block) -> Array:
        """The matrices of a product block, one under the other."""
        return self._stacked[id(block)]


@lru_cache(maxsize=64)
def _known_sizes(plan: Plan, sizes: tuple[tuple[str, int], ...]) -> dict[int, int]:
    """What `size` has found out: the same for every set of parameters with which a plan runs at these sizes."""
    return {}
