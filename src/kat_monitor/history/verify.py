"""`kat-monitor verify`: does what is stored of each session's alerts follow from its journal and its protocol?"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.table import Table
from sqlalchemy import URL, Uuid, bindparam, select

from kat_monitor.domain.journal import Reviewed
from kat_monitor.domain.protocol import ProtocolVersion
from kat_monitor.domain.readings import Reading
from kat_monitor.history.findings import Finding, Record, check_session
from kat_monitor.history.refold import creation
from kat_monitor.history.snapshot import Moment, Snapshots
from kat_monitor.protocols.loader import version_of
from kat_monitor.rules.compile import Compiled, compile_protocol
from kat_monitor.settings import Settings
from kat_monitor.store.alert_rows import AlertRows
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.corrections import Corrections
from kat_monitor.store.journals import Journals
from kat_monitor.store.ledger import Ledger
from kat_monitor.store.query import Query
from kat_monitor.store.session_rows import SessionRows
from kat_monitor.store.standing import Standing
from kat_monitor.store.tables import journal

_clinic_id = bindparam("clinic_id", type_=Uuid())
NEWEST = Query(
    select(journal.c.committed_at).where(journal.c.clinic_id == _clinic_id).order_by(journal.c.position.desc()).limit(1)
)

OWED_KEY = "reviews_owed"
"""Under it the watch keeps which sessions are still to be reviewed."""
SHOWN = 200
"""Findings printed one by one; the rest is counted."""


@dataclass(slots=True)
class Verdict:
    """What was looked at, and what does not agree."""

    sessions: int = 0
    entries: int = 0
    readings: int = 0
    late: int = 0
    alerts: int = 0
    reviews: int = 0
    owed: int = 0
    """Reviews that the record says are still to come."""
    unknown: list[UUID] = field(default_factory=list)
    """Ids asked for that no clinic has."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.findings or self.unknown)


async def run_verify(settings: Settings, url: URL, ids: Sequence[UUID], console: Console) -> int:
    """Look at these sessions (all by default) and print what was found. The exit code: 1 on any difference."""
    verdict = await verify(url, Deadlines.of(settings), ids)
    show(verdict, console)
    return 0 if verdict.good else 1


async def verify(url: URL, deadlines: Deadlines, ids: Sequence[UUID] = ()) -> Verdict:
    """Every session asked for, each as it stood at one moment; a server may go on meanwhile. Raises StoreAway."""
    snapshots = Snapshots(url, deadlines, name="kat-monitor verify")
    verdict = Verdict()
    try:
        async with snapshots.moment() as moment:
            clinics = [stored.clinic.id for stored in await Standing(moment).clinics()]
        missing = set(ids)
        for clinic_id in clinics:
            checker = _Checker(snapshots, clinic_id, verdict)
            wanted = await checker.sessions(ids)
            missing -= set(wanted)
            for session_id in wanted:
                await checker.check(session_id)
        verdict.unknown = sorted(missing, key=str)
    finally:
        await snapshots.close()
    return verdict


class _Checker:
    """One clinic: its protocols parsed once, its sessions one after another."""

    def __init__(self, snapshots: Snapshots, clinic_id: UUID, verdict: Verdict) -> None:
        self._snapshots = snapshots
        self._clinic_id = clinic_id
        self._verdict = verdict
        self._versions: dict[tuple[str, int], tuple[ProtocolVersion, Compiled, bool]] = {}

    async def sessions(self, ids: Sequence[UUID]) -> list[UUID]:
        """Those of the ids that are this clinic's; all of its sessions for none."""
        async with self._snapshots.moment() as moment:
            rows = SessionRows(moment)
            if not ids:
                return await rows.ids(self._clinic_id)
            known = await rows.some(self._clinic_id, ids)
        return [session_id for session_id in dict.fromkeys(ids) if session_id in known]

    async def check(self, session_id: UUID) -> None:
        async with self._snapshots.moment() as moment:
            record = await self._record(moment, session_id)
            version, compiled, whole = await self._version(moment, record)
        if not whole:
            said = f"{version.code} {version.version}"
            self._verdict.findings.append(Finding(session_id, "protocol", "sha256 of its text", said))
        self._verdict.findings += await asyncio.to_thread(check_session, record, version, compiled)
        self._count(record)

    async def _record(self, moment: Moment, session_id: UUID) -> Record:
        alerts = AlertRows(moment)
        newest: Any = await moment.row(NEWEST, clinic_id=self._clinic_id)
        owed: Any = await Ledger(moment).meta(self._clinic_id, OWED_KEY)
        return Record(
            session_id=session_id,
            entries=await Journals(moment).one(self._clinic_id, session_id),
            corrected=await Corrections(moment).entries(self._clinic_id, session_id),
            alerts=await alerts.of_session(self._clinic_id, session_id),
            steps=await alerts.transitions_of_session(self._clinic_id, session_id),
            newest_at=newest["committed_at"],
            owed=owed is not None and str(session_id) in owed["sessions"],
        )

    async def _version(self, moment: Moment, record: Record) -> tuple[ProtocolVersion, Compiled, bool]:
        """The pinned protocol, and whether its text still is what was signed."""
        created = creation(record.entries)
        key = (created.protocol_code, created.protocol_version)
        if key not in self._versions:
            for kept in await Standing(moment).protocols(self._clinic_id):
                version = version_of(kept.toml, kept.version)
                whole = version.sha256 == kept.sha256
                self._versions[kept.code, kept.version] = (version, compile_protocol(version), whole)
        return self._versions[key]

    def _count(self, record: Record) -> None:
        verdict = self._verdict
        readings = [entry for entry in record.entries if isinstance(entry, Reading)]
        verdict.sessions += 1
        verdict.readings += len(readings)
        verdict.late += sum(reading.late for reading in readings)
        verdict.entries += len(record.entries) - len(readings)
        verdict.alerts += len(record.alerts)
        verdict.owed += record.owed
        verdict.reviews += sum(isinstance(entry, Reviewed) for entry in record.entries)


def show(verdict: Verdict, console: Console) -> None:
    """A table of the findings, then one line of counts."""
    if verdict.findings:
        table = Table(title="Differences")
        for heading in ("session", "alert", "limit", "what", "folded", "stored"):
            table.add_column(heading, overflow="fold")
        for f in verdict.findings[:SHOWN]:
            table.add_row(*(_text(v) for v in (f.session_id, f.alert_id, f.limit, f.what, f.folded, f.stored)))
        console.print(table)
    for session_id in verdict.unknown:
        console.print(f"{session_id}: no such session", highlight=False)
    readings = f"{verdict.readings} readings ({verdict.late} late), {verdict.entries} other entries"
    reviews = f"{verdict.reviews} reviews ({verdict.owed} still owed), {verdict.alerts} alerts"
    console.print(
        f"{verdict.sessions} sessions: {readings}, {reviews}. {len(verdict.findings)} differences.", highlight=False
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)
