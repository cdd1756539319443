import { describe, expect, it } from "vitest";
import type { Answer } from "../src/api/http.ts";
import { SessionFeed } from "../src/api/record.ts";
import { correctedIn, endOf, isStruck, phaseAt } from "../src/core/record.ts";
import { stepsOf } from "../src/core/steps.ts";
import type { SessionDetail } from "../src/wire/detail.ts";
import type { TimelineEntry } from "../src/wire/types.ts";
import { ageYears, allergyWords, escalatesWords, eventLabel, exact, limitValue, patientFacts, timelineWords, valueWords } from "../src/words.ts";
import { T0, alert, at } from "./make.ts";

const detail = (more: Partial<SessionDetail> = {}): SessionDetail =>
  ({
    id: "s1", patient: null, chair: null, protocol: { code: "iv_infusion", version: 1 }, phase: "dosing", outcome: null,
    phases: [{ phase: "preparing", from: at(-1800), to: at(0) }, { phase: "dosing", from: at(0), to: null }],
    scheduled_at: null, weight_kg: null, dosing: { started_at: at(0), planned_min: 40, elapsed_min: 10, remaining_min: 30, ends_at: at(2400), paused: false, running: true, total_mg: 35, mg_per_kg: 0.5 },
    screening: { answers: {}, rows: [] }, baseline: null, target: null, on_oxygen: false, off_monitor_until: null, limits: [], summary: {}, gates: [],
    readiness: { ready: false, as_of: at(0), criteria: [], waiting_for_driver: false, waiting_since: null }, ...more,
  }) as SessionDetail;

const EMPTY = { min: [], mean: [], max: [] };
const STEPS = { step_s: 10, effective_at: [at(0), at(10)], heart_rate: { ...EMPTY, mean: [70, 71] }, spo2: { ...EMPTY, mean: [98, 97] } };
const CUFFS = { effective_at: [], device: [], seq: [], source: [], suspect: [], late: [], voided: [], systolic: [], diastolic: [], mean: [], heart_rate: [] };

/** A server that keeps its answers until they are let go, and a clock that waits to be told. */
function stage(answer: (path: string) => Answer<unknown> = good) {
  const asked: string[] = [];
  const waiting: { run: () => void; ms: number; off: boolean }[] = [];
  const feed = new SessionFeed(
    "s1",
    (path) => {
      asked.push(path);
      return Promise.resolve(answer(path));
    },
    (run, ms) => {
      const entry = { run, ms, off: false };
      waiting.push(entry);
      return () => (entry.off = true);
    },
  );
  const pass = async (): Promise<number[]> => {
    const now = waiting.splice(0).filter(({ off }) => !off);
    now.forEach(({ run }) => run());
    for (let n = 0; n < 6; n += 1) await Promise.resolve();
    return now.map(({ ms }) => ms);
  };
  return { feed, asked, pass };
}

function good(path: string): Answer<unknown> {
  const body = path.endsWith("cuff=true") ? CUFFS : path.includes("step=") ? STEPS : path === "sessions/s1" ? detail() : [];
  return { ok: true, status: 200, body };
}

describe("an amount that was given", () => {
  const event = (kind: string, more: Record<string, unknown>): TimelineEntry => ({ at: at(0), recorded_at: at(0), type: "event", kind, ...more });

  it("is said as it was written down, never rounded", () => {
    const adrenaline = event("medication", { drug: "adrenaline", amount: 0.05, unit: "mg", route: "iv" });
    expect(timelineWords(adrenaline).detail).toBe("adrenaline, 0.05 mg, IV");
    expect(eventLabel(adrenaline)).toBe("Adrenaline 0.05 mg IV");
    expect(timelineWords(event("dose", { drug: "ketamine", amount_mg: 37.25, route: "im" })).detail).toContain("37.25 mg");
    expect(timelineWords(event("stop", { given_mg: 17.75 })).detail).toContain("17.75 mg given");
    expect([exact(0.1 + 0.2), exact(-0.75), exact(1250), exact(0.000125)]).toEqual(["0.3", "−0.75", "1250", "0.000125"]);
    expect([valueWords(0.75), limitValue({ kind: "rise_pct", value: 12.25 })]).toEqual(["0.75", "12.25 % above baseline"]);
  });
});

