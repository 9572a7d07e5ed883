"""The one table of commands. Keys, footer, help and palette are made of it; no key is written anywhere else.

The main screen has a method ``command_<id>`` for each. All keys pass through SSH, tmux and a slide clicker.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text
from textual.binding import Binding

from rnn_tui.views.palette import DIM, LABEL


@dataclass(frozen=True)
class Command:
    """One thing a person can do.

    Attributes:
        id: the method's name after ``command_``.
        keys: Textual's names of the keys, the one to show first.
        title: what it does, in a few words: the palette and the help.
        hint: one or two words for the footer; empty where it is not shown there.
        rank: how much it is needed in the footer: where the screen is narrow, the highest goes first.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    hint: str = ""
    rank: int = 9


COMMANDS = (
    Command("forward", ("right", "l", "space", "pagedown"), "Next timestep", "step", 1),
    Command("back", ("left", "h", "pageup"), "Timestep before", "back", 2),
    Command("first", ("home", "0"), "To t = 0, before the first sample"),
    Command("last", ("end", "$"), "To the last timestep"),
    Command("go_to", ("colon", "g"), "Go to a timestep", "go to", 5),
    Command("play", ("p",), "Play and pause", "play", 6),
    Command("faster", ("plus", "equals_sign"), "Play faster"),
    Command("slower", ("minus",), "Play slower"),
    Command("diagram", ("u",), "Diagram rolled or unrolled", "rolled", 4),
    Command("next_sum", ("tab",), "Next sum of the cell"),
    Command("previous_sum", ("shift+tab",), "Sum before"),
    Command("more_digits", ("greater_than_sign", "full_stop"), "More digits"),
    Command("fewer_digits", ("less_than_sign", "comma"), "Fewer digits"),
    Command("reset", ("r",), "Reset: t = 0 and the same weights"),
    Command("open", ("o",), "Open another sequence", "open", 7),
    Command("keys", ("question_mark", "f1"), "All keys", "keys", 3),
    Command("palette", ("ctrl+p",), "Command palette"),
    Command("quit", ("q", "ctrl+q", "ctrl+c"), "Quit", "quit", 3),
)

NAMES = {
    "right": "→",
    "left": "←",
    "up": "↑",
    "down": "↓",
    "colon": ":",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "full_stop": ".",
    "comma": ",",
    "question_mark": "?",
    "pagedown": "PageDown",
    "pageup": "PageUp",
    "shift+tab": "shift+tab",
}
"""What a key is called on the screen, where that is not Textual's name for it."""

PLAIN_NAMES = {"right": "right", "left": "left", "up": "up", "down": "down"}
"""The same where there are no arrows to draw with."""


def key_name(key: str, plain: bool = False) -> str:
    """What a key is called on the screen; with `plain`, in ASCII."""
    return (PLAIN_NAMES if plain else {}).get(key) or NAMES.get(key, key)


CLOSE = Binding("escape,ctrl+c,ctrl+q", "close", "Close", show=False)
"""How every dialog closes."""


def footer(width: int, plain: bool, other_diagram: str, playing: bool) -> Text:
    """The commands with a hint in one line; on a narrow screen the less needed ones are left out."""
    hinted = [command for command in COMMANDS if command.hint]
    words = {"diagram": other_diagram, "play": "pause" if playing else "play"}
    entries = [
        (command.rank, key_name(command.keys[0], plain), words.get(command.id, command.hint)) for command in hinted
    ]
    while sum(len(key) + len(hint) + 3 for _, key, hint in entries) > width and entries:
        entries.remove(max(entries))
    text = Text(" ", no_wrap=True, overflow="crop")
    for _, key, hint in entries:
        text.append(key, LABEL).append(f" {hint}  ", DIM)
    return text
