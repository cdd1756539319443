import { describe, expect, it } from "vitest";
import { Duty, offersTo } from "../src/api/duty.ts";
import type { Answer } from "../src/api/http.ts";
import { Station, type PersonOn } from "../src/api/station.ts";
import { Writing } from "../src/api/write.ts";
import { heardAt } from "../src/core/alerts.ts";
import { answersOf, incomplete } from "../src/core/opening.ts";
import { withPrivacy } from "../src/live/privacy.ts";
import { within } from "../src/brightness.ts";
import { spokenWords } from "../src/words.ts";
import { alert, at, changes, seated, session, snapshot } from "./make.ts";

const HERE = { id: "st", label: "A", kind: "station" as const, chair_id: null, privacy: "full" as const };
const person = (id: string, station: string | null = "st"): PersonOn => ({ id, name: `RN ${id}`, roles: ["nurse"], station_id: station, has_pin: true });

/** A station whose server says who is on. */
async function station(...people: PersonOn[]): Promise<Station> {
  const answer = { ok: true, status: 200, body: { station: HERE, people } } as const;
  const made = new Station(async <T>() => answer as unknown as Answer<T>);
  await made.refresh();
  return made;
}

describe("station", () => {
  it("lets those who are on here take an alert, and everybody at a screen where nobody is", async () => {
    expect((await station(person("a"), person("b", "other"))).takers().map(({ id }) => id)).toEqual(["a"]);
    expect((await station(person("b", "other"))).takers().map(({ id }) => id)).toEqual(["b"]);
    expect(new Station().takers()).toEqual([]);
  });

  it("names who acts, and forgets them when they go", async () => {
    const made = await station(person("a"), person("b"));
    expect(await made.headers({ signed: false })).toEqual({});
    made.acting.value = "b";
    expect(await made.headers({ signed: false })).toEqual({ "Kat-Person": "b" });
    expect(await made.headers({ signed: false, person: "a" })).toEqual({ "Kat-Person": "a" });
    made.greeted(null);
    expect(made.acting.value).toBeNull();
    expect(await made.headers({ signed: true })).toEqual({});
  });

  it("asks for no signature where the name alone is enough, and still does for what is signed", async () => {
    const made = await station(person("a"));
    made.locked = true;
    expect(await made.headers({ signed: false, person: "a", byName: true })).toEqual({ "Kat-Person": "a" });
    const signed = made.headers({ signed: true, person: "a", byName: true });
    made.asking.value?.answer(null);
    expect(await signed).toBeNull();
  });

  it("acts for whoever logs in anew, not for the name that was chosen before", async () => {
    const made = await station(person("a"), person("b"));
    made.acting.value = "b";
    made.logged("locked");
    expect([made.locked, made.acting.value]).toEqual([true, "b"]);
    made.logged("user");
    expect([made.locked, await made.headers({ signed: false })]).toEqual([false, {}]);
  });

  it("asks for a signature when one is needed, or the login is locked", async () => {
    const made = await station(person("a"));
    const signed = made.headers({ signed: true });
    made.asking.value?.answer({ person: "a", pin: "428913" });
    expect(await signed).toEqual({ "Kat-Person": "a", "Kat-Pin": "428913" });
    const byPassword = made.headers({ signed: true });
    made.asking.value?.answer({ person: "a", password: "50 % größer " });
    expect(await byPassword).toEqual({ "Kat-Person": "a", "Kat-Password": "50%20%25%20gr%C3%B6%C3%9Fer%20" });
    made.locked = true;
    const again = made.headers({ signed: false });
    made.asking.value?.answer(null);
    expect(await again).toBeNull();
    expect(made.asking.value).toBeNull();
  });
});

describe("a change that is signed", () => {
  const no = (code: string, more = {}): Answer<never> => ({ ok: false, status: 403, problem: { code, detail: code, ...more } });

  it("is asked for again with the reason until the signature is right", async () => {
    const asked: unknown[] = [];
    const answers: Answer<unknown>[] = [no("signature_required"), no("wrong_pin", { left: 4 }), { ok: true, status: 200, body: "done" }];
    let keys = 0;
    const sent: unknown[] = [];
    const writing = new Writing(
      async <T>(_: unknown, __: string, options: { key?: string }) => {
        sent.push(options.key);
        return answers.shift() as Answer<T>;
      },
      async (wanted) => {
        asked.push([wanted.signed, wanted.refused?.code ?? null]);
        return {};
      },
      () => undefined,
      () => `k${++keys}`,
    );
    expect(await writing.run({ path: "x" })).toEqual({ body: "done" });
    expect(asked).toEqual([
      [false, null],
      [true, "signature_required"],
      [true, "wrong_pin"],
    ]);
    expect(sent).toEqual(["k1", "k2", "k3"]);
  });

  it("says why when it is given up", async () => {
    const writing = new Writing(
      async <T>() => no("wrong_pin") as Answer<T>,
      async ({ refused }) => (refused === null ? {} : null),
      () => undefined,
    );
    expect(await writing.run({ path: "x", signed: true })).toBeNull();
    expect(writing.refusal.value?.problem.code).toBe("wrong_pin");
  });
});

