// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { request } from "../src/api/http.ts";
import { route } from "../src/route.ts";
import { followTouches } from "../src/touched.ts";
import type { Login } from "../src/api/account.ts";
import { account, find, hello, root, say, screen, setUp, wall } from "./stage.tsx";

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
  vi.unstubAllGlobals();
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
