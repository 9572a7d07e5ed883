"""ONNX files with recurrent nodes: every stored file and every stored case computes what stands beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from foreign import stored
from oracles import TOLERANCE, VECTORS, Array, arrays, run

pytest.importorskip("onnx", reason="the extra onnx is not installed")

from onnx_graphs import drawn, load, model, node, onnx, saved, session
from test_vectors_onnx import CASES, INITIAL, tensors

FILES = sorted(path.stem for path in (VECTORS / "files").glob("onnx_*.onnx"))
MOST = TOLERANCE[np.dtype(np.float32)]
NODE_FILES = [name for name in FILES if "exported" not in name]


def close(computed: Array, wanted: Array) -> None:
    """To 2e-6, in float32."""
    assert computed.dtype == np.float32
    np.testing.assert_allclose(computed, wanted, rtol=0, atol=MOST)


def test_every_file_is_there() -> None:
    assert (len(FILES), len(NODE_FILES)) == (16, 12)


@pytest.mark.parametrize("name", NODE_FILES)
def test_files_with_one_node(name: str) -> None:
    """Every row of the batch, from the states that are inputs of the graph."""
    case, loaded = stored(name), load(VECTORS / "files" / f"{name}.onnx")
    first = case["attributes"].get("layout") == 1
    given = {key: np.array(value, np.float32) for key, value in case["inputs"].items()}
    wanted = {key: np.array(value, np.float32) for key, value in case["outputs"].items()}
    if first:
        given = {key: array.swapaxes(0, 1) for key, array in given.items()}
        wanted = {key: np.moveaxis(array, 0, -2) for key, array in wanted.items()}
    assert bool(loaded.notes) == (name == "onnx_lstm_only_Y_h")
    count = next(iter(wanted.values())).shape[-3]
    for row in range(given["X"].shape[1]):
        states = {part: given[key][:, row] for key, part in INITIAL.items() if key in given}
        before = [{part: array[at] for part, array in states.items()} for at in range(count)]
        made = run(loaded.network, given["X"][:, row], before)
        if "Y" in wanted:
            close(made.outputs, wanted["Y"][:, :, row].reshape(len(given["X"]), -1))
        for at in range(count):
            close(made.finals[at]["s"], wanted["Y_h"][at, row])
            if "Y_c" in wanted:
                close(made.finals[at]["c"], wanted["Y_c"][at, row])


@pytest.mark.parametrize("name", [name for name in FILES if "exported" in name])
def test_files_that_torch_exported(name: str) -> None:
    """An embedding, a recurrent layer and a dense one, whichever exporter wrote them; nothing is left unread."""
    case, loaded = stored(name), load(VECTORS / "files" / f"{name}.onnx")
    ids = np.array(case["input_ids"][0])
    made = run(loaded.network, np.eye(6, dtype=np.float32)[ids])
    close(made.outputs, np.array(case["output"][0], np.float32))
    cells = [layer.cell.name for layer in loaded.network.layers]
    recurrent = {"gru": "gru-reset-after", "lstm": "lstm", "rnn": "elman"}[name.split("_")[4]]
    assert cells == ["embedding", recurrent, "dense"]
    assert not loaded.not_read
    assert loaded.gated[1] is not None
    assert loaded.gated[1].b.keys() == loaded.gated[1].c.keys()


def test_a_voice_activity_detector() -> None:
    """silero-vad's LSTM is read with the layers upon it; the convolutions below it are named."""
    loaded = load(VECTORS / "real" / "silero_vad" / "silero_vad_16k_sequence.onnx")
    given = arrays("real/silero_vad/io.npz")
    made = run(loaded.network, given["lstm_input"])
    close(made.outputs[:, 0], given["probs"])
    np.testing.assert_allclose(made.states[0]["s"], given["state_h"], rtol=0, atol=MOST)
    np.testing.assert_allclose(made.states[0]["c"], given["state_c"], rtol=0, atol=MOST)
    assert "node 19 (Conv /stft/Conv)" in loaded.not_read
    assert loaded.notes[0].startswith("x is what node 55 (LSTM /recurrent/LSTM) reads")


