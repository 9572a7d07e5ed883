"""The built-in models: found by name from any folder, and the numbers of the framework they are from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from oracles import VECTORS

from rnn_tui import Network, Sequence, Simulator, load_network, load_sequence
from rnn_tui.cli.main import main
from rnn_tui.files import samples
from rnn_tui.files.samples import LICENCE, MODELS, sample_folder, sample_names, sample_notes
from rnn_tui.session.file import read_session
from rnn_tui.session.writing import session_text

GAIT = VECTORS / "real" / "ao_gru8"
LIMIT = 70_000
"""Bytes of all samples of the gait together."""


def test_each_has_a_note_and_a_licence() -> None:
    assert sample_names(MODELS) == ["gait-gru.npz"]
    assert all(sample_notes(MODELS).values())
    licence = sample_folder(MODELS) / f"gait-gru{LICENCE}"
    assert licence.read_text("utf-8") == (GAIT / "LICENSE").read_text("utf-8")
    files = [*sample_folder(MODELS).iterdir(), sample_folder() / "gait.csv"]
    assert sum(file.stat().st_size for file in files) < LIMIT


@pytest.fixture(name="gait")
def _gait() -> Network:
    return load_network("gait-gru")


def test_the_gait_is_what_keras_computes(gait: Network) -> None:
    """Of all 12 windows: the states of the GRU at every t, and at the last the dense layer and the unit vector."""
    stored = np.load(GAIT / "io.npz")
    for number in range(12):
        simulator = Simulator(gait, Sequence(stored["gru_input"][number]))
        states = np.stack([simulator.seek(t).layers[0].s for t in range(1, 201)])
        last = simulator.seek(200)
        np.testing.assert_allclose(states, stored["gru_h"][number], rtol=0, atol=2e-6)
        np.testing.assert_allclose(last.values["d"], stored["dense"][number], rtol=0, atol=2e-6)
        np.testing.assert_allclose(last.y, stored["phase_unit_vector"][number], rtol=0, atol=2e-6)


def test_the_gait_sequence_is_the_first_window(gait: Network) -> None:
    stored, sequence = np.load(GAIT / "io.npz"), load_sequence("gait")
    assert np.array_equal(np.asarray(sequence.x, np.float32), stored["gru_input"][0])
    assert sequence.outcomes == ("sin", "cos")
    assert sequence.targets is not None
    np.testing.assert_allclose(Simulator(gait, sequence).seek(200).y, sequence.targets[-1], rtol=0, atol=2e-6)


@pytest.mark.parametrize("name", ["gait-gru", "gait-gru.npz"])
def test_found_from_any_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["run", "gait", "--model", name, "--from", "200", "--format", "csv"]) == 0
    phase = [float(cell) for cell in capsys.readouterr().out.splitlines()[1].split(",")[-2:]]
    np.testing.assert_allclose(phase, np.load(GAIT / "io.npz")["phase_unit_vector"][0], rtol=0, atol=2e-6)


def test_a_file_of_that_name_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("gait-gru.npz").write_bytes(b"mine")
    assert main(["run", "gait", "--model", "gait-gru.npz"]) == 2
    assert capsys.readouterr().err.startswith("rnn-tui: gait-gru.npz: ")


def test_a_name_that_is_near_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "gait", "--model", "gait-gri.npz"]) == 2
    assert capsys.readouterr().err == "rnn-tui: gait-gri.npz: no such file; did you mean gait-gru.npz?\n"


def test_a_session_names_it_and_reads_it_from_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "mine.toml"
    file.write_text('version = 1\n[sequence]\npath = "gait"\n[network]\nmodel = "gait-gru"\n', "utf-8")
    session = read_session(file)
    assert session.recipe.blueprint.model == "gait-gru"
    assert 'model = "gait-gru"' in session_text(session, tmp_path)


def test_a_session_means_the_sample_not_what_lies_about_where_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "away").mkdir()
    monkeypatch.chdir(tmp_path / "away")
    Path("gait-gru").write_bytes(b"mine")
    file = tmp_path / "mine.toml"
    file.write_text('version = 1\n[sequence]\npath = "gait"\n[network]\nmodel = "gait-gru"\n', "utf-8")
    assert read_session(file).recipe.blueprint.model == str(sample_folder(MODELS) / "gait-gru.npz")


def test_an_installed_package_has_them_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "rnn_tui"
    (package / "sample_models").mkdir(parents=True)
    monkeypatch.setattr(samples, "PACKAGE", package)
    (package / "sample_models" / "own.npz").touch()
    (package / "sample_models" / f"own{LICENCE}").touch()
    assert (sample_names(MODELS), sample_notes(MODELS)) == (["own.npz"], {"own.npz": ""})
