"""From the tables of a valid pack to the immutable protocol that rules judge by."""

from kat_monitor.domain.protocol import (
    Audio,
    BaselineRules,
    Discharge,
    Escalation,
    Expected,
    FixedPoint,
    HoldLimit,
    LimitKind,
    Plausibility,
    Protocol,
    PulsePressureRule,
    ScreeningItem,
    ScreeningLevel,
    Timetable,
)
from kat_monitor.domain.vitals import Phase
from kat_monitor.protocols.schema import BaselineTable, PackTable, PlausibilityTable, TimetableTable, metric_of


def meaning(pack: PackTable) -> Protocol:
    """The protocol of a pack that has passed every check."""
    return Protocol(
        code=pack.code,
        title=pack.title,
        route=pack.route,
        dosing_min=(pack.dosing_min[0], pack.dosing_min[1]),
        planned_min=pack.planned_min,
        expected=Expected(**pack.expected.model_dump()),
        dose_range_mg_per_kg=_pair(pack.dose_range_mg_per_kg),
        dose_range_mg=_pair(pack.dose_range_mg),
        required=tuple(metric_of(name) for name in pack.required),
        timetable=_timetable(pack.timetable),
        screening=tuple(ScreeningItem(i.item, i.text, ScreeningLevel(i.level), i.stops_on) for i in pack.screening),
        baseline=_baseline(pack.baseline),
        limits=tuple(limit.meaning() for limit in pack.limit),
        plausibility=_plausibility(pack.plausibility),
        discharge=Discharge(**pack.discharge.model_dump()),
        escalation=Escalation(**pack.escalation.model_dump()),
        audio=Audio(**pack.audio.model_dump()),
    )


def _pair(numbers: list[float] | None) -> tuple[float, float] | None:
    return None if numbers is None else (numbers[0], numbers[1])


def _timetable(table: TimetableTable) -> Timetable:
    return Timetable(
        interval_min={Phase(name): minutes for name, minutes in table.interval_min.model_dump().items()},
        after_amber_min=table.after_amber_min,
        after_red_min=table.after_red_min,
        waiting_min=table.waiting_min,
        points=tuple(FixedPoint(p.code, p.text, p.minute, p.from_min, p.to_min) for p in table.point),
    )


def _baseline(table: BaselineTable) -> BaselineRules:
    return BaselineRules(
        window_min=table.window_min,
        spacing_min=table.spacing_min,
        count=table.count,
        two_systolic=table.two_systolic,
        two_diastolic=table.two_diastolic,
        stream_min=table.stream_min,
        hold=tuple(
            HoldLimit(h.code, metric_of(h.metric), LimitKind(h.kind), h.value, h.below_age, h.from_age)
            for h in table.hold
        ),
    )


def _plausibility(table: PlausibilityTable) -> Plausibility:
    return Plausibility(
        pulse_pressure=tuple(
            PulsePressureRule(rule.systolic_from, rule.systolic_to, rule.least) for rule in table.pulse_pressure
        ),
        all_equal=table.all_equal,
        mean_from=table.mean_from,
        step=table.step,
        step_heart_rate=table.step_heart_rate,
    )
