"""The same seeds each time, for about a minute."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from . import cells, files, foreign, onnx_models, sessions

SHARES = 16
EVERY_KEY = len(sessions.KEYS) * len(sessions.VALUES)


def passed(case: Callable[[int, Path], bool], share: int, count: int, folder: Path) -> int:
    """How many of a share of the seeds came to something; a case that fails says its seed."""
    some = 0
    for seed in range(share, count, SHARES):
        try:
            some += case(seed, folder)
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise
    return some


@pytest.mark.parametrize("share", range(SHARES))
def test_damaged_files(share: int, tmp_path: Path) -> None:
    assert 100 < passed(files.case, share, 16_000, tmp_path) < 900


@pytest.mark.parametrize("share", range(SHARES))
def test_every_key_of_a_session_with_every_value(share: int, tmp_path: Path) -> None:
    assert passed(sessions.case, share, EVERY_KEY + 1000, tmp_path) > 20


@pytest.mark.parametrize("share", range(SHARES))
def test_cells(share: int, tmp_path: Path) -> None:
    assert passed(cells.case, share, 12_000, tmp_path) > 20


@pytest.mark.parametrize("share", range(SHARES))
def test_networks_of_others_with_wrong_bytes(share: int, tmp_path: Path) -> None:
    assert passed(lambda seed, folder: foreign.flipped(seed, folder, foreign.FAST), share, 4_000, tmp_path) > 25


@pytest.mark.skipif(not foreign.SLOW, reason="needs h5py, the extra keras, which is not installed")
@pytest.mark.parametrize("share", range(SHARES))
def test_networks_of_keras_with_wrong_bytes(share: int, tmp_path: Path) -> None:
    assert passed(lambda seed, folder: foreign.flipped(seed, folder, foreign.SLOW), share, 160, tmp_path) > 0


@pytest.mark.parametrize("share", range(SHARES))
def test_networks_of_any_names_and_shapes(share: int, tmp_path: Path) -> None:
    assert passed(foreign.named, share, 8_000, tmp_path) > 10


@pytest.mark.parametrize("share", range(SHARES))
def test_damaged_onnx_models(share: int, tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="the extra onnx is not installed")
    assert passed(onnx_models.case, share, 1_600, tmp_path) > 15


BYTES = st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), min_size=1, max_size=6)
CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.mark.parametrize("sample", foreign.FAST, ids=lambda sample: sample.name)
@settings(max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=CHECKS)
@given(written=BYTES, cut=st.integers(0, 2**16))
def test_networks_of_others_drawn_and_shrunk(
    sample: Path, tmp_path: Path, written: list[tuple[int, int]], cut: int
) -> None:
    """Some bytes written over, and in one case of two the end cut off; what fails is said in its smallest form."""
    data = bytearray(sample.read_bytes())
    for place, byte in written:
        data[place % len(data)] = byte
    path = tmp_path / f"drawn{sample.suffix}"
    path.write_bytes(data[: cut % (2 * len(data))])
    foreign.looked_at(path)
