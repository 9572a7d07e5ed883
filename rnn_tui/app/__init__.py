"""The app: Textual over the views. It owns a cursor and settings, and computes nothing."""

from rnn_tui.app.rnn_app import RnnApp, lesson_app

__all__ = ["RnnApp", "lesson_app"]
