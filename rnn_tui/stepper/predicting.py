"""Predict, then see, anywhere: which question is worth asking of a timestep, and what its answer is.

The selected number is asked for, or after a softmax what it finds most likely, or the sign of the first unit of the
state. What is above zero whatever happens has no sign worth asking: a gate is compared with its middle, a share and
the like with what it was before.
"""

from __future__ import annotations

from dataclasses import replace

from rnn_tui.core.arithmetic import made_by
from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.decimals import free
from rnn_tui.core.equations import Apply, Name
from rnn_tui.session.model import Focus, Gaze
from rnn_tui.session.question import Question
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.gazing import USUAL
from rnn_tui.stepper.here import Secret
from rnn_tui.stepper.quiz import Answer, AnswerError, choice_of, hint, judged

GATES, POSITIVE = ("sigmoid", "hard_sigmoid"), ("softmax", "softplus")
MIDDLE = 0.5
LONGEST_LIST = 40
"""Characters of a list of outcomes that a question still names."""
SPOKEN = {" ": "space", "\t": "tab"}
DIGITS = 4


@dataclass(frozen=True)
class Asked:
    """A question about a timestep.

    Attributes:
        question: what is asked.
        said: what can be answered, of a choice; else nothing.
        secrets: the numbers that would tell.
    """

    question: Question
    said: str
    secrets: tuple[Secret, ...]

    @property
    def title(self) -> str:
        """The question, and how to answer."""
        return self.question.text + (f"  ({self.said})" if self.said else hint(self.question))


def asking(frame: Frame) -> Asked:
    """What is asked at the t of a frame. Raises AnswerError at t = 0."""
    if not frame.t:
        raise AnswerError("", "t = 0", "nothing is computed yet", "a prediction is of t = 1 or more")
    focus = frame.gaze.focus
    if focus is not None and focus.offset == 0 and focus.name in frame.cell.shapes:
        return _number(frame, frame.cell.copies(focus.name)[-1], focus.row)
    if frame.readout is not None and frame.readout.distribution:
        return _outcome(frame)
    states = frame.cell.states
    return _number(frame, frame.cell.copies("s" if "s" in states else next(iter(states), "y"))[-1], 0)


def _number(frame: Frame, name: str, row: int) -> Asked:
    """The sign of a number, or how it compares where its sign is known."""
    t, called = frame.t, f"{name}[{row + 1}]"
    of, before = f"{name}[{t}][{row + 1}]", f"{name}[{t - 1}][{row + 1}]"
    made = function(frame.cell, name)
    if made in GATES or (made in POSITIVE and t == 1):
        question = Question(f"t = {t}: is {called} larger or smaller than {MIDDLE}?", "compare", of, f"{MIDDLE}")
    elif made in POSITIVE:
        was = free(float(frame.step_at(t - 1).values[name][row]), DIGITS)
        text = f"t = {t}: is {called} larger or smaller than at t = {t - 1}, where it was {was}?"
        question = Question(text, "compare", of, before)
    else:
        question = Question(f"t = {t}: is {called} positive or negative?", "sign", of)
    told = made in ("softmax", "layernorm")  # by the others, all of which together are 1, or 0
    rows = range(len(frame.step.values[name])) if told else (row,)
    return Asked(question, "", tuple((name, t, each) for each in rows))


def _outcome(frame: Frame) -> Asked:
    """Which number of a softmax is the largest, by its name."""
    choices = outcomes(frame)
    found = frame.run.readout.prediction(frame.t, frame.step.y) if frame.run.readout is not None else None
    if found is None:
        raise AnswerError("", f"t = {frame.t}", "a number is not finite here", "nothing can be predicted")
    text = f"t = {frame.t}: what does the network find most likely?"
    question = Question(text, "choice", choices=choices, answer=choices[found.unit])
    listed = " or ".join([", ".join(choices[:-1]), choices[-1]][-len(choices) :])
    said = listed if len(listed) <= LONGEST_LIST else f"one of {len(choices)}"
    return Asked(question, said, tuple(("y", frame.t, row) for row in range(len(choices))))


def outcomes(frame: Frame) -> tuple[str, ...]:
    """What can be answered to a softmax: the names of its numbers as one types them, else their places."""
    return tuple(SPOKEN.get(name, name) for name in frame.outcomes) or tuple(map(str, range(1, len(frame.step.y) + 1)))


def answered(frame: Frame, text: str) -> Answer:
    """What is said to an answer. Raises AnswerError where it is none."""
    asked = asking(frame)
    question, choices, y = asked.question, asked.question.choices, frame.step.y
    if question.kind != "choice":
        return judged(question, text, frame.walk, frame.index, frame.t)
    try:
        unit, given = choices.index(question.answer), choices.index(choice_of(question, text))
    except AnswerError:
        raise AnswerError("", "", f"answer with {asked.said}") from None
    verdict = f"{choices[unit]} has {free(float(y[unit]), DIGITS)}"
    if unit != given:
        verdict += f", {choices[given]} has {free(float(y[given]), DIGITS)}"
    return Answer(unit == given, f"{'Right' if unit == given else 'No'}: {verdict}.", Focus("y", 0, unit), frame.t)


def function(cell: Cell, name: str) -> str:
    """The activation that makes a quantity; empty where none does."""
    made = made_by(cell, Name(name, 0))
    return made.operation.name if isinstance(made, Apply) and made.operation.kind == "activation" else ""


def looked_at(frame: Frame) -> Gaze:
    """A gaze that has what one works the answer out of in sight: the tables, and of several sums the one asked for."""
    gaze, targets = frame.gaze, [equation.target for equation in frame.sums]
    asked = frame.cell.copies(gaze.focus.name)[-1] if gaze.focus is not None else ""
    gate = targets.index(asked) if asked in targets else gaze.gate
    diagram = gaze.diagram if gaze.diagram in (USUAL, "rolled") else USUAL
    return replace(gaze, zoom="step", operation=0, maps=False, back=False, gate=gate, diagram=diagram)
