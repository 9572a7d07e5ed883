"""Session files, written: a session as TOML that reads back to the same bits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from rnn_tui.cells import cell_names
from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.directions import directed
from rnn_tui.core.edits import Edit
from rnn_tui.core.learning import Learning
from rnn_tui.core.references import Ref
from rnn_tui.core.schedules import CONSTANT
from rnn_tui.core.sequence import Array, Sequence
from rnn_tui.files.errors import LoadError
from rnn_tui.files.samples import MODELS, SEQUENCES, sample_path
from rnn_tui.session.focus import ref_of
from rnn_tui.session.model import Session, Stop
from rnn_tui.session.paths import path_text
from rnn_tui.session.question import Question
from rnn_tui.session.recipe import Blueprint, Numbers, Recipe, Source
from rnn_tui.session.sources import options_text
from rnn_tui.session.tables import VERSION
from rnn_tui.session.toml_text import document

Values = dict[str, Any]


def session_text(session: Session, folder: str | os.PathLike[str] = ".") -> str:
    """A session as the text of a file in a folder. Raises LoadError where a part of it cannot be written.

    In a lesson what is on the screen stands at the top, and every stop says what is different from that.
    """
    own = _state(session, Path(folder))
    now: Values = {"arrived": list(session.arrived), "marks": dict(session.marks)}
    top = {"version": VERSION, **own, **{key: value for key, value in now.items() if value}}
    if session.lesson is None:
        return document(top)
    lesson = session.lesson
    stops = [_stop(stop, session, own, Path(folder)) for stop in lesson.stops]
    answers = [{"stop": stop + 1, "answer": text} for stop, text in lesson.answers]
    told: Values = {"page": lesson.page and lesson.page + 1, "answers": answers, "next": lesson.next}
    return document({**top, "stop": lesson.stop + 1, **{k: v for k, v in told.items() if v}, "stops": stops})


def _place(session: Session) -> Values:
    """Where one is in the run, and where it stops."""
    values: Values = {"at": session.at}
    if session.epoch > 1:
        values["epoch"] = session.epoch
    if session.breaks:
        layer = session.gaze.layer
        values["breaks"] = [_break(each, layer) for each in session.breaks]
    if session.recipe.edits:
        values["edits"] = [_edit(each) for each in session.recipe.edits]
    return values


def _state(session: Session, folder: Path) -> Values:
    """All but the lesson, and what belongs to the moment."""
    values, recipe = _place(session), session.recipe
    values["sequence"] = _source(recipe.source, folder)
    values["network"] = _network(recipe.blueprint, folder)
    if recipe.learning is not None:
        values["learning"] = _learning(recipe.learning, folder)
    if session.beside is not None:
        values["beside"] = _run(session.beside, folder)
    shown = _display(session, Session())
    return {**values, "display": shown} if shown else values


def _run(recipe: Recipe, folder: Path) -> Values:
    """A run beside, whole."""
    values: Values = {"edits": [_edit(each) for each in recipe.edits]} if recipe.edits else {}
    values["sequence"] = _source(recipe.source, folder)
    values["network"] = _network(recipe.blueprint, folder)
    values["learning"] = _over(recipe.learning, folder)
    if recipe.reference:
        values["reference"] = path_text(_path(recipe.reference, folder, ""))
    return values


def _break(each: Breakpoint, layer: int) -> Values | str:
    """A breakpoint, in short where it is of the layer that is shown, by its number, and stops."""
    if each.enabled and each.layer == layer:
        return each.text
    return {"when": each.text, "layer": each.layer, **({} if each.enabled else {"enabled": False})}


def _edit(each: Edit) -> Values | str:
    """An edit, in short where it counts, and not for the run beside."""
    if each.enabled and not each.both:
        return each.text
    switches = {"enabled": False} if not each.enabled else {}
    return {"set": each.text, **switches, **({"both": True} if each.both else {})}


def _stop(stop: Stop, whole: Session, base: Values, folder: Path) -> Values:
    """What is different at a stop."""
    own, recipe, other = _place(stop.session), stop.session.recipe, whole.recipe
    values: Values = {"title": stop.title, "text": stop.text, "at": stop.session.at}
    if stop.notes:
        values["notes"] = stop.notes
    for key, default in (("epoch", 1), ("breaks", []), ("edits", [])):
        if own.get(key, default) != base.get(key, default):
            values[key] = own.get(key, default)
    if recipe.source != other.source:
        values |= _differing("sequence", _source(recipe.source, folder), base)
    if recipe.blueprint != other.blueprint:
        values |= _differing("network", _network(recipe.blueprint, folder), base)
    if recipe.learning != other.learning:
        values["learning"] = _over(recipe.learning, folder)
    if stop.session.beside != whole.beside:
        values["beside"] = {} if stop.session.beside is None else _run(stop.session.beside, folder)
    if shown := _display(stop.session, whole):
        values["display"] = shown
    if stop.question is not None:
        values["question"] = _question(stop.question)
    return values


def _differing(key: str, own: Values, base: Values) -> Values:
    """What is written under a key, if it is other than the session's; compared as text, in which NaN is itself."""
    return {key: own} if repr(own) != repr(base[key]) else {}


