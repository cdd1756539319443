import { describe, expect, it } from "vitest";
import { EMPTY, apply, type State } from "../src/core/apply.ts";
import type { Frame } from "../src/wire/types.ts";
import { SYSTEM, alert, at, chair, changes, cuff, noTrend, rate, seated, session, snapshot } from "./make.ts";

const fold = (...frames: Frame[]): State => frames.reduce(apply, EMPTY);

/** The property of the contract, on one history: the changes lead to what a later snapshot says. */
function expectSame(frames: Frame[], later: Frame): void {
  expect(fold(...frames)).toEqual(apply(EMPTY, later));
}

describe("apply(snapshot, changes) == later snapshot", () => {
  it("replaces whole metrics and leaves the others", () => {
    expectSame(
      [
        snapshot(1, [seated("1", "s1", { vitals: { spo2: rate(97, 0, "pulse_ox"), heart_rate: rate(70, 0) } })]),
        changes(2, { vitals: [{ chair_id: "1", heart_rate: { ...rate(80, 61), suspect: true } }] }),
        changes(3, { vitals: [{ chair_id: "1", heart_rate: rate(81, 62), blood_pressure: cuff(130, 80, 62) }] }),
      ],
      snapshot(3, [
        seated("1", "s1", {
          vitals: { spo2: rate(97, 0, "pulse_ox"), heart_rate: rate(81, 62), blood_pressure: cuff(130, 80, 62) },
          trend: { ...noTrend, systolic: [null, 130], diastolic: [null, 80], heart_rate: [null, 81], spo2: [null, null] },
        }),
      ]),
    );
  });

  it("takes the server's own trend where it is given: whole, or its end", () => {
    const whole = { ...noTrend, from: at(7), systolic: [120, null], diastolic: [80, null], heart_rate: [70, 71], spo2: [98, 98] };
    const end = { ...noTrend, from: at(7), systolic: [130, null], diastolic: [85, null], heart_rate: [72, 73], spo2: [97, 96], start: 1 };
    const { start: _, ...shape } = end;
    expectSame(
      [
        snapshot(1, [seated("1", "s1")]),
        changes(2, { vitals: [{ chair_id: "1", trend: whole, heart_rate: rate(71, 70) }] }),
        changes(3, { vitals: [{ chair_id: "1", trend: end, heart_rate: rate(73, 130) }] }),
      ],
      snapshot(3, [
        seated("1", "s1", {
          vitals: { heart_rate: rate(73, 130) },
          trend: { ...shape, systolic: [120, 130, null], diastolic: [80, 85, null], heart_rate: [70, 72, 73], spo2: [98, 97, 96] },
        }),
      ]),
    );
  });

  it("remembers who left a chair through whatever follows, until it is told otherwise", () => {
    const last = { session_id: "s1", ended_at: at(30), outcome: "met", phase: "discharged" } as const;
    const gone = changes(2, { sessions: [session("s1", "1", { phase: "discharged" })], chairs_last: [{ chair_id: "1", last }] });
    expectSame([snapshot(1, [seated("1", "s1")]), gone], snapshot(2, [chair("1", { last })]));
    const planned = session("s2", "1", { phase: "scheduled" });
    expectSame([snapshot(1, [seated("1", "s1")]), gone, changes(3, { sessions: [planned] })], snapshot(3, [chair("1", { session: planned, last })]));
    expectSame([snapshot(1, [seated("1", "s1")]), gone, changes(3, { chairs_last: [{ chair_id: "1", last: null }] })], snapshot(3, [chair("1")]));
  });

  it("removes a metric that becomes null", () => {
    expectSame(
      [snapshot(1, [seated("1", "s1", { vitals: { heart_rate: rate(70, 0) } })]), changes(2, { vitals: [{ chair_id: "1", heart_rate: null }] })],
      snapshot(2, [seated("1", "s1")]),
    );
  });

  it("empties the chair when its session ends, but keeps the session's alerts", () => {
    const full = seated("1", "s1", {
      vitals: { heart_rate: rate(70, 0) },
      readiness: { ready: true, as_of: at(0), criteria: [] },
      due: [{ chair_id: "1", kind: "cuff", at: at(60), state: "planned" }],
    });
    expectSame(
      [snapshot(1, [full], [alert("a")]), changes(2, { sessions: [session("s1", "1", { phase: "discharged" })], alerts: [alert("a", { state: "returned" })] })],
      snapshot(2, [chair("1")], [alert("a", { state: "returned" })]),
    );
  });

  it("never shows a previous patient's values to the next", () => {
    const full = seated("1", "s1", { vitals: { heart_rate: rate(70, 0) }, due: [{ kind: "cuff", at: at(60), state: "due" }] });
    const next = session("s2", "1", { phases: [{ phase: "preparing", from: "2026-11-20T14:30:31.250000Z", to: null }] });
    const state = fold(snapshot(1, [full]), changes(2, { sessions: [next] }));
    expect(state.chairs.get("1")).toMatchObject({ session: next, vitals: {}, due: [], readiness: null, trend: { ...noTrend, from: at(1800) } });
  });

  it("keeps what was measured through a change of phase, and starts anew at check-in", () => {
    const scheduled = session("s1", "1", { phase: "scheduled", phases: [{ phase: "scheduled", from: at(-600), to: null }] });
    const dosing = session("s1", "1", { phase: "dosing" });
    expectSame(
      [
        snapshot(1, [chair("1", { session: scheduled })]),
        changes(2, { sessions: [session("s1", "1")] }),
        changes(3, { vitals: [{ chair_id: "1", heart_rate: rate(70, 5) }] }),
        changes(4, { sessions: [dosing] }),
      ],
      snapshot(4, [
        chair("1", { session: dosing, vitals: { heart_rate: rate(70, 5) }, trend: { ...noTrend, heart_rate: [70], systolic: [null], diastolic: [null], spo2: [null] } }),
      ]),
    );
  });

  it("lets a scheduled session wait for its chair", () => {
    const waiting = session("s9", "1", { phase: "scheduled" });
    expectSame([snapshot(1, [seated("1", "s1")]), changes(2, { sessions: [waiting] })], snapshot(2, [seated("1", "s1")]));
  });

  it("ignores the end of a session that stands nowhere", () => {
    expectSame(
      [snapshot(1, [seated("1", "s1")]), changes(2, { sessions: [session("s0", "1", { phase: "cancelled" })] })],
      snapshot(2, [seated("1", "s1")]),
    );
  });

  it("takes everything along when a session moves to another chair", () => {
    const vitals = { heart_rate: rate(70, 0) };
    const moved = session("s1", "2");
    expectSame(
      [snapshot(1, [seated("1", "s1", { vitals }), chair("2")]), changes(2, { sessions: [moved] })],
      snapshot(2, [chair("1"), chair("2", { session: moved, vitals, trend: noTrend })]),
    );
  });

  it("takes no vitals or due items at a chair without a session", () => {
    expectSame(
      [
        snapshot(1, [chair("1")]),
        changes(2, { vitals: [{ chair_id: "1", heart_rate: rate(70, 0) }], due: [{ chair_id: "1", kind: "cuff", at: at(1), state: "due" }] }),
        changes(3, { vitals: [{ chair_id: "unknown", heart_rate: rate(70, 0) }] }),
      ],
      snapshot(3, [chair("1")]),
    );
  });

  it("replaces due lists, readiness, chairs, system and alerts; closed alerts go", () => {
    const ready = { ready: false, as_of: at(9), criteria: [{ code: "escort", state: "unknown" as const, evidence: null, not_before: null }] };
    const system = { ...SYSTEM, recording: false };
    expectSame(
      [
        snapshot(1, [seated("1", "s1", { due: [{ kind: "cuff", at: at(1), state: "due" }] })], [alert("a"), alert("b")]),
        changes(2, { due: [{ chair_id: "1", kind: "point", at: at(2), state: "planned" }], readiness: [{ session_id: "s1", ...ready }] }),
        changes(3, { alerts: [alert("a", { state: "closed" }), alert("b", { acknowledged_at: at(3) }), alert("c")] }),
        changes(4, { system, chairs: [{ id: "2", label: "Chair 2" }, { id: "1", label: "Window" }] }),
      ],
      {
        ...snapshot(
          4,
          [seated("1", "s1", { chair: { id: "1", label: "Window" }, readiness: ready, due: [{ kind: "point", at: at(2), state: "planned" }] }), chair("2", { chair: { id: "2", label: "Chair 2" } })],
          [alert("b", { acknowledged_at: at(3) }), alert("c")],
        ),
        system,
      },
    );
  });

  it("replaces all that is due at every chair named, and empties one named without a kind", () => {
    const cuff = { kind: "cuff", at: at(5), state: "planned" as const };
    const point = { kind: "point", at: at(9), state: "planned" as const };
    expectSame(
      [
        snapshot(1, [seated("1", "s1", { due: [cuff] }), seated("2", "s2", { due: [cuff] }), seated("3", "s3", { due: [cuff] })]),
        changes(2, { due: [{ chair_id: "1", ...point }, { chair_id: "2", kind: null, at: null, state: null }, { chair_id: "1", ...cuff }] }),
      ],
      snapshot(2, [seated("1", "s1", { due: [point, cuff] }), seated("2", "s2"), seated("3", "s3", { due: [cuff] })]),
    );
  });

  it("seats a session before its vitals of the same frame", () => {
    const state = fold(snapshot(1, [chair("1")]), changes(2, { sessions: [session("s1", "1")], vitals: [{ chair_id: "1", heart_rate: rate(66, 3) }] }));
    expect(state.chairs.get("1")?.vitals.heart_rate?.value).toBe(66);
  });
});

