/** The connection to `WS /live`: opens, listens, asks again after a gap or silence, and never gives up. */

import type { Frame, Seen } from "../wire/types.ts";
import { ASLEEP_MS, GONE_MS, LOST_MS, SLOWED_MS, WAITING_MS, backoff, connectionKind, type Connection } from "./connection.ts";

/** The part of a browser's WebSocket that is used. */
export interface Wire {
  readonly readyState: number;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface SocketParts {
  open(): Wire;
  /** Milliseconds that only go forward, and the calendar's, which also count sleep. */
  monotonic(): number;
  calendar(): number;
  random(): number;
  /** Takes a frame in; the answer says whether the state is whole after it. */
  take(frame: Frame, receivedAt: number): "empty" | "live" | "gap";
  /** Clinic time now, for "since". */
  clinicNow(): number | null;
  changed(connection: Connection): void;
  /** The machine has slept, for so many milliseconds. */
  slept(span: number): void;
  /** Closed for want of a login, or before a word was said. */
  refused(): void;
}

const OPEN = 1;
const ASK_AGAIN_MS = 1_000;
const FRAME_TYPES: ReadonlySet<string> = new Set(["hello", "snapshot", "changes", "heartbeat"]);

export class LiveSocket {
  private wire: Wire | null = null;
  private running = false;
  private synced = false;
  private greeted = false;
  private everLive = false;
  private attempt = 0;
  private retryAt = 0;
  private askedAt = Number.NEGATIVE_INFINITY;
  private openedAt = 0;
  private trustedAt = 0;
  private trustedClinic: number | null = null;
  private wokeAt: number | null = null;
  private lastTick: { mono: number; wall: number };
  private shown = "";

  constructor(private readonly parts: SocketParts) {
    this.lastTick = { mono: parts.monotonic(), wall: parts.calendar() };
  }

  /** Starts, or starts again after a login. */
  start(): void {
    if (this.running) return;
    this.running = true;
    if (!this.everLive) this.trustedAt = this.parts.monotonic();
    this.attempt = 0;
    this.connect();
    this.report();
  }

  /** Closes and stays closed until `start`; what is shown grows old by itself. */
  stop(): void {
    this.running = false;
    this.drop();
  }

  send(message: Seen): boolean {
    return this.synced && this.write(message);
  }

  /** Once a second: silence, sleep, and the next attempt. */
  tick(): void {
    if (!this.running && !this.everLive) return;
    this.noticeSleep();
    const now = this.parts.monotonic();
    if (this.wire === null) {
      if (this.running && now >= this.retryAt) this.connect();
    } else {
      const silence = now - Math.max(this.trustedAt, this.openedAt, this.wokeAt ?? 0);
      if (silence >= LOST_MS) this.again();
      else if (silence >= WAITING_MS) this.resync(WAITING_MS);
    }
    this.report();
  }

  private connect(): void {
    const wire = this.parts.open();
    this.wire = wire;
    this.synced = false;
    this.greeted = false;
    this.openedAt = this.parts.monotonic();
    wire.onmessage = (event) => this.heard(event.data);
    wire.onclose = (event) => this.closed(event.code);
  }

  private heard(data: unknown): void {
    if (this.noticeSleep()) return;
    const frame = parsed(data);
    if (frame === "unknown") return;
    if (frame === "malformed") return this.lose();
    if (frame.type === "hello") this.greeted = true;
    else if (!this.synced && frame.type !== "snapshot") return;
    const receivedAt = this.parts.monotonic();
    const before = this.synced;
    this.synced = false; // should `take` throw, nothing after it is trusted before a new snapshot
    const sync = this.parts.take(frame, receivedAt);
    if (frame.type === "hello") return;
    if (sync !== "live") return this.lose();
    this.synced = before || frame.type === "snapshot";
    if (frame.type === "snapshot") this.whole();
    this.trustedAt = receivedAt;
    this.trustedClinic = this.parts.clinicNow();
    this.report();
  }

  private whole(): void {
    this.everLive = true;
    this.attempt = 0;
    this.wokeAt = null;
  }

  private lose(): void {
    this.synced = false;
    this.resync(ASK_AGAIN_MS);
  }

  /** Asks for a snapshot, unless it was asked for less than `apart` ms ago. */
  private resync(apart: number): void {
    const now = this.parts.monotonic();
    if (now - this.askedAt >= apart && this.write({ type: "resync" })) this.askedAt = now;
  }

  private closed(code: number): void {
    const refused = code === 4001 || code === 4003 || !this.greeted;
    this.again();
    if (refused) this.parts.refused();
  }

  private again(): void {
    this.drop();
    this.retryAt = this.parts.monotonic() + backoff(this.attempt, this.parts.random());
    this.attempt += 1;
  }

  private drop(): void {
    const wire = this.wire;
    this.wire = null;
    this.synced = false;
    if (wire === null) return;
    wire.onmessage = null;
    wire.onclose = null;
    wire.close();
  }

  /**
   * A gap between two looks at the clocks too long for any timer: the machine slept. What is shown, and what still waits in the
   * old connection, is from before, so a new one begins at once; its `hello` sets the clock and its snapshot the wall.
   */
  private noticeSleep(): boolean {
    const mono = this.parts.monotonic();
    const wall = this.parts.calendar();
    const span = Math.max(mono - this.lastTick.mono, wall - this.lastTick.wall);
    this.lastTick = { mono, wall };
    if (span <= ASLEEP_MS || !this.everLive) return false;
    // Unheard since the gap before, and again just as long as slowed timers take: the time to be heard goes on running, and with it the alarm.
    if (this.wokeAt === null || span > SLOWED_MS) this.wokeAt = mono;
    this.parts.slept(span);
    this.drop();
    if (this.running) this.connect();
    this.report();
    return true;
  }

  private write(message: object): boolean {
    if (this.wire === null || this.wire.readyState !== OPEN) return false;
    this.wire.send(JSON.stringify(message));
    return true;
  }

  private report(): void {
    const silence = this.parts.monotonic() - Math.max(this.trustedAt, this.wokeAt ?? 0);
    const waking = this.wokeAt !== null && silence < LOST_MS;
    const kind = connectionKind(silence, this.everLive, waking);
    const since = this.trustedClinic;
    const gone = silence >= GONE_MS;
    const shown = kind === "lost" ? `lost ${since} ${gone}` : `${kind} ${waking}`;
    if (shown === this.shown) return;
    this.shown = shown;
    this.parts.changed({ kind, since, gone, waking });
  }
}

/** A kind of frame that a newer server may send is passed over; what is no frame at all costs a resync. */
function parsed(data: unknown): Frame | "unknown" | "malformed" {
  if (typeof data !== "string") return "malformed";
  let frame: unknown;
  try {
    frame = JSON.parse(data);
  } catch (problem) {
    if (problem instanceof SyntaxError) return "malformed";
    throw problem;
  }
  if (typeof frame !== "object" || frame === null || !("type" in frame)) return "malformed";
  return FRAME_TYPES.has(String(frame.type)) ? (frame as Frame) : "unknown";
}
