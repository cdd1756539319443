/** `seen`: what this screen has truly painted, every 5 s and at once when the alerts on it change. */

import type { AudioState, Seen } from "../wire/types.ts";

export const SEEN_MS = 5_000;

export interface ReceiptParts {
  /** Runs the callback when the browser is about to paint; never while the page is hidden. */
  beforePaint(callback: () => void): void;
  monotonic(): number;
  visible(): boolean;
  audio(): AudioState;
  /** Ids of the alerts that stand on the page, seen or not: cheap, and asked for at every paint. */
  standingAlerts(): readonly string[];
  /** Those of them that can be seen: makes the browser settle every style first. */
  paintedAlerts(): readonly string[];
  send(message: Seen): boolean;
}

export class Receipts {
  private waitingSince: number | null = null;
  private seq = 0;
  private shownSeq = 0;
  private paintedMs = 0;
  private sentAt = Number.NEGATIVE_INFINITY;
  private sentOf = "";

  constructor(private readonly parts: ReceiptParts) {}

  /** A frame was taken in at `receivedAt`; the paint that follows shows it. */
  taken(seq: number, receivedAt: number): void {
    this.seq = seq;
    if (this.waitingSince !== null) return;
    this.waitingSince = receivedAt;
    this.parts.beforePaint(() => this.painted());
  }

  /** Once a second. */
  tick(): void {
    if (this.parts.monotonic() - this.sentAt >= SEEN_MS) this.report();
  }

  private painted(): void {
    if (this.waitingSince === null) return;
    this.paintedMs = Math.max(0, Math.round(this.parts.monotonic() - this.waitingSince));
    this.waitingSince = null;
    this.shownSeq = this.seq;
    if (this.standing() !== this.sentOf) this.report();
  }

  private standing(): string {
    return this.parts.visible() ? once(this.parts.standingAlerts()).join() : "";
  }

  private report(): void {
    const standing = this.standing();
    const message: Seen = {
      type: "seen",
      alerts: this.parts.visible() ? once(this.parts.paintedAlerts()) : [],
      audio: this.parts.audio(),
      visible: this.parts.visible(),
      shown_seq: this.shownSeq,
      painted_ms: this.paintedMs,
    };
    if (!this.parts.send(message)) return;
    this.sentAt = this.parts.monotonic();
    this.sentOf = standing;
  }
}

const once = (ids: readonly string[]): readonly string[] => [...new Set(ids)].sort();
