"""Escalations told to the outside: each alert and level once, retried until taken, never after the acknowledgement."""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import UUID, uuid4

import httpx
import structlog

from kat_monitor.clock import Clock
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.domain.vitals import SECOND_US
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.store.batch import Batch, Notice

EVERY_S = 1.0
TIMEOUT_S = 5.0
FIRST_RETRY_S = 2.0
MOST_RETRY_S = 120.0
GIVE_UP_AFTER = 50

log = structlog.get_logger()


class NoticeTurn(Protocol):
    now: int
    batch: Batch


@dataclass(slots=True)
class MarkNotice:
    """What became of an attempt, written by the one writer."""

    clinic_id: UUID
    notice: Notice

    def run(self, turn: NoticeTurn, clinic: ClinicState) -> None:
        turn.batch.notices.append(self.notice)


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one test notice; `detail` says nothing of the address."""

    sent: bool
    status: int | None
    detail: str


Waiting = Callable[[int], Awaitable[Sequence[Notice]]]
IsTaken = Callable[[Notice], bool]
Submit = Callable[[MarkNotice], Awaitable[None]]


class Webhook:
    """Sends what the outbox holds. Without an address it only says in the log that nobody is told."""

    def __init__(self, clock: Clock, url: str | None, secret: str | None, client: httpx.AsyncClient) -> None:
        self._clock = clock
        self._url = url
        self._secret = secret
        self._client = client
        self.sent = 0
        self.failed = 0
        self._told: dict[UUID, int] = {}
        """Taken by the receiver, and since when; kept until the record says so, so that nobody is called again."""

    async def run(self, waiting: Waiting, is_taken: IsTaken, submit: Submit) -> None:
        """For ever: look into the outbox every second of wall time."""
        while True:
            await self._clock.sleep(EVERY_S)
            if self._url is not None:
                await self.send_due(waiting, is_taken, submit)

    async def send_due(self, waiting: Waiting, is_taken: IsTaken, submit: Submit) -> None:
        notices = await waiting(self._clock.wall_us())
        self._told = {n.id: self._told[n.id] for n in notices if n.id in self._told}
        for notice in notices:
            await submit(MarkNotice(notice.clinic_id, await self._attempt(notice, taken=is_taken(notice))))

    async def test(self, clinic_id: UUID) -> Trial:
        """One notice that says it is a test, now, with the signature of all others."""
        if self._url is None:
            return Trial(sent=False, status=None, detail="No webhook is configured (KAT_WEBHOOK_URL).")
        said = {"test": True, "clinic_id": str(clinic_id), "sent_at": to_rfc3339(self._clock.wall_us())}
        try:
            answer = await self._send(said, uuid4())
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Trial(sent=False, status=None, detail=f"It could not be sent: {type(error).__name__}.")
        if answer.is_success:
            return Trial(sent=True, status=answer.status_code, detail="The receiver took it.")
        return Trial(sent=False, status=answer.status_code, detail="The receiver did not take it.")

    async def _attempt(self, notice: Notice, *, taken: bool) -> Notice:
        now = self._clock.wall_us()
        if (told_at := self._told.get(notice.id)) is not None:
            return replace(notice, sent_at=told_at, attempts=notice.attempts + 1)
        if taken:
            return replace(notice, cancelled_at=now)
        if await self._post(notice):
            self.sent += 1
            self._told[notice.id] = now
            return replace(notice, sent_at=now, attempts=notice.attempts + 1)
        self.failed += 1
        attempts = notice.attempts + 1
        if attempts >= GIVE_UP_AFTER:
            log.error("webhook_given_up", alert=str(notice.alert_id), level=notice.level)
            return replace(notice, cancelled_at=now, attempts=attempts)
        delay = min(MOST_RETRY_S, FIRST_RETRY_S * 2.0 ** (attempts - 1))
        return replace(notice, due_at=now + round(delay * SECOND_US), attempts=attempts)

    async def _post(self, notice: Notice) -> bool:
        try:
            answer = await self._send(self._body(notice), notice.id)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("webhook_failed", alert=str(notice.alert_id), error=type(error).__name__)
            return False
        return answer.is_success

    async def _send(self, said: Mapping[str, Any], key: UUID) -> httpx.Response:
        body = json.dumps(said, sort_keys=True).encode()
        headers = {"content-type": "application/json", "idempotency-key": str(key)}
        if self._secret is not None:
            headers["x-kat-signature"] = "sha256=" + signature(self._secret, body)
        return await self._client.post(self._url or "", content=body, headers=headers, timeout=TIMEOUT_S)

    def _body(self, notice: Notice) -> Mapping[str, Any]:
        return {**notice.payload, "clinic_id": str(notice.clinic_id), "sent_at": to_rfc3339(self._clock.wall_us())}


def signature(secret: str, body: bytes) -> str:
    """HMAC-SHA256 of the body, hexadecimal."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
