"""What the events say happened: doses, pauses, oxygen, time off the monitor, symptoms; corrected ones left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kat_monitor.domain.journal import Event
from kat_monitor.domain.vitals import MINUTE_US
from kat_monitor.rules.spans import Span, merge
from kat_monitor.rules.symptoms import is_red_flag

SYMPTOM_US = 10 * MINUTE_US
"""How long before a reading a symptom of severity 2 or 3 still makes it a reading with symptoms (design 5)."""

DIZZINESS = frozenset({"dizziness", "unsteadiness"})
NONE_CORRECTED: frozenset[UUID] = frozenset()
"""One for all: an empty set is 216 bytes."""


@dataclass(frozen=True, slots=True)
class Course:
    """Built anew after each event. Times in microseconds; everything in time order."""

    doses: tuple[Event, ...] = ()
    pauses: tuple[tuple[int, int | None], ...] = ()
    """(from, to): to None while it lasts."""
    oxygen: tuple[tuple[int, int | None], ...] = ()
    off_monitor: tuple[Span, ...] = ()
    emergency: tuple[tuple[int, int | None], ...] = ()
    rechecks: tuple[Event, ...] = ()
    """Somebody asked for a cuff reading now."""
    symptoms: tuple[tuple[int, str, int], ...] = ()
    """(at, term, severity)."""
    red_flag_at: int | None = None
    medication_at: int | None = None
    answers: tuple[Event, ...] = ()
    """Interventions and medications linked to an alert."""
    corrected: frozenset[UUID] = NONE_CORRECTED

    @property
    def first_dose_at(self) -> int | None:
        return self.doses[0].at if self.doses else None

    @property
    def last_dose_at(self) -> int | None:
        return self.doses[-1].at if self.doses else None

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1][1] is None

    def paused_at(self, at: int) -> bool:
        """Dosing was paused at that time; a pause owns its first moment."""
        return any(start <= at and (end is None or at < end) for start, end in self.pauses)

    @property
    def on_oxygen(self) -> bool:
        return bool(self.oxygen) and self.oxygen[-1][1] is None

    @property
    def emergency_since(self) -> int | None:
        """When the emergency that lasts began."""
        return self.emergency[-1][0] if self.emergency and self.emergency[-1][1] is None else None

    def oxygen_at(self, at: int) -> bool:
        """Oxygen was in force at that time."""
        return any(start <= at and (end is None or at < end) for start, end in self.oxygen)

    def symptom_before(self, at: int) -> bool:
        """A symptom of severity >= 2 in the 10 min up to `at`."""
        return any(severity >= 2 and 0 <= at - seen <= SYMPTOM_US for seen, _, severity in self.symptoms)

    def dizzy_since(self, at: int) -> bool:
        """Dizzy or unsteady, of any severity above 0, at or after `at`."""
        return any(seen >= at and term in DIZZINESS and severity > 0 for seen, term, severity in self.symptoms)

    def off_monitor_until(self) -> int | None:
        """When the newest time off the monitor ends or ended."""
        return self.off_monitor[-1][1] if self.off_monitor else None


NOTHING = Course()
"""Shared by the sessions without events."""


def course_of(events: Sequence[Event]) -> Course:
    """The course that these events (in order of commit) describe."""
    corrected = frozenset(e.corrects for e in events if e.corrects is not None)
    standing = sorted((e for e in events if e.id not in corrected), key=lambda e: (e.at, e.position))
    of = {
        kind: [e for e in standing if e.event == kind]
        for kind in ("dose", "symptom", "medication", "off_monitor", "recheck")
    }
    red_flags = [e.at for e in of["symptom"] if is_red_flag(e)]
    return Course(
        doses=tuple(of["dose"]),
        pauses=_switched([(e.at, e.event == "pause") for e in standing if e.event in ("pause", "resume", "stop")]),
        oxygen=_switched([(e.at, e.data.get("state") == "on") for e in standing if e.event == "oxygen"]),
        off_monitor=tuple(merge((e.at, e.at + round(float(e.data["minutes"]) * MINUTE_US)) for e in of["off_monitor"])),
        emergency=_switched([(e.at, e.data.get("state") == "on") for e in standing if e.event == "emergency"]),
        rechecks=tuple(of["recheck"]),
        symptoms=tuple((e.at, str(e.data.get("term", "")), int(e.data.get("severity", 0))) for e in of["symptom"]),
        red_flag_at=max(red_flags, default=None),
        medication_at=max((e.at for e in of["medication"]), default=None),
        answers=tuple(e for e in standing if e.event in ("intervention", "medication") and e.answers_alert is not None),
        corrected=corrected or NONE_CORRECTED,
    )


def _switched(changes: Sequence[tuple[int, bool]]) -> tuple[tuple[int, int | None], ...]:
    """Times at which something was switched on (True) or off, as spans; the last may still last."""
    spans: list[tuple[int, int | None]] = []
    for at, on in changes:
        lasts = bool(spans) and spans[-1][1] is None
        if on and not lasts:
            spans.append((at, None))
        elif not on and lasts:
            spans[-1] = (spans[-1][0], at)
    return tuple(spans)
