/** Which burst sounds now: pure, from the open alerts, the connection and what has sounded before. */

import type { Alert } from "../wire/types.ts";
import { sounds } from "../core/alerts.ts";
import { REPEAT_S } from "./pattern.ts";

export type Sounding = "high" | "medium";

export interface AlarmMemory {
  /** The conditions that sounded last time, each with its level: one that is new here sounds at once. */
  readonly known: ReadonlySet<string>;
  readonly level: Sounding | null;
  readonly lastAt: number;
  /** Monotonic ms until which the nurse has paused the sound; a new condition ends the pause. */
  readonly pausedUntil: number;
}

export const QUIET: AlarmMemory = { known: new Set(), level: null, lastAt: Number.NEGATIVE_INFINITY, pausedUntil: Number.NEGATIVE_INFINITY };

export const PAUSE_MS = 120_000;

export interface Heard {
  readonly memory: AlarmMemory;
  /** A burst to begin now, ending the one that runs; `stop` ends it without another; null leaves all as it is. */
  readonly action: Sounding | "stop" | null;
}

/** `lost`: the server is not heard (sounds as high). `now` in monotonic milliseconds. */
export function listen(memory: AlarmMemory, alerts: readonly Alert[], lost: boolean, now: number): Heard {
  const sounding = alerts.filter(sounds);
  const known = new Set(sounding.map((alert) => `${alert.id} ${alert.priority}`));
  if (lost) known.add("lost");
  const level: Sounding | null = lost || sounding.some((alert) => alert.priority === "high") ? "high" : sounding.length > 0 ? "medium" : null;
  const isNew = [...known].some((key) => !memory.known.has(key));
  const pausedUntil = isNew ? Number.NEGATIVE_INFINITY : memory.pausedUntil;
  const next: AlarmMemory = { known, level, lastAt: memory.lastAt, pausedUntil };
  if (level === null) return { memory: next, action: memory.level === null ? null : "stop" };
  if (now < pausedUntil) return { memory: next, action: null };
  const due = now - memory.lastAt >= REPEAT_S[level] * 1000;
  const lowered = memory.level === "high" && level === "medium"; // the high burst ends with its alert
  if (!isNew && !due && !lowered) return { memory: next, action: null };
  return { memory: { ...next, lastAt: now }, action: level };
}

export function paused(memory: AlarmMemory, now: number): AlarmMemory {
  return { ...memory, pausedUntil: now + PAUSE_MS };
}

/** Sounds again at the next look, at once. */
export function resumed(memory: AlarmMemory): AlarmMemory {
  return { ...memory, pausedUntil: Number.NEGATIVE_INFINITY, lastAt: Number.NEGATIVE_INFINITY };
}
