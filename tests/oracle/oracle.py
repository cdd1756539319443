"""The slow oracle: the physiological alerts a journal must have given, from design 4-6 alone."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kat_monitor.domain.alerts import AlertState, technical_alert_id
from kat_monitor.domain.journal import (
    Acknowledged,
    Adopted,
    Entry,
    Event,
    PhaseEntered,
    Reviewed,
    SessionCreated,
    TimerFired,
)
from kat_monitor.domain.protocol import LimitKind, ProtocolVersion
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import CUFF_SOURCES, SOURCES_BY_NAME, Metric, Priority
from tests.oracle import life
from tests.oracle.history import History, Item, is_red_flag
from tests.oracle.track import Track
from tests.oracle.words import NURSE, RED_FLAG, SECOND, Expected, JournalError

FIRES_WITHIN = 10 * SECOND
"""A timer that has not fired this long after it fell due, while other entries were committed, is missing."""


class RedFlags:
    """The one alert that a reported symptom opens (design 6.4)."""

    def __init__(self, created: SessionCreated) -> None:
        self.created = created
        self.alerts: list[Expected] = []

    def report(self, event: Event) -> None:
        """Opens an alert; later ones append to it while it is not closed."""
        if not is_red_flag(event) or any(alert.state is not AlertState.CLOSED for alert in self.alerts):
            return
        subject = str(self.created.session_id)
        self.alerts.append(
            Expected(
                id=technical_alert_id(self.created.clinic_id, RED_FLAG, subject, str(event.id)),
                limit=RED_FLAG,
                source=NURSE,
                limit_priority=Priority.HIGH,
                state=AlertState.ACTIVE,
                priority=Priority.HIGH,
                opened_at=event.at,
                raised_at=event.committed_at,
            )
        )

    def acknowledge(self, entry: Acknowledged) -> None:
        """It has no opposite: acknowledging closes it."""
        self.alerts = [
            replace(
                life.acknowledged(alert, entry.by, entry.committed_at, None),
                state=AlertState.CLOSED,
                closed_at=entry.committed_at,
            )
            if alert.id == entry.alert_id
            else alert
            for alert in self.alerts
        ]

    def end_of_session(self, at: int, time: int) -> None:
        self.alerts = [life.ended(a, at, time) if a.state is AlertState.ACTIVE else a for a in self.alerts]


class Oracle:
    """Takes a session's journal entry by entry in position order. Late readings are stored, not judged."""

    def __init__(
        self, created: SessionCreated, version: ProtocolVersion, *, foreknown: Sequence[Event] | None = None
    ) -> None:
        """`foreknown`: this is a review, which knows all events whenever they were recorded."""
        self.created = created
        self.limits = version.protocol.limits
        self.review = foreknown is not None
        self.history = History(foreknown)
        self.tracks: dict[tuple[str, int], Track] = {}
        self.red_flags = RedFlags(created)

    def append(self, entry: Entry, time: int | None = None) -> None:
        """One entry. Raises JournalError if a timer should have come before it, or it is itself a false one."""
        if isinstance(entry, Reading) and entry.late and not self.review:
            return
        if not self.review:
            self.check(entry)
        k = self.history.append(Item(committed(entry) if time is None else time, entry))
        for source in sources_in(entry):
            self.know(source)
        if self.review:
            for track in self.tracks.values():
                track.let_time_pass(k, self.history.items[k].time)
        for track in self.tracks.values():
            if not isinstance(entry, Reading) or entry.source == track.source:
                track.take(k)
        if isinstance(entry, Event):
            self.red_flags.report(entry)
        elif isinstance(entry, Acknowledged):
            self.red_flags.acknowledge(entry)
        elif isinstance(entry, PhaseEntered) and entry.to.has_ended:
            self.red_flags.end_of_session(entry.at, entry.committed_at)

    def know(self, source: int) -> None:
        """Every limit stands on its own for every source; `rate` is for cuffs only."""
        for limit in self.limits:
            if (limit.code, source) in self.tracks or (limit.kind is LimitKind.RATE and source not in CUFF_SOURCES):
                continue
            session = self.created.session_id
            self.tracks[limit.code, source] = Track(limit, source, self.history, self, session, review=self.review)

    def of(self, source: int, metric: Metric, upward: bool) -> Iterable[Track]:
        """The tracks of one source, metric and direction."""
        return [
            track
            for track in self.tracks.values()
            if track.source == source and track.limit.metric is metric and track.limit.upward is upward
        ]

    # --- what stands

    def alerts(self) -> list[Expected]:
        """All alerts so far, by opening time."""
        found = list(self.red_flags.alerts)
        for track in self.tracks.values():
            standing = track.now
            found += standing.past
            if standing.open is not None:
                found.append(replace(standing.open, suppressed=self.is_hidden(track)))
        return sorted(found, key=lambda alert: (alert.opened_at, alert.limit, alert.source, str(alert.id)))

    def is_hidden(self, track: Track) -> bool:
        """A higher limit of the same metric, direction and source is provisional or active."""
        return any(
            other.limit.priority.rank > track.limit.priority.rank and other.now.open is not None
            for other in self.of(track.source, track.limit.metric, track.limit.upward)
        )

    def provisional(self) -> list[Expected]:
        """Alerts whose confirming time runs; `confirm_by` is when it falls due."""
        opens = [track.now.open for track in self.tracks.values()]
        return [alert for alert in opens if alert is not None and alert.provisional]

    # --- whether the journal itself can be true

    def check(self, entry: Entry) -> None:
        self.check_timers(committed(entry))
        if isinstance(entry, TimerFired):
            waiting = {alert.id: alert.confirm_by for alert in self.provisional()}
            if entry.timer != "confirm" or entry.alert_id not in waiting:
                raise JournalError(f"timer at {entry.position}: {entry.alert_id} is not provisional (doubled or false)")
            if entry.at != waiting[entry.alert_id]:
                raise JournalError(f"timer at {entry.position}: due {waiting[entry.alert_id]}, recorded {entry.at}")
            if entry.committed_at < entry.at:
                raise JournalError(f"timer at {entry.position}: fired {entry.at - entry.committed_at} us early")
        if isinstance(entry, Acknowledged):
            alert = next((a for a in self.alerts() if a.id == entry.alert_id), None)
            if alert is None or alert.acknowledged_at is not None or alert.state is AlertState.CLOSED:
                raise JournalError(f"acknowledgement at {entry.position} of {entry.alert_id}: unknown, done or closed")

    def check_timers(self, time: int) -> None:
        """Raises JournalError if, at this commit time, a timer is overdue beyond what a late firing explains."""
        for alert in self.provisional():
            assert alert.confirm_by is not None
            if time > max(alert.confirm_by, alert.raised_at) + FIRES_WITHIN:
                raise JournalError(f"timer of {alert.limit} {alert.id} missing: due {alert.confirm_by}")