@pytest.mark.parametrize("name", CASES)
def test_cases_written_as_files(name: str, tmp_path: Path) -> None:
    """Each row of the batch as a model of its own, the states it begins with in the file."""
    case = CASES[name]
    given, wanted = tensors(case["inputs"]), tensors(case["outputs"])
    first = case["attributes"].get("layout", 0) == 1
    x = given["X"].swapaxes(0, 1) if first else given["X"]
    lengths = given.get("sequence_lens", np.full(x.shape[1], len(x)))
    for row in range(x.shape[1]):
        weights: dict[str, Array] = {key: given[key] for key in ("W", "R", "B", "P") if key in given}
        for key in INITIAL:
            if key in given:
                weights[key] = given[key][row : row + 1] if first else given[key][:, row : row + 1]
        if "sequence_lens" in given:
            weights["sequence_lens"] = given["sequence_lens"][row : row + 1]
        order = ("X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P")
        names = " ".join(key if key == "X" or key in weights else "-" for key in order)
        shape = (1, len(x), x.shape[2]) if first else (len(x), 1, x.shape[2])
        made = model([node(case["op"], names, "Y", **case["attributes"])], {"X": shape}, {"Y": [None] * 4}, weights, 22)
        loaded = load(saved(made, tmp_path))
        begun = [dict(state) for state, layer in zip(loaded.initial_state, loaded.network.layers, strict=False)
                 if layer.cell.recurrent]  # fmt: skip
        length = int(lengths[row])
        ran = run(loaded.network, x[:length, row], begun)
        if "Y" in wanted:
            y = wanted["Y"][row].reshape(len(x), -1) if first else wanted["Y"][:, :, row].reshape(len(x), -1)
            close(ran.outputs, y[:length])
        if "Y_h" in wanted:
            last = wanted["Y_h"][row] if first else wanted["Y_h"][:, row]
            close(np.stack([final["s"] for final in ran.finals]), last)
        assert bool(loaded.notes) == (length < len(x))


def test_layers_upon_layers_of_both_directions(tmp_path: Path) -> None:
    """An embedding, a bidirectional LSTM, a GRU, two dense layers and a softmax, with the axes turned between."""
    weights = drawn(3, E=(7, 5), W=(2, 16, 5), R=(2, 16, 4), B=(2, 32), W2=(1, 9, 8), R2=(1, 9, 3), B2=(1, 18))
    weights |= drawn(4, D=(3, 6), d=(6,), F=(2, 6), f=(2,)) | {"one": np.array([1]), "shape": np.array([0, 0, -1])}
    nodes = [
        node("Gather", "E ids", "embedded"),
        node("Transpose", "embedded", "x", perm=[1, 0, 2]),
        node("LSTM", "x W R B", "two", hidden_size=4, direction="bidirectional"),
        node("Transpose", "two", "turned", perm=[0, 2, 1, 3]),
        node("Reshape", "turned shape", "joined"),
        node("GRU", "joined W2 R2 B2", "above", hidden_size=3),
        node("Squeeze", "above one", "flat"),
        node("MatMul", "flat D", "wide"),
        node("Add", "d wide", "shifted"),
        node("Relu", "shifted", "positive"),
        node("Transpose", "positive", "first", perm=[1, 0, 2]),
        node("Transpose", "F", "F_turned"),
        node("MatMul", "first F_turned", "two_numbers"),
        node("Add", "two_numbers f", "logits"),
        node("Softmax", "logits", "y", axis=-1),
    ]
    path = saved(model(nodes, {"ids": ["batch", "time"]}, {"y": [None] * 3}, weights, whole=["ids"]), tmp_path)
    loaded = load(path)
    cells = [layer.cell.name for layer in loaded.network.layers]
    assert cells == ["embedding", "lstm", "lstm", "concat", "gru", "dense-relu", "softmax"]
    ids = np.array([[3, 1, 4, 1, 5, 2, 6]])
    (wanted,) = session(path).run(None, {"ids": ids})
    close(run(loaded.network, np.eye(7, dtype=np.float32)[ids[0]]).outputs, wanted[0])
    assert not loaded.not_read


def test_the_last_timestep_alone(tmp_path: Path) -> None:
    """Of a layer that runs backwards it is the first; the axis of time is told by the node, not by its place."""
    weights = drawn(11, W=(1, 12, 3), R=(1, 12, 4), D=(4, 2), d=(2,)) | {"axis": np.array([0]), "at": np.array(-1)}
    x = drawn(12, x=(1, 6, 3))["x"]
    for direction, row in (("forward", -1), ("reverse", 0)):
        nodes = [
            node("Transpose", "x", "X", perm=[1, 0, 2]),
            node("GRU", "X W R", "Y Y_h", hidden_size=4, direction=direction),
            node("Squeeze", "Y_h axis", "last"),
            node("Gemm", "last D d", "y"),
        ]
        path = saved(model(nodes, {"x": ["batch", "time", 3]}, {"y": [None, 2]}, weights), tmp_path)
        loaded = load(path)
        (wanted,) = session(path).run(None, {"x": x})
        close(run(loaded.network, x[0]).outputs[row], wanted[0])
        assert loaded.notes == ("The file gives y of the last timestep alone; here it is shown at every one.",)


