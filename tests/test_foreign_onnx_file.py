"""ONNX files that are refused before the package onnx is needed, and what is said where it is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from oracles import VECTORS

from rnn_tui.files.errors import LoadError
from rnn_tui.files.foreign.onnx import read_onnx
from rnn_tui.files.source import ordinary_file

LSTM_FILE = VECTORS / "files" / "onnx_lstm_init.onnx"


def refused(path: Path, *words: str) -> str:
    """What is said of a file that is refused, which holds all the words."""
    with pytest.raises(LoadError) as caught:
        read_onnx(ordinary_file(str(path), ""))
    told = str(caught.value)
    assert told.startswith(str(path))
    for word in words:
        assert word in told, told
    assert "\n" not in told
    return told


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    refused(LSTM_FILE, 'pip install "rnn-tui[onnx]"')


def test_a_file_cut_short_anywhere(tmp_path: Path) -> None:
    whole = LSTM_FILE.read_bytes()
    path = tmp_path / "model.onnx"
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        refused(path)


def test_a_file_of_two_gigabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)
    refused(path, "has 2.0 GiB", "512.0 MiB")


def test_many_empty_messages_are_counted_before_they_are_made(tmp_path: Path) -> None:
    """A node of two bytes takes a hundred in memory."""
    graph = b"\x0a\x00" * 310_000
    size = len(graph)
    head = b"\x3a" + bytes([size & 127 | 128, size >> 7 & 127 | 128, size >> 14 & 127 | 128, size >> 21])
    path = tmp_path / "model.onnx"
    path.write_bytes(head + graph)
    refused(path, "has more than 300,000 parts")
