"""``python -m tests.fuzz MINUTES [SEED]``: new cases for so long; the exit status is 1 where any went wrong."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
import traceback
from importlib.util import find_spec
from pathlib import Path

from . import cells, files, foreign, onnx_models, sessions

KINDS = {"files": files, "sessions": sessions, "cells": cells, "foreign": foreign}
KINDS |= {"onnx": onnx_models} if find_spec("onnx") else {}
MEMORY = 2 * 2**30
"""Bytes that all of it may take."""


def main(minutes: float, seed: int) -> int:
    """Runs all kinds in turn, and says how many there were."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    end, wrong = time.monotonic() + 60 * minutes, 0
    came, rounds = dict.fromkeys(KINDS, 0), 0
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            for name, module in KINDS.items():
                try:
                    came[name] += module.case(seed, Path(folder))
                except Exception:  # whatever it is, it is what is looked for: it is told, counted, and more is tried
                    wrong += 1
                    print(f"{name}, seed {seed}:\n{traceback.format_exc()}", flush=True)
            seed, rounds = seed + 1, rounds + 1
    for name, count in came.items():
        print(f"{name}: {rounds} cases, {count} read, {rounds - count} refused")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{wrong} went wrong; the last seed was {seed - 1}; the most memory {peak} MB")
    return 1 if wrong else 0


if __name__ == "__main__":
    given = [float(word) for word in sys.argv[1:]]
    sys.exit(main(given[0] if given else 1, int(given[1]) if len(given) > 1 else int.from_bytes(os.urandom(4)) + 10**6))
