"""The one table of commands. Keys, footer, help and palette are made of it; no key is written anywhere else.

The main screen has a method ``command_<id>`` for each. All keys pass through SSH, tmux and a slide clicker.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text
from textual.binding import Binding

from rnn_tui.views.sheet.palette import DIM, LABEL, NOW

ALWAYS, FREE, SELECTING, LESSON = "always", "free", "selecting", "lesson"
"""When a command can be given: always, while no number is selected, while one is, or in a lesson while none is."""


@dataclass(frozen=True)
class Command:
    """One thing a person can do.

    Attributes:
        id: the method's name after ``command_``.
        keys: Textual's names of the keys, the one to show first.
        title: what it does, in a few words: the palette and the help.
        hint: one or two words for the footer; empty where it is not shown there.
        rank: how much it is needed in the footer: where the screen is narrow, the highest goes first.
        when: `ALWAYS`, `FREE`, `SELECTING` or `LESSON`; of two commands on one key the one that can be given is.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    hint: str = ""
    rank: int = 9
    when: str = ALWAYS


COMMANDS = (
    Command("select_right", ("right",), "Select the number to the right", "", 9, SELECTING),
    Command("select_left", ("left",), "Select the number to the left", "", 9, SELECTING),
    Command("select_down", ("down",), "Select the number below", "", 9, SELECTING),
    Command("select_up", ("up",), "Select the number above; from the first row, leave", "", 9, SELECTING),
    Command("next_table", ("tab",), "Select in the next table", "next table", 4, SELECTING),
    Command("previous_table", ("shift+tab",), "Select in the table before", "", 9, SELECTING),
    Command("next_stop", ("right", "pagedown"), "Next stop of the lesson", "next", 1, LESSON),
    Command("previous_stop", ("left", "pageup"), "Stop before", "before", 2, LESSON),
    Command("to_stop", ("R",), "Back to the lesson's own state", "own state", 5, LESSON),
    Command("answer", ("a",), "Answer the question of the stop", "answer", 2, LESSON),
    Command("forward", ("right", "l", "space", "pagedown"), "Next timestep", "step", 1),
    Command("back", ("left", "h", "pageup"), "Timestep before", "back", 2),
    Command("into", ("down", "j"), "Into the arithmetic: the next operation of R", "into R", 4),
    Command("out", ("up", "k"), "Out of the arithmetic: the operation before", "out", 5),
    Command("select", ("enter",), "Select a number; again: where it comes from", "a number", 3),
    Command("leave", ("escape", "backspace"), "Leave the arithmetic and the selection"),
    Command("next_break", ("c",), "On to the next breakpoint"),
    Command("previous_break", ("C",), "Back to the breakpoint before"),
    Command("breakpoints", ("b",), "Breakpoints: list, add, enable, disable"),
    Command("first", ("home", "0"), "To t = 0, before the first sample"),
    Command("last", ("end", "$"), "To the last timestep"),
    Command("go_to", ("colon", "g"), "Go to a timestep", "go to", 6),
    Command("predict", ("P",), "Predict the next timestep, then see"),
    Command("save", ("s",), "Save the session in a file"),
    Command("play", ("p",), "Play and pause", "play", 6),
    Command("faster", ("plus", "equals_sign"), "Play faster"),
    Command("slower", ("minus",), "Play slower"),
    Command("find", ("slash",), "Find a label"),
    Command("mark", ("m",), "Mark this timestep with a letter"),
    Command("jump", ("apostrophe",), "Jump to a mark"),
    Command("jump_back", ("left_parenthesis",), "Back to where one jumped from"),
    Command("jump_forward", ("right_parenthesis",), "Forward again"),
    Command("scrub_back", ("left_curly_bracket",), "One column of the timeline back"),
    Command("scrub_forward", ("right_curly_bracket",), "One column of the timeline on"),
    Command("trace", ("v",), "What the timeline shows: norms, means, the selected number"),
    Command("diagram", ("u",), "Diagram rolled or unrolled", "rolled", 6),
    Command("inside", ("i",), "The inside of R, drawn from its equations", "inside", 7),
    Command("vanishing", ("V",), "How far back a gradient reaches, here and in another cell"),
    Command("maps", ("w",), "Heat maps of the weights and states, or tables", "maps", 8),
    Command("next_sum", ("tab",), "Next sum (gate) of the cell", "", 9, FREE),
    Command("previous_sum", ("shift+tab",), "Sum (gate) before", "", 9, FREE),
    Command("next_epoch", ("E",), "Next epoch of a network that learns"),
    Command("previous_epoch", ("W",), "Epoch before"),
    Command("weights", ("d",), "Weights as used at t, after the update, or the change between"),
    Command("way_back", ("L",), "The way back: gradients from the last timestep to the first"),
    Command("next_layer", ("right_square_bracket",), "Layer above"),
    Command("previous_layer", ("left_square_bracket",), "Layer below"),
    Command("names", ("n",), "Names of the seed, PyTorch, Keras or the textbook", "names", 8),
    Command("more_digits", ("greater_than_sign", "full_stop"), "More digits"),
    Command("fewer_digits", ("less_than_sign", "comma"), "Fewer digits"),
    Command("edit", ("e",), "Edit R: the equations of the cell", "edit R", 8),
    Command("reset", ("r",), "Reset: t = 0 and the same weights"),
    Command("open", ("o",), "Open another sequence", "open", 7),
    Command("keys", ("question_mark", "f1"), "All keys", "keys", 3),
    Command("palette", ("ctrl+p",), "Command palette"),
    Command("repaint", ("ctrl+l",), "Draw the whole screen again"),
    Command("suspend", ("ctrl+z",), "Back to the shell until fg"),
    Command("quit", ("q", "ctrl+q", "ctrl+c"), "Quit", "quit", 3),
)

