"""The ledger of a difference: which terms of the selected number are another than in the other run, by how much, and
what the function above them makes of that."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import numpy as np
from rich.text import Text

from rnn_tui.core.arithmetic import Account, Part, Term
from rnn_tui.core.calculator import Column, operands
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Name
from rnn_tui.core.operations import OPERATIONS
from rnn_tui.session.model import Focus
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.noticed import noticed
from rnn_tui.views.layer.ledger import Arithmetic
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.listing import Written
from rnn_tui.views.sheet.palette import LABEL, NOW, PLAIN, TITLE
from rnn_tui.views.sheet.pen import Phrase, fitting, stacked, written


def difference_ledger(frame: Frame, width: int, height: int) -> Text:
    """The selected number's difference, or that of the unit that changed most, in at most `height` lines."""
    focus = frame.gaze.focus or next(iter(noticed(frame)), None)
    more = Shown(frame).notation.glyphs.more
    pair = None if focus is None else _pair(frame, focus)
    if pair is None:
        return stacked([Text(" The other run has no such number here.", LABEL)], width, height, more)
    now, before, shown = pair
    return stacked(Difference(shown, now, before, width).lines(height), width, height, more)


def _pair(frame: Frame, focus: Focus) -> tuple[Account, Account, Shown] | None:
    """The accounts of a number in both runs; None where one of them has none."""
    looking = replace(frame, gaze=replace(frame.gaze, focus=focus))
    own, ghost = looking.single, looking.ghost
    if ghost is None or own.account is None or ghost.account is None:
        return None
    return own.account, ghost.account, Shown(own)


@dataclass(frozen=True)
class Difference:
    """The difference between two accounts of one number.

    Attributes:
        shown: how this run is written.
        now, before: the accounts, of this run and of the other.
        width: columns.
    """

    shown: Shown
    now: Account
    before: Account
    width: int

    @property
    def arithmetic(self) -> Arithmetic:
        """How a number of this run is written."""
        return Arithmetic(self.shown, self.width)

    def lines(self, height: int) -> list[Text]:
        """The head, the terms that differ, and what they come to."""
        told = self.arithmetic
        if told.secret(self.now.part) or told.given_away(self.now):
            return [Text(f" {told.name(self.now.part)} is asked for, or made of what is", LABEL)]
        lines = [self.head()]
        alike = self.now.kind == self.before.kind and len(self.now.terms) == len(self.before.terms)
        if not alike or self.now.kind != "sum" or not self.now.terms:
            why = {"set": "an edit gives it", "given": "no equation of this timestep makes it"}.get(self.now.kind, "")
            return [*lines, Text(f" {why}", LABEL)] if why else lines
        return [*lines, *self.terms(height - 1)]

    def head(self) -> Text:
        """How large it is now, before, and the difference."""
        now, before = self.now.part.value, self.before.part.value
        column = self.shown.column(now - before)
        result = column.text(now - before)
        own, other = operands([now, before], self.shown.finer, result, column.unit, operator.sub)
        phrases = [
            Phrase.of(NOW, f" {self.arithmetic.name(self.now.part)} = {own}"),
            Phrase.of(PLAIN, f", before {other}", rank=1),
            Phrase.of(TITLE, f": {result if result.startswith('-') else '+' + result}"),
        ]
        return written(fitting(self.width, phrases, self.arithmetic.more))

    def terms(self, height: int) -> list[Text]:
        """The terms of the sum that differ, largest first where not all have room."""
        pairs = list(zip(self.now.terms, self.before.terms, strict=True))
        values = [one.value - other.value for one, other in pairs]
        total = self.now.total - self.before.total
        column = self.shown.column(*values, total)
        sums = Written(
            values=values,
            label=lambda index: self.label(*pairs[index], column),
            total=total,
            column=column,
            width=self.width,
            more=self.arithmetic.more,
            groups=[term.group for term in self.now.terms],
            first=self.shown.frame.gaze.scroll,
            single=self.shown.single,
        )
        word = "z differs" if self.now.function else "sum"
        alone = self.now.function and not OPERATIONS[self.now.function].mixes
        return sums.lines(max(height, 3), word, self.through() if alone else None)

    def label(self, now: Term, before: Term, column: Column) -> str:
        """A term with what of it differs: where one factor alone does, that times the others."""
        count = len(now.factors)
        differing = [
            (one, other) for one, other in zip(now.parts, before.parts, strict=True) if one.value != other.value
        ]
        if len(differing) != 1 or differing[0][0] in now.divisors:
            return self.arithmetic.joined([self.arithmetic.name(part) for part in now.parts], count, now.negative)
        result = column.text(now.value - before.value)
        ((changed, other),) = differing
        values = [part.value - other.value if part is changed else part.value for part in now.parts]
        texts = self.arithmetic.multiplied(now, values, result, column)
        return self.arithmetic.joined(list(self._factors(now.parts, changed, texts)), count, now.negative)

    def _factors(self, factors: tuple[Part, ...], differing: Part, texts: list[str]) -> Iterator[str]:
        """Every factor with its number, the one that differs with how much."""
        delta = "d." if self.shown.frame.look.ascii else "Δ"
        for part, text in zip(factors, texts, strict=True):
            name = self.arithmetic.name(part)
            told = f"{name} {text}" if isinstance(part.expression, Name) else text
            yield f"{delta}{name} {text}" if part is differing else told

    def through(self) -> Phrase:
        """What the function makes of the two sums."""
        function, now, before = OPERATIONS[self.now.function], self.now, self.before
        column = self.shown.column(now.part.value - before.part.value)
        result = column.text(now.part.value - before.part.value)
        settings = [np.float64(setting.value) for setting in now.settings]

        def made(one: float | Decimal, other: float | Decimal) -> float:
            with np.errstate(all="ignore"):
                return float(function.apply(np.float64(one), *settings) - function.apply(np.float64(other), *settings))

        one, other = operands([now.total, before.total], self.shown.finer, result, column.unit, made)
        call = f"{self.now.function}({one}) - {self.now.function}({other}) = "
        return Phrase((((call, PLAIN), (result, NOW)), (("= ", PLAIN), (result, NOW))))
