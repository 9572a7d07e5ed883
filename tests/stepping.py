"""What the tests of the stepper begin with: sessions of every kind, and what is compared of two of them."""

from __future__ import annotations

from functools import cache

from bits import bits

from rnn_tui.core.learning import Learning
from rnn_tui.lessons import lesson_names
from rnn_tui.session.file import read_session
from rnn_tui.session.model import Session
from rnn_tui.session.recipe import Blueprint, Recipe, Source
from rnn_tui.stepper.stepper import Stepper

QUITTING = ("q", "ctrl+q", "ctrl+c")


def network(*cells: str, hidden: tuple[int, ...] = (3,), path: str = "hello.txt") -> Session:
    """A random network on a sample."""
    return Session(Recipe(Source(path), Blueprint(cells, hidden)))


LEARNING = Session(Recipe(Source(), Blueprint(("elman", "softmax")), Learning("", 1, 4)))
PLAIN = {
    "elman": Session(),
    "stack": network("lstm", "gru", hidden=(3, 2)),
    "both ways": network("lstm:concat", "softmax"),
    "learning": LEARNING,
    "windows": Session(Recipe(Source("echo2"), Blueprint(("gru", "dense")), Learning("", 0, 3))),
}


@cache
def lesson(name: str) -> Session:
    """A built-in lesson at its first stop."""
    return read_session(name)


NAMES = (*PLAIN, *lesson_names())


def session(name: str) -> Session:
    """One of `NAMES`."""
    return PLAIN[name] if name in PLAIN else lesson(name)


def stepping(begun: Session) -> Stepper:
    """A stepper whom nobody watches."""
    return Stepper(begun, at_once=True)


def numbers(stepper: Stepper) -> tuple[object, ...]:
    """Every number of the timestep that is looked at and of the way to it, to the bit."""
    frame = stepper.frame
    weights = [array.tobytes() for layer in frame.walk.at(frame.t).layers for array in layer.parameters.values()]
    states = [array.tobytes() for state in frame.walk.initial_state for array in state.values()]
    return frame.t, bits(frame.step), bits(frame.walk.at(min(1, frame.walk.last))), weights, states
