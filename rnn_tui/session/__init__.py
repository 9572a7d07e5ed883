"""Sessions: everything that says which screen one is looking at, and their files."""
