"""MIMIC numerics, one sample a minute, as what a gateway posts: 0 and NaN mean "not measured" and are left out."""

import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kat_monitor.domain.times import to_rfc3339
from tests.recorded import samples
from tests.server_fixtures import MINUTE, START_US

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its import uses what a newer pandas announces to drop
    import wfdb

STREAMS: dict[str, dict[str, str]] = {
    "ecg": {"heart_rate": "HR"},
    "pulse_ox": {"spo2": "SpO2", "heart_rate": "PULSE"},
    "other": {"respiratory_rate": "RESP"},
    "art": {"systolic": "ABPSys", "diastolic": "ABPDias", "mean": "ABPMean"},
    "nibp": {"systolic": "NBPSys", "diastolic": "NBPDias", "mean": "NBPMean"},
}
"""Source to value to the recording's signal; one device each."""


@dataclass(frozen=True, slots=True)
class Tape:
    """A recording: per minute and source the values that were measured."""

    name: str
    minutes: list[dict[str, dict[str, float]]]

    def __len__(self) -> int:
        return len(self.minutes)

    @property
    def third_cuff(self) -> int:
        """The minute of the third cuff reading, which completes the baseline."""
        return [minute for minute, sources in enumerate(self.minutes) if "systolic" in sources.get("nibp", {})][2]

    def items(self, minute: int) -> list[dict[str, Any]]:
        """The readings of one minute as the gateway sends them, shifted so that minute 0 is the start of the clock."""
        if minute >= len(self):
            return []
        observed_at = to_rfc3339(START_US + minute * MINUTE)
        return [
            {"device": f"{self.name}-{source}", "seq": minute, "observed_at": observed_at, "source": source, **values}
            for source, values in self.minutes[minute].items()
        ]


def read(folder: str, record: str) -> Tape:
    """One numerics record of the samples, whatever its year."""
    found = wfdb.rdrecord(str(Path(samples.timeseries()) / folder / record))
    column = {name: index for index, name in enumerate(found.sig_name)}
    return Tape(
        name=folder.removeprefix("wfdb_"),
        minutes=[_measured(found.p_signal[minute], column) for minute in range(found.sig_len)],
    )


def _measured(row: Any, column: dict[str, int]) -> dict[str, dict[str, float]]:
    """Source to what it measured in this minute; sources that measured nothing are left out."""
    found = {}
    for source, signals in STREAMS.items():
        told = {value: float(row[column[signal]]) for value, signal in signals.items() if signal in column}
        values = {value: number for value, number in told.items() if number and not math.isnan(number)}
        if values:
            found[source] = values
    return found
