"""Sessions of people who learn as courses do it, with the values that they expected; each says where they are from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.session.file import parse_session, read_session, session_text

CASES = Path(__file__).parent / "cases"


def test_half_the_sum_of_squares() -> None:
    """PyTorch's autograd of the sum of 0.5 (y - t)^2."""
    learner = read_session(CASES / "14-half-squared.toml").recipe.build().learner
    assert learner is not None
    epoch = learner.epoch(1)
    back = epoch.updates[0].back()
    assert epoch.loss == pytest.approx(0.1144355708, abs=5e-11)
    found = [back.parameters[0]["W"], back.parameters[0]["U"], back.parameters[1]["W"]]
    np.testing.assert_allclose(np.ravel(found), [0.692508, -0.231388, 0.409447], atol=5e-7)
    slopes = [float(back.adjoints[0][t].named["s"][0]) for t in range(3)]
    np.testing.assert_allclose(slopes, [0.380218, -0.405389, 0.348768], atol=5e-7)


def test_min_char_rnn() -> None:
    """PyTorch's autograd, each number of a gradient within 0.5, then Adagrad.

    That program divides by sqrt(m + 1e-8) and torch.optim.Adagrad, which is ours, by sqrt(m) + 1e-10: the losses agree
    to 1e-7, the parameters to all decimals that are told.
    """
    learner = read_session(CASES / "15-min-char-rnn.toml").recipe.build().learner
    assert learner is not None
    assert learner.epoch(1).loss == pytest.approx(2.4592555535, abs=5e-11)
    assert learner.epoch(2).loss == pytest.approx(2.0663324727, abs=1e-7)
    elman, readout = (layer.parameters for layer in learner.epoch(2).after.layers)
    right: dict[str, Any] = {
        "W": [[-1.592744, -1.484025], [-1.517105, -0.535088]],
        "U": [[-2.166597, -0.044661], [-0.810574, 1.0351]],
        "b": [-0.1407, -0.169259],
    }
    assert set(right) == set(elman)
    for name, wanted in right.items():
        np.testing.assert_allclose(elman[name], wanted, atol=5e-7)
    np.testing.assert_allclose(readout["W"], [[0.789289, 1.24945], [0.940711, 0.09055]], atol=5e-7)
    np.testing.assert_allclose(readout["b"], [0.134799, -0.134799], atol=5e-7)


def test_how_it_learns_is_kept_in_the_file() -> None:
    text = (
        (CASES / "15-min-char-rnn.toml")
        .read_text(encoding="utf-8")
        .replace("epochs = 2", 'epochs = 2\nweight_decay = 0.25\nreduction = "mean"\nschedule = "step:3:0.5"')
    )
    session = parse_session(text)
    again = parse_session(session_text(session))
    learning = again.recipe.learning
    assert learning == session.recipe.learning
    assert learning is not None
    assert (learning.reduction, learning.schedule) == ("mean", "step:3:0.5")
    assert (learning.optimizer.clip_value, learning.optimizer.weight_decay) == (0.5, 0.25)
