import { describe, expect, it } from "vitest";
import { byUrgency, sounds, tileLevel } from "../src/core/alerts.ts";
import { anchor, clinicNow, heard } from "../src/core/clock.ts";
import { elapsed } from "../src/core/elapsed.ts";
import { freshness, tileFreshness } from "../src/core/fresh.ts";
import { hhmm, micros, mss } from "../src/core/time.ts";
import { appended, emptyTrend } from "../src/core/trend.ts";
import { alertWords, criterionWords, evidenceWords, metricLabel, personName, timelinePeople, timelineWords } from "../src/words.ts";
import { T0, alert, at, cuff, noTrend, rate, session } from "./make.ts";

describe("time", () => {
  it("reads microseconds and offsets", () => {
    expect(micros("2026-11-20T14:00:00.000001Z")).toBe(T0 * 1000 + 1);
    expect(micros("2026-11-20T15:00:00.250+01:00")).toBe(T0 * 1000 + 250_000);
    expect(micros("yesterday")).toBeNaN();
  });

  it("counts minutes past the hour on", () => {
    expect(mss(3_725_000)).toBe("62:05");
    expect(mss(-1)).toBe("0:00");
  });
});

describe("clinic clock", () => {
  it("runs at the rate of the clinic", () => {
    expect(clinicNow(anchor(T0, 1000, 30), 2000)).toBe(T0 + 30_000);
  });

  it("moves forward to a later time, and is not held back by a delayed one", () => {
    const clock = anchor(T0, 0, 1);
    expect(clinicNow(heard(clock, T0 + 5_000, 1000), 1000)).toBe(T0 + 5_000);
    expect(clinicNow(heard(clock, T0 + 500, 1000), 1000)).toBe(T0 + 1_000);
    expect(clinicNow(heard(clock, T0 - 60_000, 1000), 1000)).toBe(T0 - 60_000);
  });
});

describe("freshness", () => {
  it("is live, then stale, then lost, each exactly at its time", () => {
    const value = rate(70, 0);
    expect(freshness(value, T0 + 4_999, "live")).toBe("live");
    expect(freshness(value, T0 + 5_000, "live")).toBe("stale");
    expect(freshness(value, T0 + 29_999, "live")).toBe("stale");
    expect(freshness(value, T0 + 30_000, "live")).toBe("lost");
  });

  it("is never live without a connection, a clock or a readable time", () => {
    expect(freshness(rate(70, 0), T0, "stale")).toBe("stale");
    expect(freshness(rate(70, 0), Number.NaN, "live")).toBe("lost");
    expect(freshness({ ...rate(70, 0), stale_at: "?" }, T0, "live")).toBe("stale");
    expect(freshness({ ...rate(70, 0), gone_at: "?" }, T0, "live")).toBe("lost");
  });

  it("of a tile follows what streams", () => {
    const vitals = { heart_rate: rate(70, 0), spo2: rate(98, 20, "pulse_ox"), blood_pressure: cuff(120, 80, 0) };
    expect(tileFreshness(vitals, T0 + 4_000, "live")).toBe("live");
    expect(tileFreshness(vitals, T0 + 31_000, "live")).toBe("stale");
    expect(tileFreshness(vitals, T0 + 51_000, "live")).toBe("lost");
    expect(tileFreshness({ blood_pressure: cuff(120, 80, 0) }, T0 + 51_000, "live")).toBe("live");
  });
});

describe("trend", () => {
  it("starts at the minute of check-in and never before it", () => {
    const seated = session("s", "1", { phases: [{ phase: "scheduled", from: at(-900) }, { phase: "preparing", from: "2026-11-20T14:03:59.999999Z" }] });
    expect(emptyTrend(seated)?.from).toBe(at(180));
    expect(emptyTrend(session("s", "1", { phases: [{ phase: "scheduled", from: at(0) }] }))).toBeNull();
  });

  it("puts the newest value of a bucket in its place, to the microsecond", () => {
    const trend = { ...noTrend, from: "2026-11-20T14:00:00.000900Z" };
    const early = { ...rate(70, 0), effective_at: "2026-11-20T14:01:00.000500Z" };
    const first = appended(trend, { heart_rate: early });
    expect(first.heart_rate).toEqual([70]);
    const second = appended(first, { heart_rate: rate(80, 121), blood_pressure: cuff(130, 80, 121) });
    expect(second).toMatchObject({ heart_rate: [70, null, 80], systolic: [null, null, 130], diastolic: [null, null, 80], spo2: [null, null, null] });
    expect(appended(second, { heart_rate: rate(85, 125) }).heart_rate).toEqual([70, null, 85]);
    expect(appended(second, { heart_rate: rate(60, -5) })).toBe(second);
  });
});

