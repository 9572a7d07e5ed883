"""Keys: each says or does something wherever it is pressed, and in a lesson two always lead on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from stepping import LEARNING, NAMES, PLAIN, QUITTING, network, session, stepping

from rnn_tui.core.errors import InputError
from rnn_tui.session.model import Focus, Gaze, Session
from rnn_tui.stepper import learning
from rnn_tui.stepper.commands import COMMANDS, KEYS, given_by
from rnn_tui.stepper.help import known_key
from rnn_tui.stepper.keys import NAMES as KEY_NAMES
from rnn_tui.stepper.selection import tables
from rnn_tui.stepper.stepper import Stepper

GAZES = {
    "the timestep": Gaze(),
    "the second operation": Gaze(zoom="operation", operation=1),
    "a number": Gaze(focus=Focus("y", 0)),
    "its arithmetic": Gaze(zoom="number", focus=Focus("y", 0)),
    "its memory": Gaze(layer=1, zoom="memory", focus=Focus("c", 0)),
    "the inside": Gaze(diagram="inside"),
    "heat maps": Gaze(maps=True),
    "the first layer": Gaze(layer=1),
}


ORDERS = ("palette", "repaint", "suspend", "blank")
"""What only the front end can do."""


@pytest.mark.parametrize("gaze", GAZES)
@pytest.mark.parametrize("name", ["both ways", "learning", "what-is-rnn"])
def test_a_key_that_can_do_nothing_says_so(name: str, gaze: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "USUAL", replace(learning.USUAL, epochs=12))  # T makes it learn, at every t anew
    begun = replace(session(name), gaze=GAZES[gaze])
    last = len(stepping(begun).frame.walk)
    pressed = 0
    for at in (0, 1, last):
        stepper = stepping(replace(begun, at=at))
        for key in KEYS:
            if key not in QUITTING:
                stepper.recover(replace(begun, at=at), "")
                before = stepper.session, stepper.pace
                outcome = stepper.press(key)
                assert outcome is not None
                answered = stepper.notice or stepper.asked or outcome.order in ORDERS
                assert answered or (stepper.session, stepper.pace) != before, (key, at)
                pressed += 1
    assert pressed == 3 * (len(KEYS) - len(QUITTING))


@pytest.mark.parametrize(
    ("key", "begun", "said"),
    [
        ("right", replace(PLAIN["elman"], at=5), "this is the last timestep"),
        ("left", PLAIN["elman"], "this is t = 0, before the first sample"),
        ("right_square_bracket", PLAIN["elman"], "there is no layer further that way"),
        ("left_square_bracket", replace(PLAIN["stack"], gaze=Gaze(layer=1)), "there is no layer further that way"),
        ("left_parenthesis", PLAIN["elman"], "there is no jump to go back from"),
        ("right_parenthesis", PLAIN["elman"], "there is no jump to go forward to"),
        ("left_curly_bracket", PLAIN["elman"], "this is t = 0, before the first sample"),
        ("right_curly_bracket", replace(PLAIN["elman"], at=5), "this is the last timestep"),
        ("d", PLAIN["elman"], "the network does not learn: T makes it"),
        ("E", PLAIN["elman"], "the network does not learn: T makes it"),
        ("W", LEARNING, "this is the first epoch"),
        ("E", replace(LEARNING, epoch=4), "this is the last epoch"),
        ("tab", PLAIN["elman"], "this cell has one sum; enter selects a number"),
        ("plus", PLAIN["elman"], "2 timesteps a second"),
        ("c", PLAIN["elman"], "no breakpoint is set: B sets one"),
        ("R", PLAIN["elman"], "this is no lesson: O lists those there are"),
        ("a", PLAIN["elman"], "this is no lesson: O lists those there are"),
    ],
)
def test_what_is_said(key: str, begun: Session, said: str) -> None:
    stepper = stepping(begun)
    stepper.press(key)
    assert stepper.notice == said
    assert stepper.session == begun


def test_a_key_without_a_command_does_nothing() -> None:
    stepper = stepping(Session())
    assert stepper.press("percent_sign") is None
    assert (stepper.session, stepper.notice) == (Session(), "")


def numbered(stepper: Stepper) -> list[str]:
    """What a click on every number on the screen says."""
    clicks = []
    for table in tables(stepper.frame):
        offset = "." if table.offset is None else table.offset
        clicks += [f"{table.name} {offset} {row} 0" for row in range(table.rows)]
    return clicks


BEFORE: list[list[tuple[str, Any]]] = [
    [("enter", None)],
    [("enter", None), ("enter", None)],
    [("down", None), ("down", None)],
    [("layer", "1")],
    [("operation", "1")],
    [("focus", "y 0 0 0"), ("right", None)],
    [("L", None)],
    [("t", "3"), ("w", None)],
    [("i", None), ("enter", None)],
    [("answer", "+")],
    [("answer", "1")],
]


@pytest.mark.parametrize("before", BEFORE, ids=lambda before: " ".join(name for name, _ in before))
@pytest.mark.parametrize("name", [name for name in NAMES if name not in PLAIN])
def test_page_down_and_page_up_are_always_the_next_stop_and_the_one_before(
    name: str, before: list[tuple[str, Any]]
) -> None:
    stepper = stepping(session(name))
    assert stepper.session.lesson is not None
    count, reached = len(stepper.session.lesson.stops), [0]
    for key, by in (("pagedown", 1), ("pageup", -1)):
        for _ in range(count - 1):
            for word, argument in before:
                try:
                    stepper.press(word) if argument is None else stepper.do(word, argument)
                except InputError:  # no answer to this question; no such layer
                    assert word in ("answer", "focus")
            stepper.close()
            stepper.press(key)
            lesson = stepper.session.lesson
            assert lesson is not None
            assert lesson.stop == reached[-1] + by
            reached.append(lesson.stop)
            own = replace(lesson.here.session, lesson=lesson)
            assert stepper.session == own  # as the lesson has it, whatever was looked at
    assert reached == [*range(count), *range(count - 2, -1, -1)]


def test_a_click_on_any_number_of_a_screen_explains_it_at_any_timestep() -> None:
    """At t = 0 as well, where nothing is computed yet."""
    explained = 0
    for name in ("elman", "stack", "both ways", "learning"):
        for at in (0, 1, 5):
            begun = replace(session(name), at=at)
            stepper = stepping(begun)
            for argument in numbered(stepper):
                stepper.recover(begun, "")
                stepper.do("focus", argument)
                assert stepper.session.gaze.zoom == "number"
                assert stepper.frame.equation in stepper.frame.cell.equations
                explained += 1
    assert explained > 200


def test_every_key_is_of_a_command_and_known() -> None:
    for key in KEYS:
        known_key(key)
        command = given_by(key, stepping(network("elman")).here)
        assert command is not None
        assert key in command.keys
    assert {key for command in COMMANDS for key in command.keys} == set(KEYS)
    assert set(KEY_NAMES) <= set(KEYS)
    with pytest.raises(InputError, match=r"there is no key 'rihgt'; did you mean right\?"):
        known_key("rihgt")
