// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { axisOf, bars, barsPath, linePath, ticks, xOf } from "../src/core/axis.ts";
import { behindLast, tallied } from "../src/core/alerts.ts";
import { beatAt, flashes } from "../src/core/beat.ts";
import { beyond } from "../src/core/beyond.ts";
import { actionOf, stepped, type Pressed } from "../src/core/keys.ts";
import { GAP, LEAST, MOST, layoutOf, railWidth, topHeight } from "../src/core/layout.ts";
import { T0, alert, at, changes, cuff, noTrend, rate, seated, session, snapshot } from "./make.ts";
import { find, hello, pass, root, say, setUp, wall, words } from "./stage.tsx";

describe("what is due next", () => {
  beforeEach(setUp);

  it("says how much more is due than it has room for", async () => {
    const due = (count: number) => Array.from({ length: count }, (_, n) => seated(String(n), `s${n}`, { due: [{ kind: "cuff", at: at(-60), state: "overdue" as const }] }));
    await say(hello(), snapshot(1, due(10)));
    expect(root.querySelectorAll("[data-test=due] li")).toHaveLength(10);
    expect(root.querySelector("[data-test=due-more]")).toBeNull();
    await say(snapshot(2, due(13)));
    expect(words("[data-test=due-more]")).toBe("and 3 more");
  });
});

describe("layout", () => {
  const desk = { width: 1920, height: 1080 };

  it("shrinks the tiles, never the number of chairs", () => {
    const dense = [1, 8, 12, 13, 24, 25, 60].map((count) => layoutOf(count, desk).density);
    expect(dense).toEqual(["L", "L", "L", "M", "M", "S", "S"]);
    for (let count = 1; count <= 60; count += 1) expect(layoutOf(count, desk).fits, `${count} chairs`).toBe(true);
  });

  it("gives no tile less than it needs wherever it says that all fit", () => {
    for (const width of [390, 820, 1100, 1101, 1180, 1280, 1600, 1601, 1920, 3840])
      for (const height of [600, 800, 1080, 2160])
        for (let count = 1; count <= 60; count += 1) {
          const { density, columns, fits, beside } = layoutOf(count, { width, height });
          if (!fits) continue;
          const rows = Math.ceil(count / columns);
          const room = beside ? width - railWidth(width) : width;
          expect((room - GAP * (columns + 1)) / columns).toBeGreaterThanOrEqual(LEAST[density].width);
          expect((height - topHeight(width) - GAP * (rows + 1)) / rows).toBeGreaterThanOrEqual(LEAST[density].height);
          expect(count).toBeLessThanOrEqual(MOST[density]);
        }
  });

  it("scrolls in readable tiles where the window is small", () => {
    expect(layoutOf(8, { width: 390, height: 844 })).toEqual({ density: "L", columns: 1, fits: false, beside: false });
    expect(layoutOf(8, { width: 1280, height: 800 })).toEqual({ density: "M", columns: 3, fits: true, beside: true });
  });
});

describe("flashing", () => {
  it("is twice a second for high and once in two for medium, counted in quarters", () => {
    const eight = Array.from({ length: 8 }, (_, quarter) => beatAt(quarter));
    expect(eight.map((beat) => beat.high)).toEqual([false, true, false, true, false, true, false, true]);
    expect(eight.map((beat) => beat.medium)).toEqual([false, false, false, false, true, true, true, true]);
  });

  it("is only for what calls, and never for low", () => {
    expect(flashes([alert("a", { priority: "low" }), alert("b", { acknowledged_at: at(1) }), alert("c", { state: "returned" })])).toBe(false);
    expect(flashes([alert("a", { priority: "medium" })])).toBe(true);
  });
});

