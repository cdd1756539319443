"""Making something once, however often the request for it is sent: places, devices, patients, accounts, keys."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from kat_monitor.ingest.assignments import Lookup
from kat_monitor.ingest.commands import Answered, Once, remember, replayed
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.store.batch import StoredAnswer

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Making(Protocol[T_co]):
    """A work whose answer is what it has made."""

    @property
    def clinic_id(self) -> UUID: ...

    def run(self, turn: Turn, clinic: ClinicState) -> T_co: ...


@dataclass(slots=True)
class MadeOnce(Generic[T]):
    """The work with the key its request came with; `kept` is what the same request hears when it is sent again."""

    work: Making[T]
    show: Callable[[T], Answered]
    once: Once | None = None
    kept: Callable[[T], Answered] | None = None
    """Left out: the first answer. A secret that is shown once is in no answer that is kept."""
    stored: StoredAnswer | None = None

    @property
    def clinic_id(self) -> UUID:
        return self.work.clinic_id

    async def prepare(self, lookup: Lookup) -> None:
        if self.once is not None:
            self.stored = await lookup.answer(self.clinic_id, self.once.key)

    def run(self, turn: Turn, clinic: ClinicState) -> Answered:
        repeated = replayed(turn, self.clinic_id, self.once, self.stored)
        if repeated is not None:
            return repeated
        made = self.work.run(turn, clinic)
        answered = self.show(made)
        remember(turn, self.clinic_id, self.once, answered if self.kept is None else self.kept(made))
        return answered
