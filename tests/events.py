"""Somebody who presses, clicks, types and drags the window in any order; and what is on the screen then."""

from __future__ import annotations

import json
import tempfile
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

from rich.segment import Segment
from stepping import QUITTING
from textual.pilot import Pilot
from textual.widgets import Input

from rnn_tui.app import RnnApp
from rnn_tui.app.panel import Panel
from rnn_tui.cli.main import main
from rnn_tui.core.decimals import number
from rnn_tui.session.file import write_session
from rnn_tui.session.model import Session
from rnn_tui.session.recipe import Blueprint, Numbers
from rnn_tui.stepper.commands import KEYS

SIZES = (
    *((80, 24), (120, 36), (60, 20), (40, 12), (20, 5), (1, 1), (300, 100), (200, 50)),
    *((2, 100), (300, 1), (4, 5), (53, 17)),
)
TYPED = (
    *("2", "l", "any(s > 0.1)", "x[4] == 1", "any(z > 0)", "t % 2 == 0", "+", "-", "1", "0.3", "<", "sine.csv"),
    *(
        "echo2.csv",
        "hello.txt",
        "nowhere",
        "s[",
        "5 at 0.7",
        "free 3",
        "changed(s)",
        "any(x > s)",
        "a",
        "]",
        "[b]x[/b]",
        "\x1b]0;x\x07",
    ),
)
PRESSED = tuple(key for key in KEYS if key not in (*QUITTING, "s", "ctrl+z"))
Place = tuple[str, int | None, int, int]
"""A number on the screen: the name, offset, row and column that a click on it gives."""


async def something(app: RnnApp, pilot: Pilot[None], random: Random) -> str:
    """Does something, and says what."""
    kind = random.random()
    lines = [line for line in app.screen.query(Input) if line.display]
    if lines and kind < 0.6:
        lines[0].focus().value = random.choice(TYPED)
        await pilot.press("enter")
        return f"type {lines[0].value!r}"
    if len(app.screen_stack) > 1 and kind < 0.8:
        await pilot.press("escape")
        return "escape"
    if kind < 0.6:
        key = random.choice(PRESSED)
        await pilot.press(key)
        return key
    if kind < 0.95:
        width, height = app.size
        numbers = clickable(app) if random.random() < 0.7 else []
        numbers = [(x, y) for x, y in numbers if 0 <= x < width and 0 <= y < height]
        x, y = random.choice(numbers) if numbers else (random.randrange(width), random.randrange(height))
        await pilot.click(offset=(x, y))
        return f"click {x}, {y}"
    width, height = random.choice(SIZES)
    await pilot.resize_terminal(width, height)
    return f"{width}x{height}"


def written(app: RnnApp) -> list[tuple[Panel, int, Segment, int]]:
    """Every piece of text of the main screen: its panel, line and column."""
    found = []
    assert app.main is not None
    for panel in app.main.query(Panel):
        if not panel.display:
            continue
        for y in range(panel.size.height):
            x = 0
            for segment in panel.render_line(y):
                found.append((panel, y, segment, x))
                x += segment.cell_length
    return found


def clickable(app: RnnApp) -> list[tuple[int, int]]:
    """Where the numbers stand that can be clicked."""
    return [
        (panel.region.x + x, panel.region.y + y)
        for panel, y, segment, x in written(app)
        if segment.style is not None and "focus" in segment.style.meta
    ]


def shown(app: RnnApp) -> list[tuple[Place, str]]:
    """Every number of the tables, as it stands on the screen; its changed digits are pieces of their own."""
    found: list[tuple[Place, str]] = []
    before: tuple[Any, ...] = ()
    for panel, y, segment, x in written(app):
        place = segment.style.meta.get("focus") if segment.style is not None else None
        here = (panel.part, y, place)
        if place is None:
            before = ()
        elif before[:3] == here and before[3] == x:
            found[-1] = (place, found[-1][1] + segment.text)
            before = (*here, x + segment.cell_length)
        else:
            found.append((place, segment.text))
            before = (*here, x + segment.cell_length)
    return [(place, text.strip()) for place, text in found]


def printed(session: Session) -> dict[tuple[int, int, int], dict[str, Any]]:
    """What ``run`` prints of a session that is saved: a record for every epoch, timestep and layer."""
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(StringIO()) as out:
        path = Path(folder, "session.toml")
        write_session(replace(session, lesson=None, breaks=()), path)
        words = ["run", str(path), "--format", "jsonl", "--values", "--allow-outside"]
        learned = ["--weights", "--epoch", str(session.epoch)] if session.recipe.learning else ["--weights"]
        assert main([*words, *learned]) == 0
    records = map(json.loads, out.getvalue().splitlines())
    return {(record.get("epoch", 1), record["t"], record["layer"]): record for record in records}


def different(app: RnnApp) -> tuple[int, list[str]]:
    """How many numbers on the screen were compared with those of ``run``, and which of them are others."""
    session, frame = app.stepper.session, app.stepper.frame
    epoch = frame.walk.epoch
    if frame.run.voice is not None and frame.run.learner is not None:  # what has learned is walked, and learns no more
        numbers = Numbers(frame.walk.network, frame.walk.initial_state)
        weights = {name for layer in numbers.network.layers for name in layer.parameters}
        edits = tuple(edit for edit in session.recipe.edits if getattr(edit.change, "name", "") not in weights)
        blueprint = Blueprint(numbers=numbers)  # in which those edits are, from where it was learned on
        source = replace(session.recipe.source, inline=frame.run.taught.sequence)  # without what is held out
        recipe = replace(session.recipe, source=source, learning=None, blueprint=blueprint, edits=edits)
        session, epoch = replace(session, recipe=recipe, epoch=1), 1
    records, count, wrong = printed(session), 0, []
    for (name, offset, row, column), text in shown(app):
        back = 1 if frame.layer.reverse else -1
        t = max(frame.t, 1) if offset is None else frame.t + (back if offset else 0)
        before = records.get((epoch, frame.t, frame.index + 1), {}).get(f"{name}_prev") if offset else None
        record = records.get((epoch, t, frame.index + 1))
        if record is None or frame.back is not None or (offset is None and session.gaze.weights != "used"):
            continue
        values = record["parameters"] if offset is None else {"x": record["x"], **record["values"]}
        if before is not None:  # where a state begins afresh, it is not what the timestep before left
            values[name] = before
        if name not in values or text in ("?", "~") or not text:
            continue
        value = values[name][row]
        value = float(value[column] if isinstance(value, list) else value)
        count += 1
        if text not in {number(value, session.look.digits, width).strip() for width in range(3, 30)}:
            wrong.append(f"{name}{[offset, row, column]} at t = {frame.t}: {text} for {value}")
    return count, wrong
