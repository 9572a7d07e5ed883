"""Private names of Textual and Rich stand in one file, and each has something public behind it."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from driven import of, running
from textual.app import App
from textual.driver import Driver
from textual.widget import Widget

import rnn_tui
from rnn_tui.app import RnnApp, private
from rnn_tui.app.dialogs.dialog import Dialog
from rnn_tui.app.dialogs.kinds import KINDS
from rnn_tui.app.dialogs.listed import ListDialog
from rnn_tui.app.main_screen import MainScreen
from rnn_tui.app.panel import Panel
from rnn_tui.app.terminal.driver import CellDriver

PACKAGE = Path(rnn_tui.__file__).parent
GUARDED = Path(private.__file__)
FILES = [
    f for f in sorted(PACKAGE.rglob("*.py")) if re.search(r"^ *(from|import) (textual|rich)\b", f.read_text(), re.M)
]


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def ours(tree: ast.AST) -> set[str]:
    """The private names that some code defines itself: functions, and what it assigns to, in a class or on self."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return {name for name in names if is_private(name)}


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def all_ours() -> set[str]:
    """The private names that the files define that know Textual or Rich."""
    return set().union(*(ours(tree_of(file)) for file in FILES))


PUBLIC = {"os._exit"}
"""What Python documents, whatever it is called."""


def foreign(tree: ast.AST) -> list[str]:
    """The private names in some code that are none of ours, and the private modules that it imports."""
    found = []
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and is_private(node.attr)
            and node.attr not in all_ours()
            and ast.unparse(node) not in PUBLIC
        ):
            found.append(node.attr)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [*node.module.split("."), *(alias.name for alias in node.names)]
            if not node.module.startswith(("rnn_tui", "__")):
                found += [name for name in names if is_private(name)]
        elif isinstance(node, ast.Import):
            found += [name for alias in node.names for name in alias.name.split(".") if is_private(name)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("getattr", "setattr"):
            argument = node.args[1]
            if isinstance(argument, ast.Constant) and is_private(str(argument.value)):
                found.append(str(argument.value))
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_private_names_of_others_stand_in_one_file(file: Path) -> None:
    found = foreign(tree_of(file))
    assert bool(found) == (file == GUARDED), found


CLASSES: list[type[Any]] = [RnnApp, MainScreen, Panel, CellDriver]
CLASSES += [Dialog, *Dialog.__subclasses__(), *ListDialog.__subclasses__()]
assert len(CLASSES) == 6 + len(KINDS)


@cache
def taken_by(textual: type[Any]) -> frozenset[str]:
    """The private names in the source of a class of Textual's."""
    return frozenset(re.findall(r"\b_[a-z]\w*", inspect.getsource(textual)))


@pytest.mark.parametrize("made", CLASSES, ids=lambda made: made.__name__)
def test_no_private_name_of_ours_hides_one_of_textual(made: type[Any]) -> None:
    assert issubclass(made, App | Widget | Driver)
    taken = [taken_by(base) for base in made.__mro__ if base.__module__.startswith("textual")]
    assert any(taken)
    assert not ours(ast.parse(inspect.getsource(made))) & frozenset().union(*taken)


async def test_the_screen_can_be_read_without_private_names(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(of("lstm", at=3), (120, 36)) as app:
        before = private.screen_lines(app.app)
        assert any("lstm" in line for line in before)
        assert private.exported_lines(app.app) == before
        monkeypatch.setattr(app.app.screen, "_compositor", SimpleNamespace())
        monkeypatch.setattr(private, "exported_lines", lambda given: ["exported"] if given is app.app else [])
        assert private.screen_lines(app.app) == ["exported"]
        monkeypatch.undo()


def test_without_the_private_parser_textual_reads_the_keys_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert private.input_parser(False) is not None
    monkeypatch.setitem(sys.modules, "textual._xterm_parser", None)
    assert private.input_parser(False) is None
