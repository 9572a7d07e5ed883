"""Step graphs without a recurrent node: 1,000 frames as onnxruntime steps them, known layers found again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracles import TOLERANCE, Array, run

from rnn_tui.files.errors import LoadError

pytest.importorskip("onnx", reason="the extra onnx is not installed")

from onnx_graphs import drawn, load, model, node, onnx, saved, session

FRAMES = 1000
MOST = TOLERANCE[np.dtype(np.float32)]
I, H = 3, 4  # noqa: E741 - the field's letters
ONE = {"one": np.array(1, np.float32)}
LSTM_TAIL = [
    node("Sigmoid", "zi", "i"), node("Sigmoid", "zf", "f"), node("Tanh", "zg", "g"), node("Sigmoid", "zo", "o"),
    node("Mul", "f c_in", "kept"), node("Mul", "i g", "written"), node("Add", "kept written", "c_out"),
    node("Tanh", "c_out", "squashed"), node("Mul", "o squashed", "h_out"),
]  # fmt: skip
STACKED = [
    node("Gemm", "x W b", "zx", transB=1), node("Gemm", "h_in U c", "zh", transB=1), node("Add", "zx zh", "z"),
]  # fmt: skip
STATE = {"h_in": (1, H), "c_in": (1, H)}
LSTM_WEIGHTS = {"W": (4 * H, I), "U": (4 * H, H), "b": (4 * H,), "c": (4 * H,)}
GRU_GATES = [
    node("Gemm", "x Wr br", "zr1", transB=1), node("Gemm", "h Ur", "zr2", transB=1), node("Add", "zr1 zr2", "zr"),
    node("Sigmoid", "zr", "r"), node("MatMul", "x Wz", "zz1"), node("MatMul", "h Uz", "zz2"),
    node("Add", "zz2 zz1", "zz3"), node("Add", "zz3 bz", "zz"), node("Sigmoid", "zz", "z"),
    node("MatMul", "x Wn", "n1"),
]  # fmt: skip
GRU_WEIGHTS = {"Wr": (H, I), "Ur": (H, H), "br": (H,), "Wz": (I, H), "Uz": (H, H), "bz": (H,), "Wn": (I, H)}
GRU_WEIGHTS |= {"Un": (H, H), "bn": (H,), "cn": (H,)}
AFTER = [
    node("MatMul", "h Un", "n2"), node("Add", "n2 cn", "n3"), node("Mul", "r n3", "n4"), node("Add", "n1 n4", "n5"),
    node("Add", "n5 bn", "n6"), node("Tanh", "n6", "n"),
]  # fmt: skip
BEFORE = [
    node("Mul", "r h", "n2"), node("MatMul", "n2 Un", "n3"), node("Add", "n3 n1", "n5"), node("Add", "n5 bn", "n6"),
    node("Tanh", "n6", "n"),
]  # fmt: skip
MIXES = {
    "two products": [
        node("Sub", "one z", "rest"), node("Mul", "rest n", "p"), node("Mul", "z h", "q"), node("Add", "p q", "new_h"),
    ],
    "n + z (h - n)": [node("Sub", "h n", "p"), node("Mul", "z p", "q"), node("Add", "n q", "new_h")],
    "h + z (n - h)": [node("Sub", "n h", "p"), node("Mul", "p z", "q"), node("Add", "q h", "new_h")],
    "the other way": [
        node("Sub", "one z", "rest"), node("Mul", "rest h", "p"), node("Mul", "z n", "q"), node("Add", "p q", "new_h"),
    ],
}  # fmt: skip


def stepped(path: Path, x: Array, states: Mapping[str, str], output: str) -> Array:
    """What onnxruntime gives frame by frame, each state's output being its next input."""
    runtime = session(path)
    given = {each.name: np.zeros(each.shape, np.float32) for each in runtime.get_inputs() if each.name in states}
    name = next(each.name for each in runtime.get_inputs() if each.name not in states)
    shape = next(each.shape for each in runtime.get_inputs() if each.name == name)
    names = [each.name for each in runtime.get_outputs()]
    rows = []
    for frame in x:
        found = dict(zip(names, runtime.run(None, {name: frame.reshape(shape), **given}), strict=True))
        given = {before: found[after] for before, after in states.items()}
        rows.append(found[output].reshape(-1))
    return np.array(rows)


def agrees(path: Path, states: Mapping[str, str], output: str, width: int = I) -> Any:
    """Steps both for 1,000 frames; what was loaded."""
    loaded = load(path)
    x = np.random.default_rng(0).standard_normal((FRAMES, width)).astype(np.float32)
    wanted = stepped(path, x, states, output)
    assert np.ptp(wanted[-100:]) > 0.01  # it has not died
    made = run(loaded.network, x).outputs
    assert made.dtype == np.float32
    np.testing.assert_allclose(made, wanted, rtol=0, atol=MOST)
    assert not loaded.not_read
    return loaded


