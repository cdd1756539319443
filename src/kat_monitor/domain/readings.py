"""A reading: the values one device measured at one time, with the verdict it was committed with."""

from collections.abc import Sequence
from enum import IntFlag
from typing import NamedTuple
from uuid import UUID

from kat_monitor.domain.vitals import CUFF_SOURCES, PRESSURES, Metric, Source


class Flag(IntFlag):
    """Status of a whole reading. SUSPECT is ours, decided at commit; the others come from the sender."""

    MOTION = 1
    LOW_SIGNAL = 2
    IRREGULAR_PULSE = 4
    CUFF_LOOSE = 8
    SENSOR_OFF = 16
    DEMO = 32
    FAILED = 64
    SUSPECT = 128


INVALID_ALL = int(Flag.SENSOR_OFF | Flag.DEMO)
INVALID_PRESSURES = int(Flag.CUFF_LOOSE)
DOUBTFUL = int(Flag.MOTION | Flag.LOW_SIGNAL | Flag.IRREGULAR_PULSE | Flag.SUSPECT | Flag.FAILED)
FLAGS_BY_NAME: dict[str, Flag] = {f.name.lower(): f for f in Flag if f.name and f is not Flag.SUSPECT}


class Reading(NamedTuple):
    """One stored reading; the fields are the columns of the `reading` table, in order.

    Times are microseconds since the epoch: `observed_at` and `sent_at` by the sender's clock, `received_at` by the
    clinic clock, `effective_at` the one every judgement uses. Values are tenths of the metric's unit or None.
    `flags` are `Flag` bits; `refused` has bit `1 << metric` for each value dropped as impossible. `late` and
    `interval_ms` (the device's interval at that moment) are part of the verdict and never recomputed.
    """

    clinic_id: UUID
    device_id: UUID
    seq: int
    session_id: UUID | None
    position: int
    source: int
    flags: int
    refused: int
    late: bool
    interval_ms: int
    observed_at: int
    sent_at: int | None
    received_at: int
    effective_at: int
    systolic: int | None
    diastolic: int | None
    mean: int | None
    heart_rate: int | None
    spo2: int | None
    respiratory_rate: int | None
    temperature: int | None
    reason: str | None

    def value(self, metric: int) -> int | None:
        """The stored value of a metric in tenths, whatever its flags; None when not measured."""
        return self[FIRST_VALUE + metric]  # type: ignore[return-value]

    def valid(self, metric: int) -> int | None:
        """The value if present and not invalid (sensor_off, demo; cuff_loose for pressures), else None."""
        flags = self.flags
        if flags & INVALID_ALL or (flags & INVALID_PRESSURES and metric in PRESSURES):
            return None
        return self[FIRST_VALUE + metric]  # type: ignore[return-value]

    @property
    def doubtful(self) -> bool:
        """Counts towards harm only: may breach, may never clear, end or meet anything.

        `failed` together with values contradicts itself, so those values are doubtful.
        """
        return bool(self.flags & DOUBTFUL)

    @property
    def has_pressure(self) -> bool:
        """Carries a pressure, whatever its flags. Most readings do not, and need no look at any."""
        return self.systolic is not None or self.diastolic is not None or self.mean is not None

    @property
    def is_cuff(self) -> bool:
        return self.source in CUFF_SOURCES

    @property
    def values(self) -> Sequence[int | None]:
        """The seven values in the order of `Metric`."""
        return self[FIRST_VALUE:AFTER_VALUES]  # type: ignore[return-value]


FIRST_VALUE = Reading._fields.index("systolic")
AFTER_VALUES = FIRST_VALUE + len(Metric)
READING_COLUMNS: tuple[str, ...] = Reading._fields


def flag_names(flags: int) -> list[str]:
    """Sender's flags as on the wire, without `suspect`."""
    return [name for name, flag in FLAGS_BY_NAME.items() if flags & flag]


def source_of(reading: Reading) -> Source:
    return Source(reading.source)
