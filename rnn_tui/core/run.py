"""A run: a network reading a sequence, perhaps learning on the way, and every walk through it as a tape of records.

Without learning there is one walk. With it there is one an epoch, each with the parameters that were used in it. Every
way to a timestep of a walk finds the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Rows
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np

from rnn_tui.core.chunk import Chunk
from rnn_tui.core.errors import CellError, RangeError
from rnn_tui.core.generating import Speech, extended
from rnn_tui.core.initial_state import State, initial_states
from rnn_tui.core.interventions import NOTHING, Interventions
from rnn_tui.core.learning import Learning
from rnn_tui.core.memo import Memo
from rnn_tui.core.network import Network
from rnn_tui.core.readout import Score, readout_of
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.step import Step
from rnn_tui.core.tape import AnyTape, Beginning, Tape
from rnn_tui.core.teaching import EpochTape, Teaching
from rnn_tui.core.tokens import read_by
from rnn_tui.core.voice import Voice

KEPT_WALKS = 4
KEPT_HITS = 128
"""Conditions of which is kept where they hold, a byte a timestep."""


class Run:
    """A network reading a sequence.

    Attributes:
        network: with the parameters that one begins with.
        sequence: what it reads, with all of its `resets`.
        sizes: for every layer its letters and their numbers.
        initial_state: for every layer the state before its first timestep.
        learner: what learns; None where the parameters stay as they are.
        interventions: what is forced while it runs, and where its states begin afresh.
        validation: what the epochs of what is learned are judged by, and not learned from; None for nothing.
        base: the run before the edits, and the first timestep at which this one may differ from it; or None.
        readout: what its y predicts; None where the last layer is no readout.
        notes: what was guessed in reading its network, one sentence each, to be said to whoever asked for it.
        memo: what has been worked out about this run and goes with it.
        voice: what says x from some timestep on; None where the sequence does. A run that learns is then walked as it
            has learned: its walk of an epoch is that of the network after it.
    """

    voice: Voice | None = None
    _taught: Run | None = None

    def __init__(
        self,
        network: Network,
        sequence: Sequence,
        initial_state: Rows[Mapping[str, Any]] | None = None,
        learning: Learning | None = None,
        interventions: Interventions = NOTHING,
        base: tuple[Run, int] | None = None,
        validation: Sequence | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        """Checks that all fits; nothing is computed yet.

        Args:
            network: the layers.
            sequence: x is (T, I), I being the first layer's.
            initial_state: one mapping a layer, name to the state before its first timestep; zeros where not given.
            learning: how the parameters change, or None.
            interventions: what is forced while it runs, and where the states begin afresh, beside where the sequence
                says so; only where nothing learns.
            base: another run, and the first timestep at which this one may differ from it; what they have in common
                is computed once.
            validation: a second sequence, by which what is learned is judged after every epoch.
            notes: what was guessed in reading the network.

        Raises:
            CellError: a width or an initial state that does not fit.
            InputError: targets, a truncation or a setting of learning that does not fit; for a layer that chooses a
                row of a table, an x that is not one-hot.
        """
        sequence = read_by(network, sequence)
        if len(interventions.resets):
            sequence = replace(sequence, resets=np.union1d(sequence.resets, interventions.resets))
        self.network, self.sequence = network, sequence
        wanted = network.layers[0].input_size
        if wanted is not None and wanted != sequence.input_size:
            why = f"x has {sequence.input_size} columns"
            raise CellError(sequence.name, "", why, f"{network.layers[0].cell.name} takes {wanted} inputs")
        self.sizes = network.sizes(sequence.input_size)
        self.initial_state: tuple[State, ...] = initial_states(network, sequence.input_size, initial_state)
        self.validation, self.learner = validation, None
        if learning is not None:
            from rnn_tui.core.learner import Learner  # with all that goes backwards, which most runs never need

            self.learner = Learner(network, sequence, learning, self.initial_state, validation)
        self.readout = readout_of(network, sequence, self.sizes)
        self.memo, self._walks, self.notes = Memo(), Memo(KEPT_WALKS), notes
        self.interventions, self.base = replace(interventions, resets=sequence.resets), base
        self._tape: Tape | None = None

    def continued(self, voice: Voice, interventions: Interventions, base: tuple[Run, int]) -> Run:
        """The same run and learner, but that y says x from some timestep on; the rest is as of the constructor, also of
        timesteps past the end."""
        other, resets = copy(self), np.union1d(self.sequence.resets, interventions.resets)
        other.sequence = replace(extended(self.sequence, voice, self.network.dtype), resets=resets)
        other.interventions, other.base, other.voice = replace(interventions, resets=resets), base, voice
        other.readout = readout_of(self.network, other.sequence, self.sizes)
        other.memo, other._walks, other._tape, other._taught = Memo(), Memo(KEPT_WALKS), None, self.taught
        return other

    @property
    def taught(self) -> Run:
        """The run that reads the sequence as it is given; of what learns, whose walks are those in which it does."""
        return self._taught or self

    def __len__(self) -> int:
        """T, the number of timesteps."""
        return len(self.sequence)

    @property
    def last_epoch(self) -> int:
        """The last walk there is; 1 where nothing learns."""
        return 1 if self.learner is None else self.learner.last

    @property
    def epochs(self) -> int:
        """The walks that are asked for, whether or not learning breaks before."""
        return 1 if self.learner is None else self.learner.learning.epochs

    def soon(self, epoch: int) -> int:
        """An epoch, or the last before it that can be walked without a wait; 0 is that before anything is learned."""
        there = self.learner is None or epoch in self._walks
        return epoch if there or self.learner is None else self.learner.soon(epoch)

    @property
    def first(self) -> Walk:
        """The first walk that there is without a wait."""
        return self.walk(self.soon(1))

    def walk(self, epoch: int = 1) -> Walk:
        """A walk through the sequence; of a network that learns, those before it are passed first. 0 is that of such a
        network before it learns.

        Raises:
            RangeError: there is no such epoch.
            LossError: cross-entropy of a y that is no distribution.
        """
        if not (self.learner is None) <= epoch <= self.last_epoch:
            raise RangeError("epoch", "", f"there is no epoch {epoch}", f"there are 1 to {self.last_epoch}")
        return self._walks.get(epoch, lambda: self._walk(epoch))

    def _walk(self, epoch: int) -> Walk:
        if self.learner is None or not epoch:
            beginning = None
            if self.base is not None and (own := self.base[0].tape) is not None:
                beginning = Beginning(own, self.base[1])
            self._tape = tape = self._passing(self.network, self.initial_state, beginning)
            return Walk(self, epoch, tape, None, tape.speech)
        walked = self.learner.epoch(epoch)
        if self.voice is None:
            return Walk(self, epoch, EpochTape(walked, self.sizes, self._score()), Teaching(self.learner, walked))
        tape = self._passing(walked.came_to.network, walked.came_to.initial)
        while tape.broken is None and tape.advance():
            pass
        return Walk(self, epoch, tape, None, tape.speech)

    def _passing(self, network: Network, initial: tuple[State, ...], beginning: Beginning | None = None) -> Tape:
        """The tape of a network that does not learn, of which nothing is passed yet."""
        speech = None if self.voice is None else Speech(self.voice, self.sequence)
        x, done = (self if speech is None else speech).sequence.x, self.interventions
        return Tape(network, x, initial, self.sizes, self._score(), done, beginning, speech)

    @property
    def tape(self) -> Tape | None:
        """What its walk is recorded on; None where it learns, which has one an epoch."""
        if self.learner is None:
            self.walk()
        return self._tape

    def _score(self) -> Score | None:
        return Score(self.readout) if self.readout is not None and self.readout.judged else None

    @property
    def progress(self) -> tuple[int, int]:
        """How far the run is: timesteps passed, or epochs learned, of how many."""
        if self.learner is None:
            return self.walk().ready, len(self)
        return len(self.learner.losses), self.learner.last

    @property
    def over(self) -> bool:
        """Whether nothing is left to pass: all is there, or a number was not finite."""
        done, whole = self.progress
        return done == whole or (self.learner is None and self.walk().tape.broken is not None)

    def advance(self, wanted: int = 0) -> bool:
        """Passes some more timesteps, or learns one more window, of an epoch that is wanted; False when that is over.

        Raises:
            InputError: the file that the sequence is in has become shorter.
        """
        self.sequence.check_there()
        if self.learner is not None:
            return self.learner.advance(wanted)
        tape = self.walk().tape
        return tape.broken is None and tape.advance()

    def report_to(self, progress: Callable[[int, int], None] | None) -> None:
        """Who is told how far an epoch is that is walked at once."""
        if self.learner is not None:
            self.learner.progress = progress


class Walk:
    """One walk through the sequence: any timestep of any layer.

    Attributes:
        run: what is walked.
        epoch: which walk, from 1.
        tape: what was computed.
        teaching: what learning adds to it; None where nothing learns.
        hits: where conditions hold in it, as far as one has looked.
        network: the layers; of a walk that does not learn, with the parameters that it used.
    """

    def __init__(
        self, run: Run, epoch: int, tape: AnyTape, teaching: Teaching | None, speech: Speech | None = None
    ) -> None:
        self.hits = Memo(KEPT_HITS)
        self.run, self.epoch, self.tape, self.teaching, self._speech = run, epoch, tape, teaching, speech
        self.network = run.network if teaching is not None else tape.network
        self.sizes, self.memo, self.initial_state = run.sizes, run.memo, tape.initial

    @property
    def sequence(self) -> Sequence:
        """What is read, as far as it is known."""
        return self.run.sequence if self._speech is None else self._speech.sequence

    def generated(self, t: int) -> bool:
        """Whether x at t is what y said."""
        return self._speech is not None and self._speech.voice.says(t)

    def __len__(self) -> int:
        """T, the number of timesteps."""
        return len(self.run)

    @property
    def last(self) -> int:
        """The last timestep there is: T, but in an epoch in which learning broke."""
        return len(self) if self.teaching is None else self.teaching.last

    @property
    def ready(self) -> int:
        """How many timesteps have been passed; any of them is there at once."""
        return self.tape.cuts.passed(self.tape.done)

    @property
    def near(self) -> int:
        """How many timesteps are there at once or as soon as one more chunk is; of an epoch, all."""
        return self.last if self.teaching is not None else self.tape.cuts.passed(self.tape.done + 1)

    def same_as(self, other: Walk) -> int:
        """How many timesteps, from the first, are known to be those of another walk, because they were taken over."""
        tape = self.run.tape
        shared = tape.shared if tape is not None and tape.base is other.run.tape else 0
        return self.tape.cuts.passed(shared)

    def chunk_at(self, t: int) -> Chunk:
        """The chunk that t (1 to `last`) is in."""
        return self.tape.chunk(self.tape.cuts.of(t))

    def at(self, t: int) -> Step:
        """The step of the last layer at t (0 to `last`).

        Raises:
            RangeError: t is outside 0 to `last`.
            InputError: the file that the sequence is in has become shorter.
        """
        self.sequence.check_there()
        if not 0 <= t <= self.last:
            raise RangeError("", f"t = {t}", f"the sequence has timesteps 1 to {self.last}", "0 is before the first")
        below: tuple[Step, ...] = ()
        for index in range(len(self.network.layers)):
            below += (self._step(index, t, below),)
        return below[-1]

    def _step(self, index: int, t: int, below: tuple[Step, ...]) -> Step:
        """The record of one layer at t."""
        if t == 0:
            return Step.beginning(index, self.tape.network.layers[index], self.initial_state[index], below)
        return self.chunk_at(t).step(index, t, self.sequence.label(t), below)
