"""What screens believe will happen to each open alert, and where it sounds: told anew as soon as it is not true."""

from collections.abc import Iterable
from uuid import UUID

from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.times import maybe_rfc3339
from kat_monitor.live.tile import Json
from kat_monitor.protocols.loader import fallback_escalation
from kat_monitor.rules.ahead import NEVER, Ahead, ahead
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.responsible import sounds_at
from kat_monitor.rules.view import alert_view


class ToldAlerts:
    """Of one clinic's screens."""

    def __init__(self) -> None:
        self.unheard = True
        """No screen sounds alerts."""
        self.audible_at: frozenset[UUID] = frozenset()
        """Stations that do."""
        self.recording = True
        """While nothing can be recorded, nothing goes further either, and who has a chair is not known for sure."""
        self._told: dict[UUID, tuple[Ahead, list[UUID] | None]] = {}

    def say(self, clinic: ClinicState, alert: Alert) -> Json:
        """An alert with the name of who acknowledged it, for people to read, what will happen to it, and where."""
        by = alert.acknowledged_by
        now = self._now(clinic, alert)
        if alert.is_open:
            self._told[alert.id] = now
        else:
            self._told.pop(alert.id, None)
        return {
            **alert_view(alert),
            "acknowledged_by_name": None if by is None else clinic.people.get(by),
            **_said(now),
        }

    def coming(self, clinic: ClinicState, alert: Alert) -> Json:
        """The same for somebody who asks: nothing is told to screens by it. Nothing is coming of one that is closed."""
        return _said(self._now(clinic, alert) if alert.is_open else (NEVER, None))

    def changed(self, clinic: ClinicState, alerts: Iterable[Alert]) -> list[Alert]:
        """Those that screens know, and of which they believe something else."""
        return [a for a in alerts if a.id in self._told and self._told[a.id] != self._now(clinic, a)]

    def clear(self) -> None:
        self._told.clear()

    def _now(self, clinic: ClinicState, alert: Alert) -> tuple[Ahead, list[UUID] | None]:
        coming = ahead(clinic, alert, fallback_escalation(), unheard=self.unheard)
        if not alert.recorded or not self.recording:
            return coming, None
        stations = {shift.account_id: shift.station_id for shift in clinic.duty.shifts.values()}
        return coming, sounds_at(alert, clinic.assigned, stations, self.audible_at)


def _said(now: tuple[Ahead, list[UUID] | None]) -> Json:
    coming, sounds = now
    return {
        "remind_at": maybe_rfc3339(coming.remind_at),
        "escalates_at": maybe_rfc3339(coming.escalates_at),
        "escalates_to": coming.escalates_to,
        "sounds_at": None if sounds is None else [str(station_id) for station_id in sounds],
    }
