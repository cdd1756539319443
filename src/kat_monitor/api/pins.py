"""`PUT /me/pin`, `DELETE /users/{id}/pin`: the six digits a person signs with at a station while on shift."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field

from kat_monitor.api.auth import Who, address_of
from kat_monitor.api.fields import Body, Secret
from kat_monitor.api.parts import GivenParts
from kat_monitor.errors import KatError, bad_value
from kat_monitor.ingest.pins import RemovePin, SetPin

router = APIRouter(tags=["duty"])


class NewPin(Body):
    password: Secret
    pin: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    """Six digits, no run, at least three different ones."""


@router.put("/me/pin", status_code=204)
async def set_pin(given: NewPin, request: Request, who: Who, parts: GivenParts) -> None:
    """One's own PIN, with one's password; the one before is forgotten."""
    hashed = await parts.passwords.hash_pin(given.pin)
    try:
        await parts.sign_in.check(parts.directory.users[who.id].username, given.password, address_of(request))
    except KatError as error:
        if error.status != 401:
            raise
        raise bad_value("password", "wrong_login", "This is not your password.") from None
    await parts.pipeline.submit(SetPin(who, hashed))


@router.delete("/users/{id}/pin", status_code=204)
async def remove_pin(id: UUID, who: Who, parts: GivenParts) -> None:
    """They sign with their password until they have set a new one."""
    await parts.pipeline.submit(RemovePin(parts.directory, who, id))
