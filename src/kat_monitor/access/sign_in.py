"""Checks passwords and PINs: at the log-in, and wherever a person signs for something."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import structlog

from kat_monitor.access.directory import Directory
from kat_monitor.access.passwords import Passwords
from kat_monitor.access.throttle import Throttle
from kat_monitor.domain.duty import Pin
from kat_monitor.domain.registry import Role, User
from kat_monitor.errors import KatError, refused

MOST_WRONG_PINS = 5
"""Of one person, until their password was given: six digits are soon guessed."""

log = structlog.get_logger()


class SignIn:
    """Says who a password belongs to. Wrong ones are slowed by account and by address, and look alike."""

    def __init__(self, directory: Directory, passwords: Passwords, throttle: Throttle) -> None:
        self._directory = directory
        self._passwords = passwords
        self._throttle = throttle
        self._trying: Counter[UUID] = Counter()
        """PINs being tried now, by person: each counts as wrong until it is known to be right."""
        self._unrecorded: Counter[UUID] = Counter()
        """Wrong ones that could not be recorded: they count all the same, until the password was given."""

    async def check(self, username: str, password: str, address: str) -> User:
        """The person. Raises KatError 401 `wrong_login`, or 429 when too many attempts wait."""
        account, place = ("account", username.casefold()), ("address", address)
        await self._throttle.attempt(account, place)
        user = self._directory.user_named(username)
        stored = user.password_hash if user is not None and user.active else None
        if not await self._passwords.verify(password, stored) or user is None:
            self._throttle.failed()
            log.info("wrong_login", account=None if user is None else str(user.id))
            raise KatError(401, "wrong_login", "Username or password is wrong.")
        self._throttle.right(*account)
        self._throttle.right(*place)
        self._unrecorded.pop(user.id, None)
        return user

    async def second_person(self, clinic_id: UUID, first: UUID, username: str, password: str, address: str) -> UUID:
        """The second person who signs beside `first`: somebody else of the clinic who treats patients.

        Raises KatError 401 for a wrong password, 409 for the same person or one who may not sign.
        """
        user = await self.check(username, password, address)
        if user.clinic_id != clinic_id:
            raise KatError(401, "wrong_login", "Username or password is wrong.")
        if user.id == first:
            raise refused("second_person_required", "The second person must be somebody else.")
        if not user.roles & {Role.NURSE, Role.CLINICIAN}:
            raise refused("second_person_required", "The second person must be a nurse or a clinician.")
        return user.id

    @asynccontextmanager
    async def trying_pin(self, pin: Pin, given: str, address: str) -> AsyncIterator[bool]:
        """Whether it is the person's PIN; a wrong one is to be recorded inside.

        Raises KatError 403 `password_required` after five wrong ones, or 429.
        """
        spent = pin.failures + self._unrecorded[pin.account_id] + self._trying[pin.account_id]
        if spent >= MOST_WRONG_PINS:
            raise KatError(403, "password_required", "Too many wrong PINs: sign with the password.")
        self._trying[pin.account_id] += 1
        account, place = ("pin", str(pin.account_id)), ("address", address)
        right = True
        try:
            await self._throttle.attempt(account, place)
            right = await self._passwords.verify(given, pin.pin_hash)
            if right:
                self._throttle.right(*account)
                self._throttle.right(*place)
            else:
                self._throttle.failed()
                log.info("wrong_pin", account=str(pin.account_id))
            yield right
        except KatError as error:
            if not right and error.status == 503:
                self._unrecorded[pin.account_id] += 1
            raise
        finally:
            self._trying[pin.account_id] -= 1
            if not self._trying[pin.account_id]:
                del self._trying[pin.account_id]
