"""A trace as JSON lines: an object a timestep, or of a layer where a key says the layer; or one object of arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.texts import megabytes
from rnn_tui.files.source import Source, quoted
from rnn_tui.files.structured import JSON_LIMIT, is_json_lines, parse
from rnn_tui.files.traces.digits import Digits
from rnn_tui.files.traces.names import LONG, TIMES, named
from rnn_tui.files.traces.parts import LARGEST, Part, Parts

Numbers = NDArray[np.float64]
DEEPEST = 6
MOST_NAMES = 10_000


class _NoNumbers(Exception):
    """A value that is no number and no list of numbers."""


@dataclass(eq=False)
class _Gathered:
    """What is under one name, timestep by timestep."""

    rows: list[Numbers] = field(default_factory=list)
    digits: Digits = field(default_factory=Digits)


def read_lines(source: Source) -> Parts:
    """The quantities of JSON lines. Raises LoadError."""
    lines = ((number, line) for number, line in source.lines() if line.strip())
    return _of_steps(source, ((f"line {number}", parse(source, line, number, str)) for number, line in lines))


def _of_steps(source: Source, steps: Iterable[tuple[str, Any]]) -> Parts:
    """The quantities of timesteps, each with its place in the file. Raises LoadError."""
    found: dict[tuple[str, int | None], _Gathered] = {}
    times: list[int] = []
    left_out: dict[str, None] = {}
    own = False
    held = 0
    for place, step in steps:
        step = {"y": step} if isinstance(step, list) else step
        if not isinstance(step, dict):
            raise source.error(place, "is no object", 'an object a timestep is needed, {"t": 1, "h": [...]}')
        time = next((step[key] for key in step if key.lower() in TIMES and isinstance(step[key], int)), None)
        layer = next((step[key] for key in step if key in LONG["layer"] and isinstance(step[key], int)), None)
        if time is not None and time not in times[-1:]:
            times.append(time)
        own = own or "s_prev" in step
        for path, value in _leaves(step, ""):
            if path.lower() in TIMES or (layer is not None and path in LONG["layer"]):
                continue
            try:
                array, texts = _numbers(value)
            except _NoNumbers:
                left_out[path] = None
                continue
            if len(found) > MOST_NAMES:
                raise source.error(place, f"there are more than {MOST_NAMES:,} names", "write lists")
            gathered = found.setdefault((path, layer), _Gathered())
            if gathered.rows and gathered.rows[0].shape != array.shape:
                first, here = gathered.rows[0].shape, array.shape
                raise source.error(place, f"{quoted(path)} has shape {here} where it had {first} before")
            gathered.rows.append(array)
            for text in texts:
                gathered.digits.see(text)
            held += array.nbytes + 200
        if held > LARGEST:
            raise source.error(place, f"more than {megabytes(LARGEST)} of numbers", "use .npz")
    longest = max((len(each.rows) for each in found.values()), default=0)
    parts = []
    for (path, layer), each in found.items():
        if len(each.rows) < longest and path not in left_out:
            left_out[path] = None  # it is not there at every timestep
        if path in left_out:
            continue
        values = np.stack(each.rows)
        name = named(path, units=values.ndim == 1)
        name = name if layer is None else replace(name, layer=layer, counted=True)
        parts.append(Part(path, name, values, each.digits.open(values)))
    return Parts(tuple(_together(parts)), tuple(times), own, (), tuple(left_out))


def read_json(source: Source) -> Parts:
    """The quantities of one object of arrays, of a list of them, one a layer, or of a list of timesteps.

    Raises:
        LoadError: no such object or list.
    """
    text = source.text(JSON_LIMIT, "as .jsonl, a timestep a line, it may be larger")
    if is_json_lines(text):
        return read_lines(source)
    whole = parse(source, text, 1, str)
    if _is_timesteps(whole):
        return _of_steps(source, ((f"timestep {number}", step) for number, step in enumerate(whole, 1)))
    if isinstance(whole, list):
        whole = {"y": whole}
    if not isinstance(whole, dict):
        raise source.error("", "is no object", 'an object of arrays is needed, {"h": [[...], ...]}')
    parts, left_out = [], []
    for path, value in _leaves(whole, ""):
        try:
            array, texts = _numbers(value)
        except _NoNumbers:
            left_out.append(path)
            continue
        digits = Digits()
        for each in texts:
            digits.see(each)
        if path.lower() not in TIMES:
            parts.append(Part(path, named(path, units=False), array, digits.open(array)))
    return Parts(tuple(parts), left_out=tuple(left_out))


def _is_timesteps(whole: Any) -> bool:
    """Whether a value is a list of objects that say their timestep, or hold no list of rows, as those of layers do."""
    if not isinstance(whole, list) or not whole or not all(isinstance(each, dict) for each in whole):
        return False
    first = whole[0]
    rows = any(isinstance(value, list) and isinstance(next(iter(value), None), list) for _, value in _leaves(first, ""))
    return not rows or any(name.lower() in TIMES and isinstance(each, int) for name, each in first.items())


def _leaves(value: Any, path: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """What stands under each path of names: a number or a list. A list of objects counts as names 0, 1, ..."""
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        value = {str(index): each for index, each in enumerate(value)}
    if isinstance(value, dict) and depth < DEEPEST:
        for name, part in value.items():
            yield from _leaves(part, f"{path}/{name}" if path else name, depth + 1)
    else:
        yield path, value


def _numbers(value: Any) -> tuple[Numbers, list[str]]:
    """The numbers of a value, and those that are written with digits after the point. Raises _NoNumbers."""
    texts: list[str] = []

    def shaped(each: Any, depth: int) -> tuple[int, ...]:
        if not isinstance(each, list):
            return ()
        if not each or depth > DEEPEST:
            raise _NoNumbers
        inner = {shaped(part, depth + 1) for part in each}
        if len(inner) != 1:
            raise _NoNumbers
        return (len(each), *inner.pop())

    def flat(each: Any) -> Iterator[float]:
        if isinstance(each, list):
            for part in each:
                yield from flat(part)
        elif isinstance(each, str):
            texts.append(each)
            yield float(each)
        elif isinstance(each, int | float) and not isinstance(each, bool):
            yield float(each)
        else:
            raise _NoNumbers

    try:
        shape = shaped(value, 0)
        return np.array(list(flat(value)), np.float64).reshape(shape), texts
    except (ValueError, OverflowError):  # a text of the file, which no float is
        raise _NoNumbers from None


def _together(parts: list[Part]) -> Iterator[Part]:
    """Single numbers a timestep side by side, by the number of their unit: ``h_0``, ``h_1``, ..."""
    groups: dict[tuple[str, int | None, bool], list[Part]] = {}
    for part in parts:
        if part.values.ndim > 1 or part.name.unit is None:
            yield part
        else:
            groups.setdefault((part.name.quantity, part.name.layer, part.name.backwards), []).append(part)
    for own in groups.values():
        own.sort(key=lambda part: part.name.unit or 0)
        values = np.stack([part.values for part in own], axis=1)
        opened = [np.zeros(len(part.values)) if part.open is None else part.open for part in own]
        yield Part(own[0].name.plain, replace(own[0].name, unit=None), values, np.stack(opened, axis=1))