def cells(loaded: Any) -> list[str]:
    return [layer.cell.name for layer in loaded.network.layers]


def test_an_lstm_whose_gates_are_split(tmp_path: Path) -> None:
    """torch.nn.LSTMCell as it is exported: one product for all gates, in PyTorch's order, and a readout."""
    nodes = [*STACKED, node("Split", "z", "zi zf zg zo", axis=1), *LSTM_TAIL, node("Gemm", "h_out D d", "y", transB=1)]
    weights = drawn(1, **LSTM_WEIGHTS, D=(2, H), d=(2,))
    outputs = {"y": (1, 2), "h_out": (1, H), "c_out": (1, H)}
    path = saved(model(nodes, {"x": (1, I), **STATE}, outputs, weights), tmp_path)
    loaded = agrees(path, {"h_in": "h_out", "c_in": "c_out"}, "y")
    assert cells(loaded) == ["lstm", "dense"]
    gated = loaded.gated[0]
    for at, gate in enumerate("ifgo"):
        rows = slice(at * H, at * H + H)
        for held, name in ((gated.W, "W"), (gated.U, "U"), (gated.b, "b"), (gated.c, "c")):
            assert np.array_equal(held[gate], weights[name][rows]), (gate, name)


def test_an_lstm_over_x_and_h_joined_with_its_states_stacked(tmp_path: Path) -> None:
    """One matrix on both, another order of gates, h and c in one tensor, as Gather and Slice take them out."""
    nodes = [
        node("Gather", "state zero", "h", axis=0), node("Slice", "state from1 to2 zeros", "c_kept"),
        node("Squeeze", "c_kept zeros", "c_in"), node("Concat", "x h", "xh", axis=1), node("MatMul", "xh W", "z0"),
        node("Add", "z0 b", "z"), node("Split", "z", "zo zg zi zf", axis=1), *LSTM_TAIL,
        node("Unsqueeze", "h_out zeros", "h1"), node("Unsqueeze", "c_out zeros", "c1"),
        node("Concat", "h1 c1", "stateN", axis=0), node("Identity", "h_out", "y"),
    ]  # fmt: skip
    weights = drawn(2, W=(I + H, 4 * H), b=(4 * H,)) | {"zero": np.array(0), "zeros": np.array([0])}
    weights |= {"from1": np.array([1]), "to2": np.array([2])}
    path = saved(model(nodes, {"x": (1, I), "state": (2, 1, H)}, {"y": (1, H), "stateN": (2, 1, H)}, weights), tmp_path)
    assert cells(agrees(path, {"state": "stateN"}, "y")) == ["lstm"]


@pytest.mark.parametrize("mix", MIXES)
@pytest.mark.parametrize(("candidate", "cell"), [(AFTER, "gru-reset-after"), (BEFORE, "gru")])
def test_a_gru_however_it_is_written(mix: str, candidate: list[Any], cell: str, tmp_path: Path) -> None:
    nodes = [*GRU_GATES, *candidate, *MIXES[mix]]
    weights = drawn(3, **GRU_WEIGHTS) | ONE
    used = {name for each in nodes for name in each.input}
    held = {name: array for name, array in weights.items() if name in used}
    path = saved(model(nodes, {"x": (1, I), "h": (1, H)}, {"new_h": (1, H)}, held), tmp_path)
    loaded = agrees(path, {"h": "new_h"}, "new_h")
    assert cells(loaded) == [cell]
    flipped = mix in ("h + z (n - h)", "the other way")
    assert np.array_equal(loaded.gated[0].W["z"], -weights["Wz"].T if flipped else weights["Wz"].T)
    assert ("the file's z is 1 - z of ours: its weights are negated" in loaded.cards[0].turned) == flipped


def test_two_layers_and_an_activation_below(tmp_path: Path) -> None:
    nodes = [
        node("Gemm", "x A a", "below", transB=1), node("Elu", "below", "below2", alpha=0.5),
        node("Gemm", "below2 W b", "p1", transB=1), node("Gemm", "h1 U", "p2", transB=1), node("Add", "p1 p2", "p"),
        node("Tanh", "p", "h1_new"), node("Gemm", "h1_new W2 b2", "q1", transB=1), node("MatMul", "h2 U2", "q2"),
        node("Add", "q2 q1", "q"), node("Relu", "q", "h2_new"), node("Softmax", "h2_new", "y", axis=1),
    ]  # fmt: skip
    weights = drawn(4, A=(5, I), a=(5,), W=(H, 5), b=(H,), U=(H, H), W2=(6, H), b2=(6,), U2=(6, 6))
    inputs = {"x": (1, I), "h1": (1, H), "h2": (1, 6)}
    outputs = {"y": (1, 6), "h1_new": (1, H), "h2_new": (1, 6)}
    path = saved(model(nodes, inputs, outputs, weights), tmp_path)
    loaded = agrees(path, {"h1": "h1_new", "h2": "h2_new"}, "y")
    assert cells(loaded) == ["dense-elu", "elman", "elman-relu", "softmax"]


