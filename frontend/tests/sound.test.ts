import { describe, expect, it } from "vitest";
import { QUIET, listen, paused, resumed, type AlarmMemory } from "../src/sound/alarm.ts";
import { PULSES } from "../src/sound/pattern.ts";
import type { Alert } from "../src/wire/types.ts";
import { alert, at } from "./make.ts";

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

  it("sounds for a lost connection", () => {
    expect(heardAt([[0, [], true], [10, [], true], [11, []]])).toEqual(["high", "high", "stop"]);
  });

  it("is paused for two minutes at most, and a new condition ends the pause", () => {
    const { memory } = listen(QUIET, [high], false, 0);
    const held = paused(memory, 1_000);
    expect(heardAt([[60, [high]], [120, [high]], [121, [high]]], held)).toEqual([null, null, "high"]);
    expect(heardAt([[60, [high, medium]]], held)).toEqual(["high"]);
    expect(heardAt([[60, [high]]], resumed(held))).toEqual(["high"]);
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
