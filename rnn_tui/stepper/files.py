"""The commands that read and write: open another sequence, save the session, edit R."""

from __future__ import annotations

import os
from dataclasses import replace

from rnn_tui.core.cell import Cell
from rnn_tui.core.errors import InputError
from rnn_tui.core.initial import refitted
from rnn_tui.core.network import Network
from rnn_tui.core.run import Run
from rnn_tui.core.texts import one_line
from rnn_tui.session.model import Session
from rnn_tui.session.recipe import Blueprint, Numbers, Recipe, Source
from rnn_tui.stepper.fitting import breaks_fitted
from rnn_tui.stepper.here import Ask, Do, Here, Outcome


def changed(session: Session, recipe: Recipe) -> Session:
    """A session of something else to run: what was selected, marked and jumped over was of the old one."""
    gaze = replace(session.gaze.unselected, gate=0, trace="")
    session = session.running(recipe)
    return replace(session, at=0, epoch=1, gaze=gaze, arrived=(), marks=(), hidden=(), past=(), future=())


def open_(here: Here, argument: str) -> Outcome:
    """Another sequence, with the same cells, sizes and seed."""
    if not argument:
        title = "Open a sequence: type a file's name, or choose a built-in one"
        return Outcome(here.session, ask=Ask("open", "sequence", title))
    refuse_stdin(argument)
    learning = here.session.recipe.learning
    judged = None if learning is None else replace(learning, validation="")  # what judges is of the file before
    return opened(here, replace(here.session.recipe, source=Source(argument), learning=judged))


def opened(here: Here, recipe: Recipe) -> Outcome:
    """What reads another sequence, from its beginning. Raises InputError."""
    session = changed(here.session, recipe)
    there = here.to(session)
    there.walk.at(0)
    session = replace(session, breaks=breaks_fitted(session, there.run))
    return Outcome(session, guessed(there.run), pace=replace(here.pace, playing=False))


def guessed(run: Run) -> str:
    """What was guessed in reading the sequence and the network of a run; empty where nothing was."""
    return "; ".join((*run.sequence.notes, *run.notes))


def refuse_stdin(path: str) -> None:
    """Raises InputError where the app is to read what its keys come from."""
    if path == "-":
        raise InputError("-", "", "the app needs the keyboard, so it cannot read standard input", "give it a file")


def edit(here: Here, argument: str) -> Outcome:
    """The equations of the cell; parameters that still fit are kept, and learning begins anew."""
    frame = here.frame
    if not argument:
        title = f"Edit R: the equations, one a line, and the shapes of their parameters in I, H, O ({frame.cell.name})"
        return Outcome(here.session, ask=Ask("edit", "cell", title, frame.cell.text))
    network = with_cell(frame.walk.network, frame.index, argument, frame.walk.sizes[frame.index])
    kept = tuple({} if k == frame.index else state for k, state in enumerate(here.run.initial_state))
    recipe = replace(here.session.recipe, blueprint=Blueprint(numbers=Numbers(network, kept)))
    session = replace(changed(here.session, recipe), at=here.session.at, marks=here.session.marks)
    session = replace(session, gaze=replace(session.gaze, layer=here.session.gaze.layer))
    there = here.to(session)
    session = replace(session, at=min(session.at, there.walk.last), breaks=breaks_fitted(session, there.run))
    there.to(session).frame.step.values.get("y")
    begins = here.run.learner is not None
    say = "learning begins anew with this R" if begins else ""
    return Outcome(session, say, pace=replace(here.pace, playing=False))


def with_cell(network: Network, index: int, text: str, sizes: dict[str, int]) -> Network:
    """A network with another cell in one layer (from 0); parameters that still fit are kept.

    Raises:
        CellError: the text describes no cell, or one that does not fit the layers around it.
    """
    old = network.layers[index]
    cell = replace(Cell.parse(text, old.cell.name), name=old.cell.name)
    return network.with_layer(index, refitted(old, cell, sizes))


def save(certain: bool) -> Do:
    """Writes all of the session into a file; one that is there already only where that was said twice."""

    def do(here: Here, argument: str) -> Outcome:
        if not argument:
            ask = Ask("save", "line", "Save the session as (a .toml file)", again="save_over")
            return Outcome(here.session, ask=ask)
        from rnn_tui.session.file import write_session

        path = argument if argument.endswith(".toml") else f"{argument}.toml"
        if os.path.lexists(path) and not certain:
            raise InputError("", "", f"{path} exists", "enter again writes over it")
        write_session(here.session, path)
        shown = one_line(path)
        return Outcome(here.session, f"saved as {shown}; rnn-tui {shown} opens it again")

    return do
