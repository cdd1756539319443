"""How soon the next cuff reading is wanted after an amber or red cuff alert (design 7, timetable)."""

from kat_monitor.domain.alerts import AlertChange, AlertKind, Change, Step
from kat_monitor.domain.vitals import CUFF_SOURCES, Priority

CALM_READINGS = 2
"""So many readings below amber, one after the other, end the haste."""

_CUFFS = frozenset(source.wire for source in CUFF_SOURCES)
_RAISING = frozenset({Step.OPENED, Step.CONFIRMED, Step.UNCONFIRMED, Step.REARMED, Step.RAISED_PRIORITY, Step.WORSE})


class CuffPace:
    """The highest priority of a cuff alert since the pressure was last calm: None, medium (amber) or high (red)."""

    __slots__ = ("_calm", "level")

    def __init__(self) -> None:
        self.level: Priority | None = None
        self._calm = 0

    def note_changes(self, changes: list[Change]) -> None:
        """A provisional alert counts by its limit's own priority: a possible red is measured again as a red."""
        for change in changes:
            if not isinstance(change, AlertChange) or change.step not in _RAISING:
                continue
            alert = change.alert
            if alert.kind is AlertKind.PHYSIOLOGICAL and alert.source in _CUFFS and not alert.late:
                self._hurry(alert.limit_priority)

    def note_reading(self, worst: Priority | None, *, doubtful: bool) -> None:
        """A valid in-order cuff reading: the highest priority of the limits it breaches, if any.

        A doubtful one that breaches nothing counts for nothing.
        """
        if worst in (Priority.HIGH, Priority.MEDIUM):
            self._calm = 0
        elif not doubtful:
            self._calm += 1
            if self._calm >= CALM_READINGS:
                self.level = None

    def _hurry(self, priority: Priority) -> None:
        if priority is Priority.LOW:
            return
        self._calm = 0
        if self.level is None or priority.rank > self.level.rank:
            self.level = priority
