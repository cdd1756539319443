// @vitest-environment happy-dom
import { render, type ComponentChildren } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Account } from "../src/api/account.ts";
import { Station } from "../src/api/station.ts";
import { ShownContext } from "../src/views/context.ts";
import { Assessment } from "../src/views/actions/assess.tsx";
import { CaseContext } from "../src/views/actions/case.ts";
import { CallHelp, HelpPicker } from "../src/views/call-help.tsx";
import { Correction } from "../src/views/actions/repair.tsx";
import { Emergency, EmergencyButton } from "../src/views/actions/emergency.tsx";
import { Actions } from "../src/views/actions/actions.tsx";
import { Dose } from "../src/views/actions/dose.tsx";
import { close, seating } from "../src/views/actions/open.ts";
import { SeatPanel } from "../src/views/actions/seat.tsx";
import { Note } from "../src/views/actions/told.tsx";
import { Checklist } from "../src/views/record/checklist.tsx";
import { FindPatient } from "../src/views/actions/patients.tsx";
import { printSheet } from "../src/views/actions/sheet.tsx";
import { AlertBar } from "../src/views/session-alert.tsx";
import { SignDialog } from "../src/views/sign.tsx";
import type { SessionDetail } from "../src/wire/detail.ts";
import { alert, at, changes, session } from "./make.ts";
import { hello, pass, say, screen, setUp, wall } from "./stage.tsx";

const DETAIL = {
  id: "s1", patient: { id: "p", name: "Iris Vale", birth_date: "1980-01-01", mrn: "M1", sex: "f" }, chair: { id: "1", label: "Chair 1" }, protocol: { code: "iv_infusion", version: 1 },
  phase: "dosing", phases: [{ phase: "dosing", from: at(0), to: null }], weight_kg: 70, dosing: null, screening: { answers: {}, rows: [] }, baseline: null, limits: [], gates: [],
  readiness: { ready: false, as_of: at(0), criteria: [], waiting_for_driver: false, waiting_since: null },
} as unknown as SessionDetail;

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
  readonly body: unknown;
}
let asked: Asked[];
let host: HTMLElement;
let nurse: Account;
let own: Station;
/** What the server says to a path, by its end; null: no answer. */
let server: (method: string, path: string) => unknown;

const posts = (): Asked[] => asked.filter(({ method }) => method === "POST");
const button = (test: string): HTMLButtonElement => host.querySelector<HTMLButtonElement>(`[data-test=${test}]`) ?? expect.fail(`no ${test}`);
const settle = (): Promise<void> => act(async () => void (await new Promise((resolve) => setTimeout(resolve, 5))));
const press = async (test: string): Promise<void> => {
  await act(() => button(test).click());
  await settle();
  await settle(); // what is read again after it
};

function Acting({ children }: { children: ComponentChildren }) {
  const tile = screen.store.tile("1")?.value ?? null;
  return <CaseContext.Provider value={{ detail: DETAIL, tile, refresh: () => undefined }}>{children}</CaseContext.Provider>;
}

async function show(what: ComponentChildren): Promise<void> {
  await act(() =>
    render(
      <ShownContext.Provider value={{ screen, account: nurse, station: own }}>
        <Acting>{what}</Acting>
      </ShownContext.Provider>,
      host,
    ),
  );
  await settle();
}

