"""The answers of the HTTP contract: its names, its units, nothing that JSON cannot carry."""

import json
from dataclasses import replace
from uuid import UUID

from kat_monitor.domain.commands import LimitNumbers, SetLimit, Target
from kat_monitor.domain.registry import Chair
from kat_monitor.domain.vitals import Phase
from kat_monitor.rules.readiness import readiness
from kat_monitor.rules.timetable import due_items
from kat_monitor.rules.view import (
    alert_view,
    assessments_view,
    baseline_numbers,
    baseline_view,
    dosing_view,
    due_view,
    events_view,
    limit_view,
    readiness_view,
    session_view,
)
from tests.unit.session_story import CHAIR, CLINIC, CLINICIAN, DOSE, NADIA, NURSE, SECOND, SESSION, Tale, us
from tests.unit.test_readiness import recovered

AT = "2026-09-21T14:"


def test_a_session_has_all_that_the_contract_names() -> None:
    tale = recovered()
    seen = session_view(tale.state, NADIA, Chair(CHAIR, CLINIC, "2", "A"), us(111))
    assert json.loads(json.dumps(seen)) == seen
    assert seen["patient"]["name"] == "Nadia Berg"
    assert seen["chair"] == {"id": str(CHAIR), "label": "2", "room": "A"}
    assert seen["protocol"] == {"code": "iv_infusion", "version": 1}
    assert [phase["phase"] for phase in seen["phases"]] == ["scheduled", "preparing", "dosing", "recovery"]
    assert [phase["to"] for phase in seen["phases"]][:-1] == [phase["from"] for phase in seen["phases"]][1:]
    assert seen["phases"][-1]["to"] is None
    assert seen["readiness"]["ready"] is True
    assert seen["summary"]["peak_systolic"] == 124
    assert seen["summary"]["alerts"] == {"high": 0, "medium": 0, "low": 0}
    assert seen["outcome"] is None


def test_a_planned_session_has_no_dosing_and_no_baseline() -> None:
    seen = session_view(Tale().state, None, None, us(0))
    assert (seen["dosing"], seen["baseline"], seen["patient"], seen["chair"]) == (None, None, None, None)


def test_what_stands_against_the_dose_is_said_while_preparing() -> None:
    tale = Tale()
    tale.check_in()
    preparing = session_view(tale.state, NADIA, None, us(1))["gates"]
    assert {gate["code"] for gate in preparing} == {"screening_unknown", "baseline_missing"}
    assert all(gate["detail"] for gate in preparing)
    assert session_view(Tale().dosed(10).state, NADIA, None, us(11))["gates"] == []


def test_the_dosing_clock_in_minutes() -> None:
    tale = Tale().dosed(10)
    tale.ask(20, tale.event("pause"))
    seen = dosing_view(tale.state, us(30))
    assert seen == {
        "started_at": f"{AT}23:20.000Z", "planned_min": 40.0, "elapsed_min": 10.0, "remaining_min": 30.0,
        "ends_at": None, "paused": True, "running": True, "total_mg": 35.0, "mg_per_kg": 0.5,
    }  # fmt: skip


def test_the_baseline_says_which_readings_and_who() -> None:
    tale = Tale().prepared()
    seen = baseline_view(tale.state)
    assert seen is not None
    assert baseline_numbers(tale.state) == {
        "systolic": 120, "diastolic": 80, "mean": None, "heart_rate": 70, "spo2": 98,
    }  # fmt: skip
    assert (seen["locked_at"], seen["locked_by"]) == (f"{AT}22:20.000Z", str(NURSE.id))
    assert len(seen["readings"]) == 3
    assert baseline_view(Tale().state) is None


