"""Where the recordings lie: `shared/samples` beside the checkout, or what KAT_SAMPLES names."""

import os
from pathlib import Path

SAMPLES = Path(os.environ.get("KAT_SAMPLES", Path(__file__).parents[3] / "shared" / "samples"))
"""A test that needs them is collected only where they are."""


def timeseries() -> Path:
    return SAMPLES / "timeseries"


def present() -> bool:
    return timeseries().is_dir()
