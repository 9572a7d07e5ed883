"""The rows about a million timesteps: memory, the first pass, and seeks and questions after it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .child import ROOT
from .million import HIDDEN
from .table import Row

STEPS, WIDTH, SEEKS = 1_000_000, 4, 20
MEGABYTE = 1e6


def million(quick: bool) -> Iterator[Row]:
    """Each cell in a process of its own."""
    steps = STEPS // 10 if quick else STEPS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.npy"
        np.save(path, np.random.default_rng(0).normal(size=(steps, WIDTH)))
        for cell in ("elman", "lstm"):
            command = [sys.executable, "-m", "tests.benchmarks.million", cell, str(path), str(SEEKS)]
            found = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
            what = f"{steps} steps, {cell}, H {HIDDEN}: "
            yield Row(f"{what}open", found["open"] * 1e3, None, "ms", 2000)
            yield Row(f"{what}first pass", found["pass"], None, "s")
            yield Row(f"{what}peak memory", found["peak"] / MEGABYTE, None, "MB", 300)
            yield Row(f"{what}slowest of {SEEKS} seeks", found["seek"] * 1e3, None, "ms", 50)
            yield Row(f"{what}all hits of a change of s[1]", found["hits"] * 1e3, None, "ms", 1000)
