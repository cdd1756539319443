import { describe, expect, it } from "vitest";
import { QUIET, listen, longestPause, paused, resumed, type AlarmMemory } from "../src/sound/alarm.ts";
import { NOTES, tuneFor } from "../src/sound/tune.ts";
import { PULSES } from "../src/sound/pattern.ts";
import type { Alert, Session } from "../src/wire/types.ts";
import { alert, at, session } from "./make.ts";

/** Listens at each second given and answers what began, in order. */
function heardAt(steps: [second: number, alerts: Alert[], lost?: boolean][], memory: AlarmMemory = QUIET): (string | null)[] {
  return steps.map(([second, alerts, lost]) => {
    const heard = listen(memory, alerts, lost ?? false, second * 1000);
    memory = heard.memory;
    return heard.action;
  });
}

describe("which burst sounds", () => {
  const high = alert("h");
  const medium = alert("m", { priority: "medium" });

  it("begins at once and again every 10 s for high, 25 s for medium", () => {
    expect(heardAt([[0, [high]], [9, [high]], [10, [high]]])).toEqual(["high", null, "high"]);
    expect(heardAt([[0, [medium]], [24, [medium]], [25, [medium]]])).toEqual(["medium", null, "medium"]);
  });

  it("is the highest, and a new condition is never kept waiting", () => {
    expect(heardAt([[0, [medium]], [1, [medium, high]], [2, [medium]]])).toEqual(["medium", "high", "medium"]);
    expect(heardAt([[0, [high]], [1, [high, alert("h2")]]])).toEqual(["high", "high"]);
  });

  it("stops with the acknowledgement and sounds again when the alert re-arms", () => {
    expect(heardAt([[0, [high]], [1, [alert("h", { acknowledged_at: at(1) })]], [2, [high]]])).toEqual(["high", "stop", "high"]);
  });

  it("is one burst when what somebody has reminds of itself", () => {
    const taken = (more: Partial<Alert> = {}): Alert => alert("h", { acknowledged_at: at(1), ...more });
    const reminded = taken({ reminded_at: at(121) });
    expect(heardAt([[2, [taken()]], [121, [reminded]], [131, [reminded]], [241, [taken({ reminded_at: at(240) })]]])).toEqual([null, "high", null, "high"]);
    expect(heardAt([[0, [high]], [1, [taken()]], [121, [reminded]], [122, []]])).toEqual(["high", "stop", "high", null]);
    expect(heardAt([[2, [taken({ priority: "medium" })]], [300, [taken({ priority: "medium", reminded_at: at(300) })]]])).toEqual([null, "medium"]);
  });

  it("does not remind of what is low, kept quiet, gone, or was reminded of before this screen looked", () => {
    const taken = { acknowledged_at: at(1) };
    for (const quiet of [{ priority: "low" as const }, { suppressed: true }, { late: true }, { state: "returned" as const }])
      expect(heardAt([[2, [alert("h", { ...taken, ...quiet })]], [121, [alert("h", { ...taken, ...quiet, reminded_at: at(121) })]]])).toEqual([null, null]);
    expect(heardAt([[200, [alert("h", { ...taken, reminded_at: at(121) })]]])).toEqual([null]);
  });

  it("reminds after a pause, and beside what sounds with the higher burst", () => {
    const before = alert("h", { acknowledged_at: at(1) });
    const after = alert("h", { acknowledged_at: at(1), reminded_at: at(121) });
    const held = paused(listen(QUIET, [before], false, 2_000).memory, 60_000, longestPause([]));
    expect(heardAt([[121, [after]], [180, [after]], [181, [after]]], held)).toEqual([null, "high", null]);
    expect(heardAt([[100, [before, medium]], [121, [after, medium]], [122, [after, medium]]])).toEqual(["medium", "high", null]);
  });

  it("is one short sound for what is low, once more after 30 s, then none", () => {
    const low = alert("l", { priority: "low" });
    expect(heardAt([[0, [low]], [1, [low]], [29, [low]], [30, [low]], [60, [low]], [300, [low]]])).toEqual(["low", null, null, "low", null, null]);
    expect(heardAt([[0, [low]], [10, [low, alert("l2", { priority: "low" })]]])).toEqual(["low", "low"]);
    expect(heardAt([[0, [alert("l", { priority: "low", acknowledged_at: at(0) })]]])).toEqual([null]);
  });

  it("keeps what is low waiting while something higher sounds, and through a pause", () => {
    const low = alert("l", { priority: "low" });
    expect(heardAt([[0, [medium, low]], [1, [medium, low]], [2, [low]]])).toEqual(["medium", null, "low"]);
    expect(heardAt([[1, [low]], [61, [low]]], paused(QUIET, 0, 60_000))).toEqual([null, "low"]);
  });

  it("sounds for a lost connection", () => {
    expect(heardAt([[0, [], true], [10, [], true], [11, []]])).toEqual(["high", "high", "stop"]);
  });

  it("is paused for two minutes at most, and a new condition ends the pause", () => {
    const { memory } = listen(QUIET, [high], false, 0);
    const held = paused(memory, 1_000, longestPause([]));
    expect(heardAt([[60, [high]], [120, [high]], [121, [high]]], held)).toEqual([null, null, "high"]);
    expect(heardAt([[60, [high, medium]]], held)).toEqual(["high"]);
    expect(heardAt([[60, [high]]], resumed(held))).toEqual(["high"]);
  });
});

