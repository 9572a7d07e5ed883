"""The whole screen: its numbers are those of ``rnn-tui run``, and its commands those of the one table."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from driven import running

import rnn_tui
from rnn_tui.cli.main import main
from rnn_tui.session.file import read_session
from rnn_tui.session.model import Gaze, Look, Session
from rnn_tui.stepper.command import NAMED, PICKED
from rnn_tui.stepper.commands import COMMANDS, KEYS, given_by
from rnn_tui.stepper.help import listed
from rnn_tui.stepper.here import Here
from rnn_tui.stepper.keys import key_name
from rnn_tui.stepper.selection import first_focus


def trace(folder: Path, path: str = "hello.txt") -> list[dict[str, Any]]:
    """What ``rnn-tui run`` writes: one object a timestep."""
    file = folder / "trace.jsonl"
    assert main(["run", path, "--weights", "--format", "jsonl", "-o", str(file)]) == 0
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def tables(text: str) -> dict[str, list[list[float]]]:
    """The numbers with a decimal point below each heading of the row of tables: heading to rows."""
    lines = text.split("\n")
    top = next(y for y, line in enumerate(lines) if "W  3×4" in line)
    found = list(re.finditer(r"(\w+)(?:  [0-9]×[0-9]…?)?(?= |$)", lines[top][lines[top].index("W  3×4") :]))
    left = lines[top].index("W  3×4")
    edges = [left + match.start() for match in found] + [len(lines[top]) + 20]
    return {
        match[1]: [
            [float(n) for n in re.findall(r"-?[0-9]+\.[0-9]+", line[start:end])] for line in lines[top + 2 : top + 6]
        ]
        for match, start, end in zip(found, edges[:-1], edges[1:], strict=True)
    }


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 15)])
async def test_the_numbers_on_the_screen_are_those_of_the_trace(size: tuple[int, int], tmp_path: Path) -> None:
    step = trace(tmp_path)[2]
    async with running(size=size) as app:
        shown = tables(await app.press("right", "right", "right"))
    weights = step["parameters"]
    for heading, wanted in (
        ("W", weights["W"]),
        ("U", weights["U"]),
        ("x₃", [[v] for v in step["x"]]),
        ("s₂", [[v] for v in step["s_prev"]]),
        ("s₃", [[v] for v in step["s"]]),
        ("y₃", [[v] for v in step["y"]]),
    ):
        rows = [row for row in shown[heading] if row]
        columns = len(rows[0])
        assert columns == len(wanted[0]) or (size == (60, 15) and columns == 2)
        parts = combinations(range(len(wanted[0])), columns)  # where there is little room, those that matter most
        assert rows in [[[round(row[column], 2) for column in part] for row in wanted] for part in parts]


async def test_digits_follow_the_keys(tmp_path: Path) -> None:
    state = trace(tmp_path)[2]["s"]
    async with running(Session(at=3), (140, 40)) as app:
        for digits in (3, 4, 5):
            text = await app.press("greater_than_sign")
            assert f" {state[0]:.{digits}f} " in text
        assert f"{state[0]:.8f}" in await app.press(*["greater_than_sign"] * 4)
    async with running(Session(at=3), (140, 24)) as app:  # no room for a ledger, which has more digits
        assert not re.search(r"[0-9]\.[0-9]", await app.press(*["less_than_sign"] * 9))


async def test_help_lists_every_command_that_can_do_something() -> None:
    async with running(size=(100, 150)) as app:
        words = " ".join((await app.press("question_mark")).replace("│", " ").split())
        shown = [entry for _, entries in listed(app.app.stepper.here) for entry in entries]
        assert len(shown) > 40
        for command, keys in shown:
            assert f" {' '.join(map(key_name, keys))} {command.title} " in words


async def test_the_palette_has_every_command_and_runs_it() -> None:
    async with running() as app:
        main_screen = app.app.screen
        assert [entry.title for entry in app.app.get_system_commands(main_screen)] == [
            c.title for c in COMMANDS if c.when != PICKED
        ]
        await app.press("ctrl+p", *"last")
        await app.until(lambda: "To the last timestep" in app.text)
        await app.press("enter")
        await app.until(lambda: app.app.screen is main_screen and app.t == 5)


def test_no_command_hides_another_at_all_times() -> None:
    """Of two commands on one key the first that can be given is; each can be given at some moment by some key."""
    free, lesson = Session(at=2), read_session("what-is-rnn")
    chosen = [Here(session).frame.gaze for session in (free, lesson)]
    selecting = [
        replace(session, gaze=replace(gaze, focus=first_focus(Here(session).frame)))
        for session, gaze in zip((free, lesson), chosen, strict=True)
    ]
    moments = [Here(session) for session in (free, lesson, *selecting)]
    given = {command.id for here in moments for key in KEYS if (command := given_by(key, here)) is not None}
    assert given == {command.id for command in COMMANDS if command.keys}
    assert {command.when for command in COMMANDS if not command.keys} == {NAMED, PICKED}
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)


def test_no_key_is_written_outside_the_table_of_commands() -> None:
    keys = {key for command in COMMANDS for key in command.keys} - {"right", "left", "up", "down", "t"}  # words as well
    folder = Path(rnn_tui.__file__).parent / "app"
    files = [*sorted(folder.glob("*.py")), *sorted((folder / "dialogs").glob("*.py"))]
    assert len(files) > 10
    for file in files:
        nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        formats = [node.format_spec for node in nodes if isinstance(node, ast.FormattedValue) and node.format_spec]
        letters = {id(part) for spec in formats for part in ast.walk(spec)}  # the g of f"{speed:g}" is no key
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                any_letter = (file.name, node.name) in (
                    ("sequence.py", "on_key"),
                    ("sequences.py", "on_key"),  # what is typed in the list goes into the line
                    ("settings.py", "on_key"),  # what is typed over a value
                    ("answers.py", "on_key"),  # the name of a mark
                    ("blank.py", "on_key"),
                )
                assert any_letter or not re.match(r"_?on_key|key_", node.name), f"{file.name}: {node.name}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Binding":
                assert not isinstance(node.args[0], ast.Constant), f"{file.name}, line {node.lineno}"
            if isinstance(node, ast.Constant) and id(node) not in letters:
                assert node.value not in keys, f"{file.name}, line {node.lineno}: {node.value!r}"


async def test_ascii_holds_for_the_whole_screen() -> None:
    for diagram in ("rolled", "unrolled"):
        session = Session(gaze=Gaze(diagram=diagram), look=Look(ascii=True))
        async with running(session, (120, 36)) as app:
            assert (await app.press("right", "right")).isascii()
            assert (await app.press("p")).isascii()
