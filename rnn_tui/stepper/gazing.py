"""The commands that change what is looked at and how it looks: functions from a frame to the next gaze."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rnn_tui.core.rivals import chosen, offered
from rnn_tui.session.diagrams import DIAGRAMS, VANISHING
from rnn_tui.session.model import MOST_DIGITS, SCHEMES, THEMES, WEIGHTS, Focus, Gaze
from rnn_tui.stepper.explaining import terms
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.groups import gathers, groups
from rnn_tui.stepper.here import Do, Here, Outcome
from rnn_tui.stepper.selection import first_focus, moved
from rnn_tui.stepper.traces import traces

Change = Callable[[Frame], Gaze]
SCROLLED = 5
"""Terms of a sum that a key goes on by."""
COMMON = 8
"""Terms that most screens have room for."""
THEME_WORDS = {"auto": "auto, as Textual is set", "none": "none, only signs and weight"}
USUAL = "unrolled"
"""The diagram that is there where no other is asked for."""


def looking(change: Change) -> Do:
    """A command that changes what is looked at."""

    def do(here: Here, argument: str) -> Outcome:
        return Outcome(replace(here.session, gaze=change(here.frame)))

    return do


def rolled(frame: Frame) -> Gaze:
    """The seed's two diagrams, one and the other."""
    return replace(frame.gaze, diagram="rolled" if frame.gaze.diagram == USUAL else USUAL, alone=False)


def diagram(name: str) -> Change:
    """A diagram, and back to the usual one."""
    assert name in DIAGRAMS, name

    def change(frame: Frame) -> Gaze:
        return replace(frame.gaze, diagram=USUAL if frame.gaze.diagram == name else name, alone=False)

    return change


def maps(frame: Frame) -> Gaze:
    """Heat maps in place of the tables, and back."""
    return replace(frame.gaze.unselected, maps=not frame.gaze.maps)


def gate(by: int) -> Change:
    """The next sum of a cell that has several; on the way back, with the gradients by its parameters."""

    def change(frame: Frame) -> Gaze:
        if frame.gaze.zoom != "step":
            return operation(by)(frame)
        count = len(groups(frame.cell) if frame.back is not None else frame.sums)
        return replace(frame.gaze, gate=(frame.gaze.gate + by) % count)

    return change


def layer(by: int) -> Change:
    """The layer above or below."""

    def change(frame: Frame) -> Gaze:
        there = min(max(frame.index + by, 0), len(frame.walk.network.layers) - 1)
        if there == frame.index:
            return frame.gaze
        return replace(frame.gaze.unselected, layer=there + 1, gate=0, back=frame.gaze.back)

    return change


def operation(by: int) -> Change:
    """Steps into the operation after, or out to the one before; before the first is the timestep."""

    def change(frame: Frame) -> Gaze:
        gaze = frame.gaze
        if gaze.opened:
            return scrolled(frame, by)
        if by < 0 and gaze.focus is not None:
            return leave(frame)
        if gaze.focus is not None:
            return select(frame)
        if frame.back is not None:
            return select(frame) if by > 0 else gaze
        if gaze.zoom == "step":
            return replace(gaze, zoom="operation", operation=0, maps=False) if by > 0 else gaze
        wanted = gaze.operation + by
        if wanted < 0:
            return replace(gaze, zoom="step", operation=0)
        return replace(gaze, operation=min(wanted, len(frame.cell.equations) - 1))

    return change


def scrolled(frame: Frame, by: int) -> Gaze:
    """Further terms of the sum that is written out, or those before; before the first, out of it."""
    first = frame.gaze.scroll + by * SCROLLED
    if first < 0:
        return leave(frame)
    return replace(frame.gaze, scroll=first) if first < terms(frame) else frame.gaze


def further(frame: Frame) -> str:
    """The hint of the key that goes on through a sum that is written out; empty where there is no more of it."""
    count, first = terms(frame), frame.gaze.scroll
    return "further terms" if (count > COMMON or first) and first + SCROLLED < count else ""


def select(frame: Frame) -> Gaze:
    """Selects a number; a selected one is explained."""
    if frame.gaze.focus is None:
        return replace(frame.gaze, focus=first_focus(frame), maps=False)
    return explained(frame, frame.gaze.focus)


def explained(frame: Frame, focus: Focus) -> Gaze:
    """The arithmetic of a number, the equation that makes it in the tables."""
    gaze = frame.gaze
    if frame.back is not None:
        return replace(gaze, zoom="number", focus=focus, scroll=0, alone=False)
    targets = [equation.target for equation in frame.cell.equations]
    made = focus.offset == 0 and focus.name in targets
    index = targets.index(focus.name) if made else targets.index(frame.equation.target)
    return replace(gaze, zoom="number", operation=index, focus=focus, maps=False, scroll=0, alone=False)


