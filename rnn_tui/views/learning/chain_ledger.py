"""The ledger of a gradient: the chain-rule products that made it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rich.text import Text

from rnn_tui.core.backward import Adjoint
from rnn_tui.core.calculator import Column, operands
from rnn_tui.core.chain import Factor, Index, Link
from rnn_tui.core.equations import Apply, Expression, Name, Number
from rnn_tui.core.operations import OPERATIONS
from rnn_tui.core.teaching import Teaching
from rnn_tui.session.model import BY
from rnn_tui.stepper.explaining import gathered, handed_down, joint, links, readers
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.groups import GATHERED
from rnn_tui.stepper.selection import HERE, LATER
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.learning.gradient_tables import gradient
from rnn_tui.views.sheet.listing import Written
from rnn_tui.views.sheet.palette import LABEL, NOW, PLAIN, TITLE
from rnn_tui.views.sheet.pen import Phrase, fitting, stacked, written

SLOPES = 3
"""Lines that say how derivatives are reckoned, which are kept free for them."""


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

    def __init__(self, frame: Frame, teaching: Teaching, width: int, prefix: str = "") -> None:
        self.prefix = prefix  # before the names of another layer
        self.frame, self.shown, self.teaching, self.t = frame, Shown(frame), teaching, frame.t
        self.width, self.more = width, self.shown.notation.glyphs.more

    def lines(self, name: str, place: tuple[int, int], height: int) -> list[Text]:
        """What is to be said of one number."""
        if self.frame.secret(BY + name, self.t, place[0]):
            return self.asked(name, self.t, place[:1])
        if name.endswith(GATHERED):
            return self.gathered(name.removesuffix(GATHERED), place, height)
        if name in self.frame.cell.states:
            return self.total(name, place[0], height)
        if name in ("y", f"y{HERE}") and (found := links(self.frame, self.teaching, name, place)):
            return self.read_again(name, place, found, height)
        if name in ("y", f"y{HERE}"):
            return self.handed_down(place, height) if readers(self.frame) else self.above(place[0])
        if name.endswith(LATER):
            window = self.teaching.update_at(self.t).window
            if not window.first <= self.frame.when(1) < window.first + len(window):
                text = " 0: the window ends here. The state is carried on over this wall, the gradient is not"
                return [Text(f"{text} carried back.", LABEL)]
        if joint(self.frame, self.teaching, name):
            return self.surprise(name, place[0])
        return self.summed(name, place, links(self.frame, self.teaching, name, place), height)

    def total(self, state: str, row: int, height: int) -> list[Text]:
        """dL/ds_t as its two parts."""
        adjoint: Adjoint = self.teaching.adjoint(self.frame.index, self.t)
        parts = [float(adjoint.local[state][row]), float(adjoint.later[state][row])]
        head = Text(f" {self.by(state, self.t, (row,))}, the sum of what this timestep and the next hand back", NOW)
        through = "from above" if state == "y" else "through y"
        labels = [f"from here, {through} and what else reads it at this t", f"from t = {self.frame.when(1)}"]
        return self.closed(
            head, parts, labels.__getitem__, float(adjoint.named[state][row]), self.shown.column(*parts), height
        )

    def above(self, row: int) -> list[Text]:
        """dL/dy_t: from the loss, or from the layers that read this one."""
        if self.frame.secret("y", self.t, row):
            return self.asked("y", self.t, (row,))
        value = float(self.teaching.adjoint(self.frame.index, self.t).y[row])
        column = self.shown.column(value)
        head = Text.assemble((f" {self.by('y', self.t, (row,))}", NOW), (f" = {column.text(value)}", TITLE))
        target, y, size = (
            float(self.teaching.target_at(self.t)[row]),
            float(self.frame.step.y[row]),
            self.frame.step.y.size,
        )
        loss = self.teaching.learner.learning.loss
        if math.isnan(target):
            return [head, Text(" There is no target at this t: whatever y is, the loss is 0.", LABEL)]
        form, values, made = {
            "sse": ("2 ({} - {})", (y, target), lambda a, b: 2 * (a - b)),
            "half-sse": ("{} - {}", (y, target), lambda a, b: a - b),
            "mse": (f"2 ({{}} - {{}}) / {size}", (y, target), lambda a, b: 2 * (a - b) / size),
            "cross-entropy": ("-{} / {}", (target, y), lambda a, b: -a / b if b else -math.inf),
        }[loss]
        if loss == "cross-entropy" and not target:
            return [head, Text(" The target is 0 here: cross-entropy asks for -log y of the others alone.", LABEL)]
        words = {"cross-entropy": "-target / y", "half-sse": "y - target"}.get(
            loss, "2 (y - target)" + " / O" * (loss == "mse")
        )
        reckoned = self.reckoned(form, values, made, value, column)
        return [head, Text(f" The slope of {loss} at this t: {words} = {reckoned} = {column.text(value)}", PLAIN)]

    def handed_down(self, place: tuple[int, int], height: int) -> list[Text]:
        """dL/dy_t of a layer that others read: their chain-rule products."""
        found = handed_down(self.frame, self.teaching, place)
        values = [link.value for _, link in found]
        whole = float(self.teaching.adjoint(self.frame.index, self.t).y[place[0]])
        column = self.shown.column(*values, whole)
        head = Text(f" {self.by('y', self.t, place[:1])}, the sum of the chain-rule products of the layer above", NOW)

        def label(index: int) -> str:
            there, link = found[index]
            teller = _Teller(there, self.teaching, self.width, f"{there.index + 1}:")
            return teller.product(link, self.t, column)

        return self.closed(head, values, label, whole, column, height)

    def read_again(self, name: str, place: tuple[int, int], found: list[Link], height: int) -> list[Text]:
        """dL/dy_t of a y that other equations of its timestep read: what comes from above, and what they hand back."""
        factors = [factor for link in found for factor in link.factors]
        if self.frame.secret("y", self.t, place[0]) or any(self.secret(factor, self.t) for factor in factors):
            return self.asked("y", self.t, place[:1])
        above = float(self.teaching.adjoint(self.frame.index, self.t).y[place[0]])
        values = [above, *(link.value for link in found)]
        column = self.shown.column(*values)
        of = self.by("y", self.t, place[:1])
        head = Text(f" {of}, its part from above and the chain-rule products at this t", NOW)

        def label(index: int) -> str:
            first = "from the layer above" if readers(self.frame) else "from the loss"
            return self.product(found[index - 1], self.t, column) if index else first

        whole = one(gradient(self.teaching, self.shown, BY + name), place)
        lines = self.closed(head, values, label, whole, column, height - 1)
        return lines if readers(self.frame) else [*lines, *self.above(place[0])[1:]]

    def surprise(self, name: str, row: int) -> list[Text]:
        """dL/dz of a softmax and cross-entropy, gone through in one step."""
        if self.frame.secret("y", self.t, row):
            return self.asked(name, self.t, (row,))
        value = one(gradient(self.teaching, self.shown, BY + name), (row, 0))
        targets, y = self.teaching.target_at(self.t), float(self.frame.step.y[row])
        column = self.shown.column(value)
        head = Text.assemble((f" {self.by(name, self.t, (row,))}", NOW), (f" = {column.text(value)}", TITLE))
        if np.isnan(targets).any():
            return [head, Text(" There is no target at this t: whatever y is, the loss is 0.", LABEL)]
        whole = float(targets.sum())
        form, values = (
            ("{} - {}", [y, float(targets[row])]) if whole == 1 else ("{} × {} - {}", [y, whole, float(targets[row])])
        )
        word = "y - target" if whole == 1 else "y × the sum of all targets - target"
        reckoned = self.reckoned(form, values, lambda a, *more: math.prod([a, *more[:-1]]) - more[-1], value, column)
        text = f" softmax and cross-entropy in one step: {word} = {reckoned} = {column.text(value)}"
        return [head, Text(text, PLAIN)]

    def gathered(self, name: str, place: tuple[int, int], height: int) -> list[Text]:
        """dL/dW as a sum over the timesteps walked."""
        times = gathered(self.frame, self.teaching)
        parts = [one(self.teaching.adjoint(self.frame.index, t).parameters[name], place) for t in times]
        head = Text(f" {self.by(name, None, place)}: its parts from t = {times[0]} back to {self.t}", NOW)
        whole = one(self.teaching.sum_back(self.frame.index, name, self.t), place)
        column = self.shown.column(*parts, whole)
        return self.closed(head, parts, lambda index: f"part of t = {times[index]}", whole, column, height)

    def summed(self, name: str, place: tuple[int, int], products: list[Link], height: int) -> list[Text]:
        """The products, what they come to, and how the derivatives among them are reckoned."""
        whole = one(gradient(self.teaching, self.shown, BY + name), place)
        plain, t = name.removesuffix(LATER).removesuffix(HERE), self.frame.when(1) if name.endswith(LATER) else self.t
        parameter = plain in self.frame.cell.parameters
        of = self.by(plain, None if parameter else self.t, place if parameter else place[:1])
        if any(self.secret(factor, t) for link in products for factor in link.factors):
            return self.asked(plain, None if parameter else self.t, place if parameter else place[:1])
        if not products:
            return [Text(f" {of}: nothing at this t reads it, so its part is 0", LABEL)]
        where = f"at t = {t}" if t == self.t else f"of t = {t}, which reads it"
        part = "the part of " if name.endswith((HERE, LATER)) and not parameter else ""
        head = Text(f" {part}{of}, the sum of the chain-rule products {where}", NOW)
        values = [link.value for link in products]
        column = self.shown.column(*values, whole)
        ranked = sorted(products, key=lambda link: -abs(link.value))
        slopes = {(f.expression, f.index, f.step): f for link in ranked for f in link.factors if f.slope is not None}
        kept = min(len(slopes), SLOPES, max(height - 5, 0))
        lines = self.closed(
            head, values, lambda index: self.product(products[index], t, column), whole, column, height - kept
        )
        return lines + [self.derivative(factor, t) for factor in list(slopes.values())[: max(height - len(lines), 0)]]

    def closed(
        self, head: Text, values: list[float], label: Callable[[int], str], whole: float, column: Column, height: int
    ) -> list[Text]:
        """A sum that closes to the digits shown."""
        sums = Written(
            values,
            label,
            whole,
            column,
            self.width,
            self.more,
            range(len(values)),
            self.frame.gaze.scroll,
            self.shown.single,
        )
        return [head, *sums.lines(max(height - 1, 3))]

    def product(self, link: Link, t: int, column: Column) -> str:
        """The factors of a chain-rule product with their values, the gradient last."""
        by = " x " if self.frame.look.ascii else " × "
        name, index, value = link.of
        values = [*(factor.value for factor in link.factors), value]
        texts = operands(values, self.shown.finer, column.text(link.value), column.unit, lambda *each: math.prod(each))
        names = [*(self.factor(factor, t) for factor in link.factors), self.by(name, t, index)]
        own = ["" if not word or ":" in word else self.prefix for word in names]  # 1:y is of another layer already
        return by.join(f"{before}{word} {text}".lstrip() for before, word, text in zip(own, names, texts, strict=True))

    def factor(self, factor: Factor, t: int) -> str:
        """What a factor is: a quantity, or the derivative of an activation; a plain number has no name."""
        name = factor.expression.name if isinstance(factor.expression, Name) else ""
        at = self.shown.place(name, factor.index)
        if isinstance(factor.expression, Number):
            return ""
        if factor.slope is not None and isinstance(factor.expression, Apply):
            if factor.expression.operation.name != "/":
                return f"{factor.expression.operation.name}'{at}"
            return f"({self.shown.notation.expression(_by_operand(factor.expression, factor.step), t)}){at}"
        text = self.shown.notation.expression(factor.expression, t)
        return f"{f'({text})' if isinstance(factor.expression, Apply) else text}{at}"

    def derivative(self, factor: Factor, t: int) -> Text:
        """How the derivative of an activation is reckoned."""
        assert factor.slope is not None
        column = self.shown.column(factor.value)
        slope = factor.slope
        reckoned = self.reckoned(slope.written, slope.numbers, slope.made, factor.value, column)
        told = column.text(factor.value)
        head = f" where {self.factor(factor, t)}"
        forms = (f"{head} = {reckoned} = {told}", f"{head} = {told}")
        return written(fitting(self.width, [Phrase.of(PLAIN, *(forms if reckoned != told else forms[1:]))], self.more))

    def reckoned(
        self, form: str, values: Sequence[float], made: Callable[..., Any], result: float, column: Column
    ) -> str:
        """A formula with its numbers, as many digits as its result needs; negative ones in brackets."""
        texts = operands(values, self.shown.finer, column.text(result), column.unit, made) if values else []
        bracketed = [f"({text})" if text.startswith("-") else text for text in texts]
        told = re.sub(r"\(\((-[^()]*)\)\)", r"(\1)", form.format(*bracketed))  # exp((-1)) is exp(-1)
        told = re.sub(r"\(-\(-([^()]*)\)\)", r"(\1)", told)  # exp(-(-1)) is exp(1)
        return told.replace("×", "x").replace("²", "^2") if self.frame.look.ascii else told

    def secret(self, factor: Factor, t: int) -> bool:
        """Whether a factor must not be shown yet, or is a derivative that is reckoned from a number that must not."""
        told = [factor.expression]
        if factor.slope is not None and isinstance(factor.expression, Apply):
            told = [Name(e.target, 0) for e in self.frame.cell.equations if e.expression == factor.expression]
            told += factor.expression.operands
        times = [(name.name, self.shown.notation.time(name, t)) for name in told if isinstance(name, Name)]
        row = factor.index[0] if factor.index else 0
        return any(time is not None and self.frame.secret(name, time, row) for name, time in times)

    def asked(self, name: str, t: int | None, index: Index) -> list[Text]:
        """What is said in the place of an arithmetic that would give away a number that must not be shown yet."""
        return [Text(f" {self.by(name, t, index)} is, or is made of, a number that is asked for", LABEL)]

    def by(self, name: str, t: int | None, index: Index) -> str:
        """``dL/dz₃[2]``; of a parameter, which has no time, ``dL/dW[2,1]``."""
        at = self.shown.place(name, index)
        return f"dL/d{self.shown.notation.at(name, t)}{at}"


def _by_operand(quotient: Apply, step: int) -> Expression:
    """The derivative of a quotient a / b by one of the two: 1 / b, or -a / b / b."""
    first, second = quotient.operands
    over = OPERATIONS["/"]
    if not step:
        return Apply(over, (Number(1.0), second))
    return Apply(over, (Apply(OPERATIONS["negative"], (Apply(over, (first, second)),)), second))


def one(array: object, place: tuple[int, int]) -> float:
    """One number of a vector, a matrix, or a single number."""
    found = np.asarray(array)
    return float(found[place[: found.ndim]])
