"""The tape of a run: any timestep of any layer, with memory that does not grow with all that was computed.

Time is cut into chunks of a fixed length. The state before every chunk is kept (a checkpoint); a chunk's values are
computed from its checkpoint when they are asked for, and the last few chunks stay in memory. A chunk is always computed
whole and in the same way, so every way to a timestep finds the same bits, and going back costs one chunk at the most.
What questions about the whole run are asked of stays beside it: its states, in `core.store`.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Protocol

import numpy as np

from rnn_tui.core.carried import Carried
from rnn_tui.core.chunk import Chunk, State
from rnn_tui.core.cuts import Cuts
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.digest import Digest
from rnn_tui.core.errors import RangeError
from rnn_tui.core.generating import Speech
from rnn_tui.core.interventions import NOTHING, Interventions
from rnn_tui.core.layer import Array
from rnn_tui.core.network import Network
from rnn_tui.core.plan import plan_of
from rnn_tui.core.readout import Score
from rnn_tui.core.runner import Run, Runner
from rnn_tui.core.store import Store
from rnn_tui.core.stretches import Layers
from rnn_tui.core.texts import megabytes

LONGEST_CHUNK = 256
SHORTEST_CHUNK = 16
CHUNK_WORK = 2**26
"""Multiplications a chunk may take, so that a seek stays far below a frame or two."""
KEPT_CHUNKS = 8
CHUNK_BYTES = 2**26
"""What the values of one chunk may take."""
LARGEST_STEP = 2**24
"""Bytes of the values of one timestep of a network; it is refused where it has more."""
MEMORY_LIMIT = 2 * 2**30
"""Bytes that the y of all timesteps may take in a network that runs backwards in time."""


class AnyTape(Protocol):
    """What a simulator reads: chunks of timesteps, passed or not, and what those passed look like."""

    network: Network
    initial: tuple[State, ...]
    runners: tuple[Runner, ...]
    cuts: Cuts
    chunks: int
    done: int
    broken: int | None
    digest: Digest
    carried: Carried
    score: Score | None
    store: Store | None

    def advance(self) -> bool:
        """Passes one more chunk; False if all have been."""

    def chunk(self, index: int) -> Chunk:
        """The values of a chunk."""


@dataclass(frozen=True, eq=False)
class Beginning:
    """The timesteps before one, which another tape has: of the same layers, of as many timesteps.

    Attributes:
        tape: that tape.
        first: the first timestep, from 1, that is not the same there.
    """

    tape: Tape
    first: int


class Tape:
    """The runs of all layers of a network over a sequence, chunk by chunk.

    Attributes:
        network: what runs.
        x: (T, I), what the first layer reads.
        chunk_length: timesteps a chunk.
        cuts: which timesteps each has.
        chunks: how many there are.
        done: how many chunks have been passed, from the first; those after them have no checkpoint yet.
        broken: the first timestep with a number that is not finite among the chunks passed, or None.
        digest: what the chunks passed look like.
        carried: what they did to the states.
        score: at which of their timesteps the prediction is right; None where nothing is predicted.
        base, shared: another tape, and how many of its chunks, from the first, are these as well.
        store: what of the chunks passed stays in memory; None where nothing does.
    """

    def __init__(
        self,
        network: Network,
        x: Array,
        initial: tuple[State, ...],
        sizes: tuple[dict[str, int], ...],
        score: Score | None = None,
        interventions: Interventions = NOTHING,
        beginning: Beginning | None = None,
        speech: Speech | None = None,
    ) -> None:
        """Makes room for a run.

        Args:
            network: what runs.
            x: (T, I).
            initial: for every layer the state it begins with.
            sizes: for every layer its letters and their numbers.
            score: what judges the prediction.
            interventions: what is forced, and where the states begin afresh.
            beginning: another tape that is the same up to a timestep, whose chunks then need not be computed again.
            speech: whose x it is, where y says some of it.

        Raises:
            RangeError: the values of one timestep take more than `LARGEST_STEP`.
        """
        self.network, self.x, self.initial, self.score = network, x, initial, score
        self.interventions, self.speech = interventions, speech
        self.runners = tuple(
            Runner(plan_of(layer.cell, interventions.names(index)), layer.parameters, own, network.dtype)
            for index, (layer, own) in enumerate(zip(network.layers, sizes, strict=True))
        )
        self.layers = Layers(network, self.runners, initial, interventions)
        work = sum(a.size for layer in network.layers for a in layer.parameters.values() if a.ndim == 2)
        steps = int(np.clip(CHUNK_WORK // max(work, 1), SHORTEST_CHUNK, LONGEST_CHUNK))
        step = sum(runner.step_bytes for runner in self.runners)
        if step > LARGEST_STEP:
            why = f"one timestep of this network takes {megabytes(step)}"
            raise RangeError("network", "", why, f"{megabytes(LARGEST_STEP)} is the most")
        steps = min(steps, CHUNK_BYTES // max(step, 1))
        self.chunk_length = 1 << (steps.bit_length() - 1)
        self.cuts = Cuts.even(self.chunk_length, len(x))
        self.chunks = len(self.cuts)
        self.done = 0
        self.broken: int | None = None
        reverse = [layer.reverse for layer in network.layers]
        self.digest = Digest(self.runners, reverse, len(x), self.chunk_length)
        self.store: Store | None = Store(self.runners, reverse, len(x))
        self.carried = Carried(self.runners, len(x), self.chunks, interventions)
        self._before: list[dict[int, State]] = [
            {self.chunks - 1 if layer.reverse else 0: state}
            for layer, state in zip(network.layers, initial, strict=True)
        ]
        self._outputs: list[Array] = []
        self._kept: OrderedDict[int, Chunk] = OrderedDict()
        self.shared, self.base = 0, None if beginning is None else beginning.tape
        if beginning is not None:
            self._begin_with(beginning)

    def _begin_with(self, beginning: Beginning) -> None:
        """Takes over the chunks of another tape that are the same."""
        base, chunk = beginning.tape, beginning.tape.chunk_length
        if len(base.x) != len(self.x) or chunk != self.chunk_length or not (base.network.forwards and base.done):
            return
        shared = min((beginning.first - 1) // chunk, base.done)
        shared -= shared % max(base.digest.bucket // chunk, 1)  # a bucket cannot be taken over in part
        ready = shared * chunk
        if not shared or base.digest.bucket != self.digest.bucket or (base.broken or ready + 1) <= ready:
            return
        self.shared = self.done = shared
        self._before = [{shared: base.before(number, shared)} for number in range(len(self.network.layers))]
        self.digest.begin_with(base.digest, ready)
        self.store = None if self.store is None else self.store.begun(base.store, ready)
        self.carried.begin_with(base.carried, shared, ready)
        if self.score is not None and base.score is not None:
            self.score.begin_with(base.score, ready)

    def before(self, layer: int, index: int) -> State:
        """The state of a layer (from 0) before a chunk that has been passed up to."""
        if index < self.shared and self.base is not None:
            return self.base.before(layer, index)
        return self._before[layer][index]

    def advance(self) -> bool:
        """Passes one more chunk; False if all have been."""
        if self.done < self.chunks:
            self.chunk(self.done)
        return self.done < self.chunks

    def chunk(self, index: int) -> Chunk:
        """The values of a chunk; the chunks before it are passed first where they have not been.

        Raises:
            RangeError: the network runs backwards in time and the sequence is too long for that.
        """
        if index < self.shared and self.base is not None:
            return self.base.chunk(index)
        if index in self._kept:
            self._kept.move_to_end(index)
            return self._kept[index]
        if not self.network.forwards and not self._outputs:
            self._pass_all()
        while self.done < index:
            self._keep(self.done, self._computed(self.done))
        return self._keep(index, self._computed(index))

    def _keep(self, index: int, chunk: Chunk) -> Chunk:
        """Notes a chunk that was computed, and forgets the one that was not used for longest."""
        self._kept[index] = chunk
        while len(self._kept) > KEPT_CHUNKS:
            self._kept.popitem(last=False)
        if index == self.done:
            self.done += 1
            self._look(chunk)
            self.digest.add(chunk.first, chunk.runs)
            if self.store is not None:
                self.store.add(chunk.first, chunk.runs)
            self.carried.add(index, chunk)
            if self.score is not None:
                self.score.add(chunk.first, chunk.rows(len(chunk.runs) - 1, "y"))
        return chunk

    def _look(self, chunk: Chunk) -> None:
        """Looks for the first number that is not finite."""
        if self.broken is None:
            for layer, run in zip(self.network.layers, chunk.runs, strict=True):
                for array in run.named.values():
                    if not np.isfinite(array).all():
                        row = int(np.argmin(np.isfinite(array).all(axis=1)))
                        t = chunk.first + (chunk.length - 1 - row if layer.reverse else row)
                        self.broken = t if self.broken is None else min(self.broken, t)

    def _computed(self, index: int) -> Chunk:
        """A chunk from the checkpoints of all layers; leaves those of the next chunk."""
        first, end = self.cuts[index]
        x = np.ascontiguousarray(self.x[first:end], self.network.dtype)
        before = [own[index] for own in self._before]
        if self.speech is None or self.speech.ready >= end:
            chunk = self.layers.over(first, x, before)
        else:
            chunk = self.speech.settled(first, x, before, lambda: self._last_y(index), self.layers.over)
        for number, layer in enumerate(self.network.layers):
            if not layer.reverse:
                self._before[number].setdefault(index + 1, _last(chunk.runs[number]))
        return chunk

    def _last_y(self, index: int) -> Array:
        """The y of the last layer before a chunk, of a network that runs forwards."""
        y: Array = self.chunk(index - 1).runs[-1].named["y"][-1]
        return y

    def _pass_all(self) -> None:
        """Runs layer after layer over the whole sequence: a layer backwards in time needs all of the one below.

        Leaves every checkpoint, and the y of all timesteps while it works.
        """
        widths = [runner.size(dict(runner.plan.named)["y"]) for runner in self.runners]
        needed = len(self.x) * sum(widths) * self.network.dtype.itemsize
        if needed > MEMORY_LIMIT:
            why = f"a layer that runs backwards needs the y of all {len(self.x)} timesteps, {megabytes(needed)}"
            raise RangeError("sequence", "", why, f"{megabytes(MEMORY_LIMIT)} is the most")
        outputs = [np.empty((len(self.x), width), self.network.dtype) for width in widths]
        for number, layer in enumerate(self.network.layers):
            order = range(self.chunks - 1, -1, -1) if layer.reverse else range(self.chunks)
            for index in order:
                first, end = self.cuts[index]
                given = [
                    np.ascontiguousarray((self.x if source < 0 else outputs[source])[first:end], self.network.dtype)
                    for source in self.network.reads[number]
                ]
                run, _ = self.layers.one(number, first, given, self._before[number][index])
                y = run.named["y"]
                outputs[number][first:end] = y[::-1] if layer.reverse else y
                self._before[number].setdefault(index - 1 if layer.reverse else index + 1, _last(run))
        self._outputs = outputs


def _last(run: Run) -> State:
    """The state after a run."""
    return {name: array[-1].copy() for name, array in run.states.items()}
