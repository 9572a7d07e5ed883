"""The sheet that the network whole is drawn on: where its boxes stand, and how bright what belongs to a timestep is."""

from __future__ import annotations

from rich.cells import cell_len
from rich.style import Style

from rnn_tui.core.decimals import free
from rnn_tui.core.readout import Readout
from rnn_tui.core.run import Walk
from rnn_tui.core.step import Step
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.diagrams.stack import (
    FEW,
    LETTERS,
    MANY,
    PASSED,
    SEQUENCE,
    SMALL,
    TALL,
    WIDEST,
    Columns,
    Floors,
    lanes,
)
from rnn_tui.views.diagrams.unrolled import Ink, ink
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import LABEL, NOW, PLAIN, TITLE

PREDICTS = "predicts"
"""What stands before the row of what is predicted."""
SAMPLED = 100
"""Units whose names are measured."""
BLOCKS = 5
"""Blocks that a box should have room for."""


def letters(frame: Frame) -> tuple[str, ...]:
    """The rows of letters: x, what is predicted, and where something is aimed at, that."""
    readout = frame.run.readout
    return LETTERS if readout is not None and readout.judged else LETTERS[:2]


def tall(frame: Frame, width: int) -> bool:
    """Whether the cells' names have room in the boxes of as many timesteps as should be in view."""
    walk = frame.walk
    passing, box = bool(lanes(walk.network.reads)), _box(walk)
    room = width - _left([_named(walk, layer) for layer in range(len(walk.network.layers))], width) - 2 * passing
    return box <= WIDEST and room >= min(len(walk), MANY) * (_link(walk) + passing + box)


def _named(walk: Walk, layer: int) -> str:
    return f"{layer + 1} {walk.network.layers[layer].cell.name}"


def _box(walk: Walk) -> int:
    """The columns of a box that has a middle, and room for every name."""
    return max(max(len(layer.cell.name) for layer in walk.network.layers) // 2 * 2 + 3, SMALL)


def _left(titles: list[str], width: int) -> int:
    """The columns before the first timestep."""
    return min(max(len(PREDICTS), *map(cell_len, titles)), width // 4) + 2


def _link(walk: Walk) -> int:
    """The columns in which the name of a state has room, and where something learns that of its gradient."""
    return len(str(len(walk))) + 3 + (walk.teaching is not None) if walk.network.recurrent else 2


class Whole:
    """One drawing of the network.

    Attributes:
        frame, shown: what is looked at, and how it is written.
        walk, network: what runs.
        turned: whether the way back is looked at, on which arrows turn.
        gutter: columns of the names of the layers.
        floors, columns: where everything stands.
        lanes: on which side y passes the boxes of layers that do not read it; nothing where there is no room for that.
        drawing: what is drawn on.
    """

    def __init__(self, frame: Frame, width: int, height: int) -> None:
        self.frame, self.shown, self.walk, self.network = frame, Shown(frame), frame.walk, frame.walk.network
        self.glyphs, self.turned = self.shown.notation.glyphs, frame.back is not None
        self._steps: dict[int, Step] = {}
        layers, count, passing = self.network.layers, len(self.network.layers), lanes(self.network.reads) or {}
        self.floors = Floors.of(count, frame.index, len(letters(frame)), height, tall(frame, width))
        least = _left([_named(self.walk, layer) for layer in range(count)], width) + min(len(self.walk), FEW) * (
            4 + SMALL
        )
        self.lanes = passing if self.floors.form.arrows and width - 2 >= least else {}
        left, link = _left([self.title(layer) for layer in range(count)], width), _link(self.walk) + bool(self.lanes)
        room, self.gutter = (left, width - 2 * bool(self.lanes)), left - 2
        inside = min(max(layer.output_size or 0 for layer in layers), BLOCKS)
        box = _box(self.walk) if self.floors.form.box == TALL else max(inside + 2, SMALL)
        wanted = max(map(cell_len, map(self.said, self._outcomes)), default=0) + 2
        liked, shrunk = (link, box + 1 - box % 2), (PASSED, SMALL) if self.lanes else (2, 3)
        self.columns = Columns.of(frame.t, len(self.walk), room, liked, shrunk, wanted)
        self.drawing = Drawing(width, height, self.glyphs.more)

    @property
    def readout(self) -> Readout | None:
        """What predicts a distribution."""
        readout = self.frame.run.readout
        return readout if readout is not None and readout.distribution else None

    @property
    def _outcomes(self) -> range:
        return range(0 if self.readout is None else min(self.readout.width, SAMPLED))

    def said(self, unit: int, share: float = 0.0) -> str:
        """``l 0.42``: what is predicted, and how sure."""
        return f"{self.shown.outcome(unit)} {free(share, self.frame.look.digits)}"

    def title(self, layer: int) -> str:
        """``2 gru``; of a layer that reads others than the one below, where no line says which: ``3 concat(1,2)``."""
        reads, name = self.network.reads[layer], _named(self.walk, layer)
        if reads == (layer - 1,) or any(skip[1] == layer for skip in self.lanes):
            return name
        return f"{name}({','.join('x' if source == SEQUENCE else str(source + 1) for source in reads)})"

    def ink(self, t: int) -> Ink:
        """How what belongs to a timestep is drawn: it is past, now, or future."""
        return ink(t, self.frame.t, self.shown.notation, self.turned)

    def style(self, layer: int, t: int) -> Style:
        """The cursor's column has its colour; of what is past the layer that is looked at is brighter."""
        style = self.ink(t).style
        if style is not PLAIN:
            return style
        return TITLE if layer == self.frame.index else LABEL

    def sides(self, t: int) -> str:
        """The left and the right side of a low box; in ASCII no signs that its blocks have as well."""
        box = self.ink(t).box
        if self.frame.look.ascii and box is not self.glyphs.future:
            return "{}" if box is self.glyphs.now else "[]"
        return box.sides[3] + box.sides[1]

    def known(self, t: int) -> bool:
        """Whether one has come to a timestep."""
        return t <= (self.walk.last if self.turned else self.frame.t)

    def centre(self, t: int) -> int:
        """The middle column of a timestep's boxes."""
        return self.columns.x(t) + self.columns.box // 2

    def up(self, t: int) -> str:
        """The arrow of what goes up; gradients come down."""
        if self.turned:
            return self.glyphs.down
        return self.glyphs.up if t <= self.frame.t else self.glyphs.future.sides[1]

    def step(self, t: int) -> Step:
        """What the last layer did at a timestep, and with it all of them."""
        if t not in self._steps:
            self._steps[t] = self.walk.at(t)
        return self._steps[t]

    def blocks(self, layer: int, t: int, x: int, row: int, width: int) -> None:
        """Draws the y of a layer as blocks, where at least one has room beside the mark."""
        if self.frame.concealed(t):
            self.drawing.middle(x, row, width, "???"[:width], NOW)
        elif self.known(t):
            look, values = self.frame.look, self.step(t).layers[layer].y
            if width > 1 or len(values) <= width:
                self.drawing.vector(x, row, width, values, 1.0, look.ascii or look.signs)
