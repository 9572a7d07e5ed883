"""The table of settings: what is chosen of a run, but its sequence and its edits, and how it looks."""

from __future__ import annotations

from dataclasses import replace

from rnn_tui.cells import cell_names
from rnn_tui.core.directions import JOINS
from rnn_tui.core.errors import InputError
from rnn_tui.core.rivals import rivals
from rnn_tui.files.wanted import ALL, which
from rnn_tui.session.choosing import look_with, model_words, network_with, whole_number
from rnn_tui.session.comparing import words_beside
from rnn_tui.session.model import MOST_DIGITS, SCHEMES, THEMES, Session
from rnn_tui.stepper.files import opened, refuse_stdin
from rnn_tui.stepper.here import Do, Here, Outcome
from rnn_tui.stepper.learning_settings import LEARNING_SETTINGS
from rnn_tui.stepper.rebuilding import SAME, beside, rebuilt
from rnn_tui.stepper.setting import SWITCH, Setting, among, counted, first_cell

LARGEST_SEED = 2**63 - 1
NEW = "{layers} of new random weights"
OWN, FIRST = "the network has numbers of its own", "choose the cell first, which makes new random ones"
LOOK = "only how it looks"


def _cells(here: Here) -> str:
    blueprint = here.session.recipe.blueprint
    return ",".join(blueprint.cells if blueprint.random else (each.cell.name for each in here.run.network.layers))


def _sizes(here: Here) -> str:
    sizes = here.session.recipe.blueprint.hidden if here.session.recipe.blueprint.random else ()
    return ",".join(f"{size[0]}:{size[1]}" if isinstance(size, tuple) else str(size) for size in sizes)


def _seed(here: Here) -> str:
    return str(here.session.recipe.blueprint.seed) if here.session.recipe.blueprint.random else ""


def _network(name: str) -> Do:
    """Other cells, sizes or another seed, or the file of all that."""

    def do(here: Here, text: str) -> Outcome:
        recipe = here.session.recipe
        if name in ("hidden", "seed") and not recipe.blueprint.random:
            raise InputError("", "", OWN, FIRST, name)
        value = whole_number(name, text) if name == "seed" else text
        return rebuilt(here, replace(recipe, blueprint=network_with(recipe.blueprint, {name: value})), NEW)

    return do


def _model(here: Here, text: str) -> Outcome:
    """The network of a file; from an empty text random cells in its place."""
    recipe = here.session.recipe
    if text == model_words(recipe.blueprint):
        return Outcome(here.session, SAME)
    refuse_stdin(text)
    given, say = (
        ({"model": text}, "{layers} of the file") if text else ({"cell": ",".join(recipe.blueprint.cells)}, NEW)
    )
    return rebuilt(here, replace(recipe, blueprint=network_with(recipe.blueprint, given)), say)


def _anew(here: Here) -> str:
    """What becomes of a network, and of what hangs on it."""
    count = len(here.run.network.layers)
    parts = ["new random weights" if count == 1 else f"{count} layers of new random weights"]
    if here.session.recipe.learning is not None:
        parts.append("learning begins anew")
    if any(edit.enabled for edit in here.session.recipe.edits):
        parts.append("edits that do not fit are switched off")
    return "; ".join(parts)


def _random(here: Here) -> str:
    return _anew(here) if here.session.recipe.blueprint.random else f"{OWN}: {FIRST}"


def _file(here: Here) -> str:
    path = here.session.recipe.blueprint.model
    return "empty: random weights again" if path else "a file's network, in the place of cells, sizes and seed"


def _look(name: str, title: str, effect: str, choices: tuple[str, ...], everywhere: bool = False) -> Setting:
    """A setting of how it looks; of what is of the screen, at every stop of a lesson."""
    switch = choices == SWITCH

    def now(here: Here) -> str:
        found = getattr(here.session.look, name)
        return SWITCH[found] if switch else str(found)

    def put(here: Here, text: str) -> Outcome:
        value = text == "on" if switch else text if name != "digits" else int(text)
        session = here.session

        def changed(each: Session) -> Session:
            return replace(each, look=look_with(each.look, {name: value}))

        found = session.everywhere(changed) if everywhere else changed(session)
        return Outcome(found, SAME if found == session else f"{title}: {text}")

    def said(here: Here) -> str:
        return f"{LOOK}: {effect}"

    written, near = ", ".join(choices), among(choices)
    if name == "digits":
        written, near = f"{choices[0]} to {choices[-1]}", counted(0, MOST_DIGITS)
    return Setting(name, title, now, put, said, written, choices, True, near)