describe("elapsed", () => {
  const dosing = { started_at: at(0), planned_min: 40, elapsed_min: 10, paused: false };

  it("counts from the first dose, without pauses where they are told", () => {
    expect(elapsed(session("s", "1", { phase: "dosing", dosing }), T0 + 600_000)).toBe(600_000);
    expect(elapsed(session("s", "1", { phase: "dosing", dosing: { ...dosing, paused: true } }), T0 + 900_000)).toBe(600_000);
    expect(elapsed(session("s", "1", { phase: "dosing", dosing: { ...dosing, as_of: at(700) } }), T0 + 760_000)).toBe(660_000);
  });

  it("of another phase counts from its beginning", () => {
    const recovery = session("s", "1", { phase: "recovery", dosing, phases: [{ phase: "preparing", from: at(0) }, { phase: "recovery", from: at(60) }] });
    expect(elapsed(recovery, T0 + 90_000)).toBe(30_000);
  });
});

describe("alerts", () => {
  it("are ordered by who still has to act, then priority, then age", () => {
    const acked = alert("1", { acknowledged_at: at(0) });
    const low = alert("2", { priority: "low" });
    const young = alert("3", { opened_at: at(9) });
    const old = alert("4", { opened_at: at(1) });
    const resolved = alert("5", { state: "returned" });
    expect([acked, resolved, low, young, old].sort(byUrgency).map((a) => a.id)).toEqual(["4", "3", "2", "5", "1"]);
  });

  it("give a tile its level, kind and whether somebody must act", () => {
    expect(tileLevel([alert("r", { state: "returned" }), alert("m", { priority: "medium" })])).toMatchObject({ level: 2, ack: "needed" });
    expect(tileLevel([alert("r", { state: "returned" })])).toMatchObject({ level: 3, ack: "needed" });
    expect(tileLevel([])).toEqual({ level: 0, kind: "none", ack: "none" });
    expect(tileLevel([alert("t", { kind: "technical" }), alert("p")])).toEqual({ level: 3, kind: "patient", ack: "needed" });
    expect(tileLevel([alert("t", { kind: "technical", priority: "medium", acknowledged_at: at(0) })])).toEqual({ level: 2, kind: "technical", ack: "done" });
  });

  it("sound only while active, unacknowledged, in time and not behind a higher one", () => {
    expect(sounds(alert("a"))).toBe(true);
    for (const quiet of [{ state: "provisional" }, { state: "returned" }, { acknowledged_at: at(0) }, { late: true }, { suppressed: true }, { priority: "low" }] as const)
      expect(sounds(alert("a", quiet))).toBe(false);
  });
});