describe("a session's record", () => {
  it("is asked for once, part by part, and again only for what has changed", async () => {
    const { feed, asked, pass } = stage();
    feed.start();
    await pass();
    expect(asked).toHaveLength(6);
    expect(feed.reading.value).toBe("whole");
    feed.changed(["alerts", "timeline"]);
    feed.changed(["alerts"]);
    feed.changed(["detail"]);
    expect(await pass()).toEqual([1000]);
    expect(asked.slice(6)).toEqual(["sessions/s1/alerts", "sessions/s1/timeline", "sessions/s1"]);
    await pass();
    expect(asked).toHaveLength(9);
  });

  it("takes what is heard live without asking, and keeps it over an older answer", async () => {
    const { feed, asked, pass } = stage();
    feed.start();
    feed.heard("spo2", T0 + 12_000, 95);
    await pass();
    expect(feed.record.value?.streams.spo2).toEqual([98, 95]);
    feed.heard("heart_rate", T0 + 25_000, 80);
    expect(feed.record.value?.streams.heart_rate).toEqual([70, 71, 80]);
    feed.changed(["streams"]);
    await pass();
    expect(feed.record.value?.streams.heart_rate).toEqual([70, 71, 80]);
    expect(asked).toHaveLength(7);
  });

  it("that may not be read says so, and one that is not there too", async () => {
    for (const [status, reading] of [[403, "refused"], [404, "missing"], [0, "failed"]] as const) {
      const { feed, pass } = stage(() => ({ ok: false, status, problem: { code: "", detail: "" } }));
      feed.start();
      await pass();
      expect(feed.reading.value).toBe(reading);
      expect(feed.record.value).toBeNull();
    }
  });

  it("is shown without the part that could not be had, and that part is asked for again when the server is back", async () => {
    let away = true;
    const { feed, asked, pass } = stage((path) => (away && path.includes("step=") ? { ok: false, status: 503, problem: { code: "", detail: "" } } : good(path)));
    feed.start();
    await pass();
    expect(feed.reading.value).toBe("old");
    expect(feed.record.value?.streams.heart_rate).toEqual([]);
    away = false;
    expect(await pass()).toEqual([5000]);
    expect(asked.slice(6)).toEqual(["sessions/s1/readings?step=10"]);
    expect(feed.reading.value).toBe("whole");
    expect(feed.record.value?.streams.heart_rate).toEqual([70, 71]);
  });

  it("of a page that was left asks for nothing more", async () => {
    const { feed, asked, pass } = stage();
    feed.start();
    feed.stop();
    feed.changed();
    await pass();
    expect(asked).toEqual([]);
  });
});

describe("a timeline", () => {
  const line = (more: Partial<TimelineEntry>): TimelineEntry => ({ at: at(0), recorded_at: at(0), type: "event", ...more });

  it("strikes what was corrected or voided, and leaves it there", () => {
    const wrong = line({ event_id: "a" });
    const right = line({ event_id: "b", corrects: "a" });
    const corrected = correctedIn([wrong, right]);
    expect([wrong, right, line({ type: "reading_by_hand", voided: true })].map((entry) => isStruck(entry, corrected))).toEqual([true, false, true]);
  });
});

describe("the phases", () => {
  it("of a session tell when it ended and what it was in", () => {
    const over = detail({ phase: "discharged", phases: [{ phase: "preparing", from: at(0), to: at(60) }, { phase: "discharged", from: at(60), to: null }] });
    expect([endOf(detail()), endOf(over)]).toEqual([null, T0 + 60_000]);
    expect(phaseAt(over, T0 + 30_000)).toBe("preparing");
  });

  it("become steps: one is current, those before it are done", () => {
    const states = (more: Partial<SessionDetail>): string[] => stepsOf(detail(more), null, T0 + 600_000).map(({ state }) => state);
    expect(states({})).toEqual(["done", "done", "current", "ahead", "ahead", "ahead"]);
    expect(states({ phase: "preparing", dosing: null })).toEqual(["done", "current", "ahead", "ahead", "ahead", "ahead"]);
    const ready = { ...detail().readiness, ready: true };
    expect(states({ phase: "recovery", readiness: ready })).toEqual(["done", "done", "done", "done", "current", "ahead"]);
    expect(states({ phase: "discharged" })).toEqual(Array(6).fill("done"));
    expect(states({ phase: "cancelled" })).toEqual(Array(6).fill("ahead"));
  });

  it("say how far the dosing is", () => {
    expect(stepsOf(detail(), null, T0)[2]).toMatchObject({ lasted: 600_000, progress: 0.25 });
  });
});

describe("who it is", () => {
  const patient = { id: "p", mrn: "4821", name: "A. Rivera", birth_date: "1982-11-21", sex: "female" };

  it("is said in one line", () => {
    expect(patientFacts(patient, T0, { n: 3, of: 6 })).toBe("43 y · F · MRN 4821 · session 3 of 6");
    expect(ageYears("1982-11-20", T0)).toBe(44);
    expect(ageYears("", T0)).toBeNull();
  });

  it("tells allergies where the check noted them", () => {
    const screened = (note: string | null): SessionDetail => detail({ screening: { answers: { allergies: "yes" }, rows: [{ at: at(0), by: null, answers: { allergies: "yes" }, note }] } });
    expect([allergyWords(screened("penicillin")), allergyWords(screened(null)), allergyWords(detail())]).toEqual(["Allergies: penicillin", null, null]);
  });

  it("and an alert says to whom it goes next, and when", () => {
    const escalating = alert("a", { escalates_at: at(79), escalates_to: 2 });
    expect(escalatesWords(escalating, T0, "Dr Hale")).toBe("escalates to Dr Hale in 1:19");
    expect(escalatesWords({ ...escalating, escalates_to: 1 }, T0, null)).toBe("escalates to all stations in 1:19");
    expect(escalatesWords(alert("b"), T0, null)).toBe("");
  });
});
