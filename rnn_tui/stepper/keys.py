"""Keys: what they are called on the screen, and those that dialogs know beside the table of commands."""

from __future__ import annotations

CLOSE = ("escape", "ctrl+c", "ctrl+q")
"""How every dialog closes."""
ACCEPT = ("f5", "ctrl+r")
"""How the editor of R is left with what was written."""
INTO, SWITCH, REMOVE = ("down",), ("space",), ("delete", "d")
"""From the line into the list of breakpoints or edits, and what can be done with one there."""
SHARE = ("b",)
"""What can be done with an edit beside."""
NEXT = ("tab",)
"""How a number that is typed over is left for the next one."""
LIST = ("B",)
"""From the hits of a breakpoint back to the list."""
TURNING = ("pagedown", "pageup")
"""What slide clickers send, and nothing that is typed into a line."""
AFTER, BEFORE = ("right", "space"), ("left",)
"""How one goes through the values of a setting."""
DIALOG_KEYS = (
    *(*CLOSE, *ACCEPT, *SWITCH, *REMOVE, *SHARE, *NEXT, *LIST, *TURNING),
    *("enter", "backspace", "up", "down", "left", "right"),
)
"""The keys of dialogs."""

NAMES = {
    "right": "→",
    "left": "←",
    "up": "↑",
    "down": "↓",
    "colon": ":",
    "semicolon": ";",
    "comma": ",",
    "quotation_mark": '"',
    "exclamation_mark": "!",
    "ampersand": "&",
    "at": "@",
    "underscore": "_",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "full_stop": ".",
    "question_mark": "?",
    "slash": "/",
    "number_sign": "#",
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
