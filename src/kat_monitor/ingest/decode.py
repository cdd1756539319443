"""The body of a post becomes judged values: msgspec when it decodes as a whole, item by item when it does not."""

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, NamedTuple

import msgspec

from kat_monitor.domain.readings import FLAGS_BY_NAME, Flag
from kat_monitor.domain.vitals import (
    DIASTOLIC_ABOVE_SYSTOLIC,
    METRIC_NAMES,
    POSSIBLE,
    SOURCES_BY_NAME,
    UNITS,
    Metric,
    from_tenths,
)
from kat_monitor.errors import KatError, bad_value

MAX_READINGS = 5_000
MAX_TEXT = 200
MAX_SEQ = 2**63 - 1
LONGEST_INTEGER = 400
_EARLIEST, _LATEST = 946_684_800, 4_102_444_800
"""2000-01-01 to 2100-01-01: a time outside is absurd, not a clock that is wrong by an hour."""

Zoned = Annotated[datetime, msgspec.Meta(tz=True)]
Seq = Annotated[int, msgspec.Meta(ge=0, le=MAX_SEQ)]


class Item(msgspec.Struct, gc=False):
    """One reading as sent. Unknown fields are ignored: a newer gateway may say more."""

    device: str
    seq: Seq
    observed_at: Zoned
    source: str
    systolic: float | None = None
    diastolic: float | None = None
    mean: float | None = None
    heart_rate: float | None = None
    spo2: float | None = None
    respiratory_rate: float | None = None
    temperature: float | None = None
    status: list[str] = []
    reason: str | None = None


class Body(msgspec.Struct, gc=False):
    """`POST /api/v1/readings`."""

    readings: list[Item]
    sent_at: Zoned | None = None


class StreamFrame(Body, kw_only=True):
    """A text frame of `WS /api/v1/readings/stream`."""

    frame: int


class Candidate(NamedTuple):
    """An item that can be stored, its values in tenths; times in microseconds by the sender's clock."""

    item: int
    device: str
    seq: int
    observed_at: int
    source: int
    flags: int
    refused: int
    values: tuple[int | None, ...]
    reason: str | None


class Verdict(NamedTuple):
    """A rejection (`permanent` says whether sending it again can help) or a warning of one item."""

    item: int
    """Its index in the request."""
    code: str
    detail: str
    permanent: bool = True


class Decoded(NamedTuple):
    """A whole body. `sent_at` is None when the sender did not say."""

    sent_at: int | None
    candidates: list[Candidate]
    rejected: list[Verdict]
    warnings: list[Verdict]
    frame: int | None = None

    @property
    def newest_observed_at(self) -> int | None:
        return max((c.observed_at for c in self.candidates), default=None)


class _Reject(Exception):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


_body = msgspec.json.Decoder(Body)
_frame = msgspec.json.Decoder(StreamFrame)
_FLAG_VALUES: dict[str, int] = {name: int(flag) for name, flag in FLAGS_BY_NAME.items()}
_SOURCES: dict[str, int] = {name: int(source) for name, source in SOURCES_BY_NAME.items()}
_MAY_BE_EMPTY = int(Flag.FAILED | Flag.SENSOR_OFF)
_TENTHS: tuple[dict[float | None, int], ...] = tuple(
    {tenths / 10: tenths for tenths in range(low, high + 1)} for low, high in POSSIBLE
)
"""Of each metric, what is possible and how monitors write it: with one decimal at most."""
_new = tuple.__new__
"""A named tuple made of a tuple, without a look at its length: this is done for every reading."""


def decode(raw: bytes) -> Decoded:
    """A post's body. Raises KatError 400, 413 or 422 when it is not this shape; a bad item rejects only itself."""
    try:
        body = _body.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _item_by_item(_load(raw))
    return _whole(body)


def decode_frame(raw: bytes) -> Decoded:
    """A frame of the stream; as `decode`, with its number."""
    try:
        body = _frame.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        loaded = _load(raw)
        number = _number_of(loaded)
        if number is None:
            raise bad_value("frame", "not_an_integer", "frame must be an integer") from None
        return _item_by_item(loaded)._replace(frame=number)
    return _whole(body)._replace(frame=body.frame)


