"""Puts a session told as a story into a real database, as the writer would have committed it."""

from collections.abc import Iterable
from uuid import UUID

from kat_monitor.access.passwords import Passwords
from kat_monitor.access.provision import clinic_batch, person_row
from kat_monitor.domain.alerts import AlertChange
from kat_monitor.domain.commands import Transition
from kat_monitor.domain.journal import Entry, Reviewed
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import Phase, Source
from kat_monitor.ingest.session_rows import session_row
from kat_monitor.rules.fold import apply_entry, fold
from kat_monitor.rules.review import review
from kat_monitor.store.batch import Batch, RowWrite
from kat_monitor.store.writer import Writer
from tests.server_fixtures import PASSWORD, PEOPLE
from tests.unit.session_story import CHAIR, CLINIC, NADIA, SESSION, START, Tale, us


def standing_rows() -> list[RowWrite]:
    """The story's clinic with its people, protocols, chair and patient."""
    made, batch = clinic_batch("Story clinic", START)
    rows = [RowWrite(r.table, {**r.key, "clinic_id": CLINIC}, r.values) for r in batch.rows]
    assert made.id != CLINIC
    hashed = Passwords(quick=True).hash_now(PASSWORD)
    rows += [person_row(CLINIC, username, username, role, hashed, START) for username, role in PEOPLE.items()]
    rows.append(RowWrite("chair", {"clinic_id": CLINIC, "id": CHAIR}, {"label": "Chair 1", "room": "Blue"}))
    person = {"mrn": NADIA.mrn, "name": NADIA.name, "birth_date": NADIA.birth_date, "sex": None}
    rows.append(RowWrite("patient", {"clinic_id": CLINIC, "id": NADIA.id}, person))
    return rows


def committed(tale: Tale, now: float) -> Batch:
    """All of the story in one batch: its journal, and the alerts and steps that judging it live has made."""
    batch = Batch()
    batch.entries.append((CLINIC, tale.created))
    state = fold(tale.created, tale.version, tale.compiled, [])
    for entry in tale.entries:
        if isinstance(entry, Reading):
            batch.readings.append(entry)
        else:
            batch.entries.append((CLINIC, entry))
        for change in apply_entry(state, entry):
            if isinstance(change, AlertChange):
                batch.alerts[change.alert.id] = change.alert
                batch.transitions.append(change)
    batch.sessions[SESSION] = session_row(state, us(now))
    return batch


async def store(writer: Writer, tale: Tale, now: float) -> None:
    """The story on the record, `now` minutes after its start."""
    await writer.commit(Batch(rows=standing_rows()))
    await writer.commit(committed(tale, now))


def spiked() -> Tale:
    """Dosed at minute 10; a spike confirmed at 22, acknowledged and over at 30; on to minute 45."""
    tale = Tale().dosed()
    tale.stream(10, 45)
    tale.cuff(15, 128, 82)
    tale.cuff(20, 186, 96)
    tale.cuff(22, 188, 97)
    tale.cuff(30, 140, 84)
    tale.ask(31, tale.event("symptom", term="nausea", severity=1))
    tale.ask(32, tale.hand(32, systolic=138.0, diastolic=83.0))
    tale.cuff(45, 132, 80)
    return tale


def left(tale: Tale, at: float = 60) -> Tale:
    """The patient has gone home early: a fact that is never refused."""
    leaving = Transition(
        session_id=SESSION,
        to=Phase.DISCHARGED,
        new_id=UUID(int=9_999),
        outcome="left_before_ready",
        reason="Taxi was there",
    )
    tale.ask(at, leaving)
    return tale


def with_late_spike(tale: Tale, at: float, received: float) -> Tale:
    """A spike that nobody saw, reported later."""
    for n, systolic in enumerate((184, 187)):
        tale.reading(
            at + 2 * n, Source.NIBP, received=received, late=True, systolic=systolic, diastolic=98.0, interval_s=120
        )
    return tale


def reviewed(tale: Tale, at: float) -> Tale:
    """The second look at everything so far, entered as the watch does."""
    alerts = committed(tale, at).alerts
    entries: Iterable[Entry] = [tale.created, *tale.entries]
    found = review(
        session=tale.created,
        compiled=tale.compiled,
        entries=list(entries),
        known=list(alerts.values()),
        committed_at=us(at),
    )
    tale.tell(
        Reviewed(
            position=tale.position,
            session_id=SESSION,
            at=us(at),
            committed_at=us(at),
            born=found.born,
            spans=found.spans,
        )
    )
    return tale
