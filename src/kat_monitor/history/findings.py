"""Compares a session's journal, folded again, with what is stored of its alerts: every difference is a finding."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kat_monitor.domain.alerts import Alert, AlertKind
from kat_monitor.domain.journal import Entry, Event, PhaseEntered, ReadingsCorrected, Voided
from kat_monitor.domain.protocol import ProtocolVersion
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import SECOND_US
from kat_monitor.history.refold import Refolded, creation, refold
from kat_monitor.rules.compare import differences
from kat_monitor.rules.compile import Compiled
from kat_monitor.rules.review import review
from kat_monitor.store.alert_rows import Transition

REVIEWED_WITHIN_US = 60 * SECOND_US
"""A review is asked for 2 s after its last cause; a minute later it has been done."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` differs: a field of an alert or its `steps`; of the session a `position`, an `entry` or its `protocol`."""

    session_id: UUID
    what: str
    folded: Any = None
    stored: Any = None
    alert_id: UUID | None = None
    limit: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One session as stored; `corrected` is its journal with corrections of whose readings are applied.

    `newest_at` is the clinic's newest commit: what came long before it has been reviewed,
    unless the record itself says that a review is `owed`.
    """

    session_id: UUID
    entries: Sequence[Entry]
    corrected: Sequence[Entry]
    alerts: Sequence[Alert]
    steps: Sequence[Transition]
    newest_at: int
    owed: bool = False


def check_session(record: Record, version: ProtocolVersion, compiled: Compiled) -> list[Finding]:
    """Everything that does not agree; empty when the record bears itself out. Raises ValueError as `creation`."""
    stored = [alert for alert in record.alerts if alert.kind is AlertKind.PHYSIOLOGICAL]
    folded = refold(version, compiled, record.entries)
    found = [Finding(record.session_id, "position", stored=position) for position in _twice(record.entries)]
    found += [Finding(record.session_id, "entry", f"fails: {kind}", position) for position, kind in folded.failures]
    found += [
        Finding(record.session_id, d.field, d.folded, d.stored, d.alert_id, d.limit)
        for d in differences(list(folded.alerts.values()), stored)
    ]
    found += _steps(record, folded, stored)
    found += _missed_by_review(record, compiled, stored)
    return found


def _twice(entries: Iterable[Entry]) -> list[int]:
    """Positions given out more than once."""
    seen: set[int] = set()
    again: list[int] = []
    for entry in entries:
        if entry.position in seen:
            again.append(entry.position)
        seen.add(entry.position)
    return again


def _steps(record: Record, folded: Refolded, stored: Sequence[Alert]) -> list[Finding]:
    """Every step once, in the same order, at the same time and by the same person: nothing was raised twice."""
    expected: dict[UUID, list[tuple[str, int, UUID | None]]] = {}
    for change in folded.steps:
        expected.setdefault(change.alert.id, []).append((change.step.value, change.at, change.by))
    written: dict[UUID, list[tuple[str, int, UUID | None]]] = {alert.id: [] for alert in stored}
    for step in record.steps:
        if step.alert_id in written:
            written[step.alert_id].append((step.step.value, step.at, step.by))
    return [
        Finding(record.session_id, "steps", _told(expected[a.id]), _told(written[a.id]), a.id, a.limit)
        for a in stored
        if a.id in expected and expected[a.id] != written[a.id]
    ]


def _told(steps: Iterable[tuple[str, int, UUID | None]]) -> str:
    return " ".join(f"{step}@{at}" for step, at, _ in steps)


def _missed_by_review(record: Record, compiled: Compiled, stored: Sequence[Alert]) -> list[Finding]:
    """Episodes that the last review would have found and that are still nobody's, although its cause is old.

    What was committed after the last cause no review was asked to look at (design 6.6), so an episode counts as missed
    only if the journal up to that cause shows it, and the whole journal still does.
    """
    cause = newest_cause(record.entries)
    if record.owed or cause is None or cause > record.newest_at - REVIEWED_WITHIN_US:
        return []
    missed: dict[UUID, Alert] | None = None
    for entries in (record.corrected, [entry for entry in record.corrected if _committed_at(entry) <= cause]):
        result = review(
            session=creation(record.entries),
            compiled=compiled,
            entries=entries,
            known=stored,
            committed_at=record.newest_at,
        )
        found = {alert.id: alert for alert in (*result.born, *result.adopt)}
        missed = found if missed is None else {id_: alert for id_, alert in missed.items() if id_ in found}
        if not missed:
            return []
    episodes = (missed or {}).values()
    return [Finding(record.session_id, "unreviewed", a.opened_at, None, a.id, a.limit) for a in episodes]


def _committed_at(entry: Entry) -> int:
    return entry.received_at if isinstance(entry, Reading) else entry.committed_at


def newest_cause(entries: Iterable[Entry]) -> int | None:
    """When the newest thing was committed that asks for a review (design 6.6); None without any."""
    newest: int | None = None
    judged = 0
    for entry in entries:
        if isinstance(entry, Reading):
            cause = entry.received_at if entry.late else None
            judged = judged if entry.late else max(judged, entry.effective_at)
        else:
            cause = entry.committed_at if _asks(entry, judged) else None
        if cause is not None:
            newest = cause if newest is None else max(newest, cause)
    return newest


def _asks(entry: Entry, judged: int) -> bool:
    match entry:
        case Voided() | ReadingsCorrected():
            return True
        case PhaseEntered():
            return entry.at < judged
        case Event():
            return entry.corrects is not None or (entry.event == "dose" and entry.at < judged)
        case _:
            return False
