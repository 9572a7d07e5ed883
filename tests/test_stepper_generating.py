"""Generating by keys: how many timesteps, free running, undo, the list of edits, and a network that learns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from stepping import LEARNING, drawn, network, stepping, waited

from rnn_tui.core.edits import Edit
from rnn_tui.core.sequence import Sequence
from rnn_tui.session.file import parse_session, session_text
from rnn_tui.session.model import Focus, Session
from rnn_tui.session.recipe import Blueprint, Recipe, Source
from rnn_tui.stepper.keys import NAMES
from rnn_tui.stepper.stepper import Stepper

TEXT = network("lstm", "softmax", hidden=(4,))


def edits(stepper: Stepper) -> list[str]:
    """What is changed."""
    return [edit.text for edit in stepper.session.recipe.edits]


def test_a_key_asks_how_far_and_shows_what_comes_of_it() -> None:
    stepper = stepping(TEXT)
    stepper.press("9")
    assert stepper.asked is not None
    assert (stepper.asked.kind, stepper.asked.text) == ("line", "12")
    stepper.give("generate", "7 at 0.5 seed 3")
    assert edits(stepper) == ["generate 7 at 0.5 seed 3"]
    assert (stepper.session.at, len(stepper.here.run), stepper.session.gaze.diagram) == (12, 12, "forecast")
    assert stepper.session.ghost is None
    stepper.press("9")
    assert stepper.asked.text == "7 at 0.5 seed 3"
    stepper.give("generate", "2")
    assert edits(stepper) == ["generate 2"]
    written = session_text(stepper.session)
    assert session_text(parse_session(written)) == written
    stepper.press("y")
    assert (edits(stepper), stepper.session.at) == (["generate 7 at 0.5 seed 3"], 7)
    stepper.give("generate", "0")
    assert (edits(stepper), stepper.session.at, stepper.session.gaze.diagram) == ([], 5, "unrolled")


def test_none_drawn_is_none() -> None:
    """How letters would be drawn makes no edit where none is."""
    stepper = stepping(TEXT)
    stepper.give("generate", "3 at 0.8")
    stepper.give("generate", "0 at 0.8")
    assert (edits(stepper), stepper.session.at, stepper.session.gaze.diagram) == ([], 5, "unrolled")
    assert stepper.notice.startswith("nothing is generated")


def test_a_key_runs_freely_where_that_is_switched_off() -> None:
    off = Edit.parse("free 3", enabled=False)
    stepper = stepping(replace(TEXT, at=4, recipe=replace(TEXT.recipe, edits=(off,))))
    stepper.press("ampersand")
    assert stepper.session.recipe.edits == (Edit.parse("free 4"),)


def test_what_cannot_be_is_said_and_changes_nothing() -> None:
    stepper = stepping(Session())
    stepper.give("generate", "3")
    assert stepper.notice.startswith("generate 3: y is no distribution over the 4 letters of x")
    assert stepper.session == Session()
    stepper = stepping(TEXT)
    for words, said in (("x", "generate needs how many timesteps"), ("3 at -1", "-1 is no temperature")):
        stepper.give("generate", words)
        assert said in stepper.notice
        assert stepper.session == TEXT
    stepper.press("ampersand")
    assert stepper.notice == "there is no y before this t: step on to t = 2 first"
    stepper.give("generate", "3")
    stepper.press("ampersand")
    assert stepper.notice == "past the end x is what y said already: go to a t of 2 to 5 first"


def test_a_key_runs_freely_from_here_beside_the_run_that_is_taught() -> None:
    stepper = stepping(replace(TEXT, at=3))
    taught = [stepper.here.walk.at(t).y for t in range(6)]
    stepper.press("ampersand")
    assert stepper.notice == "free 3: from here x is what y said; t compares, & gives x again"
    assert edits(stepper) == ["free 3"]
    assert stepper.session.at == 5
    (back,) = [key for key, name in NAMES.items() if f" {name} gives x again" in stepper.notice]
    stepper.press("t")
    assert [stepper.frame.walk.at(t).y.tobytes() for t in range(6)] == [y.tobytes() for y in taught]
    assert not stepper.frame.walk.generated(4)
    stepper.press("t")
    assert stepper.frame.differing
    stepper.press(back)
    assert edits(stepper) == []


def test_a_network_that_learns_shows_what_it_would_go_on_with_after_each_epoch() -> None:
    stepper = stepping(LEARNING)
    stepper.give("generate", "6")
    assert stepper.here.run.learner is not None
    assert stepper.frame.teaching is None
    texts = {}
    for epoch in (1, 2, 4):
        stepper.give("to_epoch", str(epoch))
        assert (stepper.session.epoch, stepper.session.at) == (epoch, 11)
        walk = stepper.frame.walk
        assert walk.network.layers[0].parameters["W"] is not stepper.here.run.network.layers[0].parameters["W"]
        texts[epoch] = [walk.at(t).y.tobytes() for t in range(1, 12)]
    assert len({tuple(each) for each in texts.values()}) == 3
    for key in ("L", "d"):
        stepper.press(key)
        assert stepper.notice
        assert not stepper.session.gaze.back
    stepper.press("v")
    assert drawn(stepper)
    stepper.press("y")
    assert stepper.frame.teaching is not None


def test_one_who_waits_for_the_last_epoch_is_then_at_the_end_of_the_forecast() -> None:
    assert LEARNING.recipe.learning is not None
    recipe = replace(LEARNING.recipe, learning=replace(LEARNING.recipe.learning, epochs=300))
    begun = stepping(replace(LEARNING, recipe=recipe))
    begun.give("generate", "6")
    session = replace(begun.session, epoch=300, at=11)
    stepper = Stepper(session, waits=False)
    assert stepper.busy
    assert waited(stepper) > 1
    assert (stepper.session.epoch, stepper.session.at, stepper.here.walk.epoch) == (300, 11, 300)


def test_enter_follows_a_generated_x_to_the_y_that_said_it() -> None:
    stepper = stepping(replace(TEXT, at=3))
    stepper.give("generate", "4")
    gaze = replace(stepper.session.gaze, layer=1, focus=Focus("x", 0, 2), zoom="number")
    stepper.session = replace(stepper.session, at=7, gaze=gaze)
    stepper.press("enter")
    frame = stepper.frame
    assert (frame.t, frame.index, frame.gaze.focus) == (6, 1, Focus("y", 0, 2))
    letters = stepper.here.walk.at(7).layers[0].x
    assert int(np.argmax(frame.step.y)) == int(np.argmax(letters))


def test_the_run_beside_goes_on_as_far() -> None:
    stepper = stepping(TEXT)
    stepper.give("generate", "4")
    stepper.give("beside", "gru,softmax")
    assert stepper.here.other is not None
    assert len(stepper.here.other) == 9
    assert stepper.here.other.generated(9)
    drawn(stepper)


def test_other_settings_keep_what_still_fits() -> None:
    stepper = stepping(TEXT)
    stepper.give("generate", "4")
    stepper.give("settings", "seed = 5")
    assert len(stepper.here.run) == 9
    stepper.give("settings", "cell = elman")
    assert len(stepper.here.run) == 5
    assert "1 edit no longer fits and is off" in stepper.notice


def test_the_end_of_what_takes_long_is_gone_to_as_soon_as_it_is_there() -> None:
    """What y said is computed timestep by timestep: meanwhile one stays, and any key answers."""
    x = np.sin(np.arange(1200) / 3)[:, None]
    sequence = Sequence(x, np.vstack([x[1:], [[np.nan]]]))
    stepper = Stepper(Session(Recipe(Source(inline=sequence), Blueprint(("elman", "dense"))), 2), waits=False)
    stepper.press("ampersand")
    assert (edits(stepper), stepper.session.at, stepper.session.gaze.diagram) == (["free 2"], 2, "forecast")
    assert stepper.busy
    assert stepper.here.walk.ready < 1200
    assert waited(stepper) > 2
    assert stepper.session.at == 1200


def test_more_timesteps_than_can_be_counted_are_too_many() -> None:
    stepper = stepping(TEXT)
    stepper.give("generate", "1000000000")
    assert "these are more timesteps than there can be" in stepper.notice
