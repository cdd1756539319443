"""Limits of one session: individual numbers, who may set them, and when a second person is needed (design 5)."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from kat_monitor.domain.commands import LimitNumbers, SetLimit, Target
from kat_monitor.domain.journal import LimitOverridden, TargetSet
from kat_monitor.domain.protocol import Limit, LimitKind, limit_faults
from kat_monitor.domain.vitals import POSSIBLE, Metric, Priority, from_tenths
from kat_monitor.errors import FieldError, KatError, bad_value, not_found
from kat_monitor.rules.decision import (
    Asked,
    Decision,
    require_clinician,
    require_not_ended,
    require_reason,
    require_second,
)
from kat_monitor.rules.engine import effective_limit


def set_limit(asked: Asked, request: SetLimit) -> Decision:
    """One override. Raises KatError 403, 404 (no such limit), 409 `second_person_required`, 422."""
    require_clinician(asked.who, "set a limit")
    require_not_ended(asked.state)
    if request.code not in asked.state.limits.compiled.index:
        raise not_found("limit")
    reason = require_reason(request.reason, "A limit of one's own")
    entry = _override(asked, request.code, request.numbers, reason, request.second, "")
    return Decision(entries=(entry,), limit=request.code)


def individual(
    asked: Asked, limits: Mapping[str, LimitNumbers], target: Target | None, reason: str | None, second: UUID | None
) -> list[LimitOverridden | TargetSet]:
    """What a clinician sets together with a transition."""
    if not limits and target is None:
        return []
    require_clinician(asked.who, "set limits or a target")
    why = require_reason(reason, "Setting limits or a target")
    entries: list[LimitOverridden | TargetSet] = []
    for code, numbers in limits.items():
        if code not in asked.state.limits.compiled.index:
            raise bad_value(f"limits.{code}", "unknown_limit", "The protocol has no such limit.")
        entries.append(_override(asked, code, numbers, why, second, f"limits.{code}."))
    if target is not None:
        entries.append(_target(asked, target, why))
    return entries


def _override(
    asked: Asked, code: str, numbers: LimitNumbers, reason: str, second: UUID | None, path: str
) -> LimitOverridden:
    old = effective_limit(asked.state.limits, code)
    new = replace(old, value=numbers.value, clear=_clear(old, numbers), immediate=_immediate(old, numbers))
    _check(old, new, numbers, path)
    second_by = second
    if old.priority is Priority.HIGH and loosens(old, new):
        second_by = require_second(second, asked.who, f"Loosening {code}, a high-priority limit,")
    return LimitOverridden(
        position=0,
        session_id=asked.state.id,
        at=asked.now,
        committed_at=asked.now,
        by=asked.who.id,
        code=code,
        value=new.value,
        clear=new.clear,
        immediate=new.immediate,
        reason=reason,
        second_by=second_by,
    )


def _clear(old: Limit, numbers: LimitNumbers) -> int:
    return numbers.value + (old.clear - old.value) if numbers.clear is None else numbers.clear


def _immediate(old: Limit, numbers: LimitNumbers) -> int | None:
    if numbers.immediate is not None:
        return numbers.immediate
    return None if old.immediate is None else numbers.value + (old.immediate - old.value)


def _check(old: Limit, new: Limit, numbers: LimitNumbers, path: str) -> None:
    """Raises KatError 422 with one error per wrong field."""
    errors = [FieldError(path + fault.key, fault.code, fault.detail) for fault in limit_faults(new)]
    if numbers.immediate is not None and old.confirm_s is None:
        errors.append(FieldError(path + "immediate", "needs_confirm_s", "this limit has no provisional step to skip"))
    if new.kind is LimitKind.RATE:
        if new.value == 0 or (new.value > 0) != (old.value > 0):
            errors.append(FieldError(path + "value", "wrong_direction", "must keep the direction of the limit"))
    elif new.kind in (LimitKind.ABOVE, LimitKind.BELOW):
        errors += _impossible(new, path)
    elif new.value <= 0:
        errors.append(FieldError(path + "value", "not_positive", "must be more than 0: a distance from the baseline"))
    if errors:
        raise KatError(422, "bad_value", "The limit's numbers do not fit together.", errors=errors)


def _impossible(new: Limit, path: str) -> list[FieldError]:
    """A limit that no measured value can reach, or that every value breaches, is a slip of the pen."""
    low, high = POSSIBLE[new.metric]
    detail = f"must be within {from_tenths(low)} and {from_tenths(high)}"
    return [
        FieldError(path + key, "out_of_bounds", detail)
        for key, number in (("value", new.value), ("clear", new.clear))
        if not low <= number <= high
    ]


def loosens(old: Limit, new: Limit) -> bool:
    """Opens later, is provisional for longer, or ends sooner than the limit now in force."""
    sign = -1 if old.kind is LimitKind.BELOW or (old.kind is LimitKind.RATE and old.value < 0) else 1
    if sign * new.value > sign * old.value or sign * new.clear > sign * old.clear:
        return True
    if old.immediate is None:
        return False
    return new.immediate is None or sign * new.immediate > sign * old.immediate


def _target(asked: Asked, target: Target, reason: str) -> TargetSet:
    for metric, bounds in ((Metric.SYSTOLIC, target.systolic), (Metric.DIASTOLIC, target.diastolic)):
        if bounds is None:
            continue
        low, high = POSSIBLE[metric]
        if not low <= bounds[0] < bounds[1] <= high:
            raise bad_value(f"target.{metric.wire}", "wrong_order", "must be [low, high] in mmHg, both possible.")
    return TargetSet(
        position=0,
        session_id=asked.state.id,
        at=asked.now,
        committed_at=asked.now,
        by=asked.who.id,
        systolic=target.systolic,
        diastolic=target.diastolic,
        reason=reason,
    )
