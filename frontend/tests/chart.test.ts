import { describe, expect, it } from "vitest";
import { packed, placeLabels, spread } from "../src/core/chart/labels.ts";
import { layoutOf, pressureScale, spo2Scale, yIn, zIn } from "../src/core/chart/layout.ts";
import { linesOf, partsOf, type Line } from "../src/core/chart/lines.ts";
import { barsOf, cuffsOf, drawn, gapsOf, lengthOf, streamsOf, withTail, withValue, type Streams } from "../src/core/chart/readings.ts";
import { placeOf, spanOf, ticksOf } from "../src/core/chart/span.ts";
import { millis } from "../src/core/time.ts";
import { lineWords, usualWords } from "../src/words.ts";
import type { Limit, LockedBaseline } from "../src/wire/detail.ts";
import { T0, at } from "./make.ts";

const MIN = 60_000;
const STEP = 10_000;
const streams = (rate: (number | null)[], oxygen: (number | null)[] = rate): Streams => ({ from: T0, step: STEP, heart_rate: rate, spo2: oxygen });
const limit = (code: string, metric: string, kind: string, value: number, priority: Limit["priority"], more: Partial<Limit> = {}): Limit => ({
  code, metric, kind, value, priority, when: ["preparing", "dosing", "recovery"], clear: value, hold_s: 0, confirm_s: null, immediate: null, rearm: null, needs_symptom: false, history: [], ...more,
});
const BASE = { systolic: 120, diastolic: 70, mean: 90, heart_rate: 70, spo2: 98, readings: [], excluded: [], locked_at: at(0), locked_by: null } as LockedBaseline;

describe("the time axis", () => {
  it("stands from 20 minutes before the dose to 110 after it, so that place is progress", () => {
    const early = spanOf({ dosed: T0, begun: T0 - 15 * MIN, now: T0 + MIN }, "whole");
    const later = spanOf({ dosed: T0, begun: T0 - 15 * MIN, now: T0 + 90 * MIN }, "whole");
    expect([early.from, early.to]).toEqual([T0 - 20 * MIN, T0 + 110 * MIN]);
    expect(later).toEqual(early);
  });

  it("grows by whole tens for what is longer, at both ends", () => {
    const span = spanOf({ dosed: T0, begun: T0 - 47 * MIN, now: T0 + 118 * MIN }, "whole");
    expect([(span.from - T0) / MIN, (span.to - T0) / MIN]).toEqual([-50, 130]);
  });

  it("shows the last thirty minutes and a little of what is ahead", () => {
    const span = spanOf({ dosed: T0, begun: T0, now: T0 + 60 * MIN }, "last");
    expect([(span.from - T0) / MIN, (span.to - T0) / MIN]).toEqual([30, 65]);
  });

  it("has ticks at whole minutes from the dose, no closer than there is room", () => {
    const span = spanOf({ dosed: T0 + 30_000, begun: T0, now: T0 + MIN }, "whole");
    for (const width of [160, 380, 900, 1600]) {
      const ticks = ticksOf(span, width);
      const places = ticks.map((tick) => placeOf(span, width, tick.at));
      expect(ticks.some(({ minute }) => minute === 0)).toBe(true);
      places.slice(1).forEach((place, n) => expect(place - (places[n] ?? 0)).toBeGreaterThanOrEqual(Math.min(58, width / 2)));
    }
  });

  it("counts no minutes before there was a dose", () => {
    const ticks = ticksOf(spanOf({ dosed: null, begun: T0, now: T0 + MIN }, "whole"), 900);
    expect(ticks.every(({ minute, at: time }) => minute === null && time % (10 * MIN) === 0)).toBe(true);
  });
});

