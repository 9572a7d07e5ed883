"""What a session works out from a sequence: how many classes its targets number."""

from __future__ import annotations

import pytest

from rnn_tui import Sequence
from rnn_tui.session.recipe import Blueprint, classes

NONE = float("nan")


@pytest.mark.parametrize(
    ("targets", "count"),
    [
        ([0.0, 2.0, 1.0], 3),
        ([1.0, 2.0, 2.0], 3),  # a class that never comes is one all the same
        ([NONE, 4.0, 0.0], 5),
        ([0.0, 0.0, 0.0], 1),
        ([0.0, 0.5, 1.0], 1),
        ([0.0, -1.0, 1.0], 1),
        ([NONE, NONE, NONE], 1),
    ],
)
def test_classes_are_numbered_from_zero(targets: list[float], count: int) -> None:
    sequence = Sequence([[0.0]] * 3, [[target] for target in targets])
    assert classes(sequence) == count
    layers = Blueprint(("elman", "softmax"), (2,)).build(sequence).network.layers
    assert layers[-1].output_size == count


def test_without_targets_there_are_no_classes() -> None:
    assert classes(Sequence([[0.0]])) == 1
