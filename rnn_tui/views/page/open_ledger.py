"""The ledger of numbers: the arithmetic of the selected one, and as far as there is room of what it was made of.

On a large screen it stands open though nothing is selected, and tells of what changed most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rich.text import Text

from rnn_tui.session.model import Focus
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.noticed import followed, noticed
from rnn_tui.views.layer.ledger import Arithmetic
from rnn_tui.views.layer.order import operations
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.learning.chain_ledger import chain_ledger
from rnn_tui.views.sheet.pen import stacked

LEAST = 4
"""Lines that the arithmetic of one more number needs."""


def open_ledger(frame: Frame, width: int, height: int) -> Text:
    """What is selected, then what changed most, each with what it was made of, as far as there is room."""
    shown, lines = Shown(frame), list[Text]()
    more = shown.notation.glyphs.more
    if not frame.t:
        return stacked(_beginning(shown, width, height), width, height, more)
    for focus in _foci(frame):
        if lines and height - len(lines) < LEAST + 1:
            break
        lines += [Text()] if lines else []
        scroll = frame.gaze.scroll if focus == frame.gaze.focus else 0
        own = replace(frame, gaze=replace(frame.gaze, zoom="number", focus=focus, scroll=scroll))
        lines += _told(own, width, height - len(lines))
    return stacked(lines, width, height, more)


def _beginning(shown: Shown, width: int, height: int) -> list[Text]:
    """At t = 0 no number has come about yet, but how they will is known."""
    focus = shown.frame.gaze.focus or noticed(shown.frame)[0]
    own = replace(shown.frame, gaze=replace(shown.frame.gaze, focus=focus))
    return [*Arithmetic(Shown(own), width).lines(height), Text(), *operations(shown, width, max(height - 2, 1))]


def _foci(frame: Frame) -> Iterator[Focus]:
    """The numbers that are told of, each once; a gradient that is selected is told of alone."""
    selected, told = frame.gaze.focus, set[Focus]()
    others = [] if selected is not None and selected.gradient else noticed(frame)
    for first in (*([selected] if selected is not None else []), *others):
        for focus in followed(frame, first):
            if focus not in told:
                told.add(focus)
                yield focus


def _told(frame: Frame, width: int, height: int) -> list[Text]:
    """The lines of one number."""
    focus = frame.gaze.focus
    if focus is not None and focus.gradient:
        return list(chain_ledger(frame, frame.back, width, height).split("\n")) if frame.back is not None else []
    return Arithmetic(Shown(frame), width).lines(height)
