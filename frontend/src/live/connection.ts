/** What the screen says about its connection, from how long nothing trustworthy has been heard: pure. */

export type ConnectionKind = "connecting" | "live" | "waiting" | "lost";

export interface Connection {
  readonly kind: ConnectionKind;
  /** Clinic milliseconds of the last frame that could be trusted; null when there was none. */
  readonly since: number | null;
  /** Unheard for so long that values are no longer shown at all. */
  readonly gone: boolean;
  /** Just woken from sleep: nothing on the screen is believed, and nothing alarms, before a new snapshot. */
  readonly waking: boolean;
}

export const WAITING_MS = 5_000;
export const LOST_MS = 10_000;
export const GONE_MS = 30_000;
export const ASLEEP_MS = 20_000;
/** Browsers let the timers of a page that has long been covered run once a minute: a longer gap was sleep for certain. */
export const SLOWED_MS = 90_000;

export function connectionKind(silence: number, everLive: boolean, waking: boolean): ConnectionKind {
  if (silence >= LOST_MS) return "lost";
  if (!everLive) return "connecting";
  return waking || silence >= WAITING_MS ? "waiting" : "live";
}

const BACKOFF_S = [1, 2, 4, 8, 15] as const;

/** Milliseconds before attempt number `attempt` (from 0), for ever; `random` in [0, 1) spreads many screens by a fifth. */
export function backoff(attempt: number, random: number): number {
  const seconds = BACKOFF_S[Math.min(attempt, BACKOFF_S.length - 1)] ?? 15;
  return Math.round(seconds * 1000 * (0.8 + 0.4 * random));
}