describe("what a screen says of who sits there", () => {
  const first = snapshot(1, [seated("1", "s1", { session: session("s1", "1", { patient: { id: "p", name: "Ana María Rivera" } }) })]);
  const said = (privacy: "initials" | "chair"): string => JSON.stringify([withPrivacy(first, privacy), withPrivacy(changes(2, { sessions: [session("s2", "1", { patient: { id: "p", name: "Bo Lund", initials: "BL" } })] }), privacy)]);

  it("is what its station may: names, initials, or the chair alone", () => {
    expect(withPrivacy(first, "full")).toBe(first);
    expect(said("initials")).toContain('"initials":"AMR"');
    expect(said("initials")).toContain('"initials":"BL"');
    for (const privacy of ["initials", "chair"] as const) expect(said(privacy)).not.toMatch(/Rivera|Lund/);
    expect(said("chair")).not.toMatch(/AMR|BL"/);
  });
});

describe("sound", () => {
  it("is heard at the stations an alert names, everywhere without names, and at every browser that is no station", () => {
    const named = alert("a", { sounds_at: ["st"] });
    expect([heardAt(named, "st"), heardAt(named, "other"), heardAt(named, null), heardAt(alert("b"), "other"), heardAt(alert("c", { sounds_at: null }), "other")]).toEqual([true, false, true, true, true]);
  });

  it("says the chair and what was measured, never who", () => {
    expect(spokenWords("Chair 2", alert("a"))).toBe("Chair 2, systolic 192");
    expect(spokenWords("Chair 3", alert("b", { limit: "heart_rate_raised", source: "pulse_ox", value: 124 }))).toBe("Chair 3, pulse 124");
    expect(spokenWords("Chair 4", alert("c", { kind: "technical", limit: "cuff_overdue", value: null }))).toBe("Chair 4, BP overdue");
  });
});

describe("an opening check", () => {
  const all = ["sound_heard", "oxygen"] as const;

  it("lacks what has no answer, and a no without a word", () => {
    expect(incomplete(all, { sound_heard: "yes" }, () => "")).toEqual(["oxygen"]);
    expect(incomplete(all, { sound_heard: "yes", oxygen: "no" }, () => " ")).toEqual(["oxygen"]);
    expect(incomplete(all, { sound_heard: "yes", oxygen: "no" }, () => "empty; changed")).toEqual([]);
  });

  it("sends notes of what was answered no alone", () => {
    const fields = new FormData();
    fields.set("notes.oxygen", " empty ");
    fields.append("chairs_confirmed", "c1");
    expect(answersOf(all, { sound_heard: "yes", oxygen: "no" }, fields)).toEqual({ answers: { sound_heard: "yes", oxygen: "no" }, notes: { oxygen: "empty" }, chairs_confirmed: ["c1"] });
  });
});

describe("who has which chair", () => {
  it("is what the newest question was answered, whichever answer comes last", async () => {
    const waiting: ((body: unknown) => void)[] = [];
    const duty = new Duty(<T>() => new Promise<Answer<T>>((resolve) => waiting.push((body) => resolve({ ok: true, status: 200, body: body as T }))));
    const chairs = (name: string) => ({ chairs: [{ chair_id: "1", label: "Chair 1", nurse: { id: name, name }, covered_by: null, since: null }], on_call: null, offers: [] });
    const [first, second] = [duty.load(), duty.load()];
    waiting[2]?.([]);
    waiting[3]?.(chairs("new"));
    await second;
    waiting[0]?.([]);
    waiting[1]?.(chairs("old"));
    await first;
    expect(duty.assignments.value?.chairs[0]?.nurse?.name).toBe("new");
  });
});

describe("offers", () => {
  const offer = {
    id: "o",
    kind: "hand_over" as const,
    from: { id: "a", name: "A" },
    to: { id: "b", name: "B" },
    chairs: [{ chair_id: "1", label: "Chair 1", accepted_at: null }],
    alerts: [
      { alert_id: "x", chair_id: "1", accepted_at: at(1) },
      { alert_id: "y", chair_id: "1", accepted_at: null },
    ],
    state: "open" as const,
  };
  const all = [offer, { ...offer, id: "p", state: "declined" as const }];

  it("wait for their receiver alone", () => {
    expect(offersTo(all, new Set(["b"])).map(({ id }) => id)).toEqual(["o"]);
    expect(offersTo(all, new Set(["a"]))).toEqual([]);
  });
});

it("a screen is never darker than its small letters bear", () => {
  expect([within(10), within(72.4), within(400), within(Number.NaN)]).toEqual([50, 72, 100, 100]);
});
