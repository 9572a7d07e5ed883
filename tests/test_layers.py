"""What loads what: the core needs no screen, and the command that prints never loads Textual."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import rnn_tui

ROOT = Path(rnn_tui.__file__).parents[1]
SELDOM = {
    *(("numpy.ma",) if int(version("numpy").partition(".")[0]) > 1 else ()),  # NumPy 1 loads it itself
    *("rnn_tui.core.teacher", "rnn_tui.core.reverse", "rnn_tui.core.backward", "rnn_tui.core.across"),
    *("rnn_tui.core.parting", "rnn_tui.files.archives", "rnn_tui.files.structured", "rnn_tui.files.models"),
    *("rnn_tui.session.file", "rnn_tui.app.blank", "rnn_tui.views.page.enlarged", "rnn_tui.views.page.markdown"),
    "rnn_tui.views.page.open_ledger",
}
"""What the app loads when it is needed: for the first frame it would take time."""


def modules_after(code: str) -> set[str]:
    """The modules a fresh Python has loaded after `code`."""
    script = f"{code}\nimport json, sys\nprint('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("code", "loaded", "absent"),
    [
        ("import rnn_tui", {"rnn_tui"}, {"textual", "rich", "numpy"}),
        ("import rnn_tui.cli.main", {"rnn_tui.cli.main"}, {"textual", "rich"}),
        (
            "import rnn_tui.core.simulator, rnn_tui.core.teaching",
            {"numpy", "rnn_tui.core.run"},
            {"textual", "rich", "rnn_tui.files", "rnn_tui.session", "rnn_tui.stepper"},
        ),
        ("import rnn_tui.core.equations", {"rnn_tui.core"}, {"textual", "rich"}),
        ("import rnn_tui.session.model", {"rnn_tui.files"}, {"textual", "rich"}),
        (
            "import rnn_tui.session.file",
            {"rnn_tui.files.sequences"},
            {"textual", "rich", "rnn_tui.stepper", "rnn_tui.views", "rnn_tui.app", "rnn_tui.cli"},
        ),
        (
            "from rnn_tui.stepper.stepper import Stepper; from rnn_tui.session.model import Session;"
            "Stepper(Session()).press('right')",
            {"rnn_tui.session.model", "rnn_tui.stepper.commands"},
            {"textual", "rich", "rnn_tui.views", "rnn_tui.app", "rnn_tui.cli"},
        ),
        ("import rnn_tui.cli.writing", {"rnn_tui.core"}, {"textual", "rich", "rnn_tui.views", "rnn_tui.app"}),
        ("import rnn_tui; rnn_tui.load_sequence('hello.txt')", {"rnn_tui.files"}, {"textual", "rich"}),
        (
            "from rnn_tui.cli.main import main; assert main(['run', 'hello.txt']) == 0",
            {"rnn_tui.cli.writing"},
            {"textual", "rich", "rnn_tui.app", "rnn_tui.views", "rnn_tui.stepper"},
        ),
        (
            "from rnn_tui.cli.main import main; assert main(['list']) == 0",
            {"rnn_tui.cells"},
            {"textual", "rich", "rnn_tui.app"},
        ),
        (
            "import rnn_tui; from rnn_tui.cli.opening import stepper_of; from rnn_tui.session.model import Session;"
            "rnn_tui.RnnApp(stepper_of(Session()))",
            {"textual"},
            SELDOM,
        ),
    ],
)
def test_what_is_loaded(code: str, loaded: set[str], absent: set[str]) -> None:
    modules = modules_after(code)
    assert loaded <= modules
    assert not absent & modules


@pytest.mark.parametrize("name", rnn_tui.__all__)
def test_every_public_name_is_there_and_is_documented(name: str) -> None:
    value = getattr(rnn_tui, name)
    assert value.__name__ == name
    assert value.__doc__


def test_the_lazy_names_are_the_public_ones() -> None:
    assert sorted(rnn_tui.HOMES) == sorted(rnn_tui.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'rnn_tui' has no attribute 'Simulater'"):
        rnn_tui.Simulater  # noqa: B018 - looking it up is the test
