"""What anyone may do on the first day: click on any number at any time, ask for what is not there, drag the window."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from driven import of, running
from events import different, something
from stepping import FURTHER, stepping
from terminal import ROOT, Terminal

from rnn_tui.core.cell import Cell
from rnn_tui.core.errors import InputError
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.files.errors import LoadError
from rnn_tui.session.file import parse_session
from rnn_tui.session.model import Gaze, Session
from rnn_tui.stepper.selection import tables

LEARNING = of("elman,softmax", learning=Learning("", 1, 2))
BROKEN = of("elman", "echo2.csv", hidden=(1,), learning=Learning("sse", 0, 4, Optimizer(rate=1e160)))


@pytest.mark.parametrize("session", [of("lstm,gru"), LEARNING, BROKEN], ids=["lstm,gru", "learning", "broken"])
async def test_any_number_can_be_asked_for_at_any_time_and_home_pressed_after_it(session: Session) -> None:
    async with running(session, (120, 36)) as app:
        stepper, clicked = app.app.stepper, 0
        main = app.app.main
        assert main is not None
        gazes = [Gaze(), Gaze(layer=1, zoom="operation", operation=1)]
        gazes += [Gaze(back=True), Gaze(layer=1, back=True)] if session.recipe.learning else []
        for t in (0, stepper.here.walk.last):
            for gaze in gazes:
                stepper.session = replace(session, at=t, gaze=gaze)
                for number, table in enumerate(tables(stepper.frame)):
                    offset = "." if table.offset is None else table.offset
                    stepper.session = replace(session, at=t, gaze=gaze)
                    main.give("focus", f"{table.name} {offset} {table.rows - 1} {table.columns - 1}")
                    turn = number + gazes.index(gaze) + (t > 0)  # of every number each now and then
                    for key in (("home", "end"), ("L", "tab", "u", "home"))[turn % 2]:
                        main.action_key(key)
                        assert "failed" not in stepper.notice, (t, gaze, table, key, stepper.notice)
                    clicked += 1
        assert clicked >= len(gazes) * 2


@pytest.mark.parametrize("command", ["to_stop", "answer", "next_stop", "previous_stop"])
async def test_what_belongs_to_a_lesson_says_so_outside_one(command: str) -> None:
    async with running() as app:
        assert app.app.main is not None
        app.app.main.give(command)
        await app.pilot.pause()
        assert "this is no lesson: O lists those there are" in app.text


def test_a_breakpoint_on_vectors_of_two_sizes_is_refused() -> None:
    with pytest.raises(InputError) as error:
        stepping(of("elman", at=1)).do("breakpoints", "any(x > s)")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("command", ["open", "edit"])
def test_breakpoints_stay_harmless_when_what_they_ask_for_is_gone(command: str) -> None:
    stepper = stepping(of("elman", at=1))
    for text in ("x[4] == 1", "any(z > 0)"):
        stepper.do("breakpoints", text)
    stepper.do(command, "sine.csv" if command == "open" else Cell.named("lstm").text)
    [gone] = stepper.here.watch.refused
    assert gone.text == ("x[4] == 1" if command == "open" else "any(z > 0)")
    for key in ("c", "C", "end", "home", "p", "b"):
        stepper.press(key)
        stepper.close()
    assert len(stepper.session.breaks) == 2


SOFTMAX = 'version = 1\n[network]\ncell = "elman,softmax"\n'
NOT_FITTING = {
    'version = 1\n[display]\nfocus = "d s[1]"\n': "line 3: dL/ds[1] is a gradient, which is on the way back",
    f'{SOFTMAX}[learning]\n[display]\nfocus = "dL/dW[1][1]"\n': "write back = true",
    f'{SOFTMAX}[learning]\n[[stops]]\ntitle = "a"\ntext = "b"\n[stops.network]\ncell = "elman"\n': (
        "line 4: hello.txt: the targets have 4 columns and y has 3 numbers"
    ),
    f'{SOFTMAX}[display]\nhidden = ["c[1][1]"]\n': "line 5: there is no number c[1][1]",
}


@pytest.mark.parametrize("text", NOT_FITTING)
def test_a_session_that_cannot_be_shown_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(LoadError) as error:
        parse_session(text)
    assert NOT_FITTING[text] in str(error.value)
    assert "\n" not in str(error.value)


async def test_a_question_that_names_no_number_is_shown_and_says_so() -> None:
    text = 'version = 1\n[[stops]]\ntitle = "a"\ntext = "b"\n[stops.question]\ntext = "?"\nkind = "sign"\nof = "yes"\n'
    async with running(parse_session(text)) as app:
        await app.press("a")
        assert "yes needs a timestep and a unit" in " ".join((await app.type("+")).split())


SIZES = ((300, 1), (1, 1))


@pytest.mark.parametrize("key", ["ctrl+p", "g", "B", "o", "e", "question_mark", "P"])
async def test_dialogs_and_the_palette_stand_on_screens_of_any_size(key: str) -> None:
    async with running(Session(at=1)) as app:
        whole = app.text
        for size in SIZES:
            await app.press(key)
            await app.pilot.resize_terminal(*size)
            await app.press("down", "up", "escape", "escape", key, "escape", "escape")
            await app.pilot.resize_terminal(80, 24)
            await app.pilot.pause()
        assert len(app.app.screen_stack) == 1
        assert key == "P" or app.text.rsplit("\n", 2)[0] == whole.rsplit("\n", 2)[0]


async def test_every_dialog_opens_on_the_smallest_screen() -> None:
    async with running(Session(at=1), size=(2, 100)) as app:
        for key in ("at", "Q", "K", "question_mark", "quotation_mark", "9"):
            await app.press(key, "escape", "escape")
        assert len(app.app.screen_stack) == 1


CLOSED = {
    "run - <&-": (2, "rnn-tui: standard input: is closed; give it a file"),
    "run hello.txt 2>&-": (0, ""),
    "run nowhere 2>&-": (2, ""),
    "list >&-": (2, "rnn-tui: standard output: is closed; list prints there"),
    "check what-is-rnn >&-": (2, "rnn-tui: standard output: is closed; check prints there"),
    "run - <&- 2>&- >&-": (2, ""),
    "<&- 2>&-": (2, ""),
}


@pytest.mark.parametrize("words", CLOSED)
def test_closed_streams_are_told_in_one_sentence(words: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m rnn_tui {words}"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stderr.rstrip("\n")) == CLOSED[words]


@pytest.mark.parametrize("size", [{"COLUMNS": "9999", "LINES": "9999"}, {"COLUMNS": "0"}, {"COLUMNS": "9" * 20}])
def test_the_terminal_knows_its_size_better_than_the_environment(size: dict[str, str], tmp_path: Path) -> None:
    with Terminal(environment={**size, "PYTHONPATH": str(ROOT)}) as terminal:
        assert len(terminal.wait_for_text("q quit").split("\n")[0]) <= 100
        terminal.press(b"q")
        assert terminal.status() == 0


@pytest.mark.parametrize("name", ["elman", "learning", "several"])
async def test_whatever_is_done_nothing_fails_and_the_numbers_are_those_of_run(name: str) -> None:
    random, compared = Random(name), 0
    begun = FURTHER.get(name) or (LEARNING if name == "learning" else of(name))
    async with running(begun) as app:
        for _ in range(3):
            done = [await something(app.app, app.pilot, random) for _ in range(12)]
            assert "failed" not in app.app.stepper.notice, (app.app.stepper.notice, done)
            await app.pilot.resize_terminal(120, 36)
            await app.press("escape", "escape", "escape")
            count, wrong = different(app.app)
            assert not wrong, done
            compared += count
    assert compared
