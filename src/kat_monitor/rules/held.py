"""What a person still has in their hands: asked before their shift may end."""

from dataclasses import dataclass
from uuid import UUID

from kat_monitor.domain.registry import Chair
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.floor import floor_of
from kat_monitor.rules.responsible import held


@dataclass(frozen=True, slots=True)
class Held:
    """Chairs that are a person's or that they cover, and open alerts that are theirs."""

    chairs: tuple[Chair, ...] = ()
    alerts: tuple[UUID, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.chairs or self.alerts)


def held_by(clinic: ClinicState, person_id: UUID) -> Held:
    """By the chairs' labels."""
    chairs, alerts = held(clinic.assigned, floor_of(clinic, 0), person_id)
    known = (clinic.chairs[chair_id] for chair_id in chairs if chair_id in clinic.chairs)
    return Held(tuple(sorted(known, key=lambda chair: chair.label)), tuple(alerts))
