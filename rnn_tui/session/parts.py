"""The parts of a session file: from one table each to a sequence, a network's numbers, a display, a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np

from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.edits import Edit
from rnn_tui.core.learning import Learning
from rnn_tui.core.losses import LOSSES, REDUCTIONS
from rnn_tui.core.optimizers import OPTIMIZERS, Optimizer
from rnn_tui.core.parts import Parts
from rnn_tui.core.references import Ref
from rnn_tui.core.schedules import CONSTANT
from rnn_tui.core.sequence import Array, Sequence
from rnn_tui.core.texts import one_line
from rnn_tui.files.assembly import assemble
from rnn_tui.files.matrices import matrix, strings
from rnn_tui.files.own import MOST_LAYERS
from rnn_tui.files.source import Source as Bytes
from rnn_tui.files.source import quoted
from rnn_tui.files.wanted import Wanted
from rnn_tui.session.checking import hidden_in, selected_in, told
from rnn_tui.session.choosing import OF_LEARNING, OF_OPTIMIZER, checked
from rnn_tui.session.diagrams import DIAGRAMS
from rnn_tui.session.model import MOST_DIGITS, SCHEMES, THEMES, VERSUS, WEIGHTS, ZOOMS, Gaze, Look
from rnn_tui.session.question import NUMBER, QUESTIONS, Question
from rnn_tui.session.tables import MOST_TEXTS, Table

LEARNING = ("learn", "optimizer", *OF_LEARNING, *OF_OPTIMIZER)
DTYPES = ("float64", "float32")
BORDERS = ("resets", "starts", "names")
"""The keys of rows in a file: before which timesteps states begin afresh, and which sequences the rows are of."""
CHOICES = {
    "diagram": tuple(DIAGRAMS),
    "names": SCHEMES,
    "zoom": ZOOMS,
    "weights": WEIGHTS,
    "theme": THEMES,
    "versus": VERSUS,
}
RANGES = {"digits": (0, MOST_DIGITS), "layer": (0, MOST_LAYERS)}


def rows_of(table: Table, nonfinite: bool) -> Sequence:
    """The sequence that is written in the file. Raises LoadError."""
    name = table.text("name", "sequence")
    source = Bytes(table.shown, name, None, b"", 1, lambda done, total: None)

    def place(what: str, row: int, column: int) -> str:
        return f"{table.where(what)}, {what}, row {row + 1}, column {column + 1}"

    def row_place(what: str) -> Callable[[int], str]:
        return lambda row: f"{table.where(what)}, {what}, row {row + 1}"

    x = matrix(source, table.get("x"), row_place("x"))
    targets = matrix(source, table.get("targets"), row_place("targets")) if "targets" in table else None
    with np.errstate(all="ignore"):
        x = x.astype(table.one_of("dtype", "float64", DTYPES))
    labels = strings(source, table.get("labels"), f"{table.where('labels')}, labels")
    features = strings(source, table.get("features"), f"{table.where('features')}, features")
    outcomes = strings(source, table.get("outcomes"), f"{table.where('outcomes')}, outcomes")
    wanted = Wanted(allow_nonfinite=nonfinite)
    found = assemble(source, wanted, x, targets, labels, features, place, outcomes=outcomes)
    with told(table):
        starts, names = wholes(table, "starts", []), table.texts("names") if "names" in table else ()
        parts = Parts(starts, len(found), names) if starts or names else None
        return replace(found, resets=np.array(wholes(table, "resets", []), np.int64), parts=parts)


def reordered(table: Table, sequence: Sequence) -> Sequence:
    """The timesteps in another order, each with its label and its target. Raises LoadError."""
    order = wholes(table, "order", [])
    if sorted(order) != list(range(1, len(sequence) + 1)):
        raise table.error("order", "order does not name every timestep once", f"the sequence has 1 to {len(sequence)}")
    return sequence.ordered(np.array(order) - 1)


def wholes(table: Table, key: str, default: list[int]) -> list[int]:
    """An array of whole numbers. Raises LoadError."""
    values = table.get(key) if key in table else default
    if not isinstance(values, list) or not all(type(value) is int and abs(value) < 2**31 for value in values):
        raise table.error(key, f"{key} must be an array of whole numbers", "write [3, 1, 2]")
    return values


def sizes_of(table: Table) -> tuple[int | tuple[int, int], ...]:
    """``"3"``, ``"4:2,3"``, 3 or [4, 3]. Raises LoadError."""
    given = table.get("hidden") if "hidden" in table else "3"
    parts = given.split(",") if isinstance(given, str) else given if isinstance(given, list) else [given]
    sizes: list[int | tuple[int, int]] = []
    for part in parts:
        both = (
            [p.strip() for p in part.split(":")] if isinstance(part, str) else [str(part)] if type(part) is int else []
        )
        if len(both) not in (1, 2) or not all(p.isascii() and p.isdecimal() and len(p) < 10 for p in both):
            raise table.error("hidden", "hidden is no list of sizes", 'write "3", or "4,3" for two layers')
        sizes.append(int(both[0]) if len(both) == 1 else (int(both[0]), int(both[1])))
    if not sizes:
        raise table.error("hidden", "hidden is no list of sizes", 'write "3", or "4,3" for two layers')
    return tuple(sizes)


def numbers_of(table: Table, key: str, nonfinite: bool) -> Array:
    """A number, a list or a list of lists as an array. Raises LoadError."""
    value = table.get(key)
    rows = value if isinstance(value, list) else [value]
    flat = [cell for row in rows for cell in (row if isinstance(row, list) else [row])]
    mixed = len({len(row) if isinstance(row, list) else -1 for row in rows}) != 1
    if not flat or mixed or any(type(cell) not in (int, float) for cell in flat):
        raise table.error(key, f"{key} is no table of numbers", "rows of equal length are needed, [[0.5, -1], [2, 0]]")
    try:
        array = np.array(value, np.float64)
    except OverflowError:
        raise table.error(key, f"{key} has a number too large for a float") from None
    if not (nonfinite or np.isfinite(array).all()):
        raise table.error(key, f"{key} has a number that is not finite", "allow_nonfinite in [sequence] lets it in")
    return array


def learning_of(table: Table | None) -> Learning | None:
    """How the network learns. Raises LoadError."""
    if table is None:
        return None
    table.known(LEARNING)
    loss = "" if table.get("loss") in (None, "") else table.one_of("loss", "", LOSSES)
    optimizer = Optimizer(
        table.one_of("optimizer", "sgd", OPTIMIZERS),
        table.number("rate", 0.1),
        table.number("momentum", 0.0),
        table.number("clip", 0.0),
        table.number("clip_value", 0.0),
        table.number("weight_decay", 0.0),
    )
    learning = Learning(
        loss,
        table.whole("truncate", 1, 0),
        table.whole("epochs", 1, 1),
        optimizer,
        table.one_of("reduction", "sum", REDUCTIONS),
        table.text("schedule", CONSTANT),
        table.flag("learn_initial_state", False),
        _validation(table),
    )
    with told(table):
        checked(learning)
    return learning if table.flag("learn", True) else None


def _validation(table: Table) -> str:
    """The number of a sequence, or the path of a file as it is written. Raises LoadError."""
    if "validation" not in table or isinstance(table.get("validation"), str):
        return table.raw("validation", "")
    return str(table.whole("validation", 1, 1))


NEEDED = {"sign": ("of",), "number": ("of",), "compare": ("of", "than"), "choice": ("choices", "answer")}
"""What a question of each kind says; of the others nothing."""
SHOWN = (*(each.name for each in (*fields(Gaze), *fields(Look))), "hidden")
"""The keys of [display]: what is looked at, how it looks, and what must not be shown yet."""


def gaze_of(table: Table) -> tuple[Gaze, tuple[tuple[str, int, int], ...]]:
    """What is looked at, and what is hidden. Raises LoadError."""
    table.known(SHOWN)
    return Gaze(**_fields(table, Gaze)), hidden_in(table)


def look_of(table: Table) -> Look:
    """How it looks. Raises LoadError."""
    return Look(**_fields(table, Look))


def _fields(table: Table, of: type[Gaze] | type[Look]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for each in fields(of):
        default = each.default
        if each.name in CHOICES:
            given[each.name] = table.one_of(each.name, str(default), CHOICES[each.name])
        elif each.name == "focus":
            given[each.name] = selected_in(table)
        elif isinstance(default, bool):
            given[each.name] = table.flag(each.name, default)
        elif isinstance(default, float):
            given[each.name] = table.amount(each.name, default)
        elif isinstance(default, int):
            low, high = RANGES.get(each.name, (0, 10**6))
            given[each.name] = table.whole(each.name, default, low, high)
        else:
            given[each.name] = table.text(each.name, str(default))
    return given


def breaks_of(table: Table, layer: int) -> tuple[Breakpoint, ...]:
    """The breakpoints: texts, of the layer that is shown, or tables with ``when``, ``layer`` and ``enabled``."""
    values = table.get("breaks") if "breaks" in table else []
    found = []
    if isinstance(values, list) and len(values) > MOST_TEXTS:
        raise table.error("breaks", f"there are {len(values)} conditions", f"up to {MOST_TEXTS} are allowed")
    for value in values if isinstance(values, list) else [None]:
        entry: dict[str, Any] = {"when": value} if isinstance(value, str) else value if isinstance(value, dict) else {}
        when, own, enabled = entry.get("when"), entry.get("layer", layer), entry.get("enabled", True)
        right = isinstance(when, str) and type(own) is int and 0 <= own <= MOST_LAYERS and type(enabled) is bool
        if not right or not set(entry) <= {"when", "layer", "enabled"}:
            hint = 'write ["any(s > 0.9)"], or [{ when = "any(s > 0.9)", layer = 1, enabled = false }]'
            raise table.error("breaks", "breaks must be an array of conditions", hint)
        found.append(Breakpoint(str(when), own, enabled))
    return tuple(found)


def edits_of(table: Table) -> tuple[Edit, ...]:
    """The edits: texts, or tables with ``set``, ``enabled`` and ``both``. Raises LoadError."""
    values = table.get("edits") if "edits" in table else []
    if isinstance(values, list) and len(values) > MOST_TEXTS:
        raise table.error("edits", f"there are {len(values)} edits", f"up to {MOST_TEXTS} are allowed")
    found = []
    for value in values if isinstance(values, list) else [None]:
        entry: dict[str, Any] = {"set": value} if isinstance(value, str) else value if isinstance(value, dict) else {}
        text, enabled, both = entry.get("set"), entry.get("enabled", True), entry.get("both", False)
        right = isinstance(text, str) and type(enabled) is bool and type(both) is bool
        if not right or not set(entry) <= {"set", "enabled", "both"}:
            hint = 'write ["x[2][1] = 0", "U = 0"], or [{ set = "U = 0", enabled = false, both = true }]'
            raise table.error("edits", "edits must be an array of edits", hint)
        with told(table, "edits"):
            found.append(Edit.parse(str(text), enabled, both))
    return tuple(found)


def marks_of(table: Table) -> tuple[tuple[str, int], ...]:
    """Letters and the timesteps they mark. Raises LoadError."""
    given = table.table("marks")
    if given is None:
        return ()
    for letter in given.values:
        if len(letter) != 1 or not letter.isalnum() or one_line(letter) != letter:
            raise given.error(letter, f"{quoted(letter)} is no mark", "a mark is one letter or digit, a = 3")
    return tuple(sorted((letter, given.whole(letter, 0, 0)) for letter in given.values))


def answers_of(table: Table, stops: int) -> tuple[tuple[int, str], ...]:
    """What was answered: the stop, from 0, and the words. Raises LoadError."""
    found: dict[int, str] = {}
    for entry in table.tables("answers"):
        entry.known(("stop", "answer"))
        if "stop" not in entry:
            raise entry.error("", "an answer needs its stop", "write stop = 1")
        found[entry.whole("stop", 1, 1, stops) - 1] = entry.text("answer")
    return tuple(found.items())


def question_of(table: Table) -> Question:
    """What a stop asks. Raises LoadError."""
    table.known(each.name for each in fields(Question))
    question = Question(
        table.raw("text"),
        table.one_of("kind", "", QUESTIONS),
        table.text("of", ""),
        str(table.get("than")) if type(table.get("than")) in (int, float) else table.text("than", ""),
        table.texts("choices"),
        table.text("answer", ""),
        table.number("tolerance", Question.tolerance),
    )
    needed = NEEDED[question.kind]
    for key in needed:
        if not getattr(question, key):
            raise table.error("", f"a question of kind {question.kind} needs {key}", f"write {key} = ...")
    for key in ("than", "choices", "answer"):  # of a choice, `of` hides a number
        if key not in needed and getattr(question, key):
            hint = "its answer is computed" if key == "answer" else f"it has {' and '.join(needed)}"
            raise table.error(key, f"{key} does not go with a question of kind {question.kind}", hint)
    for key in ("of", "than"):
        if getattr(question, key) and not (key == "than" and NUMBER.match(question.than)):
            with told(table, key):
                Ref.parse(getattr(question, key))
    if question.kind == "choice" and question.answer not in question.choices:
        raise table.error("answer", f"{quoted(question.answer)} is none of the choices")
    if question.tolerance < 0:
        raise table.error("tolerance", "tolerance is below 0")
    return question
