"""A session's readings as JSON columns, as stored: raw, in time order, late and voided ones marked."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec
import numpy as np

from kat_monitor.domain.corrections import UNCORRECTED, Whose
from kat_monitor.domain.readings import Flag, flag_names
from kat_monitor.domain.vitals import METRIC_NAMES, POSSIBLE, Source, from_tenths
from kat_monitor.history.readings import COLUMNS, HEAD, Key, readings_of
from kat_monitor.history.steps import stepped_columns
from kat_monitor.store.reader import Reader

IN_THREAD = 5_000
"""From so many rows on, columns are made and encoded beside the loop."""

Json = dict[str, Any]
_SHOWN = tuple(from_tenths(tenths) for tenths in range(max(high for _, high in POSSIBLE) + 1))


async def raw(
    reader: Reader,
    clinic_id: UUID,
    session_id: UUID,
    start: int | None,
    end: int | None,
    whose: Whose = UNCORRECTED,
    *,
    cuff: bool = False,
) -> bytes:
    """Every reading with `start <= effective_at < end` (`cuff`: single readings alone), as JSON.

    Raises KatError 422 for too many.
    """
    found = await readings_of(reader, clinic_id, session_id, whose, start, end, cuff=cuff)
    return await _encoded(found.rows, lambda: raw_columns(found.rows, found.voided, found.given))


async def stepped(
    reader: Reader,
    clinic_id: UUID,
    session_id: UUID,
    start: int | None,
    end: int | None,
    step_us: int,
    whose: Whose = UNCORRECTED,
    *,
    cuff: bool = False,
) -> bytes:
    """Min, mean and max per step of `step_us`, as JSON. Raises KatError 422 for too many readings or steps."""
    found = await readings_of(reader, clinic_id, session_id, whose, start, end, cuff=cuff)
    return await _encoded(found.rows, lambda: stepped_columns(found.rows, found.voided, start, step_us))


async def _encoded(rows: Sequence[Any], columns: Callable[[], Json]) -> bytes:
    if len(rows) <= IN_THREAD:
        return msgspec.json.encode(columns())
    return await asyncio.to_thread(lambda: msgspec.json.encode(columns()))


def raw_columns(rows: Sequence[Any], voided: frozenset[Key], given: frozenset[Key] = frozenset()) -> Json:
    """Rows of `readings.COLUMNS` as columns of equal length; None where nothing was measured."""
    taken = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
    effective, observed, device_ids, seqs, sources, flags, late = taken[: len(HEAD)]
    names = {device_id: str(device_id) for device_id in set(device_ids)}
    statuses = {bits: flag_names(bits) for bits in set(flags)}
    suspects = {bits: bool(bits & Flag.SUSPECT) for bits in set(flags)}
    wires = {source: Source(source).wire for source in set(sources)}
    columns: Json = {
        "observed_at": rfc3339(observed),
        "effective_at": rfc3339(effective),
        "device": [names[device_id] for device_id in device_ids],
        "seq": seqs,
        "source": [wires[source] for source in sources],
        "status": [statuses[bits] for bits in flags],
        "suspect": [suspects[bits] for bits in flags],
        "late": late,
        "voided": _among(voided, device_ids, seqs),
        "corrected": _among(given, device_ids, seqs),
    }
    for name, tenths in zip(METRIC_NAMES, taken[len(HEAD) :], strict=True):
        columns[name] = [None if value is None else _SHOWN[value] for value in tenths]
    return columns


def _among(keys: frozenset[Key], device_ids: Sequence[UUID], seqs: Sequence[int]) -> list[bool]:
    return [key in keys for key in zip(device_ids, seqs, strict=True)] if keys else [False] * len(seqs)


def rfc3339(times: Sequence[int]) -> list[str]:
    """Microseconds as on the wire; a whole column at once, so all with milliseconds or all with microseconds."""
    moments = np.array(times, dtype=np.int64).astype("datetime64[us]")
    if not any(at % 1000 for at in times):
        moments = moments.astype("datetime64[ms]")
    texts: list[str] = np.datetime_as_string(moments, timezone="UTC").tolist()
    return texts
