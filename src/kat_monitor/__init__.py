"""KAT Monitor: vital-sign monitoring for supervised ketamine-assisted-therapy sessions."""

__version__ = "0.1.0"
