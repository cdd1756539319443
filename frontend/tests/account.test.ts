import { afterEach, describe, expect, it, vi } from "vitest";
import { Account, storedMarker, type Marker } from "../src/api/account.ts";

const NURSE = { id: "u", username: "nurse", name: "RN Okafor", roles: ["nurse"] };

/** A mark, and a server that answers every request so. */
function standing(marked: boolean, status: number, body: unknown): { account: Account; marker: Marker; asked: string[] } {
  const asked: string[] = [];
  vi.stubGlobal("document", { baseURI: "http://clinic.test/" });
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(new URL(url).pathname);
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } }));
  });
  let there = marked;
  const marker = { has: () => there, set: (to: boolean) => void (there = to) };
  return { account: new Account(marker), marker, asked };
}

afterEach(() => vi.unstubAllGlobals());

describe("account", () => {
  it("asks the server nothing where nobody logged in", async () => {
    const { account, asked } = standing(false, 200, NURSE);
    expect(await account.begin()).toBe("none");
    expect(asked).toEqual([]);
  });

  it("asks who is here after a reload, and forgets a login that ended", async () => {
    const { account, marker, asked } = standing(true, 401, { code: "not_logged_in" });
    expect(await account.begin()).toBe("none");
    expect(asked).toEqual(["/api/v1/me"]);
    expect(marker.has()).toBe(false);
  });

  it("marks a login, and its end", async () => {
    const { account, marker } = standing(false, 200, { user: NURSE });
    expect(await account.enter("nurse", "correct horse battery")).toBeNull();
    expect(marker.has()).toBe(true);
    expect(await account.leave()).toBe(true);
    expect(marker.has()).toBe(false);
  });

  it("without storage asks at every load", () => {
    const marker = storedMarker(() => {
      throw new DOMException("denied", "SecurityError");
    });
    marker.set(true);
    expect(marker.has()).toBe(true);
  });
});