describe("keys", () => {
  const press = (key: string, more: Partial<Pressed> = {}): Pressed => ({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, typing: false, ...more });

  it("do nothing while somebody types, with a modifier, or where letters are off", () => {
    expect(actionOf(press("a"), true)).toEqual({ kind: "acknowledge" });
    expect(actionOf(press("a", { typing: true }), true)).toBeNull();
    expect(actionOf(press("a", { ctrlKey: true }), true)).toBeNull();
    expect(["a", "n", "p", "5", "?"].map((key) => actionOf(press(key), false))).toEqual([null, null, null, null, null]);
    expect(actionOf(press("ArrowDown"), false)).toEqual({ kind: "move", columns: 0, rows: 1 });
    expect(actionOf(press("N", { shiftKey: true }), true)).toEqual({ kind: "previousAlert" });
  });

  it("stay on the wall at its edges", () => {
    const to = (from: number, columns: number, rows: number): number => stepped(from, 10, 4, { columns, rows });
    expect([to(0, 1, 0), to(3, 1, 0), to(4, -1, 0), to(1, 0, -1), to(5, 0, 1), to(6, 0, 1), to(9, 0, -1)]).toEqual([1, 3, 4, 1, 9, 6, 5]);
  });
});

describe("trend", () => {
  const dosed = session("s1", "1", { phase: "dosing", dosing: { started_at: at(900), planned_min: 40, elapsed_min: 0, paused: false } });

  it("stands still on its axis while time passes, and grows by whole hours", () => {
    expect(axisOf(noTrend, dosed, T0 + 900_000)).toEqual({ zero: T0 + 900_000, from: -15, to: 110 });
    expect(axisOf(noTrend, dosed, T0 + 900_000 + 110 * 60_000).to).toBe(110);
    expect(axisOf(noTrend, dosed, T0 + 900_000 + 111 * 60_000).to).toBe(170);
    expect(ticks(axisOf(noTrend, dosed, T0)).map(({ minute }) => minute)).toEqual([0, 30, 60, 90]);
  });

  it("puts nothing behind the dose before there is one", () => {
    const waiting = axisOf(noTrend, session("s1", "1"), T0 + 40 * 60_000);
    expect(xOf(waiting, T0 + 40 * 60_000)).toBeCloseTo(120);
  });

  const trend = { ...noTrend, systolic: [170, null, 192, 176], diastolic: [90, null, 104, 95], heart_rate: [null, null, null, null], spo2: [null, null, null, null] };

  it("draws gaps as gaps", () => {
    const x = (bucket: number): number => bucket;
    expect(linePath([70, null, 70, 71], x).match(/M/g)).toHaveLength(2);
    expect(barsPath(bars(trend), x).match(/M/g)).toHaveLength(3);
  });

  it("colours only the part of a bar beyond the limit, since the alert opened", () => {
    const found = beyond(trend, [alert("a", { value: 192, limit_value: 160, opened_at: at(120) })]);
    expect(found.high).toEqual([{ bucket: 2, high: 192, low: 160 }, { bucket: 3, high: 176, low: 160 }]);
    expect(beyond(trend, [alert("a", { limit: "diastolic_high", value: 104, limit_value: 100, opened_at: at(0) })]).high).toEqual([{ bucket: 2, high: 116, low: 104 }]);
    expect(beyond(trend, [alert("a", { limit: "systolic_low", value: 80, limit_value: 90, opened_at: at(0) })]).high).toEqual([]);
    expect(beyond(trend, [alert("a", { limit: "systolic_rate", value: 15, limit_value: 10, opened_at: at(0) })]).high).toEqual([]);
  });

  it("colours both ends of a bar, each for its own alert of one priority", () => {
    const both = beyond(trend, [alert("a", { value: 192, limit_value: 180, opened_at: at(120) }), alert("b", { limit: "diastolic_high", value: 104, limit_value: 100, opened_at: at(120) })]);
    expect(both.high).toEqual([{ bucket: 2, high: 192, low: 180 }, { bucket: 2, high: 116, low: 104 }]);
  });

  it("ends the colour with the alert", () => {
    expect(beyond(trend, [alert("a", { value: 192, limit_value: 160, opened_at: at(120), ended_at: at(170) })]).high).toHaveLength(1);
  });
});

