// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { alert, changes, cuff, rate, seated, session, snapshot } from "./make.ts";
import { find, hello, root, say, setUp, vitals } from "./stage.tsx";

let faults: unknown[];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  faults = [];
  vi.stubGlobal("reportError", (fault: unknown) => faults.push(fault));
  await setUp();
  await say(hello(), snapshot(1, [seated("1", "s1", { vitals }), seated("2", "s2", { vitals })]));
});

afterEach(() => {
  render(null, root);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const said = (chair: number): string => root.querySelector(`[data-chair='Chair ${chair}'] [data-test=bp]`)?.textContent ?? "";

it("a chair that cannot be drawn says so, the others and the alerts go on, and it comes back by itself", async () => {
  const broken = session("s1", "1", { phases: undefined as never });
  await say(changes(2, { sessions: [broken], vitals: [{ chair_id: "2", blood_pressure: cuff(144, 91, 1) }], alerts: [alert("a", { session_id: "s2", chair_id: "2" })] }));
  expect(find("[data-test=fault]").textContent).toMatch(/^Chair 1 .*Watch the patient directly/);
  expect([said(1), said(2)]).toEqual(["", "144/91"]);
  expect(root.querySelectorAll("[data-test=alert]")).toHaveLength(1);
  expect(faults.length).toBeGreaterThan(0);
  await say(changes(3, { sessions: [session("s1", "1")], vitals: [{ chair_id: "1", blood_pressure: cuff(122, 77, 2), heart_rate: rate(71, 2) }] }));
  await act(() => void vi.advanceTimersByTime(15_000));
  expect(root.querySelector("[data-test=fault]")).toBeNull();
  expect([said(1), said(2)]).toEqual(["122/77", "144/91"]);
});
