// @vitest-environment happy-dom

import { render } from "preact";
import { act } from "preact/test-utils";
import { describe, expect, it, vi } from "vitest";
import { Account } from "../src/api/account.ts";
import { Station } from "../src/api/station.ts";
import { ShownContext } from "../src/views/context.ts";
import { Assessment } from "../src/views/actions/assess.tsx";
import { Correction } from "../src/views/actions/repair.tsx";
import { Actions } from "../src/views/actions/actions.tsx";
import { Dose } from "../src/views/actions/dose.tsx";
import { seating } from "../src/views/actions/open.ts";
import { SeatPanel } from "../src/views/actions/seat.tsx";
import { Note } from "../src/views/actions/told.tsx";
import { Checklist } from "../src/views/record/checklist.tsx";
import { FindPatient } from "../src/views/actions/patients.tsx";
import { SignDialog } from "../src/views/sign.tsx";
import { alert, at, changes } from "./make.ts";
import { pass, say, screen } from "./stage.tsx";
import { DETAIL, answers, asked, button, host, posts, press, settle, show } from "./acting.tsx";

describe("an assessment", () => {
  it("takes the same answer by another tap when the first was not saved", async () => {
    answers((method) => (method === "GET" ? [] : null));
    await show(<Assessment />);
    const option = (): HTMLInputElement => host.querySelector<HTMLInputElement>("[data-item=gait_steady] input[type=radio]") ?? expect.fail("no gait");
    await act(() => option().click());
    await settle();
    expect(posts()).toHaveLength(1);
    await act(() => option().click());
    await settle();
    expect(posts()).toHaveLength(2);
    expect(posts()[1]?.key).toBe(posts()[0]?.key);
  });

  it("is made anew when the answer to the first was lost but the record has it", async () => {
    let rows: unknown[] = [];
    answers((method, path) => (method !== "GET" ? null : path.endsWith("assessments") ? rows : []));
    await show(<Assessment />);
    const tap = async (): Promise<void> => {
      await act(() => host.querySelector<HTMLInputElement>("[data-item=gait_steady] input[type=radio]")?.click());
      await settle();
      await settle();
    };
    rows = [{ kind: "discharge", at: at(0), by_name: "RN Okafor", values: { gait_steady: true } }];
    await tap();
    expect(host.querySelector("[data-item=gait_steady]")?.getAttribute("data-seen")).toBe("true");
    await tap();
    expect(posts()).toHaveLength(2);
    expect(posts()[1]?.key).not.toBe(posts()[0]?.key);
  });
});

describe("a correction", () => {
  async function corrected(event: Record<string, unknown>): Promise<unknown> {
    answers((method, path) => (method !== "GET" ? { id: "e2" } : path.endsWith("events") ? [{ id: "e1", at: at(0), recorded_at: at(0), ...event }] : { terms: [] }));
    await show(<Correction />);
    await press("correct");
    await press("submit");
    return posts()[0]?.body;
  }

  it("keeps when an adverse event began, where no other time is typed", async () => {
    expect(await corrected({ kind: "adverse_event", term: "nausea", severity: 1, serious: false, onset: at(-600) })).toMatchObject({ corrects: "e1", at: at(0), onset: at(-600) });
  });

  it("keeps which alert a medicine answered, though that one is over and another is open", async () => {
    await say(changes(screen.store.current.seq + 1, { alerts: [alert("now", { session_id: "s1" })] }));
    expect(await corrected({ kind: "medication", drug: "labetalol", amount: 10, unit: "mg", route: "iv", answers_alert: "before" })).toMatchObject({ corrects: "e1", answers_alert: "before" });
  });
});

describe("a signature that is asked for", () => {
  it("takes the first digit: the pad has the focus before another key can come", async () => {
    const station = new Station();
    const lee = { id: "n", name: "RN Lee", roles: ["nurse"], station_id: "st", has_pin: true };
    [station.here.value, station.people.value, station.everybody.value] = [{ id: "st", label: "A", kind: "station", chair_id: null, privacy: "full" }, [lee], [lee]];
    const account = new Account({ has: () => true, set: () => undefined });
    await act(() => render(<ShownContext.Provider value={{ screen, account, station }}><SignDialog /></ShownContext.Provider>, host));
    const signed = station.headers({ signed: true });
    for (let n = 0; n < 10; n += 1) await Promise.resolve(); // no paint in between
    expect(document.activeElement?.getAttribute("data-test")).toBe("pin");
    station.asking.value?.answer(null);
    await signed;
  });
});