def test_the_last_timestep_where_the_batch_stands_first(tmp_path: Path) -> None:
    """Layout 1, which onnxruntime does not run: Y is (batch, time, directions, H), and only one of its axes is time."""
    weights = drawn(15, W=(1, 12, 3), R=(1, 12, 4)) | {"at": np.array(-1)}
    for axis, told in ((1, True), (0, False)):
        nodes = [node("GRU", "X W R", "Y", hidden_size=4, layout=1), node("Gather", "Y at", "y", axis=axis)]
        made = model(nodes, {"X": [2, 5, 3]}, {"y": [None] * 3}, weights)
        notes = load(saved(made, tmp_path)).notes
        assert ("The file gives y of the last timestep alone; here it is shown at every one." in notes) == told


def test_the_last_states_of_two_directions_are_of_two_timesteps(tmp_path: Path) -> None:
    """What is made of both has no timestep of its own, and is not shown as if it had."""
    weights = drawn(16, W=(2, 12, 3), R=(2, 12, 4), D=(8, 2)) | {"shape": np.array([1, 8])}
    nodes = [
        node("GRU", "X W R", "Y Y_h", hidden_size=4, direction="bidirectional"),
        node("Transpose", "Y_h", "turned", perm=[1, 0, 2]),
        node("Reshape", "turned shape", "both"),
        node("MatMul", "both D", "y"),
    ]
    loaded = load(saved(model(nodes, {"X": ["T", 1, 3]}, {"y": [1, 2]}, weights), tmp_path))
    assert [layer.cell.name for layer in loaded.network.layers] == ["gru", "gru", "concat"]
    assert loaded.notes == ("y is what node 1 (GRU) gives: what stands after it is not read.",)
    assert loaded.not_read == ("output y",)


def test_one_length_for_all_inputs_that_say_so(tmp_path: Path) -> None:
    """The graph takes the length of x from another input, whose size has the same name; the groups of y are turned."""
    weights = drawn(17, W=(1, 18, 4), R=(1, 18, 6)) | {"one": np.array([1]), "groups": np.array([2, 3])}
    nodes = [
        node("GRU", "X W R", "Y", hidden_size=6), node("Shape", "other", "sizes", start=1, end=2),
        node("Concat", "sizes groups", "shape", axis=0), node("Reshape", "Y shape", "grouped"),
        node("Transpose", "grouped", "y", perm=[2, 0, 1]),
    ]  # fmt: skip
    given = {"X": ["S", 1, 4], "other": [7, "S"]}
    path = saved(model(nodes, given, {"y": [3, "S", 2]}, weights), tmp_path)
    x = drawn(18, X=(5, 1, 4), other=(7, 5))
    (wanted,) = session(path).run(None, x)
    close(run(load(path).network, x["X"][:, 0]).outputs, np.moveaxis(wanted, 1, 0).reshape(5, 6))


def test_features_in_another_order(tmp_path: Path) -> None:
    """Turned round by a step of -1 and chosen twice, before the node and after it."""
    weights = drawn(13, W=(1, 16, 5), R=(1, 16, 4)) | {"from": np.array([-1]), "to": np.array([-(2**62)])}
    weights |= {"axis": np.array([2]), "step": np.array([-1]), "some": np.array([3, 1, 1]), "one": np.array([1])}
    nodes = [
        node("Slice", "x from to axis step", "turned"), node("Slice", "x one four axis", "middle"),
        node("Concat", "turned middle", "X", axis=2), node("LSTM", "X W R", "Y", hidden_size=4),
        node("Squeeze", "Y one", "flat"), node("Gather", "flat some", "y", axis=2),
    ]  # fmt: skip
    weights |= {"four": np.array([3])}
    path = saved(model(nodes, {"x": ["T", 1, 3]}, {"y": [None, 1, 3]}, weights), tmp_path)
    x = drawn(14, x=(6, 1, 3))["x"]
    (wanted,) = session(path).run(None, {"x": x})
    loaded = load(path)
    close(run(loaded.network, x[:, 0]).outputs, wanted[:, 0])
    assert not loaded.notes


