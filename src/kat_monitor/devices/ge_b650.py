"""Reads the CSV a GE B650 data logger writes (one row about every 10 s), or says per row and column why it does not.

Seen in real files: every column name four times over, decimal commas inside a comma-separated file, `-` for "not
measured", a clock in local time beside one in epoch seconds. Nothing is guessed: what may mean two things is not read.
"""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from kat_monitor.domain.vitals import SECOND_US, Metric, Source

QUARTER_S = 900
"""Offsets of time zones are whole quarter hours."""
ABSENT = frozenset({"-", ""})
COLUMNS: dict[str, tuple[Source, Metric]] = {
    "ECG_HR": (Source.ECG, Metric.HEART_RATE),
    "SpO2_PR": (Source.PULSE_OX, Metric.HEART_RATE),
    "NIBP_Systolic": (Source.NIBP, Metric.SYSTOLIC),
    "NIBP_Diastolic": (Source.NIBP, Metric.DIASTOLIC),
    "NIBP_Mean": (Source.NIBP, Metric.MEAN),
}
"""What a name says for certain. The P channels are any invasive pressure, `SpO2_POS` is not documented: not read."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one source measured in one row: microseconds, natural units by metric name."""

    observed_at: int
    source: Source
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Unread:
    """What was not taken and why. `row` counts from 1 below the header; None for a whole column or file."""

    reason: str
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    readings: tuple[Measured, ...]
    unread: tuple[Unread, ...]


def read(data: bytes) -> Recording:
    """Everything of the file that can be read for certain, and a reason for everything else."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8", "strict")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        return Recording((), (Unread(f"not a UTF-8 CSV file: {type(error).__name__}"),))
    if not rows or not {"Time", "time", "ECG_HR", "NIBP_Systolic"} <= set(rows[0]):
        return Recording(
            (), (Unread("not a B650 log: the columns Time, time, ECG_HR and NIBP_Systolic are not there"),)
        )
    header = rows[0]
    columns, unread = _columns(header)
    readings: list[Measured] = []
    for number, row in enumerate(rows[1:], start=1):
        found = _row(number, header, row, columns, unread)
        readings += found
    return Recording(tuple(readings), tuple(unread))


def _columns(header: Sequence[str]) -> tuple[dict[str, int], list[Unread]]:
    """Where each column that we know stands, once; a name that stands twice is nobody's."""
    columns, unread = {}, []
    for name in COLUMNS:
        places = [index for index, given in enumerate(header) if given == name]
        if len(places) == 1:
            columns[name] = places[0]
        elif places:
            unread.append(Unread(f"the header has it {len(places)} times, so it means nothing for certain", None, name))
    return columns, unread


def _row(
    number: int, header: Sequence[str], row: Sequence[str], columns: dict[str, int], unread: list[Unread]
) -> list[Measured]:
    if not any(cell.strip() for cell in row):
        return []
    if len(row) != len(header):
        why = f"{len(row)} fields under {len(header)} headers (decimal commas?): columns cannot be told apart"
        unread.append(Unread(why, number))
        return []
    at = _time(row[header.index("Time")], row[header.index("time")])
    if at is None:
        unread.append(Unread("its two times do not agree, or are no times", number))
        return []
    by_source: dict[Source, dict[str, float]] = {}
    for name, index in columns.items():
        cell = row[index].strip()
        if cell in ABSENT:
            continue
        value = _number(cell)
        if value is None:
            unread.append(Unread("not a number", number, name))
            continue
        source, metric = COLUMNS[name]
        by_source.setdefault(source, {})[metric.wire] = value
    return [Measured(at, source, values) for source, values in by_source.items()]


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _time(local: str, epoch: str) -> int | None:
    """The epoch time, if the local one beside it can be the same moment in some time zone."""
    try:
        seconds = int(epoch)
        shown = datetime.strptime(local, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None
    apart = round(shown.timestamp()) - seconds
    if abs(apart) > 14 * 3600 or apart % QUARTER_S:
        return None
    return seconds * SECOND_US
