"""Target, loss and gradient of a timestep: each is written whole, or left out."""

from __future__ import annotations

import pytest
from rnn_tui.core.epochs import LearningSimulator

from rnn_tui import Network, load_sequence
from rnn_tui.core.decimals import free
from rnn_tui.core.learning import Learning
from rnn_tui.session.model import Display
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.learning.teaching import taught


@pytest.mark.parametrize("width", range(120))
@pytest.mark.parametrize("cursor", [3, 5])
def test_no_number_is_cut(width: int, cursor: int) -> None:
    simulator = LearningSimulator(
        Network.random(["elman", "softmax"], 4, 3, 0, 4), load_sequence("hello.txt"), Learning("cross-entropy")
    )
    (line,) = taught(Shown.of(simulator, cursor, Display()), width)
    assert len(line) <= width
    whole = ["0.00", "1.00", free(simulator.loss_at(cursor), 4), free(simulator.walked.loss, 4)]
    whole.append(free(simulator.update_at(cursor).norm, 4))
    words = {"target", "none", "loss₃", "loss₅", "of", "|gradient|", "…"}
    assert set(line.plain.split()) <= {*whole, *words}
    if width >= 72:
        assert line.plain.startswith(" target none" if cursor == 5 else " target 0.00 0.00 1.00 0.00   loss₃ ")
        assert line.plain.endswith(whole[-1])