describe("words", () => {
  const said = (limit: string, more = {}) => alertWords(alert("a", { limit, ...more }));

  it("name the measure of every kind of limit", () => {
    expect(said("systolic_high")).toBe("SBP 192, limit 180");
    expect(said("rise_systolic_symptom")).toBe("SBP 192, limit 180 from baseline");
    expect(said("systolic_rate", { value: -20, limit_value: -15 })).toBe("SBP falling 20 a minute, limit 15");
    expect(said("systolic_rate", { value: 12.2, limit_value: 10 })).toBe("SBP rising 12.2 a minute, limit 10");
    expect(said("heart_rate_low", { source: "ecg", value: 39, limit_value: 40 })).toBe("HR 39, limit 40");
    expect(said("heart_rate_low", { source: "nibp", value: 39, limit_value: 40 })).toBe("PR 39, limit 40");
    expect(said("respiratory_rate_low", { value: 7, limit_value: 8 })).toBe("RR 7, limit 8");
    expect(said("device_silent", { kind: "technical", opened_at: at(31 * 60) })).toMatch(/^No data from monitor since \d\d:31$/);
    expect(said("something_new", { value: null })).toBe("Something new");
  });

  it("say of a technical alert what its detail adds, once", () => {
    const technical = (limit: string, detail: string) => said(limit, { kind: "technical", value: null, limit_value: null, detail, opened_at: at(31 * 60) });
    expect(technical("nobody_audible", "nobody_audible")).toBe("No screen has sound");
    expect(technical("cuff_overdue", "cuff")).toBe("BP overdue");
    expect(technical("dosing_with_open_gates", "No baseline is locked..")).toBe("Dosing with checks not met: No baseline is locked");
    const asked = "avm: not answered. Any malformation?; allergy: yes. A clinician decides. Allergic?; and 3 more";
    expect(technical("dosing_with_open_gates", asked)).toBe("Dosing with checks not met: Any malformation? and 4 more");
    expect(technical("dosing_with_open_gates", "avm: not answered. Any?; No baseline is locked.")).toBe("Dosing with checks not met: Any? and 1 more");
    expect(technical("sensor_silent", "spo2")).toBe("No values from sensor: SpO₂");
    expect(technical("sensor_off", "Monitor 3, pulse_ox")).toBe("Sensor off: Monitor 3, oxim.");
    expect(technical("cannot_measure", "impossible heart_rate")).toBe("Cannot measure HR: impossible values");
    expect(technical("cannot_measure", "cuff cannot measure")).toBe("Cuff cannot measure");
    expect(technical("clock_skew", "3599 s")).toBe("Gateway clock is wrong by 60 min");
    expect(technical("red_flag", "chest_pain, visual_loss")).toBe("Red-flag symptom: chest pain, visual loss");
    expect(technical("device_silent", "Monitor 3")).toMatch(/^No data from monitor since \d\d:31: Monitor 3$/);
  });

  it("say what a criterion lacks, then what was found", () => {
    const words = (code: string, evidence: object) => criterionWords({ code, state: "not_met", evidence });
    const time = hhmm(T0);
    const baseline = { systolic: 112, diastolic: 71 };
    const pressure = { reasons: ["systolic_above_baseline"], systolic: 128, diastolic: 80, at: at(0), source: "nibp", baseline };
    expect(words("blood_pressure", pressure)).toBe(`systolic above baseline; 128/80 at ${time}, cuff; baseline 112/71`);
    expect(words("observation", { from: at(0), required_min: 60 })).toBe(`60 min from ${time}`);
    expect(words("spo2", { value: 93, at: at(0), good_min: 15, at_least: 94, on_air: true, reasons: ["too_low"] })).toBe(`too low; 93 at ${time}; good for 15 min; needs 94 on air`);
    expect(words("moaa_s", { value: 4, at: at(0), by: "0b8f", before_dose: 5, reasons: ["before:last_dose"] })).toBe(`assessed before the last dose; 4 at ${time}; before the dose 5`);
    expect(words("blood_pressure", { reasons: ["rising", "breaches:systolic_high", "breaches:rise_systolic"] })).toBe("beyond a limit: SBP high, SBP rise; rising");
    expect(words("alerts", { open: [{ limit: "systolic_high" }, { limit: "device_silent" }] })).toBe("SBP high; Device silent");
    expect(words("escort", { reasons: ["not_assessed"] })).toBe("not assessed yet");
  });

  it("tell every line of the record, also one of a type not known here", () => {
    const told = (type: string, more: object) => timelineWords({ at: at(0), recorded_at: at(1), type, ...more });
    expect(told("event", { kind: "dose", drug: "esketamine", amount_mg: 28, route: "nasal", event_id: "x" })).toEqual({ title: "Dose", detail: "esketamine, 28 mg, nasal" });
    expect(told("phase", { phase: "discharged", outcome: "met", reason: null, override: false, identifiers: [] })).toEqual({ title: "Discharged", detail: "criteria met" });
    expect(told("alert", { step: "acknowledged", limit: "systolic_high", source: "nibp", value: 184, priority: "medium", note: "seen" })).toEqual({
      title: "Alert acknowledged",
      detail: "SBP 184, warning, seen",
    });
    expect(told("baseline", { systolic: 120, diastolic: 73, mean: 89, heart_rate: 74, spo2: 97, readings: [{}, {}, {}] }).detail).toBe("120/73, MAP 89, HR 74, SpO₂ 97, from 3 readings");
    expect(told("screening", { answers: { allergy: "no", consent: "unknown" }, note: null }).detail).toBe("2 answers, not known: consent");
    expect(told("assessment", { assessment: "discharge", values: { aldrete: { activity: 2, oxygen: 1 }, gait_steady: true } })).toEqual({
      title: "Assessment for going home",
      detail: "Aldrete 3, gait steady yes",
    });
    expect(told("limit", { code: "systolic_raised", value: 175, reason: "agreed" }).detail).toBe("Systolic raised, 175, agreed");
    expect(told("readings_corrected", { to_session: null, spans: [{}], reason: "cuff of Chair 2" })).toEqual({ title: "Readings taken out: nobody's", detail: "cuff of Chair 2" });
    expect(told("something_new", { amount: 3 })).toEqual({ title: "Something new", detail: "Amount 3" });
    const late = timelineWords({ at: at(0), recorded_at: at(600), type: "event", kind: "note", text: "arrived calm" });
    expect(late.detail).toBe(`arrived calm, recorded ${hhmm(T0 + 600_000)}`);
  });

  it("say who it was in the record, and who signed beside", () => {
    const id = "0b8f4c1e-1111-4222-8333-444444444444";
    const line = { at: at(0), recorded_at: at(1), type: "something_new", by: id, by_name: "Ines Roth", second: id, second_name: "Tom Blau" };
    expect(timelinePeople(line)).toBe("Ines Roth with Tom Blau");
    expect(timelinePeople({ ...line, second: null, second_name: null })).toBe("Ines Roth");
    expect(timelinePeople({ ...line, by: null, by_name: null, second_name: null })).toBe("");
    expect(timelineWords(line).detail).toBe("");
  });

  it("call it a heart rate only when an ECG counted it", () => {
    const label = (source: string | undefined): string => metricLabel("heart_rate", source);
    expect(["ecg", undefined].map(label)).toEqual(["HR", "HR"]);
    expect(["nibp", "pulse_ox", "art", "manual", "other"].map(label)).toEqual(["PR", "PR", "PR", "PR", "PR"]);
  });

  it("say evidence of any shape", () => {
    expect(evidenceWords({ reasons: ["no_recent_reading", "breaches:systolic_high"], apart_min: 12.25, seen: true, by: null })).toBe(
      "Reasons No recent reading; Breaches: systolic high, Apart min 12.3, Seen yes",
    );
  });

  it("never show an id as a person's name", () => {
    expect(personName("0b8f4c1e-1111-4222-8333-444444444444")).toBeNull();
    expect(personName({ id: "x", name: "RN Lee" })).toBe("RN Lee");
  });
});
