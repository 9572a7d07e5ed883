"""``list``: what can be named without a file."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.cells import cell_names
from rnn_tui.cli.parser import Parser
from rnn_tui.core.cell import Cell
from rnn_tui.files.samples import MODELS, sample_notes
from rnn_tui.lessons import lesson_notes, lesson_text


def command(words: Sequence[str]) -> int:
    """Lists the built-in sequences, models, cells and lessons."""
    Parser("list", "The built-in sequences, models, cells and lessons.").parse_args(words)
    print("sequences")
    for name, note in sample_notes().items():
        print(f"  {name:18}{note}")
    print("\nmodels")
    for name, note in sample_notes(MODELS).items():
        print(f"  {name:18}{note}")
    print("\ncells")
    for name in cell_names():
        print(f"  {name:18}{Cell.named(name).title}")
    print("\nlessons")
    for name, note in lesson_notes().items():
        print(f"  {name:22}{note} {lesson_text(name).count('[[stops]]')} stops.")
    return 0
