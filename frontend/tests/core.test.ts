import { describe, expect, it } from "vitest";
import { byUrgency, sounds, tileLevel } from "../src/core/alerts.ts";
import { anchor, clinicNow, heard } from "../src/core/clock.ts";
import { elapsed } from "../src/core/elapsed.ts";
import { freshness, tileFreshness } from "../src/core/fresh.ts";
import { micros, mss } from "../src/core/time.ts";
import { appended, emptyTrend } from "../src/core/trend.ts";
import { alertWords, evidenceWords, personName } from "../src/words.ts";
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
    expect(freshness(value, T0 + 4_999, true)).toBe("live");
    expect(freshness(value, T0 + 5_000, true)).toBe("stale");
    expect(freshness(value, T0 + 29_999, true)).toBe("stale");
    expect(freshness(value, T0 + 30_000, true)).toBe("lost");
  });

  it("is never live without a connection, a clock or a readable time", () => {
    expect(freshness(rate(70, 0), T0, false)).toBe("stale");
    expect(freshness(rate(70, 0), Number.NaN, true)).toBe("lost");
    expect(freshness({ ...rate(70, 0), stale_at: "?" }, T0, true)).toBe("stale");
    expect(freshness({ ...rate(70, 0), gone_at: "?" }, T0, true)).toBe("lost");
  });

  it("of a tile follows what streams", () => {
    const vitals = { heart_rate: rate(70, 0), spo2: rate(98, 20, "pulse_ox"), blood_pressure: cuff(120, 80, 0) };
    expect(tileFreshness(vitals, T0 + 4_000, true)).toBe("live");
    expect(tileFreshness(vitals, T0 + 31_000, true)).toBe("stale");
    expect(tileFreshness(vitals, T0 + 51_000, true)).toBe("lost");
    expect(tileFreshness({ blood_pressure: cuff(120, 80, 0) }, T0 + 51_000, true)).toBe("live");
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
    expect([acked, low, young, old].sort(byUrgency).map((a) => a.id)).toEqual(["4", "3", "2", "1"]);
  });

  it("give a tile its level, kind and whether somebody must act", () => {
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
    expect(said("systolic_rate", { value: -20, limit_value: -15 })).toBe("SBP −20 a minute, limit −15");
    expect(said("heart_rate_low", { source: "ecg", value: 39, limit_value: 40 })).toBe("HR 39, limit 40");
    expect(said("heart_rate_low", { source: "nibp", value: 39, limit_value: 40 })).toBe("PR 39, limit 40");
    expect(said("respiratory_rate_low", { value: 7, limit_value: 8 })).toBe("RR 7, limit 8");
    expect(said("device_silent", { kind: "technical", opened_at: at(31 * 60) })).toMatch(/^No data from monitor since \d\d:31$/);
    expect(said("something_new", { value: null })).toBe("Something new");
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