describe("finding a patient", () => {
  it("says that there are more than it shows", async () => {
    const some = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `p${n}`, name: `Smith ${n}`, birth_date: "1980-01-01", mrn: `M${n}`, sex: "f" }));
    answers(() => some(8));
    await show(<FindPatient chosen={() => undefined} />);
    const type = async (text: string): Promise<void> => {
      const field = button("field-search") as unknown as HTMLInputElement;
      field.value = text;
      await act(() => void field.dispatchEvent(new Event("input", { bubbles: true })));
      await settle();
      await settle();
    };
    await type("smith");
    expect(host.querySelectorAll("[data-test=patient-found]")).toHaveLength(8);
    expect(host.querySelector("[data-test=first-found]")?.textContent).toContain("Only the first 8");
    answers(() => some(3));
    await type("smith m");
    expect(host.querySelector("[data-test=first-found]")).toBeNull();
  });
});

describe("a form", () => {
  const submit = (): Promise<void> => act(() => void host.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })));

  it("sends one press once, and nothing while the server is not heard", async () => {
    let answered = (): void => undefined;
    vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
      asked.push({ method: init.method ?? "GET", path: "", key: null, body: null });
      return new Promise((resolve) => (answered = () => resolve(new Response("{}", { headers: { "Content-Type": "application/json" } }))));
    });
    await show(<Note />);
    await submit();
    await submit();
    await press("submit");
    expect(posts()).toHaveLength(1);
    answered();
    await settle();
    await pass(11, false);
    expect(button("submit").disabled).toBe(true);
    expect(button("submit").textContent).toContain("Not connected");
    await submit();
    expect(posts()).toHaveLength(1);
  });

  it("says a refusal of a part beside the field that it is inside of, and keeps what was typed", async () => {
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify({ code: "invalid", detail: "", errors: [{ path: "text.0", code: "x", detail: "Too long." }] }), { status: 422, headers: { "Content-Type": "application/problem+json" } })));
    await show(<Note />);
    const field = button("field-text") as unknown as HTMLTextAreaElement;
    field.value = "Sleepy";
    await press("submit");
    expect(host.querySelector("[data-test=field-refused]")?.textContent).toBe("Too long.");
    expect(field.value).toBe("Sleepy");
  });
});

describe("a dose", () => {
  it("is said in mg/kg to two places while it is typed", async () => {
    await show(<Dose />);
    const field = button("field-amount_mg") as unknown as HTMLInputElement;
    field.value = "35,5";
    await act(() => void field.dispatchEvent(new Event("input", { bubbles: true })));
    expect(host.textContent).toContain("0.51 mg/kg");
  });
});

describe("seating", () => {
  it("does not plan a second session when only the check-in failed", async () => {
    seating.value = { chair: "2", label: "Chair 2" };
    const patient = { id: "p", name: "Iris Vale", birth_date: "1980-01-01", mrn: "M1", sex: "f" };
    answers((method, path) => {
      if (method === "GET") return path === "protocols" ? [{ code: "iv", title: "IV", planned_min: 40, dosing_min: [30, 60] }] : [patient];
      return path === "sessions" ? { id: "s9" } : null;
    });
    await show(<SeatPanel />);
    const search = button("field-search") as unknown as HTMLInputElement;
    search.value = "vale";
    await act(() => void search.dispatchEvent(new Event("input", { bubbles: true })));
    await settle();
    await settle();
    await press("patient-found");
    for (const name of ["name", "mrn"]) await act(() => button(`tick-${name}`).click());
    await press("submit");
    await settle();
    await press("submit");
    expect(posts().map(({ path }) => path)).toEqual(["sessions", "sessions/s9/transitions", "sessions/s9/transitions"]);
    expect(posts()[2]?.key).toBe(posts()[1]?.key);
    seating.value = null;
  });
});

describe("what may be done", () => {
  const actions = <Actions detail={DETAIL} tile={null} refresh={() => undefined} />;

  it("is a nurse's: limits are a clinician's, and nothing is written while the server is not heard", async () => {
    await show(actions);
    expect([button("act-limits").disabled, button("act-medication").disabled, button("emergency").disabled]).toEqual([true, false, false]);
    await pass(11, false);
    expect([button("act-medication").disabled, button("emergency").disabled]).toEqual([true, true]);
  });
});

describe("the checklist", () => {
  it("counts nobody as ready while that is not known", async () => {
    await show(<Checklist readiness={{ criteria: [{ code: "observation", state: "met" }] }} known={false} />);
    expect(host.textContent).toContain("Readiness not known");
    expect(host.textContent).not.toContain("1 of 1");
  });
});
