"""What every test stands on: an environment that says nothing about screens, and hypothesis without a clock."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Generator, Iterator

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two workers on two cores; before NumPy is loaded
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every worker and every process of a test compiles all anew
sys.dont_write_bytecode = False

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None, max_examples=40, derandomize=bool(os.environ.get("CI")))
settings.load_profile("untimed")
for each, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL)):
    if signal.getsignal(each) is signal.SIG_IGN:  # as in a job that a script began in the background
        signal.signal(each, usual)
UNWANTED = ("NO_COLOR", "COLORTERM", "COLUMNS", "LINES", "PYTHONIOENCODING")


@pytest.fixture(scope="session", autouse=True)
def plain_environment() -> Iterator[None]:
    """No variable of the person running the tests reaches the app, and no session is kept in their state folder."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            # the snapshot plugin keeps its own settings under TEXTUAL_SNAPSHOT_...
            if name in UNWANTED or (name.startswith("TEXTUAL") and "SNAPSHOT" not in name):
                patch.delenv(name)
        patch.setenv("TERM", "xterm-256color")
        patch.setenv("XDG_STATE_HOME", os.devnull)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is there before the first test stays to the end: nobody need search it for garbage, then or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Five for two cores: half of what the tests take is waiting, for a terminal or for an app to be still."""
    return max(2, 5 * (os.cpu_count() or 1) // 2)
