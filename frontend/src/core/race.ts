/** Which line of a session's record tells who was first, when the server says that something is done already. */

import type { TimelineEntry } from "../wire/types.ts";

type Found = (entry: TimelineEntry) => boolean;

const event =
  (...kinds: readonly string[]): Found =>
  (entry) =>
    entry.type === "event" && kinds.includes(String(entry.kind));
const phase =
  (...phases: readonly string[]): Found =>
  (entry) =>
    entry.type === "phase" && phases.includes(String(entry["phase"]));

const RACES: Readonly<Record<string, Found>> = {
  already_locked: (entry) => entry.type === "baseline",
  already_dosing: phase("dosing"),
  already_paused: event("pause"),
  not_paused: event("resume"),
  already_corrected: (entry) => entry.type === "event" && typeof entry["corrects"] === "string",
  already_voided: (entry) => entry.type === "void",
  not_scheduled: phase("preparing", "cancelled"),
  not_preparing: phase("recovery"),
  not_dosing: phase("recovery", "discharged"),
  not_in_recovery: phase("discharged", "dosing"),
  session_ended: phase("discharged", "cancelled"),
  dose_given: event("dose"),
};

export const isRace = (code: string): boolean => code in RACES;

/** The newest line that did it; null when the record has none. */
export function raceOf(code: string, timeline: readonly TimelineEntry[]): TimelineEntry | null {
  const found = RACES[code];
  return found === undefined ? null : (timeline.filter(found).at(-1) ?? null);
}
