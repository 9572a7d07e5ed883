"""What every fuzzer asks of the program."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from typing import TypeVar

from rnn_tui.core.errors import InputError

T = TypeVar("T")
SECONDS = 10.0
"""Of the processor's time, longer than anything takes: what else a busy machine does is not counted."""
HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def judged(call: Callable[[], T]) -> T | None:
    """What a call returns, or None where it refuses in one sentence. Any other exception passes."""
    begun = time.process_time()
    try:
        result: T | None = call()
        told = ""
    except InputError as error:
        result, told = None, str(error)
        assert told
    assert time.process_time() - begun < SECONDS
    assert not any(unicodedata.category(c) in HIDDEN for c in told), told
    assert "more memory than there is" not in told
    assert len(told) < 3000
    return result
