"""How a course author tests a lesson: two stops, as pictures."""

from rnn_tui.app import lesson_app


def test_first_stop(snap_compare) -> None:  # type: ignore[no-untyped-def]
    assert snap_compare(lesson_app("tests/lesson_of_an_author.toml"))


def test_second_stop(snap_compare) -> None:  # type: ignore[no-untyped-def]
    assert snap_compare(lesson_app("tests/lesson_of_an_author.toml", stop=2))
