"""Learning switched on and off from the app, and its epochs walked by key."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from stepping import LEARNING, network, session, stepping, waited

from rnn_tui.core.errors import RangeError
from rnn_tui.core.learning import Learning
from rnn_tui.core.network import Network
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.sequence import Sequence
from rnn_tui.session.model import Lesson, Session, Stop
from rnn_tui.session.recipe import Blueprint, Recipe, Source
from rnn_tui.stepper.stepper import Stepper


def cells(stepper: Stepper) -> list[str]:
    return [layer.cell.name for layer in stepper.here.run.network.layers]


def reads(stepper: Stepper) -> list[str]:
    """What is predicted after every letter but the last."""
    sequence = stepper.here.run.sequence
    return [
        sequence.features[int(np.argmax(stepper.here.walk.at(t).layers[-1].y))] for t in range(1, len(sequence.labels))
    ]


def test_one_key_teaches_the_sample_that_opens_without_a_word() -> None:
    stepper = stepping(Session())
    state = stepper.here.walk.at(4).y.tobytes()
    stepper.press("T")
    assert stepper.notice == "it learns: softmax on top, adam 0.03, 100 epochs; G: the last, T: off"
    assert cells(stepper) == ["elman", "softmax"]
    assert stepper.here.walk.at(4).layers[0].y.tobytes() == state  # of the first epoch, nothing learned yet
    assert reads(stepper) != list("ello")
    stepper.press("G")
    assert (stepper.session.epoch, stepper.here.walk.epoch) == (100, 100)
    assert reads(stepper) == list("ello")
    learner = stepper.here.run.learner
    assert learner is not None
    assert learner.losses[99] < learner.losses[0] / 10


def test_the_same_key_ends_it_where_one_was() -> None:
    begun = replace(network("elman", "softmax"), at=3)
    stepper = stepping(begun)
    stepper.press("T")
    assert stepper.notice == "it learns: adam 0.03, 100 epochs; G: the last, T: off"
    stepper.press("G")
    assert (stepper.session.at, stepper.session.epoch) == (3, 100)
    stepper.press("T")
    assert stepper.notice == "learning is off: the weights are those it began with"
    assert replace(stepper.session, before=()) == begun


@pytest.mark.parametrize(
    ("begun", "layers"),
    [
        (network("elman", hidden=(4,)), ["elman"]),  # y has the four numbers of a target
        (network("elman", path="sine"), ["elman", "dense"]),  # a number to come near to
        (network("elman", path="echo2"), ["elman", "softmax"]),  # a class, 0 or 1
        (network("elman:concat"), ["elman", "elman", "concat", "softmax"]),
    ],
)
def test_a_readout_is_put_on_top_only_where_y_does_not_fit(begun: Session, layers: list[str]) -> None:
    stepper = stepping(begun)
    stepper.press("T")
    assert cells(stepper) == layers
    learner = stepper.here.run.learner
    assert learner is not None
    assert len(learner.losses) == 100
    assert learner.losses[99] < learner.losses[0]


def test_a_network_with_its_own_numbers_keeps_them_and_its_wiring() -> None:
    own = Network.random("lstm:concat", 4, 3, 5)
    sequence = network("elman").recipe.build().sequence
    begun = Session.of(own, sequence, ({"s": np.array([0.5, 0.0, -1.0])}, {}, {}))
    stepper = stepping(begun)
    before = stepper.here.walk.at(3).y.tobytes()
    stepper.press("T")
    assert stepper.here.run.network.reads == ((-1,), (-1,), (0, 1), (2,))
    assert stepper.here.walk.at(3).layers[2].y.tobytes() == before
    assert stepper.here.walk.at(3).y.shape == (4,)


def test_what_cannot_be_learned_says_why_and_changes_nothing() -> None:
    x = np.eye(3)
    for sequence, said in (
        (Sequence(x), "there are no targets to learn"),
        (Sequence(x, np.full((3, 1), np.nan)), "no timestep has a target to learn"),
    ):
        begun = Session.of(Network.random("elman", 3), sequence)
        stepper = Stepper(begun)
        stepper.press("T")
        assert said in stepper.notice
        assert stepper.session == begun


LONG = Session(Recipe(Source(), Blueprint(("elman", "softmax")), Learning("", 0, 35)))
FAR = Session(Recipe(Source(), Blueprint(("elman", "softmax")), Learning("", 0, 350)))


def test_epochs_are_walked_ten_at_a_time_to_the_last_and_by_number() -> None:
    stepper, seen = stepping(replace(LONG, at=2)), []
    for key in ("Z", "Z", "z", "G", "z", "z", "z", "z", "left_parenthesis", "right_parenthesis"):
        stepper.press(key)
        seen.append(stepper.session.epoch)
    assert seen == [11, 21, 11, 35, 25, 15, 5, 1, 5, 1]
    stepper.press("z")
    assert stepper.notice == "this is epoch 1 of 35"
    stepper.press("N")
    assert stepper.asked is not None
    assert stepper.asked.title == "Go to epoch (1 to 35)"
    for wrong in ("0", "36", "x"):
        with pytest.raises(RangeError, match="a number from 1 to 35 is needed"):
            stepper.do("to_epoch", wrong)
    stepper.do("to_epoch", "7")
    assert (stepper.session.epoch, stepper.session.at) == (7, 2)


@pytest.mark.parametrize("key", ["Z", "z", "G", "N", "E", "W"])
def test_without_learning_there_are_no_epochs(key: str) -> None:
    stepper = stepping(Session())
    stepper.press(key)
    assert stepper.notice == "the network does not learn: T makes it"


def test_an_epoch_that_is_far_from_learned_is_gone_to_when_it_is() -> None:
    stepper = Stepper(replace(FAR, at=2))  # which somebody watches
    stepper.press("G")
    assert (stepper.session.epoch, stepper.busy) == (1, True)
    assert stepper.notice == "goes to epoch 350 as soon as it is learned"
    assert waited(stepper) > 300
    assert (stepper.session.epoch, stepper.session.at, stepper.notice) == (350, 2, "")
    stepper.press("left_parenthesis")
    assert stepper.session.epoch == 1


def test_an_epoch_that_is_near_is_there_at_once() -> None:
    stepper = Stepper(LONG)
    stepper.press("G")
    assert (stepper.session.epoch, stepper.here.walk.epoch, stepper.busy) == (35, 35, False)


def test_what_opens_in_a_far_epoch_answers_before_it_is_learned() -> None:
    stepper = Stepper(replace(FAR, epoch=350, at=2), waits=False)
    learner = stepper.here.run.learner
    assert learner is not None
    begun, seen = len(learner.losses), stepper.session.epoch
    assert (stepper.status, stepper.busy) == ("learning to epoch 350", True)
    assert 1 <= seen == stepper.here.walk.epoch == begun < 350
    stepper.press("right")
    assert stepper.session.at == 3
    assert len(learner.losses) == begun  # a key learns nothing
    waited(stepper)
    assert (stepper.session.epoch, stepper.session.at, stepper.status, stepper.learned) == (350, 2, "", None)
    whole = Stepper(replace(FAR, epoch=350, at=2))
    assert whole.session == stepper.session
    assert whole.frame.step.y.tobytes() == stepper.frame.step.y.tobytes()


def test_a_timestep_that_is_not_there_is_refused_before_its_epoch_is_learned() -> None:
    with pytest.raises(RangeError, match="there is no timestep 6; the sequence has 0 to 5"):
        Stepper(replace(FAR, epoch=350, at=6), waits=False)


def test_a_stop_of_a_lesson_in_a_far_epoch_is_there_as_soon_as_that_is_learned() -> None:
    stops = (Stop("one", "first", FAR), Stop("two", "then", replace(FAR, epoch=340, at=1)))
    stepper = Stepper(replace(FAR, lesson=Lesson(stops)))
    stepper.press("right")
    assert stepper.busy
    assert stepper.here.walk.epoch == stepper.session.epoch < 340
    waited(stepper)
    assert (stepper.here.walk.epoch, stepper.session.epoch, stepper.session.at) == (340, 340, 1)


def test_escape_gives_up_waiting_then_lets_learning_rest_and_go_on() -> None:
    stepper = Stepper(FAR)
    learner = stepper.here.run.learner
    assert learner is not None
    stepper.press("G")
    stepper.press("escape")
    assert (stepper.busy, stepper.restless, stepper.status) == (False, True, "learning")
    stepper.press("escape")
    assert (stepper.notice, stepper.status) == ("learning rests; escape: it goes on", "learning rests")
    done = len(learner.losses)
    assert (stepper.restless, stepper.work(0.0), len(learner.losses)) == (False, False, done)
    stepper.press("escape")
    assert (stepper.notice, stepper.restless) == ("learning goes on", True)
    stepper.press("escape")
    stepper.press("G")  # needs it
    waited(stepper)
    assert stepper.session.epoch == 350


def test_where_learning_breaks_before_the_epoch_that_one_waits_for_it_says_so() -> None:
    learning = Learning("", 0, 35, Optimizer("sgd", 1e300))
    stepper = Stepper(Session(Recipe(Source("sine"), Blueprint(("elman", "dense")), learning)))
    stepper.press("G")
    while stepper.busy:
        stepper.work(0.0)
    learner = stepper.here.run.learner
    assert learner is not None
    assert learner.broken is not None
    assert stepper.session.epoch == learner.broken[0] < 35
    assert stepper.notice == f"learning stops in epoch {learner.broken[0]}: a number is not finite"


def test_an_epoch_that_there_is_not_is_refused() -> None:
    with pytest.raises(RangeError, match="there is no epoch 5; there are 1 to 4"):
        Stepper(replace(LEARNING, epoch=5))
    assert Stepper(replace(LEARNING, epoch=4)).here.walk.epoch == 4
    assert session("learning") == LEARNING
