"""``python -m rnn_tui`` is ``rnn-tui``."""

import sys

from rnn_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
