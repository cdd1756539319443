"""Design 6.6, Review: the whole session once more in true order, and what the live alerts lack."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from kat_monitor.domain.alerts import Alert, AlertKind, AlertState, review_alert_id
from kat_monitor.domain.journal import (
    BaselineLocked,
    Entry,
    Event,
    LimitOverridden,
    PhaseEntered,
    SessionCreated,
    Voided,
)
from kat_monitor.domain.protocol import ProtocolVersion
from kat_monitor.domain.readings import Reading
from tests.oracle.oracle import Oracle
from tests.oracle.words import NOT_CONFIRMED, RED_FLAG, Expected

FOREVER = 2**62


@dataclass(frozen=True, slots=True)
class Review:
    """`born` are late alerts (returned), `spans` (known alert, from, to), `adopted` those that still hold: active.

    `to` of an episode that still holds is None.
    """

    born: tuple[Expected, ...]
    spans: tuple[tuple[UUID, int, int | None], ...]
    adopted: tuple[Expected, ...]


def reviewed(
    created: SessionCreated,
    version: ProtocolVersion,
    entries: Sequence[Entry],
    known: Iterable[Expected],
    committed_at: int,
) -> Review:
    """What a review committed at `committed_at` adds to the known alerts.

    A known alert closed as not confirmed hides no episode: that one becomes an alert of its own, under an id of its
    own. One that still holds is raised like any other, so it is not marked `late` (late ones never escalate).
    """
    ended = any(isinstance(entry, PhaseEntered) and entry.to.has_ended for entry in entries)
    born: list[Expected] = []
    adopted: list[Expected] = []
    spans: list[tuple[UUID, int, int | None]] = []
    known = [alert for alert in known if alert.limit != RED_FLAG]
    for episode in episodes(created, version, entries):
        met = [alert for alert in known if overlap(episode, alert)]
        standing = [alert for alert in met if alert.closed_reason != NOT_CONFIRMED]
        if standing:
            spans += [(alert.id, episode.opened_at, episode.ended_at) for alert in standing]
            continue
        alert = replace(
            episode,
            id=review_alert_id(episode.id) if met else episode.id,
            late=True,
            raised_at=committed_at,
            confirm_by=None,
            priority=episode.limit_priority,
            returned_at=None,
            found_after_end=ended,
            suppressed=False,
        )
        if episode.ended_at is None:
            adopted.append(replace(alert, state=AlertState.ACTIVE, late=False))
        else:
            born.append(replace(alert, state=AlertState.RETURNED, returned_at=committed_at))
    return Review(tuple(born), tuple(spans), tuple(adopted))


def overlap(episode: Expected, alert: Expected) -> bool:
    """Both last from `opened_at` to `ended_at`, both ends included; without an end they last still."""
    if (episode.limit, episode.source) != (alert.limit, alert.source):
        return False
    episode_end = FOREVER if episode.ended_at is None else episode.ended_at
    alert_end = FOREVER if alert.ended_at is None else alert.ended_at
    return episode.opened_at <= alert_end and alert.opened_at <= episode_end


def episodes(created: SessionCreated, version: ProtocolVersion, entries: Sequence[Entry]) -> list[Expected]:
    """The episodes of the session as it truly was; one that ended not confirmed is none."""
    order = in_true_order(entries)
    events = [entry for _, entry in order if isinstance(entry, Event)]
    oracle = Oracle(created, version, foreknown=events)
    for time, entry in order:
        oracle.append(entry, time)
    found = [alert for alert in oracle.alerts() if alert.limit != RED_FLAG and alert.closed_reason != NOT_CONFIRMED]
    return [replace(alert, unconfirmed=True) if alert.provisional else alert for alert in found]


def in_true_order(entries: Sequence[Entry]) -> list[tuple[int, Entry]]:
    """Unvoided readings by (effective_at, position); overrides and baselines among them by (committed_at, position).

    Transitions come at their `at`, before readings of that time (which are in the new phase); events after them (a
    symptom has the newest reading judged again; readings of its own time know it anyway).
    """
    voided = {(entry.device_id, entry.seq) for entry in entries if isinstance(entry, Voided)}
    corrected = {entry.corrects for entry in entries if isinstance(entry, Event) and entry.corrects is not None}
    keyed: list[tuple[tuple[int, int, int], Entry]] = []
    for entry in entries:
        if isinstance(entry, Reading):
            if (entry.device_id, entry.seq) not in voided:
                keyed.append(((entry.effective_at, 1, entry.position), entry))
        elif isinstance(entry, PhaseEntered):
            keyed.append(((entry.at, 0, entry.position), entry))
        elif isinstance(entry, Event):
            if entry.id not in corrected:
                keyed.append(((entry.at, 2, entry.position), entry))
        elif isinstance(entry, LimitOverridden | BaselineLocked):
            keyed.append(((entry.committed_at, 1, entry.position), entry))
    keyed.sort(key=lambda pair: pair[0])
    return [(key[0], entry) for key, entry in keyed]


def as_alert(expected: Expected, created: SessionCreated, metric: int) -> Alert:
    """The row that a review commits for an alert it found."""
    return Alert(
        id=expected.id,
        clinic_id=created.clinic_id,
        session_id=created.session_id,
        chair_id=created.chair_id,
        limit=expected.limit,
        source=expected.source,
        kind=AlertKind.PHYSIOLOGICAL,
        priority=expected.priority,
        limit_priority=expected.limit_priority,
        state=expected.state,
        opened_at=expected.opened_at,
        raised_at=expected.raised_at,
        protocol_code=created.protocol_code,
        protocol_version=created.protocol_version,
        metric=metric,
        active_at=expected.raised_at if expected.state is AlertState.ACTIVE else None,
        returned_at=expected.returned_at,
        ended_at=expected.ended_at,
        value=expected.value,
        worst_value=expected.worst_value,
        late=expected.late,
        unconfirmed=expected.unconfirmed,
        found_after_end=expected.found_after_end,
    )
