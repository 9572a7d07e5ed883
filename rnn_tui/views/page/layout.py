"""Where each part of the main screen stands. It depends on the size and on what runs, never on t: nothing moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from rnn_tui.session.model import Lesson
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.sums import sums
from rnn_tui.views.page import diagram
from rnn_tui.views.page.band import LEAST_HISTORY, LEDGER, WIDE, band, remembering
from rnn_tui.views.page.pairing import paired
from rnn_tui.views.page.region import Placed, Region
from rnn_tui.views.page.regions import BROAD, WHOLE, blank_before, still_of, table_rows
from rnn_tui.views.page.tables import lower, upper
from rnn_tui.views.sheet.rows import Row, Stack

DIAGRAM = (28, 9)
"""Columns and rows of a diagram beside the tables at least."""
LEAST_LEDGER = 7
"""Rows that a ledger has where the tables would be cut for more than it likes."""
LEAST_FORMULA, LEAST_GATES = 6, 5
"""Rows of the formula and of the gates that matter more than the diagram."""
LONG = 12
"""Timesteps from which a run has a timeline; a shorter one is in view as it is."""
VERDICTS = 18
"""Rows of a screen from which the strip has a line that says which predictions are right."""
TALL = 24
"""Rows between the lines above and the footer from which everything has the whole width, the diagram on top."""
LEAST_ASIDE = 40
"""Columns of the past beside the tables at least."""
SECOND = 40
"""Columns of the other diagram beside the first at most, where there are more for it."""
ENOUGH = 20
"""Rows of tables that matter more than the ledger and the history beside them; they may be but a part."""


def arrange(frame: Frame, width: int, height: int, lesson: Lesson | None = None) -> dict[str, Region]:
    """The region of every part that has room, beside a lesson's text where there is one; tall: all in the whole width,
    with the past below; wide: diagram left and tables right; else one over the other.

    In the ledger's zooms the ledger stands where the diagram was, or, on a wide or tall screen, under the tables.
    """
    walk, below = frame.walk, 0
    if lesson is not None:  # what marks texts up is loaded with the first one
        from rnn_tui.views.page.lesson import lesson_rows

        below = lesson_rows(lesson, width, height)
    ghost = frame.other is not None, frame.against, len(frame.edits), frame.pair and id(frame.pair.run)
    key = ("regions", walk.epoch, walk.last, frame.gaze, frame.look, frame.back is None, width, height, below, ghost)
    return walk.memo.get(key, lambda: _arranged(frame, width, height, below))


def _arranged(frame: Frame, width: int, height: int, below: int) -> dict[str, Region]:
    lines = ["title"]
    if len(frame.walk.network.layers) > 1 and height >= 12:
        lines.append("map")
    if height >= 9:
        lines.append("strip")
    regions = {name: Region(0, y, width, 1) for y, name in enumerate(lines)}
    regions["footer"] = Region(0, height - 1, width, 1)
    if frame.gaze.alone and frame.gaze.focus is not None:
        room = Region(0, 2, width, height - 3)
        return {"title": regions["title"], "enlarged": room, "footer": regions["footer"]}
    top = len(lines)
    if height >= VERDICTS + 12 * frame.gaze.back and frame.walk.tape.score is not None:
        regions["strip"] = replace(regions["strip"], height=2)
        top += 1
    lasting = len(frame.walk) > LONG or frame.run.learner is not None or frame.compared is not None
    if height >= 20 and lasting:
        rows = 2 if height < 30 else 3
        rows += frame.teaching is not None and frame.teaching.learner.validation is not None and not frame.gaze.trace
        regions["timeline"] = Region(0, top, width, rows)
        top += rows
    regions["lesson"] = Region(0, height - 1 - below, width, below)
    inside = Region(0, top, width, height - 1 - top - below)
    seen = diagram.looked_at(frame)
    wide = width >= WIDE and inside.height >= DIAGRAM[1] and not seen.whole
    tall = inside.height >= TALL + (diagram.rows(frame) - DIAGRAM[1]) * seen.whole
    place = _across if tall else _beside if wide else _stacked
    if frame.pair is not None and frame.gaze.zoom == "step" and frame.back is None and not frame.gaze.maps:
        place = paired
    place = remembering if frame.gaze.zoom == "memory" else place
    least = {"formula": 3, "gates": 2}  # a heading without numbers says nothing
    regions.update((n, region) for n, region in place(frame, inside) if region.height >= least.get(n, 1))
    return {name: region for name, region in regions.items() if region.height > 0}


def _stacked(frame: Frame, room: Region) -> list[Placed]:
    """With the ledger in its zooms, unless the diagram shows the operation that one is at and has room."""
    if frame.gaze.zoom == "operation" and diagram.looked_at(frame).steps:
        placed = list(_below(frame, room, False))
        region = dict(placed)["diagram"]
        if diagram.fits(frame, region.width, region.height):
            return placed
    return list(_below(frame, room, frame.gaze.zoom != "step"))


def _below(frame: Frame, room: Region, ledger: bool) -> Iterator[Placed]:
    """The tables below the diagram, or below the ledger."""
    seen, learns = diagram.looked_at(frame), frame.teaching is not None
    first = "ledger" if ledger else "diagram"
    drawn = LEDGER if ledger else diagram.heights(frame, room.width)[0]
    if frame.gaze.maps and not ledger:
        shown = next((rows for rows in (drawn, 9, 7, 5, 3) if rows <= min(room.height - 9, drawn)), 0)
        yield first, Region(0, room.y, room.width, shown)
        yield "maps", Region(1, room.y + shown, room.width - 2, room.height - shown)
        return
    wanted, below = table_rows(frame, room.width - 1, max(room.height - 2, 3))
    rows = (drawn, 10, 9, 8, 7, 6, 5, 4, 3) if ledger or seen.whole else diagram.heights(frame, room.width)
    least = min(wanted, LEAST_FORMULA) + min(below, LEAST_GATES) + 1 + learns
    shown = next((count for count in rows if count <= min(room.height - least, drawn)), 0)
    if wanted + below + 1 + shown > room.height:  # large matrices leave the diagram its room
        wanted, below = table_rows(frame, room.width - 1, max(room.height - 1 - shown, 3))
    if seen.steps and not ledger:
        drawn, wanted, below = _kept(frame, room, drawn, wanted, below)
    elif seen.alone and not ledger:
        if not diagram.fits(replace(frame, t=0), room.width, min(drawn, room.height - 1)):
            drawn = 0  # numbers say more than a part of a picture
            wanted, below = table_rows(frame, room.width - 1, max(room.height - 1, 3))
        elif drawn + wanted + below + 3 > room.height:
            wanted = below = 0
    elif seen.whole and not ledger and wanted + below + drawn + 1 > room.height:
        wanted, below = (0, below) if below and below + drawn < room.height else (wanted, 0)
        drawn = min(drawn, room.height - 2)
        wanted = max(min(wanted, room.height - drawn - 1), 0)
    spare = room.height - wanted - below - 1
    shown = next((count for count in rows if count <= min(spare, drawn)), 0)
    shown = drawn if seen.steps and not ledger else shown
    wanted = max(min(wanted, room.height - shown - 1), 0)
    spare = room.height - shown - wanted - below - 1
    lines = 1 + (spare >= (1 if learns else 3)) + (spare >= 4)
    gaps = [0, 0, 0]
    for index in range(min(spare - lines + 1, 3)):
        gaps[(1, 2, 0)[index]] = 1
    if ledger:
        shown, gaps = shown + gaps[0], [0, *gaps[1:]]
    y = room.y + gaps[0]
    yield first, Region(0, y, room.width, shown)
    y += shown + gaps[1]
    yield "formula", Region(1, y, room.width - 1, wanted)
    y += wanted
    blank = blank_before(frame, room.width - 1, below) if wanted else 0
    yield "gates", Region(1, y + blank, room.width - 1, below - blank)
    y += below + gaps[2]
    yield "equation", Region(0, y, room.width, min(lines, room.y + room.height - y))


def _kept(frame: Frame, room: Region, drawn: int, wanted: int, below: int) -> tuple[int, int, int]:
    """The rows of a diagram that is whole or not there, of the formula and of the gates: as many of the tables as let
    it be drawn, the line of the equation last; where it cannot be, a line says so."""
    for formula, gates, line in ((wanted, below, 1), (wanted, 0, 1), (0, 0, 1), (0, 0, 0)):
        rows = min(drawn, room.height - formula - gates - line)
        if diagram.fits(frame, room.width, rows):
            return rows, formula, gates
    return min(1, max(room.height, 0)), wanted, below


def _across(frame: Frame, room: Region) -> Iterator[Placed]:
    """One over the other: diagrams, all sums or the one that is looked at, the equation, the ledger and the past."""
    told = frame.gaze.zoom == "operation" and diagram.looked_at(frame).steps  # the diagram shows where one is
    asked, lines = frame.gaze.zoom != "step" and not told, 1 + (frame.teaching is not None)
    drawn, pair = _diagrams(frame, room)
    if frame.gaze.maps and not asked:
        yield from pair(drawn)
        yield "maps", Region(1, room.y + drawn + 1, room.width - 2, room.height - drawn - 1)
        return
    smaller = () if diagram.looked_at(frame).whole else diagram.heights(frame, room.width - 1)
    heights = [drawn, *(rows for rows in smaller if rows < drawn)]
    bands = [LEDGER + 1, LEAST_LEDGER + 1] if asked else [LEDGER + 1, LEAST_HISTORY + 1, 0]
    tries = [*((drawn, band) for band in bands), *((rows, bands[-1]) for rows in heights[1:])]
    shown, tables = _written(frame, room, [(rows, room.height - rows - 1 - lines - band) for rows, band in tries])
    spare = room.height - shown - sum(rows for _, rows in tables) - lines
    if not asked and spare < LEAST_HISTORY + 3:  # nothing stands below them, and what they folded away has room
        shown, tables = _written(frame, room, [(shown, room.height - shown - 1 - lines)])
        spare = room.height - shown - sum(rows for _, rows in tables) - lines
    yield from pair(shown)
    gap = min(max(spare, 0), 1)
    y = room.y + shown + gap
    blank = {name: blank_before(frame, room.width - 1, rows) if name == "gates" else 0 for name, rows in tables}
    numbers = [(name, rows - blank[name]) for name, rows in tables]
    width, height = room.width - 1, sum(rows for _, rows in tables)
    if not asked and spare < LEAST_HISTORY + 3 and height >= LEAST_HISTORY:
        width = _left(frame, width, numbers)
    if width < room.width - 1:
        yield from band(frame, Region(width + 2, y, room.width - width - 2, height))
    for name, rows in numbers:
        y += blank[name]
        yield name, Region(1, y, width, rows)
        y += rows
    y += spare > gap
    end = room.y + room.height
    lines = min(lines + (end - y >= lines + LEAST_HISTORY + 3), 3)
    yield "equation", Region(0, y, room.width, min(lines, end - y))
    y += lines + 1
    if asked or end - y >= LEAST_HISTORY:
        yield from band(frame, Region(0, y, room.width, end - y))


def _left(frame: Frame, width: int, tables: Sequence[tuple[str, int]]) -> int:
    """The columns of the tables in their rows, where the past has room at their right; else all."""
    still, wanted = still_of(frame), 0
    for name, rows in tables:
        if name == "sums":
            row: Row | Stack | None = sums(still, width, rows)
        elif name == "formula":
            row = upper(still, width, rows)
        else:
            row = lower(still, width, rows) if rows else None
        wanted = max(wanted, 0 if row is None else row.width)
    return wanted + 1 if width - wanted - 2 >= LEAST_ASIDE else width


def _written(frame: Frame, room: Region, tries: list[tuple[int, int]]) -> tuple[int, list[tuple[str, int]]]:
    """The first of some (rows of the diagram, rows of tables) with room for all sums, else for the one looked at."""
    for shown, rows in tries:
        every = sums(replace(frame, t=0), room.width - 1, rows)
        if every is not None:
            return shown, [("sums", every.height)]
    enough = min(sum(table_rows(frame, room.width - 1, WHOLE)), ENOUGH)
    found = [(shown, *table_rows(frame, room.width - 1, max(rows, LEAST_FORMULA))) for shown, rows in tries]
    shown, wanted, below = next((each for each in found if each[1] + each[2] >= enough), found[-1])
    return shown, [("formula", wanted), ("gates", below)]


def _diagrams(frame: Frame, room: Region) -> tuple[int, Callable[[int], Iterator[Placed]]]:
    """The rows of the diagram, and of another one beside it where that has room; and their places in so many rows."""
    wanted, other, width = diagram.columns(frame), diagram.beside(frame), room.width - 1
    most = width - min(diagram.columns(other), SECOND) - 2
    if wanted > most and not diagram.looked_at(frame).whole and room.width >= BROAD:
        wanted = most
    rows = diagram.heights(frame, min(wanted, width))[0]
    if wanted > most:
        return rows, lambda height: iter([("diagram", Region(1, room.y, width, height))])

    def both(height: int) -> Iterator[Placed]:
        yield "diagram", Region(1, room.y, wanted, height)
        yield "other", Region(wanted + 3, room.y, room.width - wanted - 3, height)

    return max(rows, diagram.rows(other)), both


def _beside(frame: Frame, room: Region) -> Iterator[Placed]:
    natural = upper(replace(frame, t=0), 10**6, room.height).width
    left = max(DIAGRAM[0], min(room.width - natural - 4, room.width // 2))
    first, second = (diagram.heights(each, left - 1)[0] for each in (frame, diagram.beside(frame)))
    yield "diagram", Region(1, room.y + 1, left - 1, min(first, room.height - 1))
    if room.height >= first + second + 3:
        yield "other", Region(1, room.y + first + 3, left - 1, second)
    x, y, right = left + 2, room.y + 1, room.width - left - 2
    ledger = frame.gaze.zoom != "step"
    if frame.gaze.maps and not ledger:
        yield "maps", Region(x, y, right - 1, room.height - 2)
        return
    wanted, below = table_rows(frame, right, max(room.height - 4 - 12 * ledger, 6))
    yield "formula", Region(x, y, right, wanted)
    yield "gates", Region(x, y + wanted + (1 if below else 0), right, max(below - 1, 0))
    y += wanted + below + 1
    end = room.y + room.height
    yield "equation", Region(x - 1, y, right + 1, max(min(3, end - y), 0))
    y += 4
    if ledger:
        yield "ledger", Region(x - 1, y, right + 1, max(end - y, 0))
    elif end - y >= LEAST_HISTORY:
        yield "history", Region(x, y, right - 1, end - y)
