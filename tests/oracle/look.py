"""What one limit makes of one reading of one source: whether it can be and is judged, and breaches (design 5, 6.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol as Interface
from uuid import UUID

from kat_monitor.domain.journal import Event
from kat_monitor.domain.protocol import Limit, LimitKind
from kat_monitor.domain.vitals import Metric
from tests.oracle.history import History, is_marked
from tests.oracle.measure import Measured, at_or_past, shown
from tests.oracle.words import RATE_FROM, RATE_TO, SYMPTOM_WITHIN, Expected, Version


@dataclass(frozen=True, slots=True)
class Pending:
    """A breach on a continuous source that has not lasted long enough yet."""

    opening: int
    t0: int
    last_at: int
    worst: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where it stands. `open`: provisional or active; `versions`: those since it opened; `past`: returned or closed."""

    pending: Pending | None = None
    open: Expected | None = None
    versions: tuple[Version, ...] = ()
    past: tuple[Expected, ...] = ()


class Others(Interface):
    """The other limits of the session, asked only about what came before."""

    def of(self, source: int, metric: Metric, upward: bool) -> Iterable["Look"]: ...


class Look:
    """`standings[n]` is where the limit stood after item `n`; only items that concern it have one."""

    def __init__(
        self, limit: Limit, source: int, history: History, others: Others, session_id: UUID, *, review: bool
    ) -> None:
        self.limit = limit
        self.source = source
        self.history = history
        self.others = others
        self.session_id = session_id
        self.review = review
        self.standings: list[tuple[int, Standing]] = []
        self.breaches: list[tuple[int, int]] = []
        """(item at which it was judged, reading): judged to be a breach."""

    # --- what it was, as known before an item

    def before(self, k: int) -> Standing:
        for n, standing in reversed(self.standings):
            if n < k:
                return standing
        return Standing()

    @property
    def now(self) -> Standing:
        return self.standings[-1][1] if self.standings else Standing()

    def breached(self, i: int, k: int) -> bool:
        """Reading i was judged a breach, by what was judged before item k."""
        return any(n < k and reading == i for n, reading in self.breaches)

    # --- one reading against the limit

    def measure(self, j: int, k: int) -> Measured | None:
        """What reading j says about this limit at item k; None: absent, invalid, unknown or nothing to compare with."""
        return self.compare(j, k) if self.versions_at(k) else None

    def compare(self, j: int, k: int) -> Measured | None:
        """The value itself; for a rate with the reading it is compared with."""
        reading = self.history.reading(j)
        value = reading.valid(self.limit.metric)
        if value is None:
            return None
        if self.limit.kind is not LimitKind.RATE:
            return Measured(value)
        for i in self.history.readings_before(j, self.source, self.limit.metric):
            earlier = self.history.reading(i)
            if earlier.doubtful and not self.breached(i, k):
                continue
            apart = reading.effective_at - earlier.effective_at
            if RATE_FROM <= apart <= RATE_TO:
                number = earlier.valid(self.limit.metric)
                assert number is not None
                return Measured(value, number, apart)
        return None

    def is_breach(self, m: Measured, j: int, k: int) -> bool:
        """At or past `value`, under any version of an open episode, else under the present one.

        A limit that needs a symptom also needs the symptom.
        """
        if self.limit.needs_symptom and not self.has_symptom(j, k):
            return False
        versions = self.versions_at(k)
        return any(at_or_past(self.limit, v.value, v.baseline, m) for v in versions)

    def is_known(self, k: int) -> bool:
        """The limit can be judged at item k; while its baseline is unknown nothing is cleared by it."""
        return self.history.version(self.limit, k) is not None

    def versions_at(self, k: int) -> tuple[Version, ...]:
        standing = self.before(k)
        if standing.open is not None:
            return standing.versions
        present = self.history.version(self.limit, k)
        return () if present is None else (present,)

    def has_symptom(self, j: int, k: int) -> bool:
        at = self.history.reading(j).effective_at
        if self.history.symptom_before(at, k):
            return True
        entry = self.history.items[k].entry
        return k != j and isinstance(entry, Event) and is_marked(entry) and entry.at >= at - SYMPTOM_WITHIN

    def is_judged(self, j: int, k: int) -> bool:
        """Whether a breach counts: the phase of the reading is in `when`, or a provisional alert runs on outside it."""
        standing = self.before(k)
        if standing.open is not None and standing.open.provisional:
            return True
        return self.history.phase_at(self.history.reading(j).effective_at, k) in self.limit.when

    def breaches_now(self, j: int, k: int) -> bool:
        """Reading j breaches, judged at item k."""
        m = self.measure(j, k)
        return m is not None and self.is_judged(j, k) and self.is_breach(m, j, k)

    def newest(self, k: int) -> int | None:
        """The newest in-order value of this source and metric before item k; for a rate the newest rate that counts."""
        for i in self.history.readings_before(k, self.source, self.limit.metric):
            if self.limit.kind is LimitKind.RATE and self.history.reading(i).doubtful and not self.breached(i, k):
                continue
            m = self.compare(i, k)
            if m is not None:
                return shown(self.limit, m)
        return None
