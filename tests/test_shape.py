"""The shape of the package: where things are, how large they are, and what nobody asks of whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

import rnn_tui

PACKAGE = Path(rnn_tui.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
Trees = dict[Path, ast.Module]
Node = TypeVar("Node", bound=ast.AST)
LONGEST_CLASS, MOST_METHODS, LONGEST_FILE = 250, 30, 300
RUNS = {"Run", "Walk", "Simulator", "Teaching", "Learner", "Tape", "EpochTape"}


@pytest.fixture(scope="module")
def trees() -> Trees:
    """The package, read."""
    return {file: ast.parse(file.read_text(encoding="utf-8")) for file in FILES}


def nodes(trees: Trees, kind: type[Node]) -> Iterator[tuple[Path, Node]]:
    """All nodes of a kind in the package."""
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, kind):
                yield file, node


def test_the_top_level_holds_folders_and_two_modules() -> None:
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py"}


def test_nobody_asks_what_kind_of_run_it_is(trees: Trees) -> None:
    asked = [(f, n) for f, n in nodes(trees, ast.Call) if isinstance(n.func, ast.Name) and n.func.id == "isinstance"]
    assert len(asked) > 50
    for file, node in asked:
        names = {part.id for part in ast.walk(node.args[1]) if isinstance(part, ast.Name)}
        assert not names & RUNS, f"{file.name}, line {node.lineno}"


def test_no_class_and_no_file_outgrows_its_idea(trees: Trees) -> None:
    classes = list(nodes(trees, ast.ClassDef))
    assert len(classes) > 60
    for file, node in classes:
        methods = [part for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
        assert (node.end_lineno or 0) - node.lineno < LONGEST_CLASS, f"{file.name}: {node.name}"
        assert len(methods) <= MOST_METHODS, f"{file.name}: {node.name}"
    for file in FILES:
        assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE, file.name


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "manager"])
def test_no_module_is_named_after_nothing(word: str) -> None:
    assert not [file for file in FILES if word in file.stem]


def test_no_object_of_the_app_but_its_own_screen_holds_a_screen(trees: Trees) -> None:
    held = [
        f"{file.name}, line {node.lineno}"
        for file, node in nodes(trees, ast.Attribute)
        if node.attr in ("_screen", "main_screen")
    ]
    assert not held
