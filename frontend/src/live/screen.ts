/** One open screen: the store, the socket, the clock, the sound and the receipts, joined; the views read only from here. */

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { Acknowledgements } from "../api/acknowledge.ts";
import { heardAt } from "../core/alerts.ts";
import { anchor, clinicNow, heard, type ClinicClock } from "../core/clock.ts";
import type { Trust } from "../core/fresh.ts";
import { millis } from "../core/time.ts";
import { PAUSE_MS, longestPause } from "../sound/alarm.ts";
import type { Player } from "../sound/player.ts";
import type { Alert, Frame, Hello, StationInfo } from "../wire/types.ts";
import { W, spokenWords } from "../words.ts";
import type { Connection } from "./connection.ts";
import { withPrivacy } from "./privacy.ts";
import { Receipts, type ReceiptParts } from "./receipts.ts";
import { LiveSocket, type SocketParts } from "./socket.ts";
import { stamped } from "./stamp.ts";
import { Store } from "./store.ts";

export interface ScreenParts extends Pick<SocketParts, "open" | "monotonic" | "calendar" | "random" | "refused"> {
  readonly player: Player;
  readonly acknowledgements: Acknowledgements;
  /** The release the page was built with, where it is known. */
  readonly version?: string;
  readonly receipts: Pick<ReceiptParts, "beforePaint" | "visible" | "standingAlerts" | "paintedAlerts">;
  /** The server has said what this browser is enrolled as. */
  readonly greeted?: (station: StationInfo | null) => void;
}

const TOLD_MS = 60_000;

export class Screen {
  readonly store = new Store();
  readonly player: Player;
  readonly acknowledgements: Acknowledgements;
  /** Clinic milliseconds, moved once a second and at every `hello`. */
  readonly now = signal(Number.NaN);
  readonly rate = signal(1);
  readonly clinic = signal("");
  /** How long the sound may be paused, by the protocols of the sessions on this screen. */
  readonly pauseMs = signal(PAUSE_MS);
  /** The server has another version than this page, or had one before. */
  readonly updated = signal<string | null>(null);
  readonly connection = signal<Connection>({ kind: "connecting", since: null, gone: false, waking: false });
  /** How long the machine slept, ms, told for a minute after it woke; null otherwise. */
  readonly slept = signal<number | null>(null);
  /** Whether values may be drawn as live: with a lost connection, or straight after sleep, none may. */
  readonly trusted: ReadonlySignal<boolean> = computed(() => {
    const { kind, waking } = this.connection.value;
    return !waking && (kind === "live" || kind === "waiting");
  });

  /** The same for measured values, which vanish when the server has been unheard for long. */
  readonly trust: ReadonlySignal<Trust> = computed(() => (this.trusted.value ? "live" : this.connection.value.gone ? "gone" : "stale"));

  private readonly socket: LiveSocket;
  private readonly receipts: Receipts;
  private clock: ClinicClock | null = null;
  private version: string | null;
  private wokeAt = 0;
  private station: StationInfo | null = null;

  constructor(private readonly parts: ScreenParts) {
    this.version = parts.version ?? null;
    this.player = parts.player;
    this.acknowledgements = parts.acknowledgements;
    this.socket = new LiveSocket({
      open: () => parts.open(),
      monotonic: () => parts.monotonic(),
      calendar: () => parts.calendar(),
      random: () => parts.random(),
      refused: () => parts.refused(),
      take: (frame, receivedAt) => this.take(frame, receivedAt),
      clinicNow: () => this.clinicNow(),
      slept: (span) => {
        this.slept.value = span;
        this.wokeAt = parts.monotonic();
      },
      changed: (connection) => {
        this.connection.value = connection;
        this.listen();
      },
    });
    this.receipts = new Receipts({
      ...parts.receipts,
      monotonic: () => parts.monotonic(),
      audio: () => (this.silent ? "muted" : this.player.state.peek()),
      send: (message) => this.socket.send(message),
    });
  }

  start(): void {
    this.socket.start();
  }

  /** A new connection under a new login: what may be shown is decided when it opens. */
  restart(): void {
    this.socket.stop();
    this.socket.start();
  }

  stop(): void {
    this.socket.stop();
  }

  /** Once a second, for everything that grows old by itself. */
  tick(): void {
    this.socket.tick();
    this.now.value = this.clinicNow() ?? Number.NaN;
    if (this.slept.peek() !== null && this.parts.monotonic() - this.wokeAt >= TOLD_MS) this.slept.value = null;
    this.listen();
    this.receipts.tick();
  }

  private take(frame: Frame, receivedAt: number): "empty" | "live" | "gap" {
    if (frame.type === "hello") this.greet(frame, receivedAt);
    if (frame.type === "heartbeat" && this.clock !== null) this.clock = heard(this.clock, millis(frame.server_time), receivedAt);
    const sync = this.store.take(stamped(withPrivacy(frame, this.station?.privacy ?? "full"), this.clinicNow()));
    if (frame.type === "snapshot" || frame.type === "changes") this.pauseMs.value = longestPause([...this.store.current.chairs.values()].map((at) => at.session));
    this.acknowledgements.settle(this.store.alerts.peek());
    if (frame.type !== "hello") this.receipts.taken(this.store.current.seq, receivedAt);
    this.listen();
    return sync;
  }

  private greet(hello: Hello, receivedAt: number): void {
    this.clock = anchor(millis(hello.server_time), receivedAt, hello.clock_rate);
    this.rate.value = hello.clock_rate;
    this.clinic.value = typeof hello.clinic === "string" ? hello.clinic : (hello.clinic.name ?? "");
    if (this.version !== null && this.version !== hello.version) this.updated.value = hello.version;
    this.version = hello.version;
    if (hello.station !== undefined) {
      this.station = hello.station;
      this.parts.greeted?.(this.station);
    }
    this.now.value = this.clinicNow() ?? Number.NaN;
  }

  private clinicNow(): number | null {
    return this.clock === null ? null : clinicNow(this.clock, this.parts.monotonic());
  }

  private listen(): void {
    const { kind, waking } = this.connection.peek();
    if (this.silent) return this.player.look([], false, waking);
    const here = this.store.alerts.peek().filter((alert) => heardAt(alert, this.station?.id ?? null));
    this.player.look(here, kind === "lost", waking, (alert) => this.spoken(alert));
  }

  /** A tablet in a therapy room makes no sound: the stations carry it. */
  private get silent(): boolean {
    return this.station?.kind === "room";
  }

  private spoken(alert: Alert): string {
    const label = alert.chair_id === null ? undefined : this.store.tile(alert.chair_id)?.peek().chair.label;
    return spokenWords(label ?? W.clinicWide, alert);
  }
}
