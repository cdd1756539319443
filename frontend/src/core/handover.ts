/** What a hand-over says of a chair: what was given, what was noted, who it is; from the record's own entries. */

import type { RecordPatient } from "../wire/detail.ts";
import type { TimelineEntry } from "../wire/types.ts";
import { millis } from "./time.ts";

/** One of `GET /sessions/{id}/events`. */
export interface EventEntry extends TimelineEntry {
  readonly kind: string;
  readonly corrected_by?: string | null;
  readonly text?: string | null;
}

const GIVEN: ReadonlySet<string> = new Set(["dose", "medication", "oxygen", "stop"]);
const TOLD: ReadonlySet<string> = new Set(["note", "symptom", "adverse_event", "intervention"]);

const inOrder = (entries: readonly EventEntry[]): readonly EventEntry[] => [...entries].sort((a, b) => millis(a.at) - millis(b.at));

/** Drugs and oxygen, oldest first; what was corrected since is left out, its correction stands for it. */
export const given = (entries: readonly EventEntry[]): readonly EventEntry[] => inOrder(entries.filter((entry) => GIVEN.has(entry.kind) && (entry.corrected_by ?? null) === null));

/** What somebody thought worth telling, oldest first. */
export const told = (entries: readonly EventEntry[]): readonly EventEntry[] => inOrder(entries.filter((entry) => TOLD.has(entry.kind) && (entry.corrected_by ?? null) === null));

/** Whole years at a time; null for a date that cannot be read. */
export function ageAt(birth_date: string, at: number): number | null {
  const [year, month, day] = birth_date.split("-").map(Number);
  if (year === undefined || month === undefined || day === undefined || Number.isNaN(year + month + day) || Number.isNaN(at)) return null;
  const now = new Date(at);
  const before = now.getMonth() + 1 < month || (now.getMonth() + 1 === month && now.getDate() < day);
  return now.getFullYear() - year - (before ? 1 : 0);
}

export type Identity = Pick<RecordPatient, "name" | "mrn" | "birth_date" | "sex">;