describe("streams", () => {
  it("are joined within thirty seconds and end in a gap beyond", () => {
    const values = [70, 70, 70, null, 71, null, null, null, null, 72];
    expect(drawn(values, STEP)).toEqual([70, 70, 70, undefined, 71, null, null, null, null, 72]);
    expect(gapsOf(streams(values), "heart_rate", T0 + 9 * STEP)).toEqual([{ from: T0 + 5 * STEP, to: T0 + 9 * STEP }]);
  });

  it("of a slow monitor are joined at its own rhythm", () => {
    const minute = [70, ...Array<null>(5).fill(null), 71, ...Array<null>(5).fill(null), 72];
    expect(drawn(minute, STEP)).not.toContain(null);
    expect(gapsOf(streams(minute), "spo2", T0 + 12 * STEP)).toEqual([]);
  });

  it("that are silent now have a gap until now, and one that never began has none", () => {
    expect(gapsOf(streams([70, 70]), "spo2", T0 + MIN)).toEqual([{ from: T0 + 2 * STEP, to: T0 + MIN }]);
    expect(gapsOf(streams([null, null]), "spo2", T0 + MIN)).toEqual([]);
  });

  it("take a live value into its step, with what lies between left empty", () => {
    const grown = withValue(streams([70]), "heart_rate", T0 + 3 * STEP + 4_000, 75);
    expect(grown.heart_rate).toEqual([70, null, null, 75]);
    expect(grown.spo2).toEqual([70, null, null, null]);
    expect(withValue(grown, "heart_rate", T0 - STEP, 99)).toBe(grown);
    expect(lengthOf(withValue(streams([]), "spo2", T0 + 4_000, 97))).toBe(1);
  });

  it("take a newer end over an older one", () => {
    const tail = { ...streams([9, 8]), from: T0 + 2 * STEP };
    expect(withTail(streams([1, 2, 3]), tail).heart_rate).toEqual([1, 2, 9, 8]);
    expect(withTail(streams([1]), tail).heart_rate).toEqual([1, null, 9, 8]);
  });

  it("come as whole numbers, as a monitor shows them", () => {
    const thinned = { min: [70], mean: [70.4], max: [71] };
    expect(streamsOf({ step_s: 10, effective_at: [at(0)], heart_rate: thinned, spo2: thinned }).heart_rate).toEqual([70]);
  });
});

describe("cuff readings", () => {
  const columns = {
    effective_at: [at(0), at(300), at(600)], device: ["d", "d", "d"], seq: [1, 2, 3], source: ["nibp", "nibp", "manual"], suspect: [false, true, false],
    late: [false, false, false], voided: [false, true, false], systolic: [120, 250, null], diastolic: [80, 40, 70], mean: [93, null, null], heart_rate: [70, null, null],
  };

  it("are bars when they stand and have both ends", () => {
    const cuffs = cuffsOf(columns);
    expect(cuffs).toHaveLength(3);
    expect(barsOf(cuffs).map(({ systolic }) => systolic)).toEqual([120]);
  });
});

describe("limits as lines", () => {
  const now = T0 + 60 * MIN;
  const lines = (limits: Limit[], baseline: LockedBaseline | null = BASE): readonly Line[] => linesOf(limits, baseline, "dosing", now, millis);

  it("count in their phase alone, and those that need a symptom never", () => {
    expect(lines([limit("a", "systolic", "above", 180, "high", { when: ["recovery"] }), limit("b", "systolic", "rise", 40, "high", { needs_symptom: true })])).toEqual([]);
  });

  it("that count from the baseline stand where that is, and not without one", () => {
    const rise = limit("rise", "systolic", "rise", 30, "medium");
    expect(lines([rise]).map(lineWords)).toEqual(["** 150 rise"]);
    expect(lines([rise], null)).toEqual([]);
  });

  it("are the first that is met of one priority, and none behind a higher one", () => {
    const found = lines([limit("high", "systolic", "above", 150, "high"), limit("raised", "systolic", "above", 160, "medium"), limit("rise", "systolic", "rise", 60, "high")]);
    expect(found.map(lineWords)).toEqual(["*** 150"]);
  });

  it("had another number before they were changed", () => {
    const changed = limit("raised", "systolic", "above", 175, "medium", { history: [{ value: 170, clear: 165, immediate: null, from: at(0), by: null, second: null, reason: null }, { value: 175, clear: 170, immediate: null, from: at(1800), by: null, second: null, reason: null }] });
    const then = (minute: number): number | undefined => linesOf([changed], BASE, "dosing", T0 + minute * MIN, millis)[0]?.value;
    expect([then(10), then(40)]).toEqual([170, 175]);
  });

  it("say whose they are", () => {
    expect(lines([limit("d", "diastolic", "above", 110, "high"), limit("l", "systolic", "below", 90, "high"), limit("o", "spo2", "below", 92, "medium")]).map(lineWords)).toEqual(["*** 110 DBP", "*** 90 low", "** 92"]);
  });
});

