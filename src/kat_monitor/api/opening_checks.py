"""`/opening-checks`: what a nurse looks at before the first patient, beside what the server sees for itself."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from kat_monitor.api.assignments_shown import Named, named
from kat_monitor.api.auth import Who
from kat_monitor.api.fields import Body, Day, Id, Note, Shown, TimeOut
from kat_monitor.api.filters import ListAsked
from kat_monitor.api.idempotency import GivenOnce, new_id
from kat_monitor.api.paging import link_next
from kat_monitor.api.parts import GivenParts, Parts
from kat_monitor.domain.assignments import OpeningCheck
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import MINUTE_US, SECOND_US, Metric, from_tenths
from kat_monitor.errors import FieldError, KatError
from kat_monitor.history.cursor import BEFORE_ALL, Place, from_cursor, to_cursor
from kat_monitor.ingest.assignments import SignOpeningCheck
from kat_monitor.ingest.commands import Answered
from kat_monitor.rules.clinic import ClinicState, DeviceState
from kat_monitor.watch.conditions import GATEWAY_US, SKEW_US

router = APIRouter(tags=["duty"])

HOUR_US = 60 * MINUTE_US
LOOKS_BACK_US = 12 * HOUR_US
"""A test reading, and a planned session, this long ago are of another day."""
LOOKS_AHEAD_US = 18 * HOUR_US

Said = Literal["yes", "no", "not_here"]


class ChecksAsked(ListAsked):
    day: Day | None = None
    """UTC; today without one."""


class Answers(Body):
    sound_heard: Said
    oxygen: Said
    suction: Said
    resuscitation_bag: Said
    rescue_medicines_in_date: Said


class ItemNotes(Body):
    """What is wrong, or where it is instead. A `no` needs one."""

    sound_heard: Note | None = None
    oxygen: Note | None = None
    suction: Note | None = None
    resuscitation_bag: Note | None = None
    rescue_medicines_in_date: Note | None = None


class NewCheck(Body):
    answers: Answers
    notes: ItemNotes = ItemNotes()
    chairs_confirmed: Annotated[list[Id], Field(max_length=500)] = Field(default_factory=list)
    """Chairs of which the test reading was seen and is right."""
    note: Note | None = None


class MonitorSeen(Shown):
    device_id: UUID
    label: str
    chair_id: UUID | None
    gateway: str
    clock_skew_s: float | None
    """How far its gateway's clock is from ours; null before it was heard."""
    last_heard_at: TimeOut | None
    state: str
    """Of its clock: `ok` (within 5 s), `off`, `unknown` (not heard)."""


class TestReading(Shown):
    device: str
    at: TimeOut
    what: str


class ChairSeen(Shown):
    chair_id: UUID
    label: str
    reading: TestReading | None
    """The newest of the last 12 hours from a device at this chair."""


class Planned(Shown):
    session_id: UUID
    patient: dict[str, str] | None
    chair: str | None
    scheduled_at: TimeOut | None
    protocol: str


class Draft(Shown):
    date: str
    monitors: list[MonitorSeen]
    chairs: list[ChairSeen]
    on: list[Named]
    today: list[Planned]


class CheckShown(Shown):
    id: UUID
    day: str
    signed_at: TimeOut
    by: UUID
    by_name: str | None
    station_id: UUID | None
    answers: dict[str, str]
    notes: dict[str, str]
    chairs_confirmed: list[UUID]
    note: str | None
    seen: dict[str, Any]
    """`monitors`, `chairs` and `on` as the server saw them at the signing."""


@router.get("/opening-checks/draft")
async def draft(who: Who, parts: GivenParts) -> Draft:
    """What the server sees now: each monitor's clock, the newest reading per chair, who is on, who comes today."""
    return await _draft(parts, who.clinic_id)


@router.post("/opening-checks", status_code=201, response_model=CheckShown)
async def sign(given: NewCheck, who: Who, parts: GivenParts, once: GivenOnce) -> Response:
    """Signed by whoever looked, with what the server saw at that moment."""
    notes = {item: text for item, text in given.notes.model_dump().items() if text is not None}
    answers = given.answers.model_dump()
    _require_notes(answers, notes)
    seen = (await _draft(parts, who.clinic_id)).model_dump(mode="json", include={"monitors", "chairs", "on"})
    check = OpeningCheck(
        new_id(who.clinic_id, once),
        _day(parts.clock.now_us()),
        0,
        who.id,
        who.station_id,
        answers,
        notes,
        tuple(dict.fromkeys(given.chairs_confirmed)),
        given.note,
        seen,
    )
    answered: Answered = await parts.pipeline.submit(SignOpeningCheck(who, check, _signed, once))
    return JSONResponse(answered.body, answered.status)


@router.get("/opening-checks")
async def list_checks(
    asked: Annotated[ChecksAsked, Query()], request: Request, response: Response, who: Who, parts: GivenParts
) -> list[CheckShown]:
    """Of one day (UTC), today without one, in the order they were signed. `Link` says that there are more."""
    clinic = parts.pipeline.clinics[who.clinic_id]
    wanted = _day(parts.clock.now_us()) if asked.day is None else asked.day
    after = BEFORE_ALL if asked.cursor is None else from_cursor(asked.cursor)
    found = await parts.reader.assignments.checks(who.clinic_id, wanted, after, asked.limit + 1)
    more, found = len(found) > asked.limit, found[: asked.limit]
    link_next(request, response, to_cursor(Place(found[-1].signed_at, found[-1].id)) if more else None)
    return [_shown(clinic, check) for check in found]


