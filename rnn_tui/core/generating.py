"""Generating: a sequence that goes on, timestep by timestep, with what y said as its next x.

With its own x a sequence teaches the network where it is (teacher forcing, Williams and Zipser 1989); with what y said
the network runs freely. What is fed back is what stands on the tape: a chunk is computed all at once, and its last bits
may differ from those of single timesteps; so its x are found step by step, and then put right until each is what the y
before it says.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Sequence as Rows
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.chunk import Chunk, State
from rnn_tui.core.one_hot import OneHot
from rnn_tui.core.parts import Parts
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.voice import Voice

Array = NDArray[Any]
UNSAID = "·"
"""The label of a letter that is not generated yet."""
REGULAR = 1000
"""Labels at the end of a series that are looked at for a regular step."""

Passed = Callable[[int, Array, Rows[State]], Chunk]
"""Runs the layers over rows of x, (n, I), from a row, counted from 0, and from some states on."""


class Speech:
    """A sequence that becomes longer, or another, while it is run.

    Attributes:
        voice: what says it.
        ready: the timesteps that are known, from the first.
    """

    def __init__(self, voice: Voice, sequence: Sequence) -> None:
        """Begins with what is given.

        Args:
            voice: what goes on.
            sequence: as `extended` makes it.
        """
        self.voice, self.ready = voice, voice.first - 1
        x: Any = sequence.x  # an array, or rows made by tokens
        one_hot, times = isinstance(x, OneHot), range(voice.first, len(sequence) + 1)
        rows = np.array([t - 1 for t in times if voice.says(t)], np.int64)
        self._tokens = np.array(x.tokens if one_hot else [], np.int32)
        self._rows: Any = OneHot(self._tokens, x.width, x.dtype) if one_hot else np.array(x)
        if one_hot:
            self._tokens[rows] = -1
        else:
            self._rows[rows] = np.nan
        self._sequence = replace(sequence, x=cast(Array, self._rows))
        self._labels = list(sequence.labels)
        self._labelled = True
        if voice.letters and sequence.labels:
            self._label(self.ready, [UNSAID if voice.says(t) else self._labels[t - 1] for t in times])

    @property
    def sequence(self) -> Sequence:
        """As far as it is known; x is NaN where it is not yet."""
        if not self._labelled:  # for all timesteps at once, which takes too long to be done after every chunk
            self._sequence, self._labelled = replace(self._sequence, labels=tuple(self._labels)), True
        return self._sequence

    def settled(self, first: int, x: Array, before: Rows[State], y: Callable[[], Array], passed: Passed) -> Chunk:
        """A chunk whose x are said, from some row on.

        Args:
            first: its first row of x, from 0.
            x: (n, I), its rows as far as they are known, as the network reads them.
            before: the state of every layer before it.
            y: what y was before it, (O,).
            passed: runs the layers over rows of x from a row and from some states on.
        """
        x, start = np.array(x), max(self.ready - first, 0)
        begin = y() if not start else None
        last, states = begin, before
        if last is None:
            last, states = _left(passed(first, np.array(x[:start]), before))
        for row in range(start, len(x)):
            if self.voice.says(first + row + 1):
                x[row] = self.voice.row(first + row + 1, last)
            last, states = _left(passed(first + row, np.array(x[row : row + 1]), states))
        while True:  # each time at least one more row is what the row before it says, and stays so
            chunk = passed(first, np.array(x), before)
            every, said = chunk.runs[-1].named["y"], np.array(x)
            for row in range(start, len(x)):
                told = begin if begin is not None and not row else every[row - 1]
                if self.voice.says(first + row + 1):
                    said[row] = self.voice.row(first + row + 1, told)
            if np.array_equal(said, x, equal_nan=True):
                break
            x = said
        self._keep(first + start, x[start:])
        return chunk

    def _keep(self, start: int, x: Array) -> None:
        """Notes rows of x, from row `start` on."""
        end = start + len(x)
        self.ready = end
        if not self.voice.letters:
            self._rows[start:end] = x
            return
        letters = np.argmax(x, axis=1)
        if isinstance(self._rows, OneHot):
            self._tokens[start:end] = letters
        else:
            self._rows[start:end] = x
        names = self._sequence.features
        if names and self._labels:
            self._label(start, [names[letter] for letter in letters.tolist()])

    def _label(self, start: int, labels: Rows[str]) -> None:
        self._labels[start : start + len(labels)] = labels
        self._labelled = False


def _left(chunk: Chunk) -> tuple[Array, list[State]]:
    """What a chunk ends with: y of the last layer, and the states of all."""
    states: list[State] = [{name: array[-1] for name, array in run.states.items()} for run in chunk.runs]
    return chunk.runs[-1].named["y"][-1], states


def extended(sequence: Sequence, voice: Voice, dtype: np.dtype[Any]) -> Sequence:
    """A sequence with room for what is generated past its end, where x is NaN and no target is.

    Args:
        sequence: as it was given.
        voice: what goes on.
        dtype: that y has.
    """
    count, x = voice.ahead, sequence.x
    if not count:
        return sequence
    targets = None if sequence.targets is None else _longer(sequence.targets, count, sequence.targets.dtype)
    further = [UNSAID] * count if voice.letters else labels_after(sequence.labels, count)
    labels = (*sequence.labels, *further) if sequence.labels else ()
    kind = x.dtype if voice.letters else np.result_type(x.dtype, dtype)
    parts = sequence.parts
    parts = None if parts is None else Parts(parts.starts, parts.count + count, parts.names)
    return replace(sequence, x=_longer(x, count, kind), targets=targets, labels=labels, parts=parts)


def _longer(rows: Any, count: int, dtype: Any) -> Any:
    """Rows with more of them, which are NaN."""
    if isinstance(rows, OneHot):
        return OneHot(np.append(rows.tokens, np.full(count, -1, rows.tokens.dtype)), rows.width, rows.dtype)
    return np.concatenate([rows, np.full((count, rows.shape[1]), np.nan)]).astype(dtype)


def labels_after(labels: Rows[str], count: int) -> list[str]:
    """The labels of what comes after a series: whole numbers and months, 1960-12, in a regular step go on, else ``+1``,
    ``+2``."""
    known = labels[-REGULAR:]
    for read, written in COUNTED:
        numbers = [read(label) for label in known]
        steps = {after - before for before, after in pairwise(numbers)}
        if len(steps) == 1 and [written(number) for number in numbers] == list(known):
            [step] = steps
            return [written(numbers[-1] + each * step) for each in range(1, count + 1)]
    return [f"+{each}" for each in range(1, count + 1)]


def _whole(label: str) -> int:
    """A label as a whole number; 0 where it is none."""
    return int(label) if re.fullmatch(r"-?[0-9]{1,15}", label) else 0


def _month(label: str) -> int:
    """A month, counted from January of the year 0; 0 where it is none."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", label)
    return 0 if found is None else 12 * int(found[1]) + int(found[2]) - 1


COUNTED: tuple[tuple[Callable[[str], int], Callable[[int], str]], ...] = (
    (_whole, str),
    (_month, lambda month: f"{month // 12:04}-{month % 12 + 1:02}"),
)
"""How labels are counted, and how such a number is written."""
