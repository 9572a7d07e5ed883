"""The built-in sequences: each loads, has a note, and is what the note says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnn_tui.files import samples
from rnn_tui.files.samples import sample_folder, sample_names, sample_notes, sample_path
from rnn_tui.files.sequences import load_sequence


def test_names() -> None:
    assert sample_names() == [
        "echo2.csv",
        "gait.csv",
        "hello.txt",
        "impulse.csv",
        "parity.csv",
        "recall.csv",
        "seed-picture.csv",
        "sine.csv",
        "sunspots.csv",
    ]


def test_paths() -> None:
    assert sample_path("hello") == sample_path("hello.txt") == sample_folder() / "hello.txt"
    assert sample_path("README") is sample_path("README.md") is sample_path("") is None


def test_each_has_a_note() -> None:
    notes = sample_notes()
    assert list(notes) == sample_names()
    assert all(notes.values())
    assert notes["sine.csv"] == "a sine wave, 16 samples a period; the target is the next sample"


@pytest.mark.parametrize("name", [name for name in sample_names() if name.endswith(".csv")])
def test_each_table_says_what_it_is(name: str) -> None:
    lines = (sample_folder() / name).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert "Look at:" in lines[1]


@pytest.mark.parametrize(
    ("name", "steps", "inputs", "outputs", "missing"),
    [
        ("echo2", 40, 1, 1, 0),
        ("gait", 200, 8, 2, 199),
        ("hello", 5, 4, 4, 1),
        ("impulse", 10, 1, 1, 0),
        ("parity", 24, 1, 1, 0),
        ("recall", 12, 2, 1, 11),
        ("seed-picture", 5, 4, 3, 0),
        ("sine", 48, 1, 1, 0),
        ("sunspots", 309, 1, 1, 1),
    ],
)
def test_sizes(name: str, steps: int, inputs: int, outputs: int, missing: int) -> None:
    sequence = load_sequence(name)
    assert sequence.x.shape == (steps, inputs)
    assert sequence.targets is not None
    assert sequence.targets.shape == (steps, outputs)
    assert np.isnan(sequence.targets).all(axis=1).sum() == missing


@pytest.mark.parametrize("name", ["echo2", "impulse"])
def test_echoes(name: str) -> None:
    sequence = load_sequence(name)
    assert sequence.targets is not None
    assert sequence.targets.tolist() == [[0.0], [0.0], *sequence.x.tolist()[:-2]]


def test_parity() -> None:
    sequence = load_sequence("parity")
    np.testing.assert_array_equal(sequence.targets, np.cumsum(sequence.x, axis=0) % 2)


def test_sine() -> None:
    sequence = load_sequence("sine")
    wave = np.sin(2 * np.pi * np.arange(49) / 16)[:, None]
    assert sequence.targets is not None
    np.testing.assert_allclose(sequence.x, wave[:-1], atol=5e-5)
    np.testing.assert_allclose(sequence.targets, wave[1:], atol=5e-5)


def test_recall() -> None:
    sequence = load_sequence("recall")
    assert sequence.targets is not None
    assert sequence.targets[-1, 0] == sequence.x[0, 1]


def test_sunspots() -> None:
    sequence = load_sequence("sunspots")
    assert sequence.targets is not None
    assert (sequence.label(1), sequence.label(309)) == ("1700", "2008")
    assert sequence.x[0, 0] == 0.05
    assert sequence.x[1957 - 1700, 0] == 1.902
    assert sequence.targets[:-1].tolist() == sequence.x[1:].tolist()


def test_hello_is_exactly_hello() -> None:
    assert (sample_folder() / "hello.txt").read_bytes() == b"hello"


def test_an_installed_package_has_them_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "rnn_tui"
    package.mkdir(parents=True)
    monkeypatch.setattr(samples, "PACKAGE", package)
    assert (sample_names(), sample_notes(), sample_path("hello")) == ([], {}, None)
    (package / "sample_sequences").mkdir()
    (package / "sample_sequences" / "own.txt").touch()
    assert (sample_names(), sample_notes()) == (["own.txt"], {"own.txt": ""})
