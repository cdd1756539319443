"""Warnings at check-in that a patient may be taken for another (design 7)."""

from collections.abc import Sequence

from kat_monitor.domain.vitals import MINUTE_US
from kat_monitor.rules.decision import Facts, Notice

OTHER_US = 5 * MINUTE_US
"""A device that measured somebody else so shortly before may still show their values."""


def warnings(facts: Facts, at: int) -> tuple[Notice, ...]:
    """Same surname or initials today; a device that has just measured another patient."""
    found = [] if facts.patient is None else _names(facts.patient.name, facts.names_today)
    found += [
        Notice("device_just_used", f"{label} measured another patient less than 5 minutes ago.")
        for label, other_at in facts.other_readings
        if at - other_at < OTHER_US
    ]
    return tuple(found)


def _names(name: str, others: Sequence[str]) -> list[Notice]:
    surname, initials = _parts(name)
    found = []
    if any(_parts(other)[0] == surname for other in others):
        found.append(Notice("same_surname", "Another patient today has the same surname."))
    if any(_parts(other)[1] == initials for other in others):
        found.append(Notice("same_initials", "Another patient today has the same initials."))
    return found


def _parts(name: str) -> tuple[str, str]:
    """(surname, initials) of "Given Surname" or "Surname, Given", without regard to case."""
    before, comma, after = name.casefold().partition(",")
    words = [*after.split(), *before.split()] if comma else before.split()
    if not words:
        return "", ""
    surname = before.strip() if comma else words[-1]
    return surname, words[0][0] + surname[:1]
