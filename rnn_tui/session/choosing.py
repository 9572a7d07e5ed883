"""What a person chooses of a run and of how it looks, by an option or on the screen of settings: from names and texts
to the parts of a session."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rnn_tui.core.edits import GENERATE, Edit, Order
from rnn_tui.core.errors import InputError, RangeError
from rnn_tui.core.learning import Learning
from rnn_tui.core.narrow import KINDS
from rnn_tui.core.nearest import nearest
from rnn_tui.core.voice import MOST
from rnn_tui.session.model import MOST_DIGITS, Look
from rnn_tui.session.recipe import Blueprint

OF_OPTIMIZER = ("rate", "momentum", "clip", "clip_value", "weight_decay")
OF_LEARNING = ("loss", "reduction", "truncate", "epochs", "schedule", "learn_initial_state", "validation")


def network_with(blueprint: Blueprint, given: Mapping[str, Any]) -> Blueprint:
    """A network of which something else is chosen.

    Args:
        blueprint: what it was.
        given: ``model``, the words of `model_of` in place of all else; or some of ``cell`` and ``hidden``, texts with
            commas between layers, and ``seed``. With a cell the parameters are random. States of other cells or sizes
            are let go of.

    Raises:
        RangeError: a size that is no number.
    """
    if "model" in given:
        path, choice = model_of(given["model"])
        return Blueprint(model=path, choice=choice)
    fields: dict[str, Any] = {"seed": given["seed"]} if "seed" in given else {}
    if "hidden" in given:
        fields |= {"hidden": tuple(size_of(part.strip()) for part in given["hidden"].split(",")), "initial_state": ""}
    if "cell" in given:
        cells = tuple(part.strip() for part in given["cell"].split(","))
        fields |= {"cells": cells, "model": "", "choice": 0, "numbers": None, "initial_state": ""}
        fields.setdefault("hidden", blueprint.hidden[: len(cells)])
    return replace(blueprint, **fields)


def model_of(words: str) -> tuple[str, int]:
    """The path of a model's file, and which of its networks: ``F``, or ``F, layer 2`` where it holds several."""
    found = re.fullmatch(r"(.+), layer ([1-9][0-9]{0,8})", words)
    return (found[1], int(found[2])) if found else (words, 0)


def model_words(blueprint: Blueprint) -> str:
    """The words from which `model_of` knows a network of a file; empty where it is of none."""
    return f"{blueprint.model}, layer {blueprint.choice}" if blueprint.choice else blueprint.model


def known_kind(word: str) -> str:
    """What numbers are rounded to, as it is. Raises InputError where there is no such kind."""
    if word not in KINDS:
        raise InputError("", "", f"{word!r} is no kind of number", nearest(word, KINDS), "rounded")
    return word


def learning_with(learning: Learning, given: Mapping[str, Any]) -> Learning:
    """How a network learns, where some of `OF_LEARNING`, `OF_OPTIMIZER` and ``optimizer`` are chosen.

    Raises:
        InputError: that makes no sense.
    """
    how = {name: given[name] for name in OF_OPTIMIZER if name in given}
    if "optimizer" in given:
        how["name"] = given["optimizer"]
    fields = {name: given[name] for name in OF_LEARNING if name in given}
    return checked(replace(learning, optimizer=replace(learning.optimizer, **how), **fields))


def checked(learning: Learning) -> Learning:
    """A way to learn, as it is; an empty loss is chosen by the last layer. Raises InputError where that is none."""
    replace(learning, loss=learning.loss or "sse").check()
    optimizer = learning.optimizer
    if optimizer.name != "sgd" and optimizer.momentum:
        why = f"{optimizer.name} has a momentum of its own"
        raise InputError("", "", why, "it goes with optimizer = sgd", "momentum")
    return learning


def edits_with(edits: tuple[Edit, ...], given: Mapping[str, Any], seed: int) -> tuple[Edit, ...]:
    """Edits of a run, where ``generate``, how many timesteps it goes on past the end, is chosen, or ``temperature``.

    Args:
        edits: what they were.
        given: some of the two; 0 timesteps are none, and at a temperature of 0 nothing is drawn.
        seed: what the drawing comes from.

    Raises:
        InputError: a number that cannot be, or a temperature without anything that is generated.
    """
    if not given:
        return edits
    now = [edit.change for edit in edits if edit.goes_on and edit.enabled and isinstance(edit.change, Order)]
    was = now[-1] if now else Order(GENERATE)
    count, heat = given.get("generate", was.number), given.get("temperature", was.temperature)
    if not 0 <= count <= MOST:
        raise RangeError("", "", f"{count} is no number of timesteps", f"1 to {MOST:,} can be generated", "generate")
    if not (math.isfinite(heat) and heat >= 0):
        hint = "0 is the most likely letter, 1 draws as y says"
        raise RangeError("", "", f"{heat:g} is no temperature", hint, "temperature")
    if not count:
        if "generate" not in given and heat:
            raise InputError("", "", "says how letters are drawn", "add generate = 12", "temperature")
        return tuple(edit for edit in edits if not edit.goes_on)
    order = Order(GENERATE, count, float(heat), (seed if "temperature" in given else was.seed) % 10**9)
    return (*(edit for edit in edits if not edit.goes_on), Edit(order))


def look_with(look: Look, given: Mapping[str, Any]) -> Look:
    """How it looks, where some of its fields are chosen. Raises RangeError for digits that cannot be."""
    if not 0 <= given.get("digits", look.digits) <= MOST_DIGITS:
        raise RangeError("", "", f"{given['digits']} is no number of digits", f"0 to {MOST_DIGITS} are", "digits")
    return replace(look, **given)


def size_of(text: str) -> int | tuple[int, int]:
    """``4``, or ``4:2`` for a cell whose y is smaller than its H. Raises RangeError."""
    hidden, colon, output = text.partition(":")
    return (whole_number("hidden", hidden), whole_number("hidden", output)) if colon else whole_number("hidden", hidden)


def whole_number(name: str, text: str) -> int:
    """The number in the text of a choice of that name. Raises RangeError."""
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        hint = "write one like 3, or 4,3 for two layers" if name == "hidden" else "write one like 3"
        raise RangeError("", "", f"{text!r} is no whole number", hint, name)
    return int(text)
