"""The texts of lessons: CommonMark as lines of a width. No link opens, and HTML is text like any other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderResult
from rich.style import Style
from rich.text import Text

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.texts import many_lines
from rnn_tui.views.sheet.palette import ACCENT, PLAIN, TITLE
from rnn_tui.views.sheet.pen import Run

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

CODE = Style(color=ACCENT)
STYLES = {"strong": TITLE, "em": Style(italic=True)}
"""What emphasis adds to the style of a text."""
AS_TYPED = ("link", "image", "autolink", "reference")
"""What CommonMark knows and a lesson does not: it stands there as it was typed, like HTML."""
LEAST = 10
"""Columns that a text has at least, however deep it stands in lists."""


@dataclass(frozen=True)
class Block:
    """Lines that belong together: a paragraph, or a line of code.

    Attributes:
        first, rest: what stands before its first line and before the others, in plain characters.
        runs: what it says.
    """

    first: str
    rest: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Words:
    """A text that takes as many lines as it needs at the width it gets: a Rich renderable.

    Attributes:
        text: CommonMark.
        plain: ASCII alone.
    """

    text: str
    plain: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        shown = self.text.encode("ascii", "replace").decode() if self.plain else self.text
        yield from marked(shown, options.max_width)


def marked(text: str, width: int) -> list[Text]:
    """A text in lines: paragraphs, items of lists and lines of code each begin on a line of their own."""
    console, lines = Console(width=width, legacy_windows=False), list[Text]()
    for block in blocks(text):
        room = max(width - len(block.rest), LEAST)
        wrapped = Text.assemble(*block.runs).wrap(console, room) or [Text()]
        lines += (Text.assemble((block.rest if i else block.first, PLAIN), line) for i, line in enumerate(wrapped))
    return lines


@lru_cache(maxsize=16)
def blocks(text: str) -> tuple[Block, ...]:
    """What a text is made of."""
    return tuple(_blocks(_parser().parse(text)))


@cache
def _parser() -> MarkdownIt:
    """The parser, which is loaded when a lesson is."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).disable(AS_TYPED)


def _blocks(tokens: Iterable[Token]) -> Iterator[Block]:
    around: list[tuple[str, str]] = []  # of the lists and quotes one is in: before their next line, and before others
    style = PLAIN
    for token in tokens:
        if token.type == "list_item_open":
            mark = f"{token.info}{token.markup} " if token.info else "- "
            around.append((mark, " " * len(mark)))
        elif token.type == "blockquote_open":
            around.append(("> ", "> "))
        elif token.type in ("list_item_close", "blockquote_close"):
            around.pop()
        elif token.type in ("heading_open", "heading_close"):
            style = TITLE if token.nesting > 0 else PLAIN
        for runs in _lines(token, style):
            yield Block("".join(first for first, _ in around), "".join(rest for _, rest in around), tuple(runs))
            around = [(rest, rest) for _, rest in around]


def _lines(token: Token, style: Style) -> Iterator[list[Run]]:
    """The lines of a block before they are wrapped."""
    if token.type == "inline":
        yield list(_runs(token.children or (), style))
    elif token.type in ("fence", "code_block"):
        yield from ([(f"  {line}", CODE)] for line in many_lines(token.content).removesuffix("\n").split("\n"))
    elif token.type == "hr":
        yield [("---", PLAIN)]


def _runs(tokens: Iterable[Token], style: Style) -> Iterator[Run]:
    """What stands in a paragraph."""
    styles = [style]
    for token in tokens:
        kind, _, end = token.type.rpartition("_")
        if end == "open" and kind in STYLES:
            styles.append(styles[-1] + STYLES[kind])
        elif end == "close" and kind in STYLES:
            styles.pop()
        elif token.type == "code_inline":
            yield many_lines(token.content), CODE
        else:
            breaks = {"softbreak": " ", "hardbreak": "\n"}
            yield breaks.get(token.type) or many_lines(token.content), styles[-1]
