"""Simulated patients, monitors and staff, so that the whole system can be tried with nobody at risk."""
