"""A recurrent layer as frameworks hold it: of each gate W, U and both biases apart, with the choices that frameworks
make differently. Every reader of a foreign file ends here, and what one may have got wrong is a change of one of these.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell, built_in_with
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.layer import Layer

Array = NDArray[Any]

RNN, LSTM, GRU = "rnn", "lstm", "gru"
GATES: Mapping[str, tuple[str, ...]] = {RNN: ("",), LSTM: ("i", "f", "g", "o"), GRU: ("r", "z", "n")}
"""The gates of each kind, in our order; an RNN has one sum, without a name."""
CANDIDATES: Mapping[str, str] = {RNN: "", LSTM: "g", GRU: "n"}
"""The one of them whose sum goes through tanh, where nobody says otherwise."""
AFTER, BEFORE = "after", "before"
"""Where a GRU's reset gate stands: after the product with U_n (PyTorch, cuDNN, Keras' default), or before it."""
PEEPHOLES = ("i", "f", "o")


@dataclass(frozen=True, eq=False)
class Gated:
    """A recurrent layer, gate by gate, in our convention: column vectors, W . x and U . s.

    Attributes:
        kind: ``rnn``, ``lstm`` or ``gru``.
        W: gate to (H, I).
        U: gate to (H, H), or (H, O) with a projection.
        b: gate to (H,), the bias beside W; empty where the layer has none.
        c: gate to (H,), the bias beside U; empty where the layer has one bias alone, or none.
        reset: of a GRU, ``after`` or ``before``.
        activations: gate to the function of its sum, as our equations write it with ``{}`` for the sum:
            ``"tanh({})"``, ``"hard_sigmoid({}, 0.2, 0.5)"``; those that are not named are sigmoid, and tanh for the
            candidate and for an RNN.
        shown: the function of c[t] in what an LSTM shows, in the same way.
        P: (O, H), the projection of an LSTM, or None.
        peepholes: i, f and o to (H,); empty where there are none.
        clip: the bound of every sum before its activation, or None.
        coupled: whether an LSTM has no forget gate of its own, but 1 - i (ONNX' input_forget).
        reverse: whether it runs backwards in time.
    """

    kind: str
    W: Mapping[str, Array]
    U: Mapping[str, Array]
    b: Mapping[str, Array] = field(default_factory=dict)
    c: Mapping[str, Array] = field(default_factory=dict)
    reset: str = AFTER
    activations: Mapping[str, str] = field(default_factory=dict)
    shown: str = "tanh({})"
    P: Array | None = None
    peepholes: Mapping[str, Array] = field(default_factory=dict)
    clip: float | None = None
    coupled: bool = False
    reverse: bool = False

    @property
    def gates(self) -> tuple[str, ...]:
        """Its gates, in our order."""
        return tuple(gate for gate in GATES[self.kind] if not (self.coupled and gate == "f"))

    @property
    def sizes(self) -> dict[str, int]:
        """I and H, and with a projection O."""
        H, I = next(iter(self.W.values())).shape  # noqa: E741 - the field's letters
        return {"I": I, "H": H} | ({} if self.P is None else {"O": len(self.P)})

    def activation(self, gate: str) -> str:
        """The function of a gate's sum, with ``{}`` for the sum."""
        return self.activations.get(gate, "tanh({})" if gate == CANDIDATES[self.kind] else "sigmoid({})")

    def layer(self) -> Layer:
        """The layer that computes the same. Its cell is the built-in one where there is one of these choices.

        The two biases of a gate are summed in float64 and rounded once, as none of the frameworks promises an order.

        Raises:
            CellError: the shapes do not fit.
        """
        return Layer(self.cell(), self.parameters(), self.reverse)

    def parameters(self) -> dict[str, Array]:
        """Name to array, as the cell calls them."""
        found: dict[str, Array] = {}
        dtype = next(iter(self.W.values())).dtype
        size = self.sizes["H"]
        for gate in self.gates:
            ending = f"_{gate}" if gate else ""
            found |= {f"W{ending}": self.W[gate], f"U{ending}": self.U[gate]}
            beside = self.b.get(gate, np.zeros(size, dtype))
            other = self.c.get(gate, np.zeros(size, dtype))
            if gate == "n" and self.reset == AFTER:
                found |= {"b_n": beside, "c_n": other}
            else:
                with np.errstate(all="ignore"):  # of numbers that are not finite
                    summed = np.asarray(beside, np.float64) + np.asarray(other, np.float64)
                    found[f"b{ending}"] = summed.astype(np.result_type(beside, other))
        found |= {f"p_{gate}": array for gate, array in self.peepholes.items() if gate in self.gates}
        return found | ({} if self.P is None else {"P": self.P})

    def cell(self) -> Cell:
        """Its equations: a built-in cell's where one has just these.

        Equations as the pages of torch.nn.RNN, LSTM and GRU have them; peepholes, clip, activations and coupled gates
        as the ONNX operators RNN, LSTM and GRU define them.
        """
        equations = "\n".join(self._equations())
        built_in = built_in_with(equations)
        if built_in:
            return Cell.named(built_in)
        return Cell.parse(_text(self.kind, equations, self._shapes(), self.P is not None), f"{self.kind} as read")

    def _equations(self) -> list[str]:
        if self.kind == RNN:
            lines = [self._gate("")]
        elif self.kind == LSTM:
            cell = "c[t] = f[t] * c[t-1] + i[t] * g[t]"
            shown = f"o[t] * {self.shown.format('c[t]')}"
            hidden = f"s[t] = {shown}" if self.P is None else f"s[t] = P @ ({shown})"
            forget = "f[t] = 1 - i[t]" if self.coupled else self._gate("f")
            late = bool(self.peepholes)  # o sees the new c
            gates = [self._gate("i"), forget, self._gate("g")]
            lines = [*gates, cell, self._gate("o"), hidden] if late else [*gates, self._gate("o"), cell, hidden]
        else:
            kept = "s[t] = (1 - z[t]) * n[t] + z[t] * s[t-1]"
            lines = [self._gate("r"), self._gate("z"), self._gate("n"), kept]
        return [*lines, "y[t] = s[t]"]

    def _gate(self, gate: str) -> str:
        """The equation of one gate."""
        ending, target = (f"_{gate}", gate) if gate else ("", "s")
        if gate == "n" and self.reset == AFTER:
            terms = ["W_n @ x[t]", "b_n", "r[t] * (U_n @ s[t-1] + c_n)"]
        else:
            state = "(r[t] * s[t-1])" if gate == "n" else "s[t-1]"
            terms = [f"W{ending} @ x[t]", f"U{ending} @ {state}"]
            if gate in self.peepholes:
                terms.append(f"p_{gate} * c[t{'' if gate == 'o' else '-1'}]")
            terms.append(f"b{ending}")
        summed = " + ".join(terms)
        if self.clip is not None:
            summed = f"clip({summed}, {float(self.clip)!r})"
        return f"{target}[t] = {self.activation(gate).format(summed)}"

    def _shapes(self) -> dict[str, tuple[str, ...]]:
        """Name to shape in letters of every parameter."""
        fed = "H" if self.P is None else "O"
        shapes: dict[str, tuple[str, ...]] = {}
        for name in self.parameters():
            kind = name[0]
            shapes[name] = {"W": ("H", "I"), "U": ("H", fed), "P": ("O", "H")}.get(kind, ("H",))
        return shapes


def _text(kind: str, equations: str, shapes: Mapping[str, tuple[str, ...]], projected: bool) -> str:
    """A cell's text in TOML."""
    title = {RNN: "Recurrent network", LSTM: "Long short-term memory (LSTM)", GRU: "Gated recurrent unit (GRU)"}[kind]
    lines = [f'title = "{title} as read"', 'source = "the model file"', 'equations = """', equations, '"""', ""]
    lines += ["[parameters]"] + [f"{name} = {json.dumps(list(shape))}" for name, shape in shapes.items()]
    lines += ["", "[state]", f's = ["{"O" if projected else "H"}"]'] + (['c = ["H"]'] if kind == LSTM else [])
    return "\n".join(lines) + "\n"
