"""Who may go home, and why not: every criterion of design 8 with its evidence. Unknown is never met."""

from collections.abc import Sequence
from typing import Any

from kat_monitor.domain.alerts import Alert, AlertState
from kat_monitor.domain.readiness import Criterion, Met, Readiness
from kat_monitor.domain.times import maybe_rfc3339, to_rfc3339
from kat_monitor.domain.vitals import MINUTE_US, Priority
from kat_monitor.rules.items import DISCHARGE, PRE_DOSE, Items, Observed, items_of
from kat_monitor.rules.readiness_pressure import pressure, pressure_since
from kat_monitor.rules.readiness_vitals import vitals
from kat_monitor.rules.state import SessionState

ESCORT = "escort"
UNTIL_ALERT = frozenset({"moaa_s", "perception", "respiratory_rate"})
"""Sedation, dissociation and respiration: nasal esketamine is observed until they are back."""

CONTROLLED = frozenset({"none", "mild"})

_YES = (
    ("perception", "perception_clear"),
    ("suicide_risk", "suicide_risk_unchanged"),
    ("cannula_out", "cannula_out"),
)
_BACK = (("orientation", "oriented"), ("speech", "speech_clear"), ("gait", "gait_steady"))


def readiness(state: SessionState, now: int, technical: Sequence[Alert] = ()) -> Readiness:
    """All criteria at `now`. `technical` are the open technical alerts that carry this session's id."""
    items = _observed(state, now)
    criteria = [pressure(state, now, items), *vitals(state, now), _alerts(state), _technical(technical)]
    criteria += _assessed(state, now, items)
    criteria.insert(0, _observation(state, now, criteria))
    criteria.append(_escort(state, now, items))
    return Readiness(now, tuple(criteria), _waiting(state, now, criteria))


def _observed(state: SessionState, now: int) -> Items:
    fresh_us = round(state.protocol.protocol.discharge.assessment_min * MINUTE_US)
    return items_of(state.assessments, DISCHARGE, until=now, fresh_us=fresh_us)


def waiting_since(state: SessionState, now: int) -> int | None:
    """Since when the patient has only been waiting for the responsible adult; also at `now` when the adult is there."""
    return _ready_since(state, now, [c for c in readiness(state, now).criteria if c.code != ESCORT])


def waited_us(state: SessionState, now: int) -> int | None:
    """How long a medically ready patient has waited for the responsible adult by `now`; None: was never ready."""
    since = waiting_since(state, now)
    if since is None:
        return None
    here_at = now
    for row in sorted(state.assessments, key=lambda row: (row.at, row.position), reverse=True):
        escort = row.values.get(ESCORT)
        if escort is None or row.at > now:
            continue
        if escort.get("present") is not True:
            break
        here_at = row.at
    return max(here_at - since, 0)


def _waiting(state: SessionState, now: int, criteria: Sequence[Criterion]) -> int | None:
    return None if criteria[-1].state is Met.MET else _ready_since(state, now, criteria[:-1])


def _ready_since(state: SessionState, now: int, others: Sequence[Criterion]) -> int | None:
    """Since when all but the escort has been met; None: it is not."""
    if any(c.state is not Met.MET for c in others):
        return None
    return max(pressure_since(state, now, _observed(state, now)), *(c.since or 0 for c in others))


def _observation(state: SessionState, now: int, others: Sequence[Criterion]) -> Criterion:
    """Long enough after the dose (or the end of dosing), and where the pack says so, until the effects are gone."""
    rules = state.protocol.protocol.discharge
    start = {
        "last_dose": state.course.last_dose_at,
        "first_dose": state.course.first_dose_at,
        "end_of_dosing": state.dosing_ended_at,
    }[rules.observe_from]
    last_dose_at = state.course.last_dose_at
    if start is None:
        return Criterion("observation", Met.UNKNOWN, {"reasons": [f"no_{rules.observe_from}"]})
    if last_dose_at is not None:
        start = max(start, last_dose_at) if rules.observe_from == "end_of_dosing" else start
    end = start + round(rules.observe_min * MINUTE_US)
    not_back = [c.code for c in others if rules.until_alert and c.code in UNTIL_ALERT and c.state is not Met.MET]
    evidence = {"from": to_rfc3339(start), "required_min": rules.observe_min}
    if now < end:
        return Criterion("observation", Met.NOT_MET, evidence, not_before=end)
    if not_back:
        return Criterion("observation", Met.NOT_MET, evidence | {"reasons": [f"not_back:{c}" for c in not_back]})
    return Criterion("observation", Met.MET, evidence, since=end)


def _alerts(state: SessionState) -> Criterion:
    """No physiological alert that is not closed: returned ones wait for somebody, too."""
    still = [alert for alert in state.limits.alerts.values() if alert.state is not AlertState.CLOSED]
    if still:
        return Criterion("alerts", Met.NOT_MET, {"open": [_named(alert) for alert in still]})
    return Criterion("alerts", Met.MET, {"open": []}, since=state.tally.last_closed_at or 0)


def _technical(technical: Sequence[Alert]) -> Criterion:
    """No active technical alert above low."""
    loud = [a for a in technical if a.state is AlertState.ACTIVE and a.priority is not Priority.LOW]
    if loud:
        return Criterion("technical_alerts", Met.NOT_MET, {"open": [_named(alert) for alert in loud]})
    return Criterion("technical_alerts", Met.MET, {"open": []}, since=0)


