"""The tables of who is responsible for what: chairs, offers, being on call, opening checks. As tables.py."""

from sqlalchemy import BigInteger, Column, Identity, Index, Table, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from kat_monitor.domain.assignments import OfferKind, OfferState
from kat_monitor.store.columns import at_, clinic_, id_, metadata, one_of, same_clinic, text_


def _number() -> Column[int]:
    return Column("number", BigInteger, Identity(always=True), nullable=False)


offer = Table(
    "offer",
    metadata,
    clinic_(),
    id_("id", primary_key=True),
    text_("kind"),
    id_("giver_id"),
    id_("receiver_id"),
    at_("made_at"),
    Column("chair_ids", ARRAY(Uuid), nullable=False),
    at_("until", null=True),
    text_("note", null=True),
    text_("state"),
    at_("settled_at", null=True),
    one_of("kind", [kind.value for kind in OfferKind]),
    one_of("state", [state.value for state in OfferState]),
    same_clinic("giver_id", "account"),
    same_clinic("receiver_id", "account"),
    Index("offer_open_idx", "clinic_id", postgresql_where=text("state = 'open'")),
)

offer_step = Table(
    "offer_step",
    metadata,
    clinic_(),
    id_("offer_id", primary_key=True),
    id_("id", primary_key=True),
    _number(),
    at_("at"),
    id_("by"),
    text_("step"),
    id_("chair_id", null=True),
    id_("alert_id", null=True),
    same_clinic("offer_id", "offer"),
    same_clinic("chair_id", "chair"),
    same_clinic("alert_id", "alert"),
)
"""What was accepted of an offer, and how it was settled, in the order of `number`."""

assignment = Table(
    "assignment",
    metadata,
    clinic_(),
    id_("chair_id", primary_key=True),
    id_("id", primary_key=True),
    _number(),
    at_("since"),
    id_("by"),
    id_("nurse_id", null=True),
    id_("covered_by", null=True),
    id_("offer_id", null=True),
    same_clinic("chair_id", "chair"),
    same_clinic("nurse_id", "account"),
    same_clinic("covered_by", "account"),
    same_clinic("offer_id", "offer"),
    Index("assignment_newest_idx", "clinic_id", "chair_id", "number"),
)
"""Each change of who has a chair; the newest counts."""

taken_alert = Table(
    "taken_alert",
    metadata,
    clinic_(),
    id_("alert_id", primary_key=True),
    id_("by"),
    at_("at"),
    id_("offer_id"),
    at_("until", null=True),
    same_clinic("alert_id", "alert"),
    same_clinic("by", "account"),
    same_clinic("offer_id", "offer"),
    Index("taken_alert_lasting_idx", "clinic_id", postgresql_where=text('"until" IS NULL')),
)
"""Alerts accepted out of an offer without their chair, until it moved too or the cover ended."""

on_call = Table(
    "on_call",
    metadata,
    clinic_(),
    id_("id", primary_key=True),
    _number(),
    id_("account_id"),
    at_("since"),
    id_("by"),
    same_clinic("account_id", "account"),
    Index("on_call_newest_idx", "clinic_id", "number"),
)
"""The newest is the clinician on call."""

opening_check = Table(
    "opening_check",
    metadata,
    clinic_(),
    id_("id", primary_key=True),
    text_("day"),
    at_("signed_at"),
    id_("by"),
    id_("station_id", null=True),
    Column("answers", JSONB, nullable=False),
    Column("notes", JSONB, nullable=False),
    Column("chairs_confirmed", ARRAY(Uuid), nullable=False),
    text_("note", null=True),
    Column("seen", JSONB, nullable=False),
    same_clinic("by", "account"),
    same_clinic("station_id", "station"),
    Index("opening_check_day_idx", "clinic_id", "day", "signed_at"),
)

APPEND_ONLY = (offer_step, assignment, on_call, opening_check)