GROUPS = {(ALWAYS, FREE): "", (SELECTING,): "while a number is selected", (LESSON,): "in a lesson"}
"""How the commands are listed: those that can be given at a time, under what says when."""

TOGGLE = Binding("space", "switch", "On or off", show=False)
REMOVE = Binding("delete,d", "remove", "Remove", show=False)
"""What can be done with a breakpoint in their list."""
CLOSE = Binding("escape,ctrl+c,ctrl+q", "close", "Close", show=False)
"""How every dialog closes."""
ACCEPT = Binding("f5,ctrl+r", "accept", "Run it", show=False, priority=True)
"""How the editor of R is left with what was written."""

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
    "slash": "/",
    "apostrophe": "'",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "pagedown": "PageDown",
    "pageup": "PageUp",
}
"""What a key is called on the screen, where that is not Textual's name for it."""


def key_name(key: str, plain: bool = False) -> str:
    """What a key is called on the screen; with `plain`, in ASCII."""
    name = NAMES.get(key, key)
    return name if name.isascii() or not plain else key


def possible(command: str, selecting: bool, lesson: bool = False) -> bool:
    """Whether a command can be given while a number is selected, or while none is, in a lesson or not."""
    when = next((c.when for c in COMMANDS if c.id == command), ALWAYS)
    return {ALWAYS: True, FREE: not selecting, SELECTING: selecting, LESSON: lesson and not selecting}[when]


def notice(text: str, width: int, plain: bool) -> Text:
    """Something said, in the place of the footer."""
    line = Text.assemble((" * " if plain else " ● ", NOW), (text, NOW), no_wrap=True)
    line.truncate(width, overflow="crop" if plain else "ellipsis")
    return line


def footer(width: int, plain: bool, words: dict[str, str], selecting: bool, lesson: bool = False) -> Text:
    """The commands with a hint in one line; on a narrow screen the less needed ones are left out.

    Args:
        width: of the line.
        plain: ASCII alone.
        words: hints that depend on the moment, by command.
        selecting: whether a number is selected.
        lesson: whether a lesson is followed.
    """
    taken: set[str] = set()
    entries = []
    for command in COMMANDS:
        if not possible(command.id, selecting, lesson):
            continue
        keys = [key for key in command.keys if key not in taken]
        taken.update(command.keys)
        hint = words.get(command.id, command.hint)
        if hint and keys:
            entries.append((command.rank, key_name(keys[0], plain), hint))
    while sum(len(key) + len(hint) + 3 for _, key, hint in entries) > width and entries:
        entries.remove(max(entries, key=lambda entry: entry[0]))
    text = Text(" ", no_wrap=True, overflow="crop")
    for _, key, hint in entries:
        text.append(key, LABEL).append(f" {hint}  ", DIM)
    return text
