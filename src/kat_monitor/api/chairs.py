"""`/chairs`: the places of care."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from kat_monitor.api.auth import Who
from kat_monitor.api.fields import Body, Line, Shown
from kat_monitor.api.idempotency import GivenOnce, new_id
from kat_monitor.api.making import make
from kat_monitor.api.parts import GivenParts
from kat_monitor.api.patch import given_changes
from kat_monitor.domain.registry import Chair
from kat_monitor.ingest.registry import ChangeChair, MakeChair, ReadyChair

router = APIRouter(tags=["places"])


class NewChair(Body):
    label: Line
    room: Line | None = None


class ChairChange(Body):
    label: Line | None = None
    room: Line | None = None


class ChairShown(Shown):
    id: UUID
    label: str
    room: str | None


class ChairReady(Body):
    """Nothing needs to be said."""


@router.get("/chairs")
async def list_chairs(who: Who, parts: GivenParts) -> list[ChairShown]:
    """All chairs, by label."""
    chairs = parts.pipeline.clinics[who.clinic_id].chairs.values()
    return [_shown(chair) for chair in sorted(chairs, key=lambda chair: (chair.label, chair.id))]


@router.post("/chairs", status_code=201, response_model=ChairShown)
async def make_chair(given: NewChair, who: Who, parts: GivenParts, once: GivenOnce) -> Response:
    chair = Chair(new_id(who.clinic_id, once), who.clinic_id, given.label, given.room)
    return await make(parts, MakeChair(who, chair), once, _shown)


@router.patch("/chairs/{id}")
async def change_chair(id: UUID, given: ChairChange, who: Who, parts: GivenParts) -> ChairShown:
    changes: dict[str, Any] = given_changes(given, may_be_null={"room"})
    return _shown(await parts.pipeline.submit(ChangeChair(who, id, changes)))


@router.post("/chairs/{id}/ready")
async def make_ready(id: UUID, who: Who, parts: GivenParts, given: ChairReady | None = None) -> ChairShown:
    """Cleaned and set up after the last patient: the next one may sit down. Saying so again is harmless."""
    return _shown(await parts.pipeline.submit(ReadyChair(who, id)))


def _shown(chair: Chair) -> ChairShown:
    return ChairShown(id=chair.id, label=chair.label, room=chair.room)
