"""Pictures 7, 8 and 9 of the seed: R with a state, R as an equation, and R rolled up."""

from __future__ import annotations

from rnn_tui.core.decimals import free
from rnn_tui.core.equations import Expression, Name, names
from rnn_tui.views.pictures.parts import Array, Numbers, View, matrix, matrix_width, pick
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, TITLE

BOX = 9
"""The width of R."""
LOOP = 8
"""The columns that the circular arrow reaches out."""
STATES = 3
"""The parts of a state that are drawn."""
LONGEST_LINE = 76


def state_before(view: View, name: str) -> Array | None:
    """The state that the timestep reads; None where it is not known yet."""
    step = view.shown.frame.step
    return step.state_prev[name] if view.known else step.state.get(name)


def recursive(view: View, width: int, height: int) -> Drawing | None:
    """Picture 7: R with x from below and s from the left, y going up and s to the right, which stays in the layer."""
    glyphs = view.shown.notation.glyphs
    states = list(view.shown.frame.cell.states)[:STATES]
    body = max(3, len(states) + 2)
    y, x_in = view.numbers("y", view.shown.frame.step.y if view.known else None), view.vector_x()
    side = _side(view, states, width)
    total = max(2 * side + BOX, y.room(30), x_in.room(30))
    if total > width or height < body + 4:
        return None
    full, framed = height >= body + 6, height >= body + 8 and bool(states)
    drawing = Drawing(total, body + 4 + 2 * full + 2 * framed, view.more)
    top = 2 + full + framed
    mid, style, own = total // 2, PLAIN if view.known else DIM, NOW if view.known else DIM
    drawing.box(mid - BOX // 2, top, BOX, body, glyphs.now, own)
    drawing.put(mid, top + body // 2, "R", own)
    if framed:
        _frame(drawing, view, top - 1, body + 2)
        drawing.put(mid, top - 1, glyphs.upright, style)
        drawing.put(mid, top + body, glyphs.up, style)
        _beside(drawing, view, mid)
    _through(drawing, view, mid, (top - 1 - framed, top + body + framed), full)
    if framed:
        drawing.put(mid, top + body + 1, glyphs.upright, style)
    for row, name in enumerate(states, top + 1 + (body - 2 - len(states)) // 2):
        ends = [(name, -1), (name, 0)]
        for (_, offset), left in zip(ends[:: -1 if view.shown.frame.layer.reverse else 1], (True, False), strict=True):
            _state(drawing, view, Name(name, offset), (0 if left else total - side, row, side), left, len(states) == 1)
    return drawing


def _side(view: View, states: list[str], width: int) -> int:
    """The columns on one side of R that the states and their arrows take, with the edge of the frame."""
    if not states:
        return 0
    notation, count = view.shown.notation, len(view.shown.frame.walk)
    word = max(len(notation.at(name, count)) for name in states)
    numbers = max(view.numbers(name, None).room(24) for name in states)
    return min(2 + word + 1 + numbers + 5, (width - BOX) // 2)


def _state(drawing: Drawing, view: View, name: Name, place: tuple[int, int, int], left: bool, alone: bool) -> None:
    """A state before or after R with its arrow; its numbers stand below it where it is `alone` and they need that."""
    notation, glyphs = view.shown.notation, view.shown.notation.glyphs
    x, row, side = place
    value = state_before(view, name.name) if name.offset else view.shown.frame.step.state.get(name.name)
    numbers = view.numbers(name.name, value if name.offset or view.known else None, name.offset)
    text = notation.at(name.name, notation.time(name, view.t))
    style = NOW if numbers.values is not None else DIM
    arrow = (glyphs.left + glyphs.line * 2) if view.shown.frame.layer.reverse else (glyphs.line * 2 + glyphs.right)
    drawing.put(x + side - 4 if left else x + 1, row, arrow, NOW if view.known else DIM)
    at = x + 2 if left else x + 5
    drawing.put(at, row, text, style)
    beside = side - 7 - len(text) - 1
    if alone and beside < numbers.room(24) < side:
        numbers.across(drawing, x + left, row + 1, side - 1, view)
    else:
        numbers.across(drawing, at + len(text) + 1, row, beside, view)


def _through(drawing: Drawing, view: View, mid: int, rows: tuple[int, int], full: bool) -> None:
    """y above R and x below it, with arrows in two rows; `full`: with their numbers."""
    notation, glyphs = view.shown.notation, view.shown.notation.glyphs
    style = PLAIN if view.known else DIM
    y, x_in = view.numbers("y", view.shown.frame.step.y if view.known else None), view.vector_x()
    for numbers, name, row, away in ((y, "y", rows[0], -1), (x_in, "x", rows[1], 1)):
        text = notation.at(name, view.t)
        drawing.put(mid, row, glyphs.up, style)
        drawing.put(mid - (len(text) - 1) // 2, row + away, text, style)
        if full:
            room = numbers.room(30)
            numbers.across(drawing, mid - room // 2, row + 2 * away, room, view)


def _frame(drawing: Drawing, view: View, top: int, rows: int) -> None:
    """The dotted frame around what stays in the layer."""
    future = view.shown.notation.glyphs.future
    corners, sides = tuple(future.corners), tuple(future.sides)
    for row, ends in ((top, corners[:2]), (top + rows - 1, (corners[3], corners[2]))):
        drawing.put(0, row, ends[0] + sides[0] * (drawing.width - 2) + ends[1], LABEL)
    drawing.down(0, top + 1, sides[3] * (rows - 2), LABEL)
    drawing.down(drawing.width - 1, top + 1, sides[1] * (rows - 2), LABEL)
    text = " stays in the layer "
    if drawing.width >= 2 * len(text) + 8:
        drawing.put(2, top, text, LABEL)


def _beside(drawing: Drawing, view: View, mid: int) -> None:
    """Where x comes from and where y goes, beside their names."""
    source = "from the sequence" if view.shown.frame.reads_sequence else "from the layer below"
    for text, row in (("to the next layer", 1), (source, drawing.height - 2)):
        if mid + 8 + len(text) <= drawing.width:
            drawing.put(mid + 8, row, text, LABEL)


def recursive_said(view: View) -> list[str]:
    """What there is to say of picture 7."""
    notation, cell = view.shown.notation, view.shown.frame.cell
    y = notation.word("y")
    if not cell.recurrent:
        return [f"{view.title} has no state: one input, one output, and nothing stays in the layer."]
    after = " ".join(notation.at(name, view.t) for name in cell.states)
    stays = "stays in the layer and is" if len(cell.states) == 1 else "stay in the layer and are"
    return [
        f"{after} {stays} read with the next sample: now order counts.",
        f"{y} is the layer's output, not a prediction: a readout layer makes one of it.",
    ]


def equation(view: View, width: int, height: int) -> Drawing | None:
    """Picture 8: ``(y, s) = R(x, W, s, U)`` with the numbers of each symbol under it."""
    cell, step = view.shown.frame.cell, view.shown.frame.step
    states = list(cell.states)
    on_x, on_s = view.form.weights if view.form else "", _on_state(view)
    state_names = [Name(name, -1) for name in states]
    left = [Name("y", 0), *(Name(name, 0) for name in states)]
    right = [Name("x", 0)]
    right += [Name(name, 0) for name in cell.inputs if name != "x"]
    right += [Name(on_x)] if on_x else []
    right += state_names
    right += [Name(on_s)] if on_s else []
    if not on_x:
        right += [Name(name) for name, shape in cell.parameters.items() if len(shape) == 2 and name != on_s][:1]
    known = {**{n: step.parameters[n] for n in step.parameters}, **step.values, **step.inputs}

    def value(name: Name) -> Array | None:
        if name.offset == -1:
            return state_before(view, name.name)
        return known.get(name.name) if view.known or name.offset is None else None

    columns = [(name, view.numbers(name.name, value(name), name.offset)) for name in (*left, *right)]
    others = sum(len(shape) == 2 for shape in cell.parameters.values()) - sum(n.offset is None for n in right)
    dots = f", {view.more}" if others > 0 else ""
    room = height - 1
    if room < 1:
        return None
    widest = max(numbers.shape[1] for _, numbers in columns)
    for most, comma in ((widest, ", "), *((most, ",") for most in range(min(widest, width), 0, -1))):
        pieces = _pieces(view, columns, len(left), most, comma, dots)
        needed = sum(wide for _, wide, _ in pieces)
        if needed <= width:
            break
    else:
        return None
    tall = max(len(pick(numbers.shape[0], room)) for _, numbers in columns)
    drawing = Drawing(needed, tall + 1, view.more)
    at = 0
    for text, wide, numbers in pieces:
        if numbers is None:
            drawing.put(at, 0, text, NOW)
        else:
            lit = NOW if view.known or numbers.values is not None else DIM
            drawing.middle(at, 0, wide, text, lit)
            rows, chosen = pick(numbers.shape[0], room), pick(numbers.shape[1], most)
            start = at + (wide - matrix_width(numbers, chosen) + 1) // 2
            matrix(drawing, start, 1, numbers, rows, chosen, view)
        at += wide
    return drawing


def _pieces(
    view: View, columns: list[tuple[Name, Numbers]], left: int, most: int, comma: str, dots: str
) -> list[tuple[str, int, Numbers | None]]:
    """The equation as symbols over their numbers and what stands between them, each with its width."""
    notation = view.short
    pieces: list[tuple[str, int, Numbers | None]] = [("(", 1, None)] if left > 1 else []
    for index, (name, numbers) in enumerate(columns):
        between = (")" if left > 1 else "") + " = R(" if index == left else comma if index else ""
        if between:
            pieces.append((between, len(between), None))
        time = view.t if name.offset is None else notation.time(name, view.t)
        text = notation.at(name.name, time)
        wide = max(matrix_width(numbers, pick(numbers.shape[1], most)), len(text))
        pieces.append((text, wide, numbers))
    pieces.append((dots + ")", len(dots) + 1, None))
    return pieces


def _on_state(view: View) -> str:
    """The matrix on the state in the equation that is shown; the first of another one where it has none."""
    cell = view.shown.frame.cell
    shown = [e for e in cell.equations if view.form and e.target == view.form.target]
    for each in (*shown, *cell.equations):
        for name in _parameters(each.expression):
            if len(cell.parameters.get(name, ())) == 2 and (not view.form or name != view.form.weights):
                return name if cell.recurrent else ""
    return ""


def _parameters(expression: Expression) -> list[str]:
    return [name.name for name in names(expression) if name.offset is None]


def equation_said(view: View) -> list[str]:
    """What R is for this cell, and what readers trip over."""
    notation, cell = view.short, view.shown.frame.cell
    joined = [f"R is {view.title}:"]
    for each in cell.equations:
        line = " = ".join(notation.equation(each, view.t))
        if len(joined[-1]) + len(line) + 4 <= LONGEST_LINE:
            joined[-1] += ("   " if joined[-1][-1] != ":" else " ") + line
        else:
            joined.append(line)
    weights = [notation.word(name) for name, shape in cell.parameters.items() if len(shape) == 2]
    said = f"{' and '.join(weights) if len(weights) < 3 else 'The weights'}: the same at every t unless it learns."
    bias = view.form.bias if view.form else ""
    values = view.shown.frame.step.parameters[bias] if bias else ()
    if len(cell.equations) <= 2 and 0 < len(values) <= 6:
        texts = [free(float(value), view.shown.frame.look.digits) for value in values]
        said = f"{notation.word(bias)} = ({', '.join(texts)})    {said}"
    letters = [view.form.weights if view.form else "", _on_state(view), "x", *cell.states, "y"]
    return [*joined, *view.key(*letters), *([said] if weights else [])]


def rolled_up(view: View, width: int, height: int) -> Drawing | None:
    """Picture 9: one component with x, y and the circular arrow, the state not named."""
    glyphs = view.shown.notation.glyphs
    y, x_in = view.numbers("y", view.shown.frame.step.y if view.known else None), view.vector_x()
    side = max(BOX + 2 * LOOP, y.room(30), x_in.room(30))
    if side > width or height < 7:
        return None
    tall, full = 5 if height >= 11 else 3, height >= 9
    drawing = Drawing(side, tall + 4 + 2 * full, view.more)
    top, mid = 2 + full, side // 2
    drawing.box(
        mid - BOX // 2, top, BOX, tall, glyphs.now if view.known else glyphs.future, PLAIN if view.known else DIM
    )
    drawing.put(mid, top + tall // 2, "R", TITLE if view.known else DIM)
    _through(drawing, view, mid, (top - 1, top + tall), full)
    if view.shown.frame.cell.recurrent:
        x, first, last = mid + BOX // 2 + 1, top + tall // 4, top + tall - 1 - tall // 4
        drawing.put(x, first, glyphs.line * (LOOP - 1) + glyphs.bend[1], NOW)
        drawing.down(x + LOOP - 1, first + 1, glyphs.upright * (last - first - 1), NOW)
        drawing.put(x, last, glyphs.left + glyphs.line * (LOOP - 2) + glyphs.bend[2], NOW)
    return drawing


def rolled_said(view: View) -> list[str]:
    """What there is to say of picture 9."""
    notation, cell = view.shown.notation, view.shown.frame.cell
    if not cell.recurrent:
        return [f"{view.title} has no state, so there is no arrow: every timestep stands alone."]
    state = ", ".join(notation.word(name) for name in cell.states)
    return [
        "All copies of picture 7 in one: the same R at every timestep.",
        f"The arrow is the state {state}, no longer named: what R leaves, it reads next.",
    ]