def frame_number(raw: bytes) -> int | None:
    """The number of a frame that is refused, where it can be read: its sender learns which one to mend."""
    try:
        loaded = json.loads(raw, parse_int=_integer)
    except (ValueError, RecursionError):
        return None
    return _number_of(loaded) if isinstance(loaded, dict) else None


def _number_of(loaded: dict[str, Any]) -> int | None:
    number = loaded.get("frame")
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _whole(body: Body) -> Decoded:
    _count(len(body.readings))
    decoded = Decoded(None if body.sent_at is None else _micros(body.sent_at), [], [], [])
    if decoded.sent_at is not None:
        plausible_time(decoded.sent_at, "sent_at")
    candidates, warnings = decoded.candidates, decoded.warnings
    for index, item in enumerate(body.readings):
        try:
            candidates.append(_candidate(index, item, warnings))
        except _Reject as reject:
            decoded.rejected.append(Verdict(index, reject.code, reject.detail))
    return decoded


def _count(n: int) -> None:
    if n > MAX_READINGS:
        raise KatError(413, "too_many_readings", f"At most {MAX_READINGS} readings a request; this one has {n}.")


def _load(raw: bytes) -> dict[str, Any]:
    try:
        loaded = json.loads(raw, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise KatError(400, "malformed_json", f"The body is not JSON: {_short(error)}") from None
    if not isinstance(loaded, dict):
        raise KatError(422, "wrong_shape", "The body must be an object with `readings`.")
    if not isinstance(loaded.get("readings"), list):
        raise bad_value("readings", "not_a_list", "readings must be a list")
    _count(len(loaded["readings"]))
    return loaded


def _integer(digits: str) -> float:
    """An absurdly long integer is no number, and no reason to refuse its neighbours."""
    return int(digits) if len(digits) <= LONGEST_INTEGER else math.inf


def _short(error: Exception) -> str:
    return str(error).split(":", maxsplit=1)[0][:80] if isinstance(error, ValueError) else "nested too deep"


def _item_by_item(loaded: dict[str, Any]) -> Decoded:
    sent = loaded.get("sent_at")
    sent_at = None if sent is None else _sent(sent)
    decoded = Decoded(sent_at, [], [], [])
    for index, fields in enumerate(loaded["readings"]):
        try:
            item = _read_item(fields)
            decoded.candidates.append(_candidate(index, item, decoded.warnings))
        except _Reject as reject:
            decoded.rejected.append(Verdict(index, reject.code, reject.detail))
    return decoded


def _sent(text: object) -> int:
    try:
        when = _micros(msgspec.convert(text, Zoned))
    except (msgspec.ValidationError, UnicodeEncodeError):
        raise bad_value("sent_at", "bad_time", "sent_at must be an RFC 3339 time with an offset") from None
    plausible_time(when, "sent_at")
    return when


def plausible_time(when: int, field: str) -> None:
    """Raises KatError 422 for a time that is absurd: it would be taken for a clock that is wrong."""
    if not _EARLIEST * 1_000_000 <= when <= _LATEST * 1_000_000:
        raise bad_value(field, "bad_time", f"{field} is not a time of this century")


def _micros(when: datetime) -> int:
    return round(when.timestamp() * 1_000_000)


def _read_item(fields: object) -> Item:
    if not isinstance(fields, Mapping):
        raise _Reject("malformed", "a reading must be an object")
    for name in METRIC_NAMES:
        x = fields.get(name)
        if x is not None and (isinstance(x, bool) or not isinstance(x, int | float) or not _finite(x)):
            raise _Reject("not_a_number", f"{name} is not a number")
    for name in ("device", "seq", "observed_at", "source"):
        if fields.get(name) is None:
            raise _Reject("bad_time" if name == "observed_at" else "malformed", f"{name} is missing")
    try:
        msgspec.convert(fields["observed_at"], Zoned)
    except (msgspec.ValidationError, UnicodeEncodeError):
        raise _Reject("bad_time", "observed_at must be an RFC 3339 time with an offset") from None
    try:
        return msgspec.convert(fields, Item)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise _Reject("malformed", _field_of(error)) from None


def _finite(x: float) -> bool:
    try:
        return math.isfinite(x)
    except OverflowError:
        return False


def _field_of(error: Exception) -> str:
    """msgspec says `Expected ... - at `$.seq``; the values themselves are never echoed."""
    text = str(error)
    return text.replace("`$.", "`") if isinstance(error, msgspec.ValidationError) else "text that is not Unicode"


def _candidate(index: int, item: Item, warnings: list[Verdict]) -> Candidate:
    seconds = item.observed_at.timestamp()
    if not _EARLIEST <= seconds <= _LATEST:
        raise _Reject("bad_time", "observed_at is not a time of this century")
    source = _SOURCES.get(item.source)
    if source is None:
        raise _Reject("unknown_source", f"source must be one of {', '.join(_SOURCES)}")
    flags = _flags(item.status) if item.status else 0
    if item.reason is not None:
        _check_text(item.reason)
    sent = (
        item.systolic,
        item.diastolic,
        item.mean,
        item.heart_rate,
        item.spo2,
        item.respiratory_rate,
        item.temperature,
    )
    values, refused = _as_written(sent), 0
    if values is None:
        values, refused = _values(index, sent, warnings)
    if values.count(None) == len(values) and not flags & _MAY_BE_EMPTY:
        if refused:
            raise _Reject("implausible", "no value of this reading is possible")
        raise _Reject("no_values", "a reading needs a value, or the status failed or sensor_off")
    observed_at = round(seconds * 1_000_000)
    return _new(Candidate, (index, item.device, item.seq, observed_at, source, flags, refused, values, item.reason))


def _flags(names: list[str]) -> int:
    flags = 0
    for name in names:
        flag = _FLAG_VALUES.get(name)
        if flag is None:
            raise _Reject("malformed", f"status must be any of {', '.join(_FLAG_VALUES)}")
        flags |= flag
    return flags


def _check_text(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise _Reject("malformed", f"reason is longer than {MAX_TEXT} characters")
    if any(ord(c) < 0x20 or ord(c) == 0x7F or 0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise _Reject("malformed", "reason has control characters")


def _as_written(sent: tuple[float | None, ...]) -> tuple[int | None, ...] | None:
    """Tenths, looked up; None unless every value is possible and has at most one decimal: that takes arithmetic."""
    a, b, c, d, e, f, g = sent
    in_a, in_b, in_c, in_d, in_e, in_f, in_g = _TENTHS
    values = (in_a.get(a), in_b.get(b), in_c.get(c), in_d.get(d), in_e.get(e), in_f.get(f), in_g.get(g))
    if values.count(None) != sent.count(None):
        return None
    systolic, diastolic = values[0], values[1]
    if systolic is not None and diastolic is not None and systolic <= diastolic + DIASTOLIC_ABOVE_SYSTOLIC:
        return None
    return values


def _values(index: int, sent: tuple[float | None, ...], warnings: list[Verdict]) -> tuple[tuple[int | None, ...], int]:
    """Tenths, impossible ones dropped with a warning; and the bits of what was refused."""
    refused = 0
    out: list[int | None] = []
    for metric, x in enumerate(sent):
        if x is None:
            out.append(None)
            continue
        low, high = POSSIBLE[metric]
        tenths = round(x * 10) if -1e6 < x < 1e6 else high + 1
        if low <= tenths <= high:
            out.append(tenths)
            continue
        out.append(None)
        refused |= 1 << metric
        bounds = f"{from_tenths(low)}-{from_tenths(high)} {UNITS[metric]}"
        warnings.append(Verdict(index, "implausible", f"{METRIC_NAMES[metric]} outside {bounds}"))
    return _pressures_together(index, out, refused, warnings)


def _pressures_together(
    index: int, values: list[int | None], refused: int, warnings: list[Verdict]
) -> tuple[tuple[int | None, ...], int]:
    """One measurement: any impossible pressure, or systolic not above diastolic, drops all three."""
    systolic, diastolic = values[Metric.SYSTOLIC], values[Metric.DIASTOLIC]
    crossed = systolic is not None and diastolic is not None and systolic <= diastolic + DIASTOLIC_ABOVE_SYSTOLIC
    if crossed:
        warnings.append(Verdict(index, "implausible", "systolic is not above diastolic + 5; the pressures are dropped"))
    if crossed or refused & 0b111:
        for metric in (Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.MEAN):
            if values[metric] is not None:
                values[metric] = None
                refused |= 1 << metric
    return tuple(values), refused
