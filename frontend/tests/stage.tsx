/** A page with the whole dashboard on it, its server and its clock in the hands of a test. */

import { render } from "preact";
import { act } from "preact/test-utils";
import { Account } from "../src/api/account.ts";
import { Acknowledgements } from "../src/api/acknowledge.ts";
import type { Answer } from "../src/api/http.ts";
import { Station } from "../src/api/station.ts";
import { App } from "../src/app.tsx";
import { fetchPages } from "../src/pages.tsx";
import { Screen } from "../src/live/screen.ts";
import type { Wire } from "../src/live/socket.ts";
import { Player } from "../src/sound/player.ts";
import type { Alert, Frame, Snapshot } from "../src/wire/types.ts";
import { at, chair, cuff, rate, seated, snapshot } from "./make.ts";

let now: number;
export let root: HTMLElement;
export let screen: Screen;
export let account: Account;
export let station: Station;
let wire: Wire;
let answer: Answer<Alert>;

export const say = (...frames: Frame[]): Promise<void> => act(() => frames.forEach((frame) => wire.onmessage?.({ data: JSON.stringify(frame) })));
export const hello = (clock_rate = 1): Frame => ({ type: "hello", version: "1", server_time: at(now / 1000), clock_rate, heartbeat_s: 2, clinic: "Northside" });
export const find = (selector: string): HTMLElement => {
  const found = root.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`nothing matches ${selector}`);
  return found;
};
export const words = (selector: string): string => find(selector).textContent ?? "";

/** Lets seconds pass; `heard` keeps the connection alive with heartbeats. */
export async function pass(seconds: number, heard: boolean): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    now += 1000;
    if (heard) await say({ type: "heartbeat", seq: screen.store.current.seq, server_time: at(now / 1000) });
    await act(() => screen.tick());
  }
}

/** A fresh page, before its server has said anything. */
export async function setUp(): Promise<void> {
  now = 0;
  answer = { ok: false, status: 0, problem: { code: "no_answer", detail: "" } };
  root = document.createElement("div");
  document.body.replaceChildren(root);
  account = new Account({ has: () => true, set: () => undefined });
  account.login.value = { kind: "user", user: { id: "u", username: "nurse", name: "RN Okafor", roles: ["nurse"] } };
  station = new Station();
  const monotonic = (): number => now;
  screen = new Screen({
    player: new Player(() => new AudioContext(), monotonic),
    acknowledgements: new Acknowledgements(
      () => Promise.resolve(answer),
      () => "key",
      () => undefined,
    ),
    open: () => (wire = { readyState: 1, onmessage: null, onclose: null, send: () => undefined, close: () => undefined }),
    monotonic,
    calendar: monotonic,
    random: () => 0,
    refused: () => undefined,
    receipts: { beforePaint: () => undefined, visible: () => true, standingAlerts: () => [], paintedAlerts: () => [] },
  });
  await fetchPages();
  screen.start();
  await act(() => render(<App shown={{ screen, account, station }} />, root));
}

export const vitals = { blood_pressure: cuff(131, 82, 0), heart_rate: rate(74, 0), spo2: rate(98, 0, "pulse_ox") };
export const wall = (alerts: Alert[] = []): Snapshot => snapshot(1, [seated("1", "s1", { vitals }), chair("2")], alerts);

/** What the server answers to the next acknowledgement. */
export function answerWith(given: Answer<Alert>): void {
  answer = given;
}
