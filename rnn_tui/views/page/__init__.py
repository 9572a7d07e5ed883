"""The page: which parts the screen has, where they stand, and its lines."""
