"""The one-line views: title, map of the stack, strip of the sequence, equation."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from rnn_tui.core.cell import Cell
from rnn_tui.core.decimals import number, width_for
from rnn_tui.core.run import Walk
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.formula import hidden_bias
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.learning.teaching import settings, taught
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import Notation, printable
from rnn_tui.views.sheet.paging import page
from rnn_tui.views.sheet.palette import BADGE, CURSOR, DIM, LABEL, NOW, PLAIN

LONGEST_LABEL = 12


def cell_name(cell: Cell) -> str:
    """What a cell is called, and whether its equations were changed."""
    return f"{cell.name} (edited)" if cell.edited else cell.name


def network_name(walk: Walk, notation: Notation) -> str:
    """What runs, e.g. ``elman 4→3``; of a stack only how many layers, for the map of the stack has the rest."""
    arrow = "-" if notation.ascii else "→"
    if len(walk.network.layers) > 1:
        return f"{len(walk.network.layers)} layers"
    layer, inputs = walk.network.layers[0], walk.sizes[0].get("I", "?")
    return f"{cell_name(layer.cell)} {inputs}{arrow}{layer.output_size or inputs}"


def title(frame: Frame, width: int, status: str = "") -> Text:
    """The first line: program, sequence, network, and where one is; `status` stands before t."""
    walk, plain = frame.walk, frame.look.ascii
    right = Text.assemble((f"t = {frame.t}", NOW), (f" of {len(walk)} ", PLAIN))
    if status:
        right = Text.assemble((f"{status}  ", LABEL)) + right
    left = Text.assemble((" rnn_tui ", BADGE), "  ", (walk.sequence.name, PLAIN), "  ")
    left.append(network_name(walk, Notation(plain)), PLAIN)
    left.append("  " + (settings(frame.teaching) if frame.teaching else "inference"), DIM)
    if frame.teaching:
        right = Text.assemble((f"epoch {walk.epoch}", NOW), (f" of {walk.run.last_epoch}  ", PLAIN)) + right
    left.truncate(max(width - len(right) - 1, 0), overflow="crop" if plain else "ellipsis")
    return left + Text(" " * max(width - len(left) - len(right), 0)) + right


def stack_map(frame: Frame, width: int) -> Text:
    """The layers from x to y, the one that is shown lit: ``x → 1 lstm → [2 lstm] → 3 softmax → y``.

    A layer that runs backwards has an arrow to the left behind its name. A click carries ``{"layer": ...}``.
    """
    whole = _stack_map(frame, cell_name)
    text = whole if len(whole) <= width else _stack_map(frame, lambda cell: cell.name)
    excess = len(text) - width
    return text if excess <= 0 else text[_first_shown(text, width) :]


def _stack_map(frame: Frame, called: Callable[[Cell], str]) -> Text:
    glyphs, network = Notation(frame.look.ascii).glyphs, frame.walk.network
    text = Text(" x", LABEL, no_wrap=True, overflow="crop")
    for index, layer in enumerate(network.layers):
        beside = network.reads[index] == network.reads[index - 1] and index > 0
        text.append(" | " if beside else f" {glyphs.right} ", DIM)
        back = f" {glyphs.left}" if layer.reverse else ""
        name, lit = f"{index + 1} {called(layer.cell)}{back}", index == frame.index
        start = len(text)
        text.append(f"[{name}]" if lit else f" {name} ", CURSOR if lit else PLAIN)
        text.apply_meta({"layer": index + 1}, start, len(text))
    text.append(f" {glyphs.right} y", LABEL)
    return text


def _first_shown(text: Text, width: int) -> int:
    """Where a map that is too long begins, so that the lit layer is in view."""
    lit = text.plain.index("[")
    return max(min(lit - width // 3, len(text) - width), 0)


def strip(frame: Frame, width: int) -> Drawing:
    """The sequence in one line, timestep by timestep, the cursor between brackets. A click carries ``{"t": ...}``."""
    walk, cursor, look = frame.walk, frame.t, frame.look
    labels = walk.sequence.labels
    longest = max(map(cell_len, labels[:10_000]), default=0) or len(str(len(walk)))
    cell = min(longest, LONGEST_LABEL) + 2
    steps = page(cursor, len(walk), max((width - 2) // cell, 1))
    drawing = Drawing(width, 1)
    for index, t in enumerate(steps):
        label = printable(walk.sequence.label(t) or ("" if labels else str(t)), look.ascii)
        text = set_cell_size(label, cell - 2) if cell_len(label) > cell - 2 else centred(label, cell - 2)
        x = 1 + index * cell
        if t == cursor:
            drawing.put(x, 0, f"[{text}]", CURSOR)
        else:
            drawing.put(x, 0, f" {text} ", PLAIN if t < cursor else DIM)
        drawing.mark(x, 0, cell, 1, {"t": t})
    for x, more in ((0, steps.start > 1), (width - 1, steps.stop <= len(walk))):
        if more:
            drawing.put(x, 0, ("<" if x == 0 else ">") if look.ascii else ("‹" if x == 0 else "›"), LABEL)
    return drawing


def centred(label: str, width: int) -> str:
    """A label with blanks on both sides, `width` cells wide."""
    left = (width - cell_len(label)) // 2
    return " " * left + label + " " * (width - cell_len(label) - left)


def equation_lines(frame: Frame, width: int, height: int) -> Text:
    """The equations of R with the times filled in, then, where there is room, what they leave open.

    Where a cell has several sums, the chosen one and which it is. A bias that the tables had no room for is written
    out on a line of its own.
    """
    shown = Shown(frame)
    notation, cell, chosen = shown.notation, frame.cell, frame.equation
    equations = frame.sums
    alone = len(equations) == 1 and len(cell.equations) <= 2 and frame.gaze.zoom == "step"
    text = Text(" ", no_wrap=True, overflow="crop")
    for equation in cell.equations if alone else (chosen,):
        left, right = notation.equation(equation, frame.t or None)
        text.append(left, NOW if equation is chosen else PLAIN)
        text.append(f" = {right}   ", PLAIN)
    if frame.gaze.zoom != "step":
        text.append(f"operation {cell.equations.index(chosen) + 1} of {len(cell.equations)}", LABEL)
    elif len(equations) > 1:
        text.append(f"sum {equations.index(chosen) + 1} of {len(equations)}", LABEL)
    lines = [text]
    same = "" if frame.teaching else same_weights(cell, notation)
    if same and len(text) + len(same) + 2 <= width:
        text.append("  " + same, DIM)
    elif same:
        lines.append(Text(f" {same}", DIM))
    lines[1:1] = [*taught(frame, width), *left_out(shown, width)]
    return Text("\n").join(lines[:height])


def same_weights(cell: Cell, notation: Notation) -> str:
    """What readers trip over: the weights are no function of t."""
    weights = [notation.word(name) for name, shape in cell.parameters.items() if len(shape) == 2]
    if len(weights) > 4:
        weights = [*weights[:2], "..." if notation.ascii else "…"]
    return f"{', '.join(weights)}: the same at every t" if weights else ""


def left_out(shown: Shown, width: int) -> list[Text]:
    """The vectors of the shown equation that its row of tables has no room for, written out."""
    look = shown.frame.look
    lines = []
    for name in hidden_bias(shown.frame, width):
        values = shown.frame.step.parameters[name.name]
        line = Text(f" {shown.notation.word(name.name)} ", PLAIN, no_wrap=True, overflow="crop")
        each = width_for(values, look.digits)
        fitting = max(width - len(line) - len(" ..."), 0) // (each + 1)
        for value in values[:fitting]:
            line.append(" " + number(float(value), look.digits, each), LABEL)
        if len(values) > fitting:
            line.append(" ..." if look.ascii else " …", DIM)
        lines.append(line)
    return lines
