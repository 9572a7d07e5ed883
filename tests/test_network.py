"""Layers and networks: what fits, which numbers a seed gives, which sizes follow from which."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui import Cell, CellError, InputError, Layer, Network, RangeError, Sequence
from rnn_tui.core.run import Run


def elman(input_size: int = 2, hidden_size: int = 3, dtype: Any = np.float64) -> Layer:
    shapes = {"W": (hidden_size, input_size), "U": (hidden_size, hidden_size), "b": (hidden_size,)}
    return Layer("elman", {name: np.ones(shape, dtype) for name, shape in shapes.items()})


def all_bits(network: Network) -> list[tuple[str, tuple[int, ...], bytes]]:
    return [
        (name, array.shape, array.tobytes()) for layer in network.layers for name, array in layer.parameters.items()
    ]


def shapes(network: Network) -> list[dict[str, tuple[int, ...]]]:
    return [{name: array.shape for name, array in layer.parameters.items()} for layer in network.layers]


@pytest.mark.parametrize(
    ("parameters", "dtype"),
    [
        ({"W": [[1, 2]], "b": [3]}, np.float64),
        ({"W": np.ones((1, 2), np.float32), "b": np.ones(1, np.float32)}, np.float32),
        ({"W": np.ones((1, 2), np.float32), "b": np.ones(1)}, np.float64),
        ({"W": np.ones((1, 2), np.float16), "b": np.ones(1, np.float32)}, np.float64),
        ({"W": np.ones((1, 2), bool), "b": [1]}, np.float64),
    ],
)
def test_single_precision_needs_every_parameter(parameters: dict[str, Any], dtype: Any) -> None:
    layer = Layer("dense", parameters)
    assert {array.dtype for array in layer.parameters.values()} == {np.dtype(dtype)}
    assert Network([layer]).dtype == dtype


def test_one_layer_in_double_precision_makes_all_of_them() -> None:
    network = Network([elman(2, 3, np.float32), elman(3, 3, np.float64)])
    assert network.dtype == np.float64
    assert {array.dtype for layer in network.layers for array in layer.parameters.values()} == {np.dtype(float)}


@pytest.mark.parametrize("values", [[["a", "b"]], [["1", "2"]], [[1], [2, 3]], [[None]], [[1j]], [[{}]]])
def test_a_parameter_that_is_no_numbers_is_named(values: Any) -> None:
    with pytest.raises(CellError) as caught:
        Layer("dense", {"W": values, "b": [0]})
    assert str(caught.value) == "dense, W: holds something that is not a number, or rows of unequal length"
    with pytest.raises(InputError, match="holds something that is not a number"):
        Sequence(values)


def test_parameters_are_copies_that_nobody_can_change() -> None:
    mine = np.ones((1, 2))
    layer = Layer("dense", {"W": mine, "b": [0]})
    mine[:] = 5
    assert layer.parameters["W"].tolist() == [[1, 1]]
    with pytest.raises(ValueError, match="read-only"):
        layer.parameters["W"][0, 0] = 5


def test_layers_must_fit() -> None:
    with pytest.raises(CellError) as caught:
        Network([elman(2, 3), elman(4, 3)])
    assert str(caught.value) == "network, layer 2: elman takes 4 inputs and layer 1 gives 3; they must be equal"
    with pytest.raises(CellError, match="there are no layers"):
        Network([])


@given(seed=st.integers(0, 2**40))
def test_a_seed_gives_the_same_numbers_every_time(seed: int) -> None:
    first, second = (Network.random(["elman", "dense"], 4, 3, seed, 2) for _ in range(2))
    assert all_bits(first) == all_bits(second)


def test_other_seeds_and_other_layers_have_other_numbers() -> None:
    networks = [Network.random(["elman", "elman"], 3, 3, seed) for seed in range(20)]
    first_numbers = {layer.parameters["W"][0, 0] for network in networks for layer in network.layers}
    assert len(first_numbers) == 40


def test_a_layer_above_leaves_the_numbers_below_as_they_were() -> None:
    alone, stacked = Network.random("elman", 4, 3, 5), Network.random(["elman", "dense"], 4, 3, 5)
    assert all_bits(alone) == all_bits(stacked)[:3]


@pytest.mark.parametrize(
    ("cell", "input_size", "hidden_size", "bound"),
    [("elman", 100, 64, 1 / 8), ("elman", 1, 100, 1 / 10), ("jordan", 9, 64, 1 / 8), ("dense", 400, 100, 1 / 20)],
)
def test_numbers_fill_the_range_of_one_over_the_root(
    cell: str, input_size: int, hidden_size: int, bound: float
) -> None:
    # uniform in +-1/sqrt(H), for a layer without H in +-1/sqrt(I): the torch.nn.RNN and torch.nn.Linear pages
    layer = Network.random(cell, input_size, hidden_size).layers[0]
    values = np.concatenate([array.ravel() for array in layer.parameters.values()])
    assert np.abs(values).max() <= bound
    assert values.max() > 0.95 * bound
    assert values.min() < -0.95 * bound


@pytest.mark.parametrize(
    ("cells", "hidden", "output", "expected"),
    [
        (["elman"], 5, None, [{"W": (5, 4), "U": (5, 5), "b": (5,)}]),
        (["elman"], 5, 2, [{"W": (5, 4), "U": (5, 5), "b": (5,)}]),
        (["dense"], [2], None, [{"W": (2, 4), "b": (2,)}]),
        (["jordan"], [3], None, [{"W": (3, 4), "U": (3, 3), "b": (3,), "V": (3, 3), "c": (3,)}]),
        (["elman", "dense"], 3, 2, [{"W": (3, 4), "U": (3, 3), "b": (3,)}, {"W": (2, 3), "b": (2,)}]),
        (["elman", "dense"], 3, None, [{"W": (3, 4), "U": (3, 3), "b": (3,)}, {"W": (3, 3), "b": (3,)}]),
        (["elman", "dense"], [3, 6], 2, [{"W": (3, 4), "U": (3, 3), "b": (3,)}, {"W": (6, 3), "b": (6,)}]),
        (
            ["elman", "elman"],
            [3],
            2,
            [{"W": (3, 4), "U": (3, 3), "b": (3,)}, {"W": (3, 3), "U": (3, 3), "b": (3,)}],
        ),
        (
            ["elman", "elman"],
            [3, 5],
            None,
            [{"W": (3, 4), "U": (3, 3), "b": (3,)}, {"W": (5, 3), "U": (5, 5), "b": (5,)}],
        ),
    ],
)
def test_sizes_of_a_random_network(
    cells: list[str], hidden: Any, output: int | None, expected: list[dict[str, tuple[int, ...]]]
) -> None:
    assert shapes(Network.random(cells, 4, hidden, output_size=output)) == expected


def test_a_readout_gives_as_many_numbers_as_there_are_targets() -> None:
    network = Network.random(["elman", "dense"], 4, 3, output_size=7)
    assert network.layers[-1].output_size == 7


@pytest.mark.parametrize(
    ("cells", "input_size", "hidden", "seed", "sentence"),
    [
        ("elman", 4, 0, 0, "0 is no size; 1 to 65536 are allowed"),
        ("elman", 4, -3, 0, "-3 is no size; 1 to 65536 are allowed"),
        ("elman", 4, 1_000_000, 0, "1000000 is no size; 1 to 65536 are allowed"),
        ("elman", 4, 65_536, 0, "elman of this size takes 32.0 GiB; 1.0 GiB is the most"),  # 65536 ** 2 * 8 = 2 ** 35
        ("elman", 0, 3, 0, "0 is no size; 1 to 65536 are allowed"),
        ("elman", 4, [3, 3], 0, "there are 2 sizes for 1 layers"),
        ("elman", 4, 3, -1, "-1 is below 0; a seed is 0 or more"),
    ],
)
def test_sizes_and_seeds_that_cannot_be(cells: str, input_size: int, hidden: Any, seed: int, sentence: str) -> None:
    with pytest.raises(RangeError) as caught:
        Network.random(cells, input_size, hidden, seed)
    assert str(caught.value).endswith(sentence)


def test_every_error_is_one_kind() -> None:
    assert issubclass(CellError, InputError)
    assert issubclass(RangeError, InputError)
    assert issubclass(InputError, ValueError)


@pytest.mark.parametrize(("input_size", "hidden_size", "shape"), [(2, 0, r"\(0, 2\)"), (0, 3, r"\(3, 0\)")])
def test_a_layer_of_no_numbers_is_refused(input_size: int, hidden_size: int, shape: str) -> None:
    with pytest.raises(CellError, match=f"elman: W has shape {shape}; every size is 1 or more"):
        elman(input_size, hidden_size)


def test_a_vector_may_be_joined_of_a_size_in_letters_and_one_in_numbers() -> None:
    text = 'equations = """\nv[t] = concat(p, x[t])\ny[t] = v[t]\n"""\n[parameters]\np = [2]\n'
    network = Network([Layer(Cell.parse(text), {"p": [7.0, 8.0]})])
    assert Run(network, Sequence([[1.0, 0.5, -1.0]])).walk().at(1).y.tolist() == [7.0, 8.0, 1.0, 0.5, -1.0]
