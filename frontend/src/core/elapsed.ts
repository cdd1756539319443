/** How long the present phase has lasted, and how long it was planned, in clinic milliseconds. */

import type { Session } from "../wire/types.ts";
import { millis } from "./time.ts";

const MINUTE_MS = 60_000;

/** Dosing counts from the first dose without its pauses; every other phase from its own beginning. Null when unknown. */
export function elapsed(session: Session, now: number): number | null {
  const span = session.phase === "dosing" ? dosingElapsed(session, now) : now - millis(session.phases.at(-1)?.from);
  return Number.isNaN(span) ? null : span;
}

function dosingElapsed(session: Session, now: number): number {
  const dosing = session.dosing;
  if (dosing === null) return now - millis(session.phases.at(-1)?.from);
  const counted = (dosing.elapsed_min ?? Number.NaN) * MINUTE_MS;
  if (dosing.paused) return counted;
  const since = counted + (now - millis(dosing.as_of));
  return Number.isNaN(since) ? now - millis(dosing.started_at) : since;
}

function plannedMin(session: Session): number | null {
  return session.phase === "dosing" ? (session.dosing?.planned_min ?? null) : null;
}

/** What is left of the planned dosing in clinic milliseconds, below zero when it is over. Null when unknown. */
export function remaining(session: Session, now: number): number | null {
  const planned = plannedMin(session);
  const span = elapsed(session, now);
  return planned === null || span === null ? null : planned * MINUTE_MS - span;
}

/** Clinic milliseconds of the first dose, or null. */
export function dosingStart(session: Session): number | null {
  const at = millis(session.dosing?.started_at);
  return Number.isNaN(at) ? null : at;
}
