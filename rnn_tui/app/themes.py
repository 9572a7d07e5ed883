"""Which scheme is worn: the theme asked for, or the one that Textual is set to, on a screen of so many colours; and
Textual's own widgets in the same colours."""

from __future__ import annotations

from textual.theme import Theme

from rnn_tui.views.sheet.colours import COLOURED, CUBE, MONO, NONE, SIXTEEN, TRUE
from rnn_tui.views.sheet.scheme import Scheme, scheme

DEPTHS = {"standard": SIXTEEN, "windows": SIXTEEN, "256": CUBE, "truecolor": TRUE}
"""What Rich finds out about a terminal's colours, from COLORTERM and TERM."""


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

    text, raised, label, border = map(colour, ("text", "raised", "label", "border"))
    accent = colour("accent")
    kinds = ("primary", "secondary", "warning", "error", "success", "accent")
    selected = {"foreground": text, "background": raised}
    variables = {
        **dict.fromkeys(("text", "scrollbar-hover", "scrollbar-active", "foreground-muted"), text),
        **dict.fromkeys(("surface", "panel", "boost", "block-hover-background"), raised),
        **dict.fromkeys(("scrollbar-background", "scrollbar-background-hover", "scrollbar-background-active"), raised),
        **dict.fromkeys(("text-muted", "text-disabled"), label),
        **dict.fromkeys(("scrollbar", "border-blurred"), border),
        **{f"text-{kind}": accent for kind in kinds},
        **{f"block-cursor-{part}": value for part, value in selected.items()},
        **{f"block-cursor-blurred-{part}": value for part, value in selected.items()},
        "border": accent,
        "ansi-background": colour("background"),
        "ansi-foreground": text,
        "scrollbar-corner-color": raised,
        "block-cursor-text-style": "reverse",
        "block-cursor-blurred-text-style": "bold",
        "input-cursor-foreground": colour("cursor_text"),
        "input-cursor-background": colour("cursor"),
        "input-cursor-text-style": "none" if own.coloured else "reverse",
        **{f"{what}-selection-foreground": colour("cursor_text") for what in ("input", "screen")},
        **{f"{what}-selection-background": colour("cursor") for what in ("input", "screen")},
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
