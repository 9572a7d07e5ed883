"""Session files: what they may read, and where they look for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnn_tui.cells import cell_text
from rnn_tui.core.network import Network
from rnn_tui.files.errors import LoadError
from rnn_tui.files.own import save_network
from rnn_tui.session.file import parse_session, read_session


def refused(text: str, folder: str | Path = ".") -> str:
    with pytest.raises(LoadError) as caught:
        parse_session(text, "s.toml", folder)
    return str(caught.value)


@pytest.mark.parametrize("given_path", ["../seq.csv", "{whole}", "link.csv", "sub/../../seq.csv"])
@pytest.mark.parametrize("answer", [None, False, True])
def test_a_path_outside_the_folder_is_asked_for_first(tmp_path: Path, given_path: str, answer: bool | None) -> None:
    folder = tmp_path / "lesson"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "seq.csv").write_text("1,2\n3,4\n")
    (folder / "link.csv").symlink_to(tmp_path / "seq.csv")
    path = given_path.format(whole=tmp_path / "seq.csv")
    (folder / "s.toml").write_text(f"version = 1\n[sequence]\npath = '{path}'\n[[stops]]\ntitle = 'a'\n")
    asked: list[str] = []

    def allow(sentence: str) -> bool:
        asked.append(sentence)
        return bool(answer)

    if answer:
        session = read_session(folder / "s.toml", allow)
        assert len(session.recipe.source.load()) == 2
    else:
        with pytest.raises(LoadError, match=r"line 3: .* is outside the session's folder and may not be read"):
            read_session(folder / "s.toml", None if answer is None else allow)
    wanted = f"{folder / 's.toml'} reads {tmp_path / 'seq.csv'}, which is outside its folder"
    assert asked == ([] if answer is None else [wanted])


@pytest.mark.parametrize("key", ["model = '../m.npz'", "cell = '../c.toml'"])
def test_a_network_outside_the_folder_is_asked_for_too(tmp_path: Path, key: str) -> None:
    (tmp_path / "in").mkdir()
    save_network(Network.random("elman", 4), tmp_path / "m.npz")
    (tmp_path / "c.toml").write_text(cell_text("elman")[0])
    text = f"version = 1\n[network]\n{key}"
    assert "line 3: '../" in refused(text, tmp_path / "in")
    assert len(parse_session(text, "s.toml", tmp_path / "in", lambda sentence: True).recipe.build()) == 5


def test_a_sample_is_not_what_lies_about_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "hello.txt").write_text("xy")
    monkeypatch.chdir(tmp_path)
    assert len(parse_session("version = 1", folder="sub").recipe.source.load()) == 5
    assert len(parse_session("version = 1", folder=".").recipe.source.load()) == 2