def _source(source: Source, folder: Path) -> Values:
    if source.inline is None:
        return {"path": path_text(_path(source.path, folder)), **options_text(source)}
    values = _rows(source.inline)
    return {**values, "allow_nonfinite": True} if source.allow_nonfinite else values


def _rows(sequence: Sequence) -> Values:
    values: Values = {"name": sequence.name}
    if sequence.x.dtype == np.float32:
        values["dtype"] = "float32"
    values["x"] = _lists(sequence.x)
    if sequence.targets is not None:
        values["targets"] = _lists(sequence.targets)
    if sequence.labels:
        values["labels"] = list(sequence.labels)
    if sequence.features:
        values["features"] = list(sequence.features)
    if sequence.outcomes:
        values["outcomes"] = list(sequence.outcomes)
    parts = sequence.parts
    resets = sequence.resets if parts is None else np.setdiff1d(sequence.resets, parts.starts)
    borders = {"resets": resets.tolist(), "starts": [], "names": []}
    if parts is not None:
        borders |= {"starts": parts.starts.tolist(), "names": list(parts.names)}
    return {**values, **{key: value for key, value in borders.items() if value}}


def _lists(array: Array) -> Any:
    return np.asarray(array, np.float64).tolist()


def _path(path: str, folder: Path, kind: str = SEQUENCES) -> str:
    """A path as a file in a folder names it: relative where it is inside, whole where it is not; a sample of a kind by
    its name."""
    found = sample_path(path, kind) if kind and not os.path.isfile(path) else None
    if found is not None and not (folder / path).is_file():
        return path
    real, home = Path(found or path).absolute(), folder.absolute()
    with suppress(OSError, RuntimeError):
        if real.is_relative_to(home) and real.resolve().is_relative_to(home.resolve()):
            return real.relative_to(home).as_posix()
        real, home = real.resolve(), home.resolve()
        return real.relative_to(home).as_posix() if real.is_relative_to(home) else str(real)
    return str(real)


def _network(blueprint: Blueprint, folder: Path) -> Values:
    values = _numbers(blueprint, folder)
    if blueprint.initial_state:
        values["initial_state"] = path_text(_path(blueprint.initial_state, folder, ""))
    if blueprint.rounded:
        values["rounded"] = blueprint.rounded
    return values


def _numbers(blueprint: Blueprint, folder: Path) -> Values:
    """The network, but for the file of the states it begins with."""
    if blueprint.numbers is not None:
        return _layers(blueprint.numbers)
    if blueprint.model:
        path = path_text(_path(blueprint.model, folder, MODELS))
        return {"model": path, **({"layer": blueprint.choice} if blueprint.choice else {})}
    cells = [_cell(name, folder) for name in blueprint.cells]
    sizes = [f"{size[0]}:{size[1]}" if isinstance(size, tuple) else str(size) for size in blueprint.hidden]
    together = not any("," in cell for cell in cells)
    return {"cell": ",".join(cells) if together else cells, "hidden": ",".join(sizes), "seed": blueprint.seed}


