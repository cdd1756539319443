"""Which technical conditions hold now: one small pure function per line of the table (design 6.3).

Times in clinic microseconds unless a name says `wall`. `Moment.rate` stretches what measures transport (design 14).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kat_monitor.domain.vitals import CUFF_SOURCES, METRIC_NAMES, MINUTE_US, SECOND_US, Metric, Phase, Priority, Source
from kat_monitor.rules.clinic import ClinicState, DeviceState, GatewayState, JudgedMemory
from kat_monitor.rules.held_alerts import held_before, is_held
from kat_monitor.rules.queries import streamed_at
from kat_monitor.rules.readiness import waiting_since
from kat_monitor.rules.responsible import of_chair
from kat_monitor.rules.state import SessionState
from kat_monitor.rules.technical import EMERGENCY, Condition, emergency_of
from kat_monitor.rules.timetable import next_cuff

SILENT_US, SILENT_INTERVALS, SILENT_MORE_US = 30 * SECOND_US, 3, 60 * SECOND_US
OFF_US, OFF_MEDIUM_US = 10 * SECOND_US, 60 * SECOND_US
DEVICE_US, DEVICE_INTERVALS = 60 * SECOND_US, 5
GATEWAY_US = 20 * SECOND_US
CUFF_GRACE_US = 60 * SECOND_US
CUFF_CLOSE_FROM_US, CUFF_CLOSE_AFTER_US = 20 * MINUTE_US, 20 * MINUTE_US
SKEW_US, SKEW_MEDIUM_US = 5 * SECOND_US, 60 * SECOND_US
UNASSIGNED_US, ENDED_US = 30 * SECOND_US, 5 * MINUTE_US
NOBODY_US = 15 * SECOND_US
NO_NURSE_US = 60 * SECOND_US
"""Ours: time to sit down with the patient and say whose they are."""
REFUSED = 3
SINGLE_KINDS = frozenset({"cuff", "nibp", "manual", "thermometer"})
"""Kinds of device that measure now and then: their silence means nothing."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, and who watches. `nobody_*_wall`: since when, by the wall clock; None while somebody does."""

    now: int
    wall: int
    rate: float = 1.0
    nobody_watching_wall: int | None = None
    nobody_audible_wall: int | None = None

    def transport(self, us: float) -> float:
        return us * max(1.0, self.rate)


def conditions(clinic: ClinicState, at: Moment) -> Iterator[Condition]:
    """All that hold. Sessions whose technical alerts are held are left out: see `rules.held_alerts`."""
    for state in clinic.sessions.values():
        if not state.is_open or is_held(state, at.now):
            continue
        memory = clinic.memories.get(state.id) or JudgedMemory()
        yield from _sensor_silent(clinic, state, at)
        yield from _sensor_off(clinic, state, memory, at)
        yield from _refused(state, memory, at)
        yield from _cuff_overdue(state, at)
    for state in clinic.sessions.values():
        if state.is_open:
            yield from _without_nurse(clinic, state, at)
    for device in clinic.devices.values():
        yield from _device(clinic, device, at)
    for gateway in clinic.gateways.values():
        if gateway.gateway.revoked_at is None:
            yield from _clock_skew(gateway, at)
        # Without its key it is as silent as any: what stands at a patient's chair is missed.
        yield from _silence(clinic, gateway, at)
    yield from _emergencies(clinic)
    yield from _nobody(clinic, at)


def _emergencies(clinic: ClinicState) -> Iterator[Condition]:
    """They last until somebody says otherwise, also of a session that has ended and left memory."""
    for state in clinic.sessions.values():
        condition = emergency_of(state)
        if condition is not None:
            yield condition
    for alert in clinic.technical.values():
        if alert.limit == EMERGENCY and alert.session_id not in clinic.sessions:
            yield Condition(
                EMERGENCY, alert.subject or "", alert.priority, alert.opened_at, alert.source, "", raises=False
            )


def _without_nurse(clinic: ClinicState, state: SessionState, at: Moment) -> Iterator[Condition]:
    """About the chair, not the session: it has no bearing on whether the patient is ready to leave."""
    if not clinic.duty.used or of_chair(clinic.assigned, clinic.duty.shifts, state.chair_id) is not None:
        return
    assignment = clinic.assigned.chairs.get(state.chair_id)
    put_down = 0 if assignment is None else assignment.since
    # Who comes on first finds patients there already, and is given the time to take their chairs.
    came = min((shift.began_at for shift in clinic.duty.shifts.values()), default=0)
    since = max(state.opened_at or 0, put_down, came) + NO_NURSE_US
    chair = clinic.chairs.get(state.chair_id)
    yield Condition(
        code="chair_without_nurse",
        subject=str(state.chair_id),
        priority=Priority.MEDIUM,
        since=since,
        source="shift",
        detail="" if chair is None else chair.label,
        chair_id=state.chair_id,
        raises=at.now >= since and not is_held(state, at.now),
    )


