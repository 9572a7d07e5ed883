"""The settings of learning: whether the network learns, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rnn_tui.core.errors import InputError
from rnn_tui.core.learning import MOST_EPOCHS, Learning
from rnn_tui.core.losses import LOSSES
from rnn_tui.core.optimizers import OPTIMIZERS
from rnn_tui.session.choosing import OF_OPTIMIZER, learning_with, whole_number
from rnn_tui.stepper.here import Here, Outcome
from rnn_tui.stepper.learning import USUAL, said_of, taught
from rnn_tui.stepper.rebuilding import SAME, rebuilt
from rnn_tui.stepper.setting import SWITCH, Setting, among, float_of, shortest

AUTO = "auto"
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
    learning = _usual(here)
    recipe, readout = taught(here, learning)
    return rebuilt(here, recipe, said_of(learning, readout))


def _usual(here: Here) -> Learning:
    return next((each.learning for each in reversed(here.session.before) if each.learning is not None), USUAL)


def _taught(here: Here) -> str:
    if here.session.recipe.learning is not None:
        return "off: the weights stay those it begins with"
    if here.run.sequence.targets is None:
        return "this sequence has no targets to learn"
    return f"on: {said_of(_usual(here), '')}; a readout on top where the targets need one"


def _value(name: str, learning: Learning) -> Any:
    """What is chosen of a way to learn."""
    if name == "optimizer":
        return learning.optimizer.name
    if name == "loss":
        return learning.loss or AUTO
    return getattr(learning.optimizer if name in OF_OPTIMIZER else learning, name)


def _learning(name: str, title: str, read: Callable[[str, str], Any], effect: str, written: str) -> Setting:
    """A setting of learning, which there is while the network learns."""

    def now(here: Here) -> str:
        learning = here.session.recipe.learning
        return "" if learning is None else shortest(_value(name, learning))

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

    return Setting(name, title, now, put, said, written)


def _chosen(name: str, effect: str, choices: tuple[str, ...]) -> Setting:
    """A setting of learning that is one of some words."""
    setting = _learning(name, name, lambda name, text: "" if text == AUTO else text, effect, ", ".join(choices))
    return replace(setting, choices=choices, only=True, near=among(choices))


LEARNING_SETTINGS = (
    Setting("learn", "learn", _learns, _learn, _taught, "on or off", SWITCH, True, among(SWITCH)),
    _chosen("loss", "what is made small; auto is cross-entropy after softmax, else sse", (AUTO, *LOSSES)),
    _learning("rate", "rate", float_of, "the step of an update", "a number: 0.1"),
    _chosen("optimizer", "how weights follow gradients", tuple(OPTIMIZERS)),
    _learning(
        "momentum", "momentum of sgd", float_of, "how much of the step before is in a step", "a number from 0 up to 1"
    ),
    _learning(
        "clip",
        "largest gradient",
        float_of,
        "gradients of a larger norm are scaled down to it; 0: none are",
        "a number; 0 for any gradient",
    ),
    _learning(
        "truncate",
        "timesteps a window",
        whole_number,
        "after so many the weights change; 0: after the whole sequence",
        "a number; 0 for the whole sequence",
    ),
    _learning("epochs", "epochs", whole_number, "walks through the sequence", f"a number from 1 to {MOST_EPOCHS}"),
)
