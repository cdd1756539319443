"""Reads what keeps the record honest: first answers, the audit chain, notices not yet sent, small facts of a clinic."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, select

from kat_monitor.domain.audit import HEAD_KEY, START, AuditEvent, AuditRow, Head
from kat_monitor.store.asking import Asks
from kat_monitor.store.batch import Notice, StoredAnswer
from kat_monitor.store.query import Query
from kat_monitor.store.tables import answer, audit, meta, notice

PAGE = 1000

_clinic_id = bindparam("clinic_id", type_=Uuid())
_key = bindparam("key", type_=Text())

ANSWER = Query(select(answer).where(answer.c.clinic_id == _clinic_id, answer.c.key == bindparam("key", type_=Uuid())))
AUDIT_AFTER = Query(
    select(audit)
    .where(audit.c.clinic_id == _clinic_id, audit.c.number > bindparam("after"))
    .order_by(audit.c.number)
    .limit(PAGE)
)
AUDIT_LAST = Query(
    select(audit.c.number, audit.c.hash).where(audit.c.clinic_id == _clinic_id).order_by(audit.c.number.desc()).limit(1)
)
WAITING = Query(
    select(notice)
    .where(notice.c.clinic_id == _clinic_id, notice.c.sent_at.is_(None), notice.c.cancelled_at.is_(None))
    .order_by(notice.c.due_at, notice.c.id)
)
META = Query(select(meta.c.value).where(meta.c.clinic_id == _clinic_id, meta.c.key == _key))


class Ledger:
    """Rows that prove what was said, done and sent."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    async def answer(self, clinic_id: UUID, key: UUID) -> StoredAnswer | None:
        """The first answer given under an `Idempotency-Key`."""
        row = await self._asks.row(ANSWER, clinic_id=clinic_id, key=key)
        if row is None:
            return None
        return StoredAnswer(clinic_id, row["key"], row["body_sha256"], row["status"], row["body"], row["created_at"])

    async def audit_head(self, clinic_id: UUID) -> Head:
        """Where the chain goes on: behind its newest row; behind the one that was kept, if rows after that are gone.

        Then the next row does not follow from the one before it, and that stays to be seen.
        """
        row = await self._asks.row(AUDIT_LAST, clinic_id=clinic_id)
        last = START if row is None else Head(row["number"], row["hash"])
        kept = await self.kept_head(clinic_id)
        return last if kept is None or kept.number <= last.number else kept

    async def kept_head(self, clinic_id: UUID) -> Head | None:
        """Where the chain ended with the last commit that lengthened it; None before the first."""
        value = await self.meta(clinic_id, HEAD_KEY)
        return None if value is None else Head.of(value)

    async def audit(self, clinic_id: UUID, after: int = 0) -> AsyncIterator[AuditRow]:
        """The chain after number `after`, in order, read page by page."""
        while rows := await self._asks.rows(AUDIT_AFTER, clinic_id=clinic_id, after=after):
            for row in rows:
                yield _audit_row(row)
            after = rows[-1]["number"]

    async def notices_waiting(self, clinic_id: UUID) -> list[Notice]:
        """Notices neither sent nor cancelled, in the order they fall due."""
        return [
            Notice(
                row["id"],
                clinic_id,
                row["alert_id"],
                row["level"],
                row["payload"],
                row["due_at"],
                row["attempts"],
            )
            for row in await self._asks.rows(WAITING, clinic_id=clinic_id)
        ]

    async def meta(self, clinic_id: UUID, key: str) -> Any | None:
        """A small fact of the clinic, JSON-ready; None when never written."""
        row = await self._asks.row(META, clinic_id=clinic_id, key=key)
        return None if row is None else row["value"]


def _audit_row(row: Any) -> AuditRow:
    event = AuditEvent(row["clinic_id"], row["at"], row["actor"], row["action"], row["subject"], row["details"])
    return AuditRow(row["number"], event, row["previous"], row["hash"])
