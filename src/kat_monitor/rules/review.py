"""Judges a session again with all that is now known, in the order it happened (design 6.6): what did live judging miss?

It only ever adds: late alerts, wider spans, an alert adopted because it still holds. It is the live engine itself,
folded over readings by their own time, with phases, symptoms and red flags known from the start.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from kat_monitor.domain.alerts import Alert, AlertChange, AlertState, Change, review_alert_id
from kat_monitor.domain.journal import (
    BaselineLocked,
    Entry,
    Event,
    LimitOverridden,
    Moved,
    PhaseEntered,
    SessionCreated,
    Voided,
)
from kat_monitor.domain.readings import Reading
from kat_monitor.rules import lifecycle, symptoms
from kat_monitor.rules.compile import Compiled
from kat_monitor.rules.engine import finish, new_limits, time_out
from kat_monitor.rules.judge import take
from kat_monitor.rules.judged_again import judge_again
from kat_monitor.rules.lifecycle import NOT_CONFIRMED
from kat_monitor.rules.limits_state import LimitsState
from kat_monitor.rules.numbers import lock_baseline, override

Timed = Reading | LimitOverridden | BaselineLocked | Event


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """`born`: late alerts, returned; `spans`: (alert, from, to) of known; `adopt`: what still holds, to be live."""

    born: tuple[Alert, ...] = ()
    spans: tuple[tuple[UUID, int, int], ...] = ()
    adopt: tuple[Alert, ...] = ()

    @property
    def found_nothing(self) -> bool:
        return not (self.born or self.spans or self.adopt)


def review(
    *,
    session: SessionCreated,
    compiled: Compiled,
    entries: Sequence[Entry],
    known: Sequence[Alert],
    committed_at: int,
) -> ReviewResult:
    """Compare what a second look finds with the alerts already known (open or closed, of this session).

    A known alert that was closed not confirmed does not stand for an episode that is: that one is an alert of its own.
    `entries` is the session's whole journal with corrections applied, late readings included, any order.
    """
    state = new_limits(
        session_id=session.session_id, clinic_id=session.clinic_id, chair_id=session.chair_id, compiled=compiled
    )
    episodes = _episodes(state, entries, committed_at)
    born: list[Alert] = []
    adopt: list[Alert] = []
    spans: dict[UUID, tuple[int, int]] = {}
    for episode in episodes:
        met = [alert for alert in known if _same(alert, episode) and _overlap(alert, episode, committed_at)]
        covering = [alert for alert in met if alert.closed_reason != NOT_CONFIRMED]
        for alert in covering:
            _widen(spans, alert, episode, committed_at)
        if covering:
            continue
        found = replace(episode, id=review_alert_id(episode.id)) if met else episode
        if found.ended_at is None:
            adopt.append(_adopted(found, committed_at))
        else:
            born.append(_late(found, committed_at, found_after_end=state.ended_at is not None))
    return ReviewResult(tuple(born), tuple((id_, *span) for id_, span in spans.items()), tuple(adopt))


def _episodes(state: LimitsState, entries: Sequence[Entry], commit: int) -> list[Alert]:
    """Every episode of the second look but those not confirmed, by opening time; the last ones may still hold."""
    out: list[Change] = []
    end = _prepare(state, entries)
    for at, item in _in_order(entries, end):
        _expire(state, at, commit, out)
        if isinstance(item, Reading):
            take(state, item, commit, item.effective_at, out)
        elif isinstance(item, LimitOverridden):
            override(state, item)
        elif isinstance(item, BaselineLocked):
            lock_baseline(state, item)
        else:
            _judge_again(state, item, commit, out)
    if end is not None:
        _expire(state, end, commit, out)
        finish(state, end, commit, out)
    last = {change.alert.id: change.alert for change in out if isinstance(change, AlertChange)}
    found = [alert for alert in last.values() if alert.closed_reason != NOT_CONFIRMED]
    return sorted(found, key=lambda alert: (alert.opened_at, alert.limit, alert.source))


def _prepare(state: LimitsState, entries: Sequence[Entry]) -> int | None:
    """Phases, symptoms, red flags and the chair as finally known. Returns the session's end, if it has ended."""
    end: int | None = None
    for entry in sorted((e for e in entries if not isinstance(e, Reading)), key=lambda e: e.position):
        if isinstance(entry, PhaseEntered):
            state.phases.append((entry.at, entry.to))
            if entry.to.has_ended:
                end = entry.at
        elif isinstance(entry, Event):
            symptoms.note(state, entry)
        elif isinstance(entry, Moved):
            state.chair_id = entry.chair_id
    return end


