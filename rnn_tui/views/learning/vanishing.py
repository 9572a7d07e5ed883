"""Vanishing and exploding gradients as a picture: |dL/ds_k| over k for a loss at t, for two cells side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rnn_tui.core.decimals import free
from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.vanishing import reach, rival
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import Notation
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, TITLE
from rnn_tui.views.sheet.pen import Phrase, fitting

ROWS = 12
LARGEST_MATRIX = 256
"""Rows of a matrix whose eigenvalues are still found at once."""
EIGHTHS = " ▁▂▃▄▅▆▇█"
PLAIN_EIGHTHS = "  ..--=##"


def rows(frame: Frame) -> int:
    """The rows that the picture likes."""
    return ROWS


def draw(frame: Frame, width: int, height: int) -> Drawing:
    """Two plots on a logarithmic scale, the larger norm of both a full column; a click carries ``{"t": k}``."""
    shown = Shown(frame)
    drawing = Drawing(width, height, shown.notation.glyphs.more)
    if not frame.cell.recurrent or not frame.t:
        stateless = "this layer has no state for gradients to run along"
        text = "a loss at t is needed: step on" if frame.cell.recurrent else stateless
        drawing.write(1, 1, [(text, LABEL)], width - 2)
        return drawing
    own = frame.walk.tape.network
    other = rival(frame.walk, own, frame.index)
    plots = [(network, *reach(frame.walk, network, frame.index, frame.t)) for network in (own, other)]
    largest = max((norm for *_, norms in plots for norm in norms if math.isfinite(norm)), default=0.0)
    state = shown.notation.at("s", None)
    text = f"|dL/d{state}_k| for a loss at t = {frame.t}"
    heading = fitting(width - 1, [Phrase.of(LABEL, f"{text}; a row is a power of ten", text)], drawing.more)
    drawing.write(1, 0, heading, width - 1)
    half = width // 2
    for index, (network, first, norms) in enumerate(plots):
        _plot(drawing, shown, network, first, norms, largest, index * half, half - 2, network is own)
    return drawing


def spectral_radius(layer: Layer, notation: Notation) -> list[Phrase]:
    """The largest magnitude of an eigenvalue of the matrices on the state, which decides whether gradients vanish."""
    told: list[Phrase] = []
    notation = replace(notation, cell=layer.cell)
    for name, shape in layer.cell.parameters.items():
        matrix = layer.parameters[name]
        square = len(shape) == 2 and shape[0] == shape[1] and matrix.shape[0] <= LARGEST_MATRIX
        if square and np.isfinite(matrix).all():
            radius = float(np.abs(np.linalg.eigvals(matrix)).max())
            told.append(Phrase.of(LABEL, f"{'  ' if told else ' '}{notation.word(name)} {free(radius, 2)}", rank=2))
    return [Phrase.of(LABEL, "   spectral radius", rank=2), *told] if told else []


def _plot(
    drawing: Drawing,
    shown: Shown,
    network: Network,
    first: int,
    norms: Sequence[float],
    largest: float,
    x: int,
    width: int,
    own: bool,
) -> None:
    """One plot: the name of the cell and what decides, the columns, k below."""
    layer = network.layers[shown.frame.index]
    name = layer.cell.name
    memo, notation = shown.frame.walk.memo, shown.notation
    radius = memo.get(("radius", network, shown.frame.index, notation), lambda: spectral_radius(layer, notation))
    heading = [Phrase.of(NOW if own else TITLE, name), *radius]
    drawing.write(x + 1, 1, fitting(width - 1, heading, drawing.more), width - 1)
    room, rows = max(width - 1, 1), max(drawing.height - 4, 1)
    kept = list(norms)[-room:]
    start = first + len(norms) - len(kept)
    wide = max(room // max(len(kept), 1), 1)
    wide = min(wide, 6)
    glyphs = PLAIN_EIGHTHS if shown.frame.look.ascii or shown.frame.look.signs else EIGHTHS
    for place, norm in enumerate(kept):
        steps = _steps(norm, largest, rows)
        for row in range(rows):
            level = min(max(steps - 8 * row, 0), 8)
            style = NOW if place == len(kept) - 1 else PLAIN
            drawing.put(x + 1 + place * wide, drawing.height - 3 - row, glyphs[level] * max(wide - 1, 1), style)
        drawing.mark(x + 1 + place * wide, 2, wide, drawing.height - 3, {"t": start + place})
    drawing.put(x + 1, drawing.height - 2, ("-" if shown.frame.look.ascii else "─") * min(len(kept) * wide, room), DIM)
    drawing.write(x + 1, drawing.height - 1, [(f"k = {start}", LABEL)], width)
    end = f"k = {start + len(kept) - 1}"
    drawing.put(x + max(min(len(kept) * wide, room) - len(end) + 1, 9), drawing.height - 1, end, LABEL)


def _steps(norm: float, largest: float, rows: int) -> int:
    """Eighths of a row for a norm on a logarithmic scale: a row is a power of ten."""
    if not norm or not largest or not math.isfinite(norm):
        return 0
    return max(round(8 * (rows + math.log10(norm / largest))), 1 if norm / largest > 10.0 ** -(rows + 1) else 0)
