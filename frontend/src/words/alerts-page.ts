/** The words of the alerts page: the three states of what is open, the day's history, and the hand-over list. */

import { acknowledged } from "../core/alerts.ts";
import { hhmm, millis, mss } from "../core/time.ts";
import type { Alert, Assigned, Due, Phase } from "../wire/types.ts";
import { dueWhen, dueWord, phaseWord } from "./clinical.ts";
import { number } from "./number.ts";
import { spanWords } from "./history.ts";

export const A = {
  active: "Active",
  taken: "Acknowledged",
  unreviewed: "Resolved, not reviewed",
  noActive: "Nothing needs attention.",
  noTaken: "Nobody has anything open in hand.",
  noUnreviewed: "Everything that resolved was reviewed.",
  reviewHint: "It is over, and nobody has said that they saw it. Acknowledging says that you have reviewed it.",
  noReminder: "Sounds again only if it gets worse",
  dayOf: "Alerts of the day",
  today: "Today",
  day: "Day",
  allChairs: "All chairs",
  allPriorities: "All priorities",
  allKinds: "Both kinds",
  chair: "Chair",
  priority: "Priority",
  kind: "Kind",
  clinic: "Whole clinic",
  earlierSession: "Earlier session",
  noneOfDay: "No alerts that day.",
  noneOfFilters: "No alerts that day with these filters.",
  most: "These are the newest 1,000. Filter to see the rest.",
  perChair: "Per chair",
  perHour: "Per hour",
  responses: "Response",
  median: "Median",
  slowest: "Slowest",
  taken_count: "Acknowledged",
  waiting: "Not yet",
  opened: "Opened",
  where: "Chair",
  patient: "Patient",
  alert: "Alert",
  response: "Acknowledged",
  ended: "Ended",
  lasts: "Lasts",
  notTaken: "Nobody",
  notConfirmed: "Not confirmed by a second reading",
  all: "All",
  hour: "Hour",
  showAll: (count: number): string => `Show all ${number(count)}`,
  technical: "Technical",
  asOf: (at: number): string => `as of ${hhmm(at)}`,
  handover: "Hand-over list",
  backToAlerts: "Alerts",
  print: "Print",
  refresh: "Refresh",
  readingCharts: "Reading the charts…",
  notTakenYet: "not acknowledged",
  by: "Printed by",
  freeChairs: "Free",
  nobodySeated: "No patient is in a chair.",
  phase: "Phase",
  baseline: "Baseline",
  last: "Last values",
  openAlerts: "Open alerts",
  given: "Given",
  due: "Due",
  notes: "Notes",
  nurse: "Nurse",
  noNurse: "Nobody on shift has this chair",
  noShifts: "No shift was begun",
  noBaseline: "No baseline yet",
  noValues: "Nothing measured",
  noAlerts: "None open",
  nothingGiven: "Nothing yet",
  nothingDue: "Nothing due",
  noNotes: "No notes",
  eventsNotRead: "Could not be read",
  forWriting: "Said at hand-over",
  oldValues: "Not connected: these values are old.",
} as const;

const KINDS: Record<Alert["kind"], string> = { physiological: "Physiological", technical: "Technical" };
export const kindWord = (kind: Alert["kind"]): string => KINDS[kind];

/** `for 4:12`, from when the condition began. */
export const forWords = (alert: Alert, now: number): string => `for ${spanWords(Math.max(0, now - millis(alert.opened_at)))}`;

/** `sounds again in 1:12`; null where the server does not say. */
export function againWords(alert: Alert, now: number): string | null {
  if (!acknowledged(alert) || alert.remind_at === undefined) return null;
  if (alert.remind_at === null) return A.noReminder;
  const left = millis(alert.remind_at) - now;
  return left > 0 ? `Sounds again in ${mss(left)}` : "Sounds again now";
}

/** `resolved 14:33` */
export const resolvedWords = (alert: Alert): string => `resolved ${hhmm(millis(alert.ended_at ?? alert.returned_at))}`;

/** `RN Okafor, after 0:41` */
export const takenAfter = (who: string | null, span: number): string => `${who ?? "Somebody"}, after ${spanWords(span)}`;
export const hourWords = (hour: number): string => `${String(hour).padStart(2, "0")}:00`;
export const alertsWords = (count: number): string => `${number(count)} ${count === 1 ? "alert" : "alerts"}`;

/** `Dosing 32 of 40 min`; a planned session has no minutes yet. */
export function phaseMinutes(phase: Phase, span: number | null, planned: number | null): string {
  if (span === null || phase === "scheduled") return phaseWord(phase);
  const gone = Math.floor(span / 60_000);
  return `${phaseWord(phase)} ${gone}${phase === "dosing" && planned !== null ? ` of ${number(planned)}` : ""} min`;
}

/** `RN Lee, covered by RN Okafor`: whose the patient is, and who has them meanwhile. */
export function nurseOnPaper(assigned: Assigned | null, shifts: boolean): string {
  if (assigned === null) return shifts ? A.noNurse : A.noShifts;
  const cover = assigned.covered_by === null ? "" : `covered by ${assigned.covered_by_name ?? "somebody"}`;
  return [assigned.nurse_id === null ? A.noNurse : assigned.name, cover].filter(Boolean).join(", ");
}

/** `44 y · F · 4711` */
export const ageWords = (age: number | null, sex: string | null, mrn: string): string =>
  [age === null ? "" : `${age} y`, sex === null || sex === "" ? "" : sex.charAt(0).toUpperCase(), mrn].filter(Boolean).join(" · ");

/** `BP 192/104 (14:31)` */
export const measuredWords = (label: string, value: string, at: number): string => `${label} ${value} (${hhmm(at)})`;

/** A clock time where the screen counts down: paper does not. */
export const dueOnPaper = (due: Due, now: number): string => (millis(due.at) > now ? `${dueWord(due)} at ${hhmm(millis(due.at))}` : `${dueWord(due)} ${dueWhen(due, now)}`);
