"""The card of the network: how its file was read, at every size, and what is said of one without a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from driven import of, running
from test_app_settings import SIZES, words

from rnn_tui import Network
from rnn_tui.files import models
from rnn_tui.files.foreign.loaded import Loaded
from rnn_tui.files.models import load_model
from rnn_tui.files.own import save_network
from rnn_tui.session.model import Session
from rnn_tui.session.recipe import Blueprint, Recipe, Source


def opened(model: str) -> Session:
    """A session of a model's file."""
    return Session(Recipe(Source("hello.txt"), Blueprint(model=model)))


@pytest.mark.parametrize("size", SIZES[::2])
async def test_a_network_of_a_framework_is_told_with_its_gates_and_both_biases(
    tmp_path_factory: pytest.TempPathFactory, size: tuple[int, int]
) -> None:
    path = tmp_path_factory.mktemp("card") / "m.npz"
    names: dict[str, Any] = {"lstm.weight_ih_l0": np.eye(4), "lstm.weight_hh_l0": np.full((4, 1), 0.125)}
    biases: dict[str, Any] = {"lstm.bias_ih_l0": np.full(4, 0.25), "lstm.bias_hh_l0": np.full(4, -0.5)}
    np.savez(path, **names, **biases)
    async with running(opened(str(path)), size=size) as app:
        await app.press("at")
        text = words(app)
        for _ in range(20 if size == SIZES[0] else 2):
            await app.press("down", "down")
            text += " " + words(app)
    assert "i, f, g, o in the file, as ours" in text
    assert re.search(r"weight_ih_l0(: shape)? 4x4", text)
    assert re.search(r"bias_ih_l0(: shape)? 4", text)
    assert re.search(r"bias_hh_l0(: shape)? 4", text)


async def test_random_parameters_are_told_with_their_seed() -> None:
    async with running(of("gru"), size=(80, 24)) as app:
        await app.press("at")
        assert "Random parameters, seed 0" in words(app)
        assert "1 layer1 gru I = 4, H = 3" in words(app)
        await app.press("escape")
        assert "Random parameters" not in app.text


async def test_a_file_is_read_once_for_its_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large one takes its time, with the key and with the dialog, and with each key after that."""
    save_network(Network.random("lstm", 4, 3), tmp_path / "m.npz")
    reads = []

    def counted(*given: Any, **more: Any) -> Loaded:
        reads.append(given)
        return load_model(*given, **more)

    monkeypatch.setattr(models, "load_model", counted)
    async with running(opened(str(tmp_path / "m.npz")), size=(80, 24)) as app:
        reads.clear()  # of the run itself
        for _ in range(2):
            await app.press("at")
            assert "1 layer1 lstm I = 4, H = 3" in words(app)
            await app.press("escape")
    assert len(reads) == 1
