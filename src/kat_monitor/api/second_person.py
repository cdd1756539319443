"""A second person signs with their own password, at the first one's screen: who they are, for what needs two."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from kat_monitor.api.auth import Who, address_of
from kat_monitor.api.fields import Body, Secret
from kat_monitor.api.parts import GivenParts
from kat_monitor.errors import KatError, bad_value


class SecondPerson(Body):
    """Somebody else of the clinic who treats patients."""

    username: Secret
    password: Secret


class Signing:
    """Checks second persons for one request. Guessing is slowed as at the log-in."""

    def __init__(self, parts: GivenParts, who: Who, request: Request) -> None:
        self._parts = parts
        self._who = who
        self._address = address_of(request)

    async def by(self, given: SecondPerson | None) -> UUID | None:
        """Their account; None when nobody signed.

        Raises:
            KatError: 422 for a wrong password (a 401 would say that the first person is not logged in), 409
                `second_person_required` for oneself or somebody who may not sign, 429.
        """
        if given is None:
            return None
        who = self._who
        try:
            return await self._parts.sign_in.second_person(
                who.clinic_id, who.id, given.username, given.password, self._address
            )
        except KatError as error:
            if error.status != 401:
                raise
            raise bad_value("second_person", error.code, error.detail) from None


GivenSigning = Annotated[Signing, Depends()]