describe("a bar", () => {
  const line = (measure: Line["measure"], value: number, priority: Line["priority"], above = true): Line => ({ code: `${measure}${value}`, measure, value, priority, above, relative: false });
  const lines = [line("systolic", 165, "medium"), line("systolic", 180, "high"), line("diastolic", 100, "medium"), line("systolic", 90, "high", false)];

  it("has the colour of a limit only in the part beyond it", () => {
    expect(partsOf(lines, { systolic: 192, diastolic: 96 })).toEqual([
      { low: 96, high: 165, priority: null },
      { low: 165, high: 180, priority: "medium" },
      { low: 180, high: 192, priority: "high" },
    ]);
  });

  it("within its limits has none", () => {
    expect(partsOf(lines, { systolic: 140, diastolic: 80 })).toEqual([{ low: 80, high: 140, priority: null }]);
  });

  it("is marked at its lower end for the diastolic, and at its upper end when the systolic is too low", () => {
    expect(partsOf(lines, { systolic: 150, diastolic: 108 })[0]).toEqual({ low: 108, high: 116, priority: "medium" });
    expect(partsOf(lines, { systolic: 80, diastolic: 50 }).at(-1)).toEqual({ low: 70, high: 80, priority: "high" });
  });

  it("beyond by almost nothing still shows it", () => {
    expect(partsOf(lines, { systolic: 166, diastolic: 80 }).at(-1)).toEqual({ low: 162, high: 166, priority: "medium" });
  });

  it("is whole: its parts follow each other from end to end", () => {
    for (let systolic = 60; systolic <= 230; systolic += 7) {
      for (let diastolic = 30; diastolic < systolic; diastolic += 11) {
        const parts = partsOf(lines, { systolic, diastolic });
        expect([parts[0]?.low, parts.at(-1)?.high]).toEqual([diastolic, systolic]);
        parts.slice(1).forEach((part, n) => expect(part.low).toBe(parts[n]?.high));
      }
    }
  });
});

describe("labels", () => {
  const boxes = (marks: { x: number; width: number }[]) =>
    placeLabels(marks, 0, 1000).flatMap((place, n) => {
      const { x, width } = marks[n] ?? { x: 0, width: 0 };
      if (place.number !== null) return place.said === null ? [] : [{ row: 2, from: x, to: x + 22 }];
      return [place.side === "right" ? { row: place.row, from: x, to: x + 11 + width } : { row: place.row, from: x - 11 - width, to: x }];
    });

  it("stand beside their marks, in the second row when crowded, as numbers when still crowded", () => {
    const placed = placeLabels([200, 210, 220, 230, 240].map((x) => ({ x, width: 120 })), 150, 420);
    expect(placed.map(({ row }) => row)).toEqual([0, 1, 2, 2, 2]);
    expect(placed.map(({ number }) => number)).toEqual([null, null, 1, 2, 3]);
    expect(placed.map(({ said }) => said)).toEqual([null, null, "1–3", null, null]);
  });

  it("never cover each other, however many there are", () => {
    let seed = 7;
    const random = (most: number): number => (seed = (seed * 48_271) % 2_147_483_647) % most;
    for (let round = 0; round < 200; round += 1) {
      const marks = Array.from({ length: 1 + random(14) }, () => ({ x: random(1000), width: 20 + random(180) }));
      const found = boxes(marks);
      found.forEach((a, n) => found.slice(n + 1).forEach((b) => expect(a.row !== b.row || a.to <= b.from || b.to <= a.from, JSON.stringify(marks)).toBe(true)));
      found.filter(({ row }) => row < 2).forEach(({ from, to }) => expect(from >= 0 && to <= 1000).toBe(true));
    }
  });

  it("at the edge are moved apart as little as it takes, and stay inside", () => {
    expect(spread([10, 12, 200], 16, 0, 300)).toEqual([10, 26, 200]);
    expect(spread([295, 298], 16, 0, 300)).toEqual([284, 300]);
  });

  it("of alerts share a row only when they do not overlap", () => {
    expect(packed([{ from: 0, to: 10 }, { from: 5, to: 20 }, { from: 12, to: 14 }, { from: 6, to: 30 }])).toEqual([0, 1, 0, 2]);
  });
});

describe("the layout", () => {
  it("gives uPlot scales that put a value where the labels think it is", () => {
    const layout = layoutOf({ width: 1000, height: 600 }, { labelRows: 2, laneRows: 1, edge: 80 });
    const place = ([min, max]: [number, number], value: number): number => ((max - value) / (max - min)) * layout.inner.height;
    for (const value of [40, 120, 220]) expect(place(pressureScale(layout), value)).toBeCloseTo(yIn(layout, value));
    for (const value of [86, 92, 100]) expect(place(spo2Scale(layout), value)).toBeCloseTo(zIn(layout, value));
  });

  it("keeps its panels apart at every size", () => {
    for (const [width, height] of [[340, 440], [800, 520], [1500, 900]] as const) {
      const { pressure, spo2, lane, inner } = layoutOf({ width, height }, { labelRows: 3, laneRows: 4, edge: 90 });
      expect(pressure.height).toBeGreaterThan(90);
      expect(pressure.top + pressure.height).toBeLessThan(spo2.top);
      expect(spo2.top + spo2.height).toBeLessThan(lane.top);
      expect(lane.top + lane.height).toBeLessThanOrEqual(inner.height);
    }
  });
});

describe("against earlier sessions", () => {
  it("is said in words", () => {
    expect(usualWords(15, 20, "female")).toBe("15 above her usual at +20");
    expect(usualWords(-4, 0, null)).toBe("4 below their usual at dose");
  });
});
