"""One clinic's feed: numbered frames, and what its screens were last told, so that each frame says only news."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import msgspec

from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.duty import Station
from kat_monitor.domain.registry import Chair
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.domain.vitals import Phase
from kat_monitor.live.duty import duty_said, station_said
from kat_monitor.live.mailbox import Screen
from kat_monitor.live.tile import (
    Json,
    baseline_progress,
    last_view,
    metrics_gone,
    nameless,
    session_tile,
    trend_of,
    vitals_of,
)
from kat_monitor.live.told_alerts import ToldAlerts
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.readiness import readiness
from kat_monitor.rules.state import SessionState
from kat_monitor.rules.timetable import due_items
from kat_monitor.rules.view import due_view, nothing_due, readiness_view

_encoder = msgspec.json.Encoder(decimal_format="number")
_encode, _encode_into = _encoder.encode, _encoder.encode_into
_decode = msgspec.json.Decoder().decode


def encoded(frame: Json) -> str:
    return _encode(frame).decode()


class Feed:
    """Screens of a clinic, the frame number, and per session what was last said of it."""

    def __init__(self, clinic: ClinicState, rate: float) -> None:
        self.clinic = clinic
        self.rate = rate
        self.seq = 0
        self.screens: set[Screen] = set()
        self.waiting_sessions: set[UUID] = set()
        self.waiting_vitals: set[UUID] = set()
        self.waiting_trends: set[UUID] = set()
        self.waiting_left: set[UUID] = set()
        """Chairs whose last patient is to be told."""
        self.needs_snapshot = False
        self.system: Json = {"recording": True, "since": None, "watching": 0, "audible": 0, **duty_said(clinic, {}, 0)}
        self.unrecorded: dict[UUID, Alert] = {}
        """Shown although not committed; gone with the next snapshot."""
        # What was told lies here as JSON text: as dicts and lists it takes five times the room.
        self.tiles: dict[UUID, bytes] = {}
        self.vitals: dict[UUID, bytes] = {}
        self.readiness: dict[UUID, tuple[str, bytes]] = {}
        """When it was computed, and all the rest."""
        self.due: dict[UUID, bytes] = {}
        self.told_alerts = ToldAlerts()
        self._trend_sent: dict[UUID, tuple[int, int]] = {}
        self._gathered: list[tuple[SessionState, Json]] = []
        """Items of the coming vitals frame, made already."""

    # -- what a session looks like now -----------------------------------------------------------------------------

    def shown(self) -> dict[UUID, SessionState]:
        """Per chair the session its tile is about."""
        found: dict[UUID, SessionState] = {}
        for state in self.clinic.sessions.values():
            if state.has_ended:
                continue
            there = found.get(state.chair_id)
            if there is None or self._rank(state) < self._rank(there):
                found[state.chair_id] = state
        return found

    def _at(self, chair_id: UUID) -> SessionState | None:
        """The same for one chair; looked for among all only when nobody sits there."""
        return self.clinic.open_at(chair_id) or self.shown().get(chair_id)

    def _rank(self, state: SessionState) -> tuple[bool, bool, int]:
        """An open session before scheduled ones; of those the one that screens show already, else the first planned."""
        told = self._told_tile(state.id)
        return not state.is_open, told is None or told["chair_id"] != str(state.chair_id), state.created.position

    def _told_tile(self, session_id: UUID) -> Json | None:
        told = self.tiles.get(session_id)
        return None if told is None else _decode(told)

    def _told_readiness(self, session_id: UUID) -> Json | None:
        told = self.readiness.get(session_id)
        return None if told is None else {**_decode(told[1]), "as_of": told[0]}

    def _told_due(self, session_id: UUID) -> list[Json]:
        told = self.due.get(session_id)
        items: list[Json] = [] if told is None else _decode(told)
        return items

    def refresh(self, state: SessionState, now: int) -> tuple[bool, bool]:
        """Compute readiness and due items anew; whether (readiness, due) changed, the time of computing aside.

        Readiness is shown from recovery on: before, every line would say that it is too early.
        """
        if not state.is_open:
            return False, False
        waiting_since, ready_changed = None, False
        if state.phase is Phase.RECOVERY or state.id in self.readiness:
            technical = [a for a in self.clinic.technical.values() if a.session_id == state.id]
            ready = readiness(state, now, technical)
            waiting_since = ready.waiting_since
            said = {"session_id": str(state.id), **readiness_view(ready)}
            as_of, undated = said.pop("as_of"), _encode(said)
            before = self.readiness.get(state.id)
            ready_changed = before is None or before[1] != undated
            if ready_changed:
                self.readiness[state.id] = (as_of, undated)
        due = _encode([due_view(item, state.chair_id) for item in due_items(state, now, waiting_since=waiting_since)])
        due_changed = due != self.due.get(state.id)
        if due_changed:
            self.due[state.id] = due
        return ready_changed, due_changed

    def forget(self, session_id: UUID) -> None:
        for kept in (self.tiles, self.vitals, self.readiness, self.due, self._trend_sent):
            kept.pop(session_id, None)

    def alert(self, alert: Alert) -> Json:
        """An alert as screens are told of it."""
        return self.told_alerts.say(self.clinic, alert)

    def postponed(self, session_ids: Iterable[UUID] | None = None) -> Json:
        """Alerts that screens know and that go further at another time, or sound elsewhere, than they were told."""
        if session_ids is None:
            alerts = self.clinic.open_alerts()
        else:
            wanted = set(session_ids)
            states = [state for id in wanted if (state := self.clinic.sessions.get(id)) is not None]
            alerts = [alert for state in states for alert in state.limits.alerts.values()]
            alerts += [alert for alert in self.clinic.technical.values() if alert.session_id in wanted]
        shown = (self.unrecorded.get(alert.id, alert) for alert in alerts)
        told = self.told_alerts.changed(self.clinic, shown)
        return {"alerts": [self.alert(alert) for alert in told]} if told else {}

    # -- frames ----------------------------------------------------------------------------------------------------

    def snapshot(self, now: int, *, named: bool) -> str:
        """All that the wall shows. What other screens were told of facts and criteria is repeated as it was told.

        Encoded chair by chair: the objects of a whole large wall would take, and leave torn, many times its text.
        """
        sessions = self.shown()
        text = bytearray(b'{"type":"snapshot","seq":%d,"chairs":[' % self.seq)
        for number, chair in enumerate(sorted(self.clinic.chairs.values(), key=lambda c: (c.label, str(c.id)))):
            if number:
                text += b","
            item = self._chair(chair, sessions.get(chair.id), now)
            _encode_into(item if named else _nameless_chair(item), text, -1)
        alerts = [self.alert(alert) for alert in self.clinic.open_alerts()]
        known = {alert["id"] for alert in alerts}
        alerts += [self.alert(alert) for alert in self.unrecorded.values() if str(alert.id) not in known]
        text += b'],"alerts":'
        _encode_into(alerts if named else [_unsigned(alert) for alert in alerts], text, -1)
        text += b',"system":'
        _encode_into(self.system, text, -1)
        text += b"}"
        return text.decode()

    def _chair(self, chair: Chair, state: SessionState | None, now: int) -> Json:
        item: Json = {"chair": {"id": str(chair.id), "label": chair.label, "room": chair.room}}
        item["session"] = None if state is None else self._told_tile(state.id) or self._tile(state, now)
        is_open = state is not None and state.is_open
        item["vitals"] = vitals_of(state, self.rate) if state is not None and is_open else {}
        item["trend"] = trend_of(state.trend) if state is not None and is_open else None
        if state is not None and is_open and state.id not in self.due:
            self.refresh(state, now)
        item["readiness"] = None if state is None else self._told_readiness(state.id)
        item["due"] = [] if state is None else self._told_due(state.id)
        item["last"] = last_view(self.clinic.left.get(chair.id))
        return item

    def start_over(self) -> None:
        """Nobody listens, or everybody gets a new snapshot: nothing has been told."""
        for kept in (self.tiles, self.vitals, self.readiness, self.due, self._trend_sent):
            kept.clear()
        self.told_alerts.clear()
        self.waiting_sessions.clear()
        self.waiting_vitals.clear()
        self.waiting_trends.clear()
        self.waiting_left.clear()
        self._gathered.clear()

    def _tile(self, state: SessionState, now: int) -> Json:
        tile = session_tile(state, self.clinic.patients.get(state.patient_id), now)
        self.tiles[state.id] = _encode(tile)
        return tile

    def session_changes(self, session_ids: Iterable[UUID], now: int) -> Json:
        """Sessions whose facts changed, with readiness and due items where those changed too."""
        session_ids = list(session_ids)
        frame: Json = {"sessions": [], "readiness": [], "due": [], "chairs_last": self._lasts()}
        chairs: set[UUID] = set()
        for session_id in session_ids:
            state = self.clinic.sessions.get(session_id)
            if state is None:
                continue
            before = self._told_tile(session_id)
            if before is not None and before["chair_id"] != str(state.chair_id):
                chairs.add(UUID(before["chair_id"]))
            if not state.has_ended and self._at(state.chair_id) is not state:
                if before is not None and before["chair_id"] != str(state.chair_id):
                    # It left a tile for a chair that is taken: screens must hear that it is gone from there.
                    frame["sessions"].append(session_tile(state, self.clinic.patients.get(state.patient_id), now))
                self.forget(session_id)
                continue
            frame["sessions"].append(self._tile(state, now))
            if state.has_ended:
                chairs.add(state.chair_id)
                self.forget(session_id)
            else:
                self._beside(state, now, frame)
        frame["sessions"] += self._following(chairs, now)
        frame.update(self.postponed(session_ids))
        return {key: value for key, value in frame.items() if value}

    def _following(self, chairs: Iterable[UUID], now: int) -> Iterator[Json]:
        """Where a chair is free, what was planned behind is now what its tile is about; it may leave another free."""
        free = list(chairs)
        while free:
            chair_id = free.pop()
            follows = self._at(chair_id)
            if follows is not None and not follows.is_open:
                told = self._told_tile(follows.id)
                if told is not None and told["chair_id"] != str(chair_id):
                    free.append(UUID(told["chair_id"]))
                yield self._tile(follows, now)

    def _lasts(self) -> list[Json]:
        """Who left the chairs that wait for it to be told."""
        waiting, self.waiting_left = self.waiting_left, set()
        return [{"chair_id": str(id), "last": last_view(self.clinic.left.get(id))} for id in sorted(waiting)]

    def _beside(self, state: SessionState, now: int, frame: Json) -> None:
        ready_changed, due_changed = self.refresh(state, now)
        if ready_changed:
            frame["readiness"].append(self._told_readiness(state.id))
        if due_changed:
            frame["due"] += self._told_due(state.id) or [nothing_due(state.chair_id)]

    def timed_changes(self, session_ids: Iterable[UUID], now: int) -> Json:
        """Readiness, due items and a baseline's readings that changed by the passing of time alone."""
        frame: Json = {"sessions": [], "readiness": [], "due": []}
        for session_id in session_ids:
            state = self.clinic.sessions.get(session_id)
            if state is not None and state.is_open:
                told = self._told_tile(state.id)
                if told is not None and told["baseline_progress"] != baseline_progress(state, now):
                    frame["sessions"].append(self._tile(state, now))
                self._beside(state, now, frame)
        return {key: value for key, value in frame.items() if value}

    @property
    def waiting(self) -> list[UUID]:
        """Sessions with values that no screen has heard of."""
        return list(self.waiting_vitals | self.waiting_trends)

    def gather_vitals(self, session_ids: Iterable[UUID]) -> None:
        """Make these sessions' items where there is news: whole metrics, null for one that is gone, the trend's end."""
        for session_id in session_ids:
            whole = session_id in self.waiting_trends
            state = self.clinic.sessions.get(session_id)
            has_news = whole or session_id in self.waiting_vitals
            self.waiting_vitals.discard(session_id)
            self.waiting_trends.discard(session_id)
            if state is None or not state.is_open or not has_news:
                continue
            told = self.vitals.get(session_id)
            before = {} if told is None else _decode(told)
            now = vitals_of(state, self.rate)
            self.vitals[session_id] = _encode(now)
            item: Json = {"chair_id": str(state.chair_id)}
            item.update({key: value for key, value in now.items() if before.get(key) != value})
            item.update(metrics_gone(before, now))
            item["trend"] = self._trend_tail(state, whole=whole)
            self._gathered.append((state, item))

    def vitals_frame(self) -> Json:
        """What is gathered, one item per chair. A session that ended or moved meanwhile is told anew, if at all."""
        items = []
        for state, item in self._gathered:
            if state.is_open and item["chair_id"] == str(state.chair_id):
                items.append(item)
            else:
                self.vitals.pop(state.id, None)
                self._trend_sent.pop(state.id, None)
        self._gathered.clear()
        return {"vitals": items} if items else {}

    def _trend_tail(self, state: SessionState, *, whole: bool) -> Json | None:
        trend = state.trend
        if trend is None:
            return None
        from_at, sent = self._trend_sent.get(state.id, (None, 0))
        self._trend_sent[state.id] = (trend.from_at, trend.length)
        # The last bucket sent may have changed since; the ones before it have not, unless something late filled them.
        return trend_of(trend, 0 if whole or from_at != trend.from_at else max(0, sent - 1))

    def send(self, changes: Json) -> None:
        """Number a frame and put it into every mailbox, encoded once per view."""
        if not changes:
            return
        self.seq += 1
        frame = {"type": "changes", "seq": self.seq, **changes}
        texts: dict[bool, str] = {}
        for screen in list(self.screens):
            if screen.named not in texts:
                texts[screen.named] = encoded(frame if screen.named else without_names(frame))
            screen.offer(texts[screen.named])

    def send_snapshot(self, screens: Iterable[Screen], now: int) -> None:
        texts: dict[bool, str] = {}
        for screen in list(screens):
            if screen.named not in texts:
                texts[screen.named] = self.snapshot(now, named=screen.named)
            screen.restart(texts[screen.named])


