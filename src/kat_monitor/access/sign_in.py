"""Checks a username and password, at the log-in and wherever a second person signs for something."""

from uuid import UUID

import structlog

from kat_monitor.access.directory import Directory
from kat_monitor.access.passwords import Passwords
from kat_monitor.access.throttle import Throttle
from kat_monitor.domain.registry import Role, User
from kat_monitor.errors import KatError, refused

log = structlog.get_logger()


class SignIn:
    """Says who a password belongs to. Wrong ones are slowed by account and by address, and look alike."""

    def __init__(self, directory: Directory, passwords: Passwords, throttle: Throttle) -> None:
        self._directory = directory
        self._passwords = passwords
        self._throttle = throttle

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
