"""The line about a session: peaks, alerts, dosing minutes, coverage."""

from kat_monitor.domain.commands import LockBaseline
from kat_monitor.domain.readings import Flag
from kat_monitor.domain.vitals import Phase, Source
from kat_monitor.rules.summary import summary
from tests.unit.session_story import SESSION, Tale, us


def test_a_planned_session_has_an_empty_line() -> None:
    line = summary(Tale().state, us(10))
    assert (line.peak_systolic, line.readings, line.coverage_pct, line.minutes_in_dosing) == (None, 0, None, 0)


def test_peaks_count_from_the_first_dose() -> None:
    tale = Tale().dosed(10)
    for minute, systolic, diastolic in ((15, 130, 85), (40, 151, 92), (45, 151, 95), (60, 125, 80)):
        tale.cuff(minute, systolic, diastolic)
    line = summary(tale.state, us(70))
    assert (line.peak_systolic, line.peak_systolic_min) == (1510, 30.0)
    assert (line.peak_diastolic, line.peak_diastolic_min) == (950, 35.0)
    assert (line.max_rise_systolic, line.max_rise_diastolic) == (310, 150)


def test_before_a_dose_peaks_are_of_all_and_have_no_minute() -> None:
    tale = Tale()
    tale.check_in(0)
    tale.cuff(1, 150, 95)
    line = summary(tale.state, us(2))
    assert (line.peak_systolic, line.peak_systolic_min, line.max_rise_systolic) == (1500, None, None)
    tale.cuff(4, 152, 95)
    tale.ask(5, LockBaseline(session_id=SESSION))
    tale.ask(6, tale.event("dose", drug="k", amount_mg=35.0, route="iv"))
    assert summary(tale.state, us(7)).peak_systolic is None


def test_doubtful_and_voided_readings_make_no_peak_late_ones_do() -> None:
    tale = Tale().dosed(10)
    tale.cuff(15, 130, 85)
    tale.cuff(20, 220, 85, flags=Flag.MOTION)
    wrong = tale.cuff(25, 190, 85)
    tale.void(26, wrong)
    assert summary(tale.state, us(30)).peak_systolic == 1300
    tale.cuff(22, 140, 85, late=True, received=30)
    assert summary(tale.state, us(30)).peak_systolic == 1400


def test_an_arterial_line_makes_peaks_too() -> None:
    tale = Tale().prepared()
    tale.reading(9.5, Source.ART, systolic=160, diastolic=85)
    tale.ask(10, tale.event("dose", drug="k", amount_mg=35.0, route="iv", weight_kg=70.0))
    tale.reading(12, Source.ART, systolic=145, diastolic=85)
    tale.reading(13, Source.ART, systolic=190, diastolic=85, flags=Flag.MOTION)
    tale.reading(14, Source.ART, systolic=195, diastolic=85, flags=Flag.CUFF_LOOSE)
    line = summary(tale.state, us(20))
    assert (line.peak_systolic, line.peak_systolic_min) == (1450, 2.0)


def test_alerts_are_counted_once_when_more_than_provisional() -> None:
    tale = Tale().dosed(10)
    tale.cuff(15, 185, 80)  # red and amber, both provisional
    assert summary(tale.state, us(16)).alerts_high == 0
    tale.cuff(17, 130, 80)  # not confirmed
    line = summary(tale.state, us(18))
    assert (line.alerts_high, line.alerts_medium) == (0, 0)
    tale.cuff(40, 205, 80)
    tale.cuff(41, 206, 80)
    line = summary(tale.state, us(42))
    assert line.alerts_high == 1
    assert line.alerts_medium >= 1


def test_dosing_minutes_stop_with_dosing_and_resume_with_an_extra_dose() -> None:
    tale = Tale().dosed(10)
    tale.ask(50, tale.to(Phase.RECOVERY))
    assert summary(tale.state, us(90)).minutes_in_dosing == 40.0
    tale.ask(60, tale.event("dose", drug="k", amount_mg=5.0, route="iv"))
    tale.ask(65, tale.to(Phase.DISCHARGED, outcome="transferred"))
    assert summary(tale.state, us(500)).minutes_in_dosing == 45.0


def test_coverage_is_the_share_of_on_monitor_time_with_values() -> None:
    tale = Tale()
    tale.check_in(0)
    tale.stream(0, 10)
    tale.ask(11, tale.event("off_monitor", reason="walk", minutes=9))
    # The last reading at 10 vouches for 1.5 min (30 s interval) of which half a minute is off the monitor... from 11.
    assert summary(tale.state, us(20)).coverage_pct == 100.0
    assert summary(tale.state, us(31)).coverage_pct == 50.0
    assert summary(tale.state, us(31)).readings == 42


def test_late_readings_are_covered_time_too() -> None:
    tale = Tale()
    tale.check_in(0)
    tale.reading(9, Source.ECG, heart_rate=70, interval_s=60)
    for minute in (6, 3, 0):
        tale.reading(minute, Source.ECG, heart_rate=70, interval_s=60, late=True, received=9)
    assert summary(tale.state, us(12)).coverage_pct == 33.3  # one metric of three
