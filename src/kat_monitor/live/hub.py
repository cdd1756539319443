"""Fan-out: what was committed goes to every screen of its clinic; alerts at once, vitals together every half second."""

import asyncio
from collections.abc import Iterable
from uuid import UUID

from kat_monitor.clock import Clock
from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.duty import StationKind
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.live.duty import StationSeen, duty_said, stations_seen
from kat_monitor.live.feed import Feed
from kat_monitor.live.mailbox import RESTARTING, REVOKED, Glass, Receipt, Screen, ScreenCounts
from kat_monitor.live.tile import Json
from kat_monitor.rules.clinic import ClinicState, Touched

VITALS_EVERY_S = 0.5
ALERT_LEAVES_S = 0.002
"""Until the frame with an alert is written to the sockets; meanwhile nothing heavier begins."""
TICK_S = 5.0
SESSIONS_A_TURN = 4
"""Judged for readiness at a stretch: about a millisecond."""
RECEIPT_GOOD_US = 12_000_000
"""A screen whose last receipt is older does not count as watching (it reports every 5 s)."""


class Hub:
    """All feeds. Everything but `run` is called from the event loop and never waits."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._feeds: dict[UUID, Feed] = {}
        self._flushing: dict[UUID, asyncio.Handle | asyncio.Future[None]] = {}
        """The coming vitals frame of a clinic: waited for, or being made."""
        self._nobody: dict[UUID, tuple[int, int]] = {}
        self._raised_wall: dict[UUID, int] = {}
        """Alerts not yet seen on any screen, and when they were published."""
        self.glass = Glass()
        self.frames_sent = 0
        self.closed_too_slow = 0

    def feed(self, clinic: ClinicState) -> Feed:
        """The clinic's feed; made at its first use."""
        found = self._feeds.get(clinic.clinic.id)
        if found is None:
            found = self._feeds[clinic.clinic.id] = Feed(clinic, self._clock.rate)
            now = self._clock.wall_us()
            self._nobody[clinic.clinic.id] = (now, now)
        return found

    # -- what the pipeline says ------------------------------------------------------------------------------------

    def publish(self, clinic: ClinicState, touched: Touched) -> None:
        """After a commit."""
        feed = self.feed(clinic)
        for alert in touched.alerts.values():
            self._note_alert(feed, alert)
        if touched.duty or touched.alerts:
            # An alert must not be told to sound where nothing sounds any more.
            self._count(feed)
        if touched.duty:
            feed.send(feed.postponed())
        if not feed.screens:
            return
        if touched.chairs:
            self.reset(clinic)
            return
        feed.waiting_vitals.update(state.id for state in touched.vitals)
        feed.waiting_vitals |= touched.sessions
        feed.waiting_trends |= touched.late
        if touched.seats:
            # Who left a chair is told before who took it: changes of several commits are not told together.
            self._tell_sessions(feed)
        feed.waiting_sessions |= touched.sessions
        feed.waiting_left |= touched.left
        if touched.alerts:
            feed.send({"alerts": [feed.alert(alert) for alert in touched.alerts.values()]})
        if touched.alerts and not touched.seats:
            # Their frame is on its way before anything else is computed.
            asyncio.get_running_loop().call_later(ALERT_LEAVES_S, self._tell_sessions, feed)
        else:
            self._tell_sessions(feed)
        self._flush_later(feed)

    def _tell_sessions(self, feed: Feed) -> None:
        """Before anything is said of their chairs: a screen must know who sits where."""
        waiting, feed.waiting_sessions = feed.waiting_sessions, set()
        if waiting or feed.waiting_left:
            feed.send(feed.session_changes(waiting, self._clock.now_us()))

    def _flush_later(self, feed: Feed) -> None:
        clinic_id = feed.clinic.clinic.id
        if feed.waiting and clinic_id not in self._flushing:
            loop = asyncio.get_running_loop()
            self._flushing[clinic_id] = loop.call_later(VITALS_EVERY_S, self._begin_flush, feed)

    def _begin_flush(self, feed: Feed) -> None:
        self._flushing[feed.clinic.clinic.id] = asyncio.ensure_future(self._flush_in_turns(feed))

    async def _flush_in_turns(self, feed: Feed) -> None:
        """One frame with all chairs that have new values, made a few at a time: an alert never waits behind it."""
        waiting = feed.waiting
        try:
            for index in range(0, len(waiting), SESSIONS_A_TURN):
                self._tell_sessions(feed)
                feed.gather_vitals(waiting[index : index + SESSIONS_A_TURN])
                await asyncio.sleep(0)
            self._tell_sessions(feed)
            feed.send(feed.vitals_frame())
        finally:
            del self._flushing[feed.clinic.clinic.id]
        self._flush_later(feed)

    def flush(self, clinic_id: UUID) -> None:
        """At once, all that waits."""
        feed = self._feeds[clinic_id]
        self._tell_sessions(feed)
        feed.send(feed.vitals_frame())
        feed.gather_vitals(feed.waiting)
        feed.send(feed.vitals_frame())

    def show(self, clinic: ClinicState, alerts: Iterable[Alert]) -> None:
        """Alerts that are not recorded (yet): at once, marked as such."""
        feed = self.feed(clinic)
        shown = list(alerts)
        for alert in shown:
            feed.unrecorded[alert.id] = alert
        if shown:
            feed.send({"alerts": [feed.alert(alert) for alert in shown]})

    def recording(self, clinic: ClinicState, *, recording: bool, since: int) -> None:
        """Every screen says "not recording" in red, or that it records again."""
        feed = self.feed(clinic)
        feed.system = {**feed.system, "recording": recording, "since": to_rfc3339(since)}
        feed.told_alerts.recording = recording
        if recording:
            feed.unrecorded.clear()
            self.reset(clinic)
        else:
            feed.send({"system": feed.system, **feed.postponed()})

    def reset(self, clinic: ClinicState) -> None:
        """What memory holds was read back, or the places changed: every screen starts over."""
        feed = self.feed(clinic)
        feed.clinic = clinic
        feed.start_over()
        feed.system = {**feed.system, **self._duty_said(feed)}
        feed.send_snapshot(feed.screens, self._clock.now_us())

    # -- screens ---------------------------------------------------------------------------------------------------

    def join(self, clinic: ClinicState, screen: Screen) -> None:
        """A screen connects: its snapshot, then every frame after it, with nothing between."""
        feed = self.feed(clinic)
        self._settle(feed)
        feed.screens.add(screen)
        feed.send_snapshot([screen], self._clock.now_us())
        self._count(feed)

    def resync(self, clinic: ClinicState, screen: Screen) -> None:
        """The screen missed something: a new snapshot."""
        feed = self.feed(clinic)
        self._settle(feed)
        feed.send_snapshot([screen], self._clock.now_us())

    def _settle(self, feed: Feed) -> None:
        """Tell the others what waits, so that a snapshot for one screen holds nothing that they have not heard."""
        if feed.screens:
            self.flush(feed.clinic.clinic.id)
            feed.send(feed.timed_changes(list(feed.clinic.sessions), self._clock.now_us()))
            feed.send(feed.postponed())
        else:
            feed.start_over()

    def leave(self, clinic: ClinicState, screen: Screen) -> None:
        feed = self.feed(clinic)
        feed.screens.discard(screen)
        if screen.closed == 4008:
            self.closed_too_slow += 1
        self._count(feed)

    def seen(self, clinic: ClinicState, screen: Screen, receipt: Receipt) -> None:
        """A screen says what it painted."""
        screen.receipt = receipt
        if receipt.visible:
            for alert_id in receipt.alerts:
                raised = self._raised_wall.pop(alert_id, None)
                if raised is not None:
                    self.glass.note((receipt.at_wall - raised) / 1_000_000)
        self._count(self.feed(clinic))

    def revoke(self, login_id: UUID) -> None:
        """A login ended: its screens close with 4003."""
        for feed in self._feeds.values():
            for screen in feed.screens:
                if screen.login_id == login_id:
                    screen.close(REVOKED)

    def enrolled(self, clinic: ClinicState, login_id: UUID, station_id: UUID) -> None:
        """The browser of this login is a station from now on: its screens count as that."""
        feed = self.feed(clinic)
        for screen in feed.screens:
            if screen.login_id == login_id:
                screen.station_id = station_id
        self._count(feed)

    def station_changed(self, clinic: ClinicState, station_id: UUID) -> None:
        """Its screens start over, to be told what they are now; a retired one counts no more from here on."""
        for screen in self.feed(clinic).screens:
            if screen.station_id == station_id:
                screen.close(RESTARTING)
        self._count(self.feed(clinic))

    def stations(self, clinic_id: UUID) -> dict[UUID, StationSeen]:
        """The stations that are connected now, and what they show and sound."""
        feed = self._feeds.get(clinic_id)
        return {} if feed is None else stations_seen(feed.screens, self._clock.wall_us() - RECEIPT_GOOD_US)

    def _duty_said(self, feed: Feed) -> Json:
        return duty_said(feed.clinic, self.stations(feed.clinic.clinic.id), self._clock.now_us())

    def close_all(self) -> None:
        """The server stops."""
        for feed in self._feeds.values():
            for screen in list(feed.screens):
                screen.close(RESTARTING)

    def screens(self, clinic_id: UUID) -> ScreenCounts:
        """How many really show and sound alerts now."""
        feed = self._feeds.get(clinic_id)
        if feed is None:
            return ScreenCounts()
        self._count(feed)
        watching, audible = self._counted(feed)
        watched, heard = self._nobody[clinic_id]
        return ScreenCounts(watching, audible, None if watching else watched, None if audible else heard)

    def _counted(self, feed: Feed) -> tuple[int, int]:
        now = self._clock.wall_us()
        there = [screen.receipt for screen in feed.screens if screen.closed is None]
        fresh = [receipt for receipt in there if receipt and now - receipt.at_wall <= RECEIPT_GOOD_US]
        watching = sum(1 for receipt in fresh if receipt.visible)
        audible = sum(1 for receipt in fresh if receipt.audio == "running")
        return watching, audible

    def _count(self, feed: Feed) -> None:
        watching, audible = self._counted(feed)
        watched, heard = self._nobody[feed.clinic.clinic.id]
        # Since the last sign of one: a screen that freezes is missed from its last receipt on.
        for screen in feed.screens:
            receipt = screen.receipt
            if receipt is not None and receipt.visible:
                watched = max(watched, receipt.at_wall)
            if receipt is not None and receipt.audio == "running":
                heard = max(heard, receipt.at_wall)
        self._nobody[feed.clinic.clinic.id] = (watched, heard)
        self._note_audible(feed, unheard=audible == 0)
        system = {**feed.system, "watching": watching, "audible": audible, **self._duty_said(feed)}
        if system != feed.system:
            feed.system = system
            feed.send({"system": feed.system, **feed.postponed()})

    def _note_audible(self, feed: Feed, *, unheard: bool) -> None:
        """Which stations sound alerts. A tablet inside a therapy room is silent, whatever it says."""
        duty = feed.clinic.duty
        heard = [duty.active(id) for id, said in self.stations(feed.clinic.clinic.id).items() if said.is_audible]
        feed.told_alerts.unheard = unheard
        feed.told_alerts.audible_at = frozenset(s.id for s in heard if s is not None and s.kind is not StationKind.ROOM)

    def _note_alert(self, feed: Feed, alert: Alert) -> None:
        feed.unrecorded.pop(alert.id, None)
        if not alert.is_open or alert.acknowledged:
            self._raised_wall.pop(alert.id, None)
        elif alert.escalation == 0 and alert.id not in self._raised_wall and len(self._raised_wall) < 10_000:
            self._raised_wall[alert.id] = self._clock.wall_us()

    # -- time ------------------------------------------------------------------------------------------------------

    async def tick(self) -> None:
        """What changes by time alone: due items, readiness, who still watches. A few sessions per turn of the loop."""
        for feed in list(self._feeds.values()):
            self._count(feed)
            feed.send(feed.postponed())
            sessions = list(feed.clinic.sessions)
            for index in range(0, len(sessions), SESSIONS_A_TURN):
                if feed.screens:
                    self._tell_sessions(feed)
                    feed.send(feed.timed_changes(sessions[index : index + SESSIONS_A_TURN], self._clock.now_us()))
                await asyncio.sleep(0)

    async def run(self) -> None:
        """For ever: every 5 s of clinic time, and never more often than every half second of wall time."""
        while True:
            await self._clock.sleep(max(VITALS_EVERY_S, TICK_S / max(1.0, self._clock.rate)))
            await self.tick()
