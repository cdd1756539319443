"""Chairs between two patients: who left one last, and whether it has been made ready since."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Table, Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from kat_monitor.domain.registry import Left
from kat_monitor.domain.vitals import Phase
from kat_monitor.store.asking import Asks
from kat_monitor.store.columns import at_, clinic_, id_, metadata, same_clinic
from kat_monitor.store.query import Query
from kat_monitor.store.tables import session

chair_ready = Table(
    "chair_ready",
    metadata,
    clinic_(),
    id_("chair_id", primary_key=True),
    id_("session_id", primary_key=True),
    at_("at"),
    id_("by", null=True),
    same_clinic("chair_id", "chair"),
    same_clinic("session_id", "session"),
)
"""The chair was made ready after this session's patient had left it."""

_clinic_id = bindparam("clinic_id", type_=Uuid())
_ids = bindparam("ids", type_=ARRAY(Uuid()))

ENDED = Query(
    select(session.c.id, session.c.chair_id, session.c.ended_at, session.c.outcome, session.c.phase).where(
        session.c.clinic_id == _clinic_id, session.c.id == any_(_ids), session.c.ended_at.is_not(None)
    )
)
READY = Query(
    select(chair_ready.c.chair_id, chair_ready.c.session_id).where(
        chair_ready.c.clinic_id == _clinic_id, chair_ready.c.session_id == any_(_ids)
    )
)


class Turnover:
    """Reads what chairs are left with."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    async def left(self, clinic_id: UUID, last: Mapping[UUID, UUID]) -> dict[UUID, Left]:
        """Per chair the last patient's session, out of `last` (chair -> session who sat there last).

        Nothing for a chair that was made ready since, or whose last patient went to another chair.
        """
        ids: Sequence[UUID] = sorted(set(last.values()))
        if not ids:
            return {}
        ready = {
            (row["chair_id"], row["session_id"]) for row in await self._asks.rows(READY, clinic_id=clinic_id, ids=ids)
        }
        return {
            row["chair_id"]: Left(row["id"], row["ended_at"], row["outcome"], Phase(row["phase"]))
            for row in await self._asks.rows(ENDED, clinic_id=clinic_id, ids=ids)
            if last.get(row["chair_id"]) == row["id"] and (row["chair_id"], row["id"]) not in ready
        }
