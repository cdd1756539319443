/** The words of one session's page and print: who it is, its steps, what is now, the checklist, the record. */

import { hhmm, hhmmss, millis, mss } from "../core/time.ts";
import type { LockedBaseline, MeasuredEffect, RecordAlert, RecordPatient, SessionDetail } from "../wire/detail.ts";
import type { Alert } from "../wire/types.ts";
import { number } from "./number.ts";

export const R = {
  back: "Back to the wall",
  allChairs: "All chairs",
  allergies: "Allergies",
  allergiesAsked: "Allergies asked",
  mrn: "MRN",
  noPatient: "No patient named here",
  missing: "There is no such session.",
  refused: "This login may not read the record. What the wall knows is shown.",
  failed: "The record could not be read. Trying again.",
  old: "Not all of the record could be read: what is shown may be out of date or lacking.",
  loading: "Reading the record…",
  steps: "Phases",
  checkIn: "Check-in",
  baseline: "Baseline",
  dosing: "Dosing",
  recovery: "Recovery",
  ready: "Ready",
  discharged: "Discharged",
  cancelled: "Cancelled",
  planned: "planned",
  notYet: "not yet",
  none: "none",
  locked: "locked",
  beforeDose: "Before the dose",
  beforeDoseOpen: (count: number): string => (count === 1 ? "1 thing before the dose" : `${count} things before the dose`),
  clearToDose: "clear to dose",
  paused: "paused",
  passable: "a clinician may go on with a reason",
  now: "Now",
  bp: "BP",
  hr: "HR",
  spo2: "SpO₂",
  rr: "RR",
  temp: "Temp",
  onAir: "air",
  onOxygen: "oxygen",
  readyToLeave: "Ready to leave",
  measured: "Measured",
  confirms: "Nurse confirms",
  timeline: "Timeline",
  events: (count: number): string => (count === 1 ? "1 entry" : `${count} entries`),
  empty: "Nothing recorded yet.",
  struck: "corrected since",
  voided: "voided",
  call: "Call",
  callClinician: "Call the clinician now",
  callNow: (name: string): string => `Call ${name} now`,
  called: "Called",
  recheck: "Recheck BP",
  recheckAsked: "Press START on the monitor",
  since: (span: number): string => `for ${mss(span)}`,
  returned: "resolved, not reviewed",
  more: "More alerts here",
  signature: "Signature",
  printedBy: (name: string, at: number): string => `Printed ${dateTime(at)}${name === "" ? "" : ` by ${name}`}`,
  alertsHead: "Alerts",
  noAlerts: "No alerts.",
  alert: "Alert",
  began: "Began",
  response: "Answered",
  ended: "Ended",
  unanswered: "not acknowledged",
  record: "Session record",
  effect: "effect",
  notMeasured: "not measured",
} as const;

const pad = (n: number): string => String(n).padStart(2, "0");

/** `26 Nov 2026` of the screen's own time zone. */
export function dayWords(at: number): string {
  return Number.isNaN(at) ? "" : new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

/** With the zone, so that a print says by whose clock. */
export function dateTime(at: number): string {
  if (Number.isNaN(at)) return "";
  const offset = -new Date(at).getTimezoneOffset();
  const zone = `UTC${offset < 0 ? "−" : "+"}${pad(Math.floor(Math.abs(offset) / 60))}:${pad(Math.abs(offset) % 60)}`;
  return `${dayWords(at)} ${hhmm(at)} ${zone}`;
}

/** Whole years; null for a date that cannot be read. */
export function ageYears(birth: string, at: number): number | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(birth);
  if (parts === null || Number.isNaN(at)) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const now = new Date(at);
  const had = now.getMonth() + 1 > month || (now.getMonth() + 1 === month && now.getDate() >= day);
  return now.getFullYear() - year - (had ? 0 : 1);
}

const SEXES: Readonly<Record<string, string>> = { female: "F", male: "M" };

/** `44 y · F · MRN 4821 · session 3 of 6`. */
export function patientFacts(patient: RecordPatient, at: number, nth: { readonly n: number; readonly of: number } | null): string {
  const years = ageYears(patient.birth_date, at);
  const which = nth === null ? "" : `session ${nth.n} of ${nth.of}`;
  return [years === null ? "" : `${years} y`, SEXES[patient.sex] ?? patient.sex, `${R.mrn} ${patient.mrn}`, which].filter(Boolean).join(" · ");
}

