/** A session as the record has it, put together from its answers; and what in its timeline no longer counts. */

import type { Cuff, Streams } from "./chart/readings.ts";
import { millis } from "./time.ts";
import type { RecordAlert, RecordEvent, SessionDetail } from "../wire/detail.ts";
import type { Criterion, TimelineEntry } from "../wire/types.ts";

export interface SessionRecord {
  readonly detail: SessionDetail;
  readonly timeline: readonly TimelineEntry[];
  readonly events: readonly RecordEvent[];
  readonly alerts: readonly RecordAlert[];
  readonly cuffs: readonly Cuff[];
  readonly streams: Streams;
}

const ENDED: ReadonlySet<string> = new Set(["discharged", "cancelled"]);

/** When it ended, ms; null while it is open. */
export function endOf({ phases }: SessionDetail): number | null {
  const last = phases.at(-1);
  return last !== undefined && ENDED.has(last.phase) ? millis(last.from) : null;
}

/** When the patient was checked in, ms; null before. */
export function begunOf({ phases }: SessionDetail): number | null {
  const first = phases.find((span) => span.phase !== "scheduled" && span.phase !== "cancelled");
  return first === undefined ? null : millis(first.from);
}

export function phaseAt({ phases, phase }: SessionDetail, at: number): SessionDetail["phase"] {
  return phases.findLast((span) => millis(span.from) <= at)?.phase ?? phases[0]?.phase ?? phase;
}

/** Ids of events that another one corrects. */
export const correctedIn = (timeline: readonly TimelineEntry[]): ReadonlySet<string> =>
  new Set(timeline.flatMap(({ type, corrects }) => (type === "event" && typeof corrects === "string" ? [corrects] : [])));

/** Whether a line of the timeline was corrected or taken back since. */
export function isStruck(entry: TimelineEntry, corrected: ReadonlySet<string>): boolean {
  if (entry["voided"] === true) return true;
  return typeof entry["event_id"] === "string" && corrected.has(entry["event_id"]);
}

/** The criteria as they are now, with the evidence of the record where that says the same: it has the names of who confirmed. */
export function criteriaOf(now: readonly Criterion[] | null, { readiness }: SessionDetail): readonly Criterion[] {
  if (now === null) return readiness.criteria;
  return now.map((criterion) => readiness.criteria.find(({ code, state }) => code === criterion.code && state === criterion.state) ?? criterion);
}
