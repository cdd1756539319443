"""Whose a reading is, whether it is new, when it took effect, whether it is late: decided once (design 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from kat_monitor.domain.readings import FLAGS_BY_NAME, Flag, Reading
from kat_monitor.domain.vitals import SECOND_US, Metric, Source
from kat_monitor.ingest.decode import Candidate, Decoded, Verdict
from kat_monitor.ingest.offsets import Offset
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import RECENT, ClinicState, DeviceState, GatewayState, JudgedMemory, note_recent
from kat_monitor.rules.plausibility import is_suspect
from kat_monitor.rules.state import SessionState
from kat_monitor.rules.technical import numbering_restarted

LATE_US = 60 * SECOND_US
FUTURE_US = 60 * SECOND_US
BACKLOG_US = 60 * SECOND_US
NEVER = 1 << 62
CONFLICTS_US = 60 * SECOND_US
_SENDER_FLAGS = int(sum(FLAGS_BY_NAME.values()))
# Plain integers: an operation on an IntFlag costs as much as judging half a reading.
_SENSOR_OFF, _FAILED, _SUSPECT, _NIBP = int(Flag.SENSOR_OFF), int(Flag.FAILED), int(Flag.SUSPECT), int(Source.NIBP)


class Stored(NamedTuple):
    """What identity compares: another value under the same (device, seq) is a conflict."""

    observed_at: int
    source: int
    flags: int
    values: tuple[int | None, ...]


Existing = Mapping[tuple[UUID, int], Stored]
_new = tuple.__new__
"""A named tuple made of a tuple, without a look at its length: this is done for every reading."""


@dataclass(slots=True)
class Answer:
    """The counts and verdicts that a post is answered with, after its last commit."""

    accepted: int = 0
    duplicates: int = 0
    unassigned: int = 0
    late: int = 0
    warnings: list[Verdict] = field(default_factory=list)
    rejected: list[Verdict] = field(default_factory=list)

    def add(self, part: "Answer") -> None:
        """What a later commit of the same request stored."""
        self.accepted += part.accepted
        self.duplicates += part.duplicates
        self.unassigned += part.unassigned
        self.late += part.late
        self.rejected.extend(part.rejected)


class Placed(NamedTuple):
    """A candidate whose device and time are known."""

    effective_at: int
    device: DeviceState
    candidate: Candidate


_in_order = attrgetter("effective_at", "device.order", "candidate.seq")


@dataclass(slots=True)
class Post:
    """One request on its way through: `placed` is what is still to be judged, in order."""

    clinic_id: UUID
    gateway_id: UUID
    sent_at: int | None
    received_at: int
    placed: list[Placed]
    answer: Answer
    backlog: bool = False

    @property
    def oldness_us(self) -> int:
        """Age of the newest reading; a request whose newest is over 60 s old is backlog."""
        return self.received_at - self.placed[-1].effective_at if self.placed else 0


def hear(gateway: GatewayState, sent_at: int, received_at: int, rate: float) -> bool:
    """A gateway spoke: learn its clock. True if the offset changed and is to be stored."""
    offset = Offset(gateway.offset_us, gateway.candidate_us)
    changed = offset.hear(sent_at, received_at, rate)
    gateway.offset_us, gateway.candidate_us = offset.offset_us, offset.candidate_us
    _skewed(gateway, abs(offset.offset_us or 0), received_at)
    return changed


def hear_unstamped(gateway: GatewayState, newest: int | None, received_at: int, rate: float) -> None:
    """It did not say when it sent: the readings' own times, the `newest` of them, are all there is to compare with."""
    if newest is not None:
        apart = abs(received_at - newest)
        _skewed(gateway, apart if apart > FUTURE_US * rate else 0, received_at)


def _skewed(gateway: GatewayState, skew_us: int, now: int) -> None:
    if skew_us and not gateway.skew_us:
        gateway.skew_since = now
    gateway.skew_us = skew_us


