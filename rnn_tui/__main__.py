"""The program: ``rnn-tui`` and ``python -m rnn_tui``."""

from __future__ import annotations

import sys


def main() -> int:
    """Runs the command line."""
    from rnn_tui.cli.main import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
