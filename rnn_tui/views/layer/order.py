"""The operations of R in the order computed: the ledger, as long as no number is looked into."""

from __future__ import annotations

from rich.text import Text

from rnn_tui.core.decimals import free
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN
from rnn_tui.views.sheet.pen import Phrase, fitting, written


def operations(shown: Shown, width: int, height: int) -> list[Text]:
    """The equations of R in the order computed: done, current, to come."""
    count = len(shown.frame.cell.equations)
    current = shown.frame.gaze.operation % count
    first = min(max(current - height // 2, 0), max(count - height, 0))
    done, here = ("x", ">") if shown.frame.look.ascii else ("✓", "▶")
    more = shown.notation.glyphs.more
    lines = []
    for index, equation in enumerate(shown.frame.cell.equations[first : first + height], first):
        left, right = shown.notation.equation(equation, shown.frame.t or None)
        style = NOW if index == current else PLAIN if index < current else DIM
        mark = here if index == current else done if index < current and shown.frame.t else " "
        start = f" {mark} {index + 1}  {left}"
        phrases = [Phrase.of(style, f"{start} = {right}", start)]
        if index <= current and shown.frame.t:
            number_style, values = LABEL if index < current else PLAIN, shown.frame.step.values[equation.target]
            texts = [free(float(value), shown.frame.look.digits) for value in values[: max(width // 2, 1)]]
            hidden = shown.hidden(equation.target, shown.frame.t)
            texts = ["?" if row in hidden else text for row, text in enumerate(texts)]
            phrases.append(Phrase.of(number_style, f"   {texts[0]}", rank=1))
            phrases += [Phrase.of(number_style, f"  {text}", rank=2) for text in texts[1:]]
            phrases += [Phrase.of(DIM, f"  {more}", rank=1)] if len(values) > len(texts) else []
        lines.append(written(fitting(width, phrases, more)))
    return lines
