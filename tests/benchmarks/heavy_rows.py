"""The rows about the keys that change most of the screen, and about steps of large layers: time and bytes."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from .child import Child
from .table import Row

START_QUIET, QUIET = 0.8, 0.15
STEP, BACK = b"\x1b[C", b"\x1b[D"
ELMAN = ("-m", "rnn_tui", "hello.txt")
LEARNING = (*ELMAN, "--cell", "elman,softmax", "--learn", "--truncate", "0", "--layer", "1", "--at", "3")
LARGE = (*ELMAN, "--cell", "lstm", "--hidden", "512", "--at", "2")


@dataclass(frozen=True)
class Heavy:
    """A key that changes much.

    Attributes:
        what: in a few words.
        arguments: of the program.
        keys: what is pressed in turn; every one is measured.
        first: what is pressed before.
        most: bytes that a key may take.
        milliseconds: in which its frame stands, or None where that is not promised.
    """

    what: str
    arguments: tuple[str, ...]
    keys: tuple[bytes, ...]
    first: tuple[bytes, ...] = ()
    most: int = 6000
    milliseconds: float | None = None


EVERY = (
    Heavy("? and away", ELMAN, (b"?", b"\x1b")),
    Heavy("enter, enter, escape, escape", ELMAN, (b"\r", b"\r", b"\x1b", b"\x1b"), (STEP, STEP)),
    Heavy("w, heat maps and back", ELMAN, (b"w", b"w"), (STEP, STEP)),
    Heavy("i, the inside and back", ELMAN, (b"i", b"i"), (STEP, STEP)),
    Heavy("u, rolled and back", ELMAN, (b"u", b"u"), (STEP, STEP)),
    Heavy("D, another theme", ELMAN, (b"D",) * 6, (STEP, STEP)),
    Heavy("L, the way back and forward", LEARNING, (b"L", b"L")),
    Heavy("V, how far back it reaches", LEARNING, (b"V", b"V")),
    Heavy("a step of lstm, H = 512", LARGE, (STEP, BACK), most=2000, milliseconds=17),
    Heavy("enter, enter at H = 512", LARGE, (b"\r", b"\r", b"\x1b", b"\x1b")),
)


def heavy(quick: bool) -> Iterator[Row]:
    """Key to the last byte of its frame, and its bytes."""
    for each in EVERY:
        with Child(*each.arguments) as child:
            child.frame(START_QUIET)
            for key in each.first:
                child.press(key)
                child.frame(QUIET)
            taken, sizes = [], []
            for _ in range(1 if quick else 5):
                for key in each.keys:
                    child.press(key)
                    seconds, frame = child.frame(QUIET)
                    taken.append(seconds)
                    sizes.append(len(frame))
        yield Row(f"{each.what}: bytes, most", max(sizes), None, "B", each.most)
        yield Row(f"{each.what}: median", statistics.median(taken) * 1e3, None, "ms", each.milliseconds)
