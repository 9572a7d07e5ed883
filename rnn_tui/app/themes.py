"""Which scheme is worn: the theme asked for, or the one that Textual is set to, on a screen of so many colours; and
Textual's own widgets in the same colours."""

from __future__ import annotations

from textual.theme import Theme

from rnn_tui.views.sheet.colours import COLOURED, CUBE, MONO, NONE, SIXTEEN, TRUE
from rnn_tui.views.sheet.scheme import Scheme, scheme

DEPTHS = {"standard": SIXTEEN, "windows": SIXTEEN, "256": CUBE, "truecolor": TRUE}
"""What Rich finds out about a terminal's colours, from COLORTERM and TERM."""


LIT = ("block-cursor", "input-cursor", "input-selection", "screen-selection")
"""What stands out in Textual's widgets."""


def depth_of(system: str | None, own: bool) -> str:
    """How many colours there are.

    Args:
        system: Rich's name for it; None for no colours.
        own: whether only those are wanted that the terminal has for its sixteen.
    """
    depth = DEPTHS.get(system or "", MONO)
    return SIXTEEN if own and depth != MONO else depth


def worn(theme: str, habit: Theme, depth: str, chosen: bool) -> Scheme:
    """How roles look.

    Args:
        theme: as the session has it.
        habit: what Textual is set to, for a session that leaves it to that.
        depth: how many colours there are.
        chosen: whether a number is selected.
    """
    name = theme if theme in COLOURED else COLOURED[0 if habit.dark else 1]
    return scheme(name, MONO if theme == NONE else depth, chosen)


def of_textual(own: Scheme) -> Theme:
    """Textual's theme in the colours of a scheme; without colours, in the terminal's own and in reverse video."""

    def colour(role: str) -> str:
        return own.own[role].name if own.coloured else "ansi_default"

    text, raised, label, accent = map(colour, ("text", "raised", "label", "accent"))
    kinds = ("primary", "secondary", "warning", "error", "success", "accent")
    lit = {"foreground": colour("cursor_text"), "background": colour("cursor")}
    variables = {
        **dict.fromkeys(("text", "scrollbar-hover", "scrollbar-active", "foreground-muted"), text),
        **dict.fromkeys(("surface", "panel", "boost", "block-hover-background"), raised),
        **dict.fromkeys(("scrollbar-background", "scrollbar-background-hover", "scrollbar-background-active"), raised),
        **dict.fromkeys(("text-muted", "text-disabled", "scrollbar", "border-blurred"), label),
        **{f"text-{kind}": accent for kind in kinds},
        **{f"{what}-{part}": lit[part] for what in LIT for part in lit},
        "block-cursor-blurred-foreground": text,
        "block-cursor-blurred-background": raised,
        "border": accent,
        "ansi-background": colour("background"),
        "ansi-foreground": text,
        "scrollbar-corner-color": raised,
        "block-cursor-text-style": "bold" if own.coloured else "bold underline",
        "block-cursor-blurred-text-style": "bold",
        "input-cursor-text-style": "none" if own.coloured else "reverse",
    }
    return Theme(
        name=own.name,
        primary=accent,
        secondary=accent,
        warning=accent,
        error=accent,
        success=accent,
        accent=accent,
        foreground=text,
        background=colour("background"),
        surface=raised,
        panel=raised,
        dark=own.dark,
        variables=variables,
        ansi=not own.coloured,
    )
