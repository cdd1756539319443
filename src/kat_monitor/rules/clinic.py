"""One clinic in memory: the standing things, the open sessions and what judging a reading needs to remember.

Only the writer's turn changes it. Everything here can be read back from the store; nothing is shared across clinics.
"""

from dataclasses import dataclass, field
from uuid import UUID

from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.assignments import Assignments, OpeningCheck
from kat_monitor.domain.corrections import Whose
from kat_monitor.domain.protocol import ProtocolVersion
from kat_monitor.domain.readings import DOUBTFUL, Reading
from kat_monitor.domain.registry import Chair, Clinic, Device, DeviceStay, Gateway, Left, Patient, Role, User
from kat_monitor.domain.vitals import PRESSURES, Metric, Source
from kat_monitor.rules.compile import Compiled
from kat_monitor.rules.duty import Duty
from kat_monitor.rules.pressure_history import PressureBefore, PressureHistory
from kat_monitor.rules.state import SessionState

RECENT = 3
_MANUAL = int(Source.MANUAL)
KEPT_CUFFS = 40
"""Valid cuff pressures remembered per source, to find the newest one earlier than a reading (suspect)."""


class DeviceState:
    """A device and what has been heard of it. Times in clinic microseconds."""

    __slots__ = (
        "conflicts",
        "device",
        "failed_in_row",
        "failed_since",
        "high_water",
        "last_heard_at",
        "last_session_id",
        "order",
        "stays",
        "unassigned",
    )

    def __init__(self, device: Device, stays: list[DeviceStay], high_water: int) -> None:
        self.device = device
        self.order = device.id.int
        """Readings of one time are in the order of their devices' ids; integers compare sooner."""
        self.stays = sorted(stays, key=lambda stay: stay.from_at)
        self.high_water = high_water
        """Highest stored seq; -1 for none. Above it a reading is new by definition."""
        self.last_heard_at: int | None = None
        self.last_session_id: UUID | None = None
        self.failed_in_row = 0
        self.failed_since: int | None = None
        self.conflicts: list[int] = []
        """When the last three were (`note_recent`)."""
        self.unassigned: list[int] = []
        """Likewise."""

    def chair_at(self, at: int) -> UUID | None:
        """Where it stood at `at`."""
        if self.stays and (newest := self.stays[-1]).to_at is None and newest.from_at <= at:
            return newest.chair_id
        for stay in reversed(self.stays):
            if stay.from_at <= at:
                return stay.chair_id if stay.to_at is None or at < stay.to_at else None
        return None


def note_recent(times: list[int], at: int) -> None:
    """Keep the last `RECENT` times. A list: an empty deque is 700 bytes, and there are two per device."""
    times.append(at)
    del times[:-RECENT]


class Occupancy:
    """A session's time at one chair: [from_at, to_at), to_at None while it lasts."""

    __slots__ = ("from_at", "session_id", "to_at")

    def __init__(self, session_id: UUID, from_at: int, to_at: int | None) -> None:
        self.session_id = session_id
        self.from_at = from_at
        self.to_at = to_at


class JudgedMemory:
    """Of one session: when each (source, metric) was last judged, and the pressures before."""

    __slots__ = ("judged", "newest_at", "off_since", "pressures", "refused")

    def __init__(self) -> None:
        self.judged: dict[int, list[int]] = {}
        """source -> effective_at of the last in-order reading that carried the metric, valid or not (0: none)."""
        self.newest_at = 0
        """The greatest of them all."""
        self.pressures: dict[int, PressureHistory] = {}
        """By source."""
        self.refused: dict[int, tuple[int, int]] = {}
        """metric -> refused values in a row up to now, and since when; without any, nothing."""
        self.off_since: dict[tuple[UUID, int], int] = {}
        """(device, source) -> since when it says sensor_off."""

    def is_before_last(self, source: int, values: tuple[int | None, ...], effective_at: int) -> bool:
        if effective_at >= self.newest_at or (last := self.judged.get(source)) is None:
            return False
        return any(v is not None and effective_at < at for v, at in zip(values, last, strict=True))

    def note_quiet(self, reading: Reading) -> None:
        """When an in-order reading of which nothing was refused was judged."""
        source, at = reading.source, reading.effective_at
        last = self.judged.get(source)
        if last is None:
            last = self.judged[source] = [0] * len(Metric)
        if at > self.newest_at:  # noqa: PLR1730 - done for every reading, and quicker than max()
            self.newest_at = at
        for metric, value in enumerate(reading[14:21]):  # the seven values; literal so that their type is known
            if value is not None:
                last[metric] = at
        if self.refused:
            self._end_refusals(reading)

    def note_judged(self, reading: Reading) -> None:
        """An in-order reading was judged: when, and what of it was refused."""
        self.note_quiet(reading)
        if reading.refused:
            for metric in Metric:
                if reading.refused >> metric & 1:
                    self._note_refused(metric, reading.effective_at)

    def _end_refusals(self, reading: Reading) -> None:
        """A valid value ends its metric's row of refusals; a doubtful one, or one by hand, does not."""
        if reading.flags & DOUBTFUL or reading.source == _MANUAL:
            return
        for metric in Metric:
            if reading.valid(metric) is not None:
                self.refused.pop(metric, None)

    def _note_refused(self, metric: int, at: int) -> None:
        count, since = self.refused.get(metric, (0, at))
        self.refused[metric] = count + 1, since

    def note_pressure(self, reading: Reading) -> None:
        """Remember a valid pressure in time order; only the newest of a stream."""
        if all(reading.valid(m) is None for m in PRESSURES):
            return
        kept = self.pressures.get(reading.source)
        if kept is None:
            kept = self.pressures[reading.source] = PressureHistory()
        kept.add(reading, KEPT_CUFFS if reading.is_cuff else 1)

    def pressure_before(self, source: int, effective_at: int) -> PressureBefore | None:
        """The newest valid pressure of the source earlier than `effective_at`."""
        kept = self.pressures.get(source)
        return None if kept is None else kept.before(effective_at)


