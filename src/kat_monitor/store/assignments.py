"""Reads who is responsible for what, and the opening checks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Integer, Text, Uuid, any_, bindparam, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from kat_monitor.domain.assignments import (
    Assignment,
    Assignments,
    Offer,
    OfferKind,
    OfferState,
    OnCall,
    OpeningCheck,
    TakenAlert,
)
from kat_monitor.store.asking import Asks
from kat_monitor.store.assignment_tables import assignment, offer, offer_step, on_call, opening_check, taken_alert
from kat_monitor.store.query import Query
from kat_monitor.store.tables import alert

_clinic_id = bindparam("clinic_id", type_=Uuid())
_ids = bindparam("ids", type_=ARRAY(Uuid()))
_after_at, _after_id = bindparam("after_at", type_=BigInteger()), bindparam("after_id", type_=Uuid())
_day = bindparam("day", type_=Text())

CHAIRS = Query(
    select(assignment)
    .where(assignment.c.clinic_id == _clinic_id)
    .ext(distinct_on(assignment.c.chair_id))
    .order_by(assignment.c.chair_id, assignment.c.number.desc())
)
OPEN = Query(select(offer).where(offer.c.clinic_id == _clinic_id, offer.c.state == "open"))
BY_ID = Query(select(offer).where(offer.c.clinic_id == _clinic_id, offer.c.id == any_(_ids)))
STEPS = Query(
    select(offer_step)
    .where(offer_step.c.clinic_id == _clinic_id, offer_step.c.offer_id == any_(_ids))
    .order_by(offer_step.c.number)
)
TAKEN = Query(
    select(taken_alert)
    .join(alert, (alert.c.clinic_id == taken_alert.c.clinic_id) & (alert.c.id == taken_alert.c.alert_id))
    .where(taken_alert.c.clinic_id == _clinic_id, taken_alert.c.until.is_(None), alert.c.state != "closed")
)
ON_CALL = Query(select(on_call).where(on_call.c.clinic_id == _clinic_id).order_by(on_call.c.number.desc()).limit(1))
CHECKS = Query(
    select(opening_check)
    .where(
        opening_check.c.clinic_id == _clinic_id,
        opening_check.c.day == _day,
        tuple_(opening_check.c.signed_at, opening_check.c.id) > tuple_(_after_at, _after_id),
    )
    .order_by(opening_check.c.signed_at, opening_check.c.id)
    .limit(bindparam("most", type_=Integer()))
)
NEWEST_CHECK = Query(
    select(opening_check)
    .where(opening_check.c.clinic_id == _clinic_id)
    .order_by(opening_check.c.day.desc(), opening_check.c.signed_at.desc())
    .limit(1)
)


class AssignmentRows:
    """Everything that stands now, as memory holds it; and what was signed."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    async def standing(self, clinic_id: UUID) -> Assignments:
        chairs = {row["chair_id"]: _assignment(row) for row in await self._asks.rows(CHAIRS, clinic_id=clinic_id)}
        taken = {
            row["alert_id"]: TakenAlert(row["by"], row["at"], row["offer_id"])
            for row in await self._asks.rows(TAKEN, clinic_id=clinic_id)
        }
        wanted = {a.offer_id for a in chairs.values()} | {t.offer_id for t in taken.values()}
        offers = await self._offers(clinic_id, [id for id in wanted if id is not None])
        newest = await self._asks.row(ON_CALL, clinic_id=clinic_id)
        called = None if newest is None else OnCall(newest["account_id"], newest["since"])
        return Assignments(chairs, {one.id: one for one in offers}, taken, called)

    async def offer(self, clinic_id: UUID, offer_id: UUID) -> Offer | None:
        """One, settled or not."""
        rows = await self._asks.rows(BY_ID, clinic_id=clinic_id, ids=[offer_id])
        found = await self._with_steps(clinic_id, rows)
        return found[0] if found else None

    async def _offers(self, clinic_id: UUID, more: list[UUID]) -> list[Offer]:
        """The open ones, and these."""
        rows = list(await self._asks.rows(OPEN, clinic_id=clinic_id))
        if more:
            known = {row["id"] for row in rows}
            rows += [
                row for row in await self._asks.rows(BY_ID, clinic_id=clinic_id, ids=more) if row["id"] not in known
            ]
        return await self._with_steps(clinic_id, rows)

    async def _with_steps(self, clinic_id: UUID, rows: Sequence[Any]) -> list[Offer]:
        if not rows:
            return []
        chairs: dict[UUID, dict[UUID, int]] = {}
        alerts: dict[UUID, dict[UUID, int]] = {}
        for step in await self._asks.rows(STEPS, clinic_id=clinic_id, ids=[row["id"] for row in rows]):
            if step["chair_id"] is not None:
                chairs.setdefault(step["offer_id"], {})[step["chair_id"]] = step["at"]
            if step["alert_id"] is not None:
                alerts.setdefault(step["offer_id"], {})[step["alert_id"]] = step["at"]
        return [_offer(row, chairs.get(row["id"], {}), alerts.get(row["id"], {})) for row in rows]

    async def checks(self, clinic_id: UUID, day: str, after: tuple[int, UUID], most: int) -> list[OpeningCheck]:
        """Of one day, in the order they were signed, from the one after (signed_at, id) on."""
        asked = {"day": day, "after_at": after[0], "after_id": after[1], "most": most}
        return [_check(row) for row in await self._asks.rows(CHECKS, clinic_id=clinic_id, **asked)]

    async def newest_check(self, clinic_id: UUID) -> OpeningCheck | None:
        row = await self._asks.row(NEWEST_CHECK, clinic_id=clinic_id)
        return None if row is None else _check(row)


def _assignment(row: Any) -> Assignment:
    return Assignment(*(row[name] for name in ("chair_id", "nurse_id", "since", "covered_by", "offer_id")))


def _offer(row: Any, chairs: dict[UUID, int], alerts: dict[UUID, int]) -> Offer:
    return Offer(
        row["id"],
        OfferKind(row["kind"]),
        row["giver_id"],
        row["receiver_id"],
        row["made_at"],
        tuple(row["chair_ids"]),
        row["until"],
        row["note"],
        OfferState(row["state"]),
        row["settled_at"],
        chairs,
        alerts,
    )


def _check(row: Any) -> OpeningCheck:
    return OpeningCheck(
        row["id"],
        row["day"],
        row["signed_at"],
        row["by"],
        row["station_id"],
        row["answers"],
        row["notes"],
        tuple(row["chairs_confirmed"]),
        row["note"],
        row["seen"],
    )
