"""A session: everything that says which screen one is looking at. Commands and the app are made from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.simulator import Simulator
from rnn_tui.files.sequences import load_sequence
from rnn_tui.files.source import Progress

MOST_DIGITS = 8
SCHEMES = ("seed", "pytorch", "keras", "textbook")
"""The ways to name quantities: the seed's letters, two frameworks' words, and most textbooks' letters."""


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
        diagram: ``unrolled`` or ``rolled``.
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
        trace: what the timeline shows: ``|s|`` a norm, ``f`` a mean, ``s[2]`` a unit; empty is the norm of the state.
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
    trace: str = ""


@dataclass(frozen=True)
class Source:
    """Which sequence, and how it is read.

    Attributes:
        path: a file, a built-in sample's name, or ``-`` for stdin.
        number: which of several sequences in the file, from 1.
        words: split text into words instead of characters.
        targets: how many columns at the end are targets.
        allow_nonfinite: let NaN and infinity in.
    """

    path: str = "hello.txt"
    number: int = 1
    words: bool = False
    targets: int = 0
    allow_nonfinite: bool = False

    def load(self, progress: Progress | None = None) -> Sequence:
        """Reads the sequence. Raises LoadError."""
        return load_sequence(
            self.path,
            words=self.words,
            targets=self.targets,
            sequence=self.number,
            allow_nonfinite=self.allow_nonfinite,
            progress=progress,
        )


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
    """

    source: Source = field(default_factory=Source)
    cells: tuple[str, ...] = ("elman",)
    hidden: tuple[int | tuple[int, int], ...] = (3,)
    seed: int = 0
    at: int = 0
    display: Display = field(default_factory=Display)
    breaks: tuple[str, ...] = ()

    def network(self, sequence: Sequence) -> Network:
        """The network for a sequence: its width decides I, its targets the size of a readout.

        Raises:
            CellError, RangeError: no such cell, or a size that cannot be.
        """
        wanted = None if sequence.targets is None else sequence.targets.shape[1]
        return Network.random(self.cells, sequence.input_size, self.hidden, self.seed, wanted)

    def simulator(self, progress: Progress | None = None) -> Simulator:
        """The simulator, its cursor at `at`.

        Raises:
            InputError: the sequence, the network or the cursor is wrong.
        """
        sequence = self.source.load(progress)
        simulator = Simulator(self.network(sequence), sequence)
        simulator.seek(self.at)
        return simulator
