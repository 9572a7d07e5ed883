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
from rnn_tui.views.sheet.listing import Written
from rnn_tui.views.sheet.notation import printable
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, TITLE
from rnn_tui.views.sheet.pen import Phrase, Run, fitting, shortened, stacked, written

LONGEST_FEATURE = 8
"""Columns of the name of a column of x."""
FINER = 2
"""Digits that the arithmetic shows beyond those of the tables, so that what is added up can be checked."""


def ledger(frame: Frame, width: int, height: int) -> Text:
    """The ledger in `height` lines: the operations, or one zoom further in the arithmetic of the selected number."""
    shown = Shown(frame)
    if frame.gaze.zoom == "number" and frame.gaze.focus is not None:
        lines = Arithmetic(shown, width).lines(height)
    else:
        lines = operations(shown, width, height)
    return stacked(lines, width, height, shown.notation.glyphs.more)


def operations(shown: Shown, width: int, height: int) -> list[Text]:
    """The equations of R in the order computed: done, current, to come."""
    count = len(shown.frame.cell.equations)
    current = shown.frame.gaze.operation % count
    first = min(max(current - height // 2, 0), max(count - height, 0))
    done, here = ("x", ">") if shown.frame.look.ascii else ("✓", "▶")
    more = shown.notation.glyphs.more
    lines = []
    for index, equation in enumerate(shown.frame.cell.equations[first : first + height], first):
        left, right = shown.notation.equation(equation, shown.frame.t or None)
        style = NOW if index == current else PLAIN if index < current else DIM
        mark = here if index == current else done if index < current else " "
        start = f" {mark} {index + 1}  {left}"
        phrases = [Phrase.of(style, f"{start} = {right}", start)]
        if index <= current and shown.frame.t:
            number_style, values = LABEL if index < current else PLAIN, shown.frame.step.values[equation.target]
            texts = [free(float(value), shown.frame.look.digits) for value in values[: max(width // 2, 1)]]
            phrases.append(Phrase.of(number_style, f"   {texts[0]}", rank=1))
            phrases += [Phrase.of(number_style, f"  {text}", rank=2) for text in texts[1:]]
            phrases += [Phrase.of(DIM, f"  {more}", rank=1)] if len(values) > len(texts) else []
        lines.append(written(fitting(width, phrases, more)))
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

    @property
    def more(self) -> str:
        """The mark of what has no room."""
        return self.shown.notation.glyphs.more

    def value(self, value: float) -> str:
        """A number as short as its digits."""
        return free(value, self.digits)

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
        head = [(indent, LABEL), (self.name(whole.part), NOW)]
        if len(whole.terms) == 1 and whole.kind == "sum":
            return [self.short(whole, tuple(head))]
        labels = [self.label(whole, index) for index in range(len(whole.terms))]
        sums = Written([term.value for term in whole.terms], labels, whole.total, self.digits, self.width, self.more)
        opening, foot = self.softmax(whole, sums) if whole.kind == "softmax" else self.summed(whole, sums)
        lit = whole.chosen if whole.kind == "softmax" else None
        return [written([*head, (opening, PLAIN)]), *sums.lines(max(height - 1 - len(foot), 1), lit), *foot]

    def short(self, whole: Account, head: tuple[Run, ...]) -> Text:
        """A number that is one product, one function or a copy, in one line."""
        (term,) = whole.terms
        phrases = [Phrase((head,)), Phrase.of(PLAIN, f" = {self.factors(term)}", rank=2)]
        if len(term.factors) > 1:
            phrases.append(Phrase.of(PLAIN if whole.function else TITLE, f" = {self.value(whole.total)}", rank=1))
        if whole.function:
            call = f"{whole.function}({self.value(whole.total)}{self.settings(whole)})"
            value = self.value(whole.part.value)
            phrases.append(Phrase((((f",  {call} = ", PLAIN), (value, TITLE)), ((f" = {value}", TITLE),))))
        return written(fitting(self.width, phrases, self.more))

    def settings(self, whole: Account) -> str:
        """The numbers that a function takes beside its sum."""
        return "".join(f", {setting:g}" for setting in whole.settings)

    def summed(self, whole: Account, sums: Written) -> tuple[str, list[Text]]:
        """The words before the terms of a sum, and the lines after them."""
        if not whole.function:
            return " = the sum of", sums.foot()
        call = f"{whole.function}({self.value(whole.total)}{self.settings(whole)})"
        opening = f" = {whole.function}(z{self.settings(whole)}), z being the sum of"
        return opening, sums.foot("z", self.made(call, whole.part.value))

    def softmax(self, whole: Account, sums: Written) -> tuple[str, list[Text]]:
        """The words before the exponentials of a softmax, and the lines after them."""
        share = f"{self.value(whole.terms[whole.chosen].value)} / {self.value(whole.total)}"
        return " = its share of the sum of exp(z - largest z)", sums.foot("sum", self.made(share, whole.part.value))

    def made(self, how: str, value: float) -> Phrase:
        """How a number is made, and which that is."""
        number = self.value(value)
        return Phrase((((f"{how} = ", PLAIN), (number, NOW)), ((f"= {number}", NOW),)))

    def label(self, whole: Account, index: int) -> str:
        """What stands left of the equals sign of a term."""
        term = whole.terms[index]
        if whole.kind == "softmax":
            return f"exp of z[{index + 1}] {self.value(term.factors[0].value)}"
        return self.factors(term)

    def factors(self, term: Term) -> str:
        """The factors of a term with their values."""
        by = " x " if self.shown.frame.look.ascii else " × "
        factors = sorted(term.factors, key=lambda part: self.shown.notation.behind(part.expression))
        parts = by.join(map(self.factor, factors))
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
            feature = printable(self.shown.frame.features[part.index[-1]], self.shown.frame.look.ascii)
            words[-1] = shortened(feature, LONGEST_FEATURE, self.more)
        return text + self.shown.notation.place(expression, words)

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
