"""Who wrote the selected number, with the keys: opened where there is a memory, up while time passes, to a writer and
back, and to the last change.

The LSTM is that of `test_memory`: its c is 1, 1.15, 0.6625 and 0.796875, of which 0.4, -0.2 and 0.3 were written.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stepping import LEARNING, PLAIN, drawn, network, stepping
from test_memory import half_open

from rnn_tui.core.errors import InputError
from rnn_tui.core.sequence import Sequence
from rnn_tui.session.file import read_session, write_session
from rnn_tui.session.model import Focus, Gaze, Session
from rnn_tui.stepper.commands import hints
from rnn_tui.stepper.help import listed
from rnn_tui.stepper.stepper import Stepper

C = Focus("c", 0)
THREE = Session.of(half_open(), Sequence(np.arctanh([[0.8], [-0.4], [0.6]])), ({"c": np.ones(1)},))


def begun(at: int = 3, **gaze: Any) -> Stepper:
    return stepping(replace(THREE, at=at, gaze=Gaze(**{"focus": C, **gaze})))


def backwards() -> Session:
    """The same, and the same numbers of c, from T to 1."""
    return Session.of(half_open(reverse=True), Sequence(np.arctanh([[0.6], [-0.4], [0.8]])), ({"c": np.ones(1)},))


def words(stepper: Stepper) -> dict[str, str]:
    """The footer: key and word."""
    return {key: word for _, key, word in hints(stepper.here)}


def test_a_key_opens_it_and_closes_it_again() -> None:
    stepper = begun()
    assert words(stepper)["I"] == "who wrote it"
    stepper.press("I")
    assert stepper.session.gaze == Gaze(focus=C, zoom="memory", operation=4)  # of i, f, g, o, c
    assert "I" not in words(stepper)
    for key in ("I", "escape"):
        opened = begun(zoom="memory", operation=4)
        opened.press(key)
        assert opened.session.gaze == Gaze(focus=C, operation=4)


@pytest.mark.parametrize(
    ("session", "at", "gaze", "said"),
    [
        (THREE, 3, Gaze(), "select a number of c first: enter"),
        (THREE, 3, Gaze(focus=Focus("f", 0)), "f is no state: select a number of c"),
        (THREE, 3, Gaze(focus=Focus("s", 0)), "s is made anew at every t: select a number of c"),
        (THREE, 3, Gaze(focus=Focus("y", 0)), "s is made anew at every t: select a number of c"),
        (THREE, 3, Gaze(focus=Focus("W_i", None)), "this is a parameter, no state: select a number of c"),
        (THREE, 0, Gaze(focus=C), "this is what the layer begins with: nothing is written yet"),
        (THREE, 1, Gaze(focus=Focus("c", -1)), "this is what the layer begins with: nothing is written yet"),
        (PLAIN["elman"], 3, Gaze(focus=Focus("s", 0)), "s is made anew at every t: no part is kept as it is"),
        (LEARNING, 3, Gaze(focus=Focus("y", 0)), "this layer has no state"),
        (
            replace(LEARNING, gaze=Gaze(1)),
            3,
            Gaze(1, back=True, focus=Focus("d s", 0)),
            "s is made anew at every t: no part is kept as it is",
        ),
    ],
)
def test_where_there_is_nothing_to_tell_it_says_why(session: Session, at: int, gaze: Gaze, said: str) -> None:
    stepper = stepping(replace(session, at=at, gaze=gaze))
    before = stepper.session
    stepper.press("I")
    assert (stepper.notice, stepper.session) == (said, before)


def test_a_copy_and_the_state_before_are_told_as_well() -> None:
    stepper = stepping(replace(network("gru"), at=3, gaze=Gaze(focus=Focus("y", 0, 1))))
    stepper.press("I")
    assert (stepper.session.gaze.zoom, stepper.session.gaze.operation) == ("memory", 3)  # s, of r, z, n, s, y
    before = begun(focus=Focus("c", -1))
    before.press("I")
    before.press("enter")  # the largest of c2 is the beginning: 0.5625
    assert (before.session.at, before.session.gaze.focus) == (0, C)


def test_arrows_step_and_it_stays_up() -> None:
    stepper = begun(at=1)
    stepper.press("I")
    for key, t in (("right", 2), ("right", 3), ("left", 2), ("l", 3), ("h", 2), ("left", 1), ("left", 0), ("right", 1)):
        stepper.press(key)
        assert (stepper.session.at, stepper.session.gaze.zoom, stepper.session.gaze.focus) == (t, "memory", C)


def test_a_writer_is_picked_and_gone_to_and_the_way_back_is_known() -> None:
    """In order of their amounts those of c3: the beginning, 3, 1, 2."""
    stepper = begun()
    stepper.press("I")
    pressed = []
    for key in ("j", "down", "tab", "j", "k", "up"):
        pressed.append(words(stepper)["enter"])
        stepper.press(key)
    assert stepper.session.gaze.scroll == 1
    assert pressed == ["to t = 0", "where from", "to t = 1", "to t = 2", "to t = 2", "to t = 1"]
    stepper.press("j")
    stepper.press("enter")
    assert (stepper.session.at, stepper.session.gaze) == (1, Gaze(focus=C, zoom="memory", operation=4))
    stepper.press("left_parenthesis")
    assert (stepper.session.at, stepper.session.gaze.scroll) == (3, 2)
    stepper.press("right_parenthesis")
    assert stepper.session.at == 1


@pytest.mark.parametrize(
    ("scroll", "key", "said"),
    [(3, "j", "the others are not told one by one; up goes back"), (0, "k", "this is the first of the writers")],
)
def test_past_the_last_and_before_the_first_it_says_so(scroll: int, key: str, said: str) -> None:
    stepper = begun(zoom="memory", operation=4, scroll=scroll)
    before = stepper.session
    stepper.press(key)
    assert (stepper.notice, stepper.session) == (said, before)


def test_enter_on_what_is_written_here_shows_how() -> None:
    stepper = begun(zoom="memory", operation=4, scroll=1)
    stepper.press("enter")
    assert (stepper.session.at, stepper.session.gaze.zoom, stepper.session.gaze.focus) == (3, "number", C)


def test_backwards_in_time_the_beginning_is_no_timestep() -> None:
    stepper = stepping(replace(backwards(), at=3, gaze=Gaze(focus=C, zoom="memory")))
    assert "enter" not in words(stepper)
    before = stepper.session
    stepper.press("enter")
    assert stepper.notice == "this is what the layer begins with, before the last timestep"
    assert stepper.session == before


def test_the_last_change_is_a_key_away_and_the_one_before_it_too() -> None:
    """c changes by 0.15, -0.4875 and 0.134375."""
    for zoom in ("step", "memory"):
        stepper, found = begun(zoom=zoom, operation=4), []
        for _ in range(3):
            stepper.press("number_sign")
            found.append((stepper.session.at, stepper.notice))
        nothing = "no change over 0.1 before; F says what counts as one"
        assert found == [(2, ""), (1, ""), (1, nothing)]
        assert stepper.session.gaze.zoom == zoom
        stepper.press("left_parenthesis")
        assert stepper.session.at == 2


def test_backwards_in_time_the_changes_before_are_those_of_later_timesteps() -> None:
    stepper, found = stepping(replace(backwards(), at=1, gaze=Gaze(focus=C))), []
    for _ in range(3):
        stepper.press("number_sign")
        found.append(stepper.session.at)
    assert found == [2, 3, 3]
    assert stepper.notice.startswith("no change over 0.1 before")


def test_what_counts_as_a_change_is_asked_for() -> None:
    stepper = begun()
    stepper.press("F")
    assert stepper.asked is not None
    assert stepper.asked.text == "0.1"
    stepper.do("change_over", "0.2")
    assert stepper.notice == "a change is one by more than 0.2; # goes to the last"
    stepper.press("number_sign")
    assert stepper.session.at == 2
    for wrong in ("-1", "much", "nan", "inf"):
        with pytest.raises(InputError, match="is no number of 0 or more"):
            stepper.do("change_over", wrong)


@pytest.mark.parametrize(("name", "begins"), [("elman", True), ("dense", False)])
def test_any_state_has_changes_and_what_is_none_says_so(name: str, begins: bool) -> None:
    stepper = stepping(replace(network(name), at=5, gaze=Gaze(focus=Focus("y", 0))))
    before = stepper.session
    stepper.press("number_sign")
    assert (stepper.session != before) == begins
    assert begins or stepper.notice == "this layer has no state"
    stepper.press("F")
    assert (stepper.asked is not None) == begins


@pytest.mark.parametrize(
    ("hidden", "told"),
    [
        (("c", 2, 0), False),
        (("f", 1, 0), False),
        (("z_i", 3, 0), False),
        (("y", 3, 0), False),
        (("x", 2, 0), False),
        (("c", 4, 0), True),
        (("c", 2, 1), True),
    ],
)
def test_what_is_kept_back_is_not_told_by_its_past(hidden: tuple[str, int, int], told: bool) -> None:
    session = replace(network("lstm"), at=3, gaze=Gaze(focus=C), hidden=(hidden,))
    for key in ("I", "number_sign"):
        stepper = stepping(session)
        stepper.press(key)
        assert (stepper.notice != "it is made of a number that is asked for") == told


def test_what_is_saved_is_what_is_shown(tmp_path: Path) -> None:
    stepper = begun(zoom="memory", operation=4, scroll=2, change=0.25)
    write_session(stepper.session, tmp_path / "s.toml")
    again = stepping(read_session(tmp_path / "s.toml"))
    assert again.session.gaze == stepper.session.gaze
    assert drawn(again) == drawn(stepper)


def test_the_list_of_keys_has_it_where_it_can_be() -> None:
    def names(session: Session) -> set[str]:
        return {command.id for _, entries in listed(stepping(session).here) for command, _ in entries}

    own = {"memory", "last_change", "change_over"}
    assert own <= names(network("lstm"))
    assert own & names(network("elman")) == {"last_change", "change_over"}
    assert not own & names(network("dense", path="seed-picture"))
