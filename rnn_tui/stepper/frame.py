"""A frame: one timestep of one run as somebody looks at it, and all that follows from that without drawing."""

from __future__ import annotations

from dataclasses import field, replace
from functools import cached_property

from rnn_tui.core.arithmetic import Account, Pattern, account, sources
from rnn_tui.core.cell import Cell
from rnn_tui.core.comparison import Comparison, comparable, difference
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.edits import Assignment, Edit
from rnn_tui.core.equations import Equation, Name
from rnn_tui.core.layer import Layer
from rnn_tui.core.readout import Prediction, Readout
from rnn_tui.core.run import Run, Walk
from rnn_tui.core.step import Step
from rnn_tui.core.teaching import Teaching
from rnn_tui.session.model import DIFFERENCE, NOW, Gaze, Look
from rnn_tui.stepper.orientation import turned
from rnn_tui.stepper.secrets import Origin, origin


@dataclass(frozen=True, eq=False)
class Frame:
    """What views get.

    Attributes:
        walk: the run, one walk of it.
        t: 0 to T.
        gaze: what is looked at.
        look: how it looks.
        hidden: numbers that must not be shown yet: quantity, t, and row from 0. Where numbers are written, `secret` is
            asked.
        arrived: timesteps at which one has stopped at a breakpoint.
        marks: letter and timestep.
        seed: what the weights are random from; None where they learn, or come from somewhere else.
        other: a walk of another run that one compares with; None for none.
        compared: the two over all timesteps; None where they do not compare.
        edits: what is changed in the run, as far as it counts.
        pair: the run that is looked at beside this one; None for none.
        beside: whether what one compares with is a run beside, and not the one before the edits.
        manner: what is said of a run that is not that of the network as it is; empty of one that is.
    """

    walk: Walk
    t: int = 0
    gaze: Gaze = field(default_factory=Gaze)
    look: Look = field(default_factory=Look)
    hidden: tuple[tuple[str, int, int], ...] = ()
    arrived: tuple[int, ...] = ()
    marks: tuple[tuple[str, int], ...] = ()
    seed: int | None = None
    other: Walk | None = None
    compared: Comparison | None = None
    edits: tuple[Edit, ...] = ()
    pair: Frame | None = None
    beside: bool = False
    manner: str = ""

    @cached_property
    def differing(self) -> bool:
        """Whether what is shown is how much the run differs from the other, and not the run itself."""
        other = self.other
        return (
            self.gaze.versus == DIFFERENCE
            and other is not None
            and self.back is None
            and self.t <= other.last
            and comparable(self.walk, other, self.index)
        )

    @property
    def against(self) -> int:
        """What tells what is worked out about differences from another run from all else; 0 where nothing is."""
        return id(self.other) if self.differing else 0

    def edited(self, name: str, offset: int | None) -> bool:
        """Whether a quantity of the layer has numbers, at the timestep it is shown of, that an edit gives it."""
        changes = [edit.change for edit in self.edits if isinstance(edit.change, Assignment)]
        own = self.index + 1
        t = None if offset is None else self.when(offset)
        return any(
            change.name == name
            and change.layer in (0, own)
            and (t is None or not change.places or change.places[0] in (None, t))
            and (name != "x" or self.reads_sequence)
            for change in changes
        )

    @property
    def run(self) -> Run:
        """What runs."""
        return self.walk.run

    @cached_property
    def index(self) -> int:
        """The layer that is looked at, from 0."""
        return self.gaze.index(len(self.walk.network.layers))

    @property
    def written_layer(self) -> int:
        """That layer as an edit names it: from 1; 0 where there is no other."""
        return self.index + 1 if len(self.walk.network.layers) > 1 else 0

    @property
    def layer(self) -> Layer:
        """That layer."""
        return self.walk.network.layers[self.index]

    @property
    def cell(self) -> Cell:
        """Its cell."""
        return self.layer.cell

    @cached_property
    def step(self) -> Step:
        """What it did at t."""
        return self.step_at(self.t)

    @cached_property
    def before(self) -> Step | None:
        """What it did one timestep earlier, which tells the digits that changed; None before the second."""
        return self.step_at(self.t - 1) if self.t > 1 else None

    def step_at(self, t: int) -> Step:
        """What the layer did at another t; or how much that differs from what it did in the other run."""
        step = self.walk.at(t).layers[self.index]
        if not self.differing or self.other is None:
            return step
        return difference(step, self.other.at(t).layers[self.index])

    @property
    def sums(self) -> tuple[Equation, ...]:
        """The cell's sums, one of which the tables show."""
        return self.cell.sums

    @property
    def equation(self) -> Equation:
        """The equation in the tables: the chosen sum, or in the ledger the operation one has stepped into."""
        if self.gaze.zoom != "step":
            return self.cell.equations[self.gaze.operation % len(self.cell.equations)]
        return self.sums[self.gaze.gate % len(self.sums)]

    @property
    def teaching(self) -> Teaching | None:
        """What learning adds; None where nothing learns."""
        return self.walk.teaching

    @property
    def back(self) -> Teaching | None:
        """The gradients, where the way back is looked at; None where the way forwards is."""
        return self.walk.teaching if self.gaze.back and self.t else None

    @cached_property
    def lit(self) -> tuple[Pattern, ...]:
        """What the selected number is made of."""
        focus = self.gaze.focus
        if focus is None or " " in focus.name:
            return ()
        return sources(self.cell, Name(focus.name, focus.offset), focus.row)

    @cached_property
    def _secrets(self) -> frozenset[Origin]:
        """The hidden numbers of every layer that has such, as what they are copies of."""
        layers = range(len(self.walk.network.layers))
        return frozenset(origin(self.walk, layer, *hidden) for hidden in self.hidden for layer in layers)

    def secret(self, name: str, t: int, row: int, layer: int | None = None) -> bool:
        """Whether a number must not be shown yet, or is the same as one that must not; layer and row count from 0."""
        if not self.hidden:
            return False
        return origin(self.walk, self.index if layer is None else layer, name, t, row) in self._secrets

    @property
    def turned(self) -> frozenset[str]:
        """The parameters that are shown the other way round than the equations have them."""
        return turned(self.cell, self.look.names)

    @cached_property
    def account(self) -> Account | None:
        """How the selected number came about; None where none is, and at t = 0 for what is computed later or before."""
        focus = self.gaze.focus
        if focus is None or (not self.t and focus.offset is not None):
            return None
        shape = self.cell.parameters.get(focus.name, ("",)) if focus.offset is None else ("",)
        index = (focus.row, focus.column)[: len(shape)]
        found = account(self.cell, self.step, Name(focus.name, focus.offset), index)
        forced = self.run.interventions.forced(self.index, focus.name, self.t, focus.row) and focus.offset == 0
        return replace(found, kind="set", terms=(), inner=()) if forced else found

    @property
    def single(self) -> Frame:
        """The same as it looks at this run alone."""
        return replace(self, other=None, compared=None, pair=None, gaze=replace(self.gaze, versus=NOW))

    @property
    def ghost(self) -> Frame | None:
        """The same of the run that it is compared with; None where that has no such timestep."""
        if self.other is None or self.t > self.other.last:
            return None
        own = self.single
        gaze = replace(own.gaze, layer=self.index + 1)  # the last layer of another network may be another one
        return replace(own, walk=self.other, gaze=gaze, edits=tuple(edit for edit in self.edits if edit.both))

    def when(self, offset: int) -> int:
        """The timestep that is so far on in the direction of the layer: of ``s[t-1]`` the one that it is of; of a state
        begun afresh, the one at which it began."""
        if offset == -1 and self.run.interventions.afresh(self.t, self.layer.reverse):
            return self.layer.begins(len(self.walk))
        return self.t + (-offset if self.layer.reverse else offset)

    @property
    def later_weights(self) -> bool:
        """Whether the tables show the parameters of t + 1, or how they change, and so no formula for t."""
        forwards = self.teaching is not None and self.t > 0 and self.back is None and not self.differing
        return forwards and self.gaze.weights != "used"

    @property
    def reads_sequence(self) -> bool:
        """Whether the x of the layer is the sequence itself."""
        return self.walk.network.reads[self.index] == (-1,)

    @property
    def readout(self) -> Readout | None:
        """What the layer predicts, where it is the readout."""
        return self.run.readout if self.index == len(self.walk.network.layers) - 1 else None

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What the numbers of its y are called, where it predicts something that has names."""
        return self.readout.names if self.readout is not None else ()

    @cached_property
    def prediction(self) -> Prediction | None:
        """What the network predicts at t; None where that is nothing, or must not be shown yet."""
        readout = self.run.readout
        if readout is None or not self.t or self.concealed(self.t):
            return None
        return readout.prediction(self.t, self.walk.at(self.t).y)

    def concealed(self, t: int) -> bool:
        """Whether a number of t must not be shown yet, so that nothing else may tell it."""
        return any(hidden == t for _, hidden, _ in self.hidden)

    @property
    def features(self) -> tuple[str, ...]:
        """What the columns of x are called, where that is known."""
        return self.walk.sequence.features if self.reads_sequence else ()
