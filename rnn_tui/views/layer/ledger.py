"""The ledger: the operations of R in the order computed, and the arithmetic behind one number.

It is drawn from the accounts of `core.arithmetic`, which come out of the equations; no cell has code of its own here.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text

from rnn_tui.core.arithmetic import Account, Part, Term, account
from rnn_tui.core.decimals import free
from rnn_tui.core.equations import Apply, Name, Number, names
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.shown import Shown, columns_on_x
from rnn_tui.views.sheet.listing import Listing, column, widest
from rnn_tui.views.sheet.notation import printable
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, TITLE

FINER = 2
"""Digits that the arithmetic shows beyond those of the tables, so that what is added up can be checked."""


def ledger(frame: Frame, width: int, height: int) -> Text:
    """The ledger in `height` lines: the operations, or one zoom further in the arithmetic of the selected number."""
    shown = Shown(frame)
    if frame.gaze.zoom == "number" and frame.gaze.focus is not None:
        lines = Arithmetic(shown, width).lines(height)
    else:
        lines = operations(shown, height)
    for line in lines:
        line.truncate(width)
    return Text("\n", no_wrap=True).join(lines[:height])


def operations(shown: Shown, height: int) -> list[Text]:
    """The equations of R in the order computed: done, current, to come."""
    count = len(shown.frame.cell.equations)
    current = shown.frame.gaze.operation % count
    first = min(max(current - height // 2, 0), max(count - height, 0))
    done, here = ("x", ">") if shown.frame.look.ascii else ("✓", "▶")
    lines = []
    for index, equation in enumerate(shown.frame.cell.equations[first : first + height], first):
        left, right = shown.notation.equation(equation, shown.frame.t or None)
        style = NOW if index == current else PLAIN if index < current else DIM
        mark = here if index == current else done if index < current else " "
        line = Text(f" {mark} {index + 1}  {left} = {right}", style)
        if index <= current and shown.frame.t:
            texts = [free(float(v), shown.frame.look.digits) for v in shown.frame.step.values[equation.target][:8]]
            line.append("   " + "  ".join(texts), LABEL if index < current else PLAIN)
        lines.append(line)
    return lines


@dataclass(frozen=True)
class Arithmetic:
    """Writes the account of the selected number, `width` wide."""

    shown: Shown
    width: int

    @property
    def digits(self) -> int:
        """The decimals of everything in the ledger."""
        return self.shown.frame.look.digits + FINER

    def value(self, value: float) -> str:
        """A number as short as its digits."""
        return free(value, self.digits)

    def column(self, value: float) -> str:
        """A number to stand under others."""
        return column(value, self.digits)

    def lines(self, height: int) -> list[Text]:
        """What there is to say of the selected number, in at most `height` lines."""
        focus = self.shown.frame.gaze.focus
        if focus is None:
            return []
        name = Name(focus.name, focus.offset)
        if not self.shown.frame.t and name.offset is not None:
            return [Text(" t = 0: nothing is computed yet. This is the state one begins with.", LABEL)]
        shape = self.shown.frame.cell.parameters.get(name.name, ("",)) if name.offset is None else ("",)
        whole = account(self.shown.frame.cell, self.shown.frame.step, name, (focus.row, focus.column)[: len(shape)])
        return self.given(whole.part) if whole.kind == "given" else self.written(whole, height, " ")

    def written(self, whole: Account, height: int, indent: str) -> list[Text]:
        """An account in at most `height` lines; those of its factors below it where there is room."""
        reserved = sum(min(len(inner.terms), 3) + 2 if len(inner.terms) > 1 else 1 for inner in whole.inner)
        lines = self.block(whole, max(height - reserved, min(height, 6)), indent)
        for inner in whole.inner:
            if height - len(lines) >= 2:
                lines += self.written(inner, height - len(lines), " where ")
        return lines

    def block(self, whole: Account, height: int, indent: str) -> list[Text]:
        """The head, the terms that have room, and what they come to."""
        head = Text.assemble((indent, LABEL), (self.name(whole.part), NOW))
        if len(whole.terms) == 1 and whole.kind == "sum":
            return [self.short(whole, head)]
        labels = [self.label(whole, index) for index in range(len(whole.terms))]
        values = [term.value for term in whole.terms]
        left = widest(labels)
        opening, foot = self.softmax(whole, left) if whole.kind == "softmax" else self.summed(whole, left)
        listing = Listing.closing(values, whole.total, self.digits, max(height - 1 - len(foot), 1))
        lit = whole.chosen if whole.kind == "softmax" else None
        lines = listing.lines(values, labels, whole.total, self.digits, left, lit)
        return [head.append(opening, PLAIN), *lines, *foot]

    def short(self, whole: Account, head: Text) -> Text:
        """A number that is one product, one function or a copy, in one line."""
        (term,) = whole.terms
        head.append(f" = {self.factors(term)}", PLAIN)
        if len(term.factors) > 1:
            head.append(f" = {self.value(whole.total)}", PLAIN if whole.function else TITLE)
        if whole.function:
            call = f"{whole.function}({self.value(whole.total)}{self.settings(whole)})"
            head.append(f",  {call} = ", PLAIN).append(self.value(whole.part.value), TITLE)
        return head

    def settings(self, whole: Account) -> str:
        """The numbers that a function takes beside its sum."""
        return "".join(f", {setting:g}" for setting in whole.settings)

    def summed(self, whole: Account, left: int) -> tuple[str, list[Text]]:
        """The words before the terms of a sum, and the lines after them."""
        total, value = self.column(whole.total), self.value(whole.part.value)
        if not whole.function:
            return " = the sum of", [Text(f"   {'sum':>{left}} = {total}", TITLE)]
        call = f"{whole.function}({self.value(whole.total)}{self.settings(whole)})"
        foot = self.fitted(
            Text(f"   {'z':>{left}} = {total}", TITLE), Text.assemble((f"{call} = ", PLAIN), (value, NOW))
        )
        return f" = {whole.function}(z{self.settings(whole)}), z being the sum of", foot

    def fitted(self, sum_line: Text, function: Text) -> list[Text]:
        """The line of a sum and what becomes of it: beside it where there is room, else below."""
        beside = Text("    ").join([sum_line, function])
        return [beside] if len(beside) <= self.width else [sum_line, Text("   ") + function]

    def softmax(self, whole: Account, left: int) -> tuple[str, list[Text]]:
        """The words before the exponentials of a softmax, and the lines after them."""
        power, value = self.value(whole.terms[whole.chosen].value), self.value(whole.part.value)
        share = Text.assemble((f"{power} / {self.value(whole.total)} = ", PLAIN), (value, NOW))
        foot = self.fitted(Text(f"   {'sum':>{left}} = {self.column(whole.total)}", TITLE), share)
        return " = its share of the sum of exp(z - largest z)", foot

    def label(self, whole: Account, index: int) -> str:
        """What stands left of the equals sign of a term."""
        term = whole.terms[index]
        if whole.kind == "softmax":
            return f"exp of z[{index + 1}] {self.value(term.factors[0].value)}"
        return self.factors(term)

    def factors(self, term: Term) -> str:
        """The factors of a term with their values."""
        by = " x " if self.shown.frame.look.ascii else " × "
        parts = by.join(self.factor(part) for part in term.factors)
        return ("-" + (parts if len(term.factors) == 1 else f"({parts})")) if term.negative else parts

    def factor(self, part: Part) -> str:
        """A factor's name and value; a number of the equation is its own name."""
        if isinstance(part.expression, Number):
            return str(part.expression)
        return f"{self.name(part)} {self.value(part.value)}"

    def name(self, part: Part) -> str:
        """A number's name with its row, or row and column, counted from 1 or called as the tables call them."""
        text = self.shown.notation.expression(part.expression, self.shown.frame.t)
        expression = part.expression
        if isinstance(expression, Apply) and expression.operation.kind in ("sum", "product", "matrix"):
            text = f"({text})"
        words = [str(index + 1) for index in part.index]
        on_x = isinstance(expression, Name) and (
            expression.name == "x" or str(expression) in columns_on_x(self.shown.frame.cell)
        )
        if on_x and words and part.index[-1] < len(self.shown.frame.features):
            words[-1] = printable(self.shown.frame.features[part.index[-1]][:8], self.shown.frame.look.ascii)
        return f"{text}[{','.join(words)}]" if words else text

    def given(self, part: Part) -> list[Text]:
        """What is said of a number that no equation of this timestep makes."""
        name = part.expression
        lines = [Text.assemble((f" {self.name(part)}", NOW), (f" = {self.value(part.value)}", TITLE))]
        if not isinstance(name, Name):
            return lines
        if name.offset is None:
            lines.append(
                Text(" A parameter: one and the same at every t, unless the network learns. It is used in", LABEL)
            )
            uses = [e for e in self.shown.frame.cell.equations if name in set(names(e.expression))]
            for equation in uses:
                left, right = self.shown.notation.equation(equation, self.shown.frame.t or None)
                lines.append(Text(f"   {left} = {right}", PLAIN))
        elif name.offset == -1:
            t = self.shown.notation.time(name, self.shown.frame.t) or 0
            begins = not 1 <= t <= len(self.shown.frame.walk)
            made = "what the layer begins with" if begins else f"computed at t = {t}: go there to see how"
            lines.append(Text(f" The state that this timestep reads: {made}.", LABEL))
        else:
            giver = "The sequence gives it." if self.shown.frame.reads_sequence else "The layer below gives it: its y."
            lines.append(Text(f" {giver}", LABEL))
        return lines
