"""The settings of learning: whether the network learns, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rnn_tui.core.errors import InputError
from rnn_tui.core.learning import MOST_EPOCHS, Learning
from rnn_tui.core.losses import LOSSES
from rnn_tui.core.optimizers import OPTIMIZERS
from rnn_tui.session.choosing import learning_with, whole_number
from rnn_tui.stepper.here import Here, Outcome
from rnn_tui.stepper.learning import USUAL, said_of, taught
from rnn_tui.stepper.rebuilding import SAME, rebuilt
from rnn_tui.stepper.setting import SWITCH, Setting, among, float_of, shortest

AUTO = "auto"
CHOSEN = (AUTO, *LOSSES)
FIRST = "choose learn = on first"


def _learns(here: Here) -> str:
    return SWITCH[here.session.recipe.learning is not None]


def _learn(here: Here, text: str) -> Outcome:
    """Lets the network learn, as it did last, or in the usual way; or ends that."""
    if text == _learns(here):
        return Outcome(here.session, SAME)
    if text == "off":
        recipe = replace(here.session.recipe, learning=None)
        return rebuilt(here, recipe, "learning is off: the weights are those it began with")
    recipe, readout = taught(here, _usual(here))
    return rebuilt(here, recipe, said_of(_usual(here), readout))


def _usual(here: Here) -> Learning:
    return next((each.learning for each in reversed(here.session.before) if each.learning is not None), USUAL)


def _taught(here: Here) -> str:
    if here.session.recipe.learning is not None:
        return "off: the weights stay those it begins with"
    if here.run.sequence.targets is None:
        return "this sequence has no targets to learn"
    return f"on: {said_of(_usual(here), '')}; a readout on top where the targets need one"


def _learning(
    name: str,
    title: str,
    value: Callable[[Learning], Any],
    read: Callable[[str, str], Any],
    effect: str,
    **more: Any,
) -> Setting:
    """A setting of learning, which there is while the network learns."""

    def now(here: Here) -> str:
        learning = here.session.recipe.learning
        return "" if learning is None else shortest(value(learning))

    def put(here: Here, text: str) -> Outcome:
        recipe = here.session.recipe
        if recipe.learning is None:
            raise InputError("", "", "says how to learn", FIRST, name)
        given = {name: read(name, text)}
        if name == "optimizer" and text != "sgd":
            given["momentum"] = 0.0
        return rebuilt(here, replace(recipe, learning=learning_with(recipe.learning, given)))

    def said(here: Here) -> str:
        on = here.session.recipe.learning is not None
        return f"{effect}; {'learning begins anew' if on else FIRST}"

    return Setting(name, title, now, put, said, **more)


def _word(name: str, text: str) -> str:
    return "" if text == AUTO else text


def _loss(learning: Learning) -> str:
    return learning.loss or AUTO


OF_LEARNING = (
    Setting("learn", "learn", _learns, _learn, _taught, "on or off", SWITCH, True, among(SWITCH)),
    _learning(
        "loss",
        "loss",
        _loss,
        _word,
        "what is made small; auto is cross-entropy after softmax, else sse",
        written=", ".join(CHOSEN),
        choices=CHOSEN,
        only=True,
        near=among(CHOSEN),
    ),
    _learning(
        "rate",
        "rate",
        lambda learning: learning.optimizer.rate,
        float_of,
        "the step of an update",
        written="a number: 0.1",
    ),
    _learning(
        "optimizer",
        "optimizer",
        lambda learning: learning.optimizer.name,
        _word,
        "how weights follow gradients",
        written=" or ".join(OPTIMIZERS),
        choices=OPTIMIZERS,
        only=True,
        near=among(OPTIMIZERS),
    ),
    _learning(
        "momentum",
        "momentum of sgd",
        lambda learning: learning.optimizer.momentum,
        float_of,
        "how much of the step before is in a step",
        written="a number from 0 up to 1",
    ),
    _learning(
        "clip",
        "largest gradient",
        lambda learning: learning.optimizer.clip,
        float_of,
        "gradients of a larger norm are scaled down to it; 0: none are",
        written="a number; 0 for any gradient",
    ),
    _learning(
        "truncate",
        "timesteps a window",
        lambda learning: learning.truncate,
        whole_number,
        "after so many the weights change; 0: after the whole sequence",
        written="a number; 0 for the whole sequence",
    ),
    _learning(
        "epochs",
        "epochs",
        lambda learning: learning.epochs,
        whole_number,
        "walks through the sequence",
        written=f"a number from 1 to {MOST_EPOCHS}",
    ),
)
