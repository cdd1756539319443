"""Reads the rows of sessions: those still going on, one, and who sat where."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from kat_monitor.domain.readiness import Summary
from kat_monitor.domain.vitals import Phase
from kat_monitor.store.asking import Asks
from kat_monitor.store.batch import SessionRow
from kat_monitor.store.query import Query
from kat_monitor.store.same import Same
from kat_monitor.store.tables import journal, session


@dataclass(frozen=True, slots=True)
class Seat:
    """A session's time at one chair, microseconds: [from_at, to_at), `to_at` None while it lasts."""

    session_id: UUID
    chair_id: UUID
    from_at: int
    to_at: int | None


_clinic_id = bindparam("clinic_id", type_=Uuid())
_since = bindparam("since", type_=BigInteger())
_recent = or_(session.c.ended_at.is_(None), session.c.ended_at > _since)

ONE = Query(select(session).where(session.c.clinic_id == _clinic_id, session.c.id == bindparam("id", type_=Uuid())))
SOME = Query(
    select(session).where(
        session.c.clinic_id == _clinic_id, session.c.id == any_(bindparam("ids", type_=ARRAY(Uuid())))
    )
)
NOT_ENDED = Query(
    select(session)
    .where(session.c.clinic_id == _clinic_id, session.c.ended_at.is_(None))
    .order_by(session.c.created_at, session.c.id)
)
IDS = Query(select(session.c.id).where(session.c.clinic_id == _clinic_id).order_by(session.c.created_at, session.c.id))
SEATED = Query(
    select(
        session.c.id,
        session.c.chair_id,
        session.c.checked_in_at,
        session.c.dosing_at,
        session.c.ended_at,
    )
    .where(session.c.clinic_id == _clinic_id, _recent)
    .where(or_(session.c.checked_in_at.is_not(None), session.c.dosing_at.is_not(None)))
)
MOVES = Query(
    select(journal.c.session_id, journal.c.kind, journal.c.at, journal.c.data["chair_id"].astext.label("chair_id"))
    .join(session, (session.c.clinic_id == journal.c.clinic_id) & (session.c.id == journal.c.session_id))
    .where(journal.c.clinic_id == _clinic_id, or_(journal.c.kind == "created", journal.c.kind == "move"), _recent)
    .order_by(journal.c.position)
)

_SUMMARY = tuple(field.name for field in fields(Summary))
_OWN = tuple(field.name for field in fields(SessionRow) if field.name not in ("summary", "phase"))


class SessionRows:
    """Rows of table `session` as the writer wrote them."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    async def not_ended(self, clinic_id: UUID) -> list[SessionRow]:
        """Scheduled and open sessions, oldest first."""
        return [session_row(row) for row in await self._asks.rows(NOT_ENDED, clinic_id=clinic_id)]

    async def one(self, clinic_id: UUID, session_id: UUID) -> SessionRow | None:
        row = await self._asks.row(ONE, clinic_id=clinic_id, id=session_id)
        return None if row is None else session_row(row)

    async def some(self, clinic_id: UUID, session_ids: Sequence[UUID]) -> dict[UUID, SessionRow]:
        rows = await self._asks.rows(SOME, clinic_id=clinic_id, ids=list(session_ids))
        return {row["id"]: session_row(row) for row in rows}

    async def ids(self, clinic_id: UUID) -> list[UUID]:
        """Every session of the clinic, oldest first."""
        return [row["id"] for row in await self._asks.rows(IDS, clinic_id=clinic_id)]

    async def seats(self, clinic_id: UUID, ended_after: int, same: Same | None = None) -> list[Seat]:
        """Who sat where, of sessions that go on or ended after `ended_after`, in time order; moves included."""
        same = Same() if same is None else same
        seated = await self._asks.rows(SEATED, clinic_id=clinic_id, since=ended_after)
        chairs: dict[UUID, list[tuple[int, UUID]]] = {}
        for row in await self._asks.rows(MOVES, clinic_id=clinic_id, since=ended_after):
            chairs.setdefault(row["session_id"], []).append((row["at"], same[UUID(row["chair_id"])]))
        found = [seat for row in seated for seat in _seats(row, same[row["id"]], chairs.get(row["id"], []))]
        return sorted(found, key=lambda seat: (seat.from_at, str(seat.session_id)))


def session_row(row: Any) -> SessionRow:
    """A record of table `session` as the domain has it."""
    return SessionRow(
        phase=Phase(row["phase"]),
        summary=Summary(**{name: row[name] for name in _SUMMARY}),
        **{name: row[name] for name in _OWN},
    )


def _seats(row: Any, session_id: UUID, chairs: Sequence[tuple[int, UUID]]) -> list[Seat]:
    """One session's seats: the planned chair from check-in on, then each chair it was moved to."""
    starts = [at for at in (row["checked_in_at"], row["dosing_at"]) if at is not None]
    start, end = min(starts), row["ended_at"]
    planned = chairs[0][1] if chairs else row["chair_id"]
    begun = [(start, planned)]
    for at, chair_id in chairs[1:]:
        if at <= start:
            begun = [(start, chair_id)]
        else:
            begun.append((at, chair_id))
    ends = [at for at, _ in begun[1:]] + [end]
    return [Seat(session_id, chair_id, at, until) for (at, chair_id), until in zip(begun, ends, strict=True)]
