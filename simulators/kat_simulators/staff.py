"""A simulated member of staff: acts only through the REST doors that people's own screens use."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

import httpx

from kat_simulators.clocks import SimulationClock
from kat_simulators.outbox import MAY_RETRY, DoorRefused, DoorSilent, wait_of

ATTEMPTS = 30
FAILING = (500, 502, 504)
"""A server (or a proxy) in trouble: what it did is not known, and asking again under the same key is safe."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door said."""

    status: int
    body: Any

    @property
    def ok(self) -> bool:
        """2xx."""
        return 200 <= self.status < 300

    @property
    def code(self) -> str:
        """The stable code of a refusal, empty otherwise."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) and not self.ok else ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody logs in with."""

    username: str
    password: str = field(repr=False)


class Staff:
    """One person (or program) with a login or a token. Sends again, under one key, what is not known to be stored.

    A login ends, and locks when idle: whoever has a password then logs in again, as a person at a screen does.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        clock: SimulationClock,
        headers: dict[str, str],
        credentials: Credentials | None = None,
    ) -> None:
        self._client = client
        self._clock = clock
        self._headers = headers
        self._credentials = credentials
        self._logging_in = asyncio.Lock()

    @classmethod
    def bearer(cls, client: httpx.AsyncClient, clock: SimulationClock, token: str) -> Self:
        """Somebody known by a personal token."""
        return cls(client, clock, {"Authorization": f"Bearer {token}"})

    @classmethod
    async def login(cls, client: httpx.AsyncClient, clock: SimulationClock, username: str, password: str) -> Self:
        """Somebody who logs in; the login's cookie is kept apart from everybody else's. DoorRefused if not let in."""
        credentials = Credentials(username, password)
        return cls(client, clock, await _logged_in(client, clock, credentials), credentials)

    async def get(self, path: str, **params: str | int) -> Any:
        """The JSON at `path`; DoorRefused on anything but 2xx."""
        answer = await self._call("GET", path, None, dict(params))
        if not answer.ok:
            raise DoorRefused(f"GET {path}: {answer.status} {answer.body}")
        return answer.body

    @property
    def has_login(self) -> bool:
        """A person at a browser, not a program with a token."""
        return self._credentials is not None

    async def post(self, path: str, body: dict[str, Any], cookie: str | None = None) -> Answer:
        """POST with an idempotency key; a refusal is an Answer, not an exception. `cookie`: beside the login's."""
        return await self._call("POST", path, body, cookie=cookie)

    async def cookie(self, path: str, body: dict[str, Any], name: str) -> str | None:
        """POST something whose answer sets a cookie: what it holds, which is not kept here."""
        answer = await _send(self._client, self._clock, "POST", path, json=body, headers=self._headers)
        self._client.cookies.clear()
        return answer.cookies.get(name)

    async def patch(self, path: str, body: dict[str, Any]) -> Answer:
        """PATCH; a refusal is an Answer, not an exception."""
        return await self._call("PATCH", path, body)

    async def must(self, path: str, body: dict[str, Any]) -> Any:
        """POST that has to succeed: its JSON, or DoorRefused."""
        answer = await self.post(path, body)
        if not answer.ok:
            raise DoorRefused(f"POST {path}: {answer.status} {answer.body}")
        return answer.body

    async def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None,
        params: dict[str, str | int] | None = None,
        *,
        cookie: str | None = None,
    ) -> Answer:
        once = {"Idempotency-Key": str(uuid4())} if method == "POST" else {}
        if cookie is not None:
            once["Cookie"] = "; ".join(filter(None, (self._headers.get("Cookie"), cookie)))
        known = self._headers
        answer = await _send(
            self._client, self._clock, method, path, json=body, params=params, headers={**known, **once}
        )
        if answer.status_code == 401 and self._credentials is not None:
            await self._log_in_again(self._credentials, known)
            headers = {**self._headers, **once}
            answer = await _send(self._client, self._clock, method, path, json=body, params=params, headers=headers)
        return Answer(answer.status_code, _said(answer))

    async def _log_in_again(self, credentials: Credentials, refused: dict[str, str]) -> None:
        """Once for all calls that were refused with the same cookie."""
        async with self._logging_in:
            if self._headers is refused:
                self._headers = await _logged_in(self._client, self._clock, credentials)


async def _logged_in(client: httpx.AsyncClient, clock: SimulationClock, who: Credentials) -> dict[str, str]:
    """The headers of a fresh login. DoorRefused if not let in."""
    origin = str(client.base_url).rstrip("/")
    body = {"username": who.username, "password": who.password}
    answer = await _send(client, clock, "POST", "/login", json=body, headers={"Origin": origin})
    client.cookies.clear()
    if answer.status_code != 200:
        raise DoorRefused(f"login of {who.username}: {answer.status_code} {answer.text[:300]}")
    return {"Cookie": f"kat_login={answer.cookies['kat_login']}", "Origin": origin}


def _said(answer: httpx.Response) -> Any:
    """The JSON of an answer; what is none (a proxy's page) as its text."""
    try:
        return answer.json() if answer.content else None
    except ValueError:
        return answer.text[:300]


async def _send(
    client: httpx.AsyncClient, clock: SimulationClock, method: str, path: str, **request: Any
) -> httpx.Response:
    """The first answer that is not "try again". DoorSilent when there is none for too long."""
    for _ in range(ATTEMPTS):
        try:
            answer = await client.request(method, f"/api/v1{path}", **request)
        except httpx.HTTPError:
            await clock.sleep(2.0)
            continue
        if answer.status_code not in (*MAY_RETRY, *FAILING):
            return answer
        await clock.sleep(wait_of(answer))
    raise DoorSilent(f"{method} {path}: no answer after {ATTEMPTS} attempts")


@dataclass(frozen=True, slots=True)
class Crew:
    """The two people a session needs."""

    nurse: Staff
    clinician: Staff

    def member(self, by: str) -> Staff:
        """Whoever a step names."""
        return self.clinician if by == "clinician" else self.nurse
