"""The ledger: the operations of R in the order computed, and the arithmetic behind one number.

It is drawn from the accounts of `core.arithmetic`, which come out of the equations; no cell has code of its own here.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from operator import truediv

import numpy as np
from rich.text import Text

from rnn_tui.core.arithmetic import Account, Part, Term
from rnn_tui.core.calculator import Column, normalized, operands, product, shifted
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.edits import Assignment, Edit
from rnn_tui.core.equations import Apply, Expression, Name, Number, names
from rnn_tui.core.moment import sums_of
from rnn_tui.core.normalization import EPSILON
from rnn_tui.core.operations import OPERATIONS
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.giver import giver
from rnn_tui.views.layer.order import operations
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.listing import Written
from rnn_tui.views.sheet.palette import LABEL, NOW, PLAIN, TITLE
from rnn_tui.views.sheet.pen import Phrase, Run, fitting, length, stacked, written

FIRST = " "
"""What stands before the account of the selected number."""


def ledger(frame: Frame, width: int, height: int) -> Text:
    """The ledger in `height` lines: the operations, or one zoom further in the arithmetic of the selected number."""
    shown = Shown(frame)
    if frame.gaze.zoom == "number" and frame.gaze.focus is not None:
        lines = Arithmetic(shown, width).lines(height)
    else:
        lines = operations(shown, width, height)
    return stacked(lines, width, height, shown.notation.glyphs.more)


@dataclass(frozen=True)
class Arithmetic:
    """Writes the account of the selected number, `width` wide."""

    shown: Shown
    width: int

    @property
    def more(self) -> str:
        """The mark of what has no room."""
        return self.shown.notation.glyphs.more

    def value(self, value: float) -> str:
        """A number that stands for itself."""
        return self.shown.column(value).text(value)

    def lines(self, height: int) -> list[Text]:
        """What there is to say of the selected number, in at most `height` lines."""
        if self.shown.frame.gaze.focus is None:
            return []
        whole = self.shown.frame.account
        if whole is None:
            return [Text(" t = 0: nothing is computed yet. This is the state one begins with.", LABEL)]
        if self.secret(whole.part):
            return [Text.assemble((f" {self.name(whole.part)}", NOW), (" = ?", TITLE), ("   it is asked for", LABEL))]
        if self.given_away(whole):
            return [Text(f" {self.name(whole.part)} is made of a number that is asked for", LABEL)]
        if whole.kind == "set":
            return self.set_by_edit(whole.part)
        return self.given(whole.part) if whole.kind == "given" else self.written(whole, height, FIRST)

    def secret(self, part: Part) -> bool:
        """Whether a number must not be shown yet."""
        name, t = part.expression, self.shown.frame.t
        if not isinstance(name, Name) or name.offset is None or not part.index:
            return False
        return self.shown.frame.secret(name.name, self.shown.notation.time(name, t) or 0, part.index[0])

    def given_away(self, whole: Account) -> bool:
        """Whether an account has such a number among its factors."""
        factors = (factor for term in whole.terms for factor in term.parts)
        return any(map(self.secret, factors)) or any(map(self.given_away, whole.inner))

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
            return self.short(whole, tuple(head))
        column = self.shown.column(*(term.value for term in whole.terms), whole.total)
        sums = Written(
            values=[term.value for term in whole.terms],
            label=lambda index: self.label(whole, index, column),
            total=whole.total,
            column=column,
            width=self.width,
            more=self.more,
            groups=[term.group for term in whole.terms],
            first=self.shown.frame.gaze.scroll if indent == FIRST else 0,
            single=self.shown.single,
        )
        height = max(height - 1, 3)
        openings: tuple[str, ...] = (" = the sum of",)
        if whole.kind == "softmax":
            openings = (" = its share of the sum of exp(z - largest z)",)
            lines = sums.lines(height, "sum", self.share(whole), whole.chosen)
        elif whole.kind == "mean":
            openings = (f" = the mean of {len(whole.terms)} numbers, their sum being",)
            lines = sums.lines(height, "sum", self.mean(whole))
        elif whole.function:
            beside, tail = "" if OPERATIONS[whole.function].mixes else self.settings(whole), "z being the sum of"
            shorter = f" = {whole.function}(z{', ' + self.more if beside else ''}), {tail}"
            openings = (f" = {whole.function}(z{beside}), {tail}", shorter, f", {tail}")
            lines = sums.lines(height, "z", self.called(whole))
        else:
            lines = sums.lines(height)
        title = [Phrase((tuple(head),)), Phrase.of(PLAIN, *openings, rank=1)]
        return [written(fitting(self.width, title, self.more)), *lines]

    def short(self, whole: Account, head: tuple[Run, ...]) -> list[Text]:
        """A number that is one product, one function or a copy: in one line, or where that is too long in several."""
        (term,) = whole.terms
        column = self.shown.column(whole.total)
        opening = f" = {whole.function}(z), z =" if whole.function else " ="
        begun = [Phrase((head,)), Phrase.of(PLAIN, opening)]
        made = [Phrase.of(PLAIN, f" {self.factors(term, column)}", rank=2)]
        if len(term.parts) > 1 or term.negative:
            made.append(Phrase.of(PLAIN if whole.function else TITLE, f" = {column.text(whole.total)}", rank=1))
        called = [self.called(whole)] if whole.function else []
        joint, below = [Phrase.of(PLAIN, ",  ")] * len(called), Phrase.of(PLAIN, "   ")
        whole_line, first = [*begun, *made, *joint, *called], [*begun, *made]
        if self.fits(whole_line):
            lines = [whole_line]
        elif called and self.fits(first):
            lines = [first, [below, *called]]
        else:
            lines = [begun, [below, *made], *([[below, *called]] if called else [])]
        return [written(fitting(self.width, line, self.more)) for line in lines]

    def fits(self, line: Sequence[Phrase]) -> bool:
        """Whether a line is short enough to be written whole."""
        return sum(length(phrase.forms[0]) for phrase in line) <= self.width

    def settings(self, whole: Account, texts: Sequence[str] = ()) -> str:
        """What a function takes beside its sum, with its name where it has one."""
        told = texts or [self.value(setting.value) for setting in whole.settings]
        return "".join(f", {self.named(part, text)}" for part, text in zip(whole.settings, told, strict=True))

    def called(self, whole: Account) -> Phrase:
        """The function of a sum with its numbers, and what it makes of them."""
        function, column = OPERATIONS[whole.function], self.shown.column(whole.part.value)
        result = column.text(whole.part.value)
        if whole.function == "layernorm":
            return self.normal(whole, result, column)
        values = [whole.total, *(setting.value for setting in whole.settings)]

        def made(*values: float | Decimal) -> float:
            with np.errstate(all="ignore"):
                return float(function.apply(*map(np.float64, values)))

        z, *settings = operands(values, self.shown.finer, result, column.unit, made)
        call = f"{whole.function}({z}{self.settings(whole, settings)})"
        return self.made(call, result)

    def share(self, whole: Account) -> Phrase:
        """One exponential of a softmax over the sum of all."""
        column = self.shown.column(whole.part.value)
        result = column.text(whole.part.value)
        values = (whole.terms[whole.chosen].value, whole.total)
        return self.made(" / ".join(operands(values, self.shown.finer, result, column.unit, truediv)), result)

    def mean(self, whole: Account) -> Phrase:
        """A sum over how many numbers are in it."""
        column, count = self.shown.column(whole.part.value), len(whole.terms)
        result = column.text(whole.part.value)
        (total,) = operands((whole.total,), self.shown.finer, result, column.unit, lambda total: total / count)
        return self.made(f"{total} / {count}", result)

    def normal(self, whole: Account, result: str, column: Column) -> Phrase:
        """A number less the mean of all, over the square root of their variance."""
        values = (whole.total, *(setting.value for setting in whole.settings))
        z, mean, variance = operands(values, self.shown.finer, result, column.unit, normalized)
        return self.made(f"({z} {_less(mean)}) / sqrt({variance} + {EPSILON})", result)

    def made(self, how: str, number: str) -> Phrase:
        """How a number is made, and which that is."""
        return Phrase((((f"{how} = ", PLAIN), (number, NOW)), ((f"= {number}", NOW),)))

    def label(self, whole: Account, index: int, column: Column) -> str:
        """What stands left of the equals sign of a term."""
        term = whole.terms[index]
        return self.power(whole, index, column) if whole.kind == "softmax" else self.factors(term, column)

    def power(self, whole: Account, index: int, column: Column) -> str:
        """The exponential of one z, less the largest."""
        z = [term.factors[0].value for term in whole.terms]
        largest = float(np.max(z))
        own, most = operands(
            (z[index], largest), self.shown.finer, column.text(whole.terms[index].value), column.unit, shifted
        )
        place = self.shown.place(self.called_by(whole.terms[index].factors[0].expression), (index,))
        return f"z{place}: exp({own} {_less(most)})"

    def factors(self, term: Term, column: Column) -> str:
        """The factors of a term with their values, as many digits as their product needs."""
        parts = [*sorted(term.factors, key=lambda part: self.shown.notation.behind(part.expression)), *term.divisors]
        texts = self.multiplied(term, [part.value for part in parts], column.text(term.value), column)
        named = [self.named(part, text) for part, text in zip(parts, texts, strict=True)]
        return self.joined(named, len(term.factors), term.negative)

    def multiplied(self, term: Term, values: Sequence[float], result: str, column: Column) -> list[str]:
        """Numbers in the places of a term's factors and divisors, with as many digits as what they make needs."""
        sign, count = -1 if term.negative else 1, len(term.factors)

        def made(*numbers: float | Decimal) -> float | Decimal:
            return product(numbers[:count], numbers[count:], sign)

        return operands(values, self.shown.finer, result, column.unit, made)

    def joined(self, parts: Sequence[str], count: int, negative: bool) -> str:
        """A product of the first `count` of some numbers, divided by the others."""
        by = " x " if self.shown.frame.look.ascii else " × "
        whole = " / ".join([by.join(parts[:count]), *parts[count:]])
        return f"-({whole})" if negative else whole

    def named(self, part: Part, text: str) -> str:
        """A factor's name and value; a number of the equation is its own name, as long as it is as the run has it."""
        if isinstance(part.expression, Number):
            return str(part.expression) if part.expression.value == part.value else text
        return f"{self.name(part)} {text}"

    def name(self, part: Part) -> str:
        """A number's name with its row, or row and column, counted from 1 or called as the tables call them."""
        text = self.shown.notation.expression(part.expression, self.shown.frame.t)
        expression = part.expression
        if isinstance(expression, Apply) and expression.operation.kind in ("sum", "product", "matrix"):
            text = f"({text})"
        return text + self.shown.place(self.called_by(expression), part.index)

    def called_by(self, expression: Expression) -> str:
        """The quantity that an expression is, or the name by which a sum is recorded; else nothing."""
        if isinstance(expression, Name):
            return expression.name
        return sums_of(self.shown.frame.cell).get(expression, "")

    def set_by_edit(self, part: Part) -> list[Text]:
        """What is said of a number that an edit gives, and no equation makes."""
        own = [(f" {self.name(part)}", NOW), (f" = {self.value(part.value)}", TITLE)]
        name = part.expression
        edits = [edit.text for edit in self.shown.frame.edits if isinstance(name, Name) and _gives(edit, name.name)]
        told = ", ".join(edits)
        return [Text.assemble(*own), Text(f" An edit gives it, whatever its equation makes: {told}", LABEL)]

    def given(self, part: Part) -> list[Text]:
        """What is said of a number that no equation of this timestep makes."""
        name = part.expression
        lines = [Text.assemble((f" {self.name(part)}", NOW), (f" = {self.value(part.value)}", TITLE))]
        if not isinstance(name, Name):
            return lines
        if name.offset is None:
            lines.append(Text(" A parameter: one and the same at every t, unless the network learns.", LABEL))
            lines.append(Text(" It is used in", LABEL))
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
            lines.append(Text(f" {giver(self.shown)}", LABEL))
        return lines


def _less(text: str) -> str:
    """A number taken away."""
    return f"+ {text[1:]}" if text.startswith("-") else f"- {text}"


def _gives(edit: Edit, name: str) -> bool:
    """Whether an edit assigns to a quantity."""
    return isinstance(edit.change, Assignment) and edit.change.name == name