beforeEach(async () => {
  await setUp();
  await say(hello(), wall());
  asked = [];
  nurse = new Account({ has: () => true, set: () => undefined });
  nurse.login.value = { kind: "user", user: { id: "u", username: "nurse", name: "RN Okafor", roles: ["nurse"] } };
  own = new Station();
  server = (method) => (method === "GET" ? [] : { id: "e" });
  host = document.createElement("div");
  document.body.append(host);
  vi.stubGlobal("fetch", async (to: string, init: RequestInit) => {
    const path = new URL(to).pathname.replace(/^.*\/api\/v1\//, "");
    const method = init.method ?? "GET";
    asked.push({ method, path, key: new Headers(init.headers).get("Idempotency-Key"), body: typeof init.body === "string" ? JSON.parse(init.body) : null });
    const said = server(method, path);
    if (said === null) throw new TypeError("no server");
    return new Response(JSON.stringify(said), { status: 200, headers: { "Content-Type": "application/json" } });
  });
});

afterEach(() => {
  render(null, host);
  close();
  vi.unstubAllGlobals();
});

const emergency = (since: string | null) => changes(screen.store.current.seq + 1, { sessions: [session("s1", "1", { phase: "dosing", emergency: since === null ? null : { since } })] });

describe("the emergency button", () => {
  it("calls for a second emergency anew although the first call never got its answer", async () => {
    await show(<EmergencyButton />);
    server = () => null;
    await press("emergency");
    expect(host.querySelector("[data-test=emergency-failed]")).not.toBeNull();
    await say(emergency(at(1)));
    expect(host.querySelector("[data-test=emergency-failed]")).toBeNull(); // help was called after all
    await say(emergency(null));
    server = () => ({ id: "e" });
    await press("emergency");
    const keys = posts().map(({ key }) => key);
    expect(keys).toHaveLength(2);
    expect(keys[1]).not.toBe(keys[0]);
  });
});

describe("the log of an emergency", () => {
  it("records the same act again once the first, whose answer was lost, stands in the log", async () => {
    let events: unknown[] = [];
    server = (method) => (method === "GET" ? events : null);
    await say(emergency(at(-1)));
    await show(<Emergency />);
    await press("log-help_called");
    events = [{ id: "e1", kind: "intervention", action: "help_called", at: at(1) }];
    await press("log-help_called"); // pressed again, as it says: the same request
    expect(posts()[1]?.key).toBe(posts()[0]?.key);
    expect(host.querySelectorAll("[data-test=emergency-log] li")).toHaveLength(1);
    await press("log-help_called"); // minutes later, help is called once more
    expect(posts()[2]?.key).not.toBe(posts()[0]?.key);
  });

  it("does not say that nothing was done when it could not be read", async () => {
    server = () => null;
    await show(<Emergency />);
    expect(host.textContent).not.toContain("Nothing tapped yet");
    expect(host.textContent).toContain("could not be read");
  });
});

describe("the hand-over sheet", () => {
  it("says what could not be read instead of none", async () => {
    server = (_, path) => (path.endsWith("events") ? null : []);
    let printed = "";
    vi.stubGlobal("print", () => (printed = document.querySelector(".paper")?.textContent ?? ""));
    const away = printSheet(DETAIL, null, () => undefined);
    await settle();
    away();
    expect(printed).toContain("Iris Vale");
    expect(printed.match(/none/g) ?? []).toHaveLength(2); // values and alerts; what was given is not known
    expect(printed.match(/could not be read/g)).toHaveLength(2);
  });
});

describe("an assessment", () => {
  it("takes the same answer by another tap when the first was not saved", async () => {
    server = (method) => (method === "GET" ? [] : null);
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
    server = (method, path) => (method !== "GET" ? null : path.endsWith("assessments") ? rows : []);
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
    server = (method, path) => (method !== "GET" ? { id: "e2" } : path.endsWith("events") ? [{ id: "e1", at: at(0), recorded_at: at(0), ...event }] : { terms: [] });
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

describe("help called by name", () => {
  it("is not offered again as failed once the wall shows the emergency, and the next call is a new one", async () => {
    const here = { id: "st", label: "A", kind: "station" as const, chair_id: null, privacy: "full" as const };
    const station = new Station();
    [station.here.value, station.people.value] = [here, [{ id: "n", name: "RN Lee", roles: ["nurse"], station_id: "st", has_pin: true }]];
    const account = new Account({ has: () => true, set: () => undefined });
    account.login.value = { kind: "locked", user: { id: "u", username: "nurse", name: "RN Okafor", roles: ["nurse"] } };
    const At = () => <CallHelp session={screen.store.tile("1")?.value.session ?? null} where="Chair 1" />;
    await act(() => render(<ShownContext.Provider value={{ screen, account, station }}><At /><HelpPicker /></ShownContext.Provider>, host));
    server = () => null;
    await press("call-help");
    await press("name");
    expect(host.querySelector("[data-test=names]")?.textContent).toContain("Call for help by voice");
    await say(emergency(at(1)));
    expect(host.querySelector("[data-test=names]")).toBeNull();
    await say(emergency(null));
    await press("call-help");
    await press("name");
    const keys = posts().map(({ key }) => key);
    expect(keys).toHaveLength(2);
    expect(keys[1]).not.toBe(keys[0]);
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
    server = () => some(8);
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
    server = () => some(3);
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
    server = (method, path) => {
      if (method === "GET") return path === "protocols" ? [{ code: "iv", title: "IV", planned_min: 40, dosing_min: [30, 60] }] : [patient];
      return path === "sessions" ? { id: "s9" } : null;
    };
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

describe("the alert bar", () => {
  it("does not say of one alert what was refused of another", async () => {
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify({ code: "already_escalated", detail: "Dr Hale was called." }), { status: 409, headers: { "Content-Type": "application/problem+json" } })));
    const bar = (id: string) => <AlertBar alerts={[alert(id)]} session="s1" where="Chair 1" read={() => undefined} />;
    await show(bar("a"));
    await press("alert-call");
    expect(host.querySelector("[data-test=refusal]")).not.toBeNull();
    await show(bar("b"));
    expect(host.querySelector("[data-test=refusal]")).toBeNull();
  });
});
