"""The rows about the core: whole sequences and single timesteps, against PyTorch and a loop written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from .alternating import medians, timed
from .contest import Contest, by_hand, pass_all, step_through, torch, torch_cell, torch_single, torch_whole
from .table import Row

CELLS = ("elman", "lstm")
DTYPES = ("float64", "float32")
SIZES = {4: 4096, 16: 4096, 64: 2048, 256: 512, 512: 256}
"""H, and how many timesteps make a turn of some tens of milliseconds."""


def contests(quick: bool) -> Iterator[Contest]:
    """Every cell in every size and type; when in a hurry, three sizes of one type."""
    for cell in CELLS:
        for dtype in DTYPES[: 1 if quick else 2]:
            for hidden, steps in SIZES.items():
                if not quick or hidden in (4, 64, 512):
                    yield Contest(cell, hidden, dtype, steps)


def whole(quick: bool) -> Iterator[Row]:
    """Whole sequences."""
    for contest in contests(quick):
        what = f"whole sequence, {contest.cell}, H {contest.hidden}, {contest.dtype} / torch"
        if torch() is None:
            yield Row(what, note="PyTorch is not installed")
            continue
        peers = contest.theirs()
        contest.agree(peers)
        found = medians(
            {"ours": timed(pass_all, contest.ours), "torch": timed(partial(torch_whole, peers))}, 7 if quick else 21
        )
        micro = 1e6 / contest.steps
        yield Row(what, found["ours"] * micro, found["torch"] * micro, "µs/t", 1.0)


def step(quick: bool) -> Iterator[Row]:
    """Single timesteps with every named value recorded."""
    for contest in contests(quick):
        turns = {
            "ours": timed(step_through, contest.ours),
            "NumPy loop": timed(partial(by_hand, contest.cell, contest.x, *contest.stacked())),
        }
        kind = {"elman": "RNN", "lstm": "LSTM"}[contest.cell]
        cell, single = f"torch {kind}Cell", f"torch {kind} T=1"
        if torch() is not None:
            peers = contest.theirs()
            turns |= {cell: timed(partial(torch_cell, peers)), single: timed(partial(torch_single, peers))}
        found = {name: s * 1e6 / contest.steps for name, s in medians(turns, 5 if quick else 15).items()}
        what = f"one timestep, {contest.cell}, H {contest.hidden}, {contest.dtype} / "
        if torch() is None:
            yield Row(f"{what}torch", note="PyTorch is not installed")
        else:
            faster = min(cell, single, key=found.__getitem__)
            yield Row(what + faster, found["ours"], found[faster], "µs/t", 1.0)
        yield Row(f"{what}NumPy loop", found["ours"], found["NumPy loop"], "µs/t")
