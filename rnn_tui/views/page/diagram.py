"""The diagram that is looked at, from the one table of diagrams, and beside it another that needs little room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from types import ModuleType

from rich.console import RenderableType

from rnn_tui.session.diagrams import DIAGRAMS, Diagram
from rnn_tui.stepper.frame import Frame

EVERY = 10**6
"""More columns than any screen has."""


def looked_at(frame: Frame) -> Diagram:
    """The diagram that is looked at."""
    return DIAGRAMS[frame.gaze.diagram]


def _home(frame: Frame) -> ModuleType:
    """The module that draws it."""
    seen = looked_at(frame)
    return import_module(seen.stack if seen.stack and len(frame.walk.network.layers) > 1 else seen.home)


def rows(frame: Frame) -> int:
    """The rows that it likes, the same at every t."""
    count: int = _home(frame).rows(frame)
    return count


def heights(frame: Frame, width: int) -> Sequence[int]:
    """The rows that it makes use of in so many columns, down from those that it likes."""
    own = getattr(_home(frame), "heights", None)
    chosen: Sequence[int] = (rows(frame), 9, 7, 5, 3) if own is None else own(frame, width)
    return chosen


def columns(frame: Frame) -> int:
    """The columns that it likes, the same at every t; of one that needs the whole width, as many as there are."""
    own = getattr(_home(frame), "columns", None)
    count: int = EVERY if own is None or looked_at(frame).whole else own(frame)
    return count


def fits(frame: Frame, width: int, height: int) -> bool:
    """Whether it can be drawn so that one sees what it is about."""
    able: bool = _home(frame).fits(frame, width, height)
    return able


def needs(frame: Frame, width: int, height: int) -> str:
    """What it needs where it has no room, in words; empty where it has, or does not say."""
    module = _home(frame)
    told: str = module.lacks(frame, width, height) if hasattr(module, "lacks") else ""
    return told


def draw(frame: Frame, width: int, height: int) -> RenderableType:
    """Draws it."""
    drawn: RenderableType = _home(frame).draw(frame, width, height)
    return drawn


def beside(frame: Frame) -> Frame:
    """The same with the other diagram: the first that does not need the whole width and is not shown already."""
    shown = frame.gaze.diagram
    other = next(name for name, diagram in DIAGRAMS.items() if not diagram.whole and name != shown)
    return replace(frame, gaze=replace(frame.gaze, diagram=other))
