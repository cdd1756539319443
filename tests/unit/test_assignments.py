"""Single steps of taking, covering and handing over that the properties meet too rarely to be relied on."""

from uuid import UUID

import pytest

from kat_monitor.domain.assignments import Assignments, Offer, OfferKind, OfferState
from kat_monitor.errors import KatError
from kat_monitor.rules import assignments, offers
from kat_monitor.rules.responsible import Floor, held, of_alert, of_chair

ANN, BEN, CAM = (UUID(int=n) for n in (1, 2, 3))
ONE, TWO = UUID(int=11), UUID(int=12)
ALERT = UUID(int=21)
FLOOR = Floor(7, on={ANN, BEN, CAM}, alerts={ALERT: ONE}, occupied={ONE})


def anns() -> Assignments:
    return assignments.take(Assignments(), FLOOR, ANN, [ONE, TWO], take_over=False)


def offered(kind: OfferKind, *chair_ids: UUID, to: UUID = BEN) -> tuple[Assignments, Offer]:
    offer = Offer(UUID(int=31), kind, ANN, to, 7, chair_ids)
    return offers.make(anns(), FLOOR, offer), offer


def code(error: pytest.ExceptionInfo[KatError]) -> tuple[int, str]:
    return error.value.status, error.value.code


def test_a_chair_does_not_move_past_an_alert_that_nobody_named() -> None:
    assigned, offer = offered(OfferKind.HAND_OVER, ONE, TWO)
    with pytest.raises(KatError) as refusal:
        offers.accept(assigned, FLOOR, offer.id, BEN)
    assert code(refusal) == (409, "alerts_not_accepted")
    partly = offers.accept(assigned, FLOOR, offer.id, BEN, [TWO])
    assert (of_chair(partly, FLOOR.on, ONE), of_chair(partly, FLOOR.on, TWO)) == (ANN, BEN)
    assert partly.offers[offer.id].is_open


def test_an_alert_accepted_alone_goes_back_when_the_cover_ends() -> None:
    assigned, offer = offered(OfferKind.COVER, ONE)
    taken = offers.accept(assigned, FLOOR, offer.id, BEN, [], [ALERT])
    assert of_alert(taken, FLOOR.on, ALERT, ONE) == BEN
    left = offers.withdraw(taken, FLOOR, offer.id, ANN)
    assert of_alert(left, FLOOR.on, ALERT, ONE) == BEN, "what is accepted stays accepted"
    over = offers.end(assignments.standing(left, FLOOR), FLOOR, offer.id, BEN)
    assert of_alert(over, FLOOR.on, ALERT, ONE) == ANN
    assert over.offers[offer.id].state is OfferState.ENDED


def test_who_covers_does_not_become_the_owner_by_taking() -> None:
    assigned, offer = offered(OfferKind.COVER, TWO)
    covered = offers.accept(assigned, FLOOR, offer.id, BEN)
    with pytest.raises(KatError) as refusal:
        assignments.take(covered, FLOOR, BEN, [TWO], take_over=False)
    assert code(refusal) == (409, "chair_taken")
    mine = assignments.take(covered, FLOOR, BEN, [TWO], take_over=True)
    assert (mine.chairs[TWO].nurse_id, mine.offers[offer.id].state) == (BEN, OfferState.ENDED)


def test_a_covered_chair_is_not_given_away() -> None:
    assigned, offer = offered(OfferKind.COVER, TWO)
    covered = offers.accept(assigned, FLOOR, offer.id, BEN)
    with pytest.raises(KatError) as refusal:
        offers.make(covered, FLOOR, Offer(UUID(int=32), OfferKind.HAND_OVER, ANN, CAM, 8, (TWO,)))
    assert code(refusal) == (409, "covered")


def test_a_chair_that_goes_another_way_leaves_the_offer() -> None:
    assigned, offer = offered(OfferKind.HAND_OVER, ONE, TWO)
    part = assignments.take(assigned, FLOOR, CAM, [ONE], take_over=True)
    assert (part.offers[offer.id].chair_ids, part.offers[offer.id].state) == ((TWO,), OfferState.OPEN)
    gone = assignments.take(part, FLOOR, CAM, [TWO], take_over=True)
    assert gone.offers[offer.id].state is OfferState.WITHDRAWN


def test_whoever_is_sent_off_shift_leaves_nothing_behind() -> None:
    assigned, offer = offered(OfferKind.COVER, TWO)
    covered = offers.accept(assigned, FLOOR, offer.id, BEN)
    back = offers.went_off(covered, FLOOR, BEN)
    assert (of_chair(back, FLOOR.on, TWO), held(back, FLOOR, BEN)) == (ANN, ([], []))
    alone = offers.went_off(covered, FLOOR, ANN)
    assert (of_chair(alone, FLOOR.on, ONE), of_chair(alone, FLOOR.on, TWO)) == (None, BEN)


def test_on_call_is_asked_one_at_a_time() -> None:
    asked = offers.make(Assignments(), FLOOR, Offer(UUID(int=33), OfferKind.ON_CALL, ANN, CAM, 7))
    with pytest.raises(KatError) as refusal:
        offers.make(asked, FLOOR, Offer(UUID(int=34), OfferKind.ON_CALL, ANN, BEN, 8))
    assert code(refusal) == (409, "offer_open")
    declined = offers.decline(asked, FLOOR, UUID(int=33), CAM)
    assert declined.on_call is None
