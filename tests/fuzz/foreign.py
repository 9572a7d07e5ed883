"""Networks of other frameworks with wrong bytes and shapes: told in one sentence, soon, and with little memory."""

from __future__ import annotations

import json
import random
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from rnn_tui.files.models import inspected

from .files import mutated
from .judging import judged

SAMPLES = Path(__file__).parents[1] / "vectors" / "files"
NEEDS = {".pt": "torch", ".h5": "h5py", ".keras": "h5py"}
EVERY = sorted(path for path in SAMPLES.iterdir() if path.suffix in (".npz", ".safetensors", *NEEDS))
FAST = [
    path
    for path in EVERY
    if path.suffix in (".npz", ".safetensors", ".pt") and find_spec(NEEDS.get(path.suffix, "json"))
]
SLOW = [path for path in EVERY if path.suffix in (".h5", ".keras") and find_spec("h5py")]
"""Those that are read by a process of its own."""
MOST = 500
"""Megabytes beyond what the program and its frameworks take."""
SEEN: list[int] = []


def memory() -> int:
    """The most megabytes that this process, and those that it began, have taken so far."""
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return max(resource.getrusage(who).ru_maxrss // unit for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def looked_at(path: Path) -> bool:
    """Reads a file with all figures of its cards; whether something came of it."""
    found = judged(lambda: [held.figures for card in inspected(path).cards for held in card.held])
    SEEN[:1] = [min([*SEEN[:1], memory()])]  # what the first file took is the program's own
    assert memory() < SEEN[0] + MOST
    return found is not None


def flipped(seed: int, folder: Path, samples: list[Path]) -> bool:
    """One of the samples, with wrong bytes in one to four places."""
    chance = random.Random(seed)
    sample = chance.choice(samples)
    path = folder / f"case{sample.suffix}"
    path.write_bytes(mutated(sample.read_bytes(), chance))
    return looked_at(path)


LEAVES = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_hr_l0", "weight_ih_l0_reverse"]
LEAVES += ["weight_hh_l0_reverse", "weight_ih_l1", "weight_hh_l1", "weight_ih", "weight_hh", "weight", "bias"]
LEAVES += [
    "kernel",
    "recurrent_kernel",
    "embeddings",
    "W_i",
    "U_i",
    "W",
    "U",
    "b",
    "E",
    "",
    ".",
    ":0",
    "\x1b[2J",
    "\u202e",
]
PARTS = [
    "rnn",
    "module",
    "a.rnn",
    "b.rnn",
    "lstm/lstm_cell",
    "both/forward_lstm",
    "both/backward_lstm",
    "",
    "emb",
    "fc",
]
SIZES = [0, 1, 2, 3, 4, 6, 8, 12, 16]


def named(seed: int, folder: Path) -> bool:
    """A .safetensors file of any names and shapes, whose header may lie."""
    chance = random.Random(seed)
    header: dict[str, object] = {}
    begin = 0
    hidden, gates = chance.choice([1, 2, 4]), chance.choice([1, 3, 4])
    names = [("rnn", leaf) for leaf in LEAVES[:2]] if chance.random() < 0.7 else []
    names += [(chance.choice(PARTS), chance.choice(LEAVES)) for _ in range(chance.randint(0, 4))]
    for part, leaf in names:
        shape = [chance.choice(SIZES) for _ in range(chance.randint(0, 3))]
        if chance.random() < 0.9:
            shape = [gates * hidden] if "bias" in leaf else [gates * hidden, hidden]
        size = 4 * int(np.prod(shape))
        header[f"{part}.{leaf}"] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, begin + size]}
        begin += size
    text = json.dumps(header).encode()
    if chance.random() < 0.2:
        text = mutated(text, chance)
    path = folder / "case.safetensors"
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(begin))
    return looked_at(path)


def case(seed: int, folder: Path) -> bool:
    """One of any kind that needs no framework in this process; whether something came of it."""
    plain = [path for path in FAST if path.suffix != ".pt"]
    if seed % 20 == 0 and SLOW:
        return flipped(seed, folder, SLOW)
    return flipped(seed, folder, plain) if seed % 2 else named(seed, folder)
