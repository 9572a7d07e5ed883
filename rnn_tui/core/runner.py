"""A plan with numbers in it: runs a layer over a stretch of timesteps and records every value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.calls import DURING, STATIC, Block, Call, Value
from rnn_tui.core.equations import Apply, Name, Number
from rnn_tui.core.plan import Plan
from rnn_tui.core.shapes import size_of

Array = NDArray[Any]
Rows = Iterable[Array]
Instruction = tuple[Callable[..., Any], tuple[Rows, ...]]
"""A function, and for each of its operands one array a timestep; the last is written to."""

CACHE_LINE = 64
"""Bytes."""

UFUNCS: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "negative": np.negative,
    "tanh": np.tanh,
    "sqrt": np.sqrt,
    "identity": np.positive,
}


class Runner:
    """Runs one layer. Its parameters are stacked once; a run writes into new arrays and keeps nothing.

    Attributes:
        plan: what is computed.
        parameters: name to array.
    """

    def __init__(
        self, plan: Plan, parameters: Mapping[str, Array], sizes: Mapping[str, int], dtype: np.dtype[Any]
    ) -> None:
        self.plan, self.parameters, self.sizes, self.dtype = plan, parameters, sizes, dtype
        self._static: dict[int, Array] = {}
        self._sizes: dict[int, int] = {}
        with np.errstate(all="ignore"):
            for call in plan.static:
                assert isinstance(call, Value)
                assert isinstance(call.expression, Apply)
                result = call.expression.operation.apply(*map(self.static, call.operands))
                self._static[id(call)] = np.asarray(result, dtype)
        self._stacked = {
            id(call): _aligned(np.concatenate([self.static(part.operands[0]) for part in call.parts]))
            for call in (*plan.before, *plan.during, *plan.after)
            if isinstance(call, Block) and call.kind == "product"
        }

    def static(self, value: Value) -> Array:
        """A value that no timestep changes."""
        if id(value) not in self._static:
            expression = value.expression
            number = expression.value if isinstance(expression, Number) else self.parameters[str(expression)]
            self._static[id(value)] = np.asarray(number, self.dtype)
        return self._static[id(value)]

    def run(self, inputs: Mapping[str, Array], state: Mapping[str, Array]) -> Run:
        """A stretch of timesteps in the direction of the layer.

        Args:
            inputs: name to (n, size).
            state: name to the state before the first.

        Returns:
            Every named value and the states, with n rows.
        """
        return Run(self, inputs, state)

    def size(self, value: Value) -> int:
        """The length of a vector value."""
        if id(value) not in self._sizes:
            self._sizes[id(value)] = (size_of(value.shape[0], self.sizes) or 0) if value.shape else 1
        return self._sizes[id(value)]

    def stacked(self, block: Block) -> Array:
        """The matrices of a product block, one under the other."""
        return self._stacked[id(block)]


class Run:
    """What a stretch of n timesteps computed.

    Attributes:
        named: every named quantity in the order computed, (n, size), read-only.
        states: name to (n + 1, size), read-only: row 0 is the state before, row k the state after k timesteps.
    """

    def __init__(self, runner: Runner, inputs: Mapping[str, Array], state: Mapping[str, Array]) -> None:
        self._runner = runner
        self.length = len(next(iter(inputs.values())))
        self._arrays: dict[int, Array] = {}
        self._rows: dict[int, list[Array]] = {}
        self._inputs = inputs
        plan = runner.plan
        self.states = {
            name: np.empty((self.length + 1, runner.size(value)), runner.dtype) for name, value in plan.states
        }
        for name, array in self.states.items():
            array[0] = state[name]
        with np.errstate(all="ignore"):  # what is not finite is shown and marked, not warned about
            for call in plan.before:
                self._whole(call)
            self._loop()
            for call in plan.after:
                self._whole(call)
        self.named = {
            name: read_only(np.broadcast_to(self._array(value), self._shape(value))) for name, value in plan.named
        }
        self.states = {name: read_only(array) for name, array in self.states.items()}
        del self._arrays, self._rows

    def _shape(self, value: Value) -> tuple[int, int]:
        return self.length, self._runner.size(value)

    def _array(self, value: Value) -> Array:
        """The numbers of a value: (n, size), or without n where it is the same at every t."""
        if value.phase == STATIC:
            return self._runner.static(value)
        if isinstance(value.expression, Name):
            name = value.expression
            return self._inputs[name.name] if name.offset == 0 else self.states[name.name][:-1]
        if value.block is None:
            return self._arrays[id(value)]
        block = self._block(value.block)
        first = sum(self._runner.size(part) for part in value.block.parts[: value.at])
        return block[:, first : first + self._runner.size(value)]

    def _block(self, block: Block) -> Array:
        """The array of a block, made when first asked for."""
        if id(block) not in self._arrays:
            size = sum(self._runner.size(part) for part in block.parts)
            self._arrays[id(block)] = np.empty((self.length, size), self._runner.dtype)
        return self._arrays[id(block)]

    def _whole(self, call: Call) -> None:
        """One call for all timesteps at once."""
        if isinstance(call, Block):
            vectors = self._array(call.parts[0].operands[1])
            np.matmul(vectors, self._runner.stacked(call).T, out=self._block(call))
            return
        assert isinstance(call.expression, Apply)
        operands = [self._array(operand) for operand in call.operands]
        if call.expression.operation.name == "concat":  # operands that are the same at every t
            operands = [np.broadcast_to(a, (self.length, a.shape[-1])) for a in operands]
        result = call.expression.operation.apply(*operands)
        if call.block is None:
            self._arrays[id(call)] = result
        else:
            self._array(call)[:] = result

    def _loop(self) -> None:
        """What the states need, one timestep after the other."""
        instructions = [i for call in self._runner.plan.during for i in self._instructions(call)]
        for name, value in self._runner.plan.states:
            if self._home(value) != name:
                instructions.append((np.positive, (self._list(value), list(self.states[name])[1:])))
        functions = [function for function, _ in instructions]
        for step in zip(*(zip(*operands, strict=False) for _, operands in instructions), strict=False):
            for function, operands in zip(functions, step, strict=True):
                function(*operands)

    def _home(self, value: Value) -> str | None:
        """The state whose array a value is written into, so that it need not be copied there."""
        if value.block is not None or value.phase != DURING or isinstance(value.expression, Name):
            return None
        return next((name for name, target in self._runner.plan.states if target is value), None)

    def _list(self, value: Value) -> list[Array]:
        """One array a timestep."""
        if id(value) not in self._rows:
            home = self._home(value)
            if value.phase == STATIC:
                array = self._runner.static(value)
                self._rows[id(value)] = [array] * self.length
            elif home is not None:
                self._arrays[id(value)] = self.states[home][1:]
                self._rows[id(value)] = list(self._arrays[id(value)])
            else:
                if value.block is None and not isinstance(value.expression, Name) and id(value) not in self._arrays:
                    self._arrays[id(value)] = np.empty(self._shape(value), self._runner.dtype)
                self._rows[id(value)] = list(self._array(value))
        return self._rows[id(value)]

    def _span(self, block: Block, first: int, count: int) -> list[Array]:
        """One array a timestep over some parts of a block."""
        sizes = [self._runner.size(part) for part in block.parts]
        begin, end = sum(sizes[:first]), sum(sizes[: first + count])
        return list(self._block(block)[:, begin:end])

    def _instructions(self, call: Call) -> Iterable[Instruction]:
        """A call as functions that write into their last operand."""
        if isinstance(call, Value):
            assert isinstance(call.expression, Apply)
            name, out = call.expression.operation.name, self._list(call)
            operands = tuple(self._operand(operand, call) for operand in call.operands)
            if name == "@":
                yield np.dot, (*operands, out)
            else:
                yield from self._function(call, operands, out)
            return
        count = len(call.parts)
        out = self._span(call, 0, count)
        if call.kind == "product":
            yield np.dot, ([self._runner.stacked(call)] * self.length, self._list(call.parts[0].operands[1]), out)
        elif call.kind == "sum":
            assert call.left is not None
            assert call.right is not None
            yield np.add, (self._span(call.left, 0, count), self._span(call.right, 0, count), out)
        else:
            assert call.left is not None
            yield from self._function(call.parts[0], (self._span(call.left, call.first, count),), out)

    def _operand(self, operand: Value, call: Value) -> Rows:
        """The operand of a call, a single number spread out to the size of the result."""
        if operand.phase == STATIC and not operand.shape and len(call.operands) == 2:
            spread = np.full(self._runner.size(call), self._runner.static(operand), self._runner.dtype)
            return [spread] * self.length
        return self._list(operand)

    def _function(self, call: Value, operands: tuple[Rows, ...], out: list[Array]) -> Iterable[Instruction]:
        """An operation number by number."""
        assert isinstance(call.expression, Apply)
        operation = call.expression.operation
        if operation.name in UFUNCS:
            yield UFUNCS[operation.name], (*operands, out)
        elif operation.name == "sigmoid":
            ones = [np.ones(len(out[0]), self._runner.dtype)] * self.length if out else []
            yield np.negative, (*operands, out)
            yield np.exp, (out, out)
            yield np.add, (out, ones, out)
            yield np.divide, (ones, out, out)
        elif operation.name == "relu":
            zeros = [np.zeros(len(out[0]), self._runner.dtype)] * self.length if out else []
            yield _larger, (*operands, zeros, out)
        else:
            yield _into(operation.apply), (*operands, out)


def _larger(first: Array, second: Array, out: Array) -> None:
    np.maximum(first, second, out=out)


def _into(apply: Callable[..., Array]) -> Callable[..., None]:
    """A function that writes its result into its last operand."""

    def call(*operands: Array) -> None:
        operands[-1][...] = apply(*operands[:-1])

    return call


def _aligned(array: Array) -> Array:
    """A copy that begins at a cache line: products with it take a tenth less time, and give the same bits."""
    room = np.empty(array.nbytes + CACHE_LINE, np.uint8)
    first = -room.ctypes.data % CACHE_LINE
    copy = room[first : first + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy


def read_only(array: Array) -> Array:
    """A view that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view
