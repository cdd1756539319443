"""Small curves and sessions side by side: every peak is kept, and nothing is filled in."""

from uuid import UUID

from kat_monitor.domain.readiness import Summary
from kat_monitor.domain.vitals import Phase
from kat_monitor.history.courses import MOST_POINTS, Pressure, by_minute, trend_view, usual_view
from kat_monitor.store.batch import SessionRow

ID = UUID(int=1)
NOTHING = Summary(None, None, None, None, None, None, 0, 0, 0, 0.0, 0, None, None)
ROW = SessionRow(
    id=ID, clinic_id=ID, patient_id=ID, chair_id=ID, protocol_code="iv_infusion", protocol_version=1,
    phase=Phase.DISCHARGED, created_at=0, listed_at=0, planned_dosing_min=40.0, dosing_at=1_790_000_000_000_000,
    summary=NOTHING,
)  # fmt: skip


def taken(*points: tuple[float, int]) -> list[Pressure]:
    return [Pressure(minute, systolic, 80, 70) for minute, systolic in points]


def test_a_curve_keeps_the_highest_of_each_step_and_leaves_gaps() -> None:
    assert trend_view(taken((-6, 118), (1, 130), (4, 126), (17, 151))) == {
        "step_s": 300,
        "from_min": -10,
        "systolic": [118, None, 130, None, None, 151],
        "heart_rate": [70, None, 70, None, None, 70],
    }
    assert trend_view([]) is None


def test_a_long_session_still_has_few_points_and_its_peak() -> None:
    told = trend_view(taken(*((minute, 190 if minute == 333 else 120) for minute in range(-20, 700))))
    assert told is not None
    assert len(told["systolic"]) <= MOST_POINTS
    assert max(told["systolic"]) == 190


def test_by_minute_takes_the_nearest_within_two_and_a_half() -> None:
    told = by_minute(ROW, taken((-2.5, 118), (-1, 119), (6, 131), (8, 133), (20, 150)))
    at = dict(zip(told["minutes"], told["systolic"], strict=True))
    assert at == {-15: None, -10: None, -5: None, 0: 119, 5: 131, 10: 133, 15: None, 20: 150}
    assert (told["day"], told["protocol"]["code"]) == ("2026-09-21", "iv_infusion")


def test_what_is_usual_is_of_those_who_were_measured_then() -> None:
    sessions = [by_minute(ROW, taken((0, 120), (20, 150))), by_minute(ROW, taken((0, 130), (5, 133)))]
    usual = usual_view(sessions)
    assert usual is not None
    at = usual["minutes"].index(0)
    assert [usual["systolic"][name][at] for name in ("median", "low", "high")] == [125, 120, 130]
    later = usual["minutes"].index(20)
    assert [usual["systolic"][name][later] for name in ("median", "low", "high")] == [150, 150, 150]
    assert usual["n"] == 2
    assert usual_view([]) is None
