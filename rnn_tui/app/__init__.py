"""The app: Textual over the views and a stepper; it computes nothing."""

from rnn_tui.app.rnn_app import RnnApp, lesson_app

__all__ = ["RnnApp", "lesson_app"]