def _beside(here: Here) -> str:
    other = here.session.beside
    return "" if other is None else words_beside(other, here.session.recipe)


def _beside_near(here: Here, value: str, by: int) -> tuple[str, ...]:
    """None, and other cells with a state in the place of the first."""
    blueprint, own = here.session.recipe.blueprint, _cells(here)
    rest = "".join(f",{cell}" for cell in blueprint.cells[1:]) if blueprint.random else ""
    return among(("", *(each + rest for each in rivals() if each + rest != own)))(here, value, by)


def _compared(here: Here) -> str:
    if here.session.beside is not None:
        return "another run to compare with; empty takes this one away"
    return "another run to compare with: t shows it, and the difference"


def _number(here: Here) -> str:
    source = here.session.recipe.source
    return "" if source.inline is not None else str(source.number)


def _of_file(here: Here, text: str) -> Outcome:
    """Another sequence of the same file, or all of them."""
    source = here.session.recipe.source
    if source.inline is not None:
        raise InputError("", "", "the rows stand in the session itself", "o opens a file", "number")
    refuse_stdin(source.path)
    chosen = replace(source, number=which(text, "number"))
    if chosen == source:
        return Outcome(here.session, SAME)
    return opened(here, replace(here.session.recipe, source=chosen))


def _several(here: Here) -> str:
    parts = here.run.sequence.parts
    if parts is None:
        return "which sequence of the file; all: every one, the states begin afresh at each"
    return f"all {len(parts):,} sequences of the file, the states begin afresh at each; a number: one of them"


def _next_number(here: Here, value: str, by: int) -> tuple[str, ...]:
    """One more or one less; before the first all of them."""
    if value == ALL:
        return ("1",) if by > 0 else ()
    return counted(1, LARGEST_SEED)(here, value, by) or ((ALL,) if by < 0 else ())


CELLS = tuple(name for name in cell_names() if name not in JOINS)
SETTINGS = (
    Setting(
        "cell",
        "cell of each layer",
        _cells,
        _network("cell"),
        _anew,
        "names or files, with commas between layers: lstm,softmax",
        CELLS,
        near=first_cell,
    ),
    Setting(
        "hidden",
        "size of each layer",
        _sizes,
        _network("hidden"),
        _random,
        "numbers, with commas between layers: 4,3; or 4:2 for a y smaller than H",
        near=counted(1, 64),
    ),
    Setting("seed", "seed of the weights", _seed, _network("seed"), _random, "a number", near=counted(0, LARGEST_SEED)),
    Setting(
        "model",
        "model's file",
        lambda here: model_words(here.session.recipe.blueprint),
        _model,
        _file,
        "a file: what --save wrote, or of PyTorch, Keras, ONNX; F, layer 2: the second of several; empty: none",
    ),
    Setting(
        "number",
        "sequence",
        _number,
        _of_file,
        _several,
        "a number, or all: every sequence of the file, one after the other",
        (ALL,),
        near=_next_number,
    ),
    *LEARNING_SETTINGS,
    _look("names", "names", "what quantities are called", SCHEMES),
    _look("theme", "theme", "its colours", THEMES, everywhere=True),
    _look("digits", "digits", "digits after the point", tuple(map(str, range(MOST_DIGITS + 1)))),
    _look("ascii", "ASCII alone", "drawn with ASCII alone, or with lines and letters of all kinds", SWITCH, True),
    _look("signs", "signs on colours", "a character marks the sign of a coloured block", SWITCH, True),
    Setting(
        "beside",
        "run beside",
        _beside,
        beside,
        _compared,
        "a cell, seed 3, untrained, unedited, sequence F, model F or a session; empty: none",
        CELLS,
        near=_beside_near,
    ),
)
"""All of them, in the order in which they are listed."""
BY_NAME = {setting.name: setting for setting in SETTINGS}