def test_a_limit_shows_its_numbers_in_force_and_their_history() -> None:
    tale = Tale().dosed()
    assert limit_view(tale.state, "systolic_high")["history"] == []
    request = SetLimit(
        session_id=SESSION, code="systolic_high", numbers=LimitNumbers(1905), reason="tall", second=SECOND
    )
    tale.ask(11, request, CLINICIAN)
    seen = limit_view(tale.state, "systolic_high")
    assert (seen["value"], seen["clear"], seen["immediate"], seen["metric"]) == (190.5, 180.5, 210.5, "systolic")
    assert seen["when"] == ["preparing", "dosing", "recovery"]
    (row,) = seen["history"]
    assert (row["by"], row["second"], row["reason"]) == (str(CLINICIAN.id), str(SECOND), "tall")
    assert (row["value"], row["clear"], row["from"]) == (190.5, 180.5, f"{AT}24:20.000Z")


def test_an_alert_in_the_units_of_its_metric() -> None:
    tale = Tale().dosed()
    tale.cuff(15, 205.5, 90)
    alert = next(a for a in tale.state.limits.alerts.values() if a.limit == "systolic_high")
    seen = alert_view(alert)
    assert json.loads(json.dumps(seen)) == seen
    assert (seen["value"], seen["limit_value"], seen["worst_value"]) == (205.5, 180, 205.5)
    assert (seen["source"], seen["kind"], seen["priority"], seen["state"]) == (
        "nibp",
        "physiological",
        "high",
        "active",
    )
    assert (seen["opened_at"], seen["protocol"]) == (f"{AT}28:20.000Z", {"code": "iv_infusion", "version": 1})
    assert seen["acknowledged_by"] is None
    assert alert_view(replace(alert, protocol_code=None, session_id=None))["protocol"] is None


def test_events_keep_what_they_were_and_say_what_became_of_them() -> None:
    tale = Tale().dosed(10)
    tale.cuff(20, 205, 90)
    alert = next(iter(tale.state.limits.alerts))
    tale.ask(21, tale.event("intervention", text="sat up", answers_alert=alert))
    tale.cuff(26, 150, 88)
    first = tale.state.course.doses[0]
    tale.ask(30, tale.event("dose", at=10, corrects=first.id, **replace(DOSE, amount_mg=28.0).data()))
    wrong, answer, right = events_view(tale.state)
    assert wrong["corrected_by"] == right["id"]
    assert right["corrects"] == wrong["id"]
    assert (wrong["kind"], wrong["amount_mg"], wrong["mg_per_kg"], right["mg_per_kg"]) == ("dose", 35.0, 0.5, 0.4)
    assert answer["answers_alert"] == str(alert)
    assert [(e["minute"], e["systolic"], e["at"]) for e in answer["effect"]] == [
        (5, 150, f"{AT}39:20.000Z"), (10, None, None),
    ]  # fmt: skip
    assert "effect" not in right


def test_assessments_and_due_items() -> None:
    tale = Tale().prepared()
    (row,) = assessments_view(tale.state)
    assert (row["kind"], row["values"]["moaa_s"], row["by"]) == ("pre_dose", 5, str(NURSE.id))
    (item,) = [due_view(item, CHAIR) for item in due_items(tale.state, us(9))]
    assert (item["chair_id"], item["kind"], item["state"], item["at"]) == (
        str(CHAIR), "cuff", "planned", f"{AT}26:20.000Z",
    )  # fmt: skip


def test_readiness_says_when_it_can() -> None:
    tale = recovered()
    seen = readiness_view(readiness(tale.state, us(105)))
    assert seen["ready"] is False
    first = seen["criteria"][0]
    assert (first["code"], first["state"], first["not_before"]) == (
        "observation",
        "not_met",
        "2026-09-21T16:03:20.000Z",
    )
    assert json.loads(json.dumps(seen)) == seen


def test_a_target_is_shown_with_its_reason() -> None:
    tale = Tale().prepared()
    target = Target(systolic=(1000, 1505))
    tale.ask(10, tale.to(Phase.DOSING, dose=DOSE, reason="own range", target=target), CLINICIAN)
    seen = session_view(tale.state, NADIA, None, us(11))["target"]
    assert (seen["systolic"], seen["diastolic"], seen["reason"]) == ([100, 150.5], None, "own range")
    assert UUID(seen["by"]) == CLINICIAN.id
