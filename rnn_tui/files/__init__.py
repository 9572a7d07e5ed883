"""Sequences and models in and out of files; the only place that knows foreign layouts."""
