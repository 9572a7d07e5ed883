"""The names of a framework stand for its own arrays: every one, its shape, its numbers and its indices."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from frames import frame, seen
from oracles import Array, Arrays, arrays, cases
from rich.style import Style
from terminal import printed
from test_vectors_keras import keras_layer, weights_below
from test_vectors_torch import below, torch_layer

from rnn_tui import Layer, Network, Run, Sequence, Simulator
from rnn_tui.cells import cell_names
from rnn_tui.core.equations import Name
from rnn_tui.core.learning import Learning
from rnn_tui.session.model import SCHEMES, Focus
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.selection import moved
from rnn_tui.views.layer.formula import formula, gates
from rnn_tui.views.layer.ledger import ledger
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.learning.chain_ledger import chain_ledger
from rnn_tui.views.learning.gradient_tables import weight_gradients
from rnn_tui.views.maps.heatmap import maps
from rnn_tui.views.page.lines import equation_lines
from rnn_tui.views.sheet.palette import CURSOR, DIM
from rnn_tui.views.sheet.rows import Row
from rnn_tui.views.sheet.tables import Content, Light, content

TORCH = {name: case for name, case in cases("torch/index.json").items() if case.get("num_layers") == 1}
PYTORCH = [
    name for name, case in TORCH.items() if case["bias"] and not case["bidirectional"] and case["kind"] != "trajectory"
]
BIASED = {name: case for name, case in cases("keras/index.json").items() if case["class"] != "Bidirectional"}
KERAS = [name for name, case in BIASED.items() if case["config"]["use_bias"]]
ORDER = {"RNN_TANH": "", "RNN_RELU": "", "LSTM": "ifgo", "GRU": "rzn", "SimpleRNN": ""}
"""The gates in the order in which PyTorch stacks them, from its documentation."""
KERAS_ORDER = {"SimpleRNN": "", "LSTM": "ifco", "GRU": "zrh"}
"""The same of Keras, under its own letters."""


def tables(layer: Layer, scheme: str) -> dict[str, Array]:
    """What the screen calls each parameter of a layer, and the numbers in its table."""
    inputs = next(layer.parameters[name].shape[1] for name in layer.parameters if name.startswith("W"))
    shown = Shown(frame(Simulator(Network([layer]), Sequence(np.zeros((1, inputs)))), 1, names=scheme))
    grids = {shown.notation.word(name): shown.grid(Name(name)) for name in layer.cell.parameters}
    assert all(grid.heading == word for word, grid in grids.items())
    return {word: grid.values[:, 0] if grid.vector else grid.values for word, grid in grids.items()}


def blocks(stacked: Arrays, gates: str, axis: int) -> dict[str, Array]:
    """Arrays in which the gates are stacked, as one array a gate, its letter behind the name."""
    if not gates:
        return dict(stacked)
    return {
        f"{name}_{gate}": part
        for name, array in stacked.items()
        for gate, part in zip(gates, np.split(array, len(gates), axis), strict=True)
    }


def same(shown: Arrays, wanted: Arrays) -> None:
    """The same names, shapes and numbers."""
    assert shown.keys() == wanted.keys()
    for name, array in wanted.items():
        np.testing.assert_array_equal(shown[name], array, name)


@pytest.mark.parametrize("name", PYTORCH)
def test_the_names_of_pytorch_stand_for_its_arrays(name: str) -> None:
    kind, stored = TORCH[name]["kind"], below("param.", arrays(f"torch/{TORCH[name]['file']}"))
    own = {each.removesuffix("_l0"): array for each, array in stored.items()}
    projection = {each: own.pop(each) for each in ("weight_hr",) if each in own}
    wanted = blocks(own | {"bias_sum": own["bias_ih"] + own["bias_hh"]}, ORDER[kind], 0) | projection
    apart = {"bias_ih_n", "bias_hh_n"} if kind == "GRU" else set()
    unused = {each for each in wanted if each.startswith(("bias_ih", "bias_hh"))} - apart
    unused |= {"bias_sum_n"} & wanted.keys() if kind == "GRU" else set()
    same(
        tables(torch_layer(kind, stored, "_l0"), "pytorch"),
        {each: array for each, array in wanted.items() if each not in unused},
    )


@pytest.mark.parametrize("name", KERAS)
def test_the_names_of_keras_stand_for_its_arrays(name: str) -> None:
    case = BIASED[name]
    stored = weights_below("", arrays(f"keras/{case['file']}"))
    own, unused = dict(stored), set[str]()
    if own["bias"].ndim == 2:
        both = own.pop("bias")
        own |= {"input_bias": both[0], "recurrent_bias": both[1], "bias_sum": both[0] + both[1]}
        unused = {"input_bias_z", "input_bias_r", "recurrent_bias_z", "recurrent_bias_r", "bias_sum_h"}
    wanted = blocks(own, KERAS_ORDER[case["class"]], -1)
    assert unused <= wanted.keys()
    same(
        tables(keras_layer(case["class"], case["config"], stored), "keras"),
        {each: array for each, array in wanted.items() if each not in unused},
    )


PARAMETERS: dict[str, Any] = {
    "W": [[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]],
    "U": [[0.7, -0.2], [0.9, 0.8]],
    "b": [0.05, -0.05],
}
"""keras.layers.SimpleRNN(2) with kernel [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]: its kernel[0][1] is 0.2."""
X = [[1.0, -0.5, 2.0], [0.5, 0.0, -1.0]]


def kernels(t: int = 1, **settings: Any) -> Frame:
    """That layer, looked at in Keras' words."""
    network = Network([Layer("elman", PARAMETERS)])
    return frame(Simulator(network, Sequence(X)), t, seen(names="keras", **settings))


