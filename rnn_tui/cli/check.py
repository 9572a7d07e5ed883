"""``check``: lessons without a screen. Every stop fits, every number in its text is the computed one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console

from rnn_tui.cli.options import Parser, session_in
from rnn_tui.core.errors import InputError
from rnn_tui.core.texts import one_line
from rnn_tui.session.model import Session
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.here import Here, Runs
from rnn_tui.stepper.lesson_text import Told, filled, told
from rnn_tui.stepper.quiz import check_question
from rnn_tui.views.page.layout import arrange, lesson_rows
from rnn_tui.views.page.lesson import lesson_lines
from rnn_tui.views.page.parts import Page, part

SIZES = ((80, 24), (120, 36))
"""The screens that a lesson must fit."""


def command(words: Sequence[str]) -> int:
    """Checks lessons; the exit status is 1 where something is wrong."""
    parser = Parser("check", "Run all stops of a lesson headless, at 80x24 and 120x36.")
    parser.add_argument("lessons", nargs="+", metavar="LESSON.toml", help="a file, or the name of a built-in lesson")
    parser.outside()
    options = parser.parse_args(words)
    found = 0
    for name in options.lessons:
        session, shown = session_in(name, options), one_line(name)
        wrong = list(problems(session, shown))
        found += len(wrong)
        for problem in wrong:
            print(problem)
        if not wrong and session.lesson is not None:
            count = len(session.lesson.stops)
            print(f"{shown}: {count} stop{'s' * (count != 1)}, all well")
    return 1 if found else 0


def problems(session: Session, name: str) -> Iterator[str]:
    """What is wrong with a lesson, a sentence each; nothing where all is well."""
    if session.lesson is None:
        yield f"{name}: there are no stops; add [[stops]] with a title and a text"
        return
    runs = Runs()
    for number, stop in enumerate(session.lesson.stops):
        place = f"{name}: stop {number + 1} ({stop.title})"
        try:
            frame = Here(stop.session, runs).frame
            filled(stop.text, frame)
            if stop.question is not None:
                check_question(stop.question, frame.walk, frame.index, frame.t)
        except InputError as error:
            yield f"{place}: {error}"
            continue
        said = told(stop, number + 1, len(session.lesson.stops), frame)
        for size in SIZES:
            yield from (f"{place}: {problem}" for problem in _fits(frame, said, size))


def _fits(frame: Frame, said: Told, size: tuple[int, int]) -> Iterator[str]:
    """Whether a stop fits a screen, every part of it drawn."""
    width, height = size
    lines, room = len(lesson_lines(said, width)), lesson_rows(height) - 1
    if lines > room:
        yield f"its text takes {lines} lines at {width}x{height} and has {room}"
    page, console = Page(frame, told=said), Console(width=width, legacy_windows=False)
    for name, region in arrange(frame, width, height, lesson=True).items():
        console.render_lines(part(name, page, region.width, region.height))
