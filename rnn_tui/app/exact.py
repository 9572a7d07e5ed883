"""Partial updates that send the changed cells only, and no more colour codes than the colours that change.

Textual 8.2 knows which cells of a widget are dirty but sends its line from the widget's left edge on (the remark "crop
to x extents" stands in its compositor), and sets and resets every colour for every run of text. On a slow line that is
most of a step's bytes, so both are done here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rich.color import ColorSystem
from rich.console import Console
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, Compositor

RESET = ("", "", "")
ATTRIBUTES = (
    ("bold", "1"),
    ("dim", "2"),
    ("italic", "3"),
    ("underline", "4"),
    ("blink", "5"),
    ("reverse", "7"),
    ("conceal", "8"),
    ("strike", "9"),
)
Codes = tuple[str, str, str]
"""The codes of attributes, of the colour of the text, and of the background."""


class ExactUpdate(ChopsUpdate):
    """A partial update cropped on both sides."""

    def render_segments(self, console: Console) -> str:
        """The update as terminal sequences; it leaves the terminal's colours reset."""
        system = console._color_system
        written: list[str] = []
        now = RESET
        for y, x1, x2 in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                first, last = max(x, x1), min(end, x2)
                if strip is None or first >= last:
                    continue
                written.append(Control.move_to(first, y).segment.text)
                now = _write(strip.crop(first - x, last - x), system, now, written)
        return "".join(written) + ("\x1b[0m" if now != RESET else "")


def _write(segments: Iterable[Segment], system: ColorSystem | None, now: Codes, written: list[str]) -> Codes:
    """Appends text and the codes that change to `written`; returns the codes in force after it."""
    for text, style, control in segments:
        if control or not text:
            continue
        wanted = codes(style, system) if style is not None and system is not None else RESET
        if wanted != now:
            written.append(change(now, wanted))
            now = wanted
        written.append(text)
    return now


@lru_cache(maxsize=4096)
def codes(style: Style, system: ColorSystem) -> Codes:
    """The codes of a style in a colour system."""
    attributes = ";".join(code for name, code in ATTRIBUTES if getattr(style, name))
    text = ";".join(style.color.downgrade(system).get_ansi_codes()) if style.color else ""
    ground = ";".join(style.bgcolor.downgrade(system).get_ansi_codes(foreground=False)) if style.bgcolor else ""
    return attributes, text, ground


@lru_cache(maxsize=4096)
def change(now: Codes, wanted: Codes) -> str:
    """The shortest sequence from one set of codes to another; what is taken away needs a reset first."""
    taken_away = any(before and not after for before, after in zip(now, wanted, strict=True))
    if taken_away or (now[0] and now[0] != wanted[0]):
        parts = ["0", *(code for code in wanted if code)]
    else:
        parts = [after for before, after in zip(now, wanted, strict=True) if after != before]
    return f"\x1b[{';'.join(parts)}m"


class ExactCompositor(Compositor):
    """A compositor whose partial updates are exact."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """What has changed since the last update, or None."""
        update = super().render_partial_update()
        return update and ExactUpdate(update.chops, update.spans, update.chop_ends)
