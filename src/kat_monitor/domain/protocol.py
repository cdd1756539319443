"""A protocol version: what a clinic signed for one route, parsed and immutable (the TOML packs in `protocols/`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kat_monitor.domain.vitals import Metric, Phase, Priority


class LimitKind(StrEnum):
    ABOVE = "above"
    BELOW = "below"
    RISE = "rise"
    FALL = "fall"
    RISE_PCT = "rise_pct"
    FALL_PCT = "fall_pct"
    RATE = "rate"


BASELINE_KINDS = frozenset({LimitKind.RISE, LimitKind.FALL, LimitKind.RISE_PCT, LimitKind.FALL_PCT})


@dataclass(frozen=True, slots=True)
class Limit:
    """One line of a protocol. Numbers are tenths of the metric's unit (of a percent; per minute for `rate`)."""

    code: str
    metric: Metric
    when: frozenset[Phase]
    kind: LimitKind
    value: int
    clear: int
    priority: Priority
    hold_s: float = 0.0
    confirm_s: float | None = None
    immediate: int | None = None
    rearm: int | None = None
    needs_symptom: bool = False

    @property
    def upward(self) -> bool:
        """Direction: up for above, rise, rise_pct and rate >= 0 (design 6.2)."""
        if self.kind is LimitKind.RATE:
            return self.value >= 0
        return self.kind in (LimitKind.ABOVE, LimitKind.RISE, LimitKind.RISE_PCT)


@dataclass(frozen=True, slots=True)
class FixedPoint:
    """A cuff reading owed at `minute` after the first dose, met within [from_min, to_min]."""

    code: str
    text: str
    minute: float
    from_min: float
    to_min: float


@dataclass(frozen=True, slots=True)
class Timetable:
    """Cuff intervals, minutes: per phase, after an amber (medium) or red (high) cuff alert, waiting for the driver."""

    interval_min: Mapping[Phase, float]
    after_amber_min: float
    after_red_min: float
    waiting_min: float
    points: tuple[FixedPoint, ...] = ()


class ScreeningLevel(StrEnum):
    STOP = "stop"
    CLINICIAN = "clinician"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class ScreeningItem:
    """One question of the pre-treatment check. `stops_on`: the answer (yes or no) that is not met; None for record."""

    item: str
    text: str
    level: ScreeningLevel
    stops_on: str | None


@dataclass(frozen=True, slots=True)
class HoldLimit:
    """A baseline strictly beyond `value` on the side of `kind` holds the dose.

    Only for patients younger than `below_age` and of `from_age` years or older, where given.
    """

    code: str
    metric: Metric
    kind: LimitKind
    value: int
    below_age: float | None = None
    from_age: float | None = None


@dataclass(frozen=True, slots=True)
class BaselineRules:
    """How a baseline is taken (design 7); pressures in tenths of mmHg."""

    window_min: float
    spacing_min: float
    count: int
    two_systolic: int
    two_diastolic: int
    stream_min: float
    hold: tuple[HoldLimit, ...]


@dataclass(frozen=True, slots=True)
class PulsePressureRule:
    """For systolic in [from, to): a pulse pressure below `least` is doubtful. Tenths of mmHg."""

    systolic_from: int
    systolic_to: int
    least: int


@dataclass(frozen=True, slots=True)
class Plausibility:
    """What makes a possible reading doubtful (`suspect`). Tenths."""

    pulse_pressure: tuple[PulsePressureRule, ...]
    all_equal: bool
    mean_from: int | None
    step: int
    step_heart_rate: int


@dataclass(frozen=True, slots=True)
class Discharge:
    """Numbers of design 8. Percent and pressures in tenths; times in minutes."""

    observe_min: float
    observe_from: str
    """`last_dose`, `first_dose` or `end_of_dosing`."""
    until_alert: bool
    """Observation also lasts until sedation, dissociation and respiration are back (nasal)."""
    bp_newest_min: float
    bp_apart_min: float
    bp_pct: int
    bp_low_systolic: int
    dizzy_min: float
    bp_rising: int
    window_min: float
    covered_min: float
    gap_s: float
    hand_respiration_min: float
    spo2_least: int
    spo2_baseline: int
    spo2_below_baseline: int
    assessment_min: float
    aldrete_least: int
    escort_min: float
    cannula: bool


@dataclass(frozen=True, slots=True)
class Escalation:
    """Seconds after an alert became active and unacknowledged; reminders after an acknowledgement."""

    high_stations_s: float
    high_clinician_s: float
    medium_s: float
    unheard_factor: float
    remind_high_s: float
    remind_medium_s: float
    remind_cuff_from_s: float
    remind_cuff_at_s: float


@dataclass(frozen=True, slots=True)
class Audio:
    pause_max_s: float


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected effect in minutes from the dose; for the screens."""

    onset_min: float
    peak_min: float
    offset_min: float


@dataclass(frozen=True, slots=True)
class Protocol:
    """One immutable version of a pack."""

    code: str
    title: str
    route: str
    dosing_min: tuple[float, float]
    """Shortest and longest planned dosing; the default plan is `planned_min`."""
    planned_min: float
    expected: Expected
    dose_range_mg_per_kg: tuple[float, float] | None
    dose_range_mg: tuple[float, float] | None
    required: tuple[Metric, ...]
    timetable: Timetable
    screening: tuple[ScreeningItem, ...]
    baseline: BaselineRules
    limits: tuple[Limit, ...]
    plausibility: Plausibility
    discharge: Discharge
    escalation: Escalation
    audio: Audio

    def limit(self, code: str) -> Limit | None:
        return next((limit for limit in self.limits if limit.code == code), None)


@dataclass(frozen=True, slots=True)
class ProtocolVersion:
    """A stored version: the TOML as given, its SHA-256 and what it means. A session pins one."""

    code: str
    version: int
    sha256: str
    toml: str
    protocol: Protocol


@dataclass(frozen=True, slots=True)
class LimitFault:
    """A number of a limit on its wrong side: `key` is `clear`, `immediate` or `rearm`."""

    key: str
    code: str
    detail: str


def limit_faults(limit: Limit) -> tuple[LimitFault, ...]:
    """What is on the wrong side (design 5): one meaning for a pack and for an override of one session.

    `below` breaches downward, and so does a `rate` with a negative value. All others, `fall` and `fall_pct` among them
    (how far under the baseline), are worse when larger. `clear` may equal `value`: equal is not beyond.
    """
    sign = -1 if limit.kind is LimitKind.BELOW or (limit.kind is LimitKind.RATE and limit.value < 0) else 1
    worse, safe = ("below", "above") if sign < 0 else ("above", "below")
    faults = []
    if sign * limit.clear > sign * limit.value:
        faults.append(LimitFault("clear", "wrong_side", f"must be {safe} value, or equal to it"))
    if limit.immediate is not None and sign * limit.immediate < sign * limit.value:
        faults.append(LimitFault("immediate", "wrong_side", f"must be {worse} value, or equal to it"))
    if limit.rearm is not None and limit.rearm <= 0:
        faults.append(LimitFault("rearm", "not_positive", "must be more than 0"))
    return tuple(faults)
