// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { hhmm } from "../src/core/time.ts";
import { T0, SYSTEM, alert, at, chair, changes, cuff, noTrend, seated, session, snapshot } from "./make.ts";
import { find, hello, pass, root, say, screen, setUp, wall, words } from "./stage.tsx";

beforeEach(setUp);

describe("wall", () => {
  it("claims nothing before the first snapshot", () => {
    expect(words("main")).toBe("Connecting…");
    expect(root.textContent).not.toContain("Nothing needs attention");
  });

  it("allows a pause of the sound as long as the strictest protocol on it does", async () => {
    const strict = session("s1", "1", { audio: { pause_max_s: 45 } });
    await say(hello(), snapshot(1, [seated("1", "s1", { session: strict }), chair("2")]));
    expect(screen.pauseMs.value).toBe(45_000);
    await say(changes(2, { sessions: [{ ...strict, phase: "discharged" }] }));
    expect(screen.pauseMs.value).toBe(120_000);
  });

  it("draws a tile per chair with patient, phase, values, ages and sources", async () => {
    await say(hello(), wall());
    await pass(3, true);
    expect(root.querySelectorAll("[data-test=tile]")).toHaveLength(2);
    const tile = find("[data-chair='Chair 1']");
    expect(tile.dataset).toMatchObject({ phase: "preparing", level: "0", kind: "none", ack: "none", fresh: "live" });
    expect(words("[data-test=patient]")).toBe("Patient s1");
    expect(words("[data-test=phase]")).toContain("Preparing0:03");
    expect(words("[data-test=bp]")).toBe("131/82");
    expect(words("[data-metric=heart_rate] .l")).toBe("HR3 s · ECG");
    expect(find("[data-chair='Chair 2']").dataset["phase"]).toBe("free");
  });

  it("counts dosing without its pauses, from what the server counted", async () => {
    const dosing = { started_at: at(-1200), planned_min: 40, elapsed_min: 15, paused: false };
    await say(hello(), snapshot(1, [seated("1", "s1", { session: session("s1", "1", { phase: "dosing", dosing }) })]));
    await pass(3, true);
    expect(words("[data-test=phase]")).toBe("Dosing15:0324:57 left");
    await say(changes(2, { sessions: [session("s1", "1", { phase: "dosing", dosing: { ...dosing, elapsed_min: 15.05, paused: true } })] }));
    await pass(9, true);
    expect(words("[data-test=phase]")).toBe("Dosing15:0324:57 leftpaused");
    await say(changes(3, { sessions: [session("s1", "1", { phase: "dosing", dosing: { ...dosing, elapsed_min: 42, paused: true } })] }));
    expect(words("[data-test=remaining]")).toBe("2:00 over");
  });

  it("says that there is no baseline from dosing on, whether or not a pressure is shown", async () => {
    const phase = (name: "preparing" | "dosing" | "recovery", baseline: { systolic: number } | null = null) =>
      session("s1", "1", { phase: name, phases: [{ phase: "preparing", from: at(0), to: null }], baseline });
    const said = (): number => root.querySelectorAll("[data-test=no-baseline]").length;
    await say(hello(), snapshot(1, [seated("1", "s1", { session: phase("preparing") })]));
    expect(said()).toBe(0);
    await say(changes(2, { sessions: [phase("dosing")] }));
    expect(words("[data-test=no-baseline]")).toBe("No baseline");
    await say(changes(3, { vitals: [{ chair_id: "1", blood_pressure: cuff(131, 82, 0) }] }));
    expect(said()).toBe(1);
    await say(changes(4, { sessions: [phase("recovery", { systolic: 120 })] }));
    expect(said()).toBe(0);
    expect(words("[data-test=from-baseline]")).toContain("from baseline");
  });

  it("greys a value at its time, then shows dashes and when it was last, never the old number", async () => {
    await say(hello(), wall());
    await pass(6, true);
    expect(find("[data-metric=heart_rate]").dataset["fresh"]).toBe("stale");
    expect(find("[data-chair='Chair 1']").dataset["fresh"]).toBe("stale");
    await pass(25, true);
    expect(find("[data-chair='Chair 1']").dataset["fresh"]).toBe("lost");
    expect(words("[data-test=heart_rate]")).toBe("– –");
    expect(words("[data-metric=heart_rate]")).toMatch(/last at \d\d:\d\d/);
    expect(words("[data-metric=heart_rate]")).not.toContain("74");
  });

  it("says initials, or nothing, where the frame has no name", async () => {
    const nameless = session("s1", "1", { patient: { initials: "M L" } });
    await say(hello(), snapshot(1, [seated("1", "s1", { session: nameless })]));
    expect(words("[data-test=patient]")).toBe("M L");
    await say(changes(2, { sessions: [session("s1", "1", { patient: null })] }));
    expect(words("[data-test=patient]")).toBe("");
  });

  it("draws names as text, whatever they contain", async () => {
    const odd = session("s1", "1", { patient: { name: "<img src=x onerror=alert(1)>" } });
    await say(hello(), snapshot(1, [seated("1", "s1", { session: odd })]));
    expect(root.querySelector("img")).toBeNull();
    expect(words("[data-test=patient]")).toBe("<img src=x onerror=alert(1)>");
  });

  it("shows readiness with its criteria, what is due, who watches and that nothing is recorded", async () => {
    const criteria = [
      { code: "blood_pressure", state: "met" as const, evidence: "127/79", not_before: null },
      { code: "escort", state: "unknown" as const, evidence: null, not_before: null },
    ];
    const due = [{ kind: "cuff", at: at(79), state: "planned" as const }];
    await say(hello(30), snapshot(1, [seated("1", "s1", { readiness: { ready: false, as_of: at(0), criteria }, due })]));
    expect(words("[data-test=readiness] summary")).toBe("1 of 2 criteria met");
    expect(words("[data-criterion=escort]")).toContain("Responsible adult (driver) unknown");
    expect(words("[data-test=due]")).toContain("Blood pressure in 1:19");
    expect(words("[data-test=simulated]")).toBe("Simulated, 30 x");
    await say(changes(2, { readiness: [{ session_id: "s1", ready: true, as_of: at(1), criteria }], system: { ...SYSTEM, recording: false, audible: 1 } }));
    expect(words("[data-test=readiness] summary")).toBe("Criteria met");
    expect(words("[data-test=watching]")).toBe("1 watching, 1 with sound");
    expect(find("[data-test=not-recording]").getAttribute("role")).toBe("alert");
  });

  it("says waiting, then not connected since when, all stale, and nothing can be acknowledged", async () => {
    await say(hello(), wall([alert("a")]));
    await pass(5, false);
    expect(words("[data-test=connection]")).toContain("Waiting");
    await pass(5, false);
    expect(words("[data-test=not-connected]")).toMatch(/^Not connected since \d\d:\d\d:00\. Values are old\. Watch patients directly\.$/);
    expect(find("[data-metric=blood_pressure]").dataset["fresh"]).toBe("stale");
    expect(find("[data-test=ack]")).toMatchObject({ disabled: true, textContent: "Not connected" });
    expect(document.title).toBe("NOT CONNECTED");
  });
});

