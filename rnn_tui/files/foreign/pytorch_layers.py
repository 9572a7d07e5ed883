"""The layers of PyTorch by the names and shapes of their parameters: nn.RNN, LSTM, GRU, their cells, Linear, Embedding.

Names, shapes and the order of gates as the pages of torch.nn.RNN, LSTM, GRU, LSTMCell and GRUCell have them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.directions import Bidirectional
from rnn_tui.core.errors import CellError
from rnn_tui.core.gated import GATES, GRU, LSTM, RNN, Gated
from rnn_tui.core.layer import Layer
from rnn_tui.core.readouts import dense
from rnn_tui.files.foreign.loaded import Card, Held
from rnn_tui.files.foreign.parts import KINDS, Numbers, Part, Read, by_gate, only, shown, single, told
from rnn_tui.files.source import Source

LEAF = re.compile(r"(weight_ih|weight_hh|bias_ih|bias_hh|weight_hr)_l(0|[1-9][0-9]{0,2})(_reverse)?")
OF_CELL = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
NAMES = (*OF_CELL, "weight_hr")
ORDERS = GATES
"""PyTorch's order of gates in our letters: it is ours."""
PYTORCH = "PyTorch"


@dataclass(frozen=True, eq=False)
class Direction:
    """One direction of one layer: its parameters by PyTorch's names without their ending, and what they say."""

    ending: str
    held: Mapping[str, Held]
    kind: str
    inputs: int
    hidden: int
    outputs: int

    @property
    def reverse(self) -> bool:
        """Whether it runs backwards in time."""
        return self.ending.endswith("_reverse")

    def gated(self, numbers: Numbers) -> Gated:
        """Its numbers, gate by gate. Raises LoadError."""
        order = ORDERS[self.kind]
        stacked = {name: by_gate(numbers.of(held), order) for name, held in self.held.items() if name in OF_CELL}
        return Gated(
            self.kind,
            stacked["weight_ih"],
            stacked["weight_hh"],
            stacked.get("bias_ih", {}),
            stacked.get("bias_hh", {}),
            P=numbers.of(self.held["weight_hr"]) if "weight_hr" in self.held else None,
            reverse=self.reverse,
        )

    def card(self, name: str, kind: str, place: int) -> Card:
        """How it was read; `place` is its layer."""
        both = "bias_ih" in self.held and "bias_hh" in self.held
        turned = [] if self.kind == RNN else [f"split by rows into {len(ORDERS[self.kind])} gates"]
        if both and self.kind == GRU:
            turned.append("bias_ih + bias_hh summed for r and z, apart for n: b_n, c_n")
        elif both:
            turned.append("bias_ih + bias_hh summed to b")
        choices = {RNN: "tanh, as the file does not say", GRU: "reset after the product, PyTorch's rule", LSTM: ""}
        words = [choices[self.kind]] + ([] if both else ["no bias: zeros"])
        words += ["weight_hr projects s"] if "weight_hr" in self.held else []
        order = "" if self.kind == RNN else ", ".join(ORDERS[self.kind])
        sizes = {"I": self.inputs, "H": self.hidden} | ({"O": self.outputs} if "weight_hr" in self.held else {})
        return Card(
            f"{name} {self.ending.lstrip('_')}".strip(),
            kind,
            PYTORCH,
            (place,),
            sizes,
            (order, order),
            tuple(turned),
            tuple(filter(None, words)),
            "zeros",
            self.reverse,
            tuple(self.held.values()),
        )


def _direction(source: Source, ending: str, held: Mapping[str, Held]) -> Direction:
    """Checks the shapes of one direction. Raises LoadError."""
    for needed in ("weight_ih", "weight_hh"):
        if needed not in held:
            other = next(iter(held.values())).name
            raise source.error(_named(other, needed + ending), "is missing", "a recurrent layer has W and U")
    W, U, P = held["weight_ih"], held["weight_hh"], held.get("weight_hr")
    for each in (W, U, *([P] if P else [])):
        if len(each.shape) != 2 or 0 in each.shape:
            raise source.error(each.name, f"has shape {shown(each.shape)}", "a matrix is needed")
    rows, fed = U.shape
    hidden = P.shape[1] if P else fed
    gates, rest = divmod(rows, hidden)
    if rest or gates not in KINDS or (P is not None and gates != 4):
        why = f"has shape {shown(U.shape)}, and {rows} rows are not 1, 3 or 4 times {hidden}"
        raise source.error(U.name, why, "an RNN has H rows, a GRU 3H, an LSTM 4H")
    wanted = {
        "weight_ih": (rows, W.shape[1]),
        "bias_ih": (rows,),
        "bias_hh": (rows,),
        "weight_hr": (fed, hidden),
    }
    for name, shape in wanted.items():
        if name in held and held[name].shape != shape:
            why = f"has shape {shown(held[name].shape)}"
            raise source.error(held[name].name, why, f"beside {U.name} of {shown(U.shape)} it needs {shown(shape)}")
    return Direction(ending, held, KINDS[gates], W.shape[1], hidden, fed)


