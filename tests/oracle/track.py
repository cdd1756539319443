"""One limit and one source: every item of the journal once more, from the first to the last (design 6.2)."""

from dataclasses import replace
from uuid import UUID

from kat_monitor.domain.alerts import AlertState, alert_id
from kat_monitor.domain.journal import (
    Acknowledged,
    Adopted,
    BaselineLocked,
    Event,
    LimitOverridden,
    PhaseEntered,
    Reviewed,
    TimerFired,
)
from kat_monitor.domain.protocol import LimitKind
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import CUFF_SOURCES, Metric, Source
from tests.oracle import life
from tests.oracle.history import is_marked
from tests.oracle.look import Look, Pending, Standing
from tests.oracle.measure import Measured, at_or_past, beyond_clear, shown, worse_by
from tests.oracle.words import (
    GAP_LEAST,
    PREVIOUS_WITHIN,
    SECOND,
    SYMPTOM_WITHIN,
    Expected,
    JournalError,
    Version,
    expected_from,
)


class Track(Look):
    """Moves a limit over the items, one after another."""

    # --- one item

    def take(self, k: int) -> None:
        """Moves over item k."""
        item = self.history.items[k]
        entry = item.entry
        standing = self.now
        if isinstance(entry, Reading):
            after = self.read(standing, k, k)
        elif isinstance(entry, TimerFired):
            after = self.fire(standing, entry)
        elif isinstance(entry, LimitOverridden | BaselineLocked):
            after = self.renumber(standing, k)
        elif isinstance(entry, Event) and self.limit.needs_symptom and is_marked(entry):
            after = self.judge_again(standing, k)
        elif isinstance(entry, PhaseEntered) and entry.to.has_ended:
            after = self.end_of_session(standing, entry.at, item.time)
        elif isinstance(entry, Acknowledged):
            after = self.acknowledge(standing, entry, k)
        elif isinstance(entry, Adopted):
            after = self.adopt(standing, entry, k)
        elif isinstance(entry, Reviewed):
            after = self.record_review(standing, entry)
        else:
            after = standing
        if after is not self.now:
            self.standings.append((k, after))

    def let_time_pass(self, k: int, time: int) -> None:
        """Before item k, in a review only: a provisional one times out by itself (live, a timer entry says so)."""
        alert = self.now.open
        if alert is not None and alert.confirm_by is not None and alert.confirm_by <= time:
            self.standings.append((k - 1, replace(self.now, open=life.activated(alert, unconfirmed=True))))

    def read(self, standing: Standing, j: int, k: int) -> Standing:
        """Reading j, judged at item k (j itself, or a symptom that has it judged again)."""
        m = self.measure(j, k)
        if m is None:
            return standing
        reading = self.history.reading(j)
        breach = self.is_breach(m, j, k)
        if reading.doubtful and not breach:
            return standing
        judged = self.is_judged(j, k)
        if breach and judged:
            self.breaches.append((k, j))
        if standing.open is not None and standing.open.provisional:
            return self.confirm(standing, m, breach, k)
        if standing.open is not None:
            return self.follow(standing, m, breach and judged, k, j)
        if not (breach and judged):
            return replace(standing, pending=None) if standing.pending is not None else standing
        if self.source in CUFF_SOURCES:
            return self.open_from_cuff(standing, m, j, k)
        return self.hold(standing, m, j, k)

    def confirm(self, standing: Standing, m: Measured, breach: bool, k: int) -> Standing:
        """The next valid reading after a provisional one."""
        assert standing.open is not None
        time = self.history.items[k].time
        if breach:
            alert = self.seen(life.activated(standing.open, unconfirmed=False), m)
            return replace(standing, open=alert)
        if not self.is_known(k):
            return standing
        alert = life.dismissed(standing.open, self.history.reading(k).effective_at, time)
        return Standing(past=(*standing.past, alert))

    def follow(self, standing: Standing, m: Measured, breach: bool, k: int, j: int) -> Standing:
        """A reading while active."""
        alert = standing.open
        assert alert is not None
        time = self.history.items[k].time
        if self.is_known(k) and all(beyond_clear(self.limit, v.clear, v.baseline, m) for v in standing.versions):
            over = life.ended(alert, self.history.reading(j).effective_at, time)
            return Standing(past=(*standing.past, over))
        if not self.is_judged(j, k):
            return standing
        alert = self.seen(alert, m)
        if breach:
            alert = replace(alert, unconfirmed=False)
        rearm, then = self.limit.rearm, alert.acknowledged_value
        if rearm is not None and then is not None and worse_by(self.limit, shown(self.limit, m), then) >= rearm:
            alert = life.rearmed(alert, time)
        return replace(standing, open=alert)

    def seen(self, alert: Expected, m: Measured) -> Expected:
        """The newest value, and the worst so far."""
        value = shown(self.limit, m)
        worst = alert.worst_value
        if worst is None or worse_by(self.limit, value, worst) > 0:
            worst = value
        return replace(alert, value=value, worst_value=worst)

    def hold(self, standing: Standing, m: Measured, j: int, k: int) -> Standing:
        """A breach on a continuous source: it must last `hold_s`, proven by readings without a long gap."""
        reading = self.history.reading(j)
        value = shown(self.limit, m)
        gap = max(GAP_LEAST, 3 * reading.interval_ms * 1000)
        pending = standing.pending
        if pending is None or reading.effective_at - pending.last_at > gap:
            pending = Pending(opening=j, t0=reading.effective_at, last_at=reading.effective_at, worst=value)
        else:
            worse = worse_by(self.limit, value, pending.worst) > 0
            pending = replace(pending, last_at=reading.effective_at, worst=value if worse else pending.worst)
        if reading.effective_at - pending.t0 < round(self.limit.hold_s * SECOND):
            return replace(standing, pending=pending)
        alert = replace(self.born(pending.opening, k, value), worst_value=pending.worst)
        return replace(standing, pending=None, open=alert, versions=self.versions_at(k))

    def open_from_cuff(self, standing: Standing, m: Measured, j: int, k: int) -> Standing:
        """A first breach on a cuff: provisional, unless something already speaks for it."""
        reading = self.history.reading(j)
        alert = self.born(j, k, shown(self.limit, m))
        if not self.without_provisional(m, j, k):
            assert self.limit.confirm_s is not None
            start = reading.effective_at if self.review else reading.received_at
            alert = replace(
                alert,
                state=AlertState.PROVISIONAL,
                priority=self.limit.priority.lowered,
                confirm_by=start + round(self.limit.confirm_s * SECOND),
            )
        return replace(standing, pending=None, open=alert, versions=self.versions_at(k))

    def without_provisional(self, m: Measured, j: int, k: int) -> bool:
        limit = self.limit
        reading = self.history.reading(j)
        if limit.kind is LimitKind.RATE or limit.confirm_s is None:
            return True
        version = self.history.version(limit, k)
        immediate = self.history.numbers(limit, k)[2]
        assert version is not None
        if immediate is not None and at_or_past(limit, immediate, version.baseline, m):
            return True
        if self.previous_breached(j, k) or self.history.red_flag_before(reading.effective_at, k):
            return True
        return self.any_breach(Metric.SYSTOLIC, j, k) and self.any_breach(Metric.DIASTOLIC, j, k)

    def previous_breached(self, j: int, k: int) -> bool:
        """The previous valid reading of the metric, at most 10 min before, breached a limit of this direction.

        As judged then. A doubtful one that breached none of them is treated as absent: the one before it counts.
        """
        tracks = list(self.others.of(self.source, self.limit.metric, self.limit.upward))
        for i in self.history.readings_before(j, self.source, self.limit.metric):
            breached = any(track.breached(i, k) for track in tracks)
            if self.history.reading(i).doubtful and not breached:
                continue
            apart = self.history.reading(j).effective_at - self.history.reading(i).effective_at
            return breached and apart <= PREVIOUS_WITHIN
        return False

    def any_breach(self, metric: Metric, j: int, k: int) -> bool:
        """This very reading breaches a limit of the metric in this limit's direction."""
        tracks = self.others.of(self.source, metric, self.limit.upward)
        return any(track.breaches_now(j, k) for track in tracks)

    def born(self, j: int, k: int, value: int) -> Expected:
        """An active alert whose opening reading is j."""
        reading = self.history.reading(j)
        source = Source(self.source).wire
        return Expected(
            id=alert_id(self.session_id, self.limit.code, source, reading.device_id, reading.seq),
            limit=self.limit.code,
            source=source,
            limit_priority=self.limit.priority,
            state=AlertState.ACTIVE,
            priority=self.limit.priority,
            opened_at=reading.effective_at,
            raised_at=self.history.items[k].time,
            value=value,
            worst_value=value,
        )

    # --- the other entries

    def fire(self, standing: Standing, entry: TimerFired) -> Standing:
        alert = standing.open
        if alert is None or not alert.provisional or alert.id != entry.alert_id:
            return standing
        return replace(standing, open=life.activated(alert, unconfirmed=True))

    def renumber(self, standing: Standing, k: int) -> Standing:
        """An override or a baseline that changes this limit's version.

        Pending goes back to clear; an open episode keeps all that applied and applies.
        """
        if self.history.version(self.limit, k) == self.history.version(self.limit, k - 1):
            return standing
        if standing.open is None:
            return replace(standing, pending=None) if standing.pending is not None else standing
        present = self.history.version(self.limit, k)
        if present is None or present in standing.versions:
            return standing
        return replace(standing, versions=(*standing.versions, present))

    def judge_again(self, standing: Standing, k: int) -> Standing:
        """A marked symptom: the newest valid cuff reading of this source is judged again if it is at most 10 min old.

        Only a breach can come of it (a symptom ends nothing), and of a breach only a new episode: a reading does not
        confirm itself.
        """
        if self.source not in CUFF_SOURCES or standing.open is not None or self.history.has_ended(k):
            return standing
        time = self.history.items[k].time
        for j in self.history.readings_before(k, self.source, self.limit.metric):
            reading = self.history.reading(j)
            m = self.measure(j, k)
            breach = m is not None and self.is_judged(j, k) and self.is_breach(m, j, k)
            if reading.doubtful and not breach:
                continue
            if not breach or time - reading.effective_at > SYMPTOM_WITHIN:
                return standing
            return self.read(standing, j, k)
        return standing

    def end_of_session(self, standing: Standing, at: int, time: int) -> Standing:
        """Ends what is open. A provisional one counts as active: a new level, which no reading confirmed."""
        if standing.open is None:
            return Standing(past=standing.past)
        alert = standing.open
        if alert.provisional:
            alert = life.activated(alert, unconfirmed=True)
        return Standing(past=(*standing.past, life.ended(alert, at, time)))

    def acknowledge(self, standing: Standing, entry: Acknowledged, k: int) -> Standing:
        """Its own acknowledgement, or that of a higher limit that hides it (same metric, direction and source)."""
        alert = standing.open
        if alert is not None and alert.id == entry.alert_id:
            return replace(standing, open=life.acknowledged(alert, entry.by, entry.committed_at, entry.value))
        if alert is not None and alert.acknowledged_at is None and self.is_hidden_by(entry.alert_id, k):
            return replace(standing, open=life.acknowledged(alert, entry.by, entry.committed_at, self.newest(k)))
        past = tuple(
            life.acknowledged(one, entry.by, entry.committed_at, entry.value) if one.id == entry.alert_id else one
            for one in standing.past
        )
        return standing if past == standing.past else replace(standing, past=past)

    def is_hidden_by(self, higher_id: UUID, k: int) -> bool:
        """The alert of that id is a lasting one of a higher limit of the same metric, direction and source."""
        return any(
            track.limit.priority.rank > self.limit.priority.rank
            and (other := track.before(k).open) is not None
            and other.id == higher_id
            for track in self.others.of(self.source, self.limit.metric, self.limit.upward)
        )

    def adopt(self, standing: Standing, entry: Adopted, k: int) -> Standing:
        """An episode a review found to hold still; it has kept every version since it opened."""
        alert = expected_from(entry.alert)
        if (alert.limit, alert.source) != (self.limit.code, Source(self.source).wire):
            return standing
        if standing.open is not None:
            raise JournalError(f"adopted {alert.id} over the open {standing.open.id}")
        versions: tuple[Version, ...] = ()
        for n in range(k + 1):
            version = self.history.version(self.limit, n)
            lasted = n == k or self.history.items[n + 1].time > alert.opened_at
            if version is not None and version not in versions and lasted:
                versions = (*versions, version)
        return replace(standing, pending=None, open=alert, versions=versions)

    def record_review(self, standing: Standing, entry: Reviewed) -> Standing:
        """Late alerts join what is past; known ones carry what the review saw."""
        mine = tuple(
            expected_from(a) for a in entry.born if (a.limit, a.source) == (self.limit.code, Source(self.source).wire)
        )

        def marked(alert: Expected) -> Expected:
            spans = tuple((start, end) for id_, start, end in entry.spans if id_ == alert.id)
            return replace(alert, reviewed=(*alert.reviewed, *spans)) if spans else alert

        past = (*(marked(alert) for alert in standing.past), *mine)
        return replace(standing, past=past, open=marked(standing.open) if standing.open else None)
