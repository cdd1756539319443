"""The shape of a pack's TOML: every table and key, strict, with the checks between the keys of a table."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from kat_monitor.domain.protocol import Limit, LimitKind
from kat_monitor.domain.vitals import METRIC_NAMES, Metric, Phase, Priority
from kat_monitor.protocols.checks import Fault, ascending, check_limit, raise_all, repeated
from kat_monitor.protocols.numbers import (
    Age,
    Code,
    Factor,
    Milligrams,
    Minutes,
    NotNegative,
    Percent,
    Seconds,
    SomeMinutes,
    SomeSeconds,
    Tenths,
    Text,
)

MetricName = Literal["systolic", "diastolic", "mean", "heart_rate", "spo2", "respiratory_rate", "temperature"]
StreamName = Literal["heart_rate", "spo2", "respiratory_rate", "temperature"]
PhaseName = Literal["preparing", "dosing", "recovery"]


def metric_of(name: str) -> Metric:
    return Metric(METRIC_NAMES.index(name))


class Table(BaseModel):
    """A table of a pack: unknown keys are refused, nothing is coerced."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ExpectedTable(Table):
    onset_min: Minutes
    peak_min: Minutes
    offset_min: Minutes

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        raise_all(ascending(("onset_min", "peak_min", "offset_min"), (self.onset_min, self.peak_min, self.offset_min)))
        return self


class PointTable(Table):
    code: Code
    text: Text
    minute: Minutes
    from_min: Minutes
    to_min: Minutes

    @model_validator(mode="after")
    def _inside_tolerance(self) -> Self:
        faults = []
        if self.from_min > self.minute:
            faults.append(Fault("from_min", "outside_tolerance", f"must not be after minute ({self.minute:g})"))
        if self.to_min < self.minute:
            faults.append(Fault("to_min", "outside_tolerance", f"must not be before minute ({self.minute:g})"))
        raise_all(faults)
        return self


def _unique_points(points: list[PointTable]) -> list[PointTable]:
    raise_all(repeated([p.code for p in points], "code"))
    return points


class IntervalTable(Table):
    preparing: SomeMinutes
    dosing: SomeMinutes
    recovery: SomeMinutes


class TimetableTable(Table):
    interval_min: IntervalTable
    after_amber_min: SomeMinutes
    after_red_min: SomeMinutes
    waiting_min: SomeMinutes
    point: Annotated[list[PointTable], AfterValidator(_unique_points)] = Field(default_factory=list)


class ScreeningTable(Table):
    item: Code
    text: Text
    level: Literal["stop", "clinician", "record"]
    stops_on: Literal["yes", "no"] | None = None

    @model_validator(mode="after")
    def _answer_fits_level(self) -> Self:
        if self.level == "record" and self.stops_on is not None:
            raise_all([Fault("stops_on", "no_meaning", "has no meaning for record: it stops nothing")])
        if self.level != "record" and self.stops_on is None:
            raise_all([Fault("stops_on", "missing", f"must be given (yes or no) for level {self.level}")])
        return self


def _unique_items(items: list[ScreeningTable]) -> list[ScreeningTable]:
    raise_all(repeated([i.item for i in items], "item"))
    return items


class HoldTable(Table):
    code: Code
    metric: MetricName
    kind: Literal["above", "below"]
    value: Tenths
    below_age: Age | None = None
    from_age: Age | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        limit = Limit(
            "", metric_of(self.metric), frozenset(), LimitKind(self.kind), self.value, self.value, Priority.LOW
        )
        faults = [fault for fault in check_limit(limit) if fault.key == "value"]
        if self.below_age is not None and self.from_age is not None and self.from_age >= self.below_age:
            faults.append(Fault("from_age", "wrong_order", "must be under below_age: no age is left"))
        raise_all(faults)
        return self


def _unique_holds(holds: list[HoldTable]) -> list[HoldTable]:
    raise_all(repeated([h.code for h in holds], "code"))
    return holds


class BaselineTable(Table):
    window_min: SomeMinutes
    spacing_min: Minutes
    count: Annotated[int, Field(ge=1, le=10)]
    two_systolic: NotNegative
    two_diastolic: NotNegative
    stream_min: SomeMinutes
    hold: Annotated[list[HoldTable], AfterValidator(_unique_holds)]

    @model_validator(mode="after")
    def _fits_window(self) -> Self:
        if self.spacing_min * (self.count - 1) > self.window_min:
            raise_all([Fault("window_min", "wrong_order", "is too short for count readings spacing_min apart")])
        return self


class LimitTable(Table):
    code: Code
    metric: MetricName
    when: Annotated[list[PhaseName], Field(min_length=1)]
    kind: Literal["above", "below", "rise", "fall", "rise_pct", "fall_pct", "rate"]
    value: Tenths
    clear: Tenths
    priority: Literal["high", "medium", "low"]
    hold_s: Seconds = 0.0
    confirm_s: SomeSeconds | None = None
    immediate: Tenths | None = None
    rearm: Tenths | None = None
    needs_symptom: bool = False

    def meaning(self) -> Limit:
        """The limit in domain terms (tenths)."""
        return Limit(
            code=self.code,
            metric=metric_of(self.metric),
            when=frozenset(Phase(name) for name in self.when),
            kind=LimitKind(self.kind),
            value=self.value,
            clear=self.clear,
            priority=Priority(self.priority),
            hold_s=self.hold_s,
            confirm_s=self.confirm_s,
            immediate=self.immediate,
            rearm=self.rearm,
            needs_symptom=self.needs_symptom,
        )

    @model_validator(mode="after")
    def _sides(self) -> Self:
        faults = check_limit(self.meaning())
        if len(set(self.when)) < len(self.when):
            faults.append(Fault("when", "not_unique", "names a phase more than once"))
        raise_all(faults)
        return self


