"""Recordings are played only where they are."""

from tests.recorded import samples

collect_ignore = [] if samples.present() else ["test_mimic.py"]
