"""Small sessions of people who were let down by cells, names and states, each with the value that is right.

The oracles: torch.nn.LSTM with its blocks split, torch.nn.LayerNorm(3), keras.layers.SimpleRNN(2) and its
`initial_state`, each run once by hand when the cases were gathered, and NumPy.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from differences import Problem
from oracles import Array

from rnn_tui import Cell, CellError, Layer, Network
from rnn_tui.cli import main as cli
from rnn_tui.core.toml import read_toml

CASES = Path(__file__).with_name("cases")


def ran(name: str, folder: Path) -> dict[str, Array]:
    """What `rnn-tui run` writes of a session."""
    to = folder / "run.npz"
    assert cli.main(["run", str(CASES / name), "--format", "npz", "-o", str(to)]) == 0
    with np.load(to) as found:
        return dict(found)


def layer_of(name: str) -> Layer:
    """The layer that a session describes."""
    (entry,) = read_toml((CASES / name).read_text(encoding="utf-8"))["network"]["layers"]
    return Layer(Cell.parse(entry["text"], entry["cell"]), entry["parameters"])


@pytest.mark.parametrize(
    ("name", "quantity", "values"),
    [
        ("12-keras-names.toml", "s", [[0.761594, 0.817754], [-0.030425, 0.658204]]),
        ("13-initial-state.toml", "s", [[0.7931991], [0.7550328]]),
        ("17-concat-lstm-session.toml", "s", [[-0.16891721, -0.08941588], [-0.08959358, -0.04629067]]),
        (
            "18-layer-norm-session.toml",
            "s",
            [[0.76373527, 0.27242872, -0.99303388], [0.88838201, -0.24644304, -0.90902894]],
        ),
        ("19-output-fed-back.toml", "s", [[0.53704957], [0.04330398], [-0.35206127]]),
        ("19-output-fed-back.toml", "y", [[0.54445948], [-0.04803523], [-0.52247352]]),
    ],
)
def test_the_value_is_right(name: str, quantity: str, values: list[list[float]], tmp_path: Path) -> None:
    found = ran(name, tmp_path)[quantity]
    assert found == pytest.approx(np.array(values), abs=1.01 * 10.0 ** -(6 if name.startswith("12") else 7))


def test_12_a_kernel_has_the_shape_that_keras_gives_it(tmp_path: Path) -> None:
    to = tmp_path / "seen.txt"
    words = ["snapshot", str(CASES / "12-keras-names.toml"), "--names", "keras", "--size", "120x36"]
    assert cli.main([*words, "--press", "enter", "-o", str(to)]) == 0
    text = to.read_text(encoding="utf-8")
    assert "kernel  3×2" in text
    assert "inputs₁[2] -0.5000 × kernel[2,1] 0.3000" in text  # get_weights()[0][1][0] is 0.3
    assert "h₁ = tanh(inputs₁·kernel + h₀·recurrent_kernel + bias)" in text


SESSIONS = ["17-concat-lstm-session.toml", "18-layer-norm-session.toml", "19-output-fed-back.toml"]


@pytest.mark.parametrize("name", SESSIONS)
@pytest.mark.parametrize("steps", [1, 4])
def test_it_learns(name: str, steps: int) -> None:
    Problem(Network([layer_of(name)]), steps, 3, "sse").check()


def test_19_what_one_is_told_to_write_can_be_read() -> None:
    with pytest.raises(CellError) as caught:
        Cell.named(str(CASES / "19-cell-y-not-declared.toml"))
    assert str(caught.value).endswith("line 4, column 28: y[t-1]: y is no state; declare it under [state]")
    told = Cell.named(str(CASES / "19-cell-y-declared-as-told.toml"))
    assert list(told.states) == ["h", "y"]
    assert told.output_shape == ("O",)
