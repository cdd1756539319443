/** A nurse at a session whose server says what a test wants: what is shown, pressed and sent. */

import { render, type ComponentChildren } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { Account } from "../src/api/account.ts";
import { Station } from "../src/api/station.ts";
import { ShownContext } from "../src/views/context.ts";
import { CaseContext } from "../src/views/actions/case.ts";
import { close } from "../src/views/actions/open.ts";
import type { SessionDetail } from "../src/wire/detail.ts";
import { at, changes, session } from "./make.ts";
import { hello, say, screen, setUp, wall } from "./stage.tsx";

export const DETAIL = {
  id: "s1", patient: { id: "p", name: "Iris Vale", birth_date: "1980-01-01", mrn: "M1", sex: "f" }, chair: { id: "1", label: "Chair 1" }, protocol: { code: "iv_infusion", version: 1 },
  phase: "dosing", phases: [{ phase: "dosing", from: at(0), to: null }], weight_kg: 70, dosing: null, screening: { answers: {}, rows: [] }, baseline: null, limits: [], gates: [],
  readiness: { ready: false, as_of: at(0), criteria: [], waiting_for_driver: false, waiting_since: null },
} as unknown as SessionDetail;

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
  readonly body: unknown;
}
export let asked: Asked[];
export let host: HTMLElement;
export let nurse: Account;
export let own: Station;
/** What the server says to a path, by its end; null: no answer. */
let server: (method: string, path: string) => unknown;

export function answers(to: typeof server): void {
  server = to;
}

export const posts = (): Asked[] => asked.filter(({ method }) => method === "POST");
export const button = (test: string): HTMLButtonElement => host.querySelector<HTMLButtonElement>(`[data-test=${test}]`) ?? expect.fail(`no ${test}`);
export const settle = (): Promise<void> => act(async () => void (await new Promise((resolve) => setTimeout(resolve, 5))));
export const press = async (test: string): Promise<void> => {
  await act(() => button(test).click());
  await settle();
  await settle(); // what is read again after it
};

function Acting({ children }: { children: ComponentChildren }) {
  const tile = screen.store.tile("1")?.value ?? null;
  return <CaseContext.Provider value={{ detail: DETAIL, tile, refresh: () => undefined }}>{children}</CaseContext.Provider>;
}

export async function show(what: ComponentChildren): Promise<void> {
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

export const emergency = (since: string | null) => changes(screen.store.current.seq + 1, { sessions: [session("s1", "1", { phase: "dosing", emergency: since === null ? null : { since } })] });
