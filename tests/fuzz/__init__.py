"""Fuzzers: whatever a stranger writes, something comes of it or one sentence says why not, soon and in little memory.

Each module has one kind of case, made from a seed. `pytest tests/fuzz` runs the same seeds each time, for about a
minute; `python -m tests.fuzz MINUTES` runs new ones for as long as that, and says the seed of what went wrong.
"""