describe("open alerts", () => {
  const higher = alert("a");
  const lower = alert("b", { priority: "medium", suppressed: true });
  const other = alert("c", { priority: "medium", chair_id: "2", session_id: "s2", acknowledged_at: at(1) });
  const sensor = alert("d", { kind: "technical", limit: "sensor_off", priority: "low" });

  it("are counted by priority, technical ones by themselves, one behind another not twice", () => {
    const { high, medium, low, technical } = tallied([higher, lower, other, sensor]);
    expect([high.count, medium.count, low.count, technical.count]).toEqual([1, 1, 0, 1]);
    expect([high.calling, medium.calling, technical.calling]).toEqual([3, 0, 1]);
  });

  it("stand behind the higher one of their chair", () => {
    expect(behindLast([higher, sensor, other, lower]).map(({ id }) => id)).toEqual(["a", "b", "d", "c"]);
    expect(behindLast([lower]).map(({ id }) => id)).toEqual(["b"]);
    const taken = alert("e", { chair_id: "2", session_id: "s2", acknowledged_at: at(1) });
    const overdue = alert("f", { ...other, id: "f", kind: "technical", limit: "cuff_overdue" });
    expect(behindLast([overdue, { ...lower, chair_id: "2", session_id: "s2" }, taken]).map(({ id }) => id)).toEqual(["f", "e", "b"]);
  });
});

