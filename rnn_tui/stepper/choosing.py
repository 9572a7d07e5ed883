"""The commands of settings: the screen that lists them, and one for each, by its name."""

from __future__ import annotations

from rnn_tui.core.errors import InputError
from rnn_tui.core.nearest import nearest
from rnn_tui.stepper.command import NAMED, PICKED, Command
from rnn_tui.stepper.here import Ask, Do, Here, Outcome
from rnn_tui.stepper.rebuilding import SAME
from rnn_tui.stepper.setting import Setting
from rnn_tui.stepper.settings import BY_NAME, SETTINGS


def settings(here: Here, argument: str) -> Outcome:
    """All settings; from ``rate`` on at that one, and from ``rate = 0.5`` that value."""
    name, given, value = argument.partition("=")
    if argument and given:
        return named(name).given(here, value)
    chosen = named(name).name if argument else ""
    return Outcome(here.session, ask=Ask("settings", "settings", "Settings", chosen))


def named(name: str) -> Setting:
    """A setting. Raises InputError where there is none of that name."""
    word = name.strip()
    if word not in BY_NAME:
        raise InputError("", "", f"there is no setting {word!r}", nearest(word, BY_NAME))
    return BY_NAME[word]


def _chosen(name: str) -> Do:
    """One setting: its value, or where none is given the screen at it."""
    return lambda here, argument: settings(here, f"{name} = {argument}" if argument else name)


def _stepped(by: int) -> Do:
    """The next value of the setting of that name, or the one before."""
    return lambda here, argument: named(argument).stepped(here, by)


CHOOSING = (
    Command("settings", ("Q",), "Settings: cell, sizes, seed, learning, looks", settings, idle=SAME),
    *(
        Command(f"set_{each.name}", (), f"Setting: {each.title}", _chosen(each.name), when=NAMED, idle=SAME)
        for each in SETTINGS
    ),
    Command("next_value", (), "The next value of a setting", _stepped(1), when=PICKED, idle=SAME),
    Command("previous_value", (), "The value of a setting before", _stepped(-1), when=PICKED, idle=SAME),
)
"""What is added to the table of commands."""