def place(decoded: Decoded, clinic: ClinicState, gateway: GatewayState, received_at: int, rate: float) -> Post:
    """Find devices and effective times, and put the request in its order: (effective_at, device, seq)."""
    answer = Answer(warnings=decoded.warnings, rejected=decoded.rejected)
    offset = (gateway.offset_us or 0) if decoded.sent_at is not None else 0
    placed: list[Placed] = []
    gateway_id = gateway.gateway.id
    devices: dict[str, DeviceState] = {}
    for candidate in decoded.candidates:
        index, code, _, observed_at, _, _, _, _, _ = candidate
        device = devices.get(code)
        if device is None:
            device = clinic.by_code.get((gateway_id, code))
            if device is None:
                detail = "this gateway has no device of that name"
                answer.rejected.append(Verdict(index, "unknown_device", detail, permanent=False))
                continue
            devices[code] = device
        placed.append(_new(Placed, (observed_at + offset, device, candidate)))
    if len(placed) > 1:
        placed.sort(key=_in_order)
    post = Post(clinic.clinic.id, gateway.gateway.id, decoded.sent_at, received_at, placed, answer)
    post.backlog = post.oldness_us > BACKLOG_US * rate
    return post


def keys_to_look_up(items: Sequence[Placed]) -> list[tuple[UUID, int]]:
    """Identities at or below the high-water mark: they may be stored already."""
    # By place, as in all that is done for every reading: a name costs twice as much.
    return [(device.device.id, candidate.seq) for _, device, candidate in items if candidate[2] <= device.high_water]


class Seat(NamedTuple):
    """Whose a device's readings are, from `since` on: found once for a run of them in one request."""

    device: DeviceState
    since: int
    session_id: UUID | None
    state: SessionState | None
    memory: JudgedMemory | None
    """Of the state, when there is one."""


def seat_of(clinic: ClinicState, device: DeviceState, at: int) -> Seat:
    """The seat at `at`; one that does not last until now holds for no other time."""
    occupancy = clinic.occupant(device.chair_at(at), at)
    if occupancy is None:
        return Seat(device, NEVER, None, None, None)
    session_id, stay = occupancy.session_id, device.stays[-1]
    lasts = occupancy.to_at is None and stay.to_at is None and stay.from_at <= at
    since = max(occupancy.from_at, stay.from_at) if lasts else NEVER
    state = clinic.sessions.get(session_id)
    return Seat(device, since, session_id, state, None if state is None else clinic.memory(session_id))


