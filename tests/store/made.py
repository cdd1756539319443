"""Small made-up clinics and rows for the store's tests."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from kat_monitor.domain.alerts import Alert, AlertKind, AlertState
from kat_monitor.domain.journal import SessionCreated
from kat_monitor.domain.readiness import Summary
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import Metric, Phase, Priority, Source
from kat_monitor.store.batch import Batch, RowWrite, SessionRow

NOW = 1_790_000_000_000_000
SECOND = 1_000_000

NO_SUMMARY = Summary(
    peak_systolic=None,
    peak_systolic_min=None,
    peak_diastolic=None,
    peak_diastolic_min=None,
    max_rise_systolic=None,
    max_rise_diastolic=None,
    alerts_high=0,
    alerts_medium=0,
    alerts_low=0,
    minutes_in_dosing=0.0,
    readings=0,
    coverage_pct=None,
    waited_for_driver_min=None,
)


@dataclass(slots=True)
class MadeClinic:
    """A clinic with two chairs, two patients, a gateway with two devices, a person and a protocol."""

    id: UUID = field(default_factory=uuid4)
    chairs: tuple[UUID, UUID] = field(default_factory=lambda: (uuid4(), uuid4()))
    patients: tuple[UUID, UUID] = field(default_factory=lambda: (uuid4(), uuid4()))
    devices: tuple[UUID, UUID] = field(default_factory=lambda: (uuid4(), uuid4()))
    gateway: UUID = field(default_factory=uuid4)
    person: UUID = field(default_factory=uuid4)
    position: int = 0

    def row(self, table: str, key: dict[str, Any], **values: Any) -> RowWrite:
        return RowWrite(table, {"clinic_id": self.id, **key}, values)

    def rows(self) -> list[RowWrite]:
        """Everything a session needs to stand on."""
        rows = [
            RowWrite("clinic", {"clinic_id": self.id}, {"name": "Elm Street", "created_at": NOW}),
            self.row(
                "account",
                {"id": self.person},
                username=f"nurse-{self.person}",
                name="Ada Nurse",
                roles=["nurse"],
                password_hash="none",
                created_at=NOW,
            ),
            self.row("gateway", {"id": self.gateway}, label="Room 1", key_sha256=self.gateway.bytes, created_at=NOW),
            self.row(
                "protocol_version",
                {"code": "iv_infusion", "version": 1},
                sha256="0" * 64,
                toml="code = 'iv_infusion'",
                created_at=NOW,
                by=None,
            ),
        ]
        rows += [self.row("chair", {"id": chair}, label=f"Chair {n}") for n, chair in enumerate(self.chairs, 1)]
        rows += [
            self.row("patient", {"id": patient}, mrn=f"M{n}", name=name, birth_date="1980-02-03", sex="female")
            for n, (patient, name) in enumerate(zip(self.patients, ("Éva 100%_Ó", "Bob Stone"), strict=True), 1)
        ]
        for n, device in enumerate(self.devices, 1):
            rows.append(
                self.row(
                    "device",
                    {"id": device},
                    code=f"monitor-{n}",
                    label=f"Monitor {n}",
                    kind="monitor",
                    gateway_id=self.gateway,
                    chair_id=self.chairs[n - 1],
                    interval_ms=1000,
                )
            )
            rows.append(
                self.row("device_stay", {"device_id": device, "from_at": NOW}, chair_id=self.chairs[n - 1], by=None)
            )
        return rows

    def next_position(self) -> int:
        self.position += 1
        return self.position

    def reading(self, seq: int, session_id: UUID | None = None, *, device: int = 0, **changes: Any) -> Reading:
        """A reading of heart rate 80.0 at `seq` seconds."""
        at = NOW + seq * SECOND
        plain = Reading(
            clinic_id=self.id,
            device_id=self.devices[device],
            seq=seq,
            session_id=session_id,
            position=self.next_position(),
            source=Source.ECG.value,
            flags=0,
            refused=0,
            late=False,
            interval_ms=1000,
            observed_at=at,
            sent_at=None,
            received_at=at,
            effective_at=at,
            systolic=None,
            diastolic=None,
            mean=None,
            heart_rate=800,
            spo2=None,
            respiratory_rate=None,
            temperature=None,
            reason=None,
        )
        return plain._replace(**changes)

    def session(self, n: int = 0, **changes: Any) -> SessionRow:
        """A scheduled session of the n-th patient at the n-th chair."""
        values: dict[str, Any] = {
            "id": uuid4(),
            "clinic_id": self.id,
            "patient_id": self.patients[n],
            "chair_id": self.chairs[n],
            "protocol_code": "iv_infusion",
            "protocol_version": 1,
            "phase": Phase.SCHEDULED,
            "created_at": NOW,
            "listed_at": NOW,
            "planned_dosing_min": 40.0,
            "summary": NO_SUMMARY,
        }
        return SessionRow(**(values | changes))

    def created(self, row: SessionRow) -> SessionCreated:
        """The first entry of that session's journal."""
        return SessionCreated(
            position=self.next_position(),
            session_id=row.id,
            at=NOW,
            committed_at=NOW,
            by=self.person,
            clinic_id=self.id,
            patient_id=row.patient_id,
            chair_id=row.chair_id,
            protocol_code=row.protocol_code,
            protocol_version=row.protocol_version,
            planned_dosing_min=row.planned_dosing_min,
        )

    def begin(self, row: SessionRow) -> Batch:
        """A batch that stores that session and its creation."""
        return Batch(sessions={row.id: row}, entries=[(self.id, self.created(row))])

    def alert(self, session_id: UUID | None = None, **changes: Any) -> Alert:
        """An active high alert of systolic 186.0 by cuff."""
        values: dict[str, Any] = {
            "id": uuid4(),
            "clinic_id": self.id,
            "session_id": session_id,
            "chair_id": self.chairs[0],
            "limit": "systolic_high",
            "source": "nibp",
            "kind": AlertKind.PHYSIOLOGICAL,
            "priority": Priority.HIGH,
            "limit_priority": Priority.HIGH,
            "state": AlertState.ACTIVE,
            "opened_at": NOW,
            "raised_at": NOW + 5,
            "protocol_code": "iv_infusion",
            "protocol_version": 1,
            "metric": Metric.SYSTOLIC.value,
            "value": 1860,
            "limit_value": 1800,
            "worst_value": 1860,
            "active_at": NOW + 5,
        }
        return Alert(**(values | changes))