describe("tile", () => {
  beforeEach(setUp);
  const vitals = { blood_pressure: cuff(131, 82, 0), heart_rate: rate(74, 0) };

  it("takes every number away when the server was not heard for half a minute, and says what the last were", async () => {
    await say(hello(), wall());
    await pass(29, false);
    expect(words("[data-test=bp]")).toBe("131/82");
    expect(find("[data-metric=blood_pressure]").dataset["fresh"]).toBe("stale");
    await pass(1, false);
    expect(words("[data-test=bp]")).toBe("– –");
    expect(words("[data-test=last]")).toMatch(/^Last 131\/82 at \d\d:\d\d$/);
  });

  it("says in the strip who may go home and what is due, and the criteria on demand", async () => {
    const readiness = { ready: true, as_of: at(0), criteria: [{ code: "escort", state: "met" as const }] };
    const due = [{ kind: "point", code: "p", at: at(300), state: "planned" as const, text: "40 min check" }, { kind: "cuff", at: at(79), state: "planned" as const }];
    await say(hello(), snapshot(1, [seated("1", "s1", { vitals, readiness, due })]));
    expect(words("[data-test=strip]")).toContain("Criteria met");
    expect(words("[data-test=strip]")).toContain("BP in 1:19");
    expect(find("[data-test=strip] [data-shape=met]")).not.toBeNull();
    await say({ type: "changes", seq: 2, alerts: [alert("a")] });
    expect(root.querySelector("[data-test=strip] [data-shape=met]")).toBeNull();
  });

  it("says that an alert was escalated, and to whom", async () => {
    await say(hello(), wall([alert("a", { escalation: 1 }), alert("b", { escalation: 2 })]));
    expect(words("[data-alert=a] [data-test=alert-state]")).toContain("Escalated");
    expect(words("[data-test=alert][data-alert=b] [data-test=alert-state]")).toContain("Clinician called");
  });

  it("rings only for what calls, not for a higher one that somebody has", async () => {
    const taken = alert("a", { acknowledged_at: at(1) });
    await say(hello(), wall([taken, alert("b", { kind: "technical", limit: "cuff_overdue", priority: "medium" })]));
    expect(find("[data-chair='Chair 1']").dataset).toMatchObject({ level: "3", calls: "2", ack: "needed" });
    await say(changes(2, { alerts: [alert("a")] }));
    expect(find("[data-chair='Chair 1']").dataset["calls"]).toBe("3");
  });

  it("marks no number for an alert of whoever sat here before", async () => {
    await say(hello(), snapshot(1, [seated("1", "s1", { vitals })], [alert("a", { session_id: "s0" })]));
    expect(root.querySelector(".hit")).toBeNull();
  });

  it("shows one behind a higher alert without a button of its own", async () => {
    await say(hello(), wall([alert("a"), alert("b", { priority: "medium", limit: "rise_systolic", suppressed: true })]));
    expect(root.querySelectorAll("[data-test=alert]")).toHaveLength(2);
    expect(root.querySelectorAll("[data-test=alert] [data-test=ack]")).toHaveLength(1);
    expect(words("[data-test=alert][data-alert=b] [data-test=alert-state]")).toContain("Covered by the higher alert");
  });

  it("says who was discharged until the chair is marked ready, and offers that", async () => {
    const last = { session_id: "s1", ended_at: at(0), outcome: "met", phase: "discharged" as const };
    await say(hello(), wall());
    await say(changes(2, { sessions: [session("s1", "1", { phase: "discharged", ended_at: at(0) })], chairs_last: [{ chair_id: "1", last }] }));
    expect(words("[data-chair='Chair 1']")).toMatch(/^Chair 1Discharged \d\d:\d\dAll criteria metMark chair ready$/);
    expect(find("[data-chair='Chair 1']").dataset["phase"]).toBe("discharged");
    await say(changes(3, { chairs_last: [{ chair_id: "1", last: null }] }));
    expect(find("[data-chair='Chair 1']").dataset["phase"]).toBe("free");
    expect(words("[data-chair='Chair 2']")).toContain("Free");
  });

  it("says how many readings a baseline has, and the empty dosing window ahead of it", async () => {
    await say(hello(), snapshot(1, [seated("1", "s1", { vitals, session: session("s1", "1", { baseline_progress: { have: 2, need: 3 }, planned_min: 40 }) })]));
    expect(words("[data-test=phase]").replaceAll("\u2009", "")).toBe("Baseline2/3");
    expect(find(".window.ahead").getAttribute("width")).toBe("320.0");
  });

  it("says whose chair it is, and who covers it", async () => {
    const shift = { shift_used: true, on: [], on_call: { id: "h", name: "Dr Hale" } };
    const mine = { nurse_id: "n", name: "RN Lee", covered_by: null, covered_by_name: null };
    const first = wall();
    await say(hello(), { ...first, system: { ...first.system, ...shift, assignments: { "1": mine } } });
    expect(words("[data-chair='Chair 1'] [data-test=nurse]")).toBe("RN Lee");
    await say(changes(2, { system: { ...first.system, ...shift, assignments: { "1": { ...mine, covered_by: "o", covered_by_name: "RN Okafor" } } } }));
    expect(words("[data-chair='Chair 1'] [data-test=nurse]")).toBe("RN Okafor");
    expect(words("[data-test=who]")).toContain("on call Dr Hale");
  });

  it("counts down to where an alert goes next, and to when one that somebody has sounds again", async () => {
    const first = wall([alert("a", { escalates_at: at(79), escalates_to: 2 }), alert("b", { limit: "spo2_low", acknowledged_at: at(1), acknowledged_by_name: "RN Okafor", remind_at: at(72) })]);
    await say(hello(), { ...first, system: { ...first.system, on_call: { id: "h", name: "Dr Hale" } } });
    expect(words("[data-test=alert][data-alert=a] [data-test=alert-state]")).toContain("Dr Hale in 1:19");
    expect(words("[data-test=alert][data-alert=b] [data-test=ack-done]")).toBe("RN Okafor, again in 1:12");
    await pass(72, true);
    expect(words("[data-test=alert][data-alert=b] [data-test=ack-done]")).toMatch(/^RN Okafor \d\d:\d\d$/);
  });
});
