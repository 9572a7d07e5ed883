"""The ledger with the history of the state beside it, and the screen on which a ledger is what matters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rnn_tui.stepper.frame import Frame
from rnn_tui.views.page import diagram
from rnn_tui.views.page.region import Placed, Region
from rnn_tui.views.page.tables import lower, upper

WIDE, OPEN = 100, 120
"""Columns from which a ledger that one has asked for, and one that nobody has, stands beside the history."""
LEDGER, LEAST_HISTORY = 10, 6
"""Rows that a ledger likes, and that the history of the state needs."""
PRODUCTS, SENTENCE, NARROW = 76, 88, 24
"""Columns that a ledger likes, one of gradients that are asked for, and a history beside it at least."""
WRITERS, TABLE = 12, 5
"""Rows that the ledger of a memory likes, and a table below it."""
DRAWN = 22
"""Rows of that ledger and its tables from which there is room for a diagram above them."""


def band(frame: Frame, room: Region) -> Iterator[Placed]:
    """The ledger and the history of the state, side by side, or one over the other, or the one that is asked for."""
    asked = frame.gaze.zoom != "step"
    if room.height < LEAST_HISTORY and not asked:
        return
    if (room.width >= OPEN and not diagram.looked_at(frame).alone) or (asked and room.width >= WIDE):
        focus = frame.gaze.focus
        wanted = SENTENCE if focus is not None and focus.gradient else PRODUCTS
        left = max(room.width // 2, wanted)
        beside = room.width - left - 3
        yield "ledger", replace(room, width=left if beside >= NARROW else room.width)
        if beside >= NARROW:
            yield "history", replace(room, x=room.x + left + 2, width=beside)
        return
    above = 0 if not asked else room.height if room.height < LEDGER + LEAST_HISTORY + 1 else LEDGER
    yield "ledger", replace(room, height=above)
    below = room.height - above - (above > 0)
    yield "history", Region(room.x + 1, room.y + room.height - below, room.width - 2, below)


def remembering(frame: Frame, room: Region) -> Iterator[Placed]:
    """The ledger of a memory, which has as much room as its tables leave, and those below it; with the most room the
    diagram above them, and the ledger last, as any other."""
    width, still = room.width - 1, replace(frame, t=0)
    drawn = 0 if diagram.looked_at(frame).whole else diagram.heights(frame, width)[0]
    drawn = drawn if room.height - drawn >= DRAWN else 0
    yield "diagram", Region(1, room.y, width, drawn)
    y, height = room.y + drawn + (drawn > 0), room.height - drawn - (drawn > 0)
    most = min(max(height - 2 - WRITERS, TABLE), height // 2)
    table = min(upper(still, width, most).height, most)
    spare = most - table - 1
    other = lower(still, width, spare) if spare >= TABLE - 1 else None
    below = min(other.height, spare) if other is not None else 0
    tables = table + below + (below > 0)
    ledger = max(height - tables - 2, 0)
    first = y if drawn else y + ledger + 1
    yield "formula", Region(1, first, width, table)
    yield "gates", Region(1, first + tables - below, width, below)
    yield "equation", Region(0, first + tables, room.width, 1)
    where = replace(room, y=first + tables + 2 if drawn else y, height=ledger - (drawn > 0))
    if room.width >= WIDE:
        yield from band(frame, where)
    else:
        yield "ledger", where
