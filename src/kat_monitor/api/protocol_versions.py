"""`/protocols/{code}/versions`: who signed what when, and what each version changed."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.encoders import jsonable_encoder

from kat_monitor.api.auth import Who
from kat_monitor.api.fields import Shown
from kat_monitor.api.filters import ListAsked
from kat_monitor.api.paging import link_next, page_of
from kat_monitor.api.parts import GivenParts
from kat_monitor.domain.protocol import ProtocolVersion
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.errors import not_found
from kat_monitor.protocols.changes import differences

router = APIRouter(tags=["protocols"])


class VersionListed(Shown):
    version: int
    hash: str
    created_at: str
    by: str | None
    by_name: str | None
    """Null for a version that came with the server."""


class ChangeShown(Shown):
    path: str
    """Keys from the outside in; the tables of a list by their `code` or `item`, else by place."""
    before: Any
    """Null: new."""
    after: Any
    """Null: gone."""


class WouldBe(Shown):
    """What `POST /protocols?dry_run=true` answers: nothing is stored."""

    code: str
    version_would_be: int
    changes: list[ChangeShown]
    """Against the newest version; everything, for a code that is new."""


@router.get("/protocols/{code}/versions")
async def list_versions(
    code: str,
    asked: Annotated[ListAsked, Query()],
    request: Request,
    response: Response,
    who: Who,
    parts: GivenParts,
) -> list[VersionListed]:
    """Newest first. `Link` says that there are more, and where."""
    stored = [kept for kept in await parts.reader.standing.protocols(who.clinic_id) if kept.code == code]
    if not stored:
        raise not_found("protocol")
    shown, cursor = page_of(stored[::-1], asked.limit, asked.cursor, lambda kept: str(kept.version))
    link_next(request, response, cursor)
    people = parts.pipeline.clinics[who.clinic_id].people
    return [
        VersionListed(
            version=kept.version,
            hash=kept.sha256,
            created_at=to_rfc3339(kept.created_at),
            by=None if kept.by is None else str(kept.by),
            by_name=None if kept.by is None else people.get(kept.by),
        )
        for kept in shown
    ]


@router.get("/protocols/{code}/versions/{n}/changes")
async def version_changes(code: str, n: int, who: Who, parts: GivenParts) -> list[ChangeShown]:
    """What this version changed; for the first one, everything."""
    versions = parts.pipeline.clinics[who.clinic_id].protocols
    version = versions.get((code, n))
    if version is None:
        raise not_found("protocol version")
    return changes_from(versions.get((code, n - 1)), version.toml)


def would_be(newest: ProtocolVersion | None, code: str, toml: str, sha256: str) -> WouldBe:
    """What storing this text would come to."""
    same = newest is not None and newest.sha256 == sha256
    number = 1 if newest is None else newest.version + (0 if same else 1)
    return WouldBe(code=code, version_would_be=number, changes=changes_from(newest, toml))


def changes_from(before: ProtocolVersion | None, toml: str) -> list[ChangeShown]:
    found = differences("" if before is None else before.toml, toml)
    return [
        ChangeShown(path=one.path, before=jsonable_encoder(one.before), after=jsonable_encoder(one.after))
        for one in found
    ]
