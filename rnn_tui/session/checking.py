"""Session files, checked: the texts that name numbers, and whether all of a session fits together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from rnn_tui.core.cell import Cell
from rnn_tui.core.errors import InputError
from rnn_tui.core.references import NoSuchNumber, Ref
from rnn_tui.core.rivals import UNTRAINED, rivals
from rnn_tui.core.run import Run
from rnn_tui.core.search import quantity_sizes
from rnn_tui.files.errors import LoadError
from rnn_tui.files.source import quoted
from rnn_tui.session.focus import equation_of, focus_of, has_number, ref_of, there
from rnn_tui.session.model import Focus, Gaze, Session
from rnn_tui.session.recipe import Numbers, Recipe, run_of
from rnn_tui.session.tables import MOST_TEXTS, Table

KEYS = {"hidden_size": "hidden"}
"""Fields of the Python API whose keys have another name."""


@contextmanager
def told(table: Table, key: str = "") -> Iterator[None]:
    """Tells what is raised inside as an error of the session file, at a key of a table."""
    try:
        yield
    except InputError as error:
        if isinstance(error, LoadError) and error.path == table.shown:
            if error.where.startswith("line") or not table.where(key):
                raise
            raise LoadError(error.path, f"{table.where(key)}, {error.where}", error.why, error.hint) from None
        place = "" if error.field else ", ".join(part for part in (error.path, error.where) if part)
        why = f"{place}: {error.why}" if place else error.why
        raise LoadError(table.shown, table.where(KEYS.get(error.field, error.field) or key), why, error.hint) from None
    except MemoryError:
        raise LoadError(table.shown, table.where(key), "this needs more memory than there is") from None


def selected_in(table: Table) -> Focus | None:
    """``f[2]``, ``W[2][3]``, ``s[t-1][2]``; None for an empty text. Raises LoadError."""
    text = table.text("focus", "")
    if not text:
        return None
    with suppress(NoSuchNumber):
        ref = Ref.selected(text)
        if ref.row is not None and not ref.layer:
            return focus_of(ref)
    raise table.error("focus", f"focus = {quoted(text)} is no number", "write f[2], W[2][3] or s[t-1][2]")


def hidden_in(table: Table) -> tuple[tuple[str, int, int], ...]:
    """``["y[3][1]"]``: number 1 of y at t = 3. Raises LoadError."""
    found: list[tuple[str, int, int]] = []
    texts = table.texts("hidden")
    if len(texts) > MOST_TEXTS:
        raise table.error("hidden", f"there are {len(texts)} hidden numbers", f"up to {MOST_TEXTS} are allowed")
    for text in texts:
        with suppress(NoSuchNumber):
            ref = Ref.parse(text)
            if ref.t and ref.row is not None and not (ref.layer or ref.gradient):
                found.append((ref.name, ref.t, ref.row))
                continue
        raise table.error("hidden", f"{quoted(text)} is no number at a timestep", "write y[3][1], y 1 at t = 3")
    return tuple(found)


def check_run(recipe: Recipe, run: Run, table: Table) -> Run:
    """The run of a recipe without learning, its edits made, where all of the recipe fits together.

    Args:
        recipe: what runs.
        run: its run without learning and edits.
        table: what says so.

    Raises:
        LoadError: it does not fit.
    """
    learning = recipe.learning
    if learning is None:
        with told(table, "edits"):
            return recipe.edited(run)
    with told(table.table("learning") or table):
        learned = run.memo.get(("fits", learning), lambda: _learning(recipe, run))
    with told(table, "edits"):
        changed = recipe.edited(learned)
    return Run(changed.network, changed.sequence, changed.initial_state)


def _learning(recipe: Recipe, run: Run) -> Run:
    """A run that learns as a recipe says. Raises InputError."""
    sequence, validation = recipe.parted(run.sequence)
    return run_of(sequence, Numbers(run.network, run.initial_state), recipe.learning, validation)


def check(session: Session, run: Run, table: Table) -> Session:
    """The session, its selection made whole, where it fits the run of its recipe without learning.

    Raises:
        LoadError: it does not fit; told with the place in `table`.
    """
    if session.beside is None and session.recipe.ghost is not None:
        check_run(session.recipe.ghost, run, table)
    run = check_run(session.recipe, run, table)
    display, sequence, network, gaze = table.table("display") or table, run.sequence, run.network, session.gaze
    with told(table, "network" if "network" in table else "sequence"):
        walk = run.walk()
    if session.at > len(sequence):
        raise table.error("at", f"there is no timestep {session.at}", f"the sequence has 0 to {len(sequence)}")
    for key, times in (("arrived", session.arrived), ("marks", tuple(t for _, t in session.marks))):
        if any(not 0 <= t <= len(sequence) for t in times):
            raise table.error(key, f"{key} names a timestep that is not there", f"there are 0 to {len(sequence)}")
    if gaze.layer > len(network.layers):
        why = f"there is no layer {gaze.layer}"
        raise display.error("layer", why, f"the network has 1 to {len(network.layers)}, 0 is the last")
    if gaze.rival:
        display.one_of("rival", "", (*rivals(), UNTRAINED))
    last, learning = 1, session.recipe.learning
    if learning is not None:
        last = learning.epochs
    if session.epoch > last:
        why = f"there is no epoch {session.epoch}"
        raise table.error("epoch", why, f"there are 1 to {last}" if learning else "nothing is learned")
    if gaze.back and learning is None:
        raise display.error("back", "there is no way back", "the network does not learn, add [learning]")
    layer = (gaze.layer or len(network.layers)) - 1
    with told(table, "breaks"):
        for each in session.breaks:
            if each.enabled:  # one that is off may be of another cell, to which one comes back
                each.condition(walk)
    focus = gaze.focus
    if focus is not None and focus.gradient and not gaze.back:
        why = f"{ref_of(focus)} is a gradient, which is on the way back"
        raise display.error("focus", why, "write back = true" if learning else "add [learning] and back = true")
    if focus is not None:
        with told(display, "focus"):
            gaze = replace(gaze, focus=there(focus, walk, layer))
        gaze = brought(gaze, network.layers[layer].cell, display)
    for name, t, row in session.hidden:
        if not has_number(walk, name, t, row):
            known = ", ".join(each for each in quantity_sizes(walk, layer) if each.isidentifier())
            raise display.error("hidden", f"there is no number {name}[{t}][{row + 1}]", f"known are {known}")
    return replace(session, gaze=gaze)


def brought(gaze: Gaze, cell: Cell, display: Table) -> Gaze:
    """The gaze with the equation of the selected number in view, where the file does not say which is."""
    if gaze.focus is None or gaze.focus.gradient:
        return gaze
    if gaze.zoom == "step":
        return gaze if "gate" in display else replace(gaze, gate=equation_of(gaze.focus, cell.sums))
    return gaze if "operation" in display else replace(gaze, operation=equation_of(gaze.focus, cell.equations))
