"""The terminal: a driver for Textual that knows what the terminal shows and sends the cells that differ."""
