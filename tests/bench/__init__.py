"""Measurements beside their limits, taken in the same minutes on the same machine: `make bench`. Not run as tests."""
