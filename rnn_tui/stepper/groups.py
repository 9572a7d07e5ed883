"""What the way back shows together: the sum inside an equation, and the parameters in it."""

from __future__ import annotations

from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Equation, names
from rnn_tui.core.plan import sum_names
from rnn_tui.stepper.frame import Frame

GATHERED = " gathered"
"""What the name of a gradient ends with that is a sum over the timesteps walked."""


@dataclass(frozen=True)
class Group:
    """An equation as the way back goes through it.

    Attributes:
        equation: the equation; None of a cell without parameters.
        inside: the name of the sum inside its activation, or empty.
        parameters: those of its parameters that no equation before it has.
    """

    equation: Equation | None
    inside: str = ""
    parameters: tuple[str, ...] = ()


def groups(cell: Cell) -> list[Group]:
    """All of a cell, in the order of its equations; one at least."""
    found: list[Group] = []
    listed: set[str] = set()
    for equation in cell.equations:
        every = (name.name for name in names(equation.expression) if name.offset is None)
        own = tuple(dict.fromkeys(name for name in every if name not in listed))
        if own:
            found.append(Group(equation, sum_names(cell).get(equation.target, ""), own))
            listed.update(own)
    return found or [Group(None)]


def chosen(frame: Frame) -> Group:
    """The one that is looked at."""
    every = groups(frame.cell)
    return every[frame.gaze.gate % len(every)]


def gathers(frame: Frame) -> bool:
    """Whether the gradients by parameters are shown as gathered from the end of the window, and not of t alone."""
    focus = frame.gaze.focus
    return frame.gaze.weights != "used" or (focus is not None and focus.name.endswith(GATHERED))
