"""The ONNX operators that compute with numbers of the sequence, as operations on elements.

Each is what its page in the ONNX specification says, written with what an equation may use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from rnn_tui.files.foreign.onnx_arranging import ARRANGING, SPREAD, arranged
from rnn_tui.files.foreign.onnx_elements import NORM, SOFTMAX, Elements, Known, Tensor, Weave
from rnn_tui.files.foreign.onnx_recurrent import number

Attributes = Mapping[str, Any]

PLAIN: Mapping[str, str] = {
    "Add": "{0} + {1}",
    "Sub": "{0} - {1}",
    "Mul": "{0} * {1}",
    "Div": "{0} / {1}",
    "Neg": "-{0}",
    "Sigmoid": "sigmoid({0})",
    "Tanh": "tanh({0})",
    "Relu": "relu({0})",
    "Softsign": "softsign({0})",
    "Softplus": "softplus({0})",
    "Sqrt": "sqrt({0})",
    "Reciprocal": "1 / {0}",
    "Abs": "relu({0}) + relu(-{0})",
    "HardSwish": "{0} * hard_sigmoid({0}, 0.16666667, 0.5)",
    "Mish": "{0} * tanh(softplus({0}))",
    "Swish": "{0} * sigmoid({0})",
}
"""Number by number, without settings. Absolute values are those of the positive and the negative part."""
SELU = (1.67326319217681884765625, 1.05070102214813232421875)
EPSILON = 1e-5


def _elu(weave: Weave, data: Elements, attributes: Attributes) -> Elements:
    return weave.each(f"elu({{0}}, {number(attributes.get('alpha', 1.0))})", data)


def _selu(weave: Weave, data: Elements, attributes: Attributes) -> Elements:
    alpha, gamma = attributes.get("alpha", SELU[0]), attributes.get("gamma", SELU[1])
    return weave.each(f"{number(gamma)} * elu({{0}}, {number(alpha)})", data)


def _leaky(weave: Weave, data: Elements, attributes: Attributes) -> Elements:
    return weave.each(f"relu({{0}}) - {number(attributes.get('alpha', 0.01))} * relu(-{{0}})", data)


def _hard_sigmoid(weave: Weave, data: Elements, attributes: Attributes) -> Elements:
    alpha, beta = attributes.get("alpha", 0.2), attributes.get("beta", 0.5)
    return weave.each(f"hard_sigmoid({{0}}, {number(alpha)}, {number(beta)})", data)


SET: Mapping[str, Callable[[Weave, Elements, Attributes], Elements]] = {
    "Elu": _elu,
    "Selu": _selu,
    "LeakyRelu": _leaky,
    "HardSigmoid": _hard_sigmoid,
}
"""Number by number, with settings."""


def operated(
    weave: Weave, operator: str, given: Sequence[Tensor | None], attributes: Attributes, opset: int, outputs: int
) -> list[Elements]:
    """What a node makes of tensors of which at least one is of elements; empty where the operator is not read.

    Args:
        weave: takes the new elements.
        operator: its name.
        given: its inputs in order, None where one is left out.
        attributes: by name.
        opset: the version of the operators.
        outputs: how many it gives.

    Raises:
        TooLarge, ValueError, IndexError, TypeError, OverflowError: the tensors do not fit.
    """
    if operator in ARRANGING:
        return _arranged(weave, operator, given, attributes, outputs)
    there = [tensor for tensor in given if tensor is not None]
    if operator in PLAIN:
        if len(there) != 1 + ("{1}" in PLAIN[operator]):
            raise ValueError
        return [weave.each(PLAIN[operator], *there)]
    if operator == "Sum":
        total = there[0]
        for tensor in there[1:]:
            total = weave.each(PLAIN["Add"], total, tensor)
        return [weave.elements(total)]
    if operator == "Einsum":
        return _grouped(weave, there, str(attributes.get("equation", "")))
    if operator in ("MatMul", "Gemm"):
        return [_matmul(weave, *there) if operator == "MatMul" else _gemm(weave, there, attributes)]
    if operator == "Where" and isinstance(there[0], Known):
        yes, no = weave.elements(there[1]), weave.elements(there[2])
        return [Elements(np.where(there[0].array, yes.array, no.array))]
    data, rest = there[0], there[1:]
    if not isinstance(data, Elements) or not all(isinstance(tensor, Known) for tensor in rest):
        return []
    arrays = [tensor.array for tensor in rest]
    if operator == "Cast":
        return [data]
    if operator in SET:
        return [SET[operator](weave, data, attributes)]
    if operator == "PRelu":
        return [weave.each("relu({0}) - {1} * relu(-{0})", data, rest[0])]
    if operator == "Clip":
        return _clip(weave, data, given, attributes)
    if operator == "Pow":
        return _power(weave, data, arrays[0])
    if operator in ("Max", "Min") and len(rest) == 1:
        template = "relu({0} - {1}) + {1}" if operator == "Max" else "{1} - relu({1} - {0})"
        return [weave.each(template, data, rest[0])]
    if operator == "Softmax":
        return [_softmax(weave, data, attributes, opset)]
    if operator in ("ReduceMean", "ReduceSum"):
        return [_reduced(weave, operator, data, arrays, attributes)]
    if operator == "LayerNormalization" and outputs == 1:
        return _normalized(weave, data, rest, attributes)
    if operator == "BatchNormalization":
        return [_batch(weave, data, arrays, attributes)]
    if operator == "Conv":
        return _conv(weave, data, [tensor for tensor in rest if isinstance(tensor, Known)])
    return []


def _arranged(
    weave: Weave, operator: str, given: Sequence[Tensor | None], attributes: Attributes, outputs: int
) -> list[Elements]:
    """Element numbers moved about; a table whose rows they choose."""
    if operator == "Gather" and isinstance(given[0], Known) and isinstance(given[1], Elements):
        if given[0].array.ndim != 2 or attributes.get("axis", 0) not in (0, -2) or given[0].array.dtype.kind != "f":
            return []
        return [weave.table(given[0], given[1])]
    if operator in SPREAD:
        arrays: list[Any] = [None if tensor is None else weave.elements(tensor).array for tensor in given]
    elif not all(tensor is None or isinstance(tensor, Known) for tensor in given[1:]):
        return []
    else:
        arrays = [None if tensor is None else tensor.array for tensor in given]
    return [Elements(array) for array in arranged(operator, arrays, attributes, outputs)]


def _matmul(weave: Weave, left: Tensor, right: Tensor) -> Elements:
    """A product with a known matrix on either side; of several, each with its own."""
    if isinstance(left, Known) and isinstance(right, Elements):
        if right.array.ndim == 1:
            return weave.product(right, Known(left.array.T, left.name))
        turned = Known(np.swapaxes(left.array, -1, -2), left.name)
        made = _matmul(weave, Elements(np.swapaxes(right.array, -1, -2)), turned)
        return Elements(np.swapaxes(made.array, -1, -2))
    if not (isinstance(left, Elements) and isinstance(right, Known)):
        raise TypeError
    matrix = right.array
    if matrix.ndim == 1:
        made = weave.product(left, Known(matrix[:, None], right.name))
        return Elements(made.array[..., 0])
    if matrix.ndim == 2:
        return weave.product(left, right)
    ahead = matrix.shape[:-2]
    if all(size == 1 for size in ahead):
        made = weave.product(left, Known(matrix.reshape(matrix.shape[-2:]), right.name))
        lacking = max(0, len(ahead) + 2 - left.array.ndim)
        return Elements(made.array.reshape((1,) * lacking + made.array.shape))
    spread = np.broadcast_shapes(left.array.shape[:-2], ahead)
    data = np.broadcast_to(left.array, (*spread, *left.array.shape[-2:]))
    whole = np.broadcast_to(matrix, (*spread, *matrix.shape[-2:]))
    if np.prod(spread) > 2**10:
        raise ValueError
    parts = [weave.product(Elements(data[at]), Known(whole[at], right.name)).array for at in np.ndindex(spread)]
    return Elements(np.stack(parts).reshape(*spread, *parts[0].shape))


def _grouped(weave: Weave, given: Sequence[Tensor], equation: str) -> list[Elements]:
    """Groups of numbers, each with a matrix of its own (``btgi,gih->btgh``), as one matrix with blocks."""
    found = re.fullmatch(r"(\w*)(\w)(\w),\2\3(\w)->\1\2\4", equation.replace(" ", "").replace("...", ""))
    data, blocks = given[0], given[1] if len(given) == 2 else None
    if not found or not isinstance(data, Elements) or not isinstance(blocks, Known) or blocks.array.ndim != 3:
        return []
    groups, size, width = blocks.array.shape
    if data.array.shape[-2:] != (groups, size) or groups * size * groups * width > 2**24:
        return []
    whole = np.zeros((groups, size, groups, width), blocks.array.dtype)
    whole[np.arange(groups), :, np.arange(groups)] = blocks.array
    ahead = data.array.shape[:-2]
    matrix = Known(whole.reshape(groups * size, groups * width), blocks.name)
    made = weave.product(Elements(data.array.reshape(*ahead, groups * size)), matrix)
    return [Elements(made.array.reshape(*ahead, groups, width))]


def _gemm(weave: Weave, given: Sequence[Tensor], attributes: Attributes) -> Elements:
    """alpha * A' * B' + beta * C, one of A and B known."""
    a, b = (_turned(tensor, attributes.get(name)) for tensor, name in zip(given, ("transA", "transB"), strict=False))
    made = _matmul(weave, a, b)
    alpha, beta = float(attributes.get("alpha", 1.0)), float(attributes.get("beta", 1.0))
    if alpha != 1.0:
        made = weave.each(f"{number(alpha)} * {{0}}", made)
    if len(given) > 2 and beta != 0.0:
        added = given[2] if beta == 1.0 else weave.each(f"{number(beta)} * {{0}}", weave.elements(given[2]))
        made = weave.each(PLAIN["Add"], made, added)
    return made


def _turned(tensor: Tensor, turned: Any) -> Tensor:
    if not turned:
        return tensor
    return Known(tensor.array.T, tensor.name) if isinstance(tensor, Known) else Elements(tensor.array.T)


def _clip(weave: Weave, data: Elements, given: Sequence[Tensor | None], attributes: Attributes) -> list[Elements]:
    """Between two numbers, or above or below one."""
    bounds = [given[at] if len(given) > at else None for at in (1, 2)]
    low, high = (
        float(attributes.get(name, other)) if bound is None else float(bound.array.reshape(-1)[0])
        for bound, name, other in zip(bounds, ("min", "max"), (-np.inf, np.inf), strict=True)
    )
    low, high = (-np.inf if low <= -3e38 else low), (np.inf if high >= 3e38 else high)
    if low == -high and np.isfinite(high):
        return [weave.each(f"clip({{0}}, {number(high)})", data)]
    if np.isfinite(low):
        data = weave.each("relu({0})" if low == 0 else f"relu({{0}} - {number(low)}) + {number(low)}", data)
    if np.isfinite(high):
        data = weave.each(f"{number(high)} - relu({number(high)} - {{0}})", data)
    return [data]


def _power(weave: Weave, data: Elements, exponent: Any) -> list[Elements]:
    """Squares, cubes, square roots and reciprocals."""
    templates = {1.0: "{0}", 2.0: "{0} * {0}", 3.0: "{0} * {0} * {0}", 0.5: "sqrt({0})", -1.0: "1 / {0}"}
    if exponent.size != 1 or float(exponent.reshape(-1)[0]) not in templates:
        return []
    return [weave.each(templates[float(exponent.reshape(-1)[0])], data)]


def _softmax(weave: Weave, data: Elements, attributes: Attributes, opset: int) -> Elements:
    """Along one axis; before version 13 over all axes from one on."""
    if opset >= 13:
        return weave.along(SOFTMAX, data, int(attributes.get("axis", -1)))
    axis = int(attributes.get("axis", 1)) % data.array.ndim
    flat = data.array.reshape(*data.array.shape[:axis], -1)
    return Elements(weave.along(SOFTMAX, Elements(flat), -1).array.reshape(data.array.shape))


def _reduced(weave: Weave, operator: str, data: Elements, arrays: Sequence[Any], attributes: Attributes) -> Elements:
    """A mean or a sum over axes, as a product with equal weights."""
    listed = arrays[0].reshape(-1).tolist() if arrays else attributes.get("axes")
    axes = [int(axis) % data.array.ndim for axis in (listed or range(data.array.ndim))]
    kept = [axis for axis in range(data.array.ndim) if axis not in axes]
    turned = np.transpose(data.array, [*kept, *axes]).reshape(*(data.array.shape[axis] for axis in kept), -1)
    count = turned.shape[-1]
    made = turned[..., 0]
    if count > 1:
        weight = 1.0 / count if operator == "ReduceMean" else 1.0
        made = weave.product(Elements(turned), Known(np.full((count, 1), weight, np.float32))).array[..., 0]
    return Elements(np.expand_dims(made, tuple(axes)) if attributes.get("keepdims", 1) else made)


def _normalized(weave: Weave, data: Elements, rest: Sequence[Tensor], attributes: Attributes) -> list[Elements]:
    """Over the last axis, with the epsilon that our layernorm has."""
    last = int(attributes.get("axis", -1)) in (-1, data.array.ndim - 1)
    if not last or abs(float(attributes.get("epsilon", EPSILON)) - EPSILON) > 1e-9:
        return []
    made = weave.each(PLAIN["Mul"], weave.along(NORM, data, -1), rest[0])
    return [weave.each(PLAIN["Add"], made, rest[1]) if len(rest) > 1 else made]


def _batch(weave: Weave, data: Elements, arrays: Sequence[Any], attributes: Attributes) -> Elements:
    """Scaled and shifted by the statistics that the file holds, along axis 1."""
    scale, shift, mean, variance = (np.asarray(array, np.float64) for array in arrays)
    factor = scale / np.sqrt(variance + float(attributes.get("epsilon", EPSILON)))
    shape = (-1, *[1] * (data.array.ndim - 2))
    made = weave.each(PLAIN["Mul"], data, Known(factor.astype(np.float32).reshape(shape)))
    return weave.each(PLAIN["Add"], made, Known((shift - mean * factor).astype(np.float32).reshape(shape)))


def _conv(weave: Weave, data: Elements, rest: Sequence[Known]) -> list[Elements]:
    """A convolution whose kernel sees one place alone: a product along the channels."""
    kernel = rest[0].array
    if any(size != 1 for size in kernel.shape[2:]) or data.array.ndim != kernel.ndim:
        return []
    matrix = Known(kernel.reshape(kernel.shape[:2]).T, rest[0].name)
    if data.array.shape[1] != kernel.shape[1]:
        return []
    made = weave.product(Elements(np.moveaxis(data.array, 1, -1)), matrix)
    if len(rest) > 1:
        made = weave.each(PLAIN["Add"], made, rest[1])
    return [Elements(np.moveaxis(made.array, -1, 1))]
