"""The one place where roles become colours: what views have drawn, as a theme has it on a screen of so many colours."""

from __future__ import annotations

import re
from functools import lru_cache

from rich.color import Color
from rich.style import Style
from rich.text import Span, Text

from rnn_tui.views.sheet.colours import COLOURED, CUBE, TRUE, colours
from rnn_tui.views.sheet.palette import GROUND, PLAIN

REVERSED = ("cursor", "badge", "wrong")
"""Grounds that stand out by reverse video where they have no colour."""
HEAVY = re.compile("accent$|(plus|minus)_[456]_text$")
"""Inks that are bold where they have no colour."""
NOW = "accent"
DARK = COLOURED[0]
BOLD = Style(bold=True)


class Scheme:
    """How roles look. A scheme is asked for with `scheme`, so that there is one of each.

    Attributes:
        name: of its own, whatever is selected.
        dark: whether what is behind everything is dark, as far as that is known.
        coloured: whether there are colours enough for grounds and texts; else blocks are told by their marks.
        own: the colours of roles.
        ground: what is behind everything.
    """

    def __init__(self, theme: str, depth: str, chosen: bool) -> None:
        self.name, self.dark = f"rnn-{theme}-{depth}", theme.endswith(DARK)
        self.coloured = depth in (CUBE, TRUE)
        self.own = {role: Color.parse(colour) for role, colour in colours(theme, depth).items()}
        self._chosen = chosen
        self.style = lru_cache(maxsize=4096)(self._style)
        self.ground = self.style(None)

    def _style(self, drawn: Style | None, behind: Style = GROUND) -> Style:
        """What was drawn in a style, on what is behind it; the same style each time."""
        style = behind + drawn
        ink, ground = (colour.name if colour is not None else "" for colour in (style.color, style.bgcolor))
        usual = Color.default()
        style += Style.from_color(self.own.get(ink, usual), self.own.get(ground, usual) if ground else None)
        if self.coloured:
            return style + BOLD if style.underline else style
        heavy = bool(HEAVY.match(ink)) and (ink == NOW or not self._chosen)
        return style + Style(bold=style.bold or heavy, reverse=ground in REVERSED, italic=False)

    def text(self, drawn: Text) -> Text:
        """A text in several styles, each as it looks here, on whatever ground the text is put."""
        dressed = drawn.copy()
        dressed.style = self.style(_style_of(drawn.style), PLAIN)
        dressed.spans = [Span(start, end, self.style(_style_of(style), PLAIN)) for start, end, style in drawn.spans]
        return dressed


@lru_cache(maxsize=16)
def scheme(theme: str, depth: str, chosen: bool = False) -> Scheme:
    """How roles look.

    Args:
        theme: dark, light, and so on: one of `colours.COLOURED`.
        depth: how many colours the screen has: one of `colours.DEPTHS`.
        chosen: whether a number is selected; where weight stands for colour, it then shows what that comes from.
    """
    return Scheme(theme, depth, chosen)


def _style_of(style: str | Style) -> Style:
    return Style.parse(style) if isinstance(style, str) else style
