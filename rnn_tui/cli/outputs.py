"""The files a command writes: none of them is one that it reads."""

from __future__ import annotations

import os

from rnn_tui.cells import cell_names
from rnn_tui.core.errors import InputError
from rnn_tui.files.replacing import check_apart
from rnn_tui.session.model import Session


def check_outputs(session: Session, given: str, output: str | None, save: str | None = None) -> None:
    """Refuses to write over what is read, before any of it is opened; only a model may be saved over itself.

    Args:
        session: what runs.
        given: the file of the command line: a sequence, or the session's own.
        output: where the numbers or the picture go; None is standard output.
        save: where the network goes that was learned, or None.

    Raises:
        InputError: one of them is an input, or both are one.
    """
    recipes = [each.recipe for each in session.sessions]
    cells = [path for each in recipes for path in each.blueprint.cells if path not in cell_names()]
    states = [each.blueprint.initial_state for each in recipes]
    judged = [each.learning.validation for each in recipes if each.learning is not None]
    judged = [path for path in judged if not path.isdecimal()]
    read = [given, *(each.source.path for each in recipes), *cells, *states, *judged]
    if output:
        check_apart(output, [*read, *(each.blueprint.model for each in recipes)])
    if save:
        check_apart(save, read)
    if output and save and os.path.realpath(output) == os.path.realpath(save):
        raise InputError("", "", "is the same file as the output", "give one of them another name", "save")
