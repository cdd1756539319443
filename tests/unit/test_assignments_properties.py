"""Whatever people do with chairs, offers and shifts: one responsible person, and nothing lands on anybody unasked."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kat_monitor.domain.assignments import Assignments, Offer, OfferKind, OfferState
from kat_monitor.errors import KatError
from kat_monitor.rules import assignments, offers
from kat_monitor.rules.responsible import Floor, held, of_alert, of_chair

PEOPLE = [UUID(int=n) for n in range(1, 5)]
CHAIRS = [UUID(int=n) for n in range(11, 15)]
person, chair = st.sampled_from(PEOPLE), st.sampled_from(CHAIRS)
KINDS = [OfferKind.HAND_OVER, OfferKind.COVER, OfferKind.COVER, OfferKind.ASSIGN, OfferKind.ON_CALL]
some_chairs = st.lists(chair, min_size=1, max_size=3, unique=True)


class Ward(RuleBasedStateMachine):
    """Keeps, beside the rules' state, who has which alert, and looks at each step at who got something."""

    def __init__(self) -> None:
        super().__init__()
        self.assigned = Assignments()
        self.floor = Floor(0, on=set(PEOPLE[:3]))
        for who, own in zip(PEOPLE, CHAIRS[:3], strict=False):
            self.assigned = assignments.take(self.assigned, self.floor, who, [own], take_over=False)
        self.number = 100
        self.begin_in_the_middle()

    def begin_in_the_middle(self) -> None:
        """Alerts at two chairs, one of them being handed over and the other covered."""
        one, two, three = PEOPLE[:3]
        for chair_id in CHAIRS[:2]:
            self.alert(chair_id)
        for kind, by, to, chair_id in (
            (OfferKind.HAND_OVER, one, two, CHAIRS[0]),
            (OfferKind.COVER, two, three, CHAIRS[1]),
        ):
            self.assigned = offers.make(self.assigned, self.floor, Offer(self.new_id(), kind, by, to, 0, (chair_id,)))

    def new_id(self) -> UUID:
        self.number += 1
        return UUID(int=self.number)

    def chairs_now(self) -> dict[UUID, UUID | None]:
        return {c: of_chair(self.assigned, self.floor.on, c) for c in CHAIRS}

    def alerts_now(self) -> dict[UUID, UUID | None]:
        return {a: of_alert(self.assigned, self.floor.on, a, c) for a, c in self.floor.alerts.items()}

    def do(self, step: Callable[[], Assignments], gets: set[UUID], back_to: frozenset[UUID] = frozenset()) -> bool:
        """Only people in `gets` (they asked, or accepted) or `back_to` (a cover ends) may have more than before."""
        chairs, alerts, before = self.chairs_now(), self.alerts_now(), self.assigned
        self.floor = replace(self.floor, now=self.floor.now + 1)
        try:
            after = step()
        except KatError:
            assert self.assigned is before
            return False
        self.assigned = assignments.standing(after, self.floor)
        for what, was in (*chairs.items(), *alerts.items()):
            now = {**self.chairs_now(), **self.alerts_now()}[what]
            assert now in (None, was) or now in gets | back_to, (what, was, now)
            if was is not None:
                assert now is not None, "somebody had it, and nobody has"
        return True

    @rule(by=person)
    def begin(self, by: UUID) -> None:
        self.floor = replace(self.floor, on={*self.floor.on, by})

    @rule(by=person)
    def end_shift(self, by: UUID) -> None:
        if held(self.assigned, self.floor, by) == ([], []):
            self.do(lambda: offers.went_off(self.assigned, self.floor, by), set())
            self.floor = replace(self.floor, on={*self.floor.on} - {by})
            assert by not in self.chairs_now().values()
        elif by in self.floor.on:
            chairs, alerts = held(self.assigned, self.floor, by)
            assert chairs or alerts

    @rule(by=person, chairs=some_chairs, take_over=st.booleans())
    def take(self, by: UUID, chairs: list[UUID], take_over: bool) -> None:
        others = {c for c, who in self.chairs_now().items() if who not in (None, by)}
        if by in self.floor.on and self.do(
            lambda: assignments.take(self.assigned, self.floor, by, chairs, take_over=take_over), {by}
        ):
            assert take_over or not others & set(chairs), "what somebody has is taken over knowingly"

    @rule(by=person, chairs=some_chairs)
    def release(self, by: UUID, chairs: list[UUID]) -> None:
        mine = [c for c in chairs if of_chair(self.assigned, self.floor.on, c) == by]
        try:
            after = assignments.release(self.assigned, self.floor, by, mine)
        except KatError:
            return
        self.assigned = assignments.standing(after, self.floor)
        assert not set(mine) & set(self.floor.alerts.values())

    @rule(by=person, chair_id=chair)
    def check_in(self, by: UUID, chair_id: UUID) -> None:
        self.do(lambda: assignments.check_in(self.assigned, self.floor, by, chair_id), {by})

    @rule(of=chair, to=chair)
    def move(self, of: UUID, to: UUID) -> None:
        """A patient goes to a chair where nobody sits, and the alerts with them."""
        if to in self.floor.alerts.values() or of == to:
            return
        before = self.alerts_now()
        mine = of_chair(self.assigned, self.floor.on, of)
        moved = assignments.move(self.assigned, self.floor, of, to)
        self.floor = replace(self.floor, alerts={a: to if c == of else c for a, c in self.floor.alerts.items()})
        self.assigned = assignments.standing(moved, self.floor)
        if mine is not None:
            assert self.alerts_now() == before
        assert all(
            now == was or was is None for now, was in zip(self.alerts_now().values(), before.values(), strict=True)
        )

    @rule(data=st.data(), kind=st.sampled_from(KINDS), take_over=st.booleans())
    def make(self, data: st.DataObject, kind: OfferKind, take_over: bool) -> None:
        has = self.chairs_now()
        holders = sorted({who for who in has.values() if who is not None}) or PEOPLE
        by = data.draw(st.sampled_from(holders) | person)
        others = [one for one in PEOPLE if one != by and one in self.floor.on] or PEOPLE
        to = data.draw(st.sampled_from(others) | person)
        own = [c for c, who in has.items() if who == by]
        chairs = own if own and kind is not OfferKind.ASSIGN else data.draw(some_chairs)
        wanted = () if kind is OfferKind.ON_CALL else tuple(chairs)
        offer = Offer(self.new_id(), kind, by, to, self.floor.now, wanted)
        before = self.chairs_now(), self.alerts_now()
        self.do(lambda: offers.make(self.assigned, self.floor, offer, take_over=take_over), set())
        assert (self.chairs_now(), self.alerts_now()) == before, "an offer changes nothing"

    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        offer = self.some_offer(data)
        if offer is None:
            return
        by = data.draw(st.just(offer.receiver_id) | person)
        there = [a for a, c in self.floor.alerts.items() if c in offer.chair_ids]
        others = sorted(self.floor.alerts)
        alerts = data.draw(st.lists(st.sampled_from(there) | st.sampled_from(others), unique=True)) if there else []
        chairs = data.draw(st.none() | st.just(list(offer.chair_ids)) | st.lists(chair, unique=True, max_size=2))
        before = self.alerts_now()
        if self.do(lambda: offers.accept(self.assigned, self.floor, offer.id, by, chairs, alerts), {by}):
            got = {a for a, who in self.alerts_now().items() if who == by and before[a] != by}
            assert got <= set(alerts), "no alert changes hands but by its own name"
            assert by == offer.receiver_id

    @rule(data=st.data(), how=st.sampled_from([offers.decline, offers.withdraw]))
    def close(self, data: st.DataObject, how: Callable[..., Assignments]) -> None:
        offer = self.some_offer(data)
        if offer is not None:
            by = data.draw(st.sampled_from([offer.giver_id, offer.receiver_id]) | person)
            before = self.chairs_now(), self.alerts_now()
            self.do(lambda: how(self.assigned, self.floor, offer.id, by), set())
            assert (self.chairs_now(), self.alerts_now()) == before, "what was accepted stays, what was not stays too"

    @rule(data=st.data())
    def end_cover(self, data: st.DataObject) -> None:
        offer = self.some_offer(data)
        if offer is None:
            return
        by = data.draw(st.sampled_from([offer.giver_id, offer.receiver_id]) | person)
        before = self.alerts_now()
        if self.do(lambda: offers.end(self.assigned, self.floor, offer.id, by), set(), frozenset({offer.giver_id})):
            assert offer.kind is OfferKind.COVER
            for alert_id, who in self.alerts_now().items():
                if who != before[alert_id]:
                    assert (before[alert_id], who) == (offer.receiver_id, offer.giver_id)

    @rule(chair_id=chair)
    def alert(self, chair_id: UUID) -> None:
        self.floor = replace(self.floor, alerts={**self.floor.alerts, self.new_id(): chair_id})

    @rule(data=st.data())
    def alert_closes(self, data: st.DataObject) -> None:
        if self.floor.alerts:
            gone = data.draw(st.sampled_from(sorted(self.floor.alerts)))
            left = {a: c for a, c in self.floor.alerts.items() if a != gone}
            self.floor = replace(self.floor, alerts=left)

    def some_offer(self, data: st.DataObject) -> Offer | None:
        there = sorted(self.assigned.offers)
        return self.assigned.offers[data.draw(st.sampled_from(there))] if there else None

    @invariant()
    def every_alert_of_a_chair_that_somebody_has_is_one_persons(self) -> None:
        for alert_id, chair_id in self.floor.alerts.items():
            if of_chair(self.assigned, self.floor.on, chair_id) is not None:
                assert of_alert(self.assigned, self.floor.on, alert_id, chair_id) in self.floor.on

    @invariant()
    def a_chair_is_offered_once(self) -> None:
        waiting = [
            c for o in self.assigned.offers.values() if o.is_open for c in o.chair_ids if c not in o.chairs_accepted
        ]
        assert len(waiting) == len(set(waiting))

    @invariant()
    def who_is_off_has_nothing(self) -> None:
        for one in PEOPLE:
            if one not in self.floor.on:
                assert held(self.assigned, self.floor, one) == ([], [])

    @invariant()
    def what_is_kept_is_open_or_in_force(self) -> None:
        for offer in self.assigned.offers.values():
            assert offer.is_open or (offer.kind is OfferKind.COVER and offer.state is not OfferState.ENDED)


def test_one_person_has_it_and_nothing_lands_on_anybody_unasked() -> None:
    run_state_machine_as_test(Ward, settings=settings(stateful_step_count=40))
