"""Every table of the record, as SQLAlchemy Core. Times are bigint microseconds since the Unix epoch, values tenths.

Each table has `clinic_id`, and every key that points at a row carries it: one clinic's row never points at another's.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB, ExcludeConstraint

from kat_monitor.domain.alerts import AlertKind, AlertState
from kat_monitor.domain.vitals import OPEN_PHASES, Phase, Priority
from kat_monitor.store.columns import (
    at_,
    clinic_,
    id_,
    metadata,
    one_of,
    person_,
    same_clinic,
    small_,
    text_,
)

# People and places

clinic = Table(
    "clinic",
    metadata,
    id_("clinic_id", primary_key=True),
    text_("name"),
    at_("created_at"),
    Column("position_reserved", BigInteger, nullable=False, server_default=text("0")),
    Column("owner_epoch", BigInteger, nullable=False, server_default=text("0")),
)
"""`position_reserved`: no journal position above it has been committed; after a restart counting goes on from there.
`owner_epoch` rises each time a server takes the database (ownership.py)."""

account = Table(
    "account",
    metadata,
    clinic_(),
    id_("id", primary_key=True),
    Column("username", Text, nullable=False, unique=True),
    text_("name"),
    Column("roles", ARRAY(Text), nullable=False),
    text_("password_hash"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    at_("created_at"),
)
"""Usernames are unique over all clinics: a login names no clinic."""

login = Table(
    "login",
    metadata,
    clinic_(),
    id_("id", primary_key=True),
    id_("account_id"),
    Column("secret_sha256", LargeBinary, nullable=False, unique=True),
    at_("created_at"),
    at_("seen_at"),
    at_("expires_at"),
    at_("revoked_at", null=True),
    same_clinic("account_id", "account"),
)

token = Table(
    "token",
    metadata,
    clinic_(),
    id_("id", primary_key=True),
    id_("account_id"),
    text_("label"),
    Column("secret_sha256", LargeBinary, nullable=False, unique=True),
    Column("scopes", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    at_("created_at"),
    at_("expires_at", null=True),
    at_("revoked_at", null=True),
    same_clinic("account_id", "account"),
)

gateway = Table(
    "gateway",
    metadata,
    clinic_(),
    id_("id", primary_key=True),
    text_("label"),
    Column("key_sha256", LargeBinary, nullable=False, unique=True),
    at_("created_at"),
    at_("revoked_at", null=True),
    Column("offset_us", BigInteger),
)

_chair_columns = (id_("id", primary_key=True), text_("label"), text_("room", null=True))
chair = Table("chair", metadata, clinic_(), *_chair_columns)

device = Table(
    "device",
    metadata,
    clinic_(),
    id_("id", primary_key=True),
    text_("code"),
    text_("label"),
    text_("kind"),
    id_("gateway_id", null=True),
    id_("chair_id", null=True),
    Column("interval_ms", Integer, nullable=False),
    CheckConstraint("interval_ms > 0", name="interval"),
    same_clinic("gateway_id", "gateway"),
    same_clinic("chair_id", "chair"),
    UniqueConstraint("clinic_id", "gateway_id", "code"),
)
"""`chair_id` is where it stands now; `device_stay` says where it stood when."""

device_stay = Table(
    "device_stay",
    metadata,
    clinic_(),
    id_("device_id", primary_key=True),
    Column("from_at", BigInteger, primary_key=True),
    id_("chair_id", null=True),
    id_("by", null=True),
    same_clinic("device_id", "device"),
    same_clinic("chair_id", "chair"),
)
"""A stay lasts until the same device's next one: a device cannot stand at two chairs at once. No chair: put away."""

patient = Table(
    "patient", metadata, clinic_(), id_("id", primary_key=True), *person_(), UniqueConstraint("clinic_id", "mrn")
)

_keys = (id_("patient_id", primary_key=True), id_("id", primary_key=True))
_number = Column("number", BigInteger, Identity(always=True), nullable=False)
patient_before = Table(
    "patient_before",
    metadata,
    *(clinic_(), *_keys, _number, at_("at"), id_("by", null=True), *person_()),
    same_clinic("patient_id", "patient"),
)
"""A patient as they were until `at`, when `by` changed them; in the order of `number`."""

