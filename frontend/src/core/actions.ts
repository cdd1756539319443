/** Which actions a session offers in its phase: the few at hand, and all others one tap further. */

import type { Phase } from "../wire/types.ts";

export type ActionName =
  | "check_in"
  | "screening"
  | "assessment"
  | "baseline"
  | "clear"
  | "dose"
  | "pause"
  | "resume"
  | "stop"
  | "recovery"
  | "recheck"
  | "medication"
  | "intervention"
  | "symptom"
  | "note"
  | "limits"
  | "oxygen"
  | "off_monitor"
  | "adverse_event"
  | "reading"
  | "correction"
  | "void"
  | "wrong_chair"
  | "move"
  | "patient"
  | "discharge"
  | "leave"
  | "cancel";

/** The letter that opens it on a session's page. */
export const SESSION_KEYS: Readonly<Partial<Record<ActionName, string>>> = { dose: "D", clear: "D", medication: "M", note: "T", recheck: "B", limits: "L", screening: "C", assessment: "C" };

export interface Offered {
  readonly hand: readonly ActionName[];
  readonly more: readonly ActionName[];
}

const REPAIRS: readonly ActionName[] = ["correction", "void", "wrong_chair", "move", "patient"];

const OFFERED: Readonly<Record<Phase, Offered>> = {
  scheduled: { hand: ["check_in", "note"], more: ["screening", "dose", "move", "patient", "cancel"] },
  preparing: {
    hand: ["screening", "assessment", "baseline", "clear", "note"],
    more: ["recheck", "medication", "intervention", "symptom", "limits", "oxygen", "off_monitor", "reading", "adverse_event", ...REPAIRS, "cancel", "leave"],
  },
  dosing: {
    hand: ["dose", "medication", "symptom", "note", "recheck", "limits", "pause", "stop", "recovery"],
    more: ["intervention", "oxygen", "off_monitor", "reading", "adverse_event", ...REPAIRS, "leave"],
  },
  recovery: {
    hand: ["assessment", "discharge", "medication", "symptom", "note", "recheck", "limits"],
    more: ["dose", "intervention", "oxygen", "off_monitor", "reading", "adverse_event", ...REPAIRS, "leave"],
  },
  discharged: { hand: ["note", "symptom", "adverse_event", "correction"], more: ["reading", "dose", "medication", "void", "wrong_chair", "patient"] },
  cancelled: { hand: ["note", "correction"], more: ["wrong_chair"] },
};

export interface Standing {
  readonly phase: Phase;
  readonly paused: boolean;
}

/** A paused dosing offers to go on in the place of pausing. */
export function offered({ phase, paused }: Standing): Offered {
  const { hand, more } = OFFERED[phase];
  return { hand: paused ? hand.map((name) => (name === "pause" ? "resume" : name)) : hand, more };
}

/** What only a clinician may do; the server says so too. */
const CLINICIAN: ReadonlySet<ActionName> = new Set(["limits"]);

export const forClinician = (name: ActionName): boolean => CLINICIAN.has(name);