ODD = [
    node("Gemm", "x W b", "zx", transB=1), node("MatMul", "s_in U", "zs"), node("Add", "zx zs", "z"),
    node("Split", "z", "za zb", axis=1), node("HardSigmoid", "za", "gate", alpha=0.25, beta=0.4),
    node("Softplus", "zb", "grown"), node("Clip", "grown low high", "held"), node("Sub", "held s_in", "moved"),
    node("Mul", "gate moved", "step"), node("Add", "s_in step", "free"), node("Div", "free two", "half"),
    node("Abs", "half", "size"), node("Add", "size one", "more"), node("Div", "half more", "small"),
    node("Concat", "small old", "both", axis=1), node("MatMul", "both V", "mixed"), node("Elu", "mixed", "s_out"),
    node("Slice", "s_in first third axis", "old"), node("LeakyRelu", "s_out", "leaky"), node("Neg", "leaky", "below"),
    node("Softsign", "below", "shown"), node("Gemm", "shown D", "logits"), node("Softmax", "logits", "y", axis=-1),
]  # fmt: skip
ODD_WEIGHTS = {"W": (2 * H, I), "b": (2 * H,), "U": (H, 2 * H), "V": (H + 2, H), "D": (H, 3)}
ODD_NUMBERS = {"low": 0.0, "high": 0.9, "two": 2.0, "one": 1.0}
ODD_PLACES = {"first": [1], "third": [3], "axis": [1]}


def odd(folder: Path) -> Path:
    """A cell that nobody named."""
    weights = drawn(5, **ODD_WEIGHTS) | {name: np.array(number, np.float32) for name, number in ODD_NUMBERS.items()}
    weights |= {name: np.array(places) for name, places in ODD_PLACES.items()}
    inputs, outputs = {"x": (1, I), "s_in": (1, H)}, {"y": (1, 3), "s_out": (1, H)}
    return saved(model(ODD, inputs, outputs, weights), folder)


def test_a_cell_that_nobody_named(tmp_path: Path) -> None:
    """Its operations are the equations; the graph may list them in another order than it computes them."""
    loaded = agrees(odd(tmp_path), {"s_in": "s_out"}, "y")
    (layer,) = loaded.network.layers
    assert layer.cell.name == "step"
    assert list(layer.cell.states) == ["s"]  # two of its numbers are read by themselves, and all of them together
    assert loaded.notes == ("No known layer was recognised: the operations of the graph are the cell's equations.",)
    assert loaded.cards[0].kind == "step graph"
    assert loaded.cards[0].sizes == {"I": I, "s": H, "O": 3}


def test_states_are_told_by_shape_where_names_say_nothing(tmp_path: Path) -> None:
    nodes = [node("Gemm", "p W b", "k", transB=1), node("Gemm", "q U", "l", transB=1), node("Add", "k l", "m"),
             node("Tanh", "m", "r")]  # fmt: skip
    path = saved(
        model(nodes, {"p": (1, I), "q": (1, H)}, {"r": (1, H)}, drawn(6, W=(H, I), b=(H,), U=(H, H))), tmp_path
    )
    loaded = agrees(path, {"q": "r"}, "r")
    assert loaded.notes == ("Taken as state, by its shape: q.",)


def written_out(folder: Path, steps: int, begins: Array, other: int = -1) -> Path:
    """Timesteps of an LSTM, one after the other, one of them with another U."""
    weights: dict[str, Array] = drawn(7, **LSTM_WEIGHTS, U9=(4 * H, H)) | {"axis": np.array([1])}
    nodes, shown = [], []
    for t in range(steps):
        weights[f"t{t}"] = np.array(t)
        nodes.append(node("Gather", f"x t{t}", f"x{t}", axis=1))
        names = {"U": "U9"} if t == other else {}
        names |= {"x": f"x{t}", "h_in": f"h{t}", "c_in": f"c{t}", "h_out": f"h{t + 1}", "c_out": f"c{t + 1}"}
        for each in [*STACKED, node("Split", "z", "zi zf zg zo", axis=1), *LSTM_TAIL]:
            copied = type(each)()
            copied.CopyFrom(each)
            for field in (copied.input, copied.output):
                field[:] = [names.get(name, name if name in weights else f"{name}{t}") for name in field]
            nodes.append(copied)
        nodes.append(node("Unsqueeze", f"h{t + 1} axis", f"y{t}"))
        shown.append(f"y{t}")
    nodes.append(node("Concat", " ".join(shown), "y", axis=1))
    weights |= {"h0": begins, "c0": np.zeros((1, H), np.float32)}
    return saved(model(nodes, {"x": (1, steps, I)}, {"y": (1, steps, H)}, weights), folder)


