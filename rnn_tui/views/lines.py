"""The one-line views: heading, strip of the sequence, equation."""

from __future__ import annotations

from rich.text import Text

from rnn_tui.core.cell import Cell
from rnn_tui.core.network import Network
from rnn_tui.core.simulator import Simulator
from rnn_tui.session import Display
from rnn_tui.views.diagrams import page
from rnn_tui.views.drawing import Drawing
from rnn_tui.views.formula import HEADER_ROWS, formula, hidden_bias, sums
from rnn_tui.views.notation import Notation
from rnn_tui.views.numbers import number, width_for
from rnn_tui.views.palette import BADGE, CURSOR, DIM, LABEL, NOW, PLAIN

LONGEST_LABEL = 12


def network_name(network: Network, notation: Notation) -> str:
    """What runs, e.g. ``elman 4→3``."""
    first = network.layers[0]
    sizes = [first.input_size, *(layer.output_size for layer in network.layers)]
    names = " ".join(layer.cell.name for layer in network.layers)
    return f"{names} " + ("-" if notation.ascii else "→").join(str(size or "?") for size in sizes)


def title(simulator: Simulator, cursor: int, display: Display, width: int, playing: str = "") -> Text:
    """The first line: program, sequence, network, and where one is."""
    right = Text.assemble((f"t = {cursor}", NOW), (f" of {len(simulator)} ", PLAIN))
    if playing:
        right = Text.assemble((f"{playing}  ", LABEL)) + right
    left = Text.assemble((" rnn_tui ", BADGE), "  ", (simulator.sequence.name, PLAIN), "  ")
    left.append(network_name(simulator.network, Notation(display.ascii)), PLAIN)
    left.append("  inference", DIM)
    left.truncate(max(width - len(right) - 1, 0), overflow="ellipsis" if not display.ascii else "crop")
    return left + Text(" " * max(width - len(left) - len(right), 0)) + right


def strip(simulator: Simulator, cursor: int, display: Display, width: int) -> Drawing:
    """The sequence in one line, timestep by timestep, the cursor between brackets. A click carries ``{"t": ...}``."""
    labels = simulator.sequence.labels
    longest = max(map(len, labels[:10_000]), default=0) or len(str(len(simulator)))
    cell = min(longest, LONGEST_LABEL) + 2
    steps = page(cursor, len(simulator), max((width - 2) // cell, 1))
    drawing = Drawing(width, 1)
    for index, t in enumerate(steps):
        text = printable(simulator.sequence.label(t) or ("" if labels else str(t)))[: cell - 2].center(cell - 2)
        x = 1 + index * cell
        if t == cursor:
            drawing.put(x, 0, f"[{text}]", CURSOR)
        else:
            drawing.put(x, 0, f" {text} ", PLAIN if t < cursor else DIM)
        drawing.mark(x, 0, cell, 1, {"t": t})
    for x, more in ((0, steps.start > 1), (width - 1, steps.stop <= len(simulator))):
        if more:
            drawing.put(x, 0, ("<" if x == 0 else ">") if display.ascii else ("‹" if x == 0 else "›"), LABEL)
    return drawing


def printable(label: str) -> str:
    """A label with white space made visible and nothing that a terminal would obey."""
    visible = label.translate({32: "␣", 10: "⏎", 9: "⇥"}) if label.strip() == "" else label
    return "".join(c if c.isprintable() else "?" for c in visible)


def equation_lines(simulator: Simulator, cursor: int, display: Display, width: int, height: int) -> Text:
    """The equations of R with the times filled in, then, where there is room, what they leave open.

    Where a cell has several sums, the chosen one and which it is. A bias that the tables had no room for is written
    out on a line of its own.
    """
    notation = Notation(display.ascii)
    cell = simulator.network.layers[-1].cell
    equations = sums(cell)
    chosen = equations[display.gate % len(equations)]
    text = Text(" ", no_wrap=True, overflow="crop")
    for equation in cell.equations if len(equations) == 1 else (chosen,):
        left, right = notation.equation(equation, cursor) if cursor else notation.timeless(equation)
        text.append(left, NOW if equation is chosen else PLAIN)
        text.append(f" = {right}   ", PLAIN)
    if len(equations) > 1:
        text.append(f"sum {display.gate % len(equations) + 1} of {len(equations)}", LABEL)
    lines = [text]
    same = same_weights(cell)
    if same and len(text) + len(same) + 2 <= width:
        text.append("  " + same, DIM)
    elif same:
        lines.append(Text(f" {same}", DIM))
    lines[1:1] = left_out(simulator, cursor, display, width)
    return Text("\n").join(lines[:height])


def same_weights(cell: Cell) -> str:
    """What readers trip over: the weights are no function of t."""
    weights = [name for name, shape in cell.parameters.items() if len(shape) == 2]
    return f"{', '.join(weights)}: the same at every t" if weights else ""


def left_out(simulator: Simulator, cursor: int, display: Display, width: int) -> list[Text]:
    """The vectors of the chosen equation that its row of tables has no room for, written out."""
    cell = simulator.network.layers[-1].cell
    equation = sums(cell)[display.gate % len(sums(cell))]
    row = formula(simulator, cursor, display, width, HEADER_ROWS + 1)
    lines = []
    for name in hidden_bias(row, cell, equation):
        values = simulator.at(cursor).parameters[name.name]
        line = Text(f" {name.name} ", PLAIN, no_wrap=True, overflow="crop")
        for value in values[: width // (display.digits + 4)]:
            line.append(" " + number(float(value), display.digits, width_for(values, display.digits)), LABEL)
        lines.append(line)
    return lines