def test_weights_that_are_made_of_constants(tmp_path: Path) -> None:
    """Cut, joined, turned and cast on their way, as exporters of LSTMCell write them."""
    weights = drawn(5, w=(12, 3), r=(4, 12), b=(12,), c=(12,)) | {"a": np.array([0]), "four": np.array([4])}
    weights |= {"eight": np.array([8]), "twelve": np.array([12])}
    nodes = [
        node("Slice", "w a four a", "w1"), node("Slice", "w four eight a", "w2"),
        node("Slice", "w eight twelve a", "w3"),
        node("Concat", "w2 w1 w3", "joined", axis=0), node("Unsqueeze", "joined a", "W"),
        node("Transpose", "r", "turned"), node("Cast", "turned", "same", to=1), node("Identity", "same", "also"),
        node("Unsqueeze", "also a", "R"), node("Concat", "b c", "both", axis=0), node("Unsqueeze", "both a", "B"),
        node("GRU", "X W R B", "Y Y_h", hidden_size=4, linear_before_reset=1),
    ]  # fmt: skip
    path = saved(model(nodes, {"X": [5, 1, 3]}, {"Y": [None] * 4}, weights), tmp_path)
    x = drawn(6, x=(5, 1, 3))["x"]
    (wanted,) = session(path).run(None, {"X": x})
    loaded = load(path)
    close(run(loaded.network, x[:, 0]).outputs, wanted[:, 0, 0])
    assert loaded.network.layers[0].cell.name == "gru-reset-after"


def test_a_node_inside_a_branch_and_a_choice_of_two(tmp_path: Path) -> None:
    """Both branches of an If that the file does not decide are networks to choose from."""

    def branch(seed: int) -> Any:
        held = [onnx.numpy_helper.from_array(array, f"{name}{seed}") for name, array in
                drawn(seed, W=(1, 4, 3), R=(1, 4, 4)).items()]  # fmt: skip
        inner = node("RNN", f"X W{seed} R{seed}", f"Y{seed}", hidden_size=4)
        told = onnx.helper.make_tensor_value_info(f"Y{seed}", 1, [None] * 4)
        return onnx.helper.make_graph([inner], "branch", [], [told], held)

    nodes = [
        node("Equal", "rate wanted", "condition"),
        node("If", "condition", "Y", then_branch=branch(1), else_branch=branch(2)),
    ]
    inputs = {"X": ["T", 1, 3], "rate": []}
    made = model(nodes, inputs, {"Y": [None] * 4}, {"wanted": np.array(16000)}, whole=["rate"])
    path = saved(made, tmp_path)
    x = drawn(7, x=(6, 1, 3))["x"]
    for choice, rate in ((1, 16000), (2, 8000)):
        loaded = load(path, choice)
        (wanted,) = session(path).run(None, {"X": x, "rate": np.array(rate)})
        close(run(loaded.network, x[:, 0]).outputs, wanted[:, 0, 0])
        assert (len(loaded.choices), loaded.choice) == (2, choice)
    assert load(path).choice == 1


def test_the_card_says_how_a_node_was_read() -> None:
    card = load(VECTORS / "files" / "onnx_gru_init.onnx").cards[0]
    assert (card.kind, card.framework, dict(card.sizes)) == ("GRU", "ONNX", {"I": 3, "H": 4})
    assert card.order == ("z, r, n", "r, z, n")
    assert "linear_before_reset 0: reset before the product with U_n" in card.choices
    assert [(held.name, held.shape, held.dtype) for held in card.held] == [
        ("W", (1, 12, 3), "float32"),
        ("R", (1, 12, 4), "float32"),
        ("B", (1, 24), "float32"),
    ]


def test_initial_states_of_the_file_and_of_inputs(tmp_path: Path) -> None:
    weights = drawn(8, W=(1, 16, 3), R=(1, 16, 4), h=(1, 1, 4))
    made = model(
        [node("LSTM", "X W R - - h c", "Y", hidden_size=4)],
        {"X": [5, 1, 3], "c": [1, 1, 4]},
        {"Y": [None] * 4},
        weights,
    )
    loaded = load(saved(made, tmp_path))
    assert loaded.initial_state[0].keys() == {"s"}
    assert np.array_equal(loaded.initial_state[0]["s"], weights["h"][0, 0])
    assert loaded.cards[0].initial == "s from h, c from c, an input: zeros"
