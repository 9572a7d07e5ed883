"""Target, loss and gradient of a timestep: each is written whole, or left out."""

from __future__ import annotations

import pytest
from frames import frame

from rnn_tui import Network, Run, load_sequence
from rnn_tui.core.decimals import free
from rnn_tui.core.learning import Learning
from rnn_tui.views.learning.teaching import taught

WHOLE = "target e 0.00 h 0.00 l 1.00 o 0.00"
"""The third letter of hello is followed by an l."""


@pytest.mark.parametrize("cursor", [3, 5])
def test_no_number_is_cut(cursor: int) -> None:
    network = Network.random(["elman", "softmax"], 4, 3, 0, 4)
    run = Run(network, load_sequence("hello.txt"), learning=Learning("cross-entropy"))
    teaching = run.walk().teaching
    assert teaching is not None
    whole = [free(teaching.loss_at(cursor), 4), free(teaching.walked.loss, 4)]
    whole.append(free(teaching.update_at(cursor).norm, 4))
    words = {"target", "none", "loss₃", "loss₅", "of", "|gradient|", "…"}
    for width in range(120):
        (line,) = taught(frame(run, cursor), width)
        assert len(line) <= width
        told = line.plain.replace(WHOLE, "target").replace("target l", "target")
        assert set(told.split()) <= {*whole, *words}, width
        if width >= 72:
            target = "target none" if cursor == 5 else WHOLE if width >= 80 else "target l"
            assert line.plain.startswith(f" {target}   loss")
            assert line.plain.endswith(whole[-1])
