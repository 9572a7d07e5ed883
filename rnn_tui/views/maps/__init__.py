"""Whole matrices and whole histories as heat maps."""