describe("numbering", () => {
  const start = fold(snapshot(5, [seated("1", "s1")]));

  it("marks a gap, a repetition and a heartbeat that knows more", () => {
    expect(apply(start, changes(7, {})).sync).toBe("gap");
    expect(apply(start, changes(5, {})).sync).toBe("gap");
    expect(apply(start, { type: "heartbeat", seq: 6, server_time: at(0) }).sync).toBe("gap");
    expect(apply(start, { type: "heartbeat", seq: 5, server_time: at(0) })).toBe(start);
  });

  it("takes nothing after a gap but a snapshot, and keeps what it shows", () => {
    const lost = apply(start, changes(7, {}));
    expect(apply(lost, changes(6, { alerts: [alert("a")] }))).toBe(lost);
    expect(lost.chairs).toBe(start.chairs);
    expect(apply(lost, snapshot(9, [])).sync).toBe("live");
  });

  it("ignores changes before the first snapshot", () => {
    expect(fold(changes(1, { alerts: [alert("a")] }))).toEqual(EMPTY);
  });

  it("does not change what it was given", () => {
    const before = structuredClone(start);
    apply(start, changes(6, { sessions: [session("s2", "1")], vitals: [{ chair_id: "1", heart_rate: rate(66, 3) }], alerts: [alert("a")] }));
    expect(start).toEqual(before);
  });
});
