"""What the network predicts, in letters: beside y, and right or wrong at every timestep in view."""

from __future__ import annotations

from rich.cells import cell_len

from rnn_tui.core.decimals import free
from rnn_tui.core.readout import NONE, RIGHT, Readout, Score
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, TITLE
from rnn_tui.views.sheet.pen import Phrase, Run, length

SAMPLED = 10_000
MARKS = {RIGHT: "=", NONE: " "}
"""Wrong is an x; all of them are read without colour."""


def predicted(frame: Frame) -> list[Phrase]:
    """``predicts l 0.42, target o 0.09``: the largest of y, and what y has at the target; nothing where none is."""
    found, digits = frame.prediction, frame.look.digits
    if found is None:
        return []
    called = Shown(frame).outcome
    said: tuple[Run, ...] = ((called(found.unit), TITLE), (f" {free(found.share, digits)}", PLAIN))
    if found.target is not None:
        share = f" {free(found.target_share, digits)}"
        said = (*said, (", target ", LABEL), (called(found.target), TITLE), (share, PLAIN))
    return [Phrase(((("  predicts ", LABEL), *said), (("  ", LABEL), *said)), 1)]


def room_for(frame: Frame) -> int:
    """Columns of the shorter form at any timestep, so that what stands beside it does not move; 0 where none is."""
    readout = frame.run.readout
    if readout is None or not readout.distribution:
        return 0
    return frame.walk.memo.get(("room of a prediction", frame.index, frame.look), lambda: _room(frame, readout))


def _room(frame: Frame, readout: Readout) -> int:
    units = range(min(len(readout.names), SAMPLED)) or range(readout.width - 1, readout.width)
    name = max(map(Shown(frame).outcome, units), key=cell_len)
    share = free(0.0, frame.look.digits)
    return cell_len(f"  {name} {share}" + (f", target {name} {share}" if readout.judged else ""))


def verdicts(drawing: Drawing, frame: Frame, score: Score, steps: range, cell: int, y: int) -> None:
    """Draws under the timesteps in view whether each prediction is right, and how many of all are."""
    for index, t in enumerate(steps):
        text = "?" if frame.concealed(t) else MARKS.get(int(score.marks[t - 1]), "x")
        x = 1 + index * cell + cell // 2 - (cell % 2 == 0)
        drawing.put(x, y, text, NOW if t == frame.t else PLAIN if t < frame.t else DIM)
        drawing.mark(1 + index * cell, y, cell, 1, {"t": t})
    x = 1 + len(steps) * cell + 2
    for form in tally(score) if not frame.hidden else ():  # what is not told yet could be counted
        if length(form) <= drawing.width - x - 1:
            drawing.write(x, y, form, drawing.width - x)
            break


def tally(score: Score) -> tuple[tuple[Run, ...], ...]:
    """How many predictions are right, of how many so far; the longer form says what the marks mean."""
    right, count = score.count()
    brief = ((f"{right} of {count} right", LABEL),)
    return (((("= right, x wrong: ", LABEL), (f"{right} of {count}", PLAIN))), brief)


def tally_room(count: int) -> int:
    """Columns that the shorter form takes at most, in a run of so many timesteps."""
    return len(f"{count} of {count} right") + 3
