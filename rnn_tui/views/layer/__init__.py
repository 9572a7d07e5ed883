"""One layer at one timestep: its tables, and the arithmetic behind each of their numbers."""
