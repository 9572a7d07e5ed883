"""The inside of R, drawn from its equations."""
