"""What must be so before the dose: the check, the baseline within its hold limits, the dose within range (design 7)."""

from collections.abc import Sequence
from dataclasses import dataclass

from kat_monitor.domain.commands import Dose
from kat_monitor.domain.journal import BaselineLocked
from kat_monitor.domain.protocol import HoldLimit, LimitKind, ScreeningItem, ScreeningLevel
from kat_monitor.domain.vitals import METRIC_NAMES, UNITS, Metric, from_tenths
from kat_monitor.errors import GateNotMet
from kat_monitor.rules.state import SessionState

STOP = "screening_stop"
RESPIRATION = -1
"""`Streams` keeps respiration whatever the source under this number."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing not met. `passable`: a clinician's override with a reason passes it."""

    code: str
    detail: str
    passable: bool

    @property
    def refusal(self) -> GateNotMet:
        return GateNotMet(self.code, self.detail)


def dosing_gates(state: SessionState, now: int, dose: Dose | None, age: int | None) -> list[Gate]:
    """Everything that stands against dosing. `age` in whole years, None: not known."""
    return [*_screening(state), *_baseline(state, now, age), *_dose(state, dose)]


def says_stop(gates: Sequence[Gate]) -> bool:
    """The pre-treatment check says: not today."""
    return any(gate.code == STOP for gate in gates)


def _screening(state: SessionState) -> list[Gate]:
    gates = []
    for item in state.protocol.protocol.screening:
        gate = _answered(item, state.screening.get(item.item))
        if gate is not None:
            gates.append(gate)
    return gates


def _answered(item: ScreeningItem, answer: str | None) -> Gate | None:
    """`unknown` and unanswered never pass by themselves; record items stop nothing."""
    if item.level is ScreeningLevel.RECORD or item.stops_on is None:
        return None
    is_stop = item.level is ScreeningLevel.STOP
    if answer == item.stops_on:
        if is_stop:
            return Gate(STOP, f"{item.item}: {answer}. {item.text}", passable=False)
        return Gate("screening_clinician", f"{item.item}: {answer}. A clinician decides. {item.text}", passable=True)
    if answer in ("yes", "no"):
        return None
    return Gate("screening_unknown", f"{item.item}: not answered. {item.text}", passable=not is_stop)


def _baseline(state: SessionState, now: int, age: int | None) -> list[Gate]:
    baseline = state.baseline
    if baseline is None:
        return [Gate("baseline_missing", "No baseline is locked.", passable=True)]
    gates = []
    for hold in state.protocol.protocol.baseline.hold:
        value = _held_value(state, baseline, hold, now)
        if value is not None and applies(hold, age) and _outside(hold, value):
            beyond = "above" if hold.kind is LimitKind.ABOVE else "below"
            detail = (
                f"{METRIC_NAMES[hold.metric]} {from_tenths(value)} is {beyond} the hold limit "
                f"{from_tenths(hold.value)} {UNITS[hold.metric]}."
            )
            gates.append(Gate(hold.code, detail, passable=True))
    return gates


def unknown_holds(state: SessionState, now: int) -> list[str]:
    """Metrics with a hold limit that nothing was measured of: said to the nurse as a warning."""
    baseline = state.baseline
    if baseline is None:
        return []
    holds = state.protocol.protocol.baseline.hold
    missing = {hold.metric for hold in holds if _held_value(state, baseline, hold, now) is None}
    return [METRIC_NAMES[metric] for metric in sorted(missing)]


def applies(hold: HoldLimit, age: int | None) -> bool:
    """Whether the limit is for this age. An unknown age gets the stricter one: the one for the younger."""
    if hold.from_age is not None and (age is None or age < hold.from_age):
        return False
    return hold.below_age is None or age is None or age < hold.below_age


def _outside(hold: HoldLimit, value: int) -> bool:
    return value > hold.value if hold.kind is LimitKind.ABOVE else value < hold.value


def _held_value(state: SessionState, baseline: BaselineLocked, hold: HoldLimit, now: int) -> int | None:
    """Tenths. Respiration is not part of a baseline: the median of its last minutes."""
    if hold.metric is Metric.RESPIRATORY_RATE:
        return None if state.streams is None else state.streams.median(RESPIRATION, hold.metric, now)
    value: int | None = getattr(baseline, METRIC_NAMES[hold.metric], None)
    return value


def _dose(state: SessionState, dose: Dose | None) -> list[Gate]:
    """The total given so far with this one, against the pack's range."""
    if dose is None:
        if state.course.doses:
            return []
        return [Gate("dose_missing", "The dose is not given.", passable=True)]
    protocol = state.protocol.protocol
    total = dose.amount_mg + sum(float(event.data["amount_mg"]) for event in state.course.doses)
    gates = []
    if protocol.dose_range_mg is not None:
        low, high = protocol.dose_range_mg
        if not low <= total <= high:
            gates.append(_range(f"{total:g} mg is outside {low:g} to {high:g} mg."))
    if protocol.dose_range_mg_per_kg is not None:
        low, high = protocol.dose_range_mg_per_kg
        weight = weight_of(state, dose)
        if not weight:
            gates.append(Gate("weight_unknown", "Without a weight the dose per kg is not known.", passable=True))
        elif not low * weight <= total <= high * weight:
            gates.append(_range(f"{total / weight:.3g} mg/kg is outside {low:g} to {high:g} mg/kg."))
    return gates


def _range(detail: str) -> Gate:
    return Gate("dose_out_of_range", detail, passable=True)


def weight_of(state: SessionState, dose: Dose | None) -> float | None:
    """The weight given with the dose, else the session's, kg."""
    if dose is not None and dose.weight_kg is not None:
        return dose.weight_kg
    return state.created.weight_kg


def mg_per_kg(amount_mg: float, weight_kg: float | None) -> float | None:
    """Rounded to hundredths."""
    return None if not weight_kg else round(amount_mg / weight_kg, 2)
