"""Who is responsible for which chair: assignments, offers to change that, the clinician on call, the opening check."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID


class OfferKind(StrEnum):
    ASSIGN = "assign"
    """A chair for somebody, from whoever plans the day."""
    HAND_OVER = "hand_over"
    """For good, from the nurse who has it."""
    COVER = "cover"
    """For a while: when it ends, all of it goes back to the nurse who has the chair."""
    ON_CALL = "on_call"


class OfferState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A chair's nurse, and who covers for them meanwhile. Each change is a new one; the newest counts."""

    chair_id: UUID
    nurse_id: UUID | None
    since: int
    """Commit time of this change."""
    covered_by: UUID | None = None
    offer_id: UUID | None = None
    """The cover that `covered_by` accepted."""

    @property
    def responsible_id(self) -> UUID | None:
        return self.covered_by or self.nurse_id


@dataclass(frozen=True, slots=True)
class Offer:
    """Somebody offers chairs (or being on call) to somebody; it counts only as far as the receiver accepts it."""

    id: UUID
    kind: OfferKind
    giver_id: UUID
    receiver_id: UUID
    made_at: int
    chair_ids: tuple[UUID, ...] = ()
    until: int | None = None
    """When a cover is meant to end; it ends when somebody says so."""
    note: str | None = None
    state: OfferState = OfferState.OPEN
    settled_at: int | None = None
    chairs_accepted: Mapping[UUID, int] = field(default_factory=dict)
    """chair -> when."""
    alerts_accepted: Mapping[UUID, int] = field(default_factory=dict)
    """alert -> when."""

    @property
    def is_open(self) -> bool:
        return self.state is OfferState.OPEN


@dataclass(frozen=True, slots=True)
class TakenAlert:
    """An alert accepted out of an offer whose chair has not moved (yet)."""

    by: UUID
    at: int
    offer_id: UUID


@dataclass(frozen=True, slots=True)
class OnCall:
    person_id: UUID
    since: int


@dataclass(frozen=True, slots=True)
class Assignments:
    """All of a clinic that stands now. Never changed in place."""

    chairs: Mapping[UUID, Assignment] = field(default_factory=dict)
    offers: Mapping[UUID, Offer] = field(default_factory=dict)
    """Open ones, and covers in force."""
    taken: Mapping[UUID, TakenAlert] = field(default_factory=dict)
    """By alert."""
    on_call: OnCall | None = None


@dataclass(frozen=True, slots=True)
class OpeningCheck:
    """Signed before the first patient of a day: what a person answered, and what the server saw meanwhile."""

    id: UUID
    day: str
    """`YYYY-MM-DD`, UTC."""
    signed_at: int
    by: UUID
    station_id: UUID | None
    answers: Mapping[str, str]
    notes: Mapping[str, str]
    chairs_confirmed: tuple[UUID, ...]
    note: str | None
    seen: Mapping[str, Any]
