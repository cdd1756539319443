"""`/patients`: who is treated here."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Query

from kat_monitor.api.auth import Who
from kat_monitor.api.fields import BirthDate, Body, Line, Shown
from kat_monitor.api.parts import GivenParts, Parts
from kat_monitor.api.patch import given_changes
from kat_monitor.domain.registry import Patient
from kat_monitor.errors import not_found, refused
from kat_monitor.ingest.registry import ChangePatient, MakePatient, Noted

router = APIRouter(tags=["patients"])

MOST_FOUND = 200


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


@router.get("/patients")
async def find_patients(who: Who, parts: GivenParts, q: Annotated[Line | None, Query()] = None) -> list[PatientShown]:
    """By name; `q` finds a part of the name or the beginning of the record number. At most 200."""
    found = await parts.reader.find_patients(who.clinic_id, q, MOST_FOUND)
    await parts.pipeline.submit(Noted(who, "patients.search", "patients"))
    return [_shown(patient) for patient in found]


@router.get("/patients/{id}")
async def get_patient(id: UUID, who: Who, parts: GivenParts) -> PatientShown:
    patient = await _patient(parts, who.clinic_id, id)
    await parts.pipeline.submit(Noted(who, "patient.read", str(id)))
    return _shown(patient)


@router.post("/patients", status_code=201)
async def make_patient(given: NewPatient, who: Who, parts: GivenParts) -> PatientShown:
    await _require_free_mrn(parts, who.clinic_id, given.mrn, None)
    patient = Patient(uuid4(), who.clinic_id, given.mrn, given.name, given.birth_date, given.sex)
    return _shown(await parts.pipeline.submit(MakePatient(who, patient)))


@router.patch("/patients/{id}")
async def change_patient(id: UUID, given: PatientChange, who: Who, parts: GivenParts) -> PatientShown:
    patient = await _patient(parts, who.clinic_id, id)
    changes: dict[str, Any] = given_changes(given, may_be_null={"sex"})
    if "mrn" in changes:
        await _require_free_mrn(parts, who.clinic_id, changes["mrn"], id)
    return _shown(await parts.pipeline.submit(ChangePatient(who, patient, changes)))


async def _patient(parts: Parts, clinic_id: UUID, id: UUID) -> Patient:
    patient = await parts.reader.patient(clinic_id, id)
    if patient is None:
        raise not_found("patient")
    return patient


async def _require_free_mrn(parts: Parts, clinic_id: UUID, mrn: str, own: UUID | None) -> None:
    """Asked first for a clear answer; should two ask at once, the database refuses the second all the same."""
    other = await parts.reader.patient_by_mrn(clinic_id, mrn)
    if other is not None and other.id != own:
        raise refused("mrn_taken", "Another patient has this record number.")


def _shown(patient: Patient) -> PatientShown:
    return PatientShown(
        id=patient.id, mrn=patient.mrn, name=patient.name, birth_date=patient.birth_date, sex=patient.sex
    )
