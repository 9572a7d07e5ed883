"""Diagrams: a layer unrolled over time and rolled up, as the seed has them, and the network whole."""
