"""ONNX models with wrong bytes, cut short, and with other numbers where they have numbers."""

from __future__ import annotations

import random
import tracemalloc
from importlib import import_module
from pathlib import Path
from typing import Any

from rnn_tui.files.models import inspected

from .judging import judged

VECTORS = Path(__file__).parent.parent / "vectors"
SAMPLES = sorted((VECTORS / "files").glob("onnx_*.onnx")) + sorted(VECTORS.glob("real/*/*.onnx"))
MEMORY = 500 * 1024**2
"""Bytes that no file may take."""


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Some bytes changed in one to four places, cut out, put in twice, or cut off."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        at = chance.randrange(len(data))
        match chance.randrange(6):
            case 0 | 1:
                data[at] ^= 1 << chance.randrange(8)
            case 2:
                data[at] = chance.choice([0, 1, 2, 127, 128, 255])
            case 3:
                del data[at : at + chance.choice([1, 2, 8])]
            case 4:
                data[at:at] = data[at : at + chance.choice([1, 2, 8, 64])]
            case _:
                data[at : at + 9] = b"\xff\xff\xff\xff\xff\xff\xff\xff\x7f"[: chance.randrange(1, 10)]
        if not data:
            break
    return bytes(data[: chance.randrange(len(data) + 1)] if chance.random() < 0.05 else data)


def changed(content: bytes, chance: random.Random) -> bytes:
    """A model that can still be parsed, with another size, name, attribute, node order or type."""
    model: Any = import_module("onnx").ModelProto.FromString(content)
    graph = model.graph
    for _ in range(chance.choice([1, 1, 2, 4])):
        node = chance.choice(graph.node)
        names = [name for each in graph.node for name in (*each.input, *each.output)] + ["", "x"]
        numbers = [0, 1, -1, 2, 3, 4, 7, 100, 2**31, 2**40, -(2**63), 2**63 - 1]
        held = list(graph.initializer) or [attribute.t for attribute in node.attribute]
        match chance.randrange(8):
            case 0 if node.input:
                node.input[chance.randrange(len(node.input))] = chance.choice(names)
            case 1:
                node.op_type = chance.choice([each.op_type for each in graph.node] + ["Add", "Split", "If", "LSTM"])
            case 2 if held:
                tensor = chance.choice(held)
                tensor.dims[:] = [chance.choice(numbers) for _ in range(chance.randrange(5))]
            case 3 if held:
                tensor = chance.choice(held)
                tensor.data_type = chance.randrange(24)
            case 4 if node.attribute:
                attribute = chance.choice(node.attribute)
                attribute.i, attribute.type = chance.choice(numbers), chance.choice([attribute.type, 2, 7, 8, 1])
                attribute.ints[:] = [chance.choice(numbers) for _ in range(chance.randrange(4))]
            case 5 if graph.input:
                shape = chance.choice(graph.input).type.tensor_type.shape
                for size in shape.dim:
                    size.dim_value = chance.choice(numbers)
            case 6 if node.output:
                node.output[chance.randrange(len(node.output))] = chance.choice(names)
            case _:
                graph.node.append(chance.choice(graph.node))
    return bytes(model.SerializeToString())


def case(seed: int, folder: Path) -> bool:
    """One damaged model: read, or refused in one sentence, in bounded time and memory; whether it was read."""
    chance = random.Random(seed)
    content = SAMPLES[seed % len(SAMPLES)].read_bytes()
    path = folder / "model.onnx"
    path.write_bytes(changed(content, chance) if chance.random() < 0.5 else damaged(content, chance))
    tracemalloc.start()
    try:
        loaded = judged(lambda: [held.figures for card in inspected(path).cards for held in card.held])
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
    return loaded is not None
