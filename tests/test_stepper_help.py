"""The list of keys: every command once, only what can do something here; the legend; and what the first screen says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from driven import running
from stepping import LEARNING, NAMES, network, session, stepping

from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.session.model import Gaze, Look, Session
from rnn_tui.stepper.commands import BY_ID, COMMANDS, hints
from rnn_tui.stepper.help import GROUPS, LESSONS, listed
from rnn_tui.stepper.stepper import Stepper
from rnn_tui.views.page.legend import legend


def names(stepper: Stepper) -> set[str]:
    return {command.id for _, entries in listed(stepper.here) for command, _ in entries}


def test_every_command_with_a_key_stands_under_one_heading() -> None:
    grouped = [name for group in GROUPS.values() for name in group]
    assert sorted(grouped) == sorted(command.id for command in COMMANDS if command.keys)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_listed_can_do_nothing_here(name: str) -> None:
    begun = replace(session(name), at=2)
    stepper = stepping(begun)
    others = {command.id for command in COMMANDS if command.keys} - names(stepper) - {"vanishing"}  # which says why
    assert others >= {"jump", "jump_back", "jump_forward", "next_break", "previous_break"}
    for other in others:
        stepper.recover(begun, "")
        stepper.give(other)
        assert stepper.session == begun, other
        assert (stepper.asked is not None) == (other in ("jump", "find")), other  # which ask for what there is none of
        assert stepper.notice or stepper.asked, other


@pytest.mark.parametrize(
    ("begun", "there", "away"),
    [
        (Session(), {"learn", "find"}, {"next_epoch", "last_epoch", "weights", "next_layer", "next_sum", "answer"}),
        (LEARNING, {"next_epoch", "to_epoch", "weights", "way_back", "next_layer"}, {"next_sum", "next_stop"}),
        (network("lstm", path="sunspots"), {"next_sum", "vanishing"}, {"next_layer", "next_epoch"}),
        (network("dense", path="seed-picture"), {"learn"}, {"vanishing", "find"}),
        (session("what-is-rnn"), {"next_stop", "out_of_lesson", "answer"}, {"next_epoch"}),
    ],
)
def test_only_what_can_be_done_here_is_listed(begun: Session, there: set[str], away: set[str]) -> None:
    found = names(stepping(begun))
    assert there <= found
    assert not away & found


def test_in_a_lesson_its_own_keys_come_first_and_are_given_to_nothing_else() -> None:
    found = dict(listed(stepping(session("what-is-rnn")).here))
    assert next(iter(found)) == LESSONS
    assert next(iter(dict(listed(stepping(Session()).here)))) == "moving in time"
    own = {key for command, keys in found[LESSONS] for key in keys if command.id in ("next_stop", "previous_stop")}
    assert own == {"right", "pagedown", "left", "pageup"}
    moving = {command.id: keys for command, keys in found["moving in time"]}
    assert (moving["forward"], moving["back"]) == (["l", "space"], ["h"])


def signs(begun: Session) -> dict[str, str]:
    return {sign.plain: meaning for sign, meaning in legend(stepping(begun).frame)}


def test_the_legend_has_the_letters_of_the_layer_as_they_stand_on_the_screen() -> None:
    own = signs(replace(network("lstm"), at=3))
    assert {"W_i, W_f, …", "U_i, U_f, …", "b_i, b_f, …", "x₃", "s₃", "c₃", "y₃", "inference"} <= set(own)
    readout = signs(replace(LEARNING, at=3))
    assert {"W", "b", "y₃", "dL/dy₃"} <= set(readout)
    assert not {"U", "s₃", "inference"} & set(readout)
    keras = signs(replace(network("elman"), at=3, look=Look(names="keras", ascii=True)))
    assert {"kernel", "recurrent_kernel", "bias", "inputs3", "h3", ">output3<"} <= set(keras)
    assert all(sign.isascii() for sign in keras)


async def test_the_list_says_how_the_screen_is_written() -> None:
    async with running(Session(), size=(100, 40)) as app:
        assert "moving in time" in await app.press("question_mark")
        text = await app.press("end")
        for line in ("how it is written", "above zero", "below zero", "digits that are others", "nothing is learned"):
            assert line in text


ASKING = "W, U: random (seed 0), the same at every t; T makes them learn"


@pytest.mark.parametrize(
    ("begun", "said", "title"),
    [
        (Session(), ASKING, "random weights"),
        (replace(Session(), at=1), "", "inference"),
        (LEARNING, "", "sgd 0.1"),
        (replace(session("output-or-state"), at=0), "", "inference"),
        (Session.of(Network.random("elman", 4), network("elman").recipe.build().sequence), "", "inference"),
        (Session.of(Network.random("elman", 1), Sequence([[1.0]])), "", "inference"),
    ],
)
async def test_the_first_screen_says_that_the_weights_are_random_and_how_to_make_it_learn(
    begun: Session, said: str, title: str
) -> None:
    async with running(begun) as app:
        assert title in app.text.split("\n")[0]
        assert said in app.text
        assert ("random (seed" in app.text) == bool(said)


def test_the_first_footer_leads_to_the_lessons_and_to_learning() -> None:
    def words(begun: Session) -> dict[str, str]:
        return {word: key for _, key, word in hints(stepping(begun).here)}

    assert (words(Session())["lessons"], words(Session())["learn"]) == ("O", "T")
    assert not {"lessons", "learn"} & set(words(replace(Session(), at=1)))
    assert "learn" not in words(LEARNING)
    assert "learn" not in words(Session.of(Network.random("elman", 1), Sequence([[1.0]])))
    assert not {"lessons", "learn"} & set(words(replace(session("what-is-rnn"), at=0, gaze=Gaze())))
    assert BY_ID["lessons"].keys == ("O",)
