"""The picture of vanishing gradients: what is written about it is whole or left out."""

from __future__ import annotations

import re

import numpy as np
import pytest
from frames import frame, seen

from rnn_tui import Network, load_sequence
from rnn_tui.core.simulator import Simulator
from rnn_tui.views.learning.vanishing import draw as vanishing
from rnn_tui.views.learning.vanishing import spectral_radius
from rnn_tui.views.sheet.notation import Notation
from rnn_tui.views.sheet.pen import fitting, written


@pytest.mark.parametrize("width", range(130))
def test_no_number_of_the_heading_is_cut(width: int) -> None:
    """The eigenvalues are those of NumPy, told to two decimals."""
    network = Network.random("lstm", 1, 3, 0)
    layer = network.layers[0]
    radii = {
        name: float(np.abs(np.linalg.eigvals(layer.parameters[name])).max()) for name in ("U_i", "U_f", "U_g", "U_o")
    }
    simulator = Simulator(network, load_sequence("sunspots"))
    text = written(fitting(width, spectral_radius(layer, Notation()), "…")).plain
    assert len(text) <= width
    for name, told in re.findall(r"(U_.) ([0-9.]+)", text):
        assert abs(float(told) - radii[name]) <= 0.005
    lines = [
        "".join(segment.text for segment in row) for row in vanishing(frame(simulator, 12, seen()), width, 14).lines()
    ]
    assert all(found in ("12", "12;", "…") for found in re.findall(r"a loss at t = (\S+)", lines[0]))
    if width >= 40:
        assert re.findall(r"k = (\d*)", lines[-1])[1::2] == ["12", "12"]