def _started(clinic: ClinicState, at: Moment) -> int:
    """Server start on the clinic clock: nothing is silent before it."""
    return round(at.now - (at.wall - clinic.started_wall) * at.rate)


def _sensor_silent(clinic: ClinicState, state: SessionState, at: Moment) -> Iterator[Condition]:
    for metric in state.protocol.protocol.required:
        valid_at = streamed_at(state.limits, metric)
        if metric == Metric.RESPIRATORY_RATE and valid_at is None:
            # No stream of it in this session: it is counted by hand.
            continue
        heard = max(valid_at or 0, state.opened_at or 0, held_before(state, at.now))
        last = max(heard, _started(clinic, at))
        after = at.transport(max(SILENT_US, SILENT_INTERVALS * _interval_us(state, metric)))
        silent = at.now - last
        if at.now - heard < after:
            continue
        priority = Priority.LOW
        if state.phase is Phase.DOSING:
            more = at.transport(SILENT_MORE_US)
            priority = Priority.HIGH if silent >= after + more else Priority.MEDIUM
        name = METRIC_NAMES[metric]
        yield Condition(
            code="sensor_silent",
            subject=f"{state.id}/{name}",
            priority=priority,
            since=last + round(after),
            source=name,
            detail=name,
            session_id=state.id,
            chair_id=state.chair_id,
            raises=silent >= after,
        )


def _interval_us(state: SessionState, metric: int) -> int:
    """Of the stream that last gave the metric; 0 before there was one."""
    streams = [
        of_source[metric]
        for source, of_source in enumerate(state.limits.newest)
        if of_source is not None and source not in CUFF_SOURCES
    ]
    newest = max((r for r in streams if r is not None), key=lambda r: r.effective_at, default=None)
    return 0 if newest is None else newest.interval_ms * 1000


def _sensor_off(clinic: ClinicState, state: SessionState, memory: JudgedMemory, at: Moment) -> Iterator[Condition]:
    for (device_id, source), since in memory.off_since.items():
        off = at.now - max(since, held_before(state, at.now))
        if off < at.transport(OFF_US):
            continue
        priority = Priority.MEDIUM if off >= at.transport(OFF_MEDIUM_US) else Priority.LOW
        device = clinic.devices.get(device_id)
        name = Source(source).wire
        yield Condition(
            code="sensor_off",
            subject=f"{state.id}/{device_id}/{name}",
            priority=priority,
            since=since,
            source=name,
            detail=name if device is None else f"{device.device.label}, {name}",
            session_id=state.id,
            chair_id=state.chair_id,
        )


def _refused(state: SessionState, memory: JudgedMemory, at: Moment) -> Iterator[Condition]:
    for metric, (count, since) in sorted(memory.refused.items()):
        if count >= REFUSED:
            priority = Priority.HIGH if state.phase is Phase.DOSING else Priority.MEDIUM
            name = METRIC_NAMES[metric]
            yield Condition(
                "cannot_measure",
                f"{state.id}/{name}",
                priority,
                since,
                name,
                f"impossible {name}",
                state.id,
                state.chair_id,
            )


def _cuff_overdue(state: SessionState, at: Moment) -> Iterator[Condition]:
    due = next_cuff(state)
    if state.phase is Phase.RECOVERY and due is not None:
        # Whether they wait is a long question; most of the time the answer changes nothing.
        for_driver = next_cuff(state, waiting=True)
        is_late = for_driver != due and any(
            one is not None and at.now >= one.at + CUFF_GRACE_US for one in (due, for_driver)
        )
        if is_late and waiting_since(state, at.now) is not None:
            due = for_driver
    if due is None or at.now < due.at + CUFF_GRACE_US:
        return
    close = _is_close(state, at.now)
    longer = at.now >= due.at + due.interval_us * (2 if close else 1)
    ladder = (Priority.MEDIUM, Priority.HIGH) if close else (Priority.LOW, Priority.MEDIUM)
    since = due.at + CUFF_GRACE_US
    yield Condition("cuff_overdue", str(state.id), ladder[longer], since, "nibp", "cuff", state.id, state.chair_id)


def _is_close(state: SessionState, now: int) -> bool:
    """From dosing minute 20 to 20 min after dosing ends: when rises come."""
    first = state.course.first_dose_at
    if first is None or now < first + CUFF_CLOSE_FROM_US:
        return False
    ended = state.dosing_ended_at
    return state.phase is Phase.DOSING or (ended is not None and now < ended + CUFF_CLOSE_AFTER_US)