def judge(
    created: SessionCreated, version: ProtocolVersion, entries: Iterable[Entry], *, until: int | None = None
) -> list[Expected]:
    """The alerts of a journal. `until` is the time it is complete to (timers overdue by then are missing)."""
    oracle = Oracle(created, version)
    for entry in entries:
        oracle.append(entry)
    if until is not None:
        oracle.check_timers(until)
    return oracle.alerts()


def committed(entry: Entry) -> int:
    """A reading's changes are committed when it was received."""
    return entry.received_at if isinstance(entry, Reading) else entry.committed_at


def sources_in(entry: Entry) -> Sequence[int]:
    """Sources an entry speaks of."""
    if isinstance(entry, Reading):
        return [entry.source]
    if isinstance(entry, Adopted):
        return [int(SOURCES_BY_NAME[entry.alert.source])]
    if isinstance(entry, Reviewed):
        return [int(SOURCES_BY_NAME[alert.source]) for alert in entry.born if alert.source in SOURCES_BY_NAME]
    return []


def expected_late(
    judged: Iterable[Reading], reading: Reading, *, by_hand: bool = False, ended_at: int | None = None
) -> bool:
    """Design 4's verdict on a reading, from the readings committed before it and the session's end if it had ended."""
    if ended_at is not None:
        return True
    limit = 10 * 60 * SECOND if by_hand else 60 * SECOND
    if reading.received_at - reading.effective_at > limit:
        return True
    for metric in Metric:
        if reading.value(metric) is None:
            continue
        last = [r for r in judged if not r.late and r.source == reading.source and r.value(metric) is not None][-1:]
        if last and reading.effective_at < last[0].effective_at:
            return True
    return False