class Judge:
    """Judges placed readings of one batch."""

    __slots__ = ("_late_us", "_new_here", "existing", "rate", "seat", "turn")

    def __init__(self, turn: Turn, existing: Existing, rate: float) -> None:
        self.turn = turn
        self.existing = existing
        self.rate = rate
        self._late_us = LATE_US * rate
        self._new_here: dict[tuple[UUID, int], Reading] | None = None
        """The readings of this batch by identity, from when the first is asked for: most batches never ask."""
        self.seat: Seat | None = None

    def take(self, post: Post, clinic: ClinicState, items: Sequence[Placed]) -> Answer:
        """Judge these readings of the post; the answer counts them alone."""
        answer = Answer()
        self.seat = None
        for placed in items:
            self._one(post, clinic, placed, answer)
        return answer

    def _one(self, post: Post, clinic: ClinicState, placed: Placed, answer: Answer) -> None:
        effective_at, device, candidate = placed
        received_at = post.received_at
        if candidate.seq <= device.high_water and (known := self._known(device, candidate.seq)) is not None:
            self._again(post, clinic, placed, known, answer)
            return
        if effective_at > received_at:
            ahead = effective_at - received_at
            if ahead > FUTURE_US * self.rate:
                detail = f"observed {ahead // SECOND_US} s in the future by this gateway's clock"
                answer.rejected.append(Verdict(candidate.item, "in_future", detail))
                return
            effective_at = received_at
        self._new(post, clinic, device, candidate, effective_at, answer)

    def _new(
        self,
        post: Post,
        clinic: ClinicState,
        device: DeviceState,
        candidate: Candidate,
        effective_at: int,
        answer: Answer,
    ) -> None:
        _, _, seq, observed_at, source, flags, refused, values, reason = candidate
        received_at = post.received_at
        seat = self.seat
        if seat is None or seat[0] is not device or effective_at < seat[1]:
            seat = self.seat = seat_of(clinic, device, effective_at)
        _, _, session_id, state, memory = seat
        late = received_at - effective_at > self._late_us or (
            session_id is not None
            and (
                # What commits after the end joins the session late, whatever its age.
                state is None
                or memory is None
                or state.ended_at is not None
                or (effective_at < memory.newest_at and memory.is_before_last(source, values, effective_at))
            )
        )
        clinic.position += 1
        about = device.device
        reading: Reading = _new(
            Reading,
            (
                clinic.clinic.id,
                about.id,
                seq,
                session_id,
                clinic.position,
                source,
                flags,
                refused,
                late,
                about.interval_ms,
                observed_at,
                post.sent_at,
                received_at,
                effective_at,
                *values,
                reason,
            ),
        )
        if self._new_here is not None:
            self._new_here[about.id, seq] = reading
        if seq > device.high_water:  # noqa: PLR1730 - done for every reading, and quicker than max()
            device.high_water = seq
        device.last_heard_at = received_at
        answer.accepted += 1
        if late:
            answer.late += 1
        if state is None or memory is None:
            self._beside(clinic, device, reading, answer)
            return
        if device.unassigned or device.last_session_id is not session_id:
            note_session(device, state.id)
        quiet = not (flags or refused or late) and self.turn.store_quiet(clinic, state, reading, memory)
        if not quiet:
            if reading.has_pressure:
                reading = with_doubt(reading, state, memory)
            self.turn.store_reading(clinic, state, reading, memory)
        if not late and (not quiet or memory.off_since):
            note_observations(memory, device, reading)

    def _beside(self, clinic: ClinicState, device: DeviceState, reading: Reading, answer: Answer) -> None:
        """A reading that is nobody's, or of a session no longer in memory: stored, and judged by nobody here."""
        self.turn.batch.readings.append(reading)
        session_id = reading.session_id
        if session_id is None:
            answer.unassigned += 1
            note_recent(device.unassigned, reading.received_at)
            return
        self.turn.reviews.add((clinic.clinic.id, session_id))
        note_session(device, session_id)

    def _known(self, device: DeviceState, seq: int) -> Stored | None:
        if self._new_here is None:
            self._new_here = {(reading.device_id, reading.seq): reading for reading in self.turn.batch.readings}
        key = (device.device.id, seq)
        seen = self._new_here.get(key)
        if seen is not None:
            return Stored(seen.observed_at, seen.source, seen.flags, tuple(seen.values))
        return self.existing.get(key)

    def _again(self, post: Post, clinic: ClinicState, placed: Placed, known: Stored, answer: Answer) -> None:
        candidate, device = placed.candidate, placed.device
        same = (
            known.values == candidate.values
            and known.source == candidate.source
            and known.flags & _SENDER_FLAGS == candidate.flags
            and known.observed_at == candidate.observed_at
        )
        if same:
            answer.duplicates += 1
            return
        detail = f"seq {candidate.seq} of this device is stored with other values"
        answer.rejected.append(Verdict(candidate.item, "conflict", detail))
        times = device.conflicts
        note_recent(times, post.received_at)
        if len(times) == RECENT and times[-1] - times[0] <= CONFLICTS_US * self.rate:
            since = times[0]
            times.clear()
            numbering_restarted(self.turn, clinic, device, candidate.seq, since)


def with_doubt(reading: Reading, state: SessionState, memory: JudgedMemory) -> Reading:
    """`suspect`, against the newest earlier valid pressure of the same source."""
    previous = memory.pressure_before(reading.source, reading.effective_at)
    if is_suspect(state.protocol.protocol.plausibility, reading, previous):
        return reading._replace(flags=reading.flags | _SUSPECT)
    return reading


def note_session(device: DeviceState, session_id: UUID) -> None:
    """It measures a session. What it failed to measure on the patient before says nothing about this one."""
    device.unassigned.clear()
    if device.last_session_id != session_id:
        device.failed_in_row = 0
    device.last_session_id = session_id


def note_observations(memory: JudgedMemory, device: DeviceState, reading: Reading) -> None:
    """What a device says of itself: sensor off, failed cuffs. Doubt ends neither."""
    flags = reading.flags
    if flags & _SENSOR_OFF:
        memory.off_since.setdefault((device.device.id, reading.source), reading.effective_at)
    elif memory.off_since and not flags & _FAILED:
        memory.off_since.pop((device.device.id, reading.source), None)
    if reading.source == _NIBP:
        _note_cuff(device, reading)


def _note_cuff(device: DeviceState, reading: Reading) -> None:
    if reading.flags & _FAILED and reading.systolic is None:
        device.failed_in_row += 1
        if device.failed_in_row == 1:
            device.failed_since = reading.effective_at
    elif reading.valid(Metric.SYSTOLIC) is not None and not reading.doubtful:
        device.failed_in_row = 0
