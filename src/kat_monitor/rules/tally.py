"""Running counts of a session that its summary needs and that nothing else keeps."""

from collections.abc import Mapping
from uuid import UUID

from kat_monitor.domain.alerts import AlertChange, AlertKind, AlertState, Change
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import Metric, Priority

NO_ALERTS: Mapping[Priority, int] = dict.fromkeys(Priority, 0)
NONE_COUNTED: frozenset[UUID] = frozenset()
"""Shared by the sessions without alerts, which are nearly all."""


class Peak:
    """The highest undoubtful stream value (art) and when: a stream is not kept, so its peak is."""

    __slots__ = ("at", "value")

    def __init__(self) -> None:
        self.value: int | None = None
        self.at = 0

    def add(self, value: int, at: int) -> None:
        if self.value is None or value > self.value:
            self.value, self.at = value, at


class Tally:
    """Readings, alerts by priority, and the peaks of continuous pressures before and after the first dose."""

    __slots__ = ("_counted", "alerts", "last_closed_at", "last_raised_at", "peaks", "readings")

    def __init__(self) -> None:
        self.readings = 0
        self.alerts: Mapping[Priority, int] = NO_ALERTS
        self._counted: frozenset[UUID] = NONE_COUNTED
        self.peaks: dict[tuple[int, bool], Peak] = {}
        """(metric, after the first dose)"""
        self.last_raised_at: int | None = None
        self.last_closed_at: int | None = None

    def note_pressure(self, reading: Reading, *, dosed: bool) -> None:
        """A continuous reading with undoubtful pressures."""
        for metric in (Metric.SYSTOLIC, Metric.DIASTOLIC):
            value = reading.valid(metric)
            if value is not None:
                self.peaks.setdefault((metric, dosed), Peak()).add(value, reading.effective_at)

    def knows(self, alert_id: UUID) -> bool:
        """Whether that alert was ever more than provisional in this session."""
        return alert_id in self._counted

    def note_changes(self, changes: list[Change]) -> None:
        """Count each physiological alert once it is more than provisional; remember raising and closing."""
        for change in changes:
            if not isinstance(change, AlertChange) or change.alert.kind is not AlertKind.PHYSIOLOGICAL:
                continue
            alert = change.alert
            if self.last_raised_at is None or alert.raised_at > self.last_raised_at:
                self.last_raised_at = alert.raised_at
            if alert.closed_at is not None and (self.last_closed_at is None or alert.closed_at > self.last_closed_at):
                self.last_closed_at = alert.closed_at
            confirmed = alert.state is not AlertState.PROVISIONAL and alert.closed_reason != "not_confirmed"
            if confirmed and alert.id not in self._counted:
                self._counted |= {alert.id}
                self.alerts = {**self.alerts, alert.limit_priority: self.alerts[alert.limit_priority] + 1}
