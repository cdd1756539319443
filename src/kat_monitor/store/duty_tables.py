"""The tables of who is on duty: stations, shifts and PINs. As tables.py, and part of the same metadata."""

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Table, text

from kat_monitor.domain.duty import Privacy, StationKind
from kat_monitor.store.columns import at_, clinic_, id_, metadata, one_of, same_clinic, small_, text_

station = Table(
    "station",
    metadata,
    clinic_(),
    id_("id", primary_key=True),
    text_("label"),
    text_("kind"),
    id_("chair_id", null=True),
    text_("privacy"),
    Column("secret_sha256", LargeBinary, nullable=False, unique=True),
    at_("enrolled_at"),
    id_("enrolled_by"),
    at_("retired_at", null=True),
    one_of("kind", [kind.value for kind in StationKind]),
    one_of("privacy", [privacy.value for privacy in Privacy]),
    same_clinic("chair_id", "chair"),
    same_clinic("enrolled_by", "account"),
)

shift = Table(
    "shift",
    metadata,
    clinic_(),
    id_("id", primary_key=True),
    id_("account_id"),
    id_("station_id", null=True),
    at_("began_at"),
    at_("ended_at", null=True),
    id_("ended_by", null=True),
    text_("reason", null=True),
    CheckConstraint("ended_at >= began_at", name="ends_after_it_began"),
    same_clinic("account_id", "account"),
    same_clinic("station_id", "station"),
    same_clinic("ended_by", "account"),
    Index("shift_one_on_per_person", "clinic_id", "account_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    Index("shift_began_idx", "clinic_id", "began_at"),
)
"""`station_id` is where the person is now, or was last; the audit trail has every move."""

pin = Table(
    "pin",
    metadata,
    clinic_(),
    id_("account_id", primary_key=True),
    text_("pin_hash", null=True),
    small_("failures", null=False),
    at_("set_at"),
    same_clinic("account_id", "account"),
)
"""No hash: taken away."""
