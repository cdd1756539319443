/** Puts the parts together with the browser's own clock, socket, sound and paint, and starts the page. */

import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { Account, storedMarker } from "./api/account.ts";
import { Acknowledgements } from "./api/acknowledge.ts";
import { address, request, uuid } from "./api/http.ts";
import { Station } from "./api/station.ts";
import { App } from "./app.tsx";
import { followBrightness } from "./brightness.ts";
import { keep, kept } from "./kept.ts";
import { followBeat } from "./live/beat.ts";
import { Screen } from "./live/screen.ts";
import type { Wire } from "./live/socket.ts";
import { followHidden } from "./live/hidden.ts";
import { followWake } from "./live/wake.ts";
import { fetchPages } from "./pages.tsx";
import { follow } from "./route.ts";
import { followSize } from "./size.ts";
import { Player } from "./sound/player.ts";
import { browserVoice } from "./sound/voice.ts";
import { followTheme } from "./theme.ts";
import { followTouches } from "./touched.ts";
import { VERSION } from "./version.ts";
import "./styles/start.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/wall.css";
import "./styles/tile.css";
import "./styles/density.css";
import "./styles/session.css";
import "./styles/chart.css";
import "./styles/form.css";
import "./styles/shift.css";
import "./styles/history.css";
import "./styles/print.css";
import "./styles/paper.css";
import "./styles/setup.css";
import "./styles/actions.css";

const TICK_MS = 1_000;

const alertElements = (): HTMLElement[] => Array.from(document.querySelectorAll<HTMLElement>("[data-alert]"));
const alertOf = (element: HTMLElement): string => element.dataset["alert"] ?? "";

const account = new Account(storedMarker(() => localStorage));
const station = new Station();
const monotonic = (): number => performance.now();

const player = new Player(() => new AudioContext(), monotonic, Number(kept("volume") ?? 1), browserVoice());
player.speaks.value = kept("speech") === "on";
effect(() => keep("volume", String(player.volume.value)));
effect(() => keep("speech", player.speaks.value ? "on" : "off"));

const screen = new Screen({
  player,
  acknowledgements: new Acknowledgements(
    (path, options) => request("POST", path, options),
    uuid,
    () => void account.check(),
  ),
  open: () => new WebSocket(address("live").replace(/^http/, "ws")) as Wire,
  monotonic,
  calendar: () => Date.now(),
  random: () => Math.random(),
  refused: () => void account.check(),
  greeted: (info) => station.greeted(info),
  version: VERSION,
  receipts: {
    beforePaint: (callback) => requestAnimationFrame(() => callback()),
    visible: () => document.visibilityState === "visible",
    standingAlerts: () => alertElements().map(alertOf),
    paintedAlerts: () =>
      alertElements()
        .filter((element) => element.checkVisibility({ visibilityProperty: true }))
        .map(alertOf),
  },
});

effect(() => station.logged(account.login.value.kind));

effect(() => {
  void [screen.store.system.value?.on, screen.store.system.value?.assignments, account.login.value];
  if (station.here.peek() !== null && account.login.peek().kind !== "none") void station.refresh();
});

// A lost login stops the attempts to connect. A new one connects anew; so does a locked one, whose alarms go on without names.
effect(() => {
  const kind = account.login.value.kind;
  if (kind === "none") screen.stop();
  else if (kind !== "unknown") screen.restart();
});

const unmoving = matchMedia("(prefers-reduced-motion: reduce)");
const still = signal(unmoving.matches);
unmoving.addEventListener("change", () => (still.value = unmoving.matches));
followBeat({
  alerts: screen.store.alerts,
  still,
  show: ({ high, medium }) => {
    document.documentElement.classList.toggle("beat-high", high);
    document.documentElement.classList.toggle("beat-medium", medium);
  },
});

/** Until the server has answered once, nobody knows who is here. */
async function firstCheck(): Promise<void> {
  if ((await account.begin()) === "unknown") setTimeout(() => void firstCheck(), 2 * TICK_MS);
}

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no #app");
// A browser that lacks what the dashboard is made of keeps the page that says so (old-browser.js).
if (!document.documentElement.classList.contains("too-old")) start(root);

function start(root: HTMLElement): void {
  follow();
  followSize();
  followTouches(window);
  followTheme();
  followBrightness();
  followHidden(monotonic);
  followWake();
  root.replaceChildren();
  render(<App shown={{ screen, account, station }} />, root);
  setInterval(() => {
    screen.tick();
    account.tick(monotonic());
  }, TICK_MS);
  void firstCheck();
}

// Once the wall is drawn, and long before anybody goes there; again when a lost connection is back.
const FETCH_AFTER_MS = 2_000;
effect(() => {
  if (screen.store.loaded.value && screen.trusted.value) setTimeout(() => void fetchPages(), FETCH_AFTER_MS);
});
