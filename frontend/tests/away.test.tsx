// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { request } from "../src/api/http.ts";
import { route } from "../src/route.ts";
import { followTouches } from "../src/touched.ts";
import type { Login } from "../src/api/account.ts";
import { alert, at, changes } from "./make.ts";
import { account, find, hello, pass, root, say, screen, setUp, station, wall } from "./stage.tsx";

const USER = { id: "u", username: "nurse", name: "RN Okafor", roles: ["nurse"] };
const become = (login: Login): Promise<void> => act(() => void (account.login.value = login));
const closed = (): boolean => document.documentElement.classList.contains("closed");

beforeEach(async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no server")));
  await setUp();
  await say(hello(), wall());
});

afterEach(() => {
  render(null, root);
  route.value = { page: "wall" };
  vi.restoreAllMocks(); // the server stays away: what was asked late asks nobody
});

describe("a screen nobody is logged in at", () => {
  it.each([{ kind: "locked", user: USER } as const, { kind: "none" } as const])("says no name from before: $kind", async (login) => {
    expect(root.textContent).toContain("Patient s1");
    await become(login);
    expect(root.textContent).not.toContain("Patient s1");
    expect(find("[data-test=patient]").textContent).toBe("P");
    await say(wall()); // the new connection says what may be said
    expect(screen.store.tile("1")?.value.session?.patient?.name).toBe("Patient s1");
  });

  it("closes a chart that is open, shows the wall, and gives the chart back to the same person only", async () => {
    await act(() => void (route.value = { page: "session", id: "s1" }));
    const chart = find("[data-test=session]");
    expect(closed()).toBe(false);
    await become({ kind: "unknown" });
    await become({ kind: "user", user: USER });
    expect(find("[data-test=session]")).toBe(chart);
    await become({ kind: "locked", user: USER });
    expect(closed()).toBe(true);
    expect(root.querySelectorAll("[data-test=tile]")).toHaveLength(2);
    await become({ kind: "user", user: USER });
    expect(closed()).toBe(false);
    expect(find("[data-test=session]")).toBe(chart); // with what was typed in it
    await become({ kind: "none" });
    await become({ kind: "user", user: { ...USER, id: "other" } });
    expect(find("[data-test=session]")).not.toBe(chart);
  });

  it("stays usable at the wall and for who comes on", async () => {
    await become({ kind: "locked", user: USER });
    expect(closed()).toBe(false);
    await act(() => void (route.value = { page: "shift" }));
    expect(closed()).toBe(false);
  });
});

describe("what a page reads by itself", () => {
  it("is marked as nobody's doing, so that an abandoned login locks", async () => {
    const marks: (string | null)[] = [];
    vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
      marks.push(new Headers(init.headers).get("Kat-Unattended"));
      return Promise.resolve(new Response("[]", { headers: { "Content-Type": "application/json" } }));
    });
    let now = performance.now() + 600_000;
    const page = new EventTarget();
    followTouches(page, () => now);
    await request("GET", "shifts");
    now = performance.now();
    page.dispatchEvent(new Event("pointerdown"));
    await request("GET", "shifts");
    now = performance.now() - 61_000;
    page.dispatchEvent(new Event("keydown"));
    await request("GET", "shifts");
    await request("POST", "shifts");
    expect(marks).toEqual(["1", null, "1", null]);
  });
});

describe("what a screen offers", () => {
  it("is no start of a session while the server is not heard, and never at one that only shows", async () => {
    const start = (): HTMLButtonElement | null => root.querySelector("[data-test=start-session]");
    await become({ kind: "user", user: USER });
    expect(start()?.disabled).toBe(false);
    await pass(11, false);
    expect(start()?.disabled).toBe(true);
    await say(hello(), wall());
    await become({ kind: "user", user: { ...USER, roles: ["wallboard"] } });
    expect(start()).toBeNull();
    expect(root.querySelector("[data-test=ack]")).toBeNull();
  });

  it("is no name any more for an alert that somebody else has taken", async () => {
    const person = (id: string, name: string) => ({ id, name, roles: ["nurse"], station_id: "st", has_pin: true });
    await say(hello(), wall([alert("a")]));
    await act(() => {
      station.here.value = { id: "st", label: "A", kind: "station", chair_id: null, privacy: "full" };
      station.people.value = [person("n", "RN Lee"), person("m", "RN Okafor")];
    });
    vi.spyOn(station, "whoTakes").mockResolvedValue(station.people.value);
    await act(async () => void find("[data-test=ack]").click());
    await act(async () => undefined);
    expect(root.querySelectorAll("[data-test=name]")).toHaveLength(2);
    await say(changes(2, { alerts: [alert("a", { acknowledged_at: at(3), acknowledged_by_name: "RN Hale" })] }));
    expect(root.querySelectorAll("[data-test=name]")).toHaveLength(0);
  });

  it("is on a session's page that session's alerts, not those of who sat there before", async () => {
    await say(hello(), wall([alert("own", { session_id: "s1" }), alert("before", { session_id: "s0" })]));
    await act(() => void (route.value = { page: "session", id: "s1" }));
    const page = find("[data-test=session]");
    expect(Array.from(page.querySelectorAll<HTMLElement>("[data-alert]"), (one) => one.dataset["alert"])).toEqual(["own"]);
  });
});
