"""The app: Textual over the views. It owns a cursor and settings, and computes nothing."""

from rnn_tui.app.rnn_app import RnnApp

__all__ = ["RnnApp"]