protocol_version = Table(
    "protocol_version",
    metadata,
    clinic_(),
    Column("code", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    text_("sha256"),
    text_("toml"),
    at_("created_at"),
    id_("by", null=True),
    CheckConstraint("version > 0", name="version"),
)

# Sessions and what happened in them

_open_phases = ", ".join(f"'{phase.value}'" for phase in Phase if phase in OPEN_PHASES)

session = Table(
    "session",
    metadata,
    clinic_(),
    id_("id", primary_key=True),
    id_("patient_id"),
    id_("chair_id"),
    text_("protocol_code"),
    Column("protocol_version", Integer, nullable=False),
    text_("phase"),
    at_("created_at"),
    at_("listed_at"),
    Column("planned_dosing_min", Double, nullable=False),
    text_("outcome", null=True),
    Column("weight_kg", Double),
    at_("scheduled_at", null=True),
    at_("checked_in_at", null=True),
    at_("dosing_at", null=True),
    at_("dosing_ended_at", null=True),
    at_("ended_at", null=True),
    small_("peak_systolic"),
    Column("peak_systolic_min", Double),
    small_("peak_diastolic"),
    Column("peak_diastolic_min", Double),
    small_("max_rise_systolic"),
    small_("max_rise_diastolic"),
    *(Column(f"alerts_{priority.value}", Integer, nullable=False) for priority in Priority),
    Column("minutes_in_dosing", Double, nullable=False),
    Column("readings", BigInteger, nullable=False),
    Column("coverage_pct", Double),
    Column("waited_for_driver_min", Double),
    one_of("phase", [phase.value for phase in Phase]),
    same_clinic("patient_id", "patient"),
    same_clinic("chair_id", "chair"),
    ForeignKeyConstraint(
        ["clinic_id", "protocol_code", "protocol_version"],
        ["protocol_version.clinic_id", "protocol_version.code", "protocol_version.version"],
    ),
    # Checked at commit, so that one batch may end a session and check the next patient in, in any order of rows.
    ExcludeConstraint(
        ("clinic_id", "="),
        ("chair_id", "="),
        using="btree",
        where=text(f"phase IN ({_open_phases})"),
        deferrable=True,
        initially="DEFERRED",
        name="session_one_open_per_chair",
    ),
    ExcludeConstraint(
        ("clinic_id", "="),
        ("patient_id", "="),
        using="btree",
        where=text(f"phase IN ({_open_phases})"),
        deferrable=True,
        initially="DEFERRED",
        name="session_one_open_per_patient",
    ),
    Index("session_listed_idx", "clinic_id", "listed_at", "id"),
    Index("session_not_ended_idx", "clinic_id", postgresql_where=text("ended_at IS NULL")),
)
"""From `peak_systolic` on: `domain.readiness.Summary`, in its order."""

reading = Table(
    "reading",
    metadata,
    id_("clinic_id"),
    id_("device_id", primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    id_("session_id", null=True),
    Column("position", BigInteger, nullable=False),
    small_("source", null=False),
    small_("flags", null=False),
    small_("refused", null=False),
    Column("late", Boolean, nullable=False),
    Column("interval_ms", Integer, nullable=False),
    at_("observed_at"),
    at_("sent_at", null=True),
    at_("received_at"),
    at_("effective_at"),
    small_("systolic"),
    small_("diastolic"),
    small_("mean"),
    small_("heart_rate"),
    small_("spo2"),
    small_("respiratory_rate"),
    small_("temperature"),
    text_("reason", null=True),
    CheckConstraint("source BETWEEN 0 AND 5", name="source"),
    Index("reading_session_idx", "session_id", "effective_at"),
)
"""Columns are `domain.readings.Reading`, in its order, for binary COPY. No foreign keys: it is the hot table."""

journal = Table(
    "journal",
    metadata,
    clinic_(),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    id_("session_id"),
    text_("kind"),
    at_("at"),
    at_("committed_at"),
    id_("by", null=True),
    Column("data", JSON, nullable=False),
    same_clinic("session_id", "session"),
    Index("journal_session_idx", "clinic_id", "session_id", "position"),
    Index("journal_correction_idx", "clinic_id", "position", postgresql_where=text("kind = 'readings_corrected'")),
)
"""Every entry but readings; `data` holds the fields of its kind (codec.py); json, not jsonb: as written."""

# Alerts and what goes out

alert = Table(
    "alert",
    metadata,
    clinic_(),
    id_("id", primary_key=True),
    id_("session_id", null=True),
    id_("chair_id", null=True),
    Column("limit_code", Text, key="limit", nullable=False),
    text_("source"),
    text_("kind"),
    text_("priority"),
    text_("limit_priority"),
    text_("state"),
    at_("opened_at"),
    at_("raised_at"),
    text_("protocol_code", null=True),
    Column("protocol_version", Integer),
    small_("metric"),
    text_("subject", null=True),
    text_("detail", null=True),
    *(at_(name, null=True) for name in ("active_at", "returned_at", "closed_at", "ended_at", "confirm_by")),
    text_("closed_reason", null=True),
    Column("value", Integer),
    Column("limit_value", Integer),
    Column("worst_value", Integer),
    id_("acknowledged_by", null=True),
    at_("acknowledged_at", null=True),
    Column("acknowledged_value", Integer),
    text_("note", null=True),
    small_("escalation", null=False),
    *(Column(name, Boolean, nullable=False) for name in ("suppressed", "late", "unconfirmed")),
    *(Column(name, Boolean, nullable=False) for name in ("recorded", "found_after_end")),
    at_("reviewed_from", null=True),
    at_("reviewed_to", null=True),
    at_("reminded_at", null=True),
    one_of("kind", [kind.value for kind in AlertKind]),
    one_of("priority", [priority.value for priority in Priority]),
    one_of("state", [state.value for state in AlertState]),
    same_clinic("session_id", "session"),
    same_clinic("chair_id", "chair"),
    Index("alert_open_idx", "clinic_id", postgresql_where=text("state <> 'closed'")),
    Index("alert_session_idx", "clinic_id", "session_id", "opened_at"),
    Index("alert_opened_idx", "clinic_id", "opened_at", "id"),
)
"""Columns are `domain.alerts.Alert`. `value` and the like are integers: a rate can exceed a smallint."""

alert_transition = Table(
    "alert_transition",
    metadata,
    clinic_(),
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    id_("alert_id"),
    text_("step"),
    at_("at"),
    id_("by", null=True),
    text_("note", null=True),
    text_("state"),
    text_("priority"),
    Column("value", Integer),
    Column("worst_value", Integer),
    small_("escalation", null=False),
    same_clinic("alert_id", "alert"),
    Index("alert_transition_alert_idx", "clinic_id", "alert_id", "number"),
)
"""Each step of each alert, as it stood after it."""

notice = Table(
    "notice",
    metadata,
    clinic_(),
    id_("id", primary_key=True),
    id_("alert_id"),
    small_("level", null=False),
    Column("payload", JSONB, nullable=False),
    at_("due_at"),
    Column("attempts", Integer, nullable=False),
    at_("sent_at", null=True),
    at_("cancelled_at", null=True),
    same_clinic("alert_id", "alert"),
    UniqueConstraint("clinic_id", "alert_id", "level"),
    Index(
        "notice_waiting_idx", "clinic_id", "due_at", postgresql_where=text("sent_at IS NULL AND cancelled_at IS NULL")
    ),
)

# What keeps the rest honest

answer = Table(
    "answer",
    metadata,
    clinic_(),
    id_("key", primary_key=True),
    Column("body_sha256", LargeBinary, nullable=False),
    small_("status", null=False),
    Column("body", JSON),
    at_("created_at"),
    Index("answer_created_idx", "clinic_id", "created_at"),
)

audit = Table(
    "audit",
    metadata,
    clinic_(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    at_("at"),
    id_("actor", null=True),
    text_("action"),
    text_("subject"),
    Column("details", JSON, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    CheckConstraint("number > 0", name="number"),
)

meta = Table("meta", metadata, clinic_(), Column("key", Text, primary_key=True), Column("value", JSONB, nullable=False))
"""Small facts about a clinic's own running, such as the anchor of a demo's clock."""