def _device(clinic: ClinicState, device: DeviceState, at: Moment) -> Iterator[Condition]:
    about = device.device
    state = None if about.chair_id is None else clinic.open_at(about.chair_id)
    if state is not None and not is_held(state, at.now):
        if device.failed_in_row >= 2 and device.last_session_id == state.id:
            yield Condition(
                code="cannot_measure",
                subject=str(about.id),
                priority=Priority.MEDIUM,
                since=device.failed_since or at.now,
                source=about.label,
                detail="cuff cannot measure",
                session_id=state.id,
                chair_id=state.chair_id,
            )
        yield from _device_silent(clinic, device, state, at)
    yield from _unassigned(clinic, device, at)


def _device_silent(clinic: ClinicState, device: DeviceState, state: SessionState, at: Moment) -> Iterator[Condition]:
    about = device.device
    gateway = None if about.gateway_id is None else clinic.gateways.get(about.gateway_id)
    if gateway is None or about.kind in SINGLE_KINDS:
        return
    heard = max(device.last_heard_at or 0, state.opened_at or 0, held_before(state, at.now))
    last = max(heard, _started(clinic, at))
    after = at.transport(max(DEVICE_US, DEVICE_INTERVALS * about.interval_ms * 1000))
    if at.now - heard < after:
        return
    yield Condition(
        code="device_silent",
        subject=str(about.id),
        priority=Priority.MEDIUM,
        since=last + round(after),
        source=about.label,
        detail=about.label,
        session_id=state.id,
        chair_id=state.chair_id,
        # While its gateway is silent there is no telling.
        raises=at.now - last >= after and not _gateway_silent(clinic, gateway, at),
    )


def _unassigned(clinic: ClinicState, device: DeviceState, at: Moment) -> Iterator[Condition]:
    times = device.unassigned
    window = at.transport(UNASSIGNED_US)
    just_started = at.now - _started(clinic, at) < window
    full = len(times) == 3 and times[-1] - times[0] <= window and at.now - times[-1] <= window
    if not full and not just_started:
        return
    chair_id = device.device.chair_id
    if chair_id is not None:
        stays = clinic.occupancy.get(chair_id)
        ended = stays[-1].to_at if stays else None
        if ended is None or at.now - ended >= ENDED_US:
            return
    label = device.device.label
    since = times[0] if times else at.now
    yield Condition("unassigned", str(device.device.id), Priority.LOW, since, label, label, None, chair_id, raises=full)


def _gateway_chairs(clinic: ClinicState, gateway: GatewayState) -> list[SessionState]:
    found = []
    for device in clinic.devices.values():
        if device.device.gateway_id == gateway.gateway.id and device.device.chair_id is not None:
            state = clinic.open_at(device.device.chair_id)
            if state is not None:
                found.append(state)
    return found


def _gateway_silent(clinic: ClinicState, gateway: GatewayState, at: Moment) -> bool:
    last = max(gateway.last_heard_wall or 0, clinic.started_wall)
    return at.wall - last >= GATEWAY_US


def _clock_skew(gateway: GatewayState, at: Moment) -> Iterator[Condition]:
    label, subject = gateway.gateway.label, str(gateway.gateway.id)
    unheard = gateway.last_heard_wall is None
    if gateway.skew_us > at.transport(SKEW_US) or unheard:
        priority = Priority.MEDIUM if gateway.skew_us > at.transport(SKEW_MEDIUM_US) else Priority.LOW
        said = f"{gateway.skew_us // SECOND_US} s"
        since = gateway.skew_since or at.now
        yield Condition("clock_skew", subject, priority, since, label, said, raises=not unheard)


def _silence(clinic: ClinicState, gateway: GatewayState, at: Moment) -> Iterator[Condition]:
    label, subject = gateway.gateway.label, str(gateway.gateway.id)
    unheard = gateway.last_heard_wall is None
    silent = _gateway_silent(clinic, gateway, at)
    if not silent and not unheard:
        return
    states = _gateway_chairs(clinic, gateway)
    if not states:
        return
    dosing = any(state.phase is Phase.DOSING for state in states)
    last = max(gateway.last_heard_wall or 0, clinic.started_wall)
    since = round(at.now - (at.wall - last - GATEWAY_US) * at.rate)
    priority = Priority.HIGH if dosing else Priority.MEDIUM
    yield Condition("gateway_silent", subject, priority, since, label, label, raises=silent)


def _nobody(clinic: ClinicState, at: Moment) -> Iterator[Condition]:
    if not any(s.phase in (Phase.DOSING, Phase.RECOVERY) for s in clinic.sessions.values()):
        return
    for code, since in (("nobody_watching", at.nobody_watching_wall), ("nobody_audible", at.nobody_audible_wall)):
        if since is None:
            continue
        quiet = at.wall - max(since, clinic.started_wall)
        began = round(at.now - (quiet - NOBODY_US) * at.rate)
        if quiet >= NOBODY_US or at.wall - clinic.started_wall < NOBODY_US:
            yield Condition(
                code, str(clinic.clinic.id), Priority.HIGH, began, "screens", code, raises=quiet >= NOBODY_US
            )
