"""The session: everything a person can change, as one immutable value. Screen, file and picture are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.errors import InputError
from rnn_tui.core.initial import Planned, planned_network
from rnn_tui.core.layer import Array
from rnn_tui.core.network import Network
from rnn_tui.core.operations import LARGEST_DIMENSION
from rnn_tui.core.run import Run
from rnn_tui.core.sequence import Sequence
from rnn_tui.files.sequences import load_sequence
from rnn_tui.files.source import Progress

if TYPE_CHECKING:
    from rnn_tui.core.learning import Learning

MOST_DIGITS = 8
SCHEMES = ("seed", "pytorch", "keras", "textbook")
"""The ways to name quantities: the seed's letters, two frameworks' words, and most textbooks' letters."""
ZOOMS = ("step", "operation", "number")
WEIGHTS = ("used", "next", "change")
BY = "d "
"""What the name of a gradient begins with: ``d s`` is dL/ds_t."""
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

    @property
    def gradient(self) -> bool:
        """Whether it is a number of the way back."""
        return self.name.startswith(BY)


@dataclass(frozen=True)
class Gaze:
    """What is looked at.

    Attributes:
        layer: from 1; 0 is the last.
        diagram: which picture, by its name in `diagrams.DIAGRAMS`.
        zoom: ``step``, the timestep; ``operation``, one equation of R; ``number``, the arithmetic of one number.
        operation: which equation, from 0.
        gate: which of a cell's sums is shown, from 0; counted round.
        focus: the number selected in the tables, or None.
        maps: heat maps of the whole matrices and of the states in place of the tables.
        weights: of a network that learns: ``used`` at t, ``next`` (after the update), or the ``change`` between them.
        back: the way back: the gradients, walked from the last timestep to the first.
        trace: what the timeline shows: ``|s|`` a norm, ``f`` a mean, ``s[2]`` a unit; empty is the norm of the state,
            or of a network that learns the loss of every epoch.
    """

    layer: int = 0
    diagram: str = "unrolled"
    zoom: str = "step"
    operation: int = 0
    gate: int = 0
    focus: Focus | None = None
    maps: bool = False
    weights: str = "used"
    back: bool = False
    trace: str = ""

    @property
    def unselected(self) -> Gaze:
        """The same with nothing selected, out of the arithmetic."""
        return replace(self, zoom="step", focus=None, operation=0, back=False)


@dataclass(frozen=True)
class Look:
    """How it looks.

    Attributes:
        digits: after the decimal point, 0 to 8.
        names: how quantities are called: seed, pytorch, keras or textbook.
        ascii: draw with ASCII alone.
        signs: mark the sign of a coloured block by a character, for screens without colour.
    """

    digits: int = 2
    names: str = "seed"
    ascii: bool = False
    signs: bool = False


@dataclass(frozen=True)
class Source:
    """Which sequence, and how it is read.

    Attributes:
        path: a file, a built-in sample's name, or ``-`` for stdin.
        number: which of several sequences in the file, from 1.
        words: split text into words instead of characters.
        targets: how many columns at the end are targets.
        allow_nonfinite: let NaN and infinity in.
        inline: the sequence itself, where a session has its rows; the rest then does not count.
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


@dataclass(frozen=True, eq=False)
class Numbers:
    """A network with its numbers, and the state it begins with: one mapping a layer; zeros where it has none."""

    network: Network
    initial_state: tuple[Mapping[str, Array], ...] = ()


@dataclass(frozen=True)
class Blueprint:
    """Which network.

    Attributes:
        cells: the cell of each layer, by name or path.
        hidden: the size of each layer.
        seed: what the random parameters come from.
        model: a file of a network, in place of cells, hidden and seed; empty for none.
        numbers: the network itself, where a session has its parameters; the rest then does not count.
    """

    cells: tuple[str, ...] = ("elman",)
    hidden: tuple[int | tuple[int, int], ...] = (3,)
    seed: int = 0
    model: str = ""
    numbers: Numbers | None = None

    def build(self, sequence: Sequence, nonfinite: bool = False, progress: Progress | None = None) -> Numbers:
        """The network for a sequence: the model, or random parameters, where the sequence's width decides I and its
        targets the size of a readout.

        Raises:
            InputError: no such model or cell, or a size that cannot be.
        """
        if self.numbers is not None:
            return self.numbers
        if self.model:
            from rnn_tui.files.models import load_network

            return Numbers(load_network(self.model, allow_nonfinite=nonfinite, progress=progress))
        return Numbers(Network.random(self.cells, sequence.input_size, self.hidden, self.seed, self._wanted(sequence)))

    def planned(self, sequence: Sequence) -> tuple[Planned, ...]:
        """The layers of random parameters that `build` would make. Raises InputError as it does."""
        return planned_network(self.cells, sequence.input_size, self.hidden, self._wanted(sequence))

    def _wanted(self, sequence: Sequence) -> int | None:
        """The size of a readout at the end."""
        wanted = None if sequence.targets is None else sequence.targets.shape[1]
        return classes(sequence) if wanted == 1 and self.cells[-1] == "softmax" else wanted


@dataclass(frozen=True)
class Recipe:
    """What runs: from it, and from nothing else, a run is made.

    Attributes:
        source: which sequence.
        blueprint: which network.
        learning: how the network learns, or None; an empty loss is chosen by the last layer.
    """

    source: Source = field(default_factory=Source)
    blueprint: Blueprint = field(default_factory=Blueprint)
    learning: Learning | None = None

    def build(self, progress: Progress | None = None) -> Run:
        """The run.

        Raises:
            InputError: the sequence, the network or the targets are wrong.
        """
        sequence = self.source.load(progress)
        numbers = self.blueprint.build(sequence, self.source.allow_nonfinite, progress)
        return run_of(sequence, numbers, self.learning)


def run_of(sequence: Sequence, numbers: Numbers, learning: Learning | None = None) -> Run:
    """The run of a network over a sequence. Raises InputError where they do not fit."""
    if learning is not None:
        if sequence.targets is not None and np.isnan(sequence.targets).any(axis=1).all():
            raise InputError(sequence.name, "", "no timestep has a target to learn", "one of them needs some")
        learning = replace(learning, loss=learning.loss or default_loss(numbers.network))
    return Run(numbers.network, sequence, numbers.initial_state, learning)


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
        session: the lesson's own state at this stop, without a lesson of its own.
        question: what is asked before it is revealed, or None.
    """

    title: str
    text: str
    session: Session
    question: Question | None = None


