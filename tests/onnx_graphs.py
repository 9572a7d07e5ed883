"""ONNX models for tests: written with the package onnx, read by ours, and run by onnxruntime where it is the oracle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracles import Array

from rnn_tui.files.foreign.loaded import Loaded
from rnn_tui.files.foreign.onnx import read_onnx
from rnn_tui.files.source import ordinary_file

onnx: Any = pytest.importorskip("onnx", reason="the extra onnx is not installed")


def load(path: Path, choice: int = 0, **more: Any) -> Loaded:
    """What our reader makes of a file."""
    return read_onnx(ordinary_file(str(path), ""), choice, **more)


def node(operator: str, inputs: str, outputs: str, **attributes: Any) -> Any:
    """A node; names are separated by spaces, - is one left out."""
    names = [name.replace("-", "") for name in inputs.split()]
    return onnx.helper.make_node(operator, names, outputs.split(), **attributes)


def model(
    nodes: Sequence[Any],
    inputs: Mapping[str, Sequence[Any]],
    outputs: Mapping[str, Sequence[Any]],
    weights: Mapping[str, Array],
    opset: int = 17,
    whole: Sequence[str] = (),
) -> Any:
    """A model; inputs and outputs by name with their shapes, floats but for those that are `whole`."""
    helper, types = onnx.helper, onnx.TensorProto

    def told(given: Mapping[str, Sequence[Any]]) -> list[Any]:
        return [
            helper.make_tensor_value_info(name, types.INT64 if name in whole else types.FLOAT, shape)
            for name, shape in given.items()
        ]

    held = [onnx.numpy_helper.from_array(np.asarray(array), name) for name, array in weights.items()]
    graph = helper.make_graph(list(nodes), "graph", told(inputs), told(outputs), held)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def saved(made: Any, folder: Path) -> Path:
    """The model as a file."""
    path = folder / "model.onnx"
    path.write_bytes(made.SerializeToString())
    return path


def session(path: Path) -> Any:
    """The same model in onnxruntime."""
    runtime = pytest.importorskip("onnxruntime", reason="onnxruntime, the oracle, is not installed")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def drawn(seed: int, **shapes: Sequence[int]) -> dict[str, Array]:
    """Random weights in float32, small enough that states neither die nor explode."""
    chance = np.random.default_rng(seed)
    return {name: (0.5 * chance.standard_normal(shape)).astype(np.float32) for name, shape in shapes.items()}