def _unique_limits(limits: list[LimitTable]) -> list[LimitTable]:
    raise_all(repeated([limit.code for limit in limits], "code"))
    return limits


class PulsePressureTable(Table):
    systolic_from: NotNegative
    systolic_to: NotNegative
    least: NotNegative

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.systolic_to <= self.systolic_from:
            raise_all([Fault("systolic_to", "wrong_order", "must be above systolic_from")])
        return self


def _apart(rules: list[PulsePressureTable]) -> list[PulsePressureTable]:
    raise_all(
        Fault(f"{i}.systolic_from", "overlap", "must not be below systolic_to of the rule before it")
        for i in range(1, len(rules))
        if rules[i].systolic_from < rules[i - 1].systolic_to
    )
    return rules


class PlausibilityTable(Table):
    all_equal: bool
    mean_from: NotNegative | None = None
    step: NotNegative
    step_heart_rate: NotNegative
    pulse_pressure: Annotated[list[PulsePressureTable], AfterValidator(_apart)] = Field(default_factory=list)


class DischargeTable(Table):
    observe_min: Minutes
    observe_from: Literal["last_dose", "first_dose", "end_of_dosing"]
    until_alert: bool
    bp_newest_min: SomeMinutes
    bp_apart_min: Minutes
    bp_pct: Percent
    bp_low_systolic: NotNegative
    dizzy_min: Minutes
    bp_rising: NotNegative
    window_min: SomeMinutes
    covered_min: Minutes
    gap_s: SomeSeconds
    hand_respiration_min: Minutes
    spo2_least: Percent
    spo2_baseline: Percent
    spo2_below_baseline: Percent
    assessment_min: SomeMinutes
    aldrete_least: Annotated[int, Field(ge=0, le=10)]
    escort_min: SomeMinutes
    cannula: bool

    @model_validator(mode="after")
    def _covered_fits(self) -> Self:
        if self.covered_min > self.window_min:
            raise_all([Fault("covered_min", "wrong_order", f"must not be above window_min ({self.window_min:g})")])
        return self


class EscalationTable(Table):
    high_stations_s: SomeSeconds
    high_clinician_s: SomeSeconds
    medium_s: SomeSeconds
    unheard_factor: Factor
    remind_high_s: SomeSeconds
    remind_medium_s: SomeSeconds
    remind_cuff_from_s: SomeSeconds
    remind_cuff_at_s: SomeSeconds

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        faults = ascending(("high_stations_s", "high_clinician_s"), (self.high_stations_s, self.high_clinician_s))
        faults += ascending(
            ("remind_cuff_from_s", "remind_cuff_at_s"), (self.remind_cuff_from_s, self.remind_cuff_at_s)
        )
        raise_all(faults)
        return self


class AudioTable(Table):
    pause_max_s: Annotated[SomeSeconds, Field(le=120)]


class PackTable(Table):
    """A whole pack. `limit`, `screening` and the others are spelled as in the TOML."""

    code: Code
    title: Text
    route: Literal["iv", "im", "nasal", "sublingual"]
    dosing_min: Annotated[list[SomeMinutes], Field(min_length=2, max_length=2)]
    planned_min: SomeMinutes
    dose_range_mg_per_kg: Annotated[list[Milligrams], Field(min_length=2, max_length=2)] | None = None
    dose_range_mg: Annotated[list[Milligrams], Field(min_length=2, max_length=2)] | None = None
    required: list[StreamName]
    expected: ExpectedTable
    timetable: TimetableTable
    screening: Annotated[list[ScreeningTable], AfterValidator(_unique_items)]
    baseline: BaselineTable
    limit: Annotated[list[LimitTable], Field(min_length=1), AfterValidator(_unique_limits)]
    plausibility: PlausibilityTable
    discharge: DischargeTable
    escalation: EscalationTable
    audio: AudioTable

    @model_validator(mode="after")
    def _top_level(self) -> Self:
        faults = []
        low, high = self.dosing_min
        if low > high:
            faults.append(Fault("dosing_min", "wrong_order", "the shortest comes first"))
        elif not low <= self.planned_min <= high:
            faults.append(Fault("planned_min", "out_of_bounds", f"must be within dosing_min ({low:g} to {high:g})"))
        for key, pair in (("dose_range_mg_per_kg", self.dose_range_mg_per_kg), ("dose_range_mg", self.dose_range_mg)):
            if pair is not None and pair[0] > pair[1]:
                faults.append(Fault(key, "wrong_order", "the smallest dose comes first"))
        if self.dose_range_mg_per_kg is None and self.dose_range_mg is None:
            faults.append(Fault("dose_range_mg", "missing", "give this, dose_range_mg_per_kg, or both"))
        if len(set(self.required)) < len(self.required):
            faults.append(Fault("required", "not_unique", "names a metric more than once"))
        raise_all(faults)
        return self