def _cell(name: str, folder: Path) -> str:
    plain, _ = directed(name)
    if plain in cell_names():
        return name
    path = _path(plain, folder, "")
    return path_text(path if "/" in path or path.endswith(".toml") else f"./{path}") + name[len(plain) :]


def _layers(numbers: Numbers) -> Values:
    layers, network = [], numbers.network
    states = (*numbers.initial_state, *({},) * (len(network.layers) - len(numbers.initial_state)))
    for index, (layer, reads) in enumerate(zip(network.layers, network.reads, strict=True)):
        entry: Values = {"cell": layer.cell.name}
        if not layer.cell.built_in:
            if not layer.cell.text:
                why = f"the cell {layer.cell.name} of layer {index + 1} has no text"
                raise LoadError("", "", why, "a cell that Cell.parse read has one")
            entry["text"] = layer.cell.text
        if layer.reverse:
            entry["reverse"] = True
        if reads != (index - 1,):
            entry["reads"] = [number + 1 for number in reads]
        if layer.parameters:
            entry["parameters"] = {name: _lists(array) for name, array in layer.parameters.items()}
        if any(np.any(array) for array in states[index].values()):
            entry["state"] = {name: _lists(array) for name, array in states[index].items()}
        layers.append(entry)
    single: Values = {"dtype": "float32"} if network.dtype == np.float32 else {}
    return {**single, "layers": layers}


def _over(learning: Learning | None, folder: Path) -> Values:
    """How a network learns, over what is said of another: all of it."""
    return {"learn": False} if learning is None else {"loss": learning.loss, **_learning(learning, folder, True)}


def _learning(learning: Learning, folder: Path, whole: bool = False) -> Values:
    """How a network learns; `whole`, what is usual too."""
    optimizer, judged = learning.optimizer, learning.validation
    number = judged.isdecimal()
    others: dict[str, tuple[Any, Any]] = {
        "clip_value": (float(optimizer.clip_value), 0.0),
        "weight_decay": (float(optimizer.weight_decay), 0.0),
        "reduction": (learning.reduction, "sum"),
        "schedule": (learning.schedule, CONSTANT),
        "learn_initial_state": (learning.learn_initial_state, False),
        "validation": (int(judged) if number else judged and path_text(_path(judged, folder)), ""),
    }
    return {
        **({"loss": learning.loss} if learning.loss else {}),
        "rate": float(optimizer.rate),
        "truncate": learning.truncate,
        "epochs": learning.epochs,
        "optimizer": optimizer.name,
        "momentum": float(optimizer.momentum),
        "clip": float(optimizer.clip),
        **{key: value for key, (value, usual) in others.items() if whole or value != usual},
    }


def _display(session: Session, other: Session) -> Values:
    """What is different from how another session is shown."""
    values: Values = {}
    for own, others in ((session.gaze, other.gaze), (session.look, other.look)):
        for each in fields(own):
            if getattr(own, each.name) != getattr(others, each.name):
                values[each.name] = getattr(own, each.name)
    if session.gaze.focus is not None:  # or a reader brings the equation of that number into view
        key = "gate" if session.gaze.zoom == "step" else "operation"
        values[key] = getattr(session.gaze, key)
    if "focus" in values:
        values["focus"] = "" if session.gaze.focus is None else str(ref_of(session.gaze.focus))
    if session.hidden != other.hidden:
        values["hidden"] = [str(Ref(name, t=t, row=row)) for name, t, row in session.hidden]
    return values


def _question(question: Question) -> Values:
    values = {each.name: getattr(question, each.name) for each in fields(Question)}
    values["choices"] = list(question.choices)
    values["tolerance"] = float(question.tolerance)
    given: Iterator[tuple[str, Any]] = ((k, v) for k, v in values.items() if v not in ("", []))
    return {k: v for k, v in given if (k, v) != ("tolerance", Question.tolerance)}
