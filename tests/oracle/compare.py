"""The engine and the oracle over the same journal, what they say differently, and the shortest story that shows it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from uuid import UUID

from kat_monitor.domain.alerts import Alert, AlertChange, AlertKind, Change, Step, TimerArmed, TimerDropped
from kat_monitor.domain.journal import Entry, Reviewed, SessionCreated, TimerFired
from kat_monitor.domain.protocol import ProtocolVersion
from kat_monitor.rules.compile import Compiled, compile_protocol
from kat_monitor.rules.engine import LimitsState, new_limits, step
from tests.oracle.stories import Raw
from tests.oracle.words import NOT_CONFIRMED, Expected

TOLD = [field.name for field in fields(Expected)]


@dataclass
class Run:
    """What an engine made of a journal: the newest row of each alert, re-armings, and the timers still armed."""

    alerts: dict[UUID, Alert] = field(default_factory=dict)
    rearmed: dict[UUID, tuple[int, ...]] = field(default_factory=dict)
    armed: dict[UUID, int] = field(default_factory=dict)
    timers: list[dict[UUID, int]] = field(default_factory=list)
    """After each entry: the confirm timers that are armed."""
    reviewed: dict[UUID, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def note(self, entry: Entry, changes: Iterable[Change]) -> None:
        """Keeps what one step returned; rows of a committed review are the journal's own."""
        if isinstance(entry, Reviewed):
            self.alerts |= {alert.id: alert for alert in entry.born}
            for id_, start, end in entry.spans:
                self.reviewed[id_] = (*self.reviewed.get(id_, ()), (start, end))
        for change in changes:
            if isinstance(change, AlertChange):
                self.alerts[change.alert.id] = change.alert
                if change.step is Step.REARMED:
                    self.rearmed[change.alert.id] = (*self.rearmed.get(change.alert.id, ()), change.at)
            elif isinstance(change, TimerArmed):
                if change.alert_id in self.armed:
                    raise AssertionError(f"armed twice: {change.alert_id}")
                self.armed[change.alert_id] = change.due_at
            elif isinstance(change, TimerDropped):
                del self.armed[change.alert_id]
        if isinstance(entry, TimerFired):
            self.armed.pop(entry.alert_id, None)
        self.timers.append(dict(self.armed))


def run_engine(
    created: SessionCreated,
    version: ProtocolVersion,
    entries: Sequence[Entry],
    *,
    restarts: Iterable[int] = (),
    compiled: Compiled | None = None,
) -> Run:
    """Folds the journal; at each of `restarts` the state is thrown away and folded anew from the entries before it."""
    compiled = compile_protocol(version) if compiled is None else compiled
    again = frozenset(restarts)
    run = Run()
    state = new_state(created, compiled)
    for n, entry in enumerate(entries):
        if n in again:
            state = new_state(created, compile_protocol(version))
            for earlier in entries[:n]:
                step(state, earlier)
        run.note(entry, step(state, entry))
    for alert in state.alerts.values():
        stored = run.alerts.get(alert.id)
        run.alerts[alert.id] = alert if stored is None else replace(stored, suppressed=alert.suppressed)
    return run


def new_state(created: SessionCreated, compiled: Compiled) -> LimitsState:
    return new_limits(
        session_id=created.session_id, clinic_id=created.clinic_id, chair_id=created.chair_id, compiled=compiled
    )


def told_by_engine(run: Run) -> list[Expected]:
    """The engine's rows in the oracle's words."""
    found = [
        as_expected(alert, run.rearmed.get(alert.id, ()), run.reviewed.get(alert.id, ()))
        for alert in run.alerts.values()
        if alert.kind is AlertKind.PHYSIOLOGICAL
    ]
    return in_order(found)


def as_expected(alert: Alert, rearmed: tuple[int, ...] = (), reviewed: tuple[tuple[int, int], ...] = ()) -> Expected:
    """One row in the oracle's words."""
    values = {name: getattr(alert, name) for name in TOLD if name not in ("rearmed", "reviewed")}
    return Expected(**values, rearmed=rearmed, reviewed=reviewed)


def envelopes(spans: Iterable[tuple[UUID, int, int | None]]) -> dict[UUID, tuple[int, int | None]]:
    """From the first to the last that a review saw of each known alert; None: it lasts still.

    The design does not say whether several episodes over one known alert are one row or several.
    """
    found: dict[UUID, tuple[int, int | None]] = {}
    for id_, start, end in spans:
        first, last = found.get(id_, (start, end))
        found[id_] = (min(first, start), None if end is None or last is None else max(last, end))
    return found


def in_order(alerts: Iterable[Expected]) -> list[Expected]:
    return sorted(map(plain, alerts), key=lambda alert: (alert.opened_at, alert.limit, alert.source, str(alert.id)))


def plain(alert: Expected) -> Expected:
    """Leaves out what the design does not fix.

    `value` (opening or newest), the reason of a closing other than not confirmed, `confirm_by` of what is no longer
    provisional, `suppressed` of what is over.
    """
    return replace(
        alert,
        value=None,
        closed_reason=alert.closed_reason if alert.closed_reason == NOT_CONFIRMED else None,
        confirm_by=alert.confirm_by if alert.provisional else None,
        suppressed=alert.suppressed and alert.lasting,
    )


def differences(ours: Sequence[Expected], theirs: Sequence[Expected]) -> list[str]:
    """Each difference as a line: an alert only one has, or a field they tell differently."""
    mine, other = ({alert.id: alert for alert in alerts} for alerts in (ours, theirs))
    lines = [f"only the oracle: {mine[id_]}" for id_ in mine.keys() - other.keys()]
    lines += [f"only the engine: {other[id_]}" for id_ in other.keys() - mine.keys()]
    for id_ in mine.keys() & other.keys():
        for name in TOLD:
            a, b = getattr(mine[id_], name), getattr(other[id_], name)
            if a != b:
                lines.append(f"{mine[id_].limit} {mine[id_].source} {id_}: {name}: oracle {a}, engine {b}")
    return sorted(lines)


def shortest(story: list[Raw], differs: Callable[[list[Raw]], bool]) -> list[Raw]:
    """The story without everything that the difference does not need (waits are passed on to what follows)."""
    size = max(1, len(story) // 2)
    while True:
        n = 0
        while n < len(story):
            tried = without(story, n, n + size)
            if tried != story and differs(tried):
                story = tried
            else:
                n += size
        if size == 1:
            return story
        size = max(1, size // 2)


def without(story: list[Raw], start: int, end: int) -> list[Raw]:
    waited = sum(raw.wait_us for raw in story[start:end])
    rest = story[end:]
    if rest:
        rest = [rest[0]._replace(wait_us=rest[0].wait_us + waited), *rest[1:]]
    return story[:start] + rest