def alone(frame: Frame) -> Gaze:
    """The table of the selected number, or of the first one, alone over the whole screen; and back."""
    gaze = frame.gaze
    if gaze.alone:
        return leave(frame)
    there = gaze if gaze.zoom == "step" else leave(frame)
    return replace(there, zoom="step", alone=True, focus=gaze.focus or first_focus(frame), maps=False, scroll=0)


def leave(frame: Frame) -> Gaze:
    """One level out: from a table alone or what is told of a number to the selection, to none, to the timestep."""
    gaze = frame.gaze
    if gaze.alone:
        return replace(gaze, alone=False)
    if gaze.opened and frame.back is not None:
        return replace(gaze, zoom="step", scroll=0)
    if gaze.opened:
        shown = frame.equation
        return replace(gaze, zoom="step", scroll=0, gate=frame.sums.index(shown) if shown in frame.sums else gaze.gate)
    if gaze.focus is not None:
        return replace(gaze, focus=None)
    return replace(gaze, zoom="step", operation=0)


def move(direction: str) -> Change:
    """The selection moved; up from the first row leaves the tables."""

    def change(frame: Frame) -> Gaze:
        focus = moved(frame, direction)
        if focus is None and frame.gaze.alone:
            return frame.gaze
        if focus is None:
            return replace(leave(frame), focus=None)
        if frame.gaze.opened:
            return explained(frame, focus)
        return replace(frame.gaze, focus=focus)

    return change


def trace(frame: Frame) -> Gaze:
    """The next thing worth seeing on the timeline; the selected number, if there is one, first."""
    gaze, offered = frame.gaze, traces(frame)
    if frame.run.learner is not None:
        offered = [*offered, ""]  # the loss over the epochs
    if gaze.focus is not None and gaze.trace != offered[0]:
        return replace(gaze, trace=offered[0])
    here = offered.index(gaze.trace) if gaze.trace in offered else 0  # which is shown where none is asked for
    return replace(gaze, trace=offered[(here + 1) % len(offered)])


def rival(by: int) -> Change:
    """The next cell beside how far a gradient reaches, where that is looked at."""

    def change(frame: Frame) -> Gaze:
        if frame.gaze.diagram != VANISHING or not frame.cell.recurrent:
            return frame.gaze
        names = offered(frame.walk)
        here = names.index(chosen(frame.walk, frame.index, frame.gaze.rival))
        return replace(frame.gaze, rival=names[(here + by) % len(names)])

    return change


def weights(frame: Frame) -> Gaze:
    """Weights as used at t, after the update, or the change between; on the way back gradients of t, or gathered."""
    if frame.teaching is None:
        return frame.gaze
    if frame.back is not None:
        gaze = frame.gaze if frame.gaze.focus is None else leave(frame).unselected
        return replace(gaze, back=True, weights="used" if gathers(frame) else "next")
    return replace(frame.gaze, weights=WEIGHTS[(WEIGHTS.index(frame.gaze.weights) + 1) % len(WEIGHTS)])


def layer_picked(here: Here, argument: str) -> Outcome:
    """A layer by its number, from 1."""
    gaze = replace(here.frame.gaze.unselected, layer=int(argument), gate=0, back=here.frame.gaze.back)
    return Outcome(replace(here.session, gaze=gaze))


def operation_picked(here: Here, argument: str) -> Outcome:
    """An equation of R by its number, from 0."""
    gaze = replace(here.session.gaze, zoom="operation", operation=int(argument), focus=None)
    return Outcome(replace(here.session, gaze=gaze))


def names(here: Here, argument: str) -> Outcome:
    """The next scheme of names."""
    look = here.session.look
    scheme = SCHEMES[(SCHEMES.index(look.names) + 1) % len(SCHEMES)]
    return Outcome(replace(here.session, look=replace(look, names=scheme)))


def theme(here: Here, argument: str) -> Outcome:
    """The next theme; that all stops of a lesson look alike, it is theirs too."""
    wanted = THEMES[(THEMES.index(here.session.look.theme) + 1) % len(THEMES)]
    session = here.session.everywhere(lambda each: replace(each, look=replace(each.look, theme=wanted)))
    return Outcome(session, f"theme: {THEME_WORDS.get(wanted, wanted)}")


def digits(by: int) -> Do:
    """More or fewer digits."""

    def do(here: Here, argument: str) -> Outcome:
        look = here.session.look
        wanted = min(max(look.digits + by, 0), MOST_DIGITS)
        return Outcome(replace(here.session, look=replace(look, digits=wanted)))

    return do


def number_picked(here: Here, argument: str) -> Outcome:
    """Where a number on the screen comes from: ``name offset row column``, the offset ``.`` for a parameter."""
    name, offset, row, column = argument.rsplit(" ", 3)
    focus = Focus(name, None if offset == "." else int(offset), int(row), int(column))
    return Outcome(replace(here.session, gaze=explained(here.frame, focus)))
