"""Where two runs stand that are looked at together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rnn_tui.stepper.frame import Frame
from rnn_tui.views.page import diagram
from rnn_tui.views.page.band import LEAST_HISTORY
from rnn_tui.views.page.region import Placed, Region
from rnn_tui.views.page.regions import BROAD, WHOLE, table_rows

LEAST_PAIR = 24
"""Rows that the tables of two runs side by side have beside their diagrams."""


def paired(frame: Frame, room: Region) -> Iterator[Placed]:
    """Two runs: one above the other, or on a broad screen side by side; each with its name, tables and equation."""
    pair = frame.pair
    assert pair is not None
    broad = room.width >= BROAD
    width = room.width // 2 - 1 if broad else room.width
    runs = (("", frame), ("pair_", pair))
    if broad and room.height >= LEAST_PAIR + diagram.rows(frame):
        drawn = max(diagram.heights(each, width - 1)[0] for _, each in runs)
        yield "diagram", Region(room.x, room.y, width - 1, drawn)
        yield "pair_diagram", Region(room.x + room.width - width, room.y, width - 1, drawn)
        room = replace(room, y=room.y + drawn + 1, height=room.height - drawn - 1)
    likes = [sum(table_rows(each, width - 1, WHOLE)) + 3 for _, each in runs]
    spare = room.height - sum(likes)
    first = min(max(room.height // 2, room.height - likes[1]), likes[0]) if spare < 0 else likes[0] + spare // 2
    places = (
        [room, room]
        if broad
        else [replace(room, height=first), replace(room, y=room.y + first, height=room.height - first)]
    )
    for number, ((prefix, each), place) in enumerate(zip(runs, places, strict=True)):
        x, y, end = room.x + number * broad * (room.width - width), place.y, place.y + place.height
        yield f"{prefix or 'own_'}name", Region(x, y, width, 1)
        wanted, below = table_rows(each, width - 1, max(place.height - 2, 3))
        yield f"{prefix}formula", Region(x + 1, y + 1, width - 1, min(wanted, place.height - 2))
        y += 1 + wanted
        yield f"{prefix}gates", Region(x + 1, y + (below > 2), width - 1, below - (below > 2))
        y += below
        lines = max(min(end - y, 2), 0)
        yield f"{prefix}equation", Region(x, y, width, lines)
        y += lines
        if end - y > LEAST_HISTORY:
            yield f"{prefix}history", Region(x + 1, y, width - 2, min(end - y - 1, likes[number]))
