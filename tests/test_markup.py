"""One place makes widgets of text; nothing in the app hands Textual or Rich a string that it would read as markup."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import rnn_tui.app

APP = Path(rnn_tui.app.__file__).parent
READERS = {
    *("Static", "Label", "Markdown", "Button", "Link", "Checkbox", "RadioButton", "Collapsible", "TabPane", "Digits"),
    *("notify", "update", "Option", "Toast", "Content", "SystemCommand", "Hit", "DiscoveryHit", "Column", "Tooltip"),
}
"""What reads a string as markup, or may; a `Text` is shown as it is."""
PARSERS = {"from_markup", "render_str", "add_row", "print", "visualize"}
ATTRIBUTES = {"tooltip", "border_title", "border_subtitle", "title", "sub_title", "placeholder", "help"}
MADE = {"Text", "Table", "assemble", "_row", "entry", "Words", "notes_title", "notes_footer", "dressed"}
"""What makes something that is no string."""
OURS = {("SystemCommand", "command.title"), ("SystemCommand", "keys")}
"""Strings that are written in the program itself, none of which holds what markup begins with."""


def told(argument: ast.expr) -> bool:
    """Whether an argument is plainly no string of somebody else's."""
    if isinstance(argument, ast.Call):
        name = argument.func.attr if isinstance(argument.func, ast.Attribute) else getattr(argument.func, "id", "")
        return name in MADE
    return isinstance(argument, ast.Constant) and "[" not in str(argument.value)


def ways(tree: ast.AST) -> Iterator[str]:
    """Every way in which a string might become markup."""
    tables = {
        node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Call)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr in ATTRIBUTES and not told(node.value):
                    yield ast.unparse(node)
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for keyword in node.keywords:
            if keyword.arg == "markup" and ast.unparse(keyword.value) != "False":
                yield ast.unparse(node)
            if keyword.arg in ATTRIBUTES and not told(keyword.value) and (name, keyword.arg) not in OURS:
                yield ast.unparse(node)
        if name in READERS | PARSERS:
            for argument in node.args:
                text = ast.unparse(argument)
                known = isinstance(argument, ast.Name) and text in tables
                partial = isinstance(argument, ast.Call) and text.startswith("partial(")
                if not (told(argument) or known or partial or (name, text) in OURS):
                    yield ast.unparse(node)


FILES = sorted(APP.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_string_of_a_file_is_read_as_markup(file: Path) -> None:
    assert list(ways(ast.parse(file.read_text("utf-8")))) == []


@pytest.mark.parametrize(
    "planted",
    [
        "Static(self.ask.title)",
        "Label(question)",
        "self.notify(str(error))",
        "Option(name)",
        "Option(f'{name}')",
        "SystemCommand(stop.title, keys, do)",
        "self.query_one('#wrong', Static).update(text)",
        "Static(Text(text), markup=True)",
        "Text.from_markup(text)",
        "console.print(text)",
        "self.border_title = name",
        "panel.tooltip = label",
        "Input(placeholder=label)",
        "table.add_row(label)",
        "TextArea(text, tooltip=text)",
        "Static('[b]ours[/b]')",
    ],
)
def test_other_ways_are_found(planted: str) -> None:
    assert list(ways(ast.parse(planted)))
