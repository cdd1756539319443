"""Kinds of columns and constraints that the tables share, and the one MetaData they belong to."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    SmallInteger,
    Text,
    Uuid,
)

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)


def id_(name: str, *, null: bool = False, **more: Any) -> Column[Any]:
    return Column(name, Uuid, nullable=null, **more)


def at_(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, BigInteger, nullable=null)


def text_(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=null)


def small_(name: str, *, null: bool = True) -> Column[Any]:
    return Column(name, SmallInteger, nullable=null)


def person_() -> list[Column[Any]]:
    """Who a patient is."""
    return [text_("mrn"), text_("name"), text_("birth_date"), text_("sex", null=True)]


def clinic_(*, key: bool = True) -> Column[Any]:
    return Column("clinic_id", Uuid, ForeignKey("clinic.clinic_id"), primary_key=key, nullable=False)


def same_clinic(column: str, table: str) -> ForeignKeyConstraint:
    """The row pointed at belongs to the same clinic."""
    return ForeignKeyConstraint(["clinic_id", column], [f"{table}.clinic_id", f"{table}.id"])


def one_of(column: str, values: Sequence[str]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
