"""No query forgets its clinic: each is checked when it is made, and the check sees what is planted."""

import ast
import importlib
import pkgutil
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Select, exists, func, or_, select

from kat_monitor import store
from kat_monitor.store.columns import metadata
from kat_monitor.store.query import Query, Unscoped, require_clinic
from kat_monitor.store.tables import alert, alert_transition, device, reading, session

CLINIC = uuid4()
_other = alert.alias("other")
_scoped = select(reading.c.seq).where(reading.c.clinic_id == CLINIC)

FORGETFUL = {
    "no condition": select(alert),
    "another column": select(alert).where(alert.c.id == CLINIC),
    "not equal": select(alert).where(alert.c.clinic_id != CLINIC),
    "itself": select(alert).where(alert.c.clinic_id == alert.c.clinic_id),
    "whatever it is": select(alert).where(alert.c.clinic_id == func.coalesce(alert.c.session_id, alert.c.clinic_id)),
    "or": select(alert).where(or_(alert.c.clinic_id == CLINIC, alert.c.late)),
    "joined table": select(alert).join(session, alert.c.session_id == session.c.id).where(alert.c.clinic_id == CLINIC),
    "alias": select(alert, _other).where(alert.c.clinic_id == CLINIC, alert.c.id == _other.c.id),
    "outer join": select(session)
    .outerjoin(alert, alert.c.clinic_id == session.c.clinic_id)
    .where(alert.c.clinic_id == CLINIC),
    "subquery": select(select(reading.c.seq).subquery()),
    "same table within": select(reading.c.seq, _scoped.subquery().c.seq),
    "scalar subquery": select(
        device.c.id, select(func.max(reading.c.seq)).where(reading.c.device_id == device.c.id).scalar_subquery()
    ).where(device.c.clinic_id == CLINIC),
    "exists": select(device.c.id)
    .where(device.c.clinic_id == CLINIC)
    .where(exists(select(reading.c.seq).where(reading.c.device_id == device.c.id))),
}
MINDFUL = {
    "parameter": select(alert).where(alert.c.clinic_id == CLINIC, alert.c.late),
    "the other way round": select(alert).where(alert.c.clinic_id == CLINIC),
    "join": select(alert_transition)
    .join(alert, (alert.c.clinic_id == alert_transition.c.clinic_id) & (alert.c.id == alert_transition.c.alert_id))
    .where(alert.c.clinic_id == CLINIC),
    "subquery": select(_scoped.subquery()),
    "scalar subquery": select(
        device.c.id,
        select(func.max(reading.c.seq))
        .where(reading.c.clinic_id == device.c.clinic_id, reading.c.device_id == device.c.id)
        .scalar_subquery(),
    ).where(device.c.clinic_id == CLINIC),
}


@pytest.mark.parametrize("name", FORGETFUL)
def test_a_query_that_forgets_its_clinic_cannot_be_made(name: str) -> None:
    with pytest.raises(Unscoped):
        Query(FORGETFUL[name])


@pytest.mark.parametrize("name", MINDFUL)
def test_a_query_that_keeps_to_its_clinic_can(name: str) -> None:
    require_clinic(MINDFUL[name])


def modules() -> list[str]:
    return [f"{store.__name__}.{module.name}" for module in pkgutil.iter_modules(store.__path__)]


def test_only_the_list_of_clinics_looks_over_all_of_them() -> None:
    found = {
        f"{name}.{label}"
        for name in modules()
        for label, thing in vars(importlib.import_module(name)).items()
        if isinstance(thing, Query) and thing.every_clinic
    }
    assert found == {"kat_monitor.store.standing.CLINICS"}


def test_no_select_is_run_past_the_check() -> None:
    """Every Select that a module keeps is a Query, and SQL as text reads no table of a clinic."""
    tables = set(metadata.tables)
    for name in modules():
        module = importlib.import_module(name)
        for label, thing in vars(module).items():
            assert label.startswith("_") or not isinstance(thing, Select), f"{name}.{label}"
        assert module.__file__ is not None
        for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = node.value.upper().split()
                named = {words[i + 1].lower() for i, word in enumerate(words[:-1]) if word in ("FROM", "JOIN", "INTO")}
                if words and words[0] in ("SELECT", "INSERT", "DELETE", "WITH"):
                    assert not named & tables, f"{name}: {node.value}"


def test_every_table_and_every_reference_carries_the_clinic() -> None:
    for table in metadata.tables.values():
        assert not table.c.clinic_id.nullable, table.name
        for key in table.foreign_key_constraints:
            assert "clinic_id" in key.column_keys, f"{table.name}: {key.name}"
