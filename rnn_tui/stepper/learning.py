"""The commands of learning: switched on and off, and from epoch to epoch."""

from __future__ import annotations

from dataclasses import replace

from rnn_tui.core.learning import Learning
from rnn_tui.core.losses import LossError
from rnn_tui.core.network import Network
from rnn_tui.core.one_hot import are_distributions
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.run import Run
from rnn_tui.core.sequence import Sequence
from rnn_tui.session.recipe import Blueprint, Numbers, Recipe, classes
from rnn_tui.stepper.files import changed
from rnn_tui.stepper.fitting import breaks_fitted
from rnn_tui.stepper.here import Ask, Do, Here, Outcome
from rnn_tui.stepper.travel import NO_LEARNING, entered, noted, whole

USUAL = Learning("", truncate=0, epochs=100, optimizer=Optimizer("adam", 0.03))
"""How a network learns where nobody says how: this comes to a small loss on every sample, and breaks on none."""


def learn(here: Here, argument: str) -> Outcome:
    """Lets the network learn in the usual way, with a readout on top where y does not fit the targets; or ends that."""
    session, recipe = here.session, here.session.recipe
    pace = replace(here.pace, playing=False)
    if recipe.learning is not None:
        session = replace(changed(session, replace(recipe, learning=None)), at=session.at, marks=session.marks)
        return Outcome(session, "learning is off: the weights are those it began with", pace=pace)
    learning, readout = taught(here, USUAL)
    session = replace(changed(session, learning), marks=session.marks)
    there = here.to(session)
    breaks = breaks_fitted(session, there.run)
    session = replace(session, at=min(here.session.at, there.walk.last), breaks=breaks)
    return Outcome(session, f"{said_of(USUAL, readout)}; G: the last, T: off", pace=pace)


def taught(here: Here, learning: Learning) -> tuple[Recipe, str]:
    """The recipe of a network that learns, and the readout that was put on top where y does not fit the targets, or an
    empty text. Raises InputError where it cannot learn."""
    recipe = here.session.recipe.unedited
    found, readout = replace(recipe, learning=learning), ""
    try:
        here.runs.of(found)
    except LossError:
        run = here.runs.of(recipe)
        if run.sequence.targets is None:
            raise
        readout = "softmax" if _classes(run.sequence) else "dense"
        found = replace(topped(recipe, run, readout), learning=learning)
    return replace(found, edits=here.session.recipe.edits), readout


def said_of(learning: Learning, readout: str) -> str:
    """How a network learns, in few words."""
    how, added = learning.optimizer, f"{readout} on top, " if readout else ""
    return f"it learns: {added}{how.name} {how.rate:g}, {learning.epochs} epochs"


def _classes(sequence: Sequence) -> int:
    """How many classes the targets tell apart: as distributions, or by number; 0 where they are other numbers."""
    targets = sequence.targets
    if targets is not None and targets.shape[1] > 1:
        return targets.shape[1] if are_distributions(targets) else 0
    count = classes(sequence)
    return count if count > 1 else 0


def topped(recipe: Recipe, run: Run, readout: str) -> Recipe:
    """The recipe with a random readout on top of its network, the layers below being the same to the bit."""
    blueprint, sequence = recipe.blueprint, run.sequence
    if blueprint.random:
        return replace(recipe, blueprint=replace(blueprint, cells=(*blueprint.cells, readout)))
    assert sequence.targets is not None
    size = _classes(sequence) if readout == "softmax" else sequence.targets.shape[1]
    width = run.network.output_size(sequence.input_size)
    layer = Network.random(readout, width, [], blueprint.seed, size).layers[0]
    numbers = Numbers(run.network.topped(layer), (*run.initial_state, {}))
    return replace(recipe, blueprint=Blueprint(numbers=numbers))


def to_last(here: Here, argument: str) -> Outcome:
    """To the last epoch."""
    return jumped(here, here.run.last_epoch)


def ten(by: int) -> Do:
    """Ten epochs on or back, at the same timestep."""

    def do(here: Here, argument: str) -> Outcome:
        return jumped(here, min(max(here.walk.epoch + by, 1), here.run.last_epoch))

    return do


def to_epoch(here: Here, argument: str) -> Outcome:
    """To an epoch by its number."""
    last = here.run.last_epoch
    if here.run.learner is None:
        return Outcome(here.session, NO_LEARNING)
    if not argument:
        return Outcome(here.session, ask=Ask("to_epoch", "line", f"Go to epoch (1 to {last})"))
    return jumped(here, whole(argument, last, 1))


def jumped(here: Here, epoch: int) -> Outcome:
    """To an epoch, noting where one came from."""
    if here.run.learner is None:
        return Outcome(here.session, NO_LEARNING)
    if epoch == here.walk.epoch:
        return Outcome(here.session, f"this is epoch {epoch} of {here.run.last_epoch}")
    return entered(here.to(noted(here.session)), epoch, here.session.at)