class GatewayState:
    """A gateway and when it was last heard, by the wall clock."""

    __slots__ = ("candidate_us", "gateway", "last_heard_wall", "offset_us", "queued", "skew_since", "skew_us")

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.offset_us = gateway.offset_us
        self.candidate_us: int | None = None
        self.last_heard_wall: int | None = None
        self.queued = 0
        self.skew_us = 0
        """Present |offset|, or how far unstamped posts lie from now (clock_skew)."""
        self.skew_since: int | None = None


class ClinicState:
    """Everything of one clinic that judging and the wall need."""

    __slots__ = (
        "assigned",
        "by_code",
        "chairs",
        "clinic",
        "compiled",
        "devices",
        "duty",
        "failed_sessions",
        "gateways",
        "left",
        "memories",
        "occupancy",
        "opening_check",
        "patients",
        "people",
        "position",
        "protocols",
        "roles",
        "sessions",
        "started_wall",
        "technical",
        "whose",
    )

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.position = 0
        """Last journal position given out."""
        self.chairs: dict[UUID, Chair] = {}
        self.devices: dict[UUID, DeviceState] = {}
        self.by_code: dict[tuple[UUID, str], DeviceState] = {}
        self.gateways: dict[UUID, GatewayState] = {}
        self.patients: dict[UUID, Patient] = {}
        """Patients of the sessions in `sessions`."""
        self.people: dict[UUID, str] = {}
        """Names of the clinic's people, by account."""
        self.roles: dict[UUID, frozenset[Role]] = {}
        """What they may do; none for a closed account."""
        self.sessions: dict[UUID, SessionState] = {}
        """Scheduled and open ones, and ended ones that somebody still works with."""
        self.memories: dict[UUID, JudgedMemory] = {}
        self.occupancy: dict[UUID, list[Occupancy]] = {}
        """chair -> who sat there, in time order, ended sessions too."""
        self.left: dict[UUID, Left] = {}
        """chair -> its last patient, who left it as it is."""
        self.protocols: dict[tuple[str, int], ProtocolVersion] = {}
        self.compiled: dict[tuple[str, int], Compiled] = {}
        self.technical: dict[UUID, Alert] = {}
        """Open technical alerts."""
        self.failed_sessions: set[UUID] = set()
        self.duty = Duty()
        """Stations, and who is on shift."""
        self.assigned = Assignments()
        """Who has which chair, what is offered, who is on call."""
        self.opening_check: OpeningCheck | None = None
        """The newest one signed."""
        self.whose = Whose()
        """Corrections of whose readings are."""
        self.started_wall = 0

    def put_user(self, user: User) -> None:
        """A new account, or one as it is now."""
        self.people[user.id] = user.name
        self.roles[user.id] = user.roles if user.active else frozenset()

    def add_device(self, state: DeviceState) -> None:
        self.devices[state.device.id] = state
        if state.device.gateway_id is not None:
            self.by_code[state.device.gateway_id, state.device.code] = state

    def occupant(self, chair_id: UUID | None, at: int) -> Occupancy | None:
        """Whose readings a device at this chair measured at `at`."""
        if chair_id is None or not (stays := self.occupancy.get(chair_id)):
            return None
        if (newest := stays[-1]).to_at is None and newest.from_at <= at:
            return newest
        for stay in reversed(stays):
            if stay.from_at <= at:
                return stay if stay.to_at is None or at < stay.to_at else None
        return None

    def memory(self, session_id: UUID) -> JudgedMemory:
        """What judging remembers of a session; empty at first."""
        found = self.memories.get(session_id)
        if found is None:
            found = self.memories[session_id] = JudgedMemory()
        return found

    def open_at(self, chair_id: UUID) -> SessionState | None:
        """The session now open at a chair."""
        stays = self.occupancy.get(chair_id)
        if not stays or stays[-1].to_at is not None:
            return None
        return self.sessions.get(stays[-1].session_id)

    def open_alerts(self) -> list[Alert]:
        """Provisional, active and returned alerts, physiological and technical."""
        alerts = [alert for state in self.sessions.values() for alert in state.limits.alerts.values()]
        alerts.extend(self.technical.values())
        return alerts

    def newest_version(self, code: str) -> ProtocolVersion | None:
        versions = [v for (c, _), v in self.protocols.items() if c == code]
        return max(versions, key=lambda v: v.version, default=None)


@dataclass(slots=True)
class Touched:
    """What the screens must hear about, per clinic."""

    vitals: set[SessionState] = field(default_factory=set)
    """Sessions with new values: themselves, not their ids, since noting it is done for every reading."""
    sessions: set[UUID] = field(default_factory=set)
    """Sessions whose facts changed (readiness and due items with them)."""
    late: set[UUID] = field(default_factory=set)
    """Sessions whose trend was filled in its past."""
    alerts: dict[UUID, Alert] = field(default_factory=dict)
    chairs: bool = False
    """The places themselves changed: a new snapshot."""
    left: set[UUID] = field(default_factory=set)
    """Chairs whose last patient has just left, or is history now."""
    seats: bool = False
    """Somebody took a chair, left it or moved."""
    duty: bool = False
    """A station, or who is on shift, changed."""