def headings(row: Row) -> list[str]:
    """What the tables of a row are called."""
    return [piece.grid.heading for piece in row.pieces if piece.grid is not None]


def test_a_kernel_is_what_keras_calls_so() -> None:
    row = formula(kernels(), 100, 10)
    assert headings(row) == ["inputs₁", "kernel", "h₀", "recurrent_kernel", "bias", "h₁", "output₁"]
    text = printed(row)
    assert "kernel  3×2" in text
    assert "1  1.00 · 1  0.10  0.20 +" in text
    assert "3  2.00   3  0.50  0.60" in text
    assert "h₁ = tanh(inputs₁·kernel + h₀·recurrent_kernel + bias)" in equation_lines(kernels(), 100, 3).plain
    assert "kernel  3×2" in printed(maps(kernels(), 100, 14))


def test_an_index_of_a_kernel_is_that_of_keras() -> None:
    """h[2] is made of the second column."""
    of_unit = ledger(kernels(2, zoom="number", focus=Focus("s", 0, 1)), 90, 12).plain
    assert "inputs₂[1] 0.5000 × kernel[1,2] 0.2000 " in of_unit
    assert "inputs₂[3] -1.0000 × kernel[3,2] 0.6000 " in of_unit
    assert "h₁[1] 0.7616 × recurrent_kernel[1,2] 0.9000 " in of_unit
    assert "tanh(0.7896) = 0.6582" in of_unit
    selected = ledger(kernels(zoom="number", focus=Focus("W", None, 1, 0)), 90, 12).plain
    assert selected.startswith(" kernel[1,2] = 0.2000")


def kernel(looked: Frame) -> Content:
    """What the table of the kernel shows."""
    pieces = formula(looked, 100, 10).pieces
    grid, window = next((p.grid, p.window) for p in pieces if p.grid is not None and p.grid.heading == "kernel")
    assert window is not None
    return content(grid, window, 2, Light.of(grid, looked.gaze.focus, looked.lit))


def test_a_number_of_a_kernel_is_clicked_where_it_stands() -> None:
    """0.20 is in the first row, second column; session files name it as the equations do: W[2][1]."""
    ((_, (text, style, _)), *_) = kernel(kernels()).cells
    assert (text, style.meta) == (" 0.20", {"focus": ("W", None, 1, 0)})


def test_the_column_of_a_kernel_lights_up_that_made_the_selected_number() -> None:
    table = kernel(kernels(focus=Focus("s", 0, 1)))
    assert [[DIM.color == style.color for _, style, _ in row] for row in table.cells] == [[True, False]] * 3
    one = kernel(kernels(focus=Focus("W", None, 1, 0)))
    at = [(row, column) for row in range(3) for column in range(2) if is_cursor(one.cells[row][column][1])]
    assert at == [(0, 1)]


def is_cursor(style: Style) -> bool:
    """Whether a number has the cursor."""
    return (style.color, style.bgcolor) == (CURSOR.color, CURSOR.bgcolor)


