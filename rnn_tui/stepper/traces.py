"""What the timeline can show: the norm, the mean, or one number of a quantity over the whole run."""

from __future__ import annotations

import re

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.digest import MEAN, NORM, VALUE
from rnn_tui.core.run import Walk
from rnn_tui.stepper.frame import Frame

SCORE, GHOST = "right", "difference"
"""The traces of how many predictions are right, and of how far the run is from another."""
FEW = 4
"""Units that a state may have for each to be offered as a trace."""


@dataclass(frozen=True)
class Trace:
    """What the timeline shows: a quantity's norm, its mean, or one of its numbers (from 0)."""

    name: str
    what: str
    unit: int | None = None

    @classmethod
    def read(cls, text: str) -> Trace | None:
        """``|s|`` the norm, ``s`` the mean, ``s[2]`` the second number; None if it is none of them."""
        found = re.fullmatch(r"\|(\w+)\||(\w+)\[([1-9][0-9]{0,8})\]|(\w+)", text)
        if found is None:
            return None
        norm, name, unit, mean = found.groups()
        return cls(name, VALUE, int(unit) - 1) if name else cls(norm, NORM) if norm else cls(mean, MEAN)

    def __str__(self) -> str:
        return {NORM: f"|{self.name}|", MEAN: self.name}.get(self.what, f"{self.name}[{(self.unit or 0) + 1}]")


def traces(frame: Frame) -> list[str]:
    """The traces of the shown layer that are worth a look, in order, as `Gaze.trace` has them.

    The selected number if the layer computes it, the norm of every state and of y where that is not a state, or y
    itself if it is one number, the mean of every gate, and each unit of a state that has few.
    """
    focus, digest = frame.gaze.focus, frame.walk.tape.digest
    selected = []
    if focus is not None and focus.offset is not None and digest.has(frame.index, focus.name, focus.row, VALUE):
        selected.append(Trace(focus.name, VALUE, focus.row))
    ghost = [Trace(GHOST, MEAN)] if frame.compared is not None else []
    return list(dict.fromkeys(map(str, [*ghost, *selected, *usual(frame.walk, frame.index)])))


def usual(walk: Walk, index: int) -> list[Trace]:
    """The traces of a layer that are worth a look whatever is selected."""
    digest, cell = walk.tape.digest, walk.network.layers[index].cell
    shown = [*cell.states, *([] if any(digest.same(index, "y", state) for state in cell.states) else ["y"])]
    found = [Trace(n, VALUE, 0) if n == "y" and digest.size(index, n) == 1 else Trace(n, NORM) for n in shown]
    units = [
        Trace(n, VALUE, i) for n in cell.states if digest.size(index, n) <= FEW for i in range(digest.size(index, n))
    ]
    means = [Trace(name, MEAN) for name in cell.shapes if name not in (*cell.states, "y")]
    return [*found, *means, *units, *([Trace(SCORE, MEAN)] if scored(walk, index) else [])]


def scored(walk: Walk, index: int) -> bool:
    """Whether a layer makes predictions that are right or wrong."""
    return index == len(walk.network.layers) - 1 and walk.tape.score is not None


def chosen(frame: Frame) -> Trace:
    """The trace that is asked for; the first worth a look where the layer has none such."""
    wanted = Trace.read(frame.gaze.trace)
    if frame.compared is not None and (wanted is None or wanted.name == GHOST):
        return Trace(GHOST, MEAN)
    if wanted is not None and frame.walk.tape.digest.has(frame.index, wanted.name, wanted.unit, wanted.what):
        return wanted
    if wanted == Trace(SCORE, MEAN) and scored(frame.walk, frame.index):
        return wanted
    return usual(frame.walk, frame.index)[0]
