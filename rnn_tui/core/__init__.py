"""The numerical core: equations, cells, networks and the simulator. NumPy only; it knows no file and no screen."""
