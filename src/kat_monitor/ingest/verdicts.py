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
CONFLICTS_US = 60 * SECOND_US
_SENDER_FLAGS = int(sum(FLAGS_BY_NAME.values()))
# Plain integers: an operation on an IntFlag costs as much as judging half a reading.
_SENSOR_OFF, _FAILED, _NIBP = int(Flag.SENSOR_OFF), int(Flag.FAILED), int(Source.NIBP)


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


_in_order = attrgetter("effective_at", "device.device.id", "candidate.seq")


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


def hear(gateway: GatewayState, sent_at: int | None, newest: int | None, received_at: int, rate: float) -> bool:
    """A gateway spoke: learn its clock. True if the offset changed and is to be stored."""
    if sent_at is None:
        # Not stamped: the readings' own times are all there is to compare with.
        if newest is not None:
            apart = abs(received_at - newest)
            _skewed(gateway, apart if apart > FUTURE_US * rate else 0, received_at)
        return False
    offset = Offset(gateway.offset_us, gateway.candidate_us)
    changed = offset.hear(sent_at, received_at, rate)
    gateway.offset_us, gateway.candidate_us = offset.offset_us, offset.candidate_us
    _skewed(gateway, abs(offset.offset_us or 0), received_at)
    return changed


def _skewed(gateway: GatewayState, skew_us: int, now: int) -> None:
    if skew_us and not gateway.skew_us:
        gateway.skew_since = now
    gateway.skew_us = skew_us


def place(decoded: Decoded, clinic: ClinicState, gateway: GatewayState, received_at: int) -> Post:
    """Find devices and effective times, and put the request in its order: (effective_at, device, seq)."""
    answer = Answer(warnings=decoded.warnings, rejected=decoded.rejected)
    offset = (gateway.offset_us or 0) if decoded.sent_at is not None else 0
    placed: list[Placed] = []
    gateway_id, by_code = gateway.gateway.id, clinic.by_code
    for candidate in decoded.candidates:
        device = by_code.get((gateway_id, candidate.device))
        if device is None:
            detail = "this gateway has no device of that name"
            answer.rejected.append(Verdict(candidate.item, "unknown_device", detail, permanent=False))
        else:
            placed.append(_new(Placed, (candidate.observed_at + offset, device, candidate)))
    if len(placed) > 1:
        placed.sort(key=_in_order)
    return Post(clinic.clinic.id, gateway.gateway.id, decoded.sent_at, received_at, placed, answer)


def keys_to_look_up(items: Sequence[Placed]) -> list[tuple[UUID, int]]:
    """Identities at or below the high-water mark: they may be stored already."""
    return [(p.device.device.id, p.candidate.seq) for p in items if p.candidate.seq <= p.device.high_water]


class Judge:
    """Judges placed readings of one batch. `seen` holds identities new in this batch."""

    __slots__ = ("existing", "rate", "seen", "turn")

    def __init__(self, turn: Turn, existing: Existing, rate: float) -> None:
        self.turn = turn
        self.existing = existing
        self.rate = rate
        self.seen: dict[tuple[UUID, int], Candidate] = {}

    def take(self, post: Post, clinic: ClinicState, items: Sequence[Placed]) -> Answer:
        """Judge these readings of the post; the answer counts them alone."""
        answer = Answer()
        for placed in items:
            self._one(post, clinic, placed, answer)
        return answer

    def _one(self, post: Post, clinic: ClinicState, placed: Placed, answer: Answer) -> None:
        effective_at, device, candidate = placed
        newest = candidate.seq > device.high_water
        if not newest and (known := self._known(device, candidate)) is not None:
            self._again(post, clinic, placed, known, answer)
            return
        if effective_at > post.received_at:
            ahead = effective_at - post.received_at
            if ahead > FUTURE_US * self.rate:
                detail = f"observed {ahead // SECOND_US} s in the future by this gateway's clock"
                answer.rejected.append(Verdict(candidate.item, "in_future", detail))
                return
            effective_at = post.received_at
        reading, state = self._verdict(post, clinic, device, candidate, effective_at)
        self.seen[reading.device_id, candidate.seq] = candidate
        if newest:
            device.high_water = candidate.seq
        self.turn.store_reading(clinic, state, reading)
        self._note(clinic, device, reading, post.received_at)
        answer.accepted += 1
        answer.late += reading.late
        answer.unassigned += reading.session_id is None

    def _known(self, device: DeviceState, candidate: Candidate) -> Stored | None:
        key = (device.device.id, candidate.seq)
        seen = self.seen.get(key)
        if seen is not None:
            return Stored(seen.observed_at, seen.source, seen.flags, seen.values)
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
            times.clear()
            numbering_restarted(self.turn, clinic, device)

    def _verdict(
        self, post: Post, clinic: ClinicState, device: DeviceState, candidate: Candidate, effective_at: int
    ) -> tuple[Reading, SessionState | None]:
        occupancy = clinic.occupant(device.chair_at(effective_at), effective_at)
        session_id = state = None
        late = post.received_at - effective_at > LATE_US * self.rate
        if occupancy is not None:
            session_id = occupancy.session_id
            state = clinic.sessions.get(session_id)
            memory = clinic.memories.get(session_id)
            # What commits after the end joins the session late, whatever its age.
            late = (
                late
                or state is None
                or state.ended_at is not None
                or (memory is not None and memory.is_before_last(candidate.source, candidate.values, effective_at))
            )
        reading = _new(
            Reading,
            (
                clinic.clinic.id,
                device.device.id,
                candidate.seq,
                session_id,
                self.turn.next_position(clinic),
                candidate.source,
                candidate.flags,
                candidate.refused,
                late,
                device.device.interval_ms,
                candidate.observed_at,
                post.sent_at,
                post.received_at,
                effective_at,
                *candidate.values,
                candidate.reason,
            ),
        )
        if session_id is not None and late and state is None:
            self.turn.reviews.add((clinic.clinic.id, session_id))
        if state is not None and reading.has_pressure:
            reading = with_doubt(reading, state, clinic)
        return reading, state

    def _note(self, clinic: ClinicState, device: DeviceState, reading: Reading, received_at: int) -> None:
        """What the technical alerts look at."""
        device.last_heard_at = received_at
        if reading.session_id is None:
            note_recent(device.unassigned, received_at)
            return
        if device.unassigned:
            device.unassigned.clear()
        if device.last_session_id != reading.session_id:
            note_session(device, reading.session_id)
        memory = clinic.memories.get(reading.session_id)
        if memory is not None and not reading.late:
            note_observations(memory, device, reading)


def with_doubt(reading: Reading, state: SessionState, clinic: ClinicState) -> Reading:
    """`suspect`, against the newest earlier valid pressure of the same source."""
    memory = clinic.memories.get(state.id)
    previous = None if memory is None else memory.pressure_before(reading.source, reading.effective_at)
    if is_suspect(state.protocol.protocol.plausibility, reading, previous):
        return reading._replace(flags=reading.flags | Flag.SUSPECT)
    return reading


def note_session(device: DeviceState, session_id: UUID) -> None:
    """What it failed to measure on the patient before says nothing about this one."""
    if device.last_session_id != session_id:
        device.last_session_id = session_id
        device.failed_in_row = 0


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
    if reading.flags & Flag.FAILED and reading.systolic is None:
        device.failed_in_row += 1
        if device.failed_in_row == 1:
            device.failed_since = reading.effective_at
    elif reading.valid(Metric.SYSTOLIC) is not None and not reading.doubtful:
        device.failed_in_row = 0
