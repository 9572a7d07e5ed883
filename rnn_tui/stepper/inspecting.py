"""The convention card: how the network was read from its file, layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnn_tui.session.choosing import model_words
from rnn_tui.stepper.command import Command
from rnn_tui.stepper.here import Ask, Here, Outcome

if TYPE_CHECKING:
    from rnn_tui.files.foreign.loaded import Loaded

CARD = "card"


def model_of(here: Here) -> Loaded:
    """The network that runs, with how its file was read; one without a file is told as it is. Raises InputError."""
    from rnn_tui.files.foreign.own_layers import saved
    from rnn_tui.files.models import load_model

    recipe, run = here.session.recipe, here.run
    blueprint = recipe.blueprint
    if blueprint.model and blueprint.numbers is None:
        nonfinite = recipe.source.allow_nonfinite
        return load_model(blueprint.model, choice=blueprint.choice, allow_nonfinite=nonfinite, progress=here.report)
    return saved(run.network, run.initial_state if blueprint.initial_state else ())


def card(here: Here, argument: str) -> Outcome:
    """How the network was read."""
    blueprint = here.session.recipe.blueprint
    if blueprint.numbers is not None:
        title = "The network of this session"
    elif blueprint.model:
        title = f"{model_words(blueprint)}: {model_of(here).format}, and how it was read"
    else:
        title = f"Random parameters, seed {blueprint.seed}"
    return Outcome(here.session, ask=Ask(CARD, CARD, title))


INSPECTING = (Command(CARD, ("at",), "The network's file: how every convention of it was read", card),)
"""What is added to the table of commands."""
