"""The program: ``rnn-tui`` and ``python -m rnn_tui``.

Products of a vector with a small matrix are faster on one thread than shared out to several, so BLAS is asked for one,
before NumPy is loaded. A user's own setting is left as it is.
"""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Runs the command line."""
    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(variable, "1")
    from rnn_tui.cli import main as cli

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
