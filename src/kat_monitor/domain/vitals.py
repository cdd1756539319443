"""The numbers a bedside device measures: their names, units, sources and what is physically possible."""

from enum import IntEnum, StrEnum

MINUTE_US = 60_000_000
SECOND_US = 1_000_000


class Metric(IntEnum):
    """Index of a value in `Reading.values`; the wire name is the lower-case name."""

    SYSTOLIC = 0
    DIASTOLIC = 1
    MEAN = 2
    HEART_RATE = 3
    SPO2 = 4
    RESPIRATORY_RATE = 5
    TEMPERATURE = 6

    @property
    def wire(self) -> str:
        return self.name.lower()


METRIC_NAMES: tuple[str, ...] = tuple(m.wire for m in Metric)
UNITS: tuple[str, ...] = ("mmHg", "mmHg", "mmHg", "beats/min", "%", "breaths/min", "°C")
PRESSURES = (Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.MEAN)


class Source(IntEnum):
    """What measured. Cuff sources give single readings, the others a stream."""

    NIBP = 0
    ART = 1
    ECG = 2
    PULSE_OX = 3
    MANUAL = 4
    OTHER = 5

    @property
    def wire(self) -> str:
        return self.name.lower()

    @property
    def is_cuff(self) -> bool:
        return self in CUFF_SOURCES


CUFF_SOURCES = frozenset({Source.NIBP, Source.MANUAL})
SOURCES_BY_NAME: dict[str, Source] = {s.wire: s for s in Source}

# Physical possibility, not a limit (design 4). Tenths of the metric's unit, inclusive.
POSSIBLE: tuple[tuple[int, int], ...] = (
    (300, 3000),
    (100, 2250),
    (150, 2600),
    (200, 3000),
    (10, 1000),
    (10, 800),
    (250, 450),
)
DIASTOLIC_ABOVE_SYSTOLIC = 50
"""Systolic may be below diastolic by this much (tenths of mmHg) before all three pressures are impossible."""


class Priority(StrEnum):
    """IEC 60601-1-8 priorities, one set everywhere."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """3 for high, 1 for low."""
        return _RANKS[self]

    @property
    def lowered(self) -> "Priority":
        """One level below; low stays low (a provisional alert)."""
        return _LOWERED[self]


_RANKS = {Priority.HIGH: 3, Priority.MEDIUM: 2, Priority.LOW: 1}
_LOWERED = {Priority.HIGH: Priority.MEDIUM, Priority.MEDIUM: Priority.LOW, Priority.LOW: Priority.LOW}


class Phase(StrEnum):
    """Where a session stands."""

    SCHEDULED = "scheduled"
    PREPARING = "preparing"
    DOSING = "dosing"
    RECOVERY = "recovery"
    DISCHARGED = "discharged"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """A patient is in the chair: readings belong to the session."""
        return self in OPEN_PHASES

    @property
    def has_ended(self) -> bool:
        return self in ENDED_PHASES


OPEN_PHASES = frozenset({Phase.PREPARING, Phase.DOSING, Phase.RECOVERY})
ENDED_PHASES = frozenset({Phase.DISCHARGED, Phase.CANCELLED})


def to_tenths(x: float) -> int:
    """The integer that is judged and stored: Python's `round(x * 10)` of the double (design 4)."""
    return round(x * 10)


def from_tenths(v: int) -> float | int:
    """The wire number: an int when whole, else one decimal."""
    return v // 10 if v % 10 == 0 else v / 10
