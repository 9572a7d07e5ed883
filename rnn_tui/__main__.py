"""The program: ``rnn-tui`` and ``python -m rnn_tui``."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Runs the command line.

    NumPy's OpenBLAS has one thread, unless its own variable says otherwise: products of large matrices differ in their
    last bits with the number of threads, and so of cores; and while threads start, what loads beside them waits.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from rnn_tui.cli.main import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
