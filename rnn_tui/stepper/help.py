"""The list of keys: what can be done here, in groups. What a command is called and its keys are of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from rnn_tui.core.errors import InputError
from rnn_tui.core.nearest import nearest
from rnn_tui.session.diagrams import DIAGRAMS, VANISHING
from rnn_tui.stepper.command import LESSON, SELECTING, Command
from rnn_tui.stepper.commands import BY_ID, KEYS
from rnn_tui.stepper.groups import groups
from rnn_tui.stepper.here import Here
from rnn_tui.stepper.keys import DIALOG_KEYS
from rnn_tui.stepper.memories import memories

LESSONS = "lessons"
GROUPS: dict[str, tuple[str, ...]] = {
    "moving in time": (
        *("forward", "back", "first", "last", "go_to", "reset", "play", "faster", "slower", "find", "mark", "jump"),
        *("jump_back", "jump_forward", "scrub_back", "scrub_forward", "breakpoints", "next_break", "previous_break"),
        *("next_sequence", "previous_sequence", "sequences"),
    ),
    "inside R": ("into", "out", "next_sum", "previous_sum", "edit"),
    "selecting and following a number": (
        *("select", "select_right", "select_left", "select_down", "select_up", "next_table", "previous_table", "leave"),
        *("memory", "last_change", "change_over"),
    ),
    "what if": (
        *(
            "change",
            "larger",
            "smaller",
            "undo",
            "redo",
            "versus",
            "to_difference",
            "beside",
            "edits",
            "cut",
            "open_gate",
            "shut_gate",
            "drop",
        ),
        *("reset_state", "repeat", "backwards", "shuffle", "without", "generate", "free"),
    ),
    "learning": (
        *("learn", "next_epoch", "previous_epoch", "ten_epochs", "ten_epochs_back", "last_epoch", "to_epoch"),
        *("weights", "way_back"),
    ),
    "what is shown": (
        *("next_layer", "previous_layer", "diagram", *(each.name for each in DIAGRAMS.values() if each.key)),
        *("next_rival", "previous_rival"),
        *("maps", "trace", "names", "more_digits", "fewer_digits", "theme", "settings", "card"),
    ),
    LESSONS: (
        *("lessons", "next_stop", "previous_stop", "go_to_stop", "answer", "notes", "to_stop", "out_of_lesson"),
        "predict",
    ),
    "before an audience": ("blank", "alone", "hide"),
    "files": ("open", "save"),
    "the program": ("keys", "palette", "repaint", "suspend", "quit"),
}
"""Every command that has a key, under its heading."""


def _epochs(here: Here) -> bool:
    return here.run.epochs > 1


def _learns(here: Here) -> bool:
    return here.run.learner is not None


def _several(here: Here) -> bool:
    return here.walk.sequence.parts is not None


def _layers(here: Here) -> bool:
    return len(here.run.network.layers) > 1


def _sums(here: Here) -> bool:
    if here.frame.back is not None:
        return len(groups(here.frame.cell)) > 1
    return len(here.frame.sums) > 1 or here.frame.gaze.zoom != "step"


def _beside(here: Here) -> bool:
    return here.frame.gaze.diagram == VANISHING


def _remembers(here: Here) -> bool:
    return bool(memories(here.frame))


def _states(here: Here) -> bool:
    return bool(here.frame.cell.states)


def _breaks(here: Here) -> bool:
    return bool(here.session.breaks)


NEEDS: dict[str, Callable[[Here], bool]] = {
    **dict.fromkeys(
        ("next_epoch", "previous_epoch", "ten_epochs", "ten_epochs_back", "last_epoch", "to_epoch"), _epochs
    ),
    **dict.fromkeys(("weights", "way_back"), _learns),
    **dict.fromkeys(("next_layer", "previous_layer"), _layers),
    **dict.fromkeys(("next_sum", "previous_sum"), _sums),
    **dict.fromkeys(("next_break", "previous_break"), _breaks),
    **dict.fromkeys(("next_sequence", "previous_sequence", "sequences"), _several),
    "undo": lambda here: bool(here.session.before),
    "redo": lambda here: bool(here.session.after),
    **dict.fromkeys(("versus", "to_difference"), lambda here: here.session.ghost is not None),
    **dict.fromkeys(("cut", "reset_state"), lambda here: here.run.network.recurrent),
    "learn": lambda here: here.run.sequence.targets is not None,
    "find": lambda here: bool(here.run.sequence.labels),
    "jump": lambda here: bool(here.session.marks),
    "jump_back": lambda here: bool(here.session.past),
    "jump_forward": lambda here: bool(here.session.future),
    **dict.fromkeys(("next_rival", "previous_rival"), _beside),
    "memory": _remembers,
    **dict.fromkeys(("vanishing", "last_change", "change_over"), _states),
}
"""What some commands need to do anything here."""


TURNED = {
    "forward": "Back in time: the timestep before",
    "back": "Forward again: the next timestep",
    "weights": "Gradients by the parameters at t alone, or gathered from the end",
}
"""What some commands are called on the way back."""


def listed(here: Here) -> Iterator[tuple[str, list[tuple[Command, list[str]]]]]:
    """The commands that can do something here under their headings, each with the keys that give it.

    In a lesson its own come first, and no other has a key that they take, but while a number is selected.
    """
    lesson = here.session.lesson is not None
    own = [command for command in BY_ID.values() if lesson and command.when == LESSON]
    taken = {key for command in own for key in command.keys}
    for heading in sorted(GROUPS, key=lambda heading: lesson and heading != LESSONS):
        entries = []
        for command in (BY_ID[name] for name in GROUPS[heading]):
            keys = [key for key in command.keys if command.when in (LESSON, SELECTING) or key not in taken]
            can = (command.when != LESSON or lesson) and (command.id not in NEEDS or NEEDS[command.id](here))
            if keys and can:
                turned = TURNED.get(command.id) if here.frame.back is not None else None
                entries.append((replace(command, title=turned) if turned else command, keys))
        if entries:
            yield heading, entries


def known_key(name: str) -> None:
    """Raises InputError where no key has that name."""
    if len(name) == 1 or name in KEYS or name in DIALOG_KEYS:
        return
    long = ", ".join(key for key in KEYS if len(key) > 1)
    hint = nearest(name, (*KEYS, *DIALOG_KEYS), f"known are {long}")
    raise InputError("", "", f"there is no key {name!r}", hint, "press")
