"""The texts of lessons in lines: what CommonMark says of them, read off its specification by hand."""

from __future__ import annotations

import pytest
from rich.style import Style

from rnn_tui.views.page.markdown import CODE, blocks, marked
from rnn_tui.views.sheet.palette import PLAIN, TITLE


def lines(text: str, width: int = 30) -> list[str]:
    """The lines of a text, without the blanks at their ends."""
    return [line.plain.rstrip() for line in marked(text, width)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\ntwo", ["one two"]),
        ("one\n\ntwo", ["one", "two"]),
        ("one\\\ntwo", ["one", "two"]),
        ("f * c + i * g", ["f * c + i * g"]),
        ("c_t = f_t * c", ["c_t = f_t * c"]),
        ("s_(t-1) and y[3][1](x)", ["s_(t-1) and y[3][1](x)"]),
        ("a *b* **c** `d * e` \\*f\\*", ["a b c d * e *f*"]),
        ("# Head\ntext", ["Head", "text"]),
        ("text\n- a\n- b\n\nmore", ["text", "- a", "- b", "more"]),
        ("1. a\n2. b", ["1. a", "2. b"]),
        ("3) a\n4) b", ["3) a", "4) b"]),
        ("- a\n  - b\n    1. c\n- d", ["- a", "  - b", "    1. c", "- d"]),
        ("- a\n\n  b\n- c", ["- a", "  b", "- c"]),
        ("- - a", ["- - a"]),
        ("> a\n> b\n>\n> c", ["> a b", "> c"]),
        ("a\n\n    b * c\n      d\n\ne", ["a", "  b * c", "    d", "e"]),
        ("```\na\n\nb\n```", ["  a", "", "  b"]),
        ("a\n\n---\n\nb", ["a", "---", "b"]),
        ("<b>a</b> <!-- c -->", ["<b>a</b> <!-- c -->"]),
        ("<div>\na\n</div>", ["<div> a </div>"]),
        ("[a](http://b) ![c](d) <http://e>", ["[a](http://b) ![c](d)", "<http://e>"]),
        ("[a]: http://b", ["[a]: http://b"]),
        ("[red]a[/red] [link=x]b", ["[red]a[/red] [link=x]b"]),
        ("a &lt; b", ["a < b"]),
        ("a &#x202e; b", ["a \\u202e b"]),
        ("", []),
    ],
)
def test_a_text_in_lines(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


def test_lines_are_wrapped_below_the_words_of_an_item() -> None:
    assert lines("- one two three\n- four\n\n1. five six seven", 12) == [
        "- one two",
        "  three",
        "- four",
        "1. five six",
        "   seven",
    ]


def test_emphasis_and_code_are_styles() -> None:
    (block,) = blocks("a **b *c*** `d` *e*")
    italic = Style(italic=True)
    assert [(text, style) for text, style in block.runs if text.strip()] == [
        ("a ", PLAIN),
        ("b ", PLAIN + TITLE),
        ("c", PLAIN + TITLE + italic),
        ("d", CODE),
        ("e", PLAIN + italic),
    ]
