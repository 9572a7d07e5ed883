"""``check``: lessons without a screen. Every stop fits, every number in its text is the computed one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rnn_tui.cli.options import allowed
from rnn_tui.cli.parser import Parser
from rnn_tui.core.errors import InputError
from rnn_tui.core.texts import one_line
from rnn_tui.session.examining import Examined, Fault, examined
from rnn_tui.session.model import Lesson, Stop
from rnn_tui.session.runs import Runs
from rnn_tui.session.tables import Table
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.here import Here
from rnn_tui.stepper.lesson_text import Told, filled, untested
from rnn_tui.stepper.quiz import question_faults, secrets_of, verdicts
from rnn_tui.views.page.room import unseen, untold

SIZES = ((60, 20), (80, 24), (120, 36))
"""The screens that a lesson must fit."""


def command(words: Sequence[str]) -> int:
    """Checks lessons; the exit status is 1 where something is wrong."""
    sizes = ", ".join(f"{width}x{height}" for width, height in SIZES)
    parser = Parser("check", f"Run all stops of lessons headless, at {sizes}: every fault of every file.")
    parser.add_argument("lessons", nargs="+", metavar="LESSON.toml", help="a file, or the name of a built-in lesson")
    parser.outside()
    options = parser.parse_args(words)
    found = 0
    for name in options.lessons:
        lesson = examined(name, allowed(options))
        wrong = problems(lesson)
        found += len(wrong)
        for problem in wrong:
            print(problem)
        if not wrong:
            count = len(lesson.titles)
            print(f"{one_line(name)}: {count} stop{'s' * (count != 1)}, all well")
    return 1 if found else 0


def problems(lesson: Examined) -> list[str]:
    """What is wrong with a lesson, a sentence each, in the order of the file; nothing where all is well."""
    faults, runs = list(lesson.faults), Runs()
    for number, table, stop in lesson.stops:
        faults += (Fault(error, number) for error in _wrong(lesson, number, table, stop, runs))
    if not faults and not lesson.titles:
        return [f"{one_line(lesson.shown)}: there are no stops; add [[stops]] with a title and a text"]
    return [_sentence(lesson, fault) for fault in sorted(faults, key=lambda fault: (_line(fault), fault.stop))]


def _line(fault: Fault) -> int:
    """The line of a fault, 0 where it has none."""
    found = re.match(r"line (\d+)", fault.error.where)
    return int(found[1]) if found else 0


def _sentence(lesson: Examined, fault: Fault) -> str:
    """A fault with its file, its line and its stop."""
    error, stop = fault.error, f"stop {fault.stop}" if fault.stop else ""
    if fault.stop and lesson.titles[fault.stop - 1]:
        stop += f" ({lesson.titles[fault.stop - 1]})"
    where = ", ".join(part for part in (error.where, stop) if part)
    return str(InputError(error.path or lesson.shown, where, error.why, error.hint))


def _wrong(lesson: Examined, number: int, table: Table, stop: Stop, runs: Runs) -> Iterator[InputError]:
    """What is wrong with a stop that can be run, each with the line of its key."""
    question, count, display = stop.question, len(lesson.titles), table.part("display")
    secrets = () if question is None else secrets_of(question)
    try:
        frame, asked = (Here(stop.session, runs, secrets=each).frame for each in ((), secrets))
    except InputError as error:
        yield table.error("network", str(error))
        return

    if frame.t < stop.session.at:
        why = f"epoch {frame.walk.epoch} stops at t = {frame.t}, where a number is not finite"
        yield table.error("at", why, "take a smaller rate, or clip = 1")

    def said(frame: Frame, verdict: str = "") -> Told:
        text, _ = filled(stop.text, frame)
        return Told(number, count, stop.title, text, "" if question is None else question.text, verdict)

    for key, text in (("text", stop.text), ("notes", stop.notes)):
        yield from (table.error(key, str(error)) for error in (*filled(text, frame)[1], *untested(text)))
    words = [said(asked)]
    if question is not None:
        faults = list(question_faults(question, frame.walk, frame.index, frame.t))
        yield from (table.part("question").error(key, str(error)) for key, error in faults)
        score = f"   Score: {count} of {count}." if number == count else ""
        judged = () if faults else verdicts(question, frame.walk, frame.index, frame.t)
        words += [said(frame, verdict + score) for verdict in judged]
    whole = Lesson(tuple(each for _, _, each in lesson.stops))
    for size in SIZES:
        yield from (table.error(key, why) for key, why in untold(words, whole, *size))
        yield from (display.error(key, why) for key, why in unseen(asked, whole, *size, "diagram" in display))
