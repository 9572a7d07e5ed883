"""One recurrent layer with the same numbers in it, three times: ours, PyTorch's, and a loop written by hand."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui import Layer, Network, Sequence, Simulator

Array = NDArray[Any]
GATES = {"elman": ("",), "lstm": ("_i", "_f", "_g", "_o")}
"""What the parameters' names end with, in PyTorch's order."""
TOLERANCE = {"float64": 1e-9, "float32": 1e-3}
"""How far apart the last y may be: float32 drifts over thousands of timesteps."""


@lru_cache(maxsize=1)
def torch() -> Any:
    """PyTorch on one thread, or None where it is not installed."""
    try:
        module = importlib.import_module("torch")
    except ImportError:
        return None
    module.set_num_threads(1)
    return module


@dataclass(frozen=True, eq=False)
class Contest:
    """A cell, its sizes, and a sequence. I = H.

    Attributes:
        cell: ``elman`` or ``lstm``.
        hidden: H.
        dtype: ``float64`` or ``float32``.
        steps: T.
    """

    cell: str
    hidden: int
    dtype: str
    steps: int

    @property
    def x(self) -> Array:
        """(T, I), the same for everyone."""
        return np.random.default_rng(1).normal(size=(self.steps, self.hidden)).astype(self.dtype)

    def layer(self) -> Layer:
        """The parameters, the same for everyone."""
        random = Network.random(self.cell, self.hidden, self.hidden).layers[0].parameters
        return Layer(self.cell, {name: array.astype(self.dtype) for name, array in random.items()})

    def stacked(self) -> tuple[Array, Array, Array]:
        """W, U and b with the gates one under the other."""
        parameters, gates = self.layer().parameters, GATES[self.cell]
        w, u, b = (np.concatenate([parameters[letter + gate] for gate in gates]) for letter in "WUb")
        return w, u, b

    def ours(self) -> Simulator:
        """The product's own simulator, before its first timestep."""
        return Simulator(Network([self.layer()]), Sequence(self.x))

    def theirs(self) -> Any:
        """PyTorch's module for whole sequences (`whole`) and for one timestep (`one`), and x with a batch of 1."""
        module = torch()
        kind, dtype = {"elman": "RNN", "lstm": "LSTM"}[self.cell], getattr(module, self.dtype)
        whole = getattr(module.nn, kind)(self.hidden, self.hidden, dtype=dtype)
        one = getattr(module.nn, f"{kind}Cell")(self.hidden, self.hidden, dtype=dtype)
        w, u, b = map(module.from_numpy, self.stacked())
        with module.no_grad():
            for network, end in ((whole, "_l0"), (one, "")):
                for name, value in (("weight_ih", w), ("weight_hh", u), ("bias_ih", b), ("bias_hh", b * 0)):
                    getattr(network, name + end).copy_(value)
        return SimpleNamespace(whole=whole, one=one, x=module.from_numpy(self.x)[:, None, :])

    def agree(self, peers: Any) -> None:
        """Makes sure that all compute the same. Raises AssertionError."""
        simulator, module = self.ours(), torch()
        last = simulator.at(self.steps).y
        with module.inference_mode():
            found = [peers.whole(peers.x)[0][-1, 0].numpy(), torch_cell(peers)[0][0].numpy()]
        found += [torch_single(peers)[0][0, 0].numpy(), by_hand(self.cell, self.x, *self.stacked())["s"][-1]]
        for y in found:
            np.testing.assert_allclose(y, last, rtol=0, atol=TOLERANCE[self.dtype])


def pass_all(simulator: Simulator) -> None:
    """The whole run, as the product lets it go on."""
    while simulator.run.advance():
        pass


def step_through(simulator: Simulator) -> None:
    """One timestep after the other, every named value at hand, as the app does with a key held down."""
    for t in range(1, len(simulator) + 1):
        simulator.at(t)


def torch_whole(peers: Any) -> Any:
    """The whole sequence in one call."""
    with torch().inference_mode():
        return peers.whole(peers.x)


def torch_cell(peers: Any) -> Any:
    """nn.RNNCell or nn.LSTMCell, one timestep after the other; every state is kept. Returns the last h first."""
    kept = []
    with torch().inference_mode():
        state, cell = None, peers.one
        for x in peers.x:
            state = cell(x, state)
            kept.append(state)
    return kept[-1] if isinstance(kept[-1], tuple) else kept[-1:]


def torch_single(peers: Any) -> Any:
    """nn.RNN or nn.LSTM over sequences of one timestep. Returns the last y first."""
    kept = []
    with torch().inference_mode():
        state, network = None, peers.whole
        for x in peers.x[:, None]:
            y, state = network(x, state)
            kept.append(y)
    return kept[-1:]


def by_hand(cell: str, x: Array, w: Array, u: Array, b: Array) -> dict[str, Array]:
    """The loop one writes by hand, which keeps every quantity that the equations name."""
    hidden = u.shape[1]
    kept = {name: np.empty((len(x), hidden), x.dtype) for name in ("s", "c", "i", "f", "g", "o", "c_tanh")}
    kept["z"] = np.empty((len(x), len(b)), x.dtype)
    s = c = np.zeros(hidden, x.dtype)
    for t in range(len(x)):
        z = kept["z"][t] = w @ x[t] + u @ s + b
        if cell == "elman":
            s = np.tanh(z)
        else:
            i, f, o = (1 / (1 + np.exp(-z[k * hidden : (k + 1) * hidden])) for k in (0, 1, 3))
            g = np.tanh(z[2 * hidden : 3 * hidden])
            c = f * c + i * g
            c_tanh = np.tanh(c)
            s = o * c_tanh
            for name, value in (("i", i), ("f", f), ("g", g), ("o", o), ("c", c), ("c_tanh", c_tanh)):
                kept[name][t] = value
        kept["s"][t] = s
    return kept
