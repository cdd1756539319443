"""`/protocols`: what the clinic has signed, as versions that never change."""

import asyncio
import json
from hashlib import sha256
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from kat_monitor.api.auth import Who
from kat_monitor.api.fields import Shown
from kat_monitor.api.idempotency import GivenOnce
from kat_monitor.api.making import make
from kat_monitor.api.parts import GivenParts, Parts
from kat_monitor.api.protocol_versions import WouldBe, would_be
from kat_monitor.domain.protocol import ProtocolVersion
from kat_monitor.errors import KatError, bad_value, not_found
from kat_monitor.ingest.registry import StoreProtocol
from kat_monitor.protocols.describe import describe
from kat_monitor.protocols.loader import admit

router = APIRouter(tags=["protocols"])

_AS_JSON = {"type": "object", "required": ["toml"], "properties": {"toml": {"type": "string"}}}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": _AS_JSON},
            "application/toml": {"schema": {"type": "string"}},
        },
    }
}


class ProtocolListed(Shown):
    code: str
    title: str
    route: str
    version: int
    """The newest; a new session pins it."""
    hash: str
    dosing_min: list[float]
    planned_min: float


class ProtocolShown(Shown):
    """One version. `hash` is the SHA-256 of the TOML as given."""

    code: str
    version: int
    hash: str
    toml: str
    title: str
    expected: dict[str, float]
    """When the effect begins, is strongest and is over: minutes from the dose."""
    limits: list[dict[str, Any]]
    timetable: dict[str, Any]
    screening: list[dict[str, Any]]
    discharge: dict[str, float | bool | str]
    """The numbers of the criteria, under the names they have in the TOML."""
    escalation: dict[str, float]
    audio: dict[str, float]
    """The longest pause of a screen's sound, seconds."""


_THE_SAME: dict[int | str, dict[str, Any]] = {
    200: {"model": ProtocolShown | WouldBe, "description": "It is the newest already, or a dry run"}
}


@router.get("/protocols")
async def list_protocols(who: Who, parts: GivenParts) -> list[ProtocolListed]:
    """The newest version of each, by code."""
    versions = _versions(parts, who.clinic_id)
    newest = {version.code: version for version in sorted(versions, key=lambda version: version.version)}
    return [_listed(newest[code]) for code in sorted(newest)]


@router.get("/protocols/{code}")
async def get_protocol(code: str, who: Who, parts: GivenParts) -> ProtocolShown:
    """The newest version."""
    version = parts.pipeline.clinics[who.clinic_id].newest_version(code)
    if version is None:
        raise not_found("protocol")
    return _shown(version)


@router.get("/protocols/{code}/versions/{n}")
async def get_protocol_version(code: str, n: int, who: Who, parts: GivenParts) -> ProtocolShown:
    version = parts.pipeline.clinics[who.clinic_id].protocols.get((code, n))
    if version is None:
        raise not_found("protocol version")
    return _shown(version)


@router.post(
    "/protocols", status_code=201, openapi_extra=_BODY, responses=_THE_SAME, response_model=ProtocolShown | WouldBe
)
async def make_protocol(
    request: Request, response: Response, who: Who, parts: GivenParts, once: GivenOnce, dry_run: bool = False
) -> WouldBe | Response:
    """A new version from TOML (as it is, or `{"toml": ...}`). 422 says every line that is wrong, and why.

    The text of the newest version again answers 200 with that version. A dry run stores nothing: it answers 200 with
    the version that it would be and what it would change.
    """
    toml = _toml(request.headers.get("content-type", ""), await request.body())
    protocol = await asyncio.to_thread(admit, toml, "protocol")
    before = parts.pipeline.clinics[who.clinic_id].newest_version(protocol.code)
    hashed = sha256(toml.encode()).hexdigest()
    if dry_run:
        response.status_code = 200
        return would_be(before, protocol.code, toml, hashed)
    work = StoreProtocol(who, protocol, toml, hashed)
    same = before is not None and before.sha256 == hashed
    return await make(parts, work, once, _shown, 200 if same else 201)


def _toml(content_type: str, body: bytes) -> str:
    """The pack's text. Raises KatError 400 or 422; what is no TOML is told by the loader."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise KatError(400, "malformed_body", "The body is not UTF-8.") from None
    if "json" not in content_type:
        return text
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise KatError(400, "malformed_json", "The body is not JSON.") from None
    toml = given.get("toml") if isinstance(given, dict) else None
    if not isinstance(toml, str):
        raise bad_value("toml", "missing", "Send the pack's text as `toml`.")
    return toml


def _versions(parts: Parts, clinic_id: UUID) -> list[ProtocolVersion]:
    return list(parts.pipeline.clinics[clinic_id].protocols.values())


def _listed(version: ProtocolVersion) -> ProtocolListed:
    protocol = version.protocol
    return ProtocolListed(
        code=version.code,
        title=protocol.title,
        route=protocol.route,
        version=version.version,
        hash=version.sha256,
        dosing_min=list(protocol.dosing_min),
        planned_min=protocol.planned_min,
    )


def _shown(version: ProtocolVersion) -> ProtocolShown:
    told = describe(version.protocol)
    return ProtocolShown(
        code=version.code,
        version=version.version,
        hash=version.sha256,
        toml=version.toml,
        title=version.protocol.title,
        expected=told["expected"],
        limits=told["limits"],
        timetable=told["timetable"],
        screening=told["screening"],
        discharge=told["discharge"],
        escalation=told["escalation"],
        audio=told["audio"],
    )
