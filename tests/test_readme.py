"""What the README says of Python can be run as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"


def test_what_it_does_in_python_works(tmp_path: Path) -> None:
    (block,) = re.findall(r"```python\n(import rnn_tui\n.*?)```", README.read_text("utf-8"), re.DOTALL)
    lines = [line for line in block.splitlines() if not line.startswith("rnn_tui.RnnApp(simulator).run()")]
    assert len(lines) == len(block.splitlines()) - 1  # the app needs a terminal
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "M.npz").is_file()