@dataclass(frozen=True)
class Lesson:
    """A lesson being followed.

    Attributes:
        stops: at least one.
        stop: the one that one is at, from 0.
        answers: what was answered: stop, from 0, and the words.
    """

    stops: tuple[Stop, ...]
    stop: int = 0
    answers: tuple[tuple[int, str], ...] = ()

    @property
    def here(self) -> Stop:
        """The stop that one is at."""
        return self.stops[self.stop]

    @property
    def answer(self) -> str | None:
        """What was answered here, or None."""
        return dict(self.answers).get(self.stop)

    @property
    def asking(self) -> Question | None:
        """The question of the stop, if it is not answered yet."""
        return self.here.question if self.answer is None else None


@dataclass(frozen=True)
class Session:
    """Everything that a person can change. What is saved is what is shown, because there is nothing else.

    Attributes:
        recipe: what runs.
        at: the timestep, 0 to T.
        epoch: of a network that learns, the epoch, from 1.
        gaze: what is looked at.
        look: how it looks.
        breaks: where a walk stops.
        arrived: the timesteps at which one has stopped so, ascending.
        marks: letter and timestep.
        hidden: numbers shown as ``?``: quantity, t, and row from 0.
        lesson: the lesson that is followed, or None.
        past, future: the timesteps one has jumped from; how one came here is not saved.
        predicted: how many predictions were right, of how many; not saved either.
    """

    recipe: Recipe = field(default_factory=Recipe)
    at: int = 0
    epoch: int = 1
    gaze: Gaze = field(default_factory=Gaze)
    look: Look = field(default_factory=Look)
    breaks: tuple[Breakpoint, ...] = ()
    arrived: tuple[int, ...] = ()
    marks: tuple[tuple[str, int], ...] = ()
    hidden: tuple[tuple[str, int, int], ...] = ()
    lesson: Lesson | None = None
    past: tuple[int, ...] = ()
    future: tuple[int, ...] = ()
    predicted: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, network: Network, sequence: Sequence, initial_state: tuple[Mapping[str, Array], ...] = ()) -> Session:
        """A session of a network and a sequence that are there already."""
        return cls(Recipe(Source(inline=sequence), Blueprint(numbers=Numbers(network, initial_state))))


def default_loss(network: Network) -> str:
    """``cross-entropy`` where the network ends in a distribution, else ``sse``."""
    return "cross-entropy" if network.layers[-1].cell.distribution else "sse"


def classes(sequence: Sequence) -> int:
    """How many classes a single column of targets numbers, from 0; 1 where it holds anything else."""
    targets = sequence.targets
    known = np.zeros(0) if targets is None else targets[~np.isnan(targets)]
    numbered = known.size and (known == np.floor(known)).all() and 0 <= known.min() <= known.max() < LARGEST_DIMENSION
    return int(known.max()) + 1 if numbered else 1
