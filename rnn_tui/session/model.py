"""A session: everything that says which screen one is looking at. Commands and the app are made from it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from rnn_tui.core.errors import InputError, RangeError
from rnn_tui.core.network import Network
from rnn_tui.core.operations import LARGEST_DIMENSION
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.simulator import Simulator
from rnn_tui.files.sequences import load_sequence
from rnn_tui.files.source import Progress

if TYPE_CHECKING:
    from rnn_tui.core.learning import Learning

MOST_DIGITS = 8
SCHEMES = ("seed", "pytorch", "keras", "textbook")
"""The ways to name quantities: the seed's letters, two frameworks' words, and most textbooks' letters."""
DIAGRAMS = ("unrolled", "rolled", "inside", "vanishing", *(f"picture-{number}" for number in range(1, 10)))
ZOOMS = ("step", "operation", "number")
WEIGHTS = ("used", "next", "change")
QUESTIONS = ("sign", "compare", "choice", "number")


@dataclass(frozen=True)
class Focus:
    """A number in the tables: which quantity, as the equations write it, and where in it, from 0.

    Attributes:
        name: ``W``, ``x``, ``s``.
        offset: None for a parameter, 0 at t, -1 at the timestep before.
        row, column: a vector has one column.
    """

    name: str
    offset: int | None
    row: int = 0
    column: int = 0


@dataclass(frozen=True)
class Display:
    """How numbers and diagrams are shown.

    Attributes:
        diagram: ``unrolled``, ``rolled``, ``inside`` (of R) or ``vanishing`` (how far back a gradient reaches).
        digits: after the decimal point, 0 to 8.
        ascii: draw with ASCII alone.
        signs: mark the sign of a coloured block by a character, for screens without colour.
        gate: which of a cell's sums is shown, from 0; counted round.
        layer: the layer shown, from 1; 0 is the last.
        names: how quantities are called: seed, pytorch, keras or textbook.
        zoom: ``step``, the timestep; ``operation``, one equation of R; ``number``, the arithmetic of one number.
        operation: which equation, from 0.
        focus: the number selected in the tables, or None.
        maps: heat maps of the whole matrices and of the states in place of the tables.
        weights: of a network that learns: ``used`` at t, ``next`` (after the update), or the ``change`` between them.
        back: the way back: the gradients, walked from the last timestep to the first.
        trace: what the timeline shows: ``|s|`` a norm, ``f`` a mean, ``s[2]`` a unit; empty is the norm of the state.
        hidden: numbers shown as ``?`` until a question is answered: quantity, t, and row from 0.
    """

    diagram: str = "unrolled"
    digits: int = 2
    ascii: bool = False
    signs: bool = False
    gate: int = 0
    layer: int = 0
    names: str = "seed"
    zoom: str = "step"
    operation: int = 0
    focus: Focus | None = None
    maps: bool = False
    weights: str = "used"
    back: bool = False
    trace: str = ""
    hidden: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True)
class Source:
    """Which sequence, and how it is read.

    Attributes:
        path: a file, a built-in sample's name, or ``-`` for stdin.
        number: which of several sequences in the file, from 1.
        words: split text into words instead of characters.
        targets: how many columns at the end are targets.
        allow_nonfinite: let NaN and infinity in.
        inline: the sequence itself, where a session file has it; the rest then does not count.
    """

    path: str = "hello.txt"
    number: int = 1
    words: bool = False
    targets: int = 0
    allow_nonfinite: bool = False
    inline: Sequence | None = None

    def load(self, progress: Progress | None = None) -> Sequence:
        """Reads the sequence. Raises LoadError."""
        if self.inline is not None:
            return self.inline
        return load_sequence(
            self.path,
            words=self.words,
            targets=self.targets,
            sequence=self.number,
            allow_nonfinite=self.allow_nonfinite,
            progress=progress,
        )


@dataclass(frozen=True)
class Question:
    """What a stop asks before it reveals. Numbers are named as in texts: ``y[3][1]`` is unit 1 of y at t = 3.

    Attributes:
        text: the question.
        kind: ``sign`` (of a number: positive, negative or zero), ``compare`` (is it larger or smaller than another),
            ``choice`` (one of several), ``number`` (its value, within a tolerance).
        of: the number asked for; it is hidden until the answer.
        than: of a comparison, the other number, or a literal.
        choices: of a choice.
        answer: of a choice, the right one.
        tolerance: of a number.
    """

    text: str
    kind: str
    of: str = ""
    than: str = ""
    choices: tuple[str, ...] = ()
    answer: str = ""
    tolerance: float = 0.005


