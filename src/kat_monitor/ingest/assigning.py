"""What a turn does to who is responsible for what: memory at once, each difference as a row of the same commit."""

from collections.abc import Iterator
from uuid import UUID, uuid4

from kat_monitor.domain.assignments import Assignments, Offer
from kat_monitor.domain.commands import MoveSession, SessionRequest, Transition
from kat_monitor.domain.vitals import Phase
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules import assignments
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.floor import floor_of
from kat_monitor.rules.state import SessionState
from kat_monitor.store.batch import RowWrite


def enter_assignments(turn: Turn, clinic: ClinicState, after: Assignments, by: UUID) -> None:
    """It holds from now on; when the commit fails, memory is read back."""
    before = clinic.assigned
    if after == before:
        return
    turn.batch.rows.extend(_rows(clinic.clinic.id, before, after, turn.now, by))
    clinic.assigned = assignments.standing(after, floor_of(clinic, turn.now))
    turn.touch(clinic).duty = True


def follow(
    turn: Turn, clinic: ClinicState, state: SessionState, request: SessionRequest, *, from_chair: UUID | None, by: UUID
) -> None:
    """Who checks a patient in has the chair, if nobody has; a patient's nurse goes with them to another chair."""
    if isinstance(request, Transition) and request.to is Phase.PREPARING:
        after = assignments.check_in(clinic.assigned, floor_of(clinic, turn.now), by, state.chair_id)
    elif isinstance(request, MoveSession) and from_chair is not None and from_chair != state.chair_id and state.is_open:
        after = assignments.move(clinic.assigned, floor_of(clinic, turn.now), from_chair, state.chair_id)
    else:
        return
    enter_assignments(turn, clinic, after, by)


def _rows(clinic_id: UUID, before: Assignments, after: Assignments, now: int, by: UUID) -> Iterator[RowWrite]:
    """The differences. Offers come first: the others point at them."""
    for offer in after.offers.values():
        was = before.offers.get(offer.id)
        if offer != was:
            yield from _offer_rows(clinic_id, was, offer, now, by)
    for chair_id, assignment in after.chairs.items():
        if assignment != before.chairs.get(chair_id):
            key = {"clinic_id": clinic_id, "chair_id": chair_id, "id": uuid4()}
            said = {
                "since": assignment.since,
                "by": by,
                "nurse_id": assignment.nurse_id,
                "covered_by": assignment.covered_by,
                "offer_id": assignment.offer_id,
            }
            yield RowWrite("assignment", key, said)
    for alert_id in {*before.taken, *after.taken}:
        taken = after.taken.get(alert_id)
        kept = taken or before.taken[alert_id]
        if taken != before.taken.get(alert_id):
            values = {"by": kept.by, "at": kept.at, "offer_id": kept.offer_id, "until": None if taken else now}
            yield RowWrite("taken_alert", {"clinic_id": clinic_id, "alert_id": alert_id}, values, "upsert")
    if after.on_call is not None and after.on_call != before.on_call:
        called = {"account_id": after.on_call.person_id, "since": after.on_call.since, "by": by}
        yield RowWrite("on_call", {"clinic_id": clinic_id, "id": uuid4()}, called)


def _offer_rows(clinic_id: UUID, was: Offer | None, offer: Offer, now: int, by: UUID) -> Iterator[RowWrite]:
    values = {
        "kind": offer.kind.value,
        "giver_id": offer.giver_id,
        "receiver_id": offer.receiver_id,
        "made_at": offer.made_at,
        "chair_ids": list(offer.chair_ids),
        "until": offer.until,
        "note": offer.note,
        "state": offer.state.value,
        "settled_at": offer.settled_at,
    }
    yield RowWrite("offer", {"clinic_id": clinic_id, "id": offer.id}, values, "upsert")

    def step(name: str, **about: UUID) -> RowWrite:
        key = {"clinic_id": clinic_id, "offer_id": offer.id, "id": uuid4()}
        return RowWrite("offer_step", key, {"at": now, "by": by, "step": name, **about})

    if was is None:
        yield step("made")
    for alert_id in offer.alerts_accepted:
        if was is None or alert_id not in was.alerts_accepted:
            yield step("alert_accepted", alert_id=alert_id)
    for chair_id in offer.chairs_accepted:
        if was is None or chair_id not in was.chairs_accepted:
            yield step("chair_accepted", chair_id=chair_id)
    if not offer.is_open and (was is None or was.state is not offer.state):
        yield step(offer.state.value)
