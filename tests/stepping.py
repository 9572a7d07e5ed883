"""What the tests of the stepper begin with: sessions of every kind, and what is compared of two of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import redirect_stdout
from dataclasses import replace
from functools import cache
from io import StringIO
from pathlib import Path

import numpy as np
from bits import bits
from rich.console import Console, RenderableType

from rnn_tui.cli.main import main
from rnn_tui.cli.options import session_from
from rnn_tui.cli.parser import Parser
from rnn_tui.core.edits import Edit
from rnn_tui.core.learning import Learning
from rnn_tui.core.parts import Parts
from rnn_tui.core.sequence import Sequence
from rnn_tui.lessons import lesson_names
from rnn_tui.session.file import read_session
from rnn_tui.session.model import Lesson, Look, Session
from rnn_tui.session.recipe import Blueprint, Recipe, Source
from rnn_tui.stepper.commands import hints
from rnn_tui.stepper.lessons import told_of
from rnn_tui.stepper.pace import Pace
from rnn_tui.stepper.stepper import Stepper
from rnn_tui.views.page.footer import footer
from rnn_tui.views.page.layout import arrange
from rnn_tui.views.page.parts import Page, part
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.rows import Row, Stack

QUITTING = ("q", "ctrl+q", "ctrl+c")


def network(*cells: str, hidden: tuple[int, ...] = (3,), path: str = "hello.txt") -> Session:
    """A random network on a sample."""
    return Session(Recipe(Source(path), Blueprint(cells, hidden)))


LEARNING = Session(Recipe(Source(), Blueprint(("elman", "softmax")), Learning("", 1, 4)))
WORDS = ("hello", "ole", "hole")
LETTERS = np.eye(4)[["ehlo".index(letter) for letter in "".join(WORDS)]]
NEXT = np.vstack([LETTERS[1:], LETTERS[:1]])
NEXT[[4, 7, 11]] = np.nan
SEVERAL = Source(
    inline=Sequence(LETTERS, NEXT, "".join(WORDS), "words", "ehlo", "ehlo", parts=Parts([1, 6, 9], 12, WORDS))
)
JUDGED = Learning("", 2, 3, learn_initial_state=True, validation="2")
SINE = Source("sine", scale="minmax")
PLAIN = {
    "elman": Session(),
    "stack": network("lstm", "gru", hidden=(3, 2)),
    "both ways": network("lstm:concat", "softmax"),
    "learning": LEARNING,
    "windows": Session(Recipe(Source("echo2"), Blueprint(("gru", "dense")), Learning("", 0, 3))),
}
GENERATING = replace(LEARNING.recipe, learning=None, edits=(Edit.parse("generate 4 at 0.7 seed 2"),))
FURTHER = {
    "generating": Session(GENERATING, 7),
    "forecast": Session(
        Recipe(SINE, Blueprint(("gru", "dense")), Learning("", 0, 2), (Edit.parse("generate 3"),)),
        look=Look(unit="own"),
    ),
    "several": Session(Recipe(SEVERAL, Blueprint(("lstm", "softmax")), JUDGED, (Edit.parse("generate 2"),)), 5),
}
"""Sessions that go on past the end, in letters and in numbers, or of several sequences, of which one is held out."""


@cache
def lesson(name: str) -> Session:
    """A built-in lesson at its first stop."""
    return read_session(name)


NAMES = (*PLAIN, *lesson_names())


def session(name: str) -> Session:
    """One of `NAMES`, or of `FURTHER`."""
    return {**PLAIN, **FURTHER}.get(name) or lesson(name)


def stepping(begun: Session) -> Stepper:
    """A stepper whom nobody watches."""
    stepper = Stepper(begun)
    stepper.finish()
    return stepper


def waited(stepper: Stepper) -> int:
    """Works until one is where one waits to go: in how many slices."""
    slices = 0
    while stepper.busy:
        stepper.work(0.0)
        slices += 1
    return slices


def opened(*words: str) -> Session:
    """The session that a command line asks for."""
    parser = Parser("", "")
    parser.sequence()
    parser.network()
    parser.learning()
    parser.display()
    parser.breaks("")
    return session_from(parser.read(list(words)))


def numbers(stepper: Stepper) -> tuple[object, ...]:
    """Every number of the timestep that is looked at and of the way to it, to the bit."""
    frame = stepper.frame
    weights = [array.tobytes() for layer in frame.walk.at(frame.t).layers for array in layer.parameters.values()]
    states = [array.tobytes() for state in frame.walk.initial_state for array in state.values()]
    return frame.t, bits(frame.step), bits(frame.walk.at(min(1, frame.walk.last))), weights, states


SIZES = ((53, 17), (80, 24), (120, 36))


def drawn(stepper: Stepper, sizes: Iterable[tuple[int, int]] = SIZES) -> list[str]:
    """All that stands on the screen, with its colours, at some sizes; without what was said last, and paused."""
    pictures = []
    for width, height in sizes:
        stepper.columns = width
        here = replace(stepper.here, pace=Pace())
        regions = arrange(here.frame, width, height, here.session.lesson)
        last = footer(width, here.session.look.ascii, hints(here))
        page = Page(here.frame, footer=last, told=told_of(here))
        for name, region in sorted(regions.items()):
            pictures.append(f"{name} {region}")
            pictures.append(inked(part(name, page, region.width, region.height), region.width))
    return pictures


def inked(renderable: RenderableType, width: int) -> str:
    """What is drawn, with its colours; Rich is asked only where a part has no lines of its own, which is slow."""
    if isinstance(renderable, Drawing | Row | Stack):
        return "\n".join("".join(f"{text}|{style}|" for text, style, _ in line) for line in renderable.lines())
    console = _console(width)
    with console.capture() as drawing:
        console.print(renderable, end="")
    return drawing.get()


@cache
def _console(width: int) -> Console:
    return Console(file=StringIO(), width=width, force_terminal=True, color_system="truecolor")


def lesson_of(session: Session) -> Lesson:
    """The lesson in a session."""
    assert session.lesson is not None
    return session.lesson


def ran(path: Path, session: Session, layer: int) -> dict[str, object]:
    """What `run` prints of the timestep of a session in a file."""
    words = ["run", str(path), "--format", "jsonl", "--values", "--layer", str(layer)]
    words += ["--from", str(session.at), "--to", str(session.at)]
    if session.recipe.learning is not None:
        words += ["--epoch", str(session.epoch)]
    with redirect_stdout(StringIO()) as output:
        assert main(words) == 0
    line = json.loads(output.getvalue().splitlines()[-1])
    assert (line["t"], line.get("epoch", 1)) == (session.at, session.epoch)
    values: dict[str, object] = line["values"]
    return {"x": line["x"], **values}


def computed(stepper: Stepper) -> dict[str, object]:
    """The same of the run itself, whatever it is compared with on the screen."""
    step = stepper.here.walk.at(stepper.session.at).layers[stepper.frame.index]
    return {"x": step.x.tolist(), **{name: array.tolist() for name, array in step.values.items()}}
