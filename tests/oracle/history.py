"""The journal so far, and the plain questions the rules ask of it: each is answered by looking through it again."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kat_monitor.domain.journal import BaselineLocked, Entry, Event, LimitOverridden, PhaseEntered
from kat_monitor.domain.protocol import BASELINE_KINDS, Limit
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import Metric, Phase
from tests.oracle.words import RED_FLAG_TERMS, SYMPTOM_WITHIN, Version


class Item(NamedTuple):
    """One entry and the time it counts from: its commit in the live fold, its own time in a review."""

    time: int
    entry: Entry


class History:
    """Items in the order they are judged. `k` is the number of the item being judged: what comes after is unknown."""

    def __init__(self, foreknown: Sequence[Event] | None = None) -> None:
        self.items: list[Item] = []
        self._phases: list[tuple[int, PhaseEntered]] = []
        self._overrides: list[tuple[int, LimitOverridden]] = []
        self._baselines: list[tuple[int, BaselineLocked]] = []
        self._foreknown = foreknown is not None
        self._symptoms = [(-1, event) for event in foreknown or () if event.event == "symptom"]
        self._corrections: list[tuple[int, Event]] = []
        self._readings: dict[int, list[int]] = {}

    def append(self, item: Item) -> int:
        """Puts the item at the end, sorted by its kind only so that a question need not look through everything."""
        k = len(self.items)
        self.items.append(item)
        entry = item.entry
        if isinstance(entry, Reading):
            self._readings.setdefault(entry.source, []).append(k)
        elif isinstance(entry, PhaseEntered):
            self._phases.append((k, entry))
        elif isinstance(entry, LimitOverridden):
            self._overrides.append((k, entry))
        elif isinstance(entry, BaselineLocked):
            self._baselines.append((k, entry))
        elif isinstance(entry, Event) and not self._foreknown:
            if entry.event == "symptom":
                self._symptoms.append((k, entry))
            if entry.corrects is not None:
                self._corrections.append((k, entry))
        return k

    def reading(self, j: int) -> Reading:
        entry = self.items[j].entry
        assert isinstance(entry, Reading)
        return entry

    def phase_at(self, at: int, k: int) -> Phase:
        """The phase at a time, as known at item k. A phase begins at its `at`: a reading of that very time is in it."""
        phase = Phase.SCHEDULED
        for n, entered in self._phases:
            if n <= k and entered.at <= at:
                phase = entered.to
        return phase

    def has_ended(self, k: int) -> bool:
        """The session's end is known at item k: nothing starts any more."""
        return any(n <= k and entered.to.has_ended for n, entered in self._phases)

    def numbers(self, limit: Limit, k: int) -> tuple[int, int, int | None]:
        """(value, clear, immediate) for what is judged at item k: the newest override's, else the protocol's."""
        value, clear, immediate = limit.value, limit.clear, limit.immediate
        for n, row in self._overrides:
            if n <= k and row.code == limit.code:
                value, clear, immediate = row.value, row.clear, row.immediate
        return value, clear, immediate

    def baseline(self, metric: Metric, k: int) -> int | None:
        """The baseline of the newest row, for the five metrics that have one."""
        found: int | None = None
        for n, row in self._baselines:
            if n <= k:
                found = baseline_of(row, metric)
        return found

    def version(self, limit: Limit, k: int) -> Version | None:
        """The numbers in force at item k; None when they need a baseline and there is none (unknown)."""
        value, clear, _ = self.numbers(limit, k)
        if limit.kind not in BASELINE_KINDS:
            return Version(value, clear, None)
        baseline = self.baseline(limit.metric, k)
        return None if baseline is None else Version(value, clear, baseline)

    def readings_before(self, j: int, source: int, metric: Metric) -> Iterator[int]:
        """In-order readings of a source before reading j in which the metric is valid, newest first."""
        for i in reversed(self._readings.get(source, [])):
            if i < j and self.reading(i).valid(metric) is not None:
                yield i

    def symptoms(self, k: int) -> Iterator[tuple[int, Event]]:
        """Symptoms known at item k; one that was corrected by then no longer stands."""
        corrected = {event.corrects for n, event in self._corrections if n <= k}
        for n, event in self._symptoms:
            if n <= k and event.id not in corrected:
                yield n, event

    def symptom_before(self, at: int, k: int) -> bool:
        """A symptom of severity >= 2 with its `at` in the 10 min up to `at`."""
        return any(is_marked(event) and 0 <= at - event.at <= SYMPTOM_WITHIN for _, event in self.symptoms(k))

    def red_flag_before(self, at: int, k: int) -> bool:
        """A red flag with its `at` in the 10 min up to `at`."""
        return any(is_red_flag(event) and 0 <= at - event.at <= SYMPTOM_WITHIN for _, event in self.symptoms(k))


def baseline_of(row: BaselineLocked, metric: Metric) -> int | None:
    return {
        Metric.SYSTOLIC: row.systolic,
        Metric.DIASTOLIC: row.diastolic,
        Metric.MEAN: row.mean,
        Metric.HEART_RATE: row.heart_rate,
        Metric.SPO2: row.spo2,
    }.get(metric)


def is_marked(event: Event) -> bool:
    """A symptom that counts for `needs_symptom`: severity >= 2."""
    return event.event == "symptom" and event.data["severity"] >= 2


def is_red_flag(event: Event) -> bool:
    """A red-flag term; severity 0 is the answer "no"."""
    return event.event == "symptom" and event.data["term"] in RED_FLAG_TERMS and event.data["severity"] >= 1
