"""The ingest door: a small ASGI function ahead of FastAPI for `POST /api/v1/readings`; it answers after the commit."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol
from uuid import UUID

import msgspec

from kat_monitor.errors import KatError
from kat_monitor.ingest.decode import Decoded, Verdict, decode
from kat_monitor.ingest.verdicts import Answer

PATH = "/api/v1/readings"
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_encode = msgspec.json.Encoder().encode
_JSON = (b"content-type", b"application/json")
_PROBLEM = (b"content-type", b"application/problem+json")


class Intake(Protocol):
    """What the door needs of the pipeline."""

    def gateway_of(self, key_sha256: bytes) -> tuple[UUID, UUID] | None:
        """(clinic, gateway) of a key, None when unknown or revoked."""
        ...

    async def unknown_key(self, address: str) -> None:
        """Slow an address that guesses."""
        ...

    def post(self, clinic_id: UUID, gateway_id: UUID, decoded: Decoded) -> asyncio.Future[Answer]:
        """Into the inbox; resolves after the commit. Raises KatError 503."""
        ...


class Door:
    """ASGI application for one path and method."""

    def __init__(self, intake: Intake, max_body: int) -> None:
        self._intake = intake
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._handle(scope, receive)
        except KatError as error:
            await _send_problem(send, error)
            return
        body = _encode(answer_json(answer))
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [_JSON, (b"content-length", str(len(body)).encode())],
            }
        )
        await send({"type": "http.response.body", "body": body})

    async def _handle(self, scope: Scope, receive: Receive) -> Answer:
        clinic_id, gateway_id = await authenticate(self._intake, scope)
        raw = await self._body(scope, receive)
        decoded = decode(raw)
        return await self._intake.post(clinic_id, gateway_id, decoded)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit() and int(value) > self._max_body:
                raise self._too_large()
        message = await receive()
        body: bytes = message.get("body", b"")
        if not message.get("more_body", False):
            return self._checked(body)
        chunks = [body]
        size = len(body)
        while message.get("more_body", False):
            message = await receive()
            if message["type"] == "http.disconnect":
                raise KatError(400, "incomplete_body", "The connection ended before the body.")
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > self._max_body:
                raise self._too_large()
        return b"".join(chunks)

    def _checked(self, body: bytes) -> bytes:
        if len(body) > self._max_body:
            raise self._too_large()
        return body

    def _too_large(self) -> KatError:
        return KatError(413, "too_large", f"A body may have at most {self._max_body} bytes.")


async def authenticate(intake: Intake, scope: Scope) -> tuple[UUID, UUID]:
    """The gateway of the bearer key: (clinic, gateway). Raises KatError 401, slowed for who guesses."""
    key_sha256 = bearer_sha256(scope)
    found = None if key_sha256 is None else intake.gateway_of(key_sha256)
    if found is not None:
        return found
    client = scope.get("client")
    await intake.unknown_key(client[0] if client else "")
    raise KatError(401, "unknown_key", "This gateway key is not known or is revoked.")


def bearer_sha256(scope: Scope) -> bytes | None:
    """The hash of the key in the Authorization header; None without one."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            scheme, _, key = value.partition(b" ")
            return hashlib.sha256(key.strip()).digest() if scheme.lower() == b"bearer" else None
    return None


def answer_json(answer: Answer) -> dict[str, Any]:
    """The body of api.md "Ingest"."""
    return {
        "accepted": answer.accepted,
        "duplicates": answer.duplicates,
        "unassigned": answer.unassigned,
        "late": answer.late,
        "warnings": [_verdict(w, with_permanent=False) for w in answer.warnings],
        "rejected": [_verdict(r, with_permanent=True) for r in answer.rejected],
    }


def _verdict(verdict: Verdict, *, with_permanent: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"index": verdict.item, "code": verdict.code, "detail": verdict.detail}
    if with_permanent:
        said["permanent"] = verdict.permanent
    return said


def problem_json(error: KatError) -> dict[str, Any]:
    """RFC 9457 problem details."""
    problem: dict[str, Any] = {
        "type": f"urn:kat-monitor:{error.code}",
        "title": error.code.replace("_", " "),
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
    }
    if error.errors:
        problem["errors"] = [{"path": e.path, "code": e.code, "detail": e.detail} for e in error.errors]
    if error.gates:
        problem["gates"] = [{"code": g.code, "detail": g.detail} for g in error.gates]
    return {**error.more, **problem}


async def _send_problem(send: Send, error: KatError) -> None:
    body = _encode(problem_json(error))
    headers = [_PROBLEM, (b"content-length", str(len(body)).encode())]
    if error.retry_after_s is not None:
        headers.append((b"retry-after", str(error.retry_after_s).encode()))
    if error.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
