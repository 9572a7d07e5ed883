"""The recipe of a run: which sequence, which network, how it learns. From it, and nothing else, a run is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.directions import directed
from rnn_tui.core.edited import edited
from rnn_tui.core.edits import GENERATE, Edit, Order
from rnn_tui.core.errors import InputError
from rnn_tui.core.initial import Planned, planned_network
from rnn_tui.core.layer import Array
from rnn_tui.core.learning import Learning
from rnn_tui.core.losses import default_loss
from rnn_tui.core.narrow import FLOAT32, narrowed
from rnn_tui.core.network import Network
from rnn_tui.core.one_hot import known_rows
from rnn_tui.core.operations import LARGEST_DIMENSION
from rnn_tui.core.run import Run
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.texts import one_line
from rnn_tui.core.tokens import chooses, read_by, vocabulary
from rnn_tui.files.sequences import load
from rnn_tui.files.source import Progress
from rnn_tui.files.wanted import ALL, Wanted

if TYPE_CHECKING:
    from rnn_tui.files.foreign.loaded import Loaded


@dataclass(frozen=True)
class Source(Wanted):
    """Which sequence, and how it is read: the fields of `Wanted`, by name.

    Attributes:
        path: a file, a built-in sample's name, or ``-`` for stdin.
        inline: the sequence itself, where a session has its rows; the rest then does not count.
    """

    path: str = "hello.txt"
    inline: Sequence | None = None

    def load(self, progress: Progress | None = None) -> Sequence:
        """Reads the sequence. Raises LoadError."""
        return load(self.path, self, progress) if self.inline is None else self.inline


@dataclass(frozen=True, eq=False)
class Numbers:
    """A network with its numbers.

    Attributes:
        network: the layers.
        initial_state: the state it begins with, one mapping a layer; zeros where it has none.
        notes: what was guessed in reading it, one sentence each.
        read: how it stands in the file that it is of, as it is; None where there is none, or it was changed since.
    """

    network: Network
    initial_state: tuple[Mapping[str, Array], ...] = ()
    notes: tuple[str, ...] = ()
    read: Loaded | None = None


@dataclass(frozen=True)
class Blueprint:
    """Which network.

    Attributes:
        cells: the cell of each layer, by name or path.
        hidden: the size of each layer.
        seed: what the random parameters come from.
        model: a file of a network, in place of cells, hidden and seed; empty for none.
        choice: which network of that file, from 1, where it holds several; 0 where it has one.
        numbers: the network itself, where a session has its parameters; the rest then does not count, but
            `initial_state`.
        initial_state: a file of the states it begins with, in place of any it has; empty for none.
        rounded: what its parameters are rounded to, one of `KINDS`; float32 is computed in as well; empty for nothing.
    """

    cells: tuple[str, ...] = ("elman",)
    hidden: tuple[int | tuple[int, int], ...] = (3,)
    seed: int = 0
    model: str = ""
    choice: int = 0
    numbers: Numbers | None = None
    initial_state: str = ""
    rounded: str = ""

    @property
    def random(self) -> bool:
        """Whether the parameters are random, and not of a file or given."""
        return not self.model and self.numbers is None

    def build(self, sequence: Sequence, nonfinite: bool = False, progress: Progress | None = None) -> Numbers:
        """The network for a sequence, with the states it begins with.

        Raises:
            InputError: no such model or cell, a size that cannot be, or states that do not fit.
        """
        numbers = self._network(sequence, nonfinite, progress)
        if self.rounded:
            single = self.rounded == FLOAT32
            network = numbers.network
            network = network.astype(np.dtype(np.float32)) if single else narrowed(network, self.rounded)
            numbers = replace(numbers, network=network, read=None)
        if not self.initial_state:
            return numbers
        from rnn_tui.files.states import load_initial_state

        network = numbers.network
        width = read_by(network, sequence).input_size
        states = load_initial_state(self.initial_state, network, width, allow_nonfinite=nonfinite)
        return replace(numbers, initial_state=states)

    def _network(self, sequence: Sequence, nonfinite: bool, progress: Progress | None) -> Numbers:
        """The model, or random parameters, where the sequence's width decides I and its targets the size of a
        readout."""
        if self.numbers is not None:
            return self.numbers
        if self.model:
            from rnn_tui.files.models import load_model

            found = load_model(self.model, choice=self.choice, allow_nonfinite=nonfinite, progress=progress)
            return Numbers(found.network, found.initial_state, found.notes, found)
        inputs, wanted = self._inputs(sequence), self._wanted(sequence)
        return Numbers(Network.random(self.cells, inputs, self.hidden, self.seed, wanted))

    def planned(self, sequence: Sequence) -> tuple[Planned, ...]:
        """The layers of random parameters that `build` would make. Raises InputError as it does."""
        return planned_network(self.cells, self._inputs(sequence), self.hidden, self._wanted(sequence))

    def _inputs(self, sequence: Sequence) -> int:
        """I: the columns of x, or how many tokens its one column numbers, if a row of a table is chosen by them."""
        tokens = vocabulary(sequence) if chooses(Cell.named(directed(self.cells[0])[0])) else None
        return tokens or sequence.input_size

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
        edits: what is changed in it, in order.
        reference: a trace's file that it follows; empty for none. It then learns nothing.
    """

    source: Source = field(default_factory=Source)
    blueprint: Blueprint = field(default_factory=Blueprint)
    learning: Learning | None = None
    edits: tuple[Edit, ...] = ()
    reference: str = ""

    @property
    def manner(self) -> str:
        """What is said of a run that is not that of the network and the sequence as they are; empty of one that is."""
        rounded = f"in {self.blueprint.rounded}" if self.blueprint.rounded else ""
        follows = f"follows {one_line(Path(self.reference).name)}" if self.reference else ""
        return ", ".join(filter(None, (rounded, follows)))

    @property
    def unedited(self) -> Recipe:
        """The same without edits."""
        return replace(self, edits=()) if self.edits else self

    @property
    def going_on(self) -> Recipe:
        """The same without edits, but that it goes on as far past the end of its sequence."""
        return replace(self, edits=tuple(edit for edit in self.edits if edit.goes_on)) if self.edits else self

    @property
    def ghost(self) -> Recipe | None:
        """What it is compared with: the same without those edits that are not of both; None where there are none. It
        goes on as far past the end; and beside what runs freely a network that learns is as it has learned."""
        if not any(edit.enabled and not edit.both and not edit.goes_on for edit in self.edits):
            return None
        kept = [edit for edit in self.edits if edit.both or edit.goes_on]
        if self.learning is not None and any(edit.enabled and edit.free for edit in self.edits):
            kept += [] if any(edit.enabled and edit.goes_on for edit in kept) else [Edit(Order(GENERATE))]
        return replace(self, edits=tuple(kept))

    @property
    def seed(self) -> int | None:
        """What the weights are random from; None where they learn, or come from somewhere else."""
        return self.blueprint.seed if self.blueprint.random and self.learning is None else None

    def build(self, progress: Progress | None = None, whole: Sequence | None = None) -> Run:
        """The run.

        Args:
            progress: told how far the reading is.
            whole: the sequence of the source, where it has been read already.

        Raises:
            InputError: the sequence, the network or the targets are wrong.
        """
        whole = self.source.load(progress) if whole is None else whole
        numbers = self.blueprint.build(whole, self.source.allow_nonfinite, progress)
        sequence, validation = self.parted(whole, progress)
        return self.edited(self.referred(run_of(sequence, numbers, self.learning, validation), progress))

    def referred(self, run: Run, progress: Progress | None = None) -> Run:
        """The run, following the trace where there is one. Raises InputError."""
        if not self.reference:
            return run
        from rnn_tui.core.followed import followed
        from rnn_tui.files.traces.reading import load_trace

        width = run.sequence.input_size
        return followed(run, load_trace(self.reference, run.network, width, len(run), progress=progress))

    def parted(self, whole: Sequence, progress: Progress | None = None) -> tuple[Sequence, Sequence | None]:
        """What is learned from, and what that is judged by and is not learned from; None for nothing.

        Args:
            whole: the sequence of the source.
            progress: told how far the reading of another file is.

        Raises:
            InputError: there is no such second sequence.
        """
        name, source = "" if self.learning is None else self.learning.validation, self.source
        if not name:
            return whole, None
        if name == "-":
            raise InputError("", "", "cannot be standard input", "give it a file", "validation")
        if not name.isdecimal():
            return whole, load(name, replace(source, number=ALL), progress, whole)
        number, parts = int(name), whole.parts
        if parts is not None:
            if not 1 <= number <= len(parts):
                why = f"there is no sequence {number}"
                raise InputError("", "", why, f"there are 1 to {len(parts)}", "validation")
            every = np.arange(len(parts))
            others = np.delete(every, number - 1)
            whole = whole.scaled_by(others)
            held = whole.of_parts(every[number - 1 : number])
            held = replace(held, name=f"{whole.name} ({number} of {len(parts)})", notes=())
            left, note = whole.of_parts(others), f"sequence {number} is judged by, and not learned from"
            note += "" if whole.scaling is None else "; the scale is that of the others"
            return replace(left, notes=(*left.notes, note)), held
        learned = number == (1 if source.every or source.inline is not None else source.number)
        if source.inline is not None or learned:
            why = f"sequence {number} is learned from" if learned else f"there is no sequence {number}"
            raise InputError("", "", why, "another one of the file, or another file is needed", "validation")
        if source.path == "-":
            why = "cannot be another sequence of standard input, which is read once"
            raise InputError("", "", why, "number = all takes all of them", "validation")
        return whole, load(source.path, replace(source, number=number), progress, whole)

    def edited(self, run: Run) -> Run:
        """The run, with the edits, of the same recipe without. Raises InputError where one does not fit."""
        return edited(run, self.edits, self.source.allow_nonfinite)


def run_of(
    sequence: Sequence, numbers: Numbers, learning: Learning | None = None, validation: Sequence | None = None
) -> Run:
    """The run of a network over a sequence. Raises InputError where they do not fit."""
    if learning is not None:
        if sequence.targets is not None and not known_rows(sequence.targets).any():
            raise InputError(sequence.name, "", "no timestep has a target to learn", "one of them needs some")
        learning = replace(learning, loss=learning.loss or default_loss(numbers.network))
    states, notes = numbers.initial_state, numbers.notes
    return Run(numbers.network, sequence, states, learning, validation=validation, notes=notes)


def classes(sequence: Sequence) -> int:
    """How many classes a single column of targets numbers, from 0; 1 where it holds anything else."""
    targets = sequence.targets
    known = np.zeros(0) if targets is None else targets[~np.isnan(targets)]
    numbered = known.size and (known == np.floor(known)).all() and 0 <= known.min() <= known.max() < LARGEST_DIMENSION
    return int(known.max()) + 1 if numbered else 1
