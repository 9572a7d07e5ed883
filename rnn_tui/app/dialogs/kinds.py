"""Which dialog asks which question."""

from __future__ import annotations

from collections.abc import Callable

from rnn_tui.app.dialogs.answers import CellDialog, KeysDialog, LetterDialog, LineDialog, NotesDialog
from rnn_tui.app.dialogs.breakpoints import BreakpointsDialog
from rnn_tui.app.dialogs.card import CardDialog
from rnn_tui.app.dialogs.dialog import Dialog
from rnn_tui.app.dialogs.edits import ChangeDialog, EditsDialog
from rnn_tui.app.dialogs.hits import HitsDialog
from rnn_tui.app.dialogs.lessons import LessonsDialog
from rnn_tui.app.dialogs.sequence import SequenceDialog
from rnn_tui.app.dialogs.sequences import SequencesDialog
from rnn_tui.app.dialogs.settings import SettingsDialog
from rnn_tui.stepper.here import Ask
from rnn_tui.stepper.stepper import Stepper

KINDS: dict[str, Callable[[Ask, Stepper], Dialog]] = {
    "line": LineDialog,
    "letter": LetterDialog,
    "sequence": SequenceDialog,
    "sequences": SequencesDialog,
    "lessons": LessonsDialog,
    "breaks": BreakpointsDialog,
    "edit": ChangeDialog,
    "edits": EditsDialog,
    "hits": HitsDialog,
    "settings": SettingsDialog,
    "keys": KeysDialog,
    "notes": NotesDialog,
    "card": CardDialog,
    "cell": CellDialog,
}


def dialog_of(ask: Ask, stepper: Stepper) -> Dialog:
    """The dialog of a question."""
    return KINDS[ask.kind](ask, stepper)
