"""`/patients`: who is treated here."""

from collections.abc import Awaitable
from typing import Annotated, Any, TypeVar
from uuid import UUID

import fastapi
from fastapi import APIRouter, Request, Response
from sqlalchemy import Uuid, bindparam, select

from kat_monitor.api.auth import Who
from kat_monitor.api.fields import BirthDate, Body, Line, Shown
from kat_monitor.api.filters import PatientsAsked
from kat_monitor.api.idempotency import GivenOnce, new_id
from kat_monitor.api.making import make
from kat_monitor.api.paging import link_next
from kat_monitor.api.parts import GivenParts, Parts
from kat_monitor.api.patch import given_changes
from kat_monitor.api.trail import note_read
from kat_monitor.domain.registry import Patient
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.errors import KatError, not_found, refused
from kat_monitor.history.cursor import bad_cursor
from kat_monitor.ingest.registry import ChangePatient, MakePatient
from kat_monitor.store.query import Query
from kat_monitor.store.tables import patient

T = TypeVar("T")
router = APIRouter(tags=["patients"])

WITH_MRN = Query(
    select(patient.c.id).where(
        patient.c.clinic_id == bindparam("clinic_id", type_=Uuid()), patient.c.mrn == bindparam("mrn")
    )
)


class NewPatient(Body):
    mrn: Line
    name: Line
    birth_date: BirthDate
    sex: Line | None = None


class PatientChange(Body):
    mrn: Line | None = None
    name: Line | None = None
    birth_date: BirthDate | None = None
    sex: Line | None = None


class PatientShown(Shown):
    id: UUID
    mrn: str
    name: str
    birth_date: str
    sex: str | None


class PatientBefore(Shown):
    changed_at: str
    changed_by: UUID | None
    changed_by_name: str | None
    mrn: str
    name: str
    birth_date: str
    sex: str | None


@router.get("/patients")
async def find_patients(
    asked: Annotated[PatientsAsked, fastapi.Query()], request: Request, response: Response, who: Who, parts: GivenParts
) -> list[PatientShown]:
    """By name; `q` finds a part of the name or of the record number. `Link` says that there are more, and where."""
    after = None if asked.cursor is None else await _at(parts, who.clinic_id, asked.cursor)
    found = await parts.reader.standing.find_patients(who.clinic_id, asked.q, asked.limit + 1, after)
    await note_read(parts, who, "patients.search", "patients")
    shown = found[: asked.limit]
    link_next(request, response, str(shown[-1].id) if len(found) > asked.limit else None)
    return [_shown(person) for person in shown]


async def _at(parts: Parts, clinic_id: UUID, cursor: str) -> Patient:
    """Where a page ended. The cursor is an id, as addresses hold nothing about a patient. Raises KatError 422."""
    try:
        id = UUID(cursor)
    except ValueError:
        raise bad_cursor() from None
    last = (await parts.reader.standing.patients(clinic_id, [id])).get(id)
    if last is None:
        raise bad_cursor()
    return last


@router.get("/patients/{id}")
async def get_patient(id: UUID, who: Who, parts: GivenParts) -> PatientShown:
    patient = await _patient(parts, who.clinic_id, id)
    await note_read(parts, who, "patient.read", id)
    return _shown(patient)


@router.get("/patients/{id}/history")
async def get_patient_history(id: UUID, who: Who, parts: GivenParts) -> list[PatientBefore]:
    """What each change took the place of, oldest first."""
    await _patient(parts, who.clinic_id, id)
    rows = await parts.reader.standing.patient_before(who.clinic_id, id)
    await note_read(parts, who, "patient.read", id)
    people = parts.pipeline.clinics[who.clinic_id].people
    return [
        PatientBefore(
            changed_at=to_rfc3339(row.at),
            changed_by=row.by,
            changed_by_name=None if row.by is None else people.get(row.by),
            mrn=row.patient.mrn,
            name=row.patient.name,
            birth_date=row.patient.birth_date,
            sex=row.patient.sex,
        )
        for row in rows
    ]


@router.post("/patients", status_code=201, response_model=PatientShown)
async def make_patient(given: NewPatient, who: Who, parts: GivenParts, once: GivenOnce) -> fastapi.Response:
    if once is None:
        # With a key the number may be taken by the same request, done before: the database says what is so.
        await _require_free_mrn(parts, who.clinic_id, given.mrn, None)
    patient = Patient(new_id(who.clinic_id, once), who.clinic_id, given.mrn, given.name, given.birth_date, given.sex)
    making = make(parts, MakePatient(who, patient), once, _shown)
    return await _submit(parts, making, who.clinic_id, given.mrn, None)


@router.patch("/patients/{id}")
async def change_patient(id: UUID, given: PatientChange, who: Who, parts: GivenParts) -> PatientShown:
    patient = await _patient(parts, who.clinic_id, id)
    changes: dict[str, Any] = given_changes(given, may_be_null={"sex"})
    if "mrn" in changes:
        await _require_free_mrn(parts, who.clinic_id, changes["mrn"], id)
    changing: Awaitable[Patient] = parts.pipeline.submit(ChangePatient(who, id, changes))
    return _shown(await _submit(parts, changing, who.clinic_id, changes.get("mrn", patient.mrn), id))


async def _patient(parts: Parts, clinic_id: UUID, id: UUID) -> Patient:
    patient = (await parts.reader.standing.patients(clinic_id, [id])).get(id)
    if patient is None:
        raise not_found("patient")
    return patient


async def _require_free_mrn(parts: Parts, clinic_id: UUID, mrn: str, own: UUID | None) -> None:
    other = await parts.reader.row(WITH_MRN, clinic_id=clinic_id, mrn=mrn)
    if other is not None and other["id"] != own:
        raise refused("mrn_taken", "Another patient has this record number.")


async def _submit(parts: Parts, doing: Awaitable[T], clinic_id: UUID, mrn: str, own: UUID | None) -> T:
    """Should two ask for one record number at once, the database refuses the second; here it learns why."""
    try:
        return await doing
    except KatError as refusal:
        if refusal.code == "refused_by_store":
            await _require_free_mrn(parts, clinic_id, mrn, own)
        raise


def _shown(patient: Patient) -> PatientShown:
    return PatientShown(
        id=patient.id, mrn=patient.mrn, name=patient.name, birth_date=patient.birth_date, sex=patient.sex
    )
