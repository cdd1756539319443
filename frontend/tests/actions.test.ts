/** What stands behind the forms of a session: bodies, moments, offers, who was first, and words for every refusal. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { forClinician, offered } from "../src/core/actions.ts";
import { bodyOf, numeric } from "../src/core/body.ts";
import { cuffsOf, type Columns } from "../src/core/cuffs.ts";
import { isRace, raceOf } from "../src/core/race.ts";
import { momentNear, momentOf } from "../src/core/when.ts";
import { actionOf } from "../src/core/keys.ts";
import { ACTS, GATE_CODES, PRESETS, gateWords, warningWords } from "../src/words.ts";
import { answerable } from "../src/views/actions/care.tsx";
import { newest } from "../src/views/actions/assess.tsx";
import { alert } from "./make.ts";

describe("a form's body", () => {
  it("has parts by dots, numbers as numbers, and nothing for an empty field", () => {
    const fields: [string, string][] = [["dose.amount_mg", "35,5"], ["dose.drug", " ketamine "], ["dose.lot", "  "], ["serious", "no"], ["text", "9"]];
    expect(bodyOf(fields, ["dose.amount_mg"], ["serious"])).toEqual({ dose: { amount_mg: 35.5, drug: "ketamine" }, serious: false, text: "9" });
  });

  it("never takes a thousand for one: 1,000 mg goes out as typed, to be refused", () => {
    expect([numeric("1,000"), numeric("12,500"), numeric("-1,000")]).toEqual(["1,000", "12,500", "-1,000"]);
    expect([numeric("0,125"), numeric("1,5"), numeric("1,25"), numeric("37,0"), numeric("1000,125")]).toEqual([0.125, 1.5, 1.25, 37, 1000.125]);
  });

  it("sends what is no number as it was typed, for the server to refuse by its field", () => {
    for (const typed of ["3x", "1.2.3", "NaN", "1e3", "0x10", "--5", "."]) expect(numeric(typed)).toBe(typed);
    expect([numeric("−5"), numeric(".5"), numeric("7."), numeric("0")]).toEqual([-5, 0.5, 7, 0]);
  });
});

describe("a typed time", () => {
  const now = new Date(2026, 10, 20, 14, 5, 30).getTime();
  const clock = (text: string): string | null => {
    const moment = momentOf(text, now);
    return moment === null ? null : new Date(moment).toString().slice(4, 21);
  };
  const within = (text: string, since: Date, nowAt = now): string => new Date(momentOf(text, nowAt, since.getTime()) ?? nowAt).toString().slice(4, 21);
  it("is the latest such moment that has passed", () => {
    expect([clock("14:04"), clock("13:59"), clock("06:00")]).toEqual(["Nov 20 2026 14:04", "Nov 20 2026 13:59", "Nov 20 2026 06:00"]);
    const midnight = new Date(2026, 10, 21, 0, 5).getTime();
    expect(within("23:58", new Date(2026, 10, 20, 22, 0), midnight)).toBe("Nov 20 2026 23:58");
    expect(within("21:50", new Date(2026, 10, 20, 22, 0), midnight)).toBe("Nov 20 2026 21:50");
    expect(within("16:30", new Date(2026, 10, 19, 15, 0))).toBe("Nov 19 2026 16:30"); // written down the next day
  });
  it("is not taken for yesterday's when a watch runs fast: the server says that it has not come yet", () => {
    expect([clock("14:06"), clock("15:30")]).toEqual(["Nov 20 2026 14:06", "Nov 20 2026 15:30"]);
    expect(within("14:06", new Date(2026, 10, 20, 13, 0))).toBe("Nov 20 2026 14:06");
  });
  it("of a correction is on the day of what is corrected", () => {
    const near = (text: string, from: Date): string => new Date(momentNear(text, from.getTime()) ?? Number.NaN).toString().slice(4, 21);
    expect([near("14:10", new Date(2026, 10, 17, 14, 5)), near("23:55", new Date(2026, 10, 18, 0, 10)), near("00:05", new Date(2026, 10, 17, 23, 50))]).toEqual(["Nov 17 2026 14:10", "Nov 17 2026 23:55", "Nov 18 2026 00:05"]);
    expect(momentNear("", now)).toBeNull();
  });
  it("is now when nothing or the running minute was typed", () => {
    expect([clock(""), clock("14:05"), clock("noon")]).toEqual([null, null, null]);
  });
});

describe("what a session offers", () => {
  it("has words for every act, and offers each phase its own", () => {
    const phases = ["scheduled", "preparing", "dosing", "recovery", "discharged", "cancelled"] as const;
    for (const phase of phases) {
      const { hand, more } = offered({ phase, paused: false });
      expect(new Set([...hand, ...more]).size, phase).toBe(hand.length + more.length);
      for (const name of [...hand, ...more]) expect(ACTS[name], name).toBeTruthy();
    }
    expect(offered({ phase: "preparing", paused: false }).hand).toContain("clear");
    expect(offered({ phase: "scheduled", paused: false }).hand[0]).toBe("check_in");
    expect(offered({ phase: "recovery", paused: false }).hand).toContain("discharge");
  });
  it("offers to go on where dosing is paused", () => {
    expect(offered({ phase: "dosing", paused: true }).hand).toContain("resume");
    expect(offered({ phase: "dosing", paused: true }).hand).not.toContain("pause");
  });
  it("keeps limits for clinicians", () => expect([forClinician("limits"), forClinician("dose")]).toEqual([true, false]));
  it("reads its letters on a session's page only, never while typing", () => {
    const press = (key: string, typing = false) => ({ key, typing, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false });
    expect(actionOf(press("t"), true, true)).toEqual({ kind: "act", letter: "T" });
    expect(actionOf(press("t"), true)).toEqual({ kind: "theme" });
    expect(actionOf(press("d", true), true, true)).toBeNull();
    expect(actionOf(press("d"), false, true)).toBeNull();
    expect(actionOf(press("a"), true, true)).toEqual({ kind: "acknowledge" });
  });
});

describe("who was first", () => {
  const line = (at: string, kind: string, more: object = {}) => ({ at, recorded_at: at, type: "event", kind, ...more });
  it("is the newest line that did it", () => {
    const timeline = [line("1", "pause"), line("2", "resume"), line("3", "pause"), line("4", "note")];
    expect(raceOf("already_paused", timeline)?.at).toBe("3");
    expect(raceOf("already_locked", timeline)).toBeNull();
    expect([isRace("already_paused"), isRace("not_ready")]).toEqual([true, false]);
  });
});

describe("cuff readings", () => {
  it("are told newest first, doubtful and struck ones marked, failed ones left out", () => {
    const columns: Columns = {
      effective_at: ["1", "2", "3", "4"],
      device: ["c", "e", "c", "c"],
      seq: [1, 2, 3, 4],
      source: ["nibp", "ecg", "manual", "nibp"],
      status: [["motion"], [], [], ["failed"]],
      suspect: [false, false, false, false],
      voided: [false, false, true, false],
      systolic: [131, null, 128, null],
      diastolic: [82, null, 80, null],
      heart_rate: [70, 71, 72, null],
    };
    expect(cuffsOf(columns).map(({ at, doubtful, voided }) => [at, doubtful, voided])).toEqual([["3", false, true], ["1", true, false]]);
  });
});

describe("an answer to an alert", () => {
  const alerts = [alert("t", { kind: "technical" }), alert("p"), alert("q")];
  it("is to the one it was opened from, else to the most urgent of the patient's own", () => {
    expect(answerable(alerts, "q")).toBe("q");
    expect(answerable(alerts, undefined)).toBe("p");
    expect(answerable([alerts[0] ?? alert("t")], undefined)).toBeUndefined();
  });
});

describe("an assessment", () => {
  it("shows the newest of each item, and of the Aldrete score the newest of each part", () => {
    const rows = [
      { kind: "discharge" as const, at: "2026-11-20T14:10:00Z", values: { oriented: true, aldrete: { activity: 1 } } },
      { kind: "discharge" as const, at: "2026-11-20T14:00:00Z", values: { oriented: false, aldrete: { activity: 2, oxygen: 2 } } },
      { kind: "pre_dose" as const, at: "2026-11-20T15:00:00Z", values: { oriented: false } },
    ];
    const seen = newest(rows, "discharge");
    expect([seen.get("oriented")?.value, seen.get("aldrete.activity")?.value, seen.get("aldrete.oxygen")?.value]).toEqual([true, 1, 2]);
  });
});

describe("the words of refusals", () => {
  const rules = new URL("../../src/kat_monitor/rules/", import.meta.url);
  const sources = readdirSync(rules).filter((name) => name === "gates.py" || name === "baseline.py" || name === "decision.py" || /^decide.*\.py$/.test(name));
  const raised = (source: string): string[] => [...source.matchAll(/(?:refused|GateNotMet|Gate|_occupied|KatError)\(\s*(?:40[39],\s*)?"([a-z_]+)"/g)].map((found) => found[1] ?? "");
  const codes = new Set(sources.flatMap((name) => raised(readFileSync(new URL(name, rules), "utf8"))));

  it("are there for every code of the rules", () => {
    expect(codes.size).toBeGreaterThan(25);
    expect([...codes, "screening_stop"].filter((code) => !GATE_CODES.has(code))).toEqual([]);
  });
  it("say the question of the check, not its code", () => {
    expect(gateWords("screening_stop", "avm: yes. Any arteriovenous malformation?")).toBe("Not treated today: “Any arteriovenous malformation?” If the answer was wrong, answer it again and say why.");
    expect(gateWords("screening_clinician", "opioid_today: yes. A clinician decides. An opioid today?")).toContain("“An opioid today?”");
    expect(gateWords("screening_unknown", "opioid_today: not answered. An opioid today?")).toContain("“An opioid today?”");
  });
  it("say a hold limit by its metric, and a criterion by its name", () => {
    expect(gateWords("hold_systolic", "systolic 152 is above the hold limit 140 mmHg.")).toBe("Systolic pressure 152 is above the hold limit 140 mmHg. Rest and measure again, or a clinician goes on with a reason.");
    expect(gateWords("gait", "gait is not met.")).toBe("Gait steady: not met.");
    expect(gateWords("something_new", "The server's own words.")).toBe("The server's own words.");
  });
  it("say by its name what was not measured", () =>
    expect(warningWords("hold_limit_unknown", "respiratory_rate was not measured before the dose: its hold limit could not be checked.")).toMatch(/^Respiratory rate was not measured/));
  it("say what to watch for at check-in", () => expect(warningWords("device_just_used", "Cuff 3 measured another patient less than 5 minutes ago.")).toContain("Cuff 3 measured another patient"));
});

describe("presets", () => {
  it("name a medicine, its route and its unit, and never how much", () => {
    for (const preset of PRESETS) expect(Object.keys(preset).sort()).toEqual(["drug", "route", "unit"]);
    expect(JSON.stringify(PRESETS)).not.toMatch(/\d/);
  });
});
