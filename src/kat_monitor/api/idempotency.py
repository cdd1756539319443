"""`Idempotency-Key`: the same request again gets its first answer, so a client may always send once more."""

import json
from hashlib import sha256
from typing import Annotated
from uuid import UUID, uuid4, uuid5

from fastapi import Depends, Header, Request

from kat_monitor.api.acting import PERSON
from kat_monitor.api.fields import Id
from kat_monitor.ingest.commands import Once


async def once_of(
    request: Request, idempotency_key: Annotated[Id | None, Header(alias="Idempotency-Key")] = None
) -> Once | None:
    """The key with the hash of method, path and body; None without a key. 422 for a key that is no UUID."""
    if idempotency_key is None:
        return None
    person = request.headers.get(PERSON, "").lower()
    return Once(idempotency_key, request_hash(request.method, request.url.path, await request.body(), person))


def request_hash(method: str, path: str, body: bytes, person: str = "") -> bytes:
    """SHA-256 of what is asked, however it is spelled, and of who is named as acting, if anybody is.

    A password, of a new account or a second person, is left out: a plain hash of it would help somebody who steals
    the database guess it.
    """
    named = (person.encode(),) if person else ()
    return sha256(b"\n".join((method.encode(), path.encode(), _asked(body), *named))).digest()


def _asked(body: bytes) -> bytes:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return body
    if isinstance(given, dict):
        if "password" in given:
            given["password"] = given["password"] is not None
        if isinstance(given.get("second_person"), dict):
            given["second_person"].pop("password", None)
    return json.dumps(given, sort_keys=True, separators=(",", ":")).encode()


def new_id(clinic_id: UUID, once: Once | None) -> UUID:
    """Names what a request makes; the same request sent again names it the same."""
    return uuid4() if once is None else uuid5(clinic_id, str(once.key))


GivenOnce = Annotated[Once | None, Depends(once_of)]
