// @vitest-environment happy-dom
/** Help that is called, its log and what is handed over, where the server answers late, never or with a refusal. */

import { render } from "preact";
import { act } from "preact/test-utils";
import { describe, expect, it, vi } from "vitest";
import { Account } from "../src/api/account.ts";
import { Station } from "../src/api/station.ts";
import { ShownContext } from "../src/views/context.ts";
import { CallHelp, HelpPicker } from "../src/views/call-help.tsx";
import { Emergency, EmergencyButton } from "../src/views/actions/emergency.tsx";
import { printSheet } from "../src/views/actions/sheet.tsx";
import { AlertBar } from "../src/views/session-alert.tsx";
import { alert, at } from "./make.ts";
import { say, screen } from "./stage.tsx";
import { DETAIL, answers, emergency, host, posts, press, settle, show } from "./acting.tsx";

describe("the emergency button", () => {
  it("calls for a second emergency anew although the first call never got its answer", async () => {
    await show(<EmergencyButton />);
    answers(() => null);
    await press("emergency");
    expect(host.querySelector("[data-test=emergency-failed]")).not.toBeNull();
    await say(emergency(at(1)));
    expect(host.querySelector("[data-test=emergency-failed]")).toBeNull(); // help was called after all
    await say(emergency(null));
    answers(() => ({ id: "e" }));
    await press("emergency");
    const keys = posts().map(({ key }) => key);
    expect(keys).toHaveLength(2);
    expect(keys[1]).not.toBe(keys[0]);
  });
});

describe("the log of an emergency", () => {
  it("records the same act again once the first, whose answer was lost, stands in the log", async () => {
    let events: unknown[] = [];
    answers((method) => (method === "GET" ? events : null));
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
    answers(() => null);
    await show(<Emergency />);
    expect(host.textContent).not.toContain("Nothing tapped yet");
    expect(host.textContent).toContain("could not be read");
  });
});

describe("the hand-over sheet", () => {
  it("says what could not be read instead of none", async () => {
    answers((_, path) => (path.endsWith("events") ? null : []));
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

describe("help called by name", () => {
  it("is not offered again as failed once the wall shows the emergency, and the next call is a new one", async () => {
    const here = { id: "st", label: "A", kind: "station" as const, chair_id: null, privacy: "full" as const };
    const station = new Station();
    [station.here.value, station.people.value] = [here, [{ id: "n", name: "RN Lee", roles: ["nurse"], station_id: "st", has_pin: true }]];
    const account = new Account({ has: () => true, set: () => undefined });
    account.login.value = { kind: "locked", user: { id: "u", username: "nurse", name: "RN Okafor", roles: ["nurse"] } };
    const At = () => <CallHelp session={screen.store.tile("1")?.value.session ?? null} where="Chair 1" />;
    await act(() => render(<ShownContext.Provider value={{ screen, account, station }}><At /><HelpPicker /></ShownContext.Provider>, host));
    answers(() => null);
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
