"""What the commands do to the display: pure functions from one display to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rnn_tui.core.epochs import LearningSimulator
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import MOST_DIGITS, SCHEMES, Display, Focus
from rnn_tui.views.layer.selection import first_focus, moved
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.page.timeline import traces

Change = Callable[[Simulator, int, Display], Display]


def hints(display: Display, playing: bool, asked: bool = False) -> dict[str, str]:
    """The hints of the footer that depend on the moment."""
    inside = display.zoom != "step"
    return {
        "answer": "answer" if asked else "",
        "diagram": "unrolled" if display.diagram == "rolled" else "rolled",
        "play": "pause" if playing else "play",
        "maps": "tables" if display.maps else "maps",
        "into": "next operation" if inside else "into R",
        "out": "out" if inside or display.focus else "",
        "forward": "back in time" if display.back else "step",
        "back": "" if display.back else "back",
        "select": "" if display.zoom == "number" else "where from" if display.focus else "a number",
    }


def unselected(display: Display) -> Display:
    """The same look with nothing selected, out of the arithmetic."""
    return replace(display, zoom="step", focus=None, operation=0, back=False)


def _diagram(simulator: Simulator, cursor: int, display: Display) -> Display:
    return replace(display, diagram="rolled" if display.diagram == "unrolled" else "unrolled")


def _whole(diagram: str) -> Change:
    """A diagram that takes the whole width, and back."""

    def change(simulator: Simulator, cursor: int, display: Display) -> Display:
        return replace(display, diagram="unrolled" if display.diagram == diagram else diagram)

    return change


def _maps(simulator: Simulator, cursor: int, display: Display) -> Display:
    return replace(unselected(display), maps=not display.maps)


def _gate(by: int) -> Change:
    def change(simulator: Simulator, cursor: int, display: Display) -> Display:
        shown = Shown.of(simulator, cursor, display)
        count = len(shown.cell.parameters if display.back else shown.sums) or 1
        if display.zoom != "step":
            return _operation(by)(simulator, cursor, display)
        return replace(display, gate=(display.gate + by) % count)

    return change


def _layer(by: int) -> Change:
    def change(simulator: Simulator, cursor: int, display: Display) -> Display:
        here = Shown.of(simulator, cursor, display).index
        there = min(max(here + by, 0), len(simulator.network.layers) - 1)
        return display if there == here else replace(unselected(display), layer=there + 1, gate=0)

    return change


def _names(simulator: Simulator, cursor: int, display: Display) -> Display:
    return replace(display, names=SCHEMES[(SCHEMES.index(display.names) + 1) % len(SCHEMES)])


def _digits(by: int) -> Change:
    return lambda simulator, cursor, display: replace(display, digits=min(max(display.digits + by, 0), MOST_DIGITS))


def _operation(by: int) -> Change:
    """Steps into the operation after, or out to the one before; before the first is the timestep."""

    def change(simulator: Simulator, cursor: int, display: Display) -> Display:
        shown = Shown.of(simulator, cursor, display)
        if display.zoom == "number" or (by < 0 and display.focus is not None):
            return _leave(simulator, cursor, display) if by < 0 else display
        if display.focus is not None:
            return _select(simulator, cursor, display)
        if display.back:
            return _select(simulator, cursor, display) if by > 0 else display
        if display.zoom == "step":
            return replace(display, zoom="operation", operation=0, maps=False) if by > 0 else display
        operation = display.operation + by
        if operation < 0:
            return replace(display, zoom="step", operation=0)
        return replace(display, operation=min(operation, len(shown.cell.equations) - 1))

    return change


def _select(simulator: Simulator, cursor: int, display: Display) -> Display:
    """Selects a number; a selected one is explained."""
    if display.focus is None:
        return replace(display, focus=first_focus(simulator, cursor, display), maps=False)
    return explained(simulator, cursor, display, display.focus)


def explained(simulator: Simulator, cursor: int, display: Display, focus: Focus) -> Display:
    """The arithmetic of a number, the equation that makes it in the tables."""
    if display.back:
        return replace(display, zoom="number", focus=focus)
    shown = Shown.of(simulator, cursor, display)
    targets = [equation.target for equation in shown.cell.equations]
    made = focus.offset == 0 and focus.name in targets
    operation = targets.index(focus.name) if made else targets.index(shown.equation.target)
    return replace(display, zoom="number", operation=operation, focus=focus, maps=False)


def _leave(simulator: Simulator, cursor: int, display: Display) -> Display:
    """One level out: from a number's arithmetic to the selection, to no selection, to the timestep."""
    if display.zoom == "number" and display.back:
        return replace(display, zoom="step")
    if display.zoom == "number":
        return replace(display, zoom="step", gate=_gate_of(simulator, cursor, display))
    if display.focus is not None:
        return replace(display, focus=None)
    return unselected(display)


def _gate_of(simulator: Simulator, cursor: int, display: Display) -> int:
    """The sum to show after the ledger: the one it was about, if it was about a sum."""
    shown = Shown.of(simulator, cursor, display)
    return shown.sums.index(shown.equation) if shown.equation in shown.sums else display.gate


def _move(direction: str) -> Change:
    def change(simulator: Simulator, cursor: int, display: Display) -> Display:
        focus = moved(simulator, cursor, display, direction)
        if focus is None:
            return replace(_leave(simulator, cursor, display), focus=None)
        if display.zoom == "number":
            return explained(simulator, cursor, display, focus)
        return replace(display, focus=focus)

    return change


def picked(simulator: Simulator, cursor: int, display: Display, what: str, value: object) -> Display:
    """The display after a click on a layer, an operation or a number."""
    if what == "layer" and isinstance(value, int):
        return replace(unselected(display), layer=value, gate=0)
    if what == "operation" and isinstance(value, int):
        return replace(display, zoom="operation", operation=value, focus=None)
    if what == "focus" and isinstance(value, tuple):
        return explained(simulator, cursor, display, Focus(*value))
    return display


def _trace(simulator: Simulator, cursor: int, display: Display) -> Display:
    """The next thing worth seeing on the timeline; the selected number, if there is one, first."""
    offered = traces(simulator, display)
    if isinstance(simulator, LearningSimulator):
        offered = [*offered, ""]  # the loss over the epochs
    if display.focus is not None and display.trace != offered[0]:
        return replace(display, trace=offered[0])
    default = -1 if isinstance(simulator, LearningSimulator) else 0
    here = offered.index(display.trace) if display.trace in offered else default
    return replace(display, trace=offered[(here + 1) % len(offered)])


WEIGHTS = ("used", "next", "change")


def _weights(simulator: Simulator, cursor: int, display: Display) -> Display:
    return replace(display, weights=WEIGHTS[(WEIGHTS.index(display.weights) + 1) % len(WEIGHTS)])


CHANGES: dict[str, Change] = {
    "weights": _weights,
    "trace": _trace,
    "diagram": _diagram,
    "inside": _whole("inside"),
    "vanishing": _whole("vanishing"),
    "maps": _maps,
    "next_sum": _gate(1),
    "previous_sum": _gate(-1),
    "next_layer": _layer(1),
    "previous_layer": _layer(-1),
    "names": _names,
    "more_digits": _digits(1),
    "fewer_digits": _digits(-1),
    "into": _operation(1),
    "out": _operation(-1),
    "select": _select,
    "leave": _leave,
    "select_right": _move("right"),
    "select_left": _move("left"),
    "select_down": _move("down"),
    "select_up": _move("up"),
    "next_table": _move("next"),
    "previous_table": _move("previous"),
}
"""Every command that changes the display alone, by its id."""
