/** What the set-up works out by itself, and when a page may load itself anew. */
import { describe, expect, it } from "vitest";
import { chairNames, firstSteps, mistakesOf, newNames, newPassword, simulateCommand, simulatedDevices, type Standing } from "../src/core/setup.ts";
import { mayReload } from "../src/live/update.ts";
import type { Alert } from "../src/wire/types.ts";
import { clearNumber, heardWords, limitNumber, placeWords, provenBy, valueWords } from "../src/words.ts";

describe("chairs", () => {
  it("are named one by one or several at once", () => {
    expect(chairNames("Chair 1-3")).toEqual(["Chair 1", "Chair 2", "Chair 3"]);
    expect(chairNames("Chair 9–11")).toEqual(["Chair 9", "Chair 10", "Chair 11"]);
    expect(chairNames("Bay 08 to 10")).toEqual(["Bay 08", "Bay 09", "Bay 10"]);
    expect(chairNames(" Window ")).toEqual(["Window"]);
    expect(chairNames("Chair 3-1")).toEqual(["Chair 3-1"]);
    expect(chairNames("2026-11")).toEqual(["2026-11"]);
    expect(chairNames("  ")).toEqual([]);
  });

  it("are not named twice, whatever the case", () => {
    expect(newNames(["Chair 1", "Chair 2"], ["chair 1 "])).toEqual(["Chair 2"]);
  });
});

describe("a protocol's mistakes", () => {
  it("stand at their lines, in order, and those of no line first", () => {
    const errors = [
      { path: "limit.0.clear", code: "wrong_side", detail: "protocol, line 212: limit.0.clear (systolic_high) must be below value" },
      { path: "limit", code: "red_limit_missing", detail: "no line at all" },
      { path: "title", code: "missing", detail: "protocol, line 7: title is missing" },
    ];
    expect(mistakesOf(errors)).toEqual([
      { line: null, text: "no line at all" },
      { line: 7, text: "title is missing" },
      { line: 212, text: "limit.0.clear (systolic_high) must be below value" },
    ]);
    expect(mistakesOf(undefined)).toEqual([]);
  });
});

describe("the first steps", () => {
  const nothing: Standing = { chairs: 0, gateways: 0, placed: 0, heard: 0, nurses: 0, clinicians: 0, own: 0, onShift: false };
  const done = (now: Partial<Standing>): string[] => firstSteps({ ...nothing, ...now }).filter((step) => step.done).map((step) => step.name);

  it("are done by what exists, each by its own", () => {
    expect(done({})).toEqual([]);
    expect(done({ chairs: 1 })).toEqual(["chairs"]);
    expect(done({ placed: 2 })).toEqual([]);
    expect(done({ placed: 2, heard: 1 })).toEqual(["devices"]);
    expect(done({ nurses: 1 })).toEqual([]);
    expect(done({ nurses: 1, clinicians: 1 })).toEqual(["people"]);
    expect(done({ gateways: 1, own: 1, onShift: true })).toEqual(["gateways", "protocols", "shift"]);
  });
});

describe("simulated patients", () => {
  it("have the devices that the command speaks for", () => {
    expect(simulatedDevices(["a", "b"], "g").map((device) => device["code"])).toEqual(["sim-1-monitor", "sim-1-cuff", "sim-2-monitor", "sim-2-cuff"]);
    expect(simulateCommand("http://h:1", "k", 2)).toBe("kat-monitor simulate --url http://h:1 --key k --sessions 2");
  });
});

describe("a new password", () => {
  it("is long, and the same bytes make the same one", () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, index) => index * 4);
    expect(newPassword(bytes)).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    expect(newPassword(bytes)).toBe(newPassword(bytes));
    expect(newPassword(Uint8Array.from([...Array<number>(30).fill(255), ...bytes]))).toBe(newPassword(bytes));
  });
});

describe("the words of a protocol", () => {
  it("say a limit as its kind means it", () => {
    expect(limitNumber("above", 180)).toBe("≥ 180");
    expect(clearNumber("above", 170)).toBe("< 170");
    expect(limitNumber("below", 91)).toBe("≤ 91");
    expect(clearNumber("below", 92)).toBe("> 92");
    expect(limitNumber("rise", 30)).toBe("baseline +30");
    expect(limitNumber("rise_pct", 20)).toBe("baseline +20 %");
    expect(limitNumber("rate", 10)).toBe("≥ 10 a minute");
    expect(limitNumber("above", null)).toBe("–");
    expect(provenBy({ hold_s: 15, confirm_s: null })).toBe("15 s of it");
    expect(provenBy({ hold_s: 0, confirm_s: 120, needs_symptom: true })).toBe("a second cuff reading, or 120 s; a symptom");
    expect(provenBy({ hold_s: 0, confirm_s: null })).toBe("one reading");
  });

  it("say where a number stands and what it is", () => {
    expect(placeWords("limit.systolic_high.value")).toBe("Systolic high, Value");
    expect(valueWords([40, 60])).toBe("40, 60");
    expect(valueWords(true)).toBe("yes");
    expect(valueWords(null)).toBe("–");
  });

  it("say how long ago something was heard while that helps", () => {
    const at = Date.UTC(2026, 10, 20, 9, 0);
    expect(heardWords(at, at + 12_000)).toBe("12 s ago");
    expect(heardWords(at, at + 300_000)).toBe("5 min ago");
    expect(heardWords(at, at + 86_400_000)).toMatch(/^20 Nov 2026 \d\d:00$/);
  });
});

describe("an updated page", () => {
  const alert = (state: Alert["state"]): Alert => ({ id: "a", session_id: null, chair_id: null, limit: "x", source: null, kind: "technical", priority: "low", state, opened_at: "", raised_at: null });

  it("is loaded by itself only when nobody would miss anything", () => {
    expect(mayReload({ alerts: [], audio: "blocked", typing: false })).toBe(true);
    expect(mayReload({ alerts: [alert("returned")], audio: "blocked", typing: false })).toBe(true);
    expect(mayReload({ alerts: [alert("active")], audio: "blocked", typing: false })).toBe(false);
    expect(mayReload({ alerts: [], audio: "running", typing: false })).toBe(false);
    expect(mayReload({ alerts: [], audio: "muted", typing: false })).toBe(false);
    expect(mayReload({ alerts: [], audio: "blocked", typing: true })).toBe(false);
  });
});
