"""Styles of cells, and the shortest sequences from one to another."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

ANY = "*"
"""The colour of a text that nobody sees, as of a blank: whichever is in force will do."""
OFF = {
    "1": "22",
    "2": "22",
    "3": "23",
    "4": "24",
    "21": "24",
    "5": "25",
    "6": "25",
    "7": "27",
    "8": "28",
    "9": "29",
    "51": "54",
    "52": "54",
    "53": "55",
}
"""The codes of attributes, and what takes each away."""
SEEN_ON_BLANKS = frozenset({"4", "21", "7", "9", "51", "52", "53"})
"""Lines, frames and reverse video, which a blank shows too."""


class Style(NamedTuple):
    """How a cell looks.

    Attributes:
        attributes: codes of bold, underlined and so on, sorted.
        text, ground: the codes of its colours; empty for the terminal's own.
        link: the parameters and address of a hyperlink, as OSC 8 has them; empty for none.
    """

    attributes: tuple[str, ...] = ()
    text: str = ""
    ground: str = ""
    link: str = ""

    @property
    def blank(self) -> Style:
        """The style of a blank, in which the colour of the text does not matter."""
        if self.link or SEEN_ON_BLANKS.intersection(self.attributes):
            return self
        return Style((), ANY, self.ground)


PLAIN = Style()


@lru_cache(maxsize=4096)
def styled(now: Style, codes: str) -> Style:
    """The style in force after a sequence that sets attributes and colours; codes that are not known change nothing."""
    attributes, text, ground, link = now
    parts = codes.split(";")
    while parts:
        code = parts.pop(0).partition(":")[0].lstrip("0") or "0"
        if code == "0":
            attributes, text, ground = (), "", ""
        elif code in ("38", "48", "58"):
            take = {"5": 2, "2": 4}.get(parts[0] if parts else "", 1)
            value, parts = ";".join([code, *parts[:take]]), parts[take:]
            if code == "38":
                text = value
            elif code == "48":
                ground = value
        elif code[:-1] in ("3", "9"):
            text = "" if code == "39" else code
        elif code[:-1] in ("4", "10") and len(code) > 1:
            ground = "" if code == "49" else code
        elif code in OFF:
            attributes = tuple(sorted({*attributes, code}))
        else:
            attributes = tuple(a for a in attributes if OFF[a] != code)
    return Style(attributes, text, ground, link)


@lru_cache(maxsize=16384)
def change(now: Style, wanted: Style) -> tuple[str, Style]:
    """The shortest sequence from a style to another, and the style that is in force after it."""
    if wanted.text == ANY:
        kept = tuple(a for a in now.attributes if a not in SEEN_ON_BLANKS)
        wanted = Style(kept, now.text, wanted.ground, wanted.link)
    if now == wanted:
        return "", now
    link = f"\x1b]8;{wanted.link or ';'}\x1b\\" if wanted.link != now.link else ""
    step = _codes_between(now, wanted)
    anew = ["0", *wanted.attributes, *filter(None, (wanted.text, wanted.ground))]
    codes = min(";".join(step), ";".join(anew) if len(anew) > 1 else "", key=len) if step else None
    return link + (f"\x1b[{codes}m" if codes is not None else ""), wanted


def _codes_between(now: Style, wanted: Style) -> list[str]:
    """The codes that take away what is not wanted any more and add what is new."""
    have = list(now.attributes)
    codes: list[str] = []
    for off in dict.fromkeys(OFF[a] for a in now.attributes if a not in wanted.attributes):
        codes.append(off)
        have = [a for a in have if OFF[a] != off]
    codes += [a for a in wanted.attributes if a not in have]
    if wanted.text != now.text:
        codes.append(wanted.text or "39")
    if wanted.ground != now.ground:
        codes.append(wanted.ground or "49")
    return codes
