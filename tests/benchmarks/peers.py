"""The table of budgets: ``python -m tests.benchmarks.peers [--quick] [--only NAME]`` from the root of the project.

Every row is measured side by side in one run, in turns, and is the median of its turns; a start is the shortest. Needs
the extras ``test`` and ``benchmark``; PyTorch is compared with where it is installed.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one for each that is measured; before NumPy is loaded

import argparse
import platform
import sys
from collections.abc import Callable, Iterator
from importlib import metadata

from .core_rows import step, whole
from .gradient_rows import rows as gradient_rows
from .heavy_rows import heavy
from .long_rows import million
from .memory_rows import remembering
from .screen_rows import key, size, start
from .table import HEADINGS, Row, line, show

ROWS: dict[str, Callable[[bool], Iterator[Row]]] = {
    "key": key,
    "start": start,
    "bytes": size,
    "heavy": heavy,
    "million": million,
    "memory": remembering,
    "whole": whole,
    "step": step,
    "gradients": gradient_rows,
}
"""Name to what is measured. The terminal comes first, while this process is still small."""


def version(name: str) -> str:
    """A distribution and its version."""
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return f"no {name}"


def main() -> int:
    """Prints the table; the exit status is 1 where a row is over its budget."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds and sizes, a tenth of the million")
    parser.add_argument(
        "--only", choices=ROWS, action="append", metavar="NAME", help=f"of {', '.join(ROWS)}; repeatable"
    )
    options = parser.parse_args()
    versions = ", ".join(map(version, ("numpy", "textual", "torch")))
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    print(f"Python {platform.python_version()}, {versions}; {platform.machine()}, {load}\n")
    print(line(HEADINGS))
    over = [row for name in options.only or ROWS for row in show(ROWS[name](options.quick)) if row.verdict == "over"]
    print(f"\n{len(over)} over budget")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
