"""The one-line views: title, map of the stack, strip of the sequence, equation."""

from __future__ import annotations

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from rnn_tui.core.cell import Cell
from rnn_tui.core.decimals import number, width_for
from rnn_tui.core.equations import Name
from rnn_tui.core.parts import Parts
from rnn_tui.core.run import Walk
from rnn_tui.stepper.commands import BY_ID
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.keys import key_name
from rnn_tui.views.layer.formula import hidden_bias
from rnn_tui.views.layer.giver import foretold
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.learning.chain_equations import chain_equations
from rnn_tui.views.learning.teaching import settings, taught
from rnn_tui.views.page.ghost import ghost_lines, mode
from rnn_tui.views.page.predicted import predicted, room_for, tally_room, verdicts
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import LONGEST_LABEL, Notation, mark, printable, said_mark
from rnn_tui.views.sheet.paging import page
from rnn_tui.views.sheet.palette import BADGE, CURSOR, DIM, LABEL, NOW, PLAIN, TITLE
from rnn_tui.views.sheet.pen import Phrase, Run, cut, fitting, length, shortened, stacked, written

BAR = 10
"""Characters of a bar in the title."""
LEAST_MAP = 20
"""Columns that the map of the stack keeps beside a prediction."""


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


def title(frame: Frame, width: int, status: str = "", done: float | None = None) -> Text:
    """The first line: program, sequence, network, and where one is; `status` stands before t, with a bar of how much
    is `done` of it."""
    walk, notation, teaching = frame.walk, Notation(frame.look.ascii), frame.teaching
    more = notation.glyphs.more
    told = [f"{status}  "] if done is None else [f"{status} {bar}{done:.0%}  " for bar in (f"{_bar(done)} ", "")]
    right = [Phrase.of(LABEL, *told, rank=2)] if status else []
    if walk.run.learner is not None:
        after = "" if teaching else "after "
        epoch, last = f"{after}epoch {walk.epoch}", walk.run.last_epoch
        right.append(Phrase((((epoch, NOW), (f" of {last}  ", PLAIN)), ((f"{epoch}  ", NOW),)), 1))
    if walk.sequence.parts is not None:
        right.append(which_sequence(walk.sequence.parts, frame.t))
    right.append(Phrase((((f"t = {frame.t}", NOW), (f" of {len(walk)} ", PLAIN)), ((f"t = {frame.t}", NOW),))))
    if walk.generated(frame.t):
        right.insert(len(right) - 1, Phrase.of(NOW, "generated  ", f"{said_mark(frame.look.ascii)} ", rank=1))
    right = [*mode(frame), *right]
    name = f"  {walk.sequence.name}"
    kept = min(len(" rnn_tui ") + len(name), width * 2 // 5) if walk.sequence.parts is not None else 0
    ends = fitting(width - kept, right, more)
    left = [
        Phrase.of(BADGE, " rnn_tui ", rank=1),
        Phrase.of(PLAIN, name, rank=3),
        Phrase.of(PLAIN, f"  {network_name(walk, notation)}", rank=2),
        Phrase.of(DIM, f"  {settings(teaching) if teaching else without_learning(frame)}", "", rank=4),
    ]
    start = fitting(max(width - length(ends) - 1, 0), left, more)
    return written([*start, (" " * (width - length(start) - length(ends)), PLAIN), *ends])


def which_sequence(parts: Parts, t: int) -> Phrase:
    """Which of several sequences a timestep is of, and what it counts there."""
    if not t:
        return Phrase.of(PLAIN, f"{len(parts)} sequences  ", rank=3)
    number, count, own = parts.told(t)
    which = (f"sequence {number}", NOW)
    whole = (which, (f" of {count}, its t = {own}  ", PLAIN))
    return Phrase((whole, (which, (f", its t = {own}  ", PLAIN)), (which, ("  ", PLAIN))), 3)


def _bar(done: float) -> str:
    filled = int(done * BAR)
    return f"[{'#' * filled}{'.' * (BAR - filled)}]"


def run_name(frame: Frame, width: int) -> Text:
    """One of two runs in a line: which network reads which sequence, how it learns, and what is changed in it."""
    walk, notation, teaching = frame.walk, Notation(frame.look.ascii), frame.teaching
    cells = ", ".join(cell_name(layer.cell) for layer in walk.network.layers)
    named = cells if len(walk.network.layers) > 1 else network_name(walk, notation)
    phrases = [Phrase.of(TITLE, f" {named}"), Phrase.of(PLAIN, f"  {walk.sequence.name}", rank=3)]
    if frame.manner:
        phrases.append(Phrase.of(NOW, f"  {frame.manner}", rank=1))
    if frame.seed is not None:
        phrases.append(Phrase.of(LABEL, f"  seed {frame.seed}", rank=2))
    if teaching is not None:
        phrases.append(Phrase.of(LABEL, f"  {settings(teaching)}, epoch {walk.epoch}", f"  epoch {walk.epoch}", rank=2))
    if frame.edits:
        phrases.append(Phrase.of(NOW, f"  {'; '.join(edit.text for edit in frame.edits)}", rank=4))
    return written(fitting(width, phrases, notation.glyphs.more))


def map_line(frame: Frame, width: int) -> Text:
    """The map of the stack and, beside its y, what it predicts; the map folds first."""
    beside = room_for(frame)
    whole = stack_map(frame, width - beside if width - beside >= LEAST_MAP else width)
    told = fitting(width - whole.cell_len, predicted(frame), mark(frame.look.ascii))
    return Text.assemble(whole, *told, no_wrap=True)


def without_learning(frame: Frame) -> str:
    """What a network does that does not learn, or not yet; before the first sample, what its weights are."""
    if frame.run.learner is not None:
        return "as it has learned" if frame.walk.epoch else "before it learns"
    return "inference" if frame.t or frame.seed is None else "random weights"


def stack_map(frame: Frame, width: int) -> Text:
    """The layers from x to y, the one that is shown lit: ``x → 1 lstm → [2 lstm] → 3 softmax → y``.

    A layer that runs backwards has an arrow to the left behind its name. A click carries ``{"layer": ...}``.
    """
    more, names = mark(frame.look.ascii), [layer.cell.name for layer in frame.walk.network.layers]
    entries = _entries(frame, [cell_name(layer.cell) for layer in frame.walk.network.layers])
    if length(run for entry in entries for run in entry) > width:
        entries = _entries(frame, names)
    first = last = frame.index + 1
    shown = entries[first]
    while True:  # as many neighbours as have room, on both sides in turn
        wider = [
            (low, high) for low, high in ((first - 1, last), (first, last + 1)) if low >= 0 and high < len(entries)
        ]
        wider.sort(key=lambda ends: abs(ends[0] + ends[1] - 2 * (frame.index + 1)))
        for low, high in wider:
            runs = [run for entry in entries[low : high + 1] for run in entry]
            marks = [(more, DIM)] * (low > 0), [(f" {more}", DIM)] * (high < len(entries) - 1)
            if length([*marks[0], *runs, *marks[1]]) <= width:
                first, last, shown = low, high, [*marks[0], *runs, *marks[1]]
                break
        else:
            return written(cut(shown, width, more))


def _entries(frame: Frame, names: list[str]) -> list[list[Run]]:
    """What stands on the map: x, the layers, each with the arrow before it, and y."""
    glyphs, reads = Notation(frame.look.ascii).glyphs, frame.walk.network.reads
    entries: list[list[Run]] = [[(" x", LABEL)]]
    for index, layer in enumerate(frame.walk.network.layers):
        beside, lit = reads[index] == reads[index - 1] and index > 0, index == frame.index
        name = f"{index + 1} {names[index]}" + (f" {glyphs.left}" if layer.reverse else "")
        style = (CURSOR if lit else PLAIN) + Style(meta={"layer": index + 1})
        entries.append([(" | " if beside else f" {glyphs.right} ", DIM), (f"[{name}]" if lit else f" {name} ", style)])
    return [*entries, [(f" {glyphs.right} y", LABEL)]]


def strip(frame: Frame, width: int, height: int = 1) -> Drawing:
    """The sequence in one line, timestep by timestep, the cursor between brackets, a line before each but the first of
    several. A click carries ``{"t": ...}``.

    In a second line stands under each whether what is predicted there is right.
    """
    walk, cursor, look = frame.walk, frame.t, frame.look
    labels = walk.sequence.labels
    longest = max(map(cell_len, labels[:10_000]), default=0) or len(str(len(walk)))
    cell = min(longest, LONGEST_LABEL) + 2
    score = walk.tape.score if height > 1 else None
    beside = 0 if score is None else tally_room(len(walk))
    steps = page(cursor, len(walk), max((width - 2 - beside) // cell, 1))
    drawing = Drawing(width, height, mark(look.ascii))
    parts = walk.sequence.parts
    begins = set() if parts is None else {parts.span(parts.at(t))[0] for t in steps} - {1}
    for index, t in enumerate(steps):
        label = printable(walk.sequence.label(t) or ("" if labels else str(t)), look.ascii)
        text = centred(shortened(label, cell - 2, drawing.more), cell - 2)
        x = 1 + index * cell
        text = centred("?", cell - 2) if foretold(frame, t) else text
        if t == cursor:
            drawing.put(x, 0, f"[{text}]", CURSOR)
        else:
            said = said_mark(look.ascii) if walk.generated(t) else " "
            drawing.put(x, 0, f"{said}{text} ", PLAIN if t < cursor else DIM)
        if t in begins and t != cursor:
            drawing.put(x, 0, "|" if look.ascii else "│", LABEL)
        drawing.mark(x, 0, cell, 1, {"t": t})
    end = width - 1 if score is None else 1 + len(steps) * cell
    for x, more in ((0, steps.start > 1), (end, steps.stop <= len(walk))):
        if more:
            drawing.put(x, 0, ("<" if x == 0 else ">") if look.ascii else ("‹" if x == 0 else "›"), LABEL)
    if score is not None:
        verdicts(drawing, frame, score, steps, cell, 1)
    return drawing


def centred(label: str, width: int) -> str:
    """A label with blanks on both sides, `width` cells wide."""
    left = (width - cell_len(label)) // 2
    return " " * left + label + " " * (width - cell_len(label) - left)


def equation_lines(frame: Frame, width: int, height: int) -> Text:
    """The equations of R with the times filled in, then, where there is room, what they leave open.

    Where a cell has several sums, the chosen one and which it is. A bias that the tables had no room for is written
    out on a line of its own, else behind the equation, else it is named there with a mark.
    """
    shown, ghost = Shown(frame), ghost_lines(frame, width)
    notation, cell, chosen = shown.notation, frame.cell, frame.equation
    if frame.differing:
        note = Text(" Tables: this run less the one it is compared with.", LABEL)
        return stacked([*ghost, note][:height], width, height, notation.glyphs.more)
    equations, more = frame.sums, notation.glyphs.more
    alone = len(equations) == 1 and len(cell.equations) <= 2 and frame.gaze.zoom == "step"
    phrases = chain_equations(frame)
    for equation in () if phrases else cell.equations if alone else (chosen,):
        left, right = notation.equation(equation, frame.t or None)
        style = NOW if equation is chosen else PLAIN
        gap = "   " if phrases else " "
        phrases.append(Phrase((((gap + left, style), (f" = {right}", PLAIN)),), 0 if equation is chosen else 2))
        longest = max(sum(map(cell_len, notation.equation(equation, t))) for t in (None, len(frame.walk)))
        still = " " * (longest - cell_len(left + right))  # what stands behind it stays where it is as t grows
        phrases.append(Phrase.of(PLAIN, still, "", rank=9))
    if frame.back is None and frame.gaze.zoom != "step":
        which = f"   operation {cell.equations.index(chosen) + 1} of {len(cell.equations)}"
        phrases.append(Phrase.of(LABEL, which, "", rank=2))
    elif frame.back is None and len(equations) > 1:
        phrases.append(Phrase.of(LABEL, f"   sum {equations.index(chosen) + 1} of {len(equations)}", "", rank=2))
    if frame.later_weights:
        told = {"next": f"what t = {frame.t + 1} uses", "change": f"the change after t = {frame.t}"}[frame.gaze.weights]
        phrases.append(Phrase.of(LABEL, f"   in the tables {told}", f"   tables: {told}", rank=1))
    if len(frame.walk.network.layers) == 1:  # else it stands beside the map
        phrases += predicted(frame)
    hidden = () if frame.back is not None else hidden_bias(frame, width - 1)  # the tables have one column less
    below = [*ghost, *taught(frame, width), *(written(biases(shown, name, width)) for name in hidden)]
    if len(below) >= height:
        for name in hidden:
            mark_alone = ((f"   {notation.name(name, frame.t)} {more}", LABEL),)
            phrases.append(Phrase(((("  ", PLAIN), *biases(shown, name, width)), mark_alone), rank=1))
    about = [] if frame.teaching else about_weights(frame, notation)
    room = width - sum(length(phrase.forms[0]) for phrase in phrases)
    under = len(below) + 1 < height
    said = next((text for text in about if len(text) + 5 <= room or (under and len(text) < width)), "")
    together = len(said) + 5 <= room
    beside = [Phrase.of(DIM, f"     {said}")] if said and together else []
    lines = [written(fitting(width, [*phrases, *beside], more)), *below]
    if said and not together:
        lines.append(Text(f" {said}", DIM))
    return stacked(lines[:height], width, height, more)


def about_weights(frame: Frame, notation: Notation) -> list[str]:
    """What is so of the weights, the fullest first: before the first sample that they are random and how they learn."""
    same = same_weights(frame.cell, notation)
    if not same:
        return []
    if frame.t or frame.seed is None:
        return [same]
    names, _, rest = same.partition(": ")
    random = f"{names}: random (seed {frame.seed})"
    if frame.walk.sequence.targets is None:
        return [f"{random}, {rest}", random]
    learn = f"{key_name(BY_ID['learn'].keys[0])} makes them learn"
    return [f"{random}, {rest}; {learn}", f"{random}; {learn}", random]


def same_weights(cell: Cell, notation: Notation) -> str:
    """What readers trip over: the weights are no function of t."""
    weights = [notation.word(name) for name, shape in cell.parameters.items() if len(shape) == 2]
    if len(weights) > 4:
        weights = [*weights[:2], "..." if notation.ascii else "…"]
    return f"{', '.join(weights)}: the same at every t" if weights else ""


def biases(shown: Shown, name: Name, width: int) -> list[Run]:
    """The name and the numbers of a vector on a line, as many as have room."""
    look, more, values = shown.frame.look, shown.notation.glyphs.more, shown.frame.step.parameters[name.name]
    each = width_for(values, look.digits)
    phrases = [Phrase.of(PLAIN, f" {shown.notation.name(name, shown.frame.t)} ")]
    for value in values[: width // 2]:
        phrases.append(Phrase.of(LABEL, " " + number(float(value), look.digits, each), rank=1))
    phrases += [Phrase.of(DIM, f" {more}")] if len(values) > width // 2 else []
    return fitting(width, phrases, more)
