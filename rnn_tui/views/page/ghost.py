"""What is said of the difference between two runs: how large it is, from when on and until when it is felt."""

from __future__ import annotations

from rich.text import Text

from rnn_tui.core.comparison import TOLERANCE
from rnn_tui.core.decimals import free
from rnn_tui.session.model import BEFORE, DIFFERENCE
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN
from rnn_tui.views.sheet.pen import Phrase, fitting, written

WORDS = {BEFORE: "before", DIFFERENCE: "difference"}


def mode(frame: Frame) -> list[Phrase]:
    """What the title says: how many edits there are, and which run the tables show, where it is not this one."""
    count = len(frame.edits)
    found = [Phrase.of(LABEL, f"{count} edit{'s' * (count > 1)}  ", rank=3)] if count else []
    seen = frame.other is not None and (frame.differing or frame.gaze.versus != DIFFERENCE)
    word = WORDS.get(frame.gaze.versus, "") if seen else ""
    word = "beside" if word and frame.beside and frame.gaze.versus == BEFORE else word
    return [Phrase.of(NOW, f"[{word}]  "), *found] if word else found


def ghost_lines(frame: Frame, width: int) -> list[Text]:
    """One line on the difference of the layer's y; nothing where there is no other run."""
    compared, shown = frame.compared, Shown(frame)
    if compared is None or not frame.t or frame.concealed(frame.t):
        return []
    more = shown.notation.glyphs.more
    size, word = compared.size(frame.t), shown.notation.word("y")
    phrases = [Phrase.of(LABEL, f" {shown.notation.at('y', frame.t)} differs")]
    if size is not None:
        phrases.append(Phrase.of(NOW, " by 0, exactly" if size == 0 else f" by {free(size, frame.look.digits + 1)}"))
    if not frame.hidden:
        felt = [(unit, int(t)) for unit, t in enumerate(compared.first) if t]
        if felt:
            until = f";  over {TOLERANCE:g} until t = {compared.last}" + ("" if compared.over else " so far")
            phrases.append(Phrase.of(PLAIN, until, rank=1))
            phrases.append(Phrase.of(DIM, ", first", rank=2))
            phrases += [Phrase.of(DIM, f" {word}[{unit + 1}] t={t}", rank=3) for unit, t in felt]
        elif compared.ready:
            nowhere = f";  over {TOLERANCE:g} nowhere" + ("" if compared.over else " so far")
            phrases.append(Phrase.of(PLAIN, nowhere, rank=1))
    return [written(fitting(width, phrases, more))]
