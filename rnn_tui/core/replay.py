"""A network run again over a sequence, in float64 and as often as one likes, for the numbers that a trace has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.gated import Gated
from rnn_tui.core.network import Network
from rnn_tui.core.run import Run
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.trace import Key, Values

Array = NDArray[Any]
States = tuple[Mapping[str, Array], ...]


@dataclass(frozen=True, eq=False)
class Subject:
    """What is compared with a trace.

    Attributes:
        network: computes in float64.
        gated: for every layer how it stands gate by gate; None where it is no such layer.
        sequence: what it reads.
        initial_state: one mapping a layer; empty where all begin with zeros.
        keys: the quantities that are asked for.
        siblings: the sequences of the same file by their number, from 1; empty where there is this one alone.
        number: which of them this is, from 1.
        notes: what was guessed in reading the network.
        orders: for every layer the order in which its file has the gates, in our letters; empty where that is unknown.
    """

    network: Network
    gated: tuple[Gated | None, ...]
    sequence: Sequence
    initial_state: States
    keys: tuple[Key, ...]
    siblings: Mapping[int, Sequence] = field(default_factory=dict)
    number: int = 1
    notes: tuple[str, ...] = ()
    orders: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(
        cls,
        network: Network,
        gated: Iterable[Gated | None],
        sequence: Sequence,
        initial_state: States,
        keys: tuple[Key, ...],
        **others: Any,
    ) -> Subject:
        """The same in float64, every layer made of what stands gate by gate."""
        own = tuple(None if each is None else in_float64(each) for each in gated)
        own += (None,) * (len(network.layers) - len(own))
        network = network.astype(np.dtype(np.float64))
        for index, each in enumerate(own):
            if each is not None:
                network = network.with_layer(index, each.layer())
        return cls(network, own, sequence, initial_state, keys, **others)

    def without(self, changed: Mapping[int, Gated]) -> Network:
        """The network with some layers, by their place from 0, in the place of its own."""
        network = self.network
        for index, gated in changed.items():
            network = network.with_layer(index, gated.layer())
        return network

    def values(
        self,
        rows: int | None = None,
        network: Network | None = None,
        sequence: Sequence | None = None,
        initial_state: States | None = None,
    ) -> Values:
        """What is asked for, of its first timesteps.

        Args:
            rows: how many timesteps; None for all. Of a network with a layer that runs backwards in time it is all.
            network, sequence, initial_state: in the place of its own.

        Returns:
            (rows, n) each, float64.
        """
        network = network or self.network
        sequence = sequence or self.sequence
        if rows is not None and rows < len(sequence) and network.forwards:
            sequence = first_rows(sequence, rows)
        states = self.initial_state if initial_state is None else initial_state
        return computed(network, sequence, states, self.keys)


def computed(network: Network, sequence: Sequence, states: States, keys: Iterable[Key]) -> dict[Key, Array]:
    """Some quantities over all timesteps, (T, n) each, in the order of time."""
    return recorded(Run(network, sequence, states), keys)


def recorded(run: Run, keys: Iterable[Key]) -> dict[Key, Array]:
    """Some quantities of a run over all timesteps, (T, n) each, in the order of time."""
    wanted = tuple(keys)
    with np.errstate(all="ignore"):
        tape = run.walk().tape
        parts: dict[Key, list[Array]] = {key: [] for key in wanted}
        for number in range(tape.chunks):
            chunk = tape.chunk(number)
            for layer, name in wanted:
                parts[layer, name].append(chunk.rows(layer, name))
    return {key: np.concatenate(own) for key, own in parts.items()}


def first_rows(sequence: Sequence, count: int, start: int = 0) -> Sequence:
    """Some timesteps of a sequence, without what else there is of it; it begins where it is cut."""
    end = min(start + count, len(sequence))
    resets = [t - start for t in sequence.resets.tolist() if start < t <= end]
    return Sequence(sequence.x[start:end], name=sequence.name, resets=np.array(resets, np.int64))


def after(earlier: Iterable[Sequence], sequence: Sequence) -> Sequence:
    """A sequence with others before it, of which the states are carried on."""
    resets: list[int] = []
    before = 0
    rows = []
    for each in (*earlier, sequence):
        resets += [t + before for t in each.resets.tolist() if t > 1]
        rows.append(np.asarray(each.x))
        before += len(each)
    return Sequence(np.concatenate(rows), name=sequence.name, resets=np.array(resets, np.int64))


def in_float64(gated: Gated) -> Gated:
    """A layer with every number in float64."""
    return each_array(gated, lambda array: np.asarray(array, np.float64))


def each_array(gated: Gated, change: Callable[[Array], Array]) -> Gated:
    """A layer with every array changed, both biases apart."""
    named: dict[str, Any] = {
        name: {gate: change(array) for gate, array in getattr(gated, name).items()}
        for name in ("W", "U", "b", "c", "peepholes")
    }
    return replace(gated, P=None if gated.P is None else change(gated.P), **named)