/** What the pre-treatment check noted where it asked about allergies; null where it did not. */
export function allergyWords({ screening }: SessionDetail): string | null {
  const row = [...screening.rows].reverse().find(({ answers }) => "allergies" in answers || "allergy" in answers);
  if (row === undefined) return null;
  if (row.note !== null && row.note !== "") return `${R.allergies}: ${row.note}`;
  if (screening.answers["allergy"] === "yes") return `${R.allergies}: to the session's drug`;
  return null;
}

const value = (given: number | null): string => (given === null ? "–" : number(given));

/** `136/84 · HR 76 · 98 %`. */
export const baselineFacts = ({ systolic, diastolic, heart_rate, spo2 }: LockedBaseline): string =>
  [`${value(systolic)}/${value(diastolic)}`, heart_rate === null ? "" : `HR ${number(heart_rate)}`, spo2 === null ? "" : `${number(spo2)} %`].filter(Boolean).join(" · ");

export const progressWords = (have: number, need: number): string => `${have} of ${need} readings`;
export const ofMinutes = (minutes: number): string => `of ${number(minutes)} min`;
export const orMore = (minutes: number): string => `${number(minutes)} min or more`;
export const checksWords = (met: number, all: number): string => `${met} of ${all} checks`;
export const metOf = (met: number, all: number): string => `${met} of ${all}`;

const OUTCOMES: Readonly<Record<string, string>> = { met: "criteria met", override: "by a clinician's decision", left_before_ready: "left before ready", transferred: "transferred" };
export const outcomeSaid = (outcome: string | null): string => (outcome === null ? "" : (OUTCOMES[outcome] ?? outcome.replaceAll("_", " ")));

/** `escalates to all stations in 1:19`; to the clinician on call by name where one is known. */
export function escalatesWords(alert: Alert, now: number, onCall: string | null): string {
  const left = millis(alert.escalates_at) - now;
  if (Number.isNaN(left)) return "";
  const whom = alert.escalates_to === 2 ? (onCall ?? "the clinician on call") : "all stations";
  return left > 0 ? `escalates to ${whom} in ${mss(left)}` : `escalating to ${whom}`;
}

/** `again in 1:12`: when an acknowledged alert reminds. */
export function remindsWords(alert: Alert, now: number): string {
  const left = millis(alert.remind_at) - now;
  return left > 0 ? `again in ${mss(left)}` : "";
}

/** `limit 180/110`, `92 or more`, `50–120`: what the protocol allows, in words. */
export function allowedWords(low: number | null, high: number | null): string {
  if (low !== null && high !== null) return `${number(low)}–${number(high)}`;
  if (low !== null) return `${number(low)} or more`;
  return high === null ? "" : `up to ${number(high)}`;
}
export const limitWord = (systolic: number | null, diastolic: number | null): string => (systolic === null && diastolic === null ? "" : `limit ${value(systolic)}/${value(diastolic)}`);
export const baselineWord = (baseline: { readonly systolic?: number | null; readonly diastolic?: number | null } | null): string =>
  typeof baseline?.systolic === "number" ? `baseline ${number(baseline.systolic)}/${value(baseline.diastolic ?? null)}` : "no baseline";

/** `+5 min 168/92, +10 min not measured`. */
export function effectWords(effects: readonly MeasuredEffect[]): string {
  return effects.map(({ minute, systolic, diastolic }) => `+${minute} min ${systolic === null ? R.notMeasured : `${number(systolic)}/${value(diastolic)}`}`).join(", ");
}

/** `0:41 by RN Okafor`, or that nobody did. */
export function responseWords(alert: RecordAlert): string {
  const at = millis(alert.acknowledged_at);
  if (Number.isNaN(at)) return R.unanswered;
  const from = millis(alert.raised_at ?? alert.opened_at);
  return `${mss(at - from)}${alert.acknowledged_by_name ? ` by ${alert.acknowledged_by_name}` : ""}`;
}

export const clock = (at: string | null | undefined): string => (at ? hhmmss(millis(at)) : "–");
