"""Traces of other frameworks: what they computed, in whichever shape and under whichever names they write it."""
