"""The engine finds what the oracle finds (promises 2, 5, 10) on generated sessions; and the comparison can fail."""

import os
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.journal import Entry, Event, TimerFired
from kat_monitor.domain.protocol import Limit, ProtocolVersion
from kat_monitor.domain.readings import Reading
from kat_monitor.rules.compile import compile_protocol
from kat_monitor.rules.review import review
from tests.oracle.compare import as_expected, differences, envelopes, in_order, run_engine, told_by_engine
from tests.oracle.review import reviewed
from tests.oracle.stand import drawn, explained, with_limits
from tests.oracle.stories import Raw
from tests.oracle.weave import Weaver, weave
from tests.oracle.words import SECOND, Expected

SESSIONS = int(os.environ.get("KAT_ORACLE_SESSIONS", "0")) or 10 * settings().max_examples
"""1,000, and 20,000 with `--long`."""
PATIENCE_S = max(300, SESSIONS // 5)
"""The long size takes longer than any one test may otherwise."""
GENERATE = (Phase.explicit, Phase.reuse, Phase.generate)
SEEDS = st.integers(min_value=0, max_value=2**63)


def live_differences(version: ProtocolVersion, story: list[Raw]) -> list[str]:
    """Alerts at the end of the journal, and the timers armed after each of its entries."""
    weaver = weave(version, story)
    run = run_engine(weaver.created, version, weaver.entries)
    lines = differences(in_order(weaver.oracle.alerts()), told_by_engine(run))
    for entry, ours, theirs in zip(weaver.entries, weaver.timers, run.timers, strict=True):
        if ours != theirs:
            lines.append(f"timers after {entry.position}: oracle {ours}, engine {theirs}")
    return lines


def review_differences(version: ProtocolVersion, story: list[Raw]) -> list[str]:
    """What a review after the last entry finds."""
    weaver = weave(version, story)
    now = weaver.now + 2 * SECOND
    ours = reviewed(weaver.created, version, weaver.entries, weaver.oracle.alerts(), now)
    known = list(run_engine(weaver.created, version, weaver.entries).alerts.values())
    theirs = review(
        session=weaver.created,
        compiled=compile_protocol(version),
        entries=weaver.entries,
        known=known,
        committed_at=now,
    )
    lines = differences(in_order(ours.born), plain_rows(theirs.born))
    lines += differences(in_order(ours.adopted), plain_rows(theirs.adopt))
    mine = envelopes(ours.spans)
    lasting = {id_ for id_, (_, end) in mine.items() if end is None}
    other = envelopes((id_, start, None if id_ in lasting and end == now else end) for id_, start, end in theirs.spans)
    if mine != other:
        lines.append(f"spans: oracle {mine}, engine {other}")
    return lines


def plain_rows(rows: Iterable[Alert]) -> list[Expected]:
    return in_order(as_expected(row) for row in rows)


@pytest.mark.long
@pytest.mark.timeout(PATIENCE_S)
@settings(max_examples=SESSIONS, phases=GENERATE)
@given(SEEDS)
def test_engine_and_oracle_raise_the_same_alerts(seed: int) -> None:
    version, story = drawn(seed)
    if live_differences(version, story):
        pytest.fail(explained(seed, version, story, live_differences))


@pytest.mark.long
@pytest.mark.timeout(PATIENCE_S)
@settings(max_examples=SESSIONS // 2, phases=GENERATE)
@given(SEEDS)
def test_engine_and_oracle_review_alike(seed: int) -> None:
    version, story = drawn(seed)
    story = [raw for raw in story if raw.kind != "review"]
    if review_differences(version, story):
        pytest.fail(explained(seed, version, story, review_differences))


@pytest.mark.long
@pytest.mark.timeout(PATIENCE_S)
@settings(max_examples=SESSIONS // 10, phases=GENERATE)
@given(SEEDS)
def test_restart_at_every_position_changes_nothing(seed: int) -> None:
    version, story = drawn(seed)
    weaver = weave(version, story)
    steady = run_engine(weaver.created, version, weaver.entries)
    restarted = run_engine(weaver.created, version, weaver.entries, restarts=range(len(weaver.entries)))
    assert told_by_engine(restarted) == told_by_engine(steady)
    assert restarted.timers == steady.timers


# --- the comparison can fail: engines with one bug each


def each_limit(change: Callable[[Limit], Limit]) -> Callable[[ProtocolVersion], ProtocolVersion]:
    """The engine's protocol with every limit changed; the oracle keeps the true one."""
    return lambda version: with_limits(version, tuple(change(limit) for limit in version.protocol.limits))


def towards_harm(limit: Limit) -> int:
    """One tenth further out: `>` where `>=` is meant."""
    upward = limit.upward or limit.kind.value.startswith(("rise", "fall"))
    return 1 if upward else -1


def true_protocol(version: ProtocolVersion) -> ProtocolVersion:
    return version


def unchanged(entries: list[Entry]) -> list[Entry]:
    return entries


def without_timers(entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if not isinstance(entry, TimerFired)]


def late_as_if_in_order(entries: list[Entry]) -> list[Entry]:
    return [entry._replace(late=False) if isinstance(entry, Reading) else entry for entry in entries]


def without_flags(entries: list[Entry]) -> list[Entry]:
    return [entry._replace(flags=0) if isinstance(entry, Reading) else entry for entry in entries]


def without_symptoms(entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if not isinstance(entry, Event)]


def by_receipt(entries: list[Entry]) -> list[Entry]:
    return [
        entry._replace(effective_at=entry.received_at) if isinstance(entry, Reading) else entry for entry in entries
    ]


BUGS: dict[str, Callable[[ProtocolVersion], ProtocolVersion]] = {
    "no hold": each_limit(lambda limit: replace(limit, hold_s=0.0)),
    "longer hold": each_limit(lambda limit: replace(limit, hold_s=limit.hold_s + 0.000001)),
    "past, not at, the value": each_limit(lambda limit: replace(limit, value=limit.value + towards_harm(limit))),
    "ends at clear": each_limit(lambda limit: replace(limit, clear=limit.clear + towards_harm(limit))),
    "no confirm": each_limit(lambda limit: replace(limit, confirm_s=None)),
    "confirm a second late": each_limit(
        lambda limit: replace(limit, confirm_s=limit.confirm_s and limit.confirm_s + 1)
    ),
    "no immediate": each_limit(lambda limit: replace(limit, immediate=None)),
    "re-arms too late": each_limit(lambda limit: replace(limit, rearm=limit.rearm and limit.rearm + 1)),
    "needs no symptom": each_limit(lambda limit: replace(limit, needs_symptom=False)),
    "one priority": each_limit(lambda limit: replace(limit, priority=limit.priority.lowered)),
}
FEEDS: dict[str, Callable[[list[Entry]], list[Entry]]] = {
    "timers never fire": without_timers,
    "late readings are judged live": late_as_if_in_order,
    "flags are forgotten": without_flags,
    "symptoms are forgotten": without_symptoms,
    "time of receipt instead of measurement": by_receipt,
}


def differs(weaver: Weaver, version: ProtocolVersion, entries: list[Entry]) -> bool:
    """A bug that makes the engine refuse the journal shows too."""
    try:
        run = run_engine(weaver.created, version, entries)
    except (AssertionError, KeyError, LookupError, ValueError):
        return True
    return bool(differences(in_order(weaver.oracle.alerts()), told_by_engine(run)))


@pytest.mark.parametrize("bug", [*BUGS, *FEEDS])
def test_a_planted_bug_is_found(bug: str) -> None:
    spoil, feed = BUGS.get(bug, true_protocol), FEEDS.get(bug, unchanged)
    for seed in range(100):
        version, story = drawn(seed)
        weaver = weave(version, story)
        true = run_engine(weaver.created, version, weaver.entries)
        if differences(in_order(weaver.oracle.alerts()), told_by_engine(true)):
            continue
        if differs(weaver, spoil(version), feed(weaver.entries)):
            return
    pytest.fail(f"no difference in 100 sessions: {bug}")
