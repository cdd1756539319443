"""Everything that is known of one session, as the fold of its journal: small while little happens."""

from uuid import UUID

from kat_monitor.domain.journal import (
    Assessed,
    BaselineLocked,
    Event,
    PhaseEntered,
    Screened,
    SessionCreated,
    TargetSet,
)
from kat_monitor.domain.protocol import ProtocolVersion
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import Phase
from kat_monitor.rules.compile import Compiled
from kat_monitor.rules.course import NOTHING, Course
from kat_monitor.rules.coverage import Coverage, Streams
from kat_monitor.rules.cuff_history import CuffHistory
from kat_monitor.rules.cuff_pace import CuffPace
from kat_monitor.rules.engine import new_limits
from kat_monitor.rules.limits_state import LimitsState
from kat_monitor.rules.spans import Span
from kat_monitor.rules.tally import Tally
from kat_monitor.rules.trend import Trend


class SessionState:
    """One session. Changed only by `fold.apply_entry`; everybody else reads. Times in clinic microseconds."""

    __slots__ = (
        "assessments",
        "baselines",
        "chair_id",
        "chairs",
        "clinic_id",
        "course",
        "coverage",
        "created",
        "cuffs",
        "ended_at",
        "entered",
        "events",
        "hand_respiration",
        "id",
        "limits",
        "outcome",
        "pace",
        "patient_id",
        "phase",
        "phases",
        "protocol",
        "screening",
        "screenings",
        "streams",
        "tally",
        "target",
        "trend",
        "waited_us",
    )

    def __init__(self, created: SessionCreated, version: ProtocolVersion, limits: LimitsState) -> None:
        self.id: UUID = created.session_id
        self.clinic_id: UUID = created.clinic_id
        self.created = created
        self.protocol = version
        self.limits = limits
        self.patient_id: UUID = created.patient_id
        self.chair_id: UUID = created.chair_id
        self.chairs: list[tuple[UUID, int]] = [(created.chair_id, created.at)]
        """(chair, from), in time order."""
        self.phase = Phase.SCHEDULED
        self.phases: list[tuple[Phase, int]] = [(Phase.SCHEDULED, created.at)]
        self.entered: list[PhaseEntered] = []
        self.outcome: str | None = None
        self.ended_at: int | None = None
        self.events: list[Event] = []
        self.course: Course = NOTHING
        self.screening: dict[str, str] = {}
        """The newest answer per item."""
        self.screenings: list[Screened] = []
        self.assessments: list[Assessed] = []
        self.baselines: list[BaselineLocked] = []
        self.target: TargetSet | None = None
        self.cuffs = CuffHistory()
        self.pace = CuffPace()
        self.coverage = Coverage(version.protocol.required)
        self.streams: Streams | None = None
        """Windows for the baseline, while preparing and until it is locked."""
        self.trend: Trend | None = None
        self.tally = Tally()
        self.hand_respiration: Reading | None = None
        """The newest respiration counted by hand that breached no limit."""
        self.waited_us: int | None = None
        """How long a medically ready patient waited for the responsible adult; known at the discharge."""

    @property
    def baseline(self) -> BaselineLocked | None:
        """The row in force: a correction replaces the one before."""
        return self.baselines[-1] if self.baselines else None

    @property
    def is_open(self) -> bool:
        return self.phase.is_open

    @property
    def has_ended(self) -> bool:
        return self.phase.has_ended

    @property
    def opened_at(self) -> int | None:
        """Check-in (or the first dose, when that came first): from here on readings belong to the session."""
        return next((at for phase, at in self.phases if phase.is_open), None)

    @property
    def phase_since(self) -> int:
        return self.phases[-1][1]

    def phase_at(self, at: int) -> Phase:
        """The phase at a time as known now; a phase owns its first moment."""
        return next((phase for phase, since in reversed(self.phases) if since <= at), Phase.SCHEDULED)

    def phase_spans(self, phase: Phase, now: int) -> list[Span]:
        """When the session was in that phase, up to `now`."""
        ends = [at for _, at in self.phases[1:]] + [max(now, self.phase_since)]
        return [(at, end) for (p, at), end in zip(self.phases, ends, strict=True) if p is phase and at < end]

    @property
    def dosing_ended_at(self) -> int | None:
        """When the newest recovery began."""
        return next((at for phase, at in reversed(self.phases) if phase is Phase.RECOVERY), None)


def new_session(created: SessionCreated, version: ProtocolVersion, compiled: Compiled) -> SessionState:
    """The session as planned, before anything happened."""
    limits = new_limits(
        session_id=created.session_id,
        clinic_id=created.clinic_id,
        chair_id=created.chair_id,
        compiled=compiled,
    )
    return SessionState(created, version, limits)
