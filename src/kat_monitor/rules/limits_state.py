"""What the limits engine remembers of one session: small while all is quiet, and exactly the fold of its journal."""

from array import array
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple
from uuid import UUID

from kat_monitor.domain.alerts import Alert, AlertChange, Change, Step
from kat_monitor.domain.journal import LimitOverridden
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import MINUTE_US, Phase, Source
from kat_monitor.rules.compile import METRICS, Bounds, Compiled, Numbers
from kat_monitor.rules.packed import PackedReadings

WINDOW_US = 10 * MINUTE_US
"""How far back a previous cuff reading, a symptom or a red flag still counts (design 6.2, 5)."""
REMEMBERED_US = 2 * WINDOW_US
"""Of cuff readings: one 10 min old may be judged again, and the one 10 min before it may speak for it."""


class Standing(Enum):
    """Of one (limit, source); clear is the absence of an episode."""

    PENDING = auto()
    PROVISIONAL = auto()
    ACTIVE = auto()


class Episode:
    """One limit away from clear, from one source. Exists only that long."""

    __slots__ = ("alert_id", "bounds", "last_at", "opening", "standing", "t0", "worst")

    def __init__(self, standing: Standing, at: int, bounds: Bounds) -> None:
        self.standing = standing
        self.opening: Reading | None = None
        """Of a pending one, which has no alert yet."""
        self.t0 = at
        self.last_at = at
        self.worst = 0
        """The worst value shown while pending; afterwards the alert has it."""
        self.bounds = bounds
        """Every version since it opened, merged."""
        self.alert_id: UUID | None = None


class Breaches(NamedTuple):
    """Masks of metrics (bit `1 << metric`) that one reading breached, by direction."""

    up: int
    down: int

    def towards(self, sign: int) -> int:
        return self.up if sign > 0 else self.down


class Judged(NamedTuple):
    """A cuff reading as judged, kept `REMEMBERED_US` so that a symptom can judge it again."""

    reading: Reading
    breaches: Breaches


class JudgedCuffs:
    """Cuff readings of one source as judged, in the order of judging."""

    __slots__ = ("_breaches", "_readings")

    def __init__(self) -> None:
        self._readings = PackedReadings()
        self._breaches = array("B")
        """Two of each reading: up, down."""

    def __len__(self) -> int:
        return len(self._readings)

    def __getitem__(self, place: int) -> Judged:
        return Judged(self._readings[place], Breaches(*self._breaches[2 * place : 2 * place + 2]))

    def __iter__(self) -> Iterator[Judged]:
        return (self[place] for place in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JudgedCuffs) and [*self] == [*other]

    __hash__ = None  # type: ignore[assignment] # it changes

    def add(self, reading: Reading, breaches: Breaches) -> None:
        """A reading just judged; what is too old beside it is forgotten."""
        for place in range(len(self) - 1, -1, -1):
            if reading.effective_at - self._readings.effective_at(place) > REMEMBERED_US:
                del self._readings[place], self._breaches[2 * place : 2 * place + 2]
        self._readings.append(reading)
        self._breaches.extend(breaches)

    def note(self, place: int, breaches: Breaches) -> None:
        """What the reading at that place now breaches."""
        self._breaches[2 * place : 2 * place + 2] = array("B", breaches)


class RatePoint(NamedTuple):
    """A cuff value that later ones are compared with. `only` limits a doubtful one to the rules it breached (bits)."""

    at: int
    position: int
    value: int
    only: int


class LimitsState:
    """One session's limits; changed by `engine.step` alone. Readable: `alerts`, `phases`, `baseline`."""

    __slots__ = (
        "alerts",
        "baseline",
        "before",
        "bounds",
        "chair_id",
        "clinic_id",
        "compiled",
        "cuffs",
        "ended_at",
        "high",
        "live",
        "low",
        "newest",
        "numbers",
        "overrides",
        "phases",
        "rate_points",
        "rates",
        "red_flags",
        "session_id",
        "symptoms",
        "versions",
    )

    def __init__(self, session_id: UUID, clinic_id: UUID, chair_id: UUID, compiled: Compiled) -> None:
        self.session_id = session_id
        self.clinic_id = clinic_id
        self.chair_id = chair_id
        self.compiled = compiled
        self.alerts: dict[UUID, Alert] = {}
        """Open alerts: provisional, active, returned."""
        self.live: list[dict[int, Episode] | None] = [None] * len(Source)
        """Per source: rule index to episode."""
        self.phases: list[tuple[int, Phase]] = []
        self.ended_at: int | None = None
        self.baseline: tuple[int | None, ...] = (None,) * METRICS
        self.numbers: dict[int, Numbers] = {}
        """Overridden rules only."""
        self.overrides: list[LimitOverridden] = []
        self.bounds = compiled.bounds
        self.low, self.high = compiled.band
        self.versions: list[tuple[int, tuple[Bounds, ...]]] = []
        """(commit time, bounds of all rules from then on); before the first, the pack's own."""
        self.newest: list[list[Reading | None] | None] = [None] * len(Source)
        """Per source and metric: the reading that carried the newest valid in-order value."""
        self.before: dict[int, tuple[int, bool]] = {}
        """`before_key` to (effective_at, breached in that direction) of the last cuff reading that counts."""
        self.cuffs: dict[int, JudgedCuffs] = {}
        """Per cuff source, the readings of the last 20 min; kept only where a limit needs a symptom."""
        self.rate_points: dict[int, list[RatePoint]] = {}
        self.rates: dict[tuple[int, int], int] = {}
        """(rule index, source) to the newest rate, tenths per minute."""
        self.symptoms: list[tuple[int, UUID]] = []
        """(at, event) of severity 2 and 3."""
        self.red_flags: list[tuple[int, UUID]] = []

    def phase_at(self, at: int) -> Phase:
        """The phase at a time as known now; a phase owns its first moment."""
        for began, phase in reversed(self.phases):
            if began <= at:
                return phase
        return Phase.SCHEDULED

    def episodes(self, source: int) -> dict[int, Episode]:
        """The source's episodes, to be changed."""
        found = self.live[source]
        if found is None:
            found = self.live[source] = {}
        return found

    def carried(self, source: int) -> list[Reading | None]:
        """The source's newest readings per metric, to be changed."""
        found = self.newest[source]
        if found is None:
            found = self.newest[source] = [None] * METRICS
        return found

    def has_symptom(self, at: int) -> bool:
        """A symptom of severity >= 2 in the 10 min up to `at`."""
        return any(0 <= at - seen <= WINDOW_US for seen, _ in self.symptoms)

    def has_red_flag(self, at: int) -> bool:
        return any(0 <= at - seen <= WINDOW_US for seen, _ in self.red_flags)

    def record(
        self,
        out: list[Change],
        alert: Alert,
        step: Step,
        commit: int,
        by: UUID | None = None,
        note: str | None = None,
    ) -> None:
        """Keep the alert while it is open and report the change."""
        if alert.is_open:
            self.alerts[alert.id] = alert
        else:
            self.alerts.pop(alert.id, None)
        out.append(AlertChange(alert, step, commit, by, note))


def before_key(source: int, metric: int, sign: int) -> int:
    return (source * METRICS + metric) * 2 + (sign > 0)
