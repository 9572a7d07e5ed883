"""The one kind of error a user's input causes: a single plain sentence that says what is wrong and where.

Everything that reads what a person wrote (an equation, a file, an option) raises a subclass of `InputError`.
The command line prints it and exits with status 2; the app shows it as a notice over an unchanged screen.
"""

from __future__ import annotations

from rnn_tui.core.texts import one_line, shortened


class InputError(ValueError):
    """Bad input, told in one sentence.

    Attributes:
        path: the file or cell that is wrong, e.g. ``weights.npz``; empty where there is none.
        where: the place inside it, e.g. ``line 3, column 2``; empty where there is none.
        why: what is wrong.
        hint: what would be right; empty where `why` says it already. A field with its value is written
            ``truncate = 0``, which a front end may turn into what is written there.
        field: what was given wrongly, as the Python API calls it (``hidden_size``, ``rate``), in the place of a path;
            empty where it is nothing given by name.
    """

    def __init__(self, path: str, where: str, why: str, hint: str = "", field: str = "") -> None:
        self.path, self.where, self.why, self.hint, self.field = path, where, why, hint, field
        super().__init__(path, where, why, hint, field)

    def __str__(self) -> str:
        parts = (self.field or self.path, self.where, self.why, self.hint)
        path, where, why, hint = (one_line(shortened(part)) for part in parts)
        place = ", ".join(part for part in (path, where) if part)
        sentence = f"{place}: {why}" if place else why
        return f"{sentence}; {hint}" if hint else sentence


class CellError(InputError):
    """An equation or a cell's description that cannot be understood, or parameters that do not fit it."""


class RangeError(InputError):
    """A timestep, layer or size outside what the sequence or the network has."""


class ConditionError(InputError):
    """A condition that cannot be understood, or is no question with a yes or a no."""

    @classmethod
    def at(cls, text: str, place: int, why: str, hint: str = "") -> ConditionError:
        """The error of a condition that is wrong at a place, from 0."""
        return cls(f"break {text[:60]!r}", f"column {place + 1}", why, hint)