describe("a chair whose cuff readings all came late", () => {
  it("shows dashes and says why, with the time of the last", async () => {
    const trend = { ...noTrend, systolic: [120, null, 124, null], diastolic: [80, null, 82, null], heart_rate: [null, null, null, null], spo2: [null, null, null, null] };
    await say(hello(), snapshot(1, [seated("1", "s1", { trend })]));
    expect(words("[data-test=bp]")).toBe("– –");
    expect(words(".pressure .lab")).toContain(`last at ${hhmm(T0 + 120_000)}, reported late`);
  });
});

describe("readiness", () => {
  it("is not claimed without a connection", async () => {
    const readiness = { ready: true, as_of: at(0), criteria: [{ code: "escort", state: "met" as const }] };
    await say(hello(), snapshot(1, [seated("1", "s1", { readiness })]));
    expect(words("[data-test=readiness] summary")).toBe("Criteria met");
    await pass(11, false);
    expect(words("[data-test=readiness] summary")).toBe("Readiness not known");
    expect(find("[data-test=readiness]").dataset["ready"]).toBe("false");
  });

  it("opened over the numbers closes when an alert calls", async () => {
    const readiness = { ready: true, as_of: at(0), criteria: [{ code: "escort", state: "met" as const }] };
    await say(hello(), snapshot(1, [seated("1", "s1", { readiness })]));
    const list = find("[data-test=readiness]") as HTMLDetailsElement;
    list.open = true;
    await say(changes(2, { alerts: [alert("a")] }));
    expect((find("[data-test=readiness]") as HTMLDetailsElement).open).toBe(false);
  });
});