def test_a_recurrence_written_out_in_time(tmp_path: Path) -> None:
    """Five timesteps of an LSTM: they are one step, five times."""
    path = written_out(tmp_path, 5, np.zeros((1, H), np.float32))
    loaded = load(path)
    x = drawn(8, x=(1, 5, I))["x"]
    (wanted,) = session(path).run(None, {"x": x})
    np.testing.assert_allclose(run(loaded.network, x[0]).outputs, wanted[0], rtol=0, atol=MOST)
    assert cells(loaded) == ["lstm"]
    assert loaded.notes == ("The file writes out 5 timesteps; they are one step 5 times.",)


def test_a_recurrence_written_out_from_another_state(tmp_path: Path) -> None:
    loaded = load(written_out(tmp_path, 4, np.ones((1, H), np.float32)))
    assert cells(loaded) == ["lstm"]
    assert loaded.notes[1].startswith("Its first timestep does not begin as the others would from zeros")


def test_timesteps_that_differ_are_no_recurrence(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="does another thing at one timestep than at the next"):
        load(written_out(tmp_path, 5, np.zeros((1, H), np.float32), 3))


def inside(nodes: list[Any], inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> Any:
    """The body of a Scan or a Loop."""
    helper, types = onnx.helper, onnx.TensorProto
    kinds = {"round": types.INT64, "going": types.BOOL, "going_on": types.BOOL}
    told = [
        [helper.make_tensor_value_info(name, kinds.get(name, types.FLOAT), shape) for name, shape in given.items()]
        for given in (inputs, outputs)
    ]
    return helper.make_graph(nodes, "body", *told)


def test_the_body_of_a_scan_is_a_step(tmp_path: Path) -> None:
    """Its states are told by their place; weights are those of the graph around it."""
    step = [*STACKED, node("Split", "z", "zi zf zg zo", axis=1), *LSTM_TAIL, node("Identity", "h_out", "shown")]
    outputs = {"h_out": (1, H), "c_out": (1, H), "shown": (1, H)}
    body = inside(step, {**STATE, "x": (1, I)}, outputs)
    weights = drawn(9, **LSTM_WEIGHTS) | {"h0": np.zeros((1, H), np.float32), "c0": np.zeros((1, H), np.float32)}
    nodes = [node("Scan", "h0 c0 X", "h_last c_last Y", body=body, num_scan_inputs=1)]
    path = saved(model(nodes, {"X": ["T", 1, I]}, {"Y": ["T", 1, H]}, weights), tmp_path)
    x = np.random.default_rng(1).standard_normal((FRAMES, 1, I)).astype(np.float32)
    (wanted,) = session(path).run(["Y"], {"X": x})
    loaded = load(path)
    np.testing.assert_allclose(run(loaded.network, x[:, 0]).outputs, wanted[:, 0], rtol=0, atol=MOST)
    assert cells(loaded) == ["lstm"]
    assert not loaded.notes


def test_the_body_of_a_loop_is_a_step(tmp_path: Path) -> None:
    """It takes its x out of the sequence by the number of the round, which no equation can: x is what it takes."""
    step = [
        node("Gather", "X round", "x", axis=0), node("MatMul", "x W", "p"), node("MatMul", "h_in U", "q"),
        node("Add", "p q", "r"), node("Tanh", "r", "h_out"), node("Identity", "h_out", "shown"),
        node("Identity", "going", "going_on"),
    ]  # fmt: skip
    body = inside(step, {"round": (), "going": (), "h_in": (1, H)}, {"going_on": (), "h_out": (1, H), "shown": (1, H)})
    weights = drawn(10, W=(I, H), U=(H, H)) | {"h0": np.full((1, H), 0.5, np.float32), "count": np.array(7)}
    nodes = [node("Loop", "count - h0", "h_last Y", body=body)]
    path = saved(model(nodes, {"X": [7, 1, I]}, {"Y": [7, 1, H]}, weights), tmp_path)
    x = np.random.default_rng(1).standard_normal((7, 1, I)).astype(np.float32)
    (wanted,) = session(path).run(["Y"], {"X": x})
    loaded = load(path)
    made = run(loaded.network, x[:, 0], [{"s": weights["h0"][0]}]).outputs
    np.testing.assert_allclose(made, wanted[:, 0], rtol=0, atol=MOST)
    assert loaded.notes == (
        "h_in does not begin with zeros in the file; zeros are taken.",
        "x is x: what stands before it is not read.",
    )