def _require_notes(answers: dict[str, str], notes: dict[str, str]) -> None:
    missing = [item for item, answer in answers.items() if answer == "no" and item not in notes]
    if missing:
        errors = [FieldError(f"notes.{item}", "missing", "A no needs a word about it.") for item in missing]
        raise KatError(422, "bad_value", f"Not taken: {', '.join(error.path for error in errors)}.", errors=errors)


def _signed(clinic: ClinicState, check: OpeningCheck) -> Answered:
    return Answered(201, _shown(clinic, check).model_dump(mode="json"))


def _shown(clinic: ClinicState, check: OpeningCheck) -> CheckShown:
    return CheckShown(
        id=check.id,
        day=check.day,
        signed_at=check.signed_at,
        by=check.by,
        by_name=clinic.people.get(check.by),
        station_id=check.station_id,
        answers=dict(check.answers),
        notes=dict(check.notes),
        chairs_confirmed=list(check.chairs_confirmed),
        note=check.note,
        seen=dict(check.seen),
    )


def _day(us: int) -> str:
    return datetime.fromtimestamp(us // SECOND_US, UTC).date().isoformat()


async def _draft(parts: Parts, clinic_id: UUID) -> Draft:
    clinic, now = parts.pipeline.clinics[clinic_id], parts.clock.now_us()
    newest = await _newest_readings(parts, clinic, now)
    wall = parts.clock.wall_us()
    return Draft(
        date=_day(now),
        monitors=[seen for device in _standing(clinic) if (seen := _monitor(clinic, device, wall)) is not None],
        chairs=[
            ChairSeen(chair_id=chair.id, label=chair.label, reading=newest.get(chair.id))
            for chair in sorted(clinic.chairs.values(), key=lambda chair: (chair.label, chair.id))
        ],
        on=[named(clinic, shift.account_id) for shift in clinic.duty.people_on()],
        today=list(_today(clinic, now)),
    )


def _standing(clinic: ClinicState) -> list[DeviceState]:
    """Devices of gateways, those at chairs; not what belongs to one session."""
    there = [d for d in clinic.devices.values() if d.device.gateway_id is not None and d.device.chair_id is not None]
    return sorted(there, key=lambda d: (d.device.label, d.device.id))


def _monitor(clinic: ClinicState, device: DeviceState, wall: int) -> MonitorSeen | None:
    about = device.device
    gateway = None if about.gateway_id is None else clinic.gateways.get(about.gateway_id)
    if gateway is None or gateway.gateway.revoked_at is not None:
        return None
    heard = gateway.last_heard_wall
    known = heard is not None and wall - heard < GATEWAY_US
    skew = gateway.skew_us if known else None
    return MonitorSeen(
        device_id=about.id,
        label=about.label,
        chair_id=about.chair_id,
        gateway=gateway.gateway.label,
        clock_skew_s=None if skew is None else skew / SECOND_US,
        last_heard_at=device.last_heard_at,
        state="unknown" if skew is None else "off" if skew > SKEW_US else "ok",
    )


async def _newest_readings(parts: Parts, clinic: ClinicState, now: int) -> dict[UUID, TestReading]:
    """Per chair, from whatever stands there."""
    keys = [(d.device.id, d.high_water) for d in _standing(clinic) if d.high_water >= 0]
    found = await parts.reader.journals.readings_by_key(clinic.clinic.id, keys) if keys else {}
    newest: dict[UUID, TestReading] = {}
    for reading in sorted(found.values(), key=lambda reading: reading.effective_at):
        device = clinic.devices[reading.device_id].device
        what = _what(reading)
        if device.chair_id is not None and what and now - reading.effective_at < LOOKS_BACK_US:
            newest[device.chair_id] = TestReading(device=device.label, at=reading.effective_at, what=what)
    return newest


def _what(reading: Reading) -> str:
    """`118/76, 72/min, SpO2 97 %`: as a monitor shows it; empty when nothing of it is valid."""
    value = {metric: from_tenths(v) for metric in Metric if (v := reading.valid(metric)) is not None}
    said = []
    if Metric.SYSTOLIC in value and Metric.DIASTOLIC in value:
        said.append(f"{value[Metric.SYSTOLIC]:g}/{value[Metric.DIASTOLIC]:g} mmHg")
    for metric, text in (
        (Metric.HEART_RATE, "{:g}/min"),
        (Metric.SPO2, "SpO₂ {:g} %"),
        (Metric.RESPIRATORY_RATE, "RR {:g}/min"),
        (Metric.TEMPERATURE, "{:g} °C"),
    ):
        if metric in value:
            said.append(text.format(value[metric]))
    return ", ".join(said)


def _today(clinic: ClinicState, now: int) -> Iterator[Planned]:
    """Who is here, and who is planned, by time."""
    wanted = [
        state
        for state in clinic.sessions.values()
        if not state.has_ended
        and (state.is_open or -LOOKS_BACK_US < (state.created.scheduled_at or now) - now < LOOKS_AHEAD_US)
    ]
    for state in sorted(wanted, key=lambda state: (state.created.scheduled_at or 0, state.id)):
        patient, chair = clinic.patients.get(state.patient_id), clinic.chairs.get(state.chair_id)
        yield Planned(
            session_id=state.id,
            patient=None if patient is None else {"id": str(patient.id), "name": patient.name},
            chair=None if chair is None else chair.label,
            scheduled_at=state.created.scheduled_at,
            protocol=state.protocol.protocol.title,
        )
