"""How the screen is written: its letters, colours and marks, with the names and characters that it has now."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from rnn_tui.session.model import OWN
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.notation import said_mark
from rnn_tui.views.sheet.palette import CHANGED, LEVELS, NOW, PLAIN, TITLE, WRONG, heat

LETTERS = {
    "W": "the weights on x: a row for every unit, a column for every number of x",
    "U": "the weights on the state of the timestep before",
    "b": "the bias, added to each unit's sum",
}


def legend(frame: Frame) -> Iterator[tuple[Text, str]]:
    """What stands on the screen of a frame, and what it means."""
    notation, t = Shown(frame).notation, max(frame.t, 1)
    for letter, meaning in LETTERS.items():
        found = [notation.word(name) for name in frame.cell.parameters if name.partition("_")[0] == letter]
        if found:
            yield Text(", ".join([*found[:2], *[notation.glyphs.more] * (len(found) > 2)]), TITLE), meaning
    yield Text(notation.at("x", t), TITLE), f"what the layer reads at t = {t}"
    for state in frame.cell.states:
        yield Text(notation.at(state, t), TITLE), f"the state after t = {t}, which stays in the layer"
    yield Text(notation.at("y", t), TITLE), "what the layer gives on: its output, no prediction unless it is a readout"
    if frame.teaching is not None:
        yield Text("dL/d" + notation.at("y", t), TITLE), "how the loss moves with it: a gradient"
    matrix, each = notation.glyphs.times, notation.glyphs.each
    yield Text(f"{matrix}  {each}", TITLE), "a matrix times a vector; number times number"
    signs = "+" if frame.look.signs else "", "-" if frame.look.signs else ""
    yield Text(f" 0.42{signs[0]} ", heat(LEVELS)), "above zero; the stronger the colour, the larger"
    yield Text(f"-0.42{signs[1]} ", heat(-LEVELS)), "below zero"
    yield Text.assemble((" 0.", PLAIN), ("42", CHANGED)), "digits that are others than at the timestep before"
    yield Text(notation.now("y", t, t), NOW), "now: what belongs to the timestep one is at"
    yield Text(notation.glyphs.more, TITLE), "something is left out for want of room"
    if frame.run.voice is not None:
        yield Text(said_mark(frame.look.ascii), NOW), "generated: this x is what y said one timestep before"
    if Shown(frame).unit.called and frame.look.unit == OWN:
        yield Text("own", TITLE), "told in its own unit; all arithmetic is in the scaled one"
    if frame.hidden:
        yield Text("?", WRONG), "a number that is asked for, and hidden until then"
    if frame.teaching is None:
        yield Text("inference", TITLE), "nothing is learned: the weights stay as they are"