def without_names(frame: Json) -> Json:
    """The same changes for screens that may show no names."""
    out = dict(frame)
    if "sessions" in frame:
        out["sessions"] = [nameless(tile) for tile in frame["sessions"]]
    if "alerts" in frame:
        out["alerts"] = [_unsigned(alert) for alert in frame["alerts"]]
    if "readiness" in frame:
        out["readiness"] = [_no_escort(ready) for ready in frame["readiness"]]
    return out


def _nameless_chair(item: Json) -> Json:
    """The same chair of a snapshot for screens that may show no names."""
    session, ready = item["session"], item["readiness"]
    return {
        **item,
        "session": None if session is None else nameless(session),
        "readiness": None if ready is None else _no_escort(ready),
    }


def _unsigned(alert: Json) -> Json:
    """That somebody has it stays; who, and what they wrote (which may name the patient), does not."""
    return {**alert, "acknowledged_by_name": None, "note": None}


def _no_escort(ready: Json) -> Json:
    """Evidence may hold names (the responsible adult, who assessed); without names there is none."""
    return {**ready, "criteria": [{**criterion, "evidence": {}} for criterion in ready["criteria"]]}


def hello(
    clinic: ClinicState, version: str, now: int, rate: float, heartbeat_s: float, station: Station | None
) -> dict[str, Any]:
    """The first frame of every connection."""
    return {
        "type": "hello",
        "version": version,
        "server_time": to_rfc3339(now),
        "clock_rate": rate,
        "heartbeat_s": heartbeat_s,
        "clinic": {"id": str(clinic.clinic.id), "name": clinic.clinic.name},
        "station": station_said(station),
    }
