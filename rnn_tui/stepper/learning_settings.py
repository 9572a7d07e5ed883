"""The settings of learning: whether the network learns, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rnn_tui.core.errors import InputError
from rnn_tui.core.learning import MOST_EPOCHS, Learning
from rnn_tui.core.losses import LOSSES, REDUCTIONS
from rnn_tui.core.optimizers import OPTIMIZERS
from rnn_tui.core.schedules import CONSTANT
from rnn_tui.session.choosing import OF_OPTIMIZER, learning_with, whole_number
from rnn_tui.stepper.files import refuse_stdin
from rnn_tui.stepper.here import Here, Outcome
from rnn_tui.stepper.learning import USUAL, said_of, taught
from rnn_tui.stepper.rebuilding import SAME, rebuilt
from rnn_tui.stepper.setting import SWITCH, Setting, among, float_of, shortest

AUTO = "auto"
Read = Callable[[str, str], Any]
"""From the name of a setting and a text to its value; raises InputError."""
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
    if name == "learn_initial_state":
        return SWITCH[learning.learn_initial_state]
    return getattr(learning.optimizer if name in OF_OPTIMIZER else learning, name)


def _learning(name: str, title: str, read: Read, effect: str, written: str) -> Setting:
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


def _chosen(name: str, effect: str, choices: tuple[str, ...], title: str = "", read: Read | None = None) -> Setting:
    """A setting of learning that is one of some words."""
    read = read or (lambda name, text: "" if text == AUTO else text)
    setting = _learning(name, title or name, read, effect, ", ".join(choices))
    return replace(setting, choices=choices, only=True, near=among(choices))


def _file_or_number(name: str, text: str) -> str:
    """A second sequence. Raises InputError."""
    refuse_stdin(text)
    return text


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
        "clip_value",
        "largest number of it",
        float_of,
        "every number of a gradient is held within it; 0: none is",
        "a number; 0 for any",
    ),
    _learning(
        "weight_decay",
        "weight decay",
        float_of,
        "so many times each weight is added to its gradient, which makes weights smaller",
        "a number; 0 for none",
    ),
    replace(
        _chosen("schedule", "how the rate changes from epoch to epoch", (CONSTANT, "cosine", "step:10:0.5")), only=False
    ),
    _chosen("reduction", "what the losses of a window come to: their sum, or their mean", tuple(REDUCTIONS)),
    _learning(
        "truncate",
        "timesteps a window",
        whole_number,
        "after so many the weights change; 0: after the whole sequence",
        "a number; 0 for the whole sequence",
    ),
    _learning("epochs", "epochs", whole_number, "walks through the sequence", f"a number from 1 to {MOST_EPOCHS}"),
    _chosen(
        "learn_initial_state",
        "whether the states before the first timestep are learned, too",
        SWITCH,
        "learn initial state",
        lambda name, text: text == "on",
    ),
    _learning(
        "validation",
        "validation",
        _file_or_number,
        "another sequence, by which every epoch is judged and from which nothing is learned",
        "a file, or the number of another sequence of this one; empty: none",
    ),
)
