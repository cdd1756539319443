"""What a person still has in their hands: asked before their shift may end."""

from dataclasses import dataclass
from uuid import UUID

from kat_monitor.domain.registry import Chair
from kat_monitor.rules.clinic import ClinicState


@dataclass(frozen=True, slots=True)
class Held:
    """Chairs that are a person's, and the open alerts at them."""

    chairs: tuple[Chair, ...] = ()
    alerts: tuple[UUID, ...] = ()


def held_by(clinic: ClinicState, person_id: UUID) -> Held:
    """Nobody is given chairs yet, so nobody holds any."""
    return Held()