def test_the_window_of_a_large_kernel_follows_the_selected_number() -> None:
    """Of 40 units the column of the 30th, and of 30 inputs the row of the 20th."""
    simulator = Simulator(Network.random("seed-plain", 30, 40, 0), Sequence(np.ones((1, 30))))
    for focus in (Focus("W", None, 29, 19), Focus("y", 0, 29)):
        row = formula(frame(simulator, 1, names="keras", focus=focus), 60, 8)
        ((window, grid),) = [(p.window, p.grid) for p in row.pieces if p.grid is not None and not p.grid.vector]
        assert window is not None
        assert grid.values.shape == (30, 40)
        assert len(window.columns) < 20
        assert 29 in window.columns
        assert focus.offset == 0 or 19 in window.rows


def test_the_selected_number_moves_over_a_kernel_as_it_stands() -> None:
    here = Focus("W", None, 1, 0)
    moves = {move: moved(kernels(focus=here), move) for move in ("down", "left", "right", "up")}
    assert moves == {
        "down": Focus("W", None, 1, 1),
        "left": Focus("W", None, 0, 0),
        "right": Focus("s", -1, 0, 0),
        "up": None,
    }
    assert moved(kernels(focus=Focus("x", 0, 2)), "right") == Focus("W", None, 0, 2)


def test_a_gradient_has_the_shape_of_its_kernel() -> None:
    """By hand at T = 1: dL/dW = 2 y (1 - y^2) x for a sum of squares with targets 0."""
    network = Network([Layer("elman", PARAMETERS)])
    walk = Run(network, Sequence(X[:1], np.zeros((1, 2))), learning=Learning("sse", 0)).walk()
    y = np.tanh([1.0 * 0.1 - 0.5 * 0.3 + 2.0 * 0.5 + 0.05, 1.0 * 0.2 - 0.5 * 0.4 + 2.0 * 0.6 - 0.05])
    wanted = np.outer(X[0], 2 * y * (1 - y * y))
    looked = frame(walk, 1, names="keras", back=True, zoom="number", focus=Focus("d W here", 0, 1, 0))
    teaching = looked.back
    assert teaching is not None
    row = weight_gradients(looked, teaching, 100, 10)
    assert row is not None
    assert headings(row) == ["dL/dz₁", "dL/dkernel at 1", "dL/drecurrent_kernel at 1", "dL/dbias at 1"]
    (kernel,) = [piece.grid for piece in row.pieces if piece.grid is not None and piece.grid.name.name == "d W here"]
    np.testing.assert_allclose(kernel.values, wanted, rtol=1e-12)
    text = chain_ledger(looked, teaching, 100, 8).plain
    assert text.startswith(" dL/dkernel[1,2], the sum of")
    assert text.splitlines()[-1].split() == ["sum", "=", f"{wanted[0, 1]:.4f}"]


@pytest.mark.parametrize("name", [name for name in cell_names() if name not in ("average", "concat", "mul", "sum")])
def test_no_two_columns_have_the_same_heading(name: str) -> None:
    simulator = Simulator(Network.random(name, 3, 2, 0), Sequence(np.eye(3)))
    for scheme, gate, plain in product(SCHEMES, range(4), (False, True)):
        looked = frame(simulator, 3, names=scheme, gate=gate, ascii=plain)
        for row in (formula(looked, 300, 20), gates(looked, 300, 20)):
            found = headings(row) if row is not None else ["none"]
            assert found
            assert len(set(found)) == len(found), (scheme, gate, plain)


@pytest.mark.parametrize(
    ("cells", "layer", "heading"),
    [
        ("elman,softmax", 2, "1:h₃"),
        ("lstm,dense", 2, "1:h₃"),
        ("softmax", 1, "x₃"),
        ("dense,softmax", 2, "1:y₃"),
        ("elman,dense,softmax", 3, "2:y₃"),
        ("elman,gru", 2, "1:y₃"),
        ("jordan,dense", 2, "1:y₃"),
        ("elman:concat,dense", 2, "x₃"),
    ],
)
def test_a_textbook_calls_the_state_that_a_readout_reads_h(cells: str, layer: int, heading: str) -> None:
    network = Network.random(cells.split(","), 3, 2, 0)
    shown = Shown(frame(Simulator(network, Sequence(np.eye(3))), 3, names="textbook", layer=layer))
    assert shown.grid(Name("x", 0)).heading == heading
