"""Checking a lesson without a screen: every stop fits, every number in its text is the computed one."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from rnn_tui.core.errors import InputError
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Session, Stop
from rnn_tui.views.layer.shown import layer_index
from rnn_tui.views.page.layout import arrange, lesson_rows
from rnn_tui.views.page.lesson import filled, lesson_lines, told
from rnn_tui.views.page.quiz import check_question
from rnn_tui.views.page.scene import Scene, part

SIZES = ((80, 24), (120, 36))
"""The screens that a lesson must fit."""


def problems(session: Session, name: str) -> Iterator[str]:
    """What is wrong with a lesson, a sentence each; nothing where all is well."""
    if not session.stops:
        yield f"{name}: there are no stops; add [[stops]] with a title and a text"
    for number, stop in enumerate(session.stops, 1):
        place = f"{name}: stop {number} ({stop.title})"
        try:
            simulator = stop.session.simulator()
            filled(stop.text, simulator, stop.session.display, stop.session.at)
            if stop.question is not None:
                layer = layer_index(simulator, stop.session.display)
                check_question(stop.question, simulator, layer, stop.session.at)
        except InputError as error:
            yield f"{place}: {error}"
            continue
        for size in SIZES:
            yield from (f"{place}: {problem}" for problem in _fits(stop, number, len(session.stops), simulator, size))


def _fits(stop: Stop, number: int, count: int, simulator: Simulator, size: tuple[int, int]) -> Iterator[str]:
    """Whether a stop fits a screen, every part of it drawn."""
    width, height = size
    said = told(stop, number, count, simulator, stop.session.at)
    lines, room = len(lesson_lines(said, width)), lesson_rows(height) - 1
    if lines > room:
        yield f"its text takes {lines} lines at {width}x{height} and has {room}"
    display, at = stop.session.display, stop.session.at
    scene = Scene(simulator, at, display, told=said)
    console = Console(width=width, legacy_windows=False)
    for name, region in arrange(simulator, display, width, height, lesson=True).items():
        console.render_lines(part(name, scene, region.width, region.height))
