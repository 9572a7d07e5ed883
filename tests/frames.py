"""Frames for the tests of views: one timestep of a run, looked at in one way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from rnn_tui import Network, Run, Simulator, load_sequence
from rnn_tui.core.run import Walk
from rnn_tui.session.model import Gaze, Look
from rnn_tui.stepper.frame import Frame

LOOKS = {each.name for each in fields(Look)}
GAZES = {each.name for each in fields(Gaze)}


Seen = dict[str, Any]
"""What is looked at and how it looks: fields of `Gaze`, `Look` and `Frame` together."""


def seen(settings: Mapping[str, Any] | None = None, /, **more: Any) -> Seen:
    """Settings by their names; `more` beside or in place of those given."""
    return {**(settings or {}), **more}


def frame(run: Simulator | Run | Walk, t: int, settings: Mapping[str, Any] | None = None, /, **more: Any) -> Frame:
    """A timestep of a run, looked at so."""
    walk = run.walk() if isinstance(run, Run) else run.walk if isinstance(run, Simulator) else run
    given = seen(settings, **more)
    gaze = Gaze(**{name: value for name, value in given.items() if name in GAZES})
    look = Look(**{name: value for name, value in given.items() if name in LOOKS})
    rest = {name: value for name, value in given.items() if name not in LOOKS | GAZES}
    return Frame(walk, t, gaze, look, **rest)


def built_in(cells: str = "elman", hidden: int = 3, path: str = "hello.txt") -> Simulator:
    """A built-in sequence read by a network of random parameters."""
    sequence = load_sequence(path)
    return Simulator(Network.random(cells.split(","), sequence.input_size, [hidden], 0), sequence)
