/** Which burst sounds now: pure, from the open alerts, the connection and what has sounded before. */

import type { Alert, Session } from "../wire/types.ts";
import { remindedAt, reminds, sounds, soundsLow } from "../core/alerts.ts";
import { REPEAT_S } from "./pattern.ts";

export type Sounding = "high" | "medium" | "low";

/** A low alert is heard so often, this far apart, then never again. */
const LOW_TIMES = 2;
const LOW_EVERY_MS = 30_000;

interface LowHeard {
  readonly times: number;
  readonly at: number;
}

export interface AlarmMemory {
  /** The conditions that sounded last time, each with its level: one that is new here sounds at once. */
  readonly known: ReadonlySet<string>;
  /** Per alert when it last reminded as far as it was heard here; what is not in it has not been seen before. */
  readonly reminded: ReadonlyMap<string, number | null>;
  /** The low alerts heard so far. */
  readonly low: ReadonlyMap<string, LowHeard>;
  readonly level: Sounding | null;
  readonly lastAt: number;
  /** Monotonic ms until which the nurse has paused the sound; a new condition ends the pause. */
  readonly pausedUntil: number;
}

export const QUIET: AlarmMemory = { known: new Set(), reminded: new Map(), low: new Map(), level: null, lastAt: Number.NEGATIVE_INFINITY, pausedUntil: Number.NEGATIVE_INFINITY };

/** No protocol may allow more. */
export const PAUSE_MS = 120_000;

/** How long this screen may be silent: as long as the strictest protocol of the sessions on it allows. */
export function longestPause(sessions: readonly (Session | null)[]): number {
  const open = sessions.filter((session) => session !== null && session.phase !== "scheduled");
  return Math.min(PAUSE_MS, ...open.map((session) => (session?.audio?.pause_max_s ?? Number.POSITIVE_INFINITY) * 1000));
}

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
  const level: "high" | "medium" | null = lost || sounding.some((alert) => alert.priority === "high") ? "high" : sounding.length > 0 ? "medium" : null;
  const isNew = [...known].some((key) => !memory.known.has(key));
  const pausedUntil = isNew ? Number.NEGATIVE_INFINITY : memory.pausedUntil;
  const isPaused = now < pausedUntil;
  const reminded = new Map(alerts.map((alert) => [alert.id, remindedAt(alert)]));
  if (isPaused) for (const [id, heard] of memory.reminded) if (reminded.has(id)) reminded.set(id, heard); // heard after the pause
  const low = new Map([...memory.low].filter(([id]) => reminded.has(id)));
  const next: AlarmMemory = { known, reminded, low, level, lastAt: memory.lastAt, pausedUntil };
  if (isPaused) return { memory: next, action: level === null && memory.level !== null ? "stop" : null };
  const reminder = reminding(memory, alerts);
  if (reminder !== null) {
    // One burst, of the highest that has something to say.
    const action = level === "high" ? "high" : reminder;
    return { memory: level === null ? next : { ...next, lastAt: now }, action };
  }
  if (level === null) return lowest(next, alerts, now, memory.level === null ? null : "stop");
  const due = now - memory.lastAt >= REPEAT_S[level] * 1000;
  const lowered = memory.level === "high" && level === "medium"; // the high burst ends with its alert
  if (!isNew && !due && !lowered) return { memory: next, action: null };
  return { memory: { ...next, lastAt: now }, action: level };
}

/** While nothing higher sounds: each low alert at once and once more, several of one moment in one sound. */
function lowest(memory: AlarmMemory, alerts: readonly Alert[], now: number, otherwise: "stop" | null): Heard {
  const ready = alerts.filter((alert) => {
    const heard = memory.low.get(alert.id);
    return soundsLow(alert) && (heard === undefined || (heard.times < LOW_TIMES && now - heard.at >= LOW_EVERY_MS));
  });
  if (ready.length === 0) return { memory, action: otherwise };
  const low = new Map(memory.low);
  for (const { id } of ready) low.set(id, { times: (low.get(id)?.times ?? 0) + 1, at: now });
  return { memory: { ...memory, low }, action: "low" };
}

/** The burst of alerts that have reminded since they were last looked at; those never seen here before do not. */
function reminding(memory: AlarmMemory, alerts: readonly Alert[]): Sounding | null {
  const newly = alerts.filter((alert) => {
    const before = memory.reminded.get(alert.id);
    const at = remindedAt(alert);
    return reminds(alert) && before !== undefined && at !== null && (before === null || at > before);
  });
  if (newly.length === 0) return null;
  return newly.some((alert) => alert.priority === "high") ? "high" : "medium";
}

export function paused(memory: AlarmMemory, now: number, longest: number): AlarmMemory {
  return { ...memory, pausedUntil: now + longest };
}

/** Sounds again at the next look, at once. */
export function resumed(memory: AlarmMemory): AlarmMemory {
  return { ...memory, pausedUntil: Number.NEGATIVE_INFINITY, lastAt: Number.NEGATIVE_INFINITY };
}
