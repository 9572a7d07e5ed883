"""The one kind of error a user's input causes: a single plain sentence that says what is wrong and where.

Everything that reads what a person wrote (an equation, a file, an option) raises a subclass of `InputError`.
The command line prints it and exits with status 2; the app shows it as a notice over an unchanged screen.
"""

from __future__ import annotations

from rnn_tui.core.texts import one_line, shortened


class InputError(ValueError):
    """Bad input, told in one sentence.

    Attributes:
        path: the file, option or cell that is wrong, e.g. ``weights.npz``; empty where there is none.
        where: the place inside it, e.g. ``line 3, column 2``; empty where there is none.
        why: what is wrong.
        hint: what would be right; empty where `why` says it already.
    """

    def __init__(self, path: str, where: str, why: str, hint: str = "") -> None:
        self.path, self.where, self.why, self.hint = path, where, why, hint
        super().__init__(path, where, why, hint)

    def __str__(self) -> str:
        path, where, why, hint = (one_line(shortened(part)) for part in (self.path, self.where, self.why, self.hint))
        place = ", ".join(part for part in (path, where) if part)
        sentence = f"{place}: {why}" if place else why
        return f"{sentence}; {hint}" if hint else sentence


class CellError(InputError):
    """An equation or a cell's description that cannot be understood, or parameters that do not fit it."""


class RangeError(InputError):
    """A timestep, layer or size outside what the sequence or the network has."""
