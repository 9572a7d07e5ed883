"""A lesson being followed: its stops, what was asked and answered, and the way back to the lesson's own state."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from rnn_tui.core.epochs import LearningSimulator
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Display, Question, Session, Stop
from rnn_tui.views.layer.shown import layer_index
from rnn_tui.views.page.lesson import Told, told
from rnn_tui.views.page.quiz import Answer, asked, judged

if TYPE_CHECKING:
    from rnn_tui.app.main_screen import MainScreen


class Guide:
    """Leads through the stops of a lesson, and asks; without a lesson it only lets one predict.

    Attributes:
        stops: of the lesson; empty where there is none.
        index: the stop one is at, from 0.
    """

    def __init__(self, screen: MainScreen, session: Session) -> None:
        self._screen = screen
        self.stops: tuple[Stop, ...] = session.stops
        self.index = 0
        self._simulators: dict[int, Simulator] = {}
        self._answers: dict[int, Answer] = {}
        self._right = 0
        self._asked = 0

    @property
    def told(self) -> Told | None:
        """What the panel of the lesson says, or None where there is no lesson."""
        if not self.stops:
            return None
        answer = self._answers.get(self.index)
        verdict = "" if answer is None else answer.verdict
        if verdict and self.index == len(self.stops) - 1 and self._asked:
            verdict += f"   Score: {self._right} of {self._asked}."
        stop = self.stops[self.index]
        return told(stop, self.index + 1, len(self.stops), self.simulator(self.index), stop.session.at, verdict)

    @property
    def asks(self) -> bool:
        """Whether the stop has a question that is not answered yet."""
        return bool(self.stops) and self.stops[self.index].question is not None and self.index not in self._answers

    def simulator(self, index: int) -> Simulator:
        """The simulator of a stop; stops with the same sequence and network share one."""
        if index not in self._simulators:
            session = self.stops[index].session
            for known, simulator in self._simulators.items():
                if same_run(self.stops[known].session, session):
                    self._simulators[index] = simulator
                    break
            else:
                self._simulators[index] = session.simulator()
        return self._simulators[index]

    def begin(self) -> None:
        """The first stop, whose simulator the screen has been given."""
        if self.stops:
            self._simulators[0] = self._screen.simulator
            self.show()

    def show(self) -> None:
        """The lesson's own state at the stop one is at."""
        stop = self.stops[self.index]
        simulator = self.simulator(self.index)
        if isinstance(simulator, LearningSimulator):
            simulator.epoch = stop.session.epoch
        self._screen.become(simulator, stop.session.at, self.look())

    def look(self) -> Display:
        """The display of the stop, with what its question hides."""
        stop = self.stops[self.index]
        display = stop.session.display
        if stop.question is None or self.index in self._answers:
            return display
        return asked(display, stop.question)

    def command_next_stop(self) -> None:
        self._go(1)

    def command_previous_stop(self) -> None:
        self._go(-1)

    def command_to_stop(self) -> None:
        self.show()

    def _go(self, by: int) -> None:
        there = min(max(self.index + by, 0), len(self.stops) - 1)
        if there == self.index:
            self._screen.say("this is the last stop" if by > 0 else "this is the first stop")
            return
        self.index = there
        self.show()

    def command_answer(self) -> None:
        stop = self.stops[self.index] if self.stops else None
        if stop is None or stop.question is None:
            self._screen.say("nothing is asked here")
        elif self.index in self._answers:
            self._screen.say(self._answers[self.index].verdict)
        else:
            self._ask(stop.question, self._screen.simulator, self._answered)

    def _answered(self, answer: Answer) -> None:
        """Reveals, with the arithmetic of the number open."""
        self._answers[self.index] = answer
        self._asked += 1
        self._right += answer.right
        self.show()
        self._screen.reveal(answer)

    def command_predict(self) -> None:
        """Asks for the sign of the first number of the next y before it is shown, anywhere."""
        screen = self._screen
        t = screen.cursor + 1
        if t > len(screen.simulator):
            screen.say("there is no timestep after this one")
            return
        screen.travel.go(t)
        question = Question(f"t = {t}: is y[1] positive or negative? (+ or -)", "sign", of=f"y[{t}][1]")
        before = screen.look
        screen.look = asked(before, question)

        def revealed(answer: Answer) -> None:
            self._asked += 1
            self._right += answer.right
            screen.look = before
            screen.reveal(answer)
            screen.say(f"{answer.verdict}   {self._right} of {self._asked} right so far")

        def given_up(_: None) -> None:
            if screen.look.hidden:
                screen.look = before

        self._ask(question, screen.simulator, revealed, given_up)

    def _ask(
        self,
        question: Question,
        simulator: Simulator,
        then: Callable[[Answer], None],
        closed: Callable[[None], None] | None = None,
    ) -> None:
        """Asks in a prompt; `then` takes the answer, `closed` is told when the prompt is gone."""
        dialogs = import_module("rnn_tui.app.dialogs")
        layer = layer_index(simulator, self._screen.look)

        def accept(text: str) -> str:
            answer = judged(question, text, simulator, layer, self._screen.cursor)
            if isinstance(answer, str):
                return answer
            self._screen.call_after_refresh(then, answer)
            return ""

        self._screen.app.push_screen(dialogs.Prompt(question.text + hint(question), accept), closed)


def hint(question: Question) -> str:
    """How to answer, in brackets."""
    return {
        "sign": "  (+, - or 0)",
        "compare": "  (> or <)",
        "number": f"  (a number, within {question.tolerance:g})",
        "choice": "".join(f"  {i}: {choice}" for i, choice in enumerate(question.choices, 1)),
    }.get(question.kind, "")


def same_run(one: Session, other: Session) -> bool:
    """Whether two stops run the same network over the same sequence."""
    keys = ("source", "cells", "hidden", "seed", "model", "learning", "inline")
    return all(getattr(one, key) == getattr(other, key) for key in keys)
