"""Tests with real parts: only the clock and the devices are simulated."""
