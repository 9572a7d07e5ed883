"""The ONNX operators RNN, LSTM and GRU as layers, gate by gate (their pages in the ONNX specification, version 22)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.gated import AFTER, BEFORE, CANDIDATES, GRU, LSTM, RNN, Gated
from rnn_tui.files.errors import LoadError
from rnn_tui.files.foreign.loaded import Held
from rnn_tui.files.foreign.onnx_elements import Known, Tensor
from rnn_tui.files.foreign.parts import by_gate

Array = NDArray[Any]
Refuse = Callable[[str, str], LoadError]
"""The error at a node: why, and what would be right."""

KINDS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
STATES = {"initial_h": "s", "initial_c": "c"}
"""The inputs that are states, to our names."""
ORDERS = {RNN: ("",), LSTM: ("i", "o", "f", "g"), GRU: ("z", "r", "n")}
"""The gates in the order of the file, in our letters."""
DEFAULTS = {RNN: ("Tanh",), LSTM: ("Sigmoid", "Tanh", "Tanh"), GRU: ("Sigmoid", "Tanh")}
TEMPLATES: Mapping[str, str] = {
    "Relu": "relu({})",
    "Tanh": "tanh({})",
    "Sigmoid": "sigmoid({})",
    "Affine": "({alpha} * ({{}}) + {beta})",
    "LeakyRelu": "(relu({{0}}) - {alpha} * relu(-({{0}})))",
    "ScaledTanh": "({alpha} * tanh({beta} * ({{}})))",
    "HardSigmoid": "hard_sigmoid({{}}, {alpha}, {beta})",
    "Elu": "elu({{}}, {alpha})",
    "Softsign": "softsign({})",
    "Softplus": "softplus({})",
}
SETTINGS = {"Affine": (1.0, 0.0), "LeakyRelu": (0.01, 0.0), "ScaledTanh": (1.0, 1.0), "HardSigmoid": (0.2, 0.5)}
SETTINGS |= {"Elu": (1.0, 0.0)}
"""alpha and beta where the node gives none. The specification has no default for Affine and ScaledTanh."""
ALPHA = ("Affine", "LeakyRelu", "ScaledTanh", "HardSigmoid", "Elu")
BETA = ("Affine", "ScaledTanh", "HardSigmoid")


@dataclass(frozen=True, eq=False)
class Recurrent:
    """A node as layers.

    Attributes:
        place, operator: where it stands, and what it is.
        directions: one layer or two, the forward one first.
        initial: for every direction what it begins with, where the file says.
        begins: the same in words.
        choices: what the node decides, in words.
        held: its weights as they stand in the file.
        rows: element numbers of what it reads, (T, B, I).
    """

    place: str
    operator: str
    directions: tuple[Gated, ...]
    initial: tuple[Mapping[str, Array], ...]
    begins: str
    choices: tuple[str, ...]
    held: tuple[Held, ...]
    rows: Array


def directions_of(
    operator: str, given: Mapping[str, Array | None], attributes: Mapping[str, Any], refuse: Refuse
) -> tuple[tuple[Gated, ...], tuple[str, ...]]:
    """The layers of a node, and what it decides in words.

    Args:
        operator: one of `KINDS`.
        given: W (D, G * H, I), R (D, G * H, H), B (D, 2 * G * H) and P (D, 3 * H); the last two may be None.
        attributes: by name.
        refuse: makes the error.

    Raises:
        LoadError: shapes that do not fit, an activation that is not known, a direction that is none.
    """
    kind = KINDS[operator]
    order, W, R = ORDERS[kind], given["W"], given["R"]
    assert W is not None
    assert R is not None
    direction = attributes.get("direction", "forward")
    if direction not in ("forward", "reverse", "bidirectional"):
        raise refuse(f"has the direction {str(direction)[:40]}", "forward, reverse or bidirectional is needed")
    count = 2 if direction == "bidirectional" else 1
    if R.ndim != 3 or W.ndim != 3 or 0 in (*W.shape, *R.shape):
        raise refuse(f"has W of shape {W.shape} and R of shape {R.shape}", "each needs three sizes of 1 or more")
    size = R.shape[2]
    stacked = len(order) * size
    wanted = {"W": (count, stacked, W.shape[2]), "R": (count, stacked, size), "B": (count, 2 * stacked)}
    wanted["P"] = (count, 3 * size)
    for name, shape in wanted.items():
        array = given.get(name)
        if array is not None and array.shape != shape:
            raise refuse(f"has {name} of shape {array.shape}", f"{operator} with H = {size} needs {shape}")
    if attributes.get("hidden_size", size) != size:
        raise refuse(f"says hidden_size {attributes['hidden_size']} and has R of shape {R.shape}", "they must agree")
    activations = _activations(kind, count, attributes, refuse)
    made = []
    for index in range(count):
        named = activations[index]
        more: dict[str, Any] = {"activations": _by_gate(kind, named), "reverse": direction == "reverse" or index == 1}
        if kind == LSTM:
            more["shown"] = named[2]
            more["coupled"] = bool(attributes.get("input_forget", 0))
        if kind == GRU:
            more["reset"] = AFTER if attributes.get("linear_before_reset", 0) else BEFORE
        if "clip" in attributes:
            more["clip"] = float(attributes["clip"])
        if (B := given.get("B")) is not None:
            b, c = np.split(B[index], 2)
            more |= {"b": by_gate(b, order), "c": by_gate(c, order)}
        if kind == LSTM and (P := given.get("P")) is not None:
            more["peepholes"] = by_gate(P[index], ("i", "o", "f"))
        made.append(Gated(kind, by_gate(W[index], order), by_gate(R[index], order), **more))
    return tuple(made), _words(kind, direction, attributes, given)


def _by_gate(kind: str, named: list[str]) -> dict[str, str]:
    """The functions of the gates: f for all, g for the candidate; those of our own default are left out."""
    if kind == RNN:
        return {"": named[0]}
    gates = ("i", "f", "o") if kind == LSTM else ("r", "z")
    return dict.fromkeys(gates, named[0]) | {CANDIDATES[kind]: named[1]}


def _activations(kind: str, count: int, attributes: Mapping[str, Any], refuse: Refuse) -> list[list[str]]:
    """For every direction the functions f, g and h as our equations write them."""
    names = list(attributes.get("activations") or DEFAULTS[kind] * count)
    each = len(DEFAULTS[kind])
    if len(names) != each * count:
        raise refuse(f"has {len(names)} activations", f"{each * count} are needed")
    alphas, betas = list(attributes.get("activation_alpha") or []), list(attributes.get("activation_beta") or [])
    made = []
    for name in names:
        known = next((known for known in TEMPLATES if known.lower() == str(name).lower()), None)
        if known is None:
            raise refuse(f"has the activation {str(name)[:40]}", f"known are {', '.join(TEMPLATES)}")
        alpha, beta = SETTINGS.get(known, (0.0, 0.0))
        alpha = float(alphas.pop(0)) if known in ALPHA and alphas else alpha
        beta = float(betas.pop(0)) if known in BETA and betas else beta
        text = TEMPLATES[known]
        made.append(text.format(alpha=number(alpha), beta=number(beta)) if known in SETTINGS else text)
    return [made[index * each : (index + 1) * each] for index in range(count)]


def number(value: float) -> str:
    """A float32 of the file as it is written in an equation: the shortest that is the same float32."""
    return repr(float(str(np.float32(value))))


def initial_of(
    given: Mapping[str, tuple[str, Tensor | None]], sizes: tuple[int, int], batch_first: bool, refuse: Refuse
) -> tuple[tuple[dict[str, Array], ...], str, list[str]]:
    """What every direction begins with, the same in words, and what has to be said about it.

    Args:
        given: ``initial_h`` and ``initial_c``, as far as there are: what the file calls each, and what it is.
        sizes: how many directions, and H.
        batch_first: whether it is (B, D, H), not (D, B, H).
        refuse: makes the error.

    Raises:
        LoadError: a state of another shape.
    """
    initial: tuple[dict[str, Array], ...] = tuple({} for _ in range(sizes[0]))
    words, notes = [], []
    for key, (shown, tensor) in given.items():
        state = STATES[key]
        if not isinstance(tensor, Known):
            words.append(f"{state} from {shown}, {'an input' if tensor else 'not read'}: zeros")
            continue
        array = np.asarray(tensor.array, np.float64)
        array = np.swapaxes(array, 0, 1) if batch_first and array.ndim == 3 else array
        if array.ndim != 3 or (array.shape[0], array.shape[2]) != sizes or not array.shape[1]:
            hint = f"({sizes[0]}, batch, {sizes[1]}) is needed"
            raise refuse(f"has {key} of shape {tensor.array.shape}", hint)
        if (array != array[:, :1]).any():
            notes.append(f"begins each row of a batch in another way: the first row's {state} is taken.")
        if array[:, 0].any():
            words.append(f"{state} from {shown}")
            for direction, numbers in zip(initial, array[:, 0], strict=True):
                direction[state] = numbers
    return initial, ", ".join(words) or "zeros", notes


def _words(
    kind: str, direction: str, attributes: Mapping[str, Any], given: Mapping[str, Array | None]
) -> tuple[str, ...]:
    """What a node decides, a few words each."""
    words = [f"direction {direction}"]
    if kind == GRU:
        after = bool(attributes.get("linear_before_reset", 0))
        words.append(f"linear_before_reset {int(after)}: reset {'after' if after else 'before'} the product with U_n")
    if attributes.get("activations"):
        words.append("activations " + ", ".join(str(name)[:20] for name in attributes["activations"]))
    if "clip" in attributes:
        words.append(f"every sum clipped to {number(attributes['clip'])}")
    if attributes.get("input_forget"):
        words.append("input_forget: f is 1 - i")
    if attributes.get("layout"):
        words.append("layout 1: the batch stands first")
    if given.get("P") is not None:
        words.append("peepholes")
    if given.get("B") is None:
        words.append("no bias")
    return tuple(words)
