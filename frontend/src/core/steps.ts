/** The six steps of a session as its page shows them: done, current or ahead, with how far the current one is. */

import { elapsed } from "./elapsed.ts";
import { begunOf } from "./record.ts";
import { millis } from "./time.ts";
import type { SessionDetail } from "../wire/detail.ts";
import type { Session } from "../wire/types.ts";

export type StepName = "checkIn" | "baseline" | "dosing" | "recovery" | "ready" | "discharged";

export interface Step {
  readonly name: StepName;
  readonly state: "done" | "current" | "ahead";
  /** When it began, ms. */
  readonly at: number | null;
  /** 0 to 1 of what was planned; null where nothing is. */
  readonly progress: number | null;
  /** How long it has lasted or did last, ms. */
  readonly lasted: number | null;
}

const MINUTE_MS = 60_000;
const ORDER: readonly StepName[] = ["checkIn", "baseline", "dosing", "recovery", "ready", "discharged"];

/** Minutes of observation that the protocol asks for, as the criteria tell them; null while not known. */
export function observationMin({ readiness }: SessionDetail): number | null {
  const evidence = readiness.criteria.find(({ code }) => code === "observation")?.evidence;
  const required = typeof evidence === "object" && evidence !== null && "required_min" in evidence ? evidence.required_min : null;
  return typeof required === "number" ? required : null;
}

export const metCount = ({ criteria }: Pick<SessionDetail["readiness"], "criteria">): number => criteria.filter(({ state }) => state === "met").length;

/** Where the session stands. Ready is a state of recovery, not a phase of its own. */
function currentOf({ phase, readiness }: SessionDetail): StepName | null {
  switch (phase) {
    case "scheduled":
    case "cancelled":
      return null;
    case "preparing":
      return "baseline";
    case "dosing":
      return "dosing";
    case "recovery":
      return readiness.ready ? "ready" : "recovery";
    case "discharged":
      return "discharged";
  }
}

/** `session`: as the wall knows it, whose clock runs on; null: as of the record. */
export function stepsOf(detail: SessionDetail, session: Session | null, now: number): readonly Step[] {
  const current = currentOf(detail);
  const place = current === null ? -1 : ORDER.indexOf(current);
  return ORDER.map((name, n) => {
    const state = n === place && name !== "discharged" ? "current" : n <= place || (current === "baseline" && name === "checkIn") ? "done" : "ahead";
    return { name, state, ...timesOf(name, detail, session, now) };
  });
}

function span({ phases }: SessionDetail, phase: string): { readonly from: number; readonly to: number } | null {
  const found = phases.find((one) => one.phase === phase);
  return found === undefined ? null : { from: millis(found.from), to: millis(found.to) };
}

function timesOf(name: StepName, detail: SessionDetail, session: Session | null, now: number): Pick<Step, "at" | "progress" | "lasted"> {
  if (name === "checkIn") return { at: begunOf(detail), progress: null, lasted: null };
  if (name === "baseline") {
    const progress = session?.baseline_progress ?? null;
    return { at: detail.baseline === null ? null : millis(detail.baseline.locked_at), progress: progress === null || progress.need === 0 ? null : Math.min(1, progress.have / progress.need), lasted: null };
  }
  if (name === "dosing") return dosingTimes(detail, session, now);
  if (name === "recovery") return recoveryTimes(detail, now);
  if (name === "ready") {
    const { criteria } = detail.readiness;
    return { at: null, progress: criteria.length === 0 ? null : metCount(detail.readiness) / criteria.length, lasted: null };
  }
  const end = span(detail, "discharged");
  return { at: end?.from ?? null, progress: null, lasted: null };
}

function dosingTimes(detail: SessionDetail, session: Session | null, now: number): Pick<Step, "at" | "progress" | "lasted"> {
  if (detail.dosing === null) return { at: null, progress: null, lasted: null };
  const live = session !== null && session.phase === "dosing" ? elapsed(session, now) : null;
  const lasted = live ?? detail.dosing.elapsed_min * MINUTE_MS;
  return { at: millis(detail.dosing.started_at), progress: Math.min(1, lasted / (detail.dosing.planned_min * MINUTE_MS)), lasted };
}

function recoveryTimes(detail: SessionDetail, now: number): Pick<Step, "at" | "progress" | "lasted"> {
  const found = span(detail, "recovery");
  if (found === null) return { at: null, progress: null, lasted: null };
  const lasted = (Number.isNaN(found.to) ? now : found.to) - found.from;
  const required = observationMin(detail);
  return { at: found.from, progress: required === null ? null : Math.min(1, Math.max(0, lasted / (required * MINUTE_MS))), lasted };
}