describe("the longest pause", () => {
  const allowing = (pause_max_s: number, phase: Session["phase"] = "dosing") => session("s", "1", { phase, audio: { pause_max_s } });

  it("is what the strictest protocol on the screen allows, and never above two minutes", () => {
    expect(longestPause([])).toBe(120_000);
    expect(longestPause([null, allowing(120), allowing(45)])).toBe(45_000);
    expect(longestPause([allowing(45, "scheduled"), allowing(90)])).toBe(90_000);
    expect(longestPause([allowing(600)])).toBe(120_000);
  });

  it("ends the silence when it is over", () => {
    const { memory } = listen(QUIET, [alert("h")], false, 0);
    expect(heardAt([[44, [alert("h")]], [46, [alert("h")]]], paused(memory, 1_000, longestPause([allowing(45)])))).toEqual([null, "high"]);
  });
});

describe("the tones", () => {
  it("are ten pulses for high and three for medium, without overlap", () => {
    expect(PULSES.high).toHaveLength(10);
    expect(PULSES.medium).toHaveLength(3);
    for (const pulses of Object.values(PULSES))
      for (const [index, pulse] of pulses.entries()) expect(pulse.at).toBeGreaterThanOrEqual(index === 0 ? 0 : (pulses[index - 1]?.at ?? 0) + pulse.length);
  });
});

describe("the tune of a burst", () => {
  it("says whether it is about the heart, about breathing or about anything else", () => {
    const tune = (limit: string, more: Partial<Alert> = {}): string => tuneFor("high", [alert("a", { limit, ...more })], false);
    expect(["systolic_high", "rise_diastolic", "heart_rate_low"].map((limit) => tune(limit))).toEqual(["cardiac", "cardiac", "cardiac"]);
    expect(["spo2_low", "respiratory_rate_low"].map((limit) => tune(limit))).toEqual(["oxygen", "oxygen"]);
    expect(tune("red_flag")).toBe("general");
    expect(tune("device_silent", { kind: "technical" })).toBe("general");
    expect(tuneFor("high", [alert("a")], true)).toBe("general");
  });

  it("is that of the alert nobody has taken", () => {
    const taken = alert("a", { limit: "spo2_low", acknowledged_at: at(1) });
    expect(tuneFor("high", [taken, alert("b")], false)).toBe("cardiac");
    expect(tuneFor("high", [taken], false)).toBe("oxygen");
    expect(tuneFor("medium", [alert("b")], false)).toBe("general");
  });

  it("stays where an alarm is heard and told apart, 150 to 1000 Hz", () => {
    for (const notes of Object.values(NOTES)) for (const note of notes) expect(note > 150 && note < 1000).toBe(true);
    expect(new Set(Object.values(NOTES).map((notes) => notes.join())).size).toBe(3);
  });
});
