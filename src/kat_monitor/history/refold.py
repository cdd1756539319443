"""Folds a stored journal once more: the state it led to, and every step of every alert on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from kat_monitor.domain.alerts import Alert, AlertChange, AlertKind, Step
from kat_monitor.domain.journal import Entry, Reviewed, SessionCreated
from kat_monitor.domain.protocol import ProtocolVersion
from kat_monitor.rules.compile import Compiled
from kat_monitor.rules.fold import apply_entry
from kat_monitor.rules.state import SessionState, new_session


@dataclass(slots=True)
class Refolded:
    """`alerts` holds the last row of each physiological alert, closed ones too; `steps` what led there, in order."""

    state: SessionState
    alerts: dict[UUID, Alert] = field(default_factory=dict)
    steps: list[AlertChange] = field(default_factory=list)
    failures: list[tuple[int, str]] = field(default_factory=list)
    """(position, kind of error) of each entry that could not be judged."""


def creation(entries: Sequence[Entry]) -> SessionCreated:
    """The first entry of a journal. Raises ValueError when that is anything else."""
    if not entries or not isinstance(entries[0], SessionCreated):
        raise ValueError("a journal begins with the session's creation")
    return entries[0]


def refold(version: ProtocolVersion, compiled: Compiled, entries: Sequence[Entry]) -> Refolded:
    """The whole journal in position order, `entries[0]` its creation.

    An entry whose judgement fails is passed over, as it was when it was committed. Raises ValueError as `creation`.
    """
    folded = Refolded(new_session(creation(entries), version, compiled))
    for entry in entries:
        try:
            changes = apply_entry(folded.state, entry)
        except Exception as error:  # noqa: BLE001 - contained to the entry, as it is live; told to whoever asks
            folded.failures.append((entry.position, type(error).__name__))
            continue
        for change in changes:
            if isinstance(change, AlertChange) and change.alert.kind is AlertKind.PHYSIOLOGICAL:
                _take(folded, change)
        if isinstance(entry, Reviewed):
            _widen_closed(folded, entry)
    return folded


def _take(folded: Refolded, change: AlertChange) -> None:
    folded.steps.append(change)
    folded.alerts[change.alert.id] = change.alert


def _widen_closed(folded: Refolded, entry: Reviewed) -> None:
    """A reviewed span of an alert that is closed already changes its row only: the live state has let it go."""
    for alert_id, begins, ends in entry.spans:
        alert = folded.alerts.get(alert_id)
        if alert is not None and alert_id not in folded.state.limits.alerts:
            widened = replace(alert, reviewed_from=begins, reviewed_to=ends)
            _take(folded, AlertChange(widened, Step.REVIEWED, entry.committed_at))
