"""What nurses observed, item by item: the newest answer of each, when and by whom."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from kat_monitor.domain.journal import Assessed

ALDRETE = ("activity", "respiration", "circulation", "consciousness", "oxygen")
DISCHARGE = "discharge"
PRE_DOSE = "pre_dose"


class Observed(NamedTuple):
    """The newest observation of an item. `since`: seen the same from then on, each time before the last was too old."""

    value: Any
    at: int
    by: UUID | None
    since: int


class Items:
    """The newest observation per item; the five parts of the Aldrete score count as items (`aldrete.activity`)."""

    __slots__ = ("_newest",)

    def __init__(self, newest: dict[str, Observed]) -> None:
        self._newest = newest

    def get(self, item: str) -> Observed | None:
        return self._newest.get(item)

    def value(self, item: str) -> Any:
        """The observed value; None: not observed."""
        observed = self._newest.get(item)
        return None if observed is None else observed.value

    def aldrete(self) -> Observed | None:
        """The total, as old as its oldest part; None unless all five parts were observed."""
        parts = [self._newest.get(f"aldrete.{part}") for part in ALDRETE]
        seen = [part for part in parts if part is not None]
        if len(seen) < len(ALDRETE):
            return None
        oldest = min(seen, key=lambda part: part.at)
        return Observed(sum(int(part.value) for part in seen), oldest.at, oldest.by, max(part.since for part in seen))


def items_of(assessments: Sequence[Assessed], kind: str, *, until: int | None = None, fresh_us: int = 0) -> Items:
    """Merge the assessments of one kind; later `at` wins, then later position. `until` leaves out what came after.

    `fresh_us` is how long an observation lasts, for `Observed.since`.
    """
    newest: dict[str, Observed] = {}
    rows = sorted((a for a in assessments if a.assessment == kind), key=lambda a: (a.at, a.position))
    for row in rows:
        if until is not None and row.at > until:
            continue
        for item, value in _flat(row.values.items()):
            last = newest.get(item)
            same = last is not None and last.value == value and row.at - last.at <= fresh_us
            newest[item] = Observed(value, row.at, row.by, last.since if last is not None and same else row.at)
    return Items(newest)


def _flat(values: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
    for item, value in values:
        if item == "aldrete":
            yield from ((f"aldrete.{part}", score) for part, score in value.items() if score is not None)
        elif value is not None:
            yield item, value