def _named(other: str, leaf: str) -> str:
    """The name of a parameter beside another one."""
    return re.sub(r"[^./]*$", leaf, other, count=1)


def recurrent(source: Source, name: str, group: Mapping[str, Held]) -> Part:
    """An nn.RNN, LSTM or GRU of any number of layers, one or both directions. Raises LoadError."""
    found: dict[tuple[int, bool], dict[str, Held]] = {}
    for leaf, held in group.items():
        match = LEAF.fullmatch(leaf)
        assert match is not None
        found.setdefault((int(match[2]), bool(match[3])), {})[match[1]] = held
    both = any(reverse for _, reverse in found)
    count = max(layer for layer, _ in found) + 1
    stack: list[tuple[Direction, ...]] = []
    for layer in range(count):
        ways = []
        for reverse in (False, True)[: 1 + both]:
            ending = f"_l{layer}" + "_reverse" * reverse
            if (layer, reverse) not in found:
                where = _named(next(iter(group.values())).name, "weight_ih" + ending)
                raise source.error(where, "is missing", f"there are layers 0 to {count - 1}" + ", both ways" * both)
            ways.append(_direction(source, ending, found[layer, reverse]))
        _check(source, [*(stack[-1] if stack else ()), *ways], len(ways))
        stack.append(tuple(ways))
    kind = stack[0][0].kind.upper() + (", both directions" if both else "")
    outputs = sum(way.outputs for way in stack[-1])

    def read(numbers: Numbers) -> Read:
        return _read(numbers, name, kind, stack)

    every = tuple(way.held[each] for ways in stack for way in ways for each in NAMES if each in way.held)
    return Part(name, kind, stack[0][0].inputs, outputs, True, every, read)


def _check(source: Source, ways: list[Direction], last: int) -> None:
    """That the `last` of these directions are of one kind with those below, and as wide. Raises LoadError."""
    below, here = ways[:-last], ways[-last:]
    for way in here:
        first = ways[0]
        U = way.held["weight_hh"]
        if way.kind != first.kind:
            why = f"is of {_article(way.kind)}, and {first.held['weight_hh'].name} of {_article(first.kind)}"
            raise source.error(U.name, why, "the layers of one module are of one kind")
        wanted = sum(each.outputs for each in below) if below else first.inputs
        if way.inputs != wanted:
            W = way.held["weight_ih"]
            what = f"the layer below gives {wanted}" if below else f"the other direction takes {wanted}"
            raise source.error(W.name, f"has shape {shown(W.shape)}", what)


def _article(kind: str) -> str:
    return f"a {kind.upper()}" if kind == GRU else f"an {kind.upper()}"


def _read(numbers: Numbers, name: str, kind: str, stack: list[tuple[Direction, ...]]) -> Read:
    entries: list[Layer | Bidirectional] = []
    cards: list[Card] = []
    gated: list[Gated | None] = []
    for ways in stack:
        own = [way.gated(numbers) for way in ways]
        try:
            layers = [each.layer() for each in own]
        except CellError as error:
            raise told(numbers.source, name, error) from None
        cards += [way.card(name, kind, len(gated) + place) for place, way in enumerate(ways, 1)]
        if len(ways) == 2:
            entries.append(Bidirectional(layers[0], layers[1], "concat"))
            gated += [*own, None]
        else:
            entries.append(layers[0])
            gated += own
    notes = [f"{name or 'the RNN'}: the file does not say tanh or relu, tanh is taken"] * (stack[0][0].kind == RNN)
    return Read(tuple(entries), tuple(cards), tuple(gated), tuple(notes))


def cell(source: Source, name: str, group: Mapping[str, Held]) -> Part:
    """An nn.RNNCell, LSTMCell or GRUCell. Raises LoadError."""
    way = _direction(source, "", group)
    kind = f"{way.kind.upper()}Cell"

    def read(numbers: Numbers) -> Read:
        return _read(numbers, name, kind, [(way,)])

    return Part(name, kind, way.inputs, way.outputs, True, only(group, OF_CELL), read)


def linear(source: Source, name: str, group: Mapping[str, Held]) -> Part:
    """An nn.Linear: weight (O, I), and a bias (O,) or none."""
    weight, bias = group["weight"], group.get("bias")
    outputs, inputs = weight.shape
    held = (weight,) if bias is None else (weight, bias)

    def read(numbers: Numbers) -> Read:
        layer = dense(numbers.of(weight), None if bias is None else numbers.of(bias))
        choices = () if bias is not None else ("no bias: zeros",)
        return single(name, "Linear", PYTORCH, layer, held, choices=choices)

    return Part(name, "Linear", inputs, outputs, False, held, read)


def embedding(source: Source, name: str, group: Mapping[str, Held]) -> Part:
    """An nn.Embedding: weight (V, O), a row for each of V tokens."""
    weight = group["weight"]

    def read(numbers: Numbers) -> Read:
        layer = Layer("embedding", {"E": numbers.of(weight)})
        return single(name, "Embedding", PYTORCH, layer, (weight,))

    return Part(name, "Embedding", weight.shape[0], weight.shape[1], False, (weight,), read)