def _named(alert: Alert) -> dict[str, Any]:
    return {"id": str(alert.id), "limit": alert.limit, "priority": alert.priority.value, "state": alert.state.value}


def _assessed(state: SessionState, now: int, items: Items) -> list[Criterion]:
    """The nurse's observations: new enough, and back to what they were before the dose."""
    rules = state.protocol.protocol.discharge
    before = items_of(state.assessments, PRE_DOSE, until=state.course.first_dose_at)
    age = _Age(state, now)
    criteria = [_aldrete(items, age, rules.aldrete_least), _sedation(items, before, age)]
    for code, item in _BACK:
        observed, was = items.get(item), before.get(item)
        good = None if observed is None or was is None else bool(observed.value) or not was.value
        criteria.append(age.judge(code, observed, good, was))
    nausea = items.get("nausea")
    criteria.append(age.judge("nausea", nausea, None if nausea is None else nausea.value in CONTROLLED))
    for code, item in _YES:
        if code == "cannula_out" and not rules.cannula:
            continue
        observed = items.get(item)
        criteria.append(age.judge(code, observed, None if observed is None else observed.value is True))
    given = items.get("instructions_given")
    if given is None:
        criteria.append(Criterion("instructions", Met.UNKNOWN, {"reasons": ["not_assessed"]}))
    else:
        # No age: what was handed over and explained stays so.
        done = given.value is True
        criteria.append(
            Criterion(
                "instructions", Met.MET if done else Met.NOT_MET, _seen(given), since=given.since if done else None
            )
        )
    return criteria


class _Age:
    """From when on an observation counts: after dosing, the last dose, any medication, red flag or new alert."""

    __slots__ = ("_after", "_fresh_us", "_now")

    def __init__(self, state: SessionState, now: int) -> None:
        course = state.course
        self._now = now
        self._fresh_us = round(state.protocol.protocol.discharge.assessment_min * MINUTE_US)
        marks = {
            "dosing_ended": state.dosing_ended_at,
            "last_dose": course.last_dose_at,
            "medication": course.medication_at,
            "red_flag": course.red_flag_at,
            "alert_raised": state.tally.last_raised_at,
        }
        self._after = max(((at, name) for name, at in marks.items() if at is not None), default=(0, "check_in"))
        if state.dosing_ended_at is None:
            self._after = (now + 1, "dosing_not_ended")

    def stale(self, at: int) -> str | None:
        """Why an observation made at `at` does not count; None: it does."""
        if at < self._after[0]:
            return f"before:{self._after[1]}"
        return "too_old" if self._now - at > self._fresh_us else None

    def judge(self, code: str, observed: Observed | None, good: bool | None, was: Observed | None = None) -> Criterion:
        """`good` None: cannot be said (not observed, or nothing to compare with)."""
        if observed is None:
            return Criterion(code, Met.UNKNOWN, {"reasons": ["not_assessed"]})
        evidence = _seen(observed)
        if was is not None:
            evidence["before_dose"] = was.value
        stale = self.stale(observed.at)
        if stale is not None:
            return Criterion(code, Met.UNKNOWN, evidence | {"reasons": [stale]})
        if good is None:
            return Criterion(code, Met.UNKNOWN, evidence | {"reasons": ["no_pre_dose_assessment"]})
        since = max(observed.since, self._after[0]) if good else None
        return Criterion(code, Met.MET if good else Met.NOT_MET, evidence, since=since)


def _seen(observed: Observed) -> dict[str, Any]:
    return {
        "value": observed.value,
        "at": to_rfc3339(observed.at),
        "by": None if observed.by is None else str(observed.by),
    }


def _aldrete(items: Items, age: _Age, least: int) -> Criterion:
    score = items.aldrete()
    return age.judge("aldrete", score, None if score is None else score.value >= least)


def _sedation(items: Items, before: Items, age: _Age) -> Criterion:
    observed, was = items.get("moaa_s"), before.get("moaa_s")
    good = None if observed is None or was is None else observed.value >= was.value
    return age.judge("moaa_s", observed, good, was)


def _escort(state: SessionState, now: int, items: Items) -> Criterion:
    """A responsible adult is here: name, relation and phone known, seen in the last minutes."""
    fresh_us = round(state.protocol.protocol.discharge.escort_min * MINUTE_US)
    observed = items.get(ESCORT)
    if observed is None:
        return Criterion(ESCORT, Met.UNKNOWN, {"reasons": ["not_assessed"]})
    missing = [part for part in ("name", "relation", "phone") if not observed.value.get(part)]
    evidence = {"at": maybe_rfc3339(observed.at), "by": None if observed.by is None else str(observed.by)}
    if now - observed.at > fresh_us:
        return Criterion(ESCORT, Met.UNKNOWN, evidence | {"reasons": ["too_old"]})
    if observed.value.get("present") is not True:
        return Criterion(ESCORT, Met.NOT_MET, evidence | {"reasons": ["not_present"]})
    if missing:
        return Criterion(ESCORT, Met.NOT_MET, evidence | {"reasons": [f"no_{part}" for part in missing]})
    return Criterion(ESCORT, Met.MET, evidence, since=observed.at)
