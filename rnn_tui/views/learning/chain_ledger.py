"""The ledger of a gradient: the chain-rule products that made it."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from rnn_tui.core.backward import Adjoint
from rnn_tui.core.chain import Chain, Index, Link
from rnn_tui.core.decimals import free
from rnn_tui.core.equations import Apply, Expression, Name, Number
from rnn_tui.core.teaching import Teaching
from rnn_tui.session.model import BY
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.selection import GATHERED, HERE, LATER
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.learning.gradient_tables import gradient
from rnn_tui.views.sheet.listing import Written
from rnn_tui.views.sheet.palette import LABEL, NOW, PLAIN, TITLE
from rnn_tui.views.sheet.pen import stacked

FINER = 2


def chain_ledger(frame: Frame, teaching: Teaching, width: int, height: int) -> Text:
    """The arithmetic of the selected gradient, in at most `height` lines."""
    focus = frame.gaze.focus
    if focus is None or not focus.gradient:
        return Text()
    teller = _Teller(frame, teaching, width)
    lines = teller.lines(focus.name.removeprefix(BY), (focus.row, focus.column), height)
    return stacked(lines, width, height, teller.more)


class _Teller:
    """Writes where a gradient comes from."""

    def __init__(self, frame: Frame, teaching: Teaching, width: int) -> None:
        self.frame, self.shown, self.teaching, self.t = frame, Shown(frame), teaching, frame.t
        self.width, self.more = width, self.shown.notation.glyphs.more
        self.digits = frame.look.digits + FINER
        self.later_t = self.t - 1 if frame.layer.reverse else self.t + 1

    def lines(self, name: str, place: tuple[int, int], height: int) -> list[Text]:
        """What is to be said of one number."""
        for end, tell in ((LATER, self.later), (GATHERED, self.gathered)):
            if name.endswith(end):
                return tell(name.removesuffix(end), place, height)
        plain = name.removesuffix(HERE)
        if plain in self.frame.cell.states and plain == name:
            return self.total(plain, place[0])
        if plain == "y":
            return self.above(place[0])
        parameter = plain in self.frame.cell.parameters
        index = (
            place[: self.teaching.adjoint(self.frame.index, self.t).parameters[plain].ndim] if parameter else place[:1]
        )
        what = Name(plain, None if parameter else 0)
        return self.summed(name, place, self.chain(self.t).links(what, index), self.t, height)

    def chain(self, t: int) -> Chain:
        """The chain rule at a timestep."""
        moment = self.teaching.update_at(t).window.moment(self.frame.index, t)
        return Chain(moment, self.teaching.adjoint(self.frame.index, t))

    def total(self, state: str, row: int) -> list[Text]:
        """dL/ds_t as its two parts."""
        adjoint: Adjoint = self.teaching.adjoint(self.frame.index, self.t)
        here, later = float(adjoint.local[state][row]), float(adjoint.later[state][row])
        head = Text.assemble(
            (f" {self.by(state, self.t, (row,))}", NOW),
            (f" = {self.value(here)} from here + {self.value(later)} from t = {self.later_t} = ", PLAIN),
            (self.value(here + later), TITLE),
        )
        return [head, Text(" from here: through the y of this timestep and what else reads the state at this t", LABEL)]

    def above(self, row: int) -> list[Text]:
        """dL/dy_t: from the loss, or from the layers that read this one."""
        value = float(gradient(self.teaching, self.shown, f"{BY}y")[row])
        head = Text.assemble((f" {self.by('y', self.t, (row,))}", NOW), (f" = {self.value(value)}", TITLE))
        last = self.frame.index == len(self.frame.walk.network.layers) - 1
        loss = self.teaching.learner.learning.loss
        if not last:
            return [head, Text(" It comes from the layer above: its dL/dx at this t.", LABEL)]
        target = float(self.teaching.target_at(self.t)[row])
        y = float(self.frame.step.y[row])
        slope = {
            "sse": f"2 (y - target) = 2 ({self.value(y)} - {self.value(target)})",
            "mse": f"2 (y - target) / O = 2 ({self.value(y)} - {self.value(target)}) / {len(self.frame.step.y)}",
            "cross-entropy": f"- target / y = - {self.value(target)} / {self.value(y)}",
        }[loss]
        return [head, Text(f" The slope of {loss} at this t: {slope}", PLAIN)]

    def later(self, state: str, place: tuple[int, int], height: int) -> list[Text]:
        """What the timestep that reads s_t hands back: nothing across the end of a window."""
        window = self.teaching.update_at(self.t).window
        if not window.first <= self.later_t < window.first + len(window):
            text = " 0: the window ends here. The state is carried on over this wall, the gradient is not carried back."
            return [Text(text, LABEL)]
        links = self.chain(self.later_t).links(Name(state, -1), place[:1])
        return self.summed(f"{state}{LATER}", place, links, self.later_t, height)

    def gathered(self, name: str, place: tuple[int, int], height: int) -> list[Text]:
        """dL/dW as a sum over the timesteps walked."""
        window = self.teaching.update_at(self.t).window
        last = window.first + len(window) - 1
        terms = [
            one(self.teaching.adjoint(self.frame.index, t).parameters[name], place) for t in range(last, self.t - 1, -1)
        ]
        labels = [f"part of t = {t}" for t in range(last, self.t - 1, -1)]
        head = Text(f" {self.by(name, None, place)}: its parts from t = {last} back to {self.t}", NOW)
        whole = one(self.teaching.sum_back(self.frame.index, name, self.t), place)
        return self.closed(head, terms, labels, whole, height)

    def summed(self, name: str, place: tuple[int, int], links: list[Link], t: int, height: int) -> list[Text]:
        """The products, and what they come to."""
        whole = one(gradient(self.teaching, self.shown, BY + name), place)
        plain = name.removesuffix(LATER).removesuffix(HERE)
        parameter = plain in self.frame.cell.parameters
        of = self.by(plain, None if parameter else self.t, place if parameter else place[:1])
        if not links:
            return [Text(f" {of}: nothing at this t reads it, so its part is 0", LABEL)]
        where = f"at t = {t}" if t == self.t else f"of t = {t}, which reads it"
        head = Text(f" {of}, the sum of the chain-rule products {where}", NOW)
        labels = [self.product(link, t) for link in links]
        return self.closed(head, [link.value for link in links], labels, whole, height)

    def closed(self, head: Text, values: list[float], labels: list[str], whole: float, height: int) -> list[Text]:
        """A sum that closes to the digits shown."""
        sums = Written(values, labels, whole, self.digits, self.width, self.more)
        return [head, *sums.lines(max(height - 2, 1)), *sums.foot()]

    def product(self, link: Link, t: int) -> str:
        """The factors of a chain-rule product with their values, the gradient last."""
        by = " x " if self.frame.look.ascii else " × "
        told = [self.factor(kind, expression, index, value, t) for kind, expression, index, value in link.factors]
        name, index, value = link.of
        return by.join([*told, f"{self.by(name, t, index)} {self.value(value)}"])

    def factor(self, kind: str, expression: Expression, index: Index, value: float, t: int) -> str:
        """One factor: a number of the equations, or the slope of an activation."""
        notation = self.shown.notation
        at = notation.place(expression, [str(i + 1) for i in index])
        if isinstance(expression, Number):
            return self.value(value)
        if kind == "slope" and isinstance(expression, Apply):
            return f"{expression.operation.name}'{at} {self.value(value)}"
        text = notation.expression(expression, t)
        return f"{f'({text})' if isinstance(expression, Apply) else text}{at} {self.value(value)}"

    def by(self, name: str, t: int | None, index: Index) -> str:
        """``dL/dz₃[2]``; of a parameter, which has no time, ``dL/dW[2,1]``."""
        at = self.shown.notation.place(Name(name, t), [str(i + 1) for i in index])
        return f"dL/d{self.shown.notation.at(name, t)}{at}"

    def value(self, value: float) -> str:
        return free(value, self.digits)


def one(array: object, place: tuple[int, int]) -> float:
    """One number of a vector, a matrix, or a single number."""
    found = np.asarray(array)
    return float(found[place[: found.ndim]])
