"""The layers of Keras by their parameters: SimpleRNN, LSTM, GRU, Bidirectional, Embedding, Dense, and cuDNN's layouts.

Shapes and the order of gates as Keras' own layers have them (keras.layers.LSTM, GRU, SimpleRNN); for CuDNNLSTM and
CuDNNGRU of Keras 2 what Keras itself does to load them into LSTM and GRU.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from rnn_tui.core import readouts
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.directions import Bidirectional
from rnn_tui.core.errors import CellError
from rnn_tui.core.gated import AFTER, BEFORE, CANDIDATES, GATES, GRU, LSTM, RNN, Gated
from rnn_tui.core.layer import Layer
from rnn_tui.files.foreign.loaded import Card, Held
from rnn_tui.files.foreign.parts import KINDS, Numbers, Part, Read, by_gate, shown, single, told
from rnn_tui.files.source import Source

ORDERS = {RNN: ("",), GRU: ("z", "r", "n"), LSTM: ("i", "f", "g", "o")}
"""Keras' order of gates in our letters; its names are z, r, h and i, f, c, o."""
CALLED = {RNN: "SimpleRNN", GRU: "GRU", LSTM: "LSTM"}
KERAS = "Keras"


@dataclass(frozen=True)
class Said:
    """What the configuration says of a recurrent layer; the usual where it says nothing.

    Attributes:
        kind: ``rnn``, ``gru``, ``lstm``; empty where only the shapes tell.
        activation: of the candidate and of what is shown, ``"tanh({})"`` as of `Gated`.
        gates: of the gates.
        reset: of a GRU; empty where only the shapes tell.
        cudnn: whether the arrays are laid out as cuDNN has them.
        reverse: whether it runs backwards in time.
        words: what else it says, for the card.
    """

    kind: str = ""
    activation: str = "tanh({})"
    gates: str = "sigmoid({})"
    reset: str = ""
    cudnn: bool = False
    reverse: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Way:
    """One direction: kernel (I, gates * H), recurrent_kernel (H, gates * H), bias; checked."""

    name: str
    kernel: Held
    recurrent: Held
    bias: Held | None
    said: Said
    notes: tuple[str, ...] = field(default=())

    @property
    def kind(self) -> str:
        """``rnn``, ``gru`` or ``lstm``, by the number of its gates."""
        return KINDS[self.recurrent.shape[1] // self.recurrent.shape[0]]

    @property
    def sizes(self) -> dict[str, int]:
        """I and H."""
        return {"I": self.kernel.shape[0], "H": self.recurrent.shape[0]}

    @property
    def held(self) -> tuple[Held, ...]:
        """Its parameters."""
        return (self.kernel, self.recurrent, *([] if self.bias is None else [self.bias]))

    @property
    def two_biases(self) -> bool:
        """Whether the bias is two."""
        return self.bias is not None and self.bias.count == 2 * self.recurrent.shape[1]

    @property
    def reset(self) -> str:
        """Where a GRU's reset gate stands: as the configuration says, or as the shape of the bias tells."""
        return self.said.reset or (BEFORE if self.bias is not None and not self.two_biases else AFTER)

    def gated(self, numbers: Numbers) -> Gated:
        """Its numbers, gate by gate. Raises LoadError."""
        order = ORDERS[self.kind]
        W, U = (by_gate(numbers.of(held), order, axis=1) for held in (self.kernel, self.recurrent))
        if self.said.cudnn:  # of each gate, the numbers of (H, I) and (H, H) row by row
            W = {gate: block.reshape(-1).reshape(block.shape[::-1]) for gate, block in W.items()}
        else:
            W, U = {gate: block.T for gate, block in W.items()}, {gate: block.T for gate, block in U.items()}
        b, c = {}, {}
        if self.bias is not None:
            bias = numbers.of(self.bias)
            rows = bias.reshape(2, -1) if self.two_biases else bias.reshape(1, -1)
            b = by_gate(rows[0], order)
            c = by_gate(rows[1], order) if self.two_biases else {}
        activations = dict.fromkeys(order, self.said.gates) | {CANDIDATES[self.kind]: self.said.activation}
        return Gated(
            self.kind,
            W,
            U,
            b,
            c,
            self.reset if self.kind == GRU else AFTER,
            activations,
            self.said.activation,
            reverse=self.said.reverse,
        )

    def card(self, kind: str, place: int) -> Card:
        """How it was read; `place` is its layer."""
        turned = [] if self.kind == RNN else [f"split by columns into {len(ORDERS[self.kind])} gates"]
        if self.said.cudnn:
            turned.append("cuDNN's layout: each gate's kernel read as (H, I), recurrent_kernel as it is")
        else:
            turned.append("kernel and recurrent_kernel transposed")
        if self.two_biases and self.kind == GRU:
            turned.append("the rows of bias summed for r and z, apart for n: b_n, c_n")
        elif self.two_biases:
            turned.append("the halves of bias summed to b")
        words = [f"reset {self.reset} the product (reset_after={self.reset == AFTER})"] * (self.kind == GRU)
        words.append(f"activation {self.said.activation.format('z')}")
        words += [f"gates {self.said.gates.format('z')}"] * (self.kind != RNN)
        words += ["no bias: zeros"] * (self.bias is None)
        return Card(
            self.name,
            kind,
            KERAS,
            (place,),
            self.sizes,
            (", ".join(ORDERS[self.kind]), ", ".join(GATES[self.kind])),
            tuple(turned),
            (*words, *self.said.words),
            "zeros",
            self.said.reverse,
            self.held,
        )


def way(source: Source, name: str, held: Mapping[str, Held], said: Said) -> Way:
    """One direction of the parameters ``kernel``, ``recurrent_kernel`` and perhaps ``bias``. Raises LoadError."""
    for needed in ("kernel", "recurrent_kernel"):
        if needed not in held:
            raise source.error(name, f"has no {needed}", "a recurrent layer has kernel and recurrent_kernel")
    kernel, recurrent, bias = held["kernel"], held["recurrent_kernel"], held.get("bias")
    for each in (kernel, recurrent):
        if len(each.shape) != 2 or 0 in each.shape:
            raise source.error(each.name, f"has shape {shown(each.shape)}", "a matrix is needed")
    hidden, columns = recurrent.shape
    gates, rest = divmod(columns, hidden)
    if rest or gates not in KINDS or said.kind not in ("", KINDS.get(gates)):
        why = f"has shape {shown(recurrent.shape)}, and {columns} columns are not"
        wanted = len(GATES.get(said.kind, ()))
        whose = f"{CALLED[said.kind]} has {'H' if wanted == 1 else f'{wanted}H'}" if wanted else "GRU 3H, LSTM 4H"
        raise source.error(recurrent.name, f"{why} {wanted or '1, 3 or 4'} times {hidden}", whose)
    if kernel.shape[1] != columns:
        raise source.error(
            kernel.name,
            f"has shape {shown(kernel.shape)}",
            f"beside {recurrent.name} of {shown(recurrent.shape)} it needs {shown((kernel.shape[0], columns))}",
        )
    kind = KINDS[gates]
    double: dict[str, list[tuple[int, ...]]] = {LSTM: [(2 * columns,)], GRU: [(2, columns), (2 * columns,)]}
    if bias is not None and bias.shape not in [(columns,), *double.get(kind, [])]:
        raise source.error(bias.name, f"has shape {shown(bias.shape)}", f"{shown((columns,))} is needed")
    flat = bias is not None and bias.shape == (2 * columns,)
    notes: tuple[str, ...] = ()
    if kind == GRU and bias is None and not said.reset:
        notes = (f"{name}: nothing says where the reset stands, Keras' default is taken: after the product",)
    if said.reset == BEFORE and bias is not None and bias.shape != (columns,):
        raise source.error(bias.name, f"has shape {shown(bias.shape)}", "reset_after=False has one row")
    return Way(name, kernel, recurrent, bias, replace(said, cudnn=said.cudnn or flat), notes)


def recurrent(one: Way, notes: tuple[str, ...] = ()) -> Part:
    """A SimpleRNN, LSTM or GRU."""
    kind = CALLED[one.kind]

    def read(numbers: Numbers) -> Read:
        gated = one.gated(numbers)
        layer = _layer(numbers, one, gated)
        return Read((layer,), (one.card(kind, 1),), (gated,), (*one.notes, *notes))

    return Part(one.name, kind, one.sizes["I"], one.sizes["H"], True, one.held, read)


def bidirectional(name: str, forward: Way, backward: Way, join: str, notes: tuple[str, ...] = ()) -> Part:
    """Both directions; `join` is one of `directions.JOINS`."""
    kind = f"Bidirectional {CALLED[forward.kind]}, {join}"
    sizes = (forward.sizes["H"], backward.sizes["H"])

    def read(numbers: Numbers) -> Read:
        own = [each.gated(numbers) for each in (forward, backward)]
        layers = [_layer(numbers, each, gated) for each, gated in zip((forward, backward), own, strict=True)]
        entry = Bidirectional(layers[0], layers[1], join)
        cards = (forward.card(kind, 1), backward.card(kind, 2))
        return Read((entry,), cards, (*own, None), (*forward.notes, *backward.notes, *notes))

    outputs = sum(sizes) if join == "concat" else sizes[0]
    return Part(name, kind, forward.sizes["I"], outputs, True, (*forward.held, *backward.held), read)


def _layer(numbers: Numbers, one: Way, gated: Gated) -> Layer:
    try:
        return gated.layer()
    except CellError as error:
        raise told(numbers.source, one.name, error) from None


def dense(
    source: Source, name: str, held: Mapping[str, Held], activation: str = "{}", notes: tuple[str, ...] = ()
) -> Part:
    """A Dense layer: kernel (I, O), and a bias (O,) or none. Raises LoadError."""
    kernel, bias = held["kernel"], held.get("bias")
    if len(kernel.shape) != 2 or 0 in kernel.shape:
        raise source.error(kernel.name, f"has shape {shown(kernel.shape)}", "a matrix is needed")
    inputs, outputs = kernel.shape
    if bias is not None and bias.shape != (outputs,):
        raise source.error(bias.name, f"has shape {shown(bias.shape)}", f"{shown((outputs,))} is needed")
    both = (kernel,) if bias is None else (kernel, bias)
    words = [f"activation {activation.format('z')}"] * (activation != "{}") + ["no bias: zeros"] * (bias is None)

    def read(numbers: Numbers) -> Read:
        layer = readouts.dense(numbers.of(kernel).T, None if bias is None else numbers.of(bias), activation)
        return single(name, "Dense", KERAS, layer, both, ("kernel transposed",), tuple(words), notes)

    return Part(name, "Dense", inputs, outputs, False, both, read)


def embedding(source: Source, name: str, table: Held, notes: tuple[str, ...] = ()) -> Part:
    """An Embedding: (V, O), a row for each of V tokens. Raises LoadError."""
    if len(table.shape) != 2 or 0 in table.shape:
        raise source.error(table.name, f"has shape {shown(table.shape)}", "a matrix is needed")

    def read(numbers: Numbers) -> Read:
        return single(name, "Embedding", KERAS, Layer("embedding", {"E": numbers.of(table)}), (table,), notes=notes)

    return Part(name, "Embedding", table.shape[0], table.shape[1], False, (table,), read)