def _in_order(entries: Sequence[Entry], end: int | None) -> Iterator[tuple[int, Timed]]:
    """(time, item): readings by effective_at, overrides and baselines by commit; symptoms after readings of a time."""
    voided = {(entry.device_id, entry.seq) for entry in entries if isinstance(entry, Voided)}
    timed: list[tuple[int, int, int, Timed]] = []
    for entry in entries:
        if isinstance(entry, Reading):
            if (entry.device_id, entry.seq) not in voided and (end is None or entry.effective_at < end):
                timed.append((entry.effective_at, 0, entry.position, entry))
        elif isinstance(entry, LimitOverridden | BaselineLocked):
            timed.append((entry.committed_at, 0, entry.position, entry))
        elif isinstance(entry, Event) and symptoms.is_serious(entry) and (end is None or entry.at < end):
            timed.append((entry.at, 1, entry.position, entry))
    timed.sort(key=lambda item: item[:3])
    for at, _, _, entry in timed:
        yield at, entry


def _judge_again(state: LimitsState, event: Event, commit: int, out: list[Change]) -> None:
    """A symptom that was corrected later never was."""
    if any(known == event.id for _, known in state.symptoms):
        judge_again(state, event, event.at, out, live=False)


def _expire(state: LimitsState, now: int, commit: int, out: list[Change]) -> None:
    """Confirming times that ran out up to and including `now`, earliest first."""
    due = [
        (alert.confirm_by, str(alert.id), alert.id)
        for alert in state.alerts.values()
        if alert.state is AlertState.PROVISIONAL and alert.confirm_by is not None and alert.confirm_by <= now
    ]
    for _, _, alert_id in sorted(due):
        time_out(state, alert_id, commit, out)


def _same(alert: Alert, episode: Alert) -> bool:
    return alert.limit == episode.limit and alert.source == episode.source


def _lasted(alert: Alert, now: int) -> tuple[int, int]:
    return alert.opened_at, now if alert.ended_at is None else alert.ended_at


def _overlap(alert: Alert, episode: Alert, now: int) -> bool:
    """Touching counts: nothing new is raised for what is already on the wall."""
    began, ended = _lasted(alert, now)
    seen_from, seen_to = _lasted(episode, now)
    return alert.id == episode.id or (began <= seen_to and seen_from <= ended)


def _widen(spans: dict[UUID, tuple[int, int]], alert: Alert, episode: Alert, now: int) -> None:
    """Append the reviewed span to those of this and earlier reviews, unless they hold it already."""
    begins, ends = _lasted(episode, now)
    before = spans.get(alert.id)
    if before is None and alert.reviewed_from is not None and alert.reviewed_to is not None:
        before = (alert.reviewed_from, alert.reviewed_to)
    span = (begins, ends) if before is None else (min(before[0], begins), max(before[1], ends))
    if span != (alert.reviewed_from, alert.reviewed_to):
        spans[alert.id] = span


def _late(episode: Alert, commit: int, *, found_after_end: bool) -> Alert:
    """Born returned: shown with when it was and when it was found, and never sounded."""
    return replace(
        lifecycle.unacknowledged(episode),
        state=AlertState.RETURNED,
        priority=episode.limit_priority,
        raised_at=commit,
        returned_at=commit,
        active_at=None,
        confirm_by=None,
        suppressed=False,
        late=True,
        found_after_end=found_after_end,
    )


def _adopted(episode: Alert, commit: int) -> Alert:
    """It still holds, so it is raised now and escalates like any other, even if it waited for a confirming reading."""
    active = episode
    if episode.state is AlertState.PROVISIONAL:
        active = lifecycle.confirmed(episode, commit, unconfirmed=True)
    return replace(active, raised_at=commit, active_at=commit, suppressed=False)
