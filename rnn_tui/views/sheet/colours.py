"""Every colour there is, by what it is for: chosen for each theme and depth, none converted from another.

The weakest blue and the weakest orange are far apart for colour-blind eyes too, equal levels of both signs are equally
light, and every text has its contrast on every ground that it stands on. tests/test_themes.py computes all that.

With 16 colours a text is always in the terminal's own: of no hue is it known that it can be read there. So hue is left
to blocks and bars, and weight and reverse video do the rest; with no colour, and for high contrast, they do it alone.
"""

from __future__ import annotations

import re

from rnn_tui.session.model import THEMES

MONO, SIXTEEN, CUBE, TRUE = DEPTHS = ("mono", "16", "256", "truecolor")
"""How many colours a terminal has; the names of the last three are Rich's, but for ``standard``."""
AUTO, *COLOURED, NONE = THEMES

TABLE = """
background           #1c1f25 #fafaf8 #000000 #ffffff 234 231 16  231
raised               #242830 #f1f1ef #14161a #f5f5f5 235 255 233 255
column               #2b3039 #edeeed #1d2025 #ececec 236 254 234 254
text                 #e0e2e8 #21242a #ffffff #000000 254 235 231 16
label                #b4b9c2 #4b505a #cdd2da #34373d 250 239 252 234
dim                  #a2a7b2 #565c66 #b9bec8 #3e424b 248 240 250 236
faint                #9399a4 #616772 #a8aeb8 #484e58 247 241 248 238
accent               #ffda6e #775300 #fff27a #684800 228 58  228 88
cursor               #ffda6e #775300 #fff27a #684800 228 58  228 88
cursor_text          #16181d #ffffff #000000 #ffffff 16  231 16  231
badge                #b4b9c2 #4b505a #cdd2da #34373d 250 239 252 234
badge_text           #1c1f25 #fafaf8 #000000 #ffffff 234 231 16  231
wrong                #dfe9fa #1c2025 #ffffff #000000 231 16  231 16
wrong_text           #0a0c0f #ffffff #000000 #ffffff 16  231 16  231
zero                 #282c35 #eeeeec #0e1014 #efefef 235 255 233 255
zero_text            #b4b9c2 #4b505a #cdd2da #34373d 250 239 252 234
plus_bar             #4792da #348ed4 #65b0fb #0060a9 75  32  75  25
plus_bar_soft        #366b9f #81b6e5 #518ac3 #4778a9 32  75  68  32
plus_bar_later       #22578a #93c9f9 #3d75ad #5687ba 25  111 32  33
plus_bar_soft_later  #1c466f #b5dcff #3b6691 #7094ba 24  153 25  68
minus_bar            #d57437 #cf702c #f79154 #994700 172 166 172 94
minus_bar_soft       #995730 #e7a176 #b87752 #a96334 130 209 166 130
minus_bar_later      #83441b #fcb488 #a2623d #ba7244 94  216 130 166
minus_bar_soft_later #693718 #fecdb0 #8a573a #be8360 88  223 94  137
plus_1               #213951 #daebf9 #112233 #daecf9 18  153 18  153
plus_1_text          #f4f6fa #14171c #ffffff #000000 231 16  231 16
plus_2               #274868 #bfdbf3 #13304c #bedcf4 24  117 24  117
plus_2_text          #f4f6fa #14171c #ffffff #000000 231 16  231 16
plus_3               #2d5781 #a3ccef #133f67 #a1cdf1 25  111 25  111
plus_3_text          #f4f6fa #14171c #ffffff #000000 231 16  231 16
plus_4               #34699c #86bceb #104d81 #83bdef 32  75  32  75
plus_4_text          #f4f6fa #14171c #ffffff #000000 16  16  16  16
plus_5               #4080c0 #67ace7 #005a9e #66aced 68  33  68  33
plus_5_text          #0a0c0f #14171c #ffffff #000000 16  16  16  16
plus_6               #4792da #449ce3 #519be5 #479bec 75  32  75  32
plus_6_text          #0a0c0f #14171c #000000 #000000 16  16  16  16
minus_1              #4d3021 #fce5d2 #331a0f #fee5cf 52  223 52  223
minus_1_text         #f4f6fa #14171c #ffffff #000000 231 16  231 16
minus_2              #643c26 #f6d1b3 #492513 #fbd0ae 88  216 88  216
minus_2_text         #f4f6fa #14171c #ffffff #000000 231 16  231 16
minus_3              #7c4829 #f1bc95 #602f15 #f6bc90 94  180 94  180
minus_3_text         #f4f6fa #14171c #ffffff #000000 231 16  231 16
minus_4              #96552d #eba878 #763a16 #f0a773 130 209 130 209
minus_4_text         #f4f6fa #14171c #ffffff #000000 231 16  231 16
minus_5              #ba6734 #e5935b #8d4415 #e99256 166 173 166 173
minus_5_text         #0a0c0f #14171c #ffffff #000000 16  16  16  16
minus_6              #d57437 #de7d3c #e17d3f #e27c36 172 172 172 166
minus_6_text         #0a0c0f #14171c #000000 #000000 16  16  16  16
"""
"""A line a role: its colours in the four themes, then in the four of the 256 of xterm."""
ROWS = {words[0]: words[1:] for words in map(str.split, TABLE.strip().splitlines())}
ROWS |= {role.replace("_text", "_mark"): row for role, row in ROWS.items() if role.startswith(("plus", "minus"))}
"""A mark in a block is written like a number on the same ground; with 16 colours it alone has a hue."""
HUES = {"dark": ("cyan", "yellow"), "light": ("blue", "red")}
"""The blocks and bars above and below zero, with 16 colours."""
LADDER = (0, 95, 135, 175, 215, 255)
"""How much red, green and blue the cube of the 256 has."""
HUED = re.compile("_mark$|_bar")


def _grey_or_cube(index: int) -> str:
    """One of the 256, as the colour that Rich sends as that one: it takes greys to be spread evenly."""
    if index > 231:
        return "#" + f"{round(255 * (index - 231) / 25):02x}" * 3
    red, rest = divmod(index - 16, 36)
    return "#" + "".join(f"{LADDER[part]:02x}" for part in (red, *divmod(rest, 6)))


def colours(theme: str, depth: str) -> dict[str, str]:
    """The colours of roles. With 16 colours or none these are names of colours, of the few roles that have any."""
    column = COLOURED.index(theme)
    if depth == TRUE:
        return {role: row[column] for role, row in ROWS.items()}
    if depth == CUBE:
        return {role: _grey_or_cube(int(row[len(COLOURED) + column])) for role, row in ROWS.items()}
    hues = HUES.get(theme, ()) if depth == SIXTEEN else ()
    sides = zip(("plus", "minus"), hues, strict=False)
    return {role: hue for side, hue in sides for role in ROWS if role.startswith(side) and HUED.search(role)}
