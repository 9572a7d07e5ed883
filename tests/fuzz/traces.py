"""Damaged traces: each is read, or refused in one sentence, soon and in little memory."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np

from rnn_tui import Network
from rnn_tui.core.errors import InputError
from rnn_tui.files.traces.reading import load_trace

TRACES = Path(__file__).parents[1] / "vectors" / "traces"
CASES = json.loads((TRACES / "index.json").read_text("utf-8"))
CELLS = {"rnn": "elman", "lstm": "lstm", "gru": "gru-reset-after"}
LONGEST = 5.0


def case(seed: int, folder: Path) -> bool:
    """Flips, cuts, repeats or doubles bytes of a trace; whether it was read all the same."""
    draw = np.random.default_rng(seed)
    chosen = CASES[seed % len(CASES)]
    source = TRACES / chosen["trace"]
    data = bytearray(source.read_bytes())
    for _ in range(int(draw.integers(1, 4))):
        place, kind = int(draw.integers(len(data) or 1)), int(draw.integers(8))
        if kind < 3 and data:
            data[place] = data[int(draw.integers(len(data)))]
        elif kind == 3 and data:
            data[place] = int(draw.integers(256))
        elif kind == 4:
            data = data[:place]
        elif kind < 7:
            data[place:place] = data[place : place + int(draw.integers(40))]
        else:
            data[place:place] = draw.choice([b"9" * 30, b"[", b"{", b",", b"\n", b"e999", b"nan", b'"h": '])
    file = folder / f"damaged{source.suffix}"
    file.write_bytes(bytes(data))
    layers = [CELLS[chosen["cell"]]] * chosen["layers"]
    network = Network.random(layers, chosen["input"], chosen["hidden"])
    began = time.monotonic()
    try:
        trace = load_trace(file, network, chosen["input"], chosen["T"])
        assert all(array.ndim == 3 and array.size for array in trace.values.values())
        return True
    except InputError as error:
        if "\n" in str(error):
            raise AssertionError(f"{error!r} is more than one line") from error
        return False
    finally:
        assert time.monotonic() - began < LONGEST, seed