@dataclass(frozen=True)
class Stop:
    """One stop of a lesson.

    Attributes:
        title: a few words.
        text: a paragraph or more in plain Markdown (``**bold**``, ``*emphasis*``, `` `code` ``); ``{y[3][1]}`` is
            filled in with the number, and ``{y[3][1] = 0.32}`` is checked to be it.
        session: the lesson's own state at this stop: sequence, network, cursor and display.
        question: what is asked before it is revealed, or None.
    """

    title: str
    text: str
    session: Session
    question: Question | None = None


@dataclass(frozen=True)
class Session:
    """A sequence, a network, a cursor and a display.

    Attributes:
        source: which sequence.
        cells: the cell of each layer, by name or path.
        hidden: the size of each layer.
        seed: what the random parameters come from.
        at: the cursor, 0 to T.
        display: how it is shown.
        breaks: conditions to stop at.
        model: a file of a network, in place of cells, hidden and seed; empty for none.
        learning: how the network learns, or None; an empty loss is chosen by the last layer.
        inline: the network itself, where a session file has its parameters; cells, hidden, seed and model then do not
            count.
        epoch: of a network that learns, the epoch the cursor is in, from 1.
        stops: of a lesson.
    """

    source: Source = field(default_factory=Source)
    cells: tuple[str, ...] = ("elman",)
    hidden: tuple[int | tuple[int, int], ...] = (3,)
    seed: int = 0
    at: int = 0
    display: Display = field(default_factory=Display)
    breaks: tuple[str, ...] = ()
    model: str = ""
    learning: Learning | None = None
    inline: Network | None = None
    epoch: int = 1
    stops: tuple[Stop, ...] = ()

    def network(self, sequence: Sequence, progress: Progress | None = None) -> Network:
        """The network for a sequence: the model, or random parameters, where the sequence's width decides I and its
        targets the size of a readout.

        Raises:
            InputError: no such model or cell, or a size that cannot be.
        """
        if self.inline is not None:
            return self.inline
        if self.model:
            from rnn_tui.files.models import load_network

            return load_network(self.model, allow_nonfinite=self.source.allow_nonfinite, progress=progress)
        wanted = None if sequence.targets is None else sequence.targets.shape[1]
        if wanted == 1 and self.cells[-1] == "softmax":
            wanted = classes(sequence)
        return Network.random(self.cells, sequence.input_size, self.hidden, self.seed, wanted)

    def simulator(self, progress: Progress | None = None) -> Simulator:
        """The simulator, its cursor at `at`; a LearningSimulator where the network learns.

        Raises:
            InputError: the sequence, the network, the targets or the cursor is wrong.
        """
        sequence = self.source.load(progress)
        network = self.network(sequence, progress)
        if self.learning is None:
            simulator = Simulator(network, sequence)
        else:
            from rnn_tui.core.epochs import LearningSimulator

            if sequence.targets is not None and np.isnan(sequence.targets).any(axis=1).all():
                raise InputError(sequence.name, "", "no timestep has a target to learn", "one of them needs some")
            with np.errstate(all="ignore"):
                learning = replace(self.learning, loss=self.learning.loss or default_loss(network))
                simulator = LearningSimulator(network, sequence, learning, progress=progress)
                simulator.epoch = self.epoch
                simulator.learner.progress = None
            broken = simulator.walked.broken
            if broken is not None and self.at > broken:
                why = f"epoch {simulator.epoch} stops at t = {broken}, where a number is not finite"
                raise RangeError("--at", f"t = {self.at}", why, "a smaller --rate or --clip 1 may help")
        simulator.seek(self.at)
        return simulator


def default_loss(network: Network) -> str:
    """``cross-entropy`` where the network ends in a distribution, else ``sse``."""
    return "cross-entropy" if network.layers[-1].cell.name.rstrip("*") == "softmax" else "sse"


def classes(sequence: Sequence) -> int:
    """How many classes a single column of targets numbers, from 0; 1 where it holds anything else."""
    targets = sequence.targets
    known = np.zeros(0) if targets is None else targets[~np.isnan(targets)]
    numbered = known.size and (known == np.floor(known)).all() and 0 <= known.min() <= known.max() < LARGEST_DIMENSION
    return int(known.max()) + 1 if numbered else 1
