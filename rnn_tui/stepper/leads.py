"""Where following a number leads: to another timestep or layer where it was made elsewhere, else into the largest
contribution to it that can be followed in turn.

What no equation of the run makes is an end: the sequence, a parameter, the state that a layer begins with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import inf, isnan

from rnn_tui.core.arithmetic import Account, Part
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Name, Number
from rnn_tui.session.focus import ref_of
from rnn_tui.session.model import Focus
from rnn_tui.stepper.frame import Frame

MADE, GIVEN, FIXED, NOTHING = range(4)
"""How well a term can be followed: an equation makes it; the sequence or the beginning gives it; it is a parameter; it
contributes nothing."""


@dataclass(frozen=True)
class Lead:
    """A number that following another one leads to.

    Attributes:
        focus: the number, as the tables call it at its timestep.
        layer: from 0.
        t: the timestep.
        end: why nothing is behind it; empty where something is.
        gate: the sum of its layer that must be looked at for it to be there, from 0; None where any will do.
    """

    focus: Focus
    layer: int
    t: int
    end: str = ""
    gate: int | None = None

    def text(self, frame: Frame) -> str:
        """The number's name: ``s[3][2]``, in another layer than that of the frame ``1:s[3][2]``."""
        layer, ref = frame.walk.network.layers[self.layer], ref_of(self.focus)
        shape = layer.cell.parameters.get(ref.name)
        t = None if shape is not None else replace(ref, offset=self.focus.offset).when(self.t, layer.reverse)
        column = self.focus.column if shape is not None and len(shape) > 1 else None
        row = None if shape == () else self.focus.row
        shown = 0 if self.layer == frame.index else self.layer + 1
        return str(replace(ref, layer=shown, t=t, offset=None, row=row, column=column))


def elsewhere(frame: Frame, name: Name, place: tuple[int, ...]) -> Lead | None:
    """Where a number leads that no equation of its timestep makes; None for one that an equation makes."""
    row, column = (*place, 0, 0)[:2]
    focus, t, index, walk = Focus(name.name, name.offset, row, column), frame.t, frame.index, frame.walk
    if name.offset is None:
        fixed = "one and the same at every t" if frame.teaching is None else "which nothing changes but learning"
        return Lead(focus, index, t, f"a parameter, {fixed}")
    if not t:
        return Lead(focus, index, t, "what the layer begins with")
    if name.offset:
        there = frame.when(name.offset)
        if 1 <= there <= walk.last:
            return Lead(replace(focus, offset=0), index, there)
        return Lead(focus, index, t, "what the layer begins with")
    if name.name not in frame.cell.inputs:
        return None
    source = walk.network.reads[index][list(frame.cell.inputs).index(name.name)]
    if source < 0 and walk.generated(t):
        return Lead(replace(focus, name="y"), len(walk.network.layers) - 1, t - 1)
    return Lead(focus, index, t, "the sequence gives it") if source < 0 else Lead(replace(focus, name="y"), source, t)


def largest(frame: Frame) -> Lead | None:
    """The largest contribution to the selected number, itself where an edit gives it; None where there is none."""
    focus, whole = frame.gaze.focus, frame.account
    if focus is None or whole is None:
        return None
    return Lead(focus, frame.index, frame.t, "an edit gives it") if whole.kind == "set" else _best(frame, whole)[1]


def _best(frame: Frame, whole: Account) -> tuple[int, Lead | None]:
    """Of the terms of an account the one to follow: how well that can be done, and where it leads."""
    if whole.kind == "softmax" and whole.inner:
        return _best(frame, whole.inner[0])
    terms = [whole.terms[whole.chosen]] if whole.kind == "softmax" else whole.terms
    found = []
    for term in terms:
        rank, lead = min(_factors(frame, term.parts, whole), key=lambda way: way[0], default=(NOTHING, None))
        size = inf if isnan(term.value) else abs(term.value)
        if lead is not None:
            found.append((rank if size else NOTHING, -size, lead))
    rank, _, lead = min(found, key=lambda way: way[:2], default=(NOTHING, 0.0, None))
    return rank, lead


def _factors(frame: Frame, factors: tuple[Part, ...], whole: Account) -> Iterator[tuple[int, Lead | None]]:
    """The factors of a term, each as `_best`, the last first: a weight or a gate stands before what it lets through."""
    inner = {(each.part.expression, each.part.index): each for each in whole.inner}
    for part in reversed(factors):
        name = part.expression
        if isinstance(name, Name):
            made = Lead(Focus(name.name, 0, (*part.index, 0)[0]), frame.index, frame.t)
            lead = elsewhere(frame, name, part.index) or made
            yield MADE if not lead.end else FIXED if name.offset is None else GIVEN, lead
        elif not isinstance(name, Number):
            yield _best(frame, inner[name, part.index])
