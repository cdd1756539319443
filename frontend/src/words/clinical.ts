/** The words for what is measured, judged, owed and done: phases, metrics, alerts, readiness, times. */

import { limitParts, type Measure } from "../core/limits.ts";
import { hhmm, millis, mss } from "../core/time.ts";
import type { Alert, Baseline, Due, Measured, MetricKey, Phase, Pressure, Priority, Session, User } from "../wire/types.ts";
import { number } from "./number.ts";
import { W } from "./screen.ts";
import { againIn, allStations, clinicianOnCall, escalatesIn } from "./who.ts";

const PHASES: Record<Phase, string> = {
  scheduled: "Scheduled",
  preparing: "Preparing",
  dosing: "Dosing",
  recovery: "Recovery",
  discharged: "Discharged",
  cancelled: "Cancelled",
};

export const phaseWord = (phase: Phase): string => PHASES[phase];

const PRIORITIES: Record<Priority, string> = { high: "critical", medium: "warning", low: "caution" };

export const priorityWord = (priority: Priority): string => PRIORITIES[priority];

/** `***` for physiology, `!!!` for technique: as many as the level. */
export function marks(alert: Pick<Alert, "kind" | "priority">): string {
  const count = { high: 3, medium: 2, low: 1 }[alert.priority];
  return (alert.kind === "technical" ? "!" : "*").repeat(count);
}

/** HR only when an ECG counted it; anything else has felt a pulse. Without a source it is the metric's own name. */
export const rateLabel = (source: string | null | undefined): string => (source === "ecg" || source === null || source === undefined ? "HR" : "PR");

const METRIC_LABELS: Record<MetricKey, string> = {
  blood_pressure: "BP",
  heart_rate: "HR",
  spo2: "SpO₂",
  respiratory_rate: "RR",
  temperature: "Temp",
};

export const metricLabel = (key: MetricKey, source: string | undefined): string => (key === "heart_rate" ? rateLabel(source) : METRIC_LABELS[key]);

const SOURCES: Record<string, string> = { nibp: "cuff", art: "line", ecg: "ECG", pulse_ox: "oxim.", manual: "by hand", other: "other" };

export const sourceWord = (source: string): string => SOURCES[source] ?? humanised(source);

const CONDITIONS: Record<string, string> = {
  red_flag: "Red-flag symptom",
  emergency: "Emergency",
  sensor_silent: "No values from sensor",
  sensor_off: "Sensor off",
  cannot_measure: "Cannot measure",
  device_silent: "No data from monitor",
  gateway_silent: "No data from gateway",
  cuff_overdue: "BP overdue",
  clock_skew: "Gateway clock is wrong",
  unassigned: "Readings without a session",
  dosing_with_open_gates: "Dosing with checks not met",
  evaluation_failed: "Rules failed for this session",
  not_recording: "Not recording",
  chair_without_nurse: "No nurse on shift has this chair",
  nobody_watching: "Nobody is watching",
  nobody_audible: "No screen has sound",
  numbering_restarted: "Device numbering restarted",
};

/** `systolic_high` → `Systolic high`: for codes without words of their own. */
export function humanised(code: string): string {
  const text = code.replaceAll("_", " ").trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const SILENT: ReadonlySet<string> = new Set(["device_silent", "gateway_silent"]);

/** Conditions whose own words say all that their detail says. */
const SAID: ReadonlySet<string> = new Set(["cuff_overdue", "chair_without_nurse", "nobody_watching", "nobody_audible", "not_recording", "evaluation_failed"]);

const MEASURES: Record<Measure, string> = {
  systolic: "SBP",
  diastolic: "DBP",
  mean: "MAP",
  heart_rate: "HR",
  respiratory_rate: "RR",
  spo2: "SpO₂",
  temperature: "Temp",
};

export const measureLabel = (measure: Measure, source: string | null): string => (measure === "heart_rate" ? rateLabel(source) : MEASURES[measure]);

/** `SBP 192, limit 180`; a technical alert says its condition. `whole`: all that it lists, for the record. */
export function alertWords(alert: Alert, whole = false): string {
  const condition = CONDITIONS[alert.limit];
  return condition === undefined ? limitWords(alert) : conditionWords(alert, condition, whole);
}

function limitWords(alert: Alert): string {
  const { measure, kind } = limitParts(alert.limit);
  const label = measure === null ? humanised(alert.limit) : measureLabel(measure, alert.source);
  if (!isNumber(alert.value)) return label;
  const limit = isNumber(alert.limit_value) ? alert.limit_value : null;
  if (kind === "rate") {
    const falls = (limit ?? alert.value) < 0;
    const size = (value: number): string => number(falls ? -value : value);
    return `${label} ${falls ? "falling" : "rising"} ${size(alert.value)} a minute${limit === null ? "" : `, limit ${size(limit)}`}`;
  }
  return `${label} ${number(alert.value)}${limit === null ? "" : `, limit ${number(limit)}`}${kind === "baseline" ? " from baseline" : ""}`;
}

/** `item: not answered. The question?` as the server tells a check: the question is what a nurse knows. */
export const checkQuestion = (words: string): string => words.replace(/^[a-z0-9_]+: [a-z ]+\. (A clinician decides\. )?/, "");

/** The checks that were passed over; where there is little room the first, and how many more. */
function notMet(detail: string, whole: boolean): string {
  const all = detail.split("; ").map(checkQuestion);
  if (whole || all.length === 1) return all.join("; ");
  const left = /^and (\d+) more$/.exec(all.at(-1) ?? "");
  return `${all[0]} and ${all.length - 1 + (left === null ? 0 : Number(left[1]) - 1)} more`;
}

function conditionWords(alert: Alert, condition: string, whole: boolean): string {
  const detail = (alert.detail ?? "").trim().replace(/\.{2,}/g, ".").replace(/[\s.,;]+$/, "");
  if (SILENT.has(alert.limit)) return `${condition} since ${hhmm(millis(alert.opened_at))}${detail === "" ? "" : `: ${detail}`}`;
  if (detail === "" || SAID.has(alert.limit)) return condition;
  switch (alert.limit) {
    case "clock_skew":
      return `${condition} by ${skew(detail)}`;
    case "cannot_measure":
      return detail.startsWith("impossible ") ? `${condition} ${measureWord(detail.slice(11))}: impossible values` : humanised(detail);
    case "sensor_silent":
    case "sensor_off":
    case "red_flag":
      return `${condition}: ${detail.split(", ").map(measureWord).join(", ")}`;
    case "dosing_with_open_gates":
      return `${condition}: ${notMet(detail, whole)}`;
    default:
      return `${condition}: ${detail}`;
  }
}

/** A metric's or a source's code as its label; a symptom's as words; a name as it is. */
function measureWord(code: string): string {
  if (code in MEASURES) return MEASURES[code as Measure];
  return SOURCES[code] ?? (/^[a-z]+(_[a-z]+)*$/.test(code) ? code.replaceAll("_", " ") : code);
}

function skew(detail: string): string {
  const seconds = Number(/^(\d+) s$/.exec(detail)?.[1] ?? Number.NaN);
  return seconds >= 120 ? `${Math.round(seconds / 60)} min` : detail;
}

const isNumber = (value: number | null | undefined): value is number => typeof value === "number";

/** `measure again, 1:19` while a cuff alert waits for its second reading. */
export function provisionalWords(alert: Alert, now: number): string {
  const left = millis(alert.confirm_by) - now;
  return left > 0 ? `measure again, ${mss(left)}` : "measure again";
}

/** Who acknowledged, where the wire gives a name or it was the person at this screen. */
export function acknowledger(alert: Alert, me: Pick<User, "id" | "name"> | null): string | null {
  if (me !== null && alert.acknowledged_by === me.id) return me.name;
  return alert.acknowledged_by_name ?? personName(alert.acknowledged_by);
}

export function acknowledgedWords(alert: Alert, me: Pick<User, "id" | "name"> | null): string {
  const by = acknowledger(alert, me);
  return by === null ? `Acknowledged ${hhmm(millis(alert.acknowledged_at))}` : `${by} ${hhmm(millis(alert.acknowledged_at))}`;
}

/** `RN Okafor, again in 1:12`: who has it, and when it sounds again all the same. */
export function takenWords(alert: Alert, me: Pick<User, "id" | "name"> | null, now: number): string {
  const left = millis(alert.remind_at) - now;
  const by = acknowledger(alert, me);
  return left > 0 ? againIn(by ?? W.acknowledgedNow, left) : acknowledgedWords(alert, me);
}

/** `all stations in 0:12`, `Dr Hale in 1:19`: where it goes if nobody takes it; null when it goes nowhere, or is about to. */
export function nextEscalation(alert: Alert, onCall: string | null, now: number): string | null {
  const left = millis(alert.escalates_at) - now;
  if (!(left > 0)) return null;
  return escalatesIn(alert.escalates_to === 2 ? (onCall ?? clinicianOnCall) : allStations, left);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/i;

/** A person's name as the wire gives it; an id is not a name. */
export function personName(by: unknown): string | null {
  const name = typeof by === "object" && by !== null && "name" in by ? by.name : by;
  return typeof name === "string" && name !== "" && !UUID.test(name) ? name : null;
}

export const firstAcknowledged = (who: string | null, at: string | null): string =>
  at === null ? `Already acknowledged by ${who ?? "somebody else"}` : `Already acknowledged by ${who ?? "somebody else"} at ${hhmm(millis(at))}`;

/** The patient as this screen may say it: full name, or initials, or nothing. */
export const patientWords = (session: Session | null): string => session?.patient?.name ?? session?.patient?.initials ?? "";

/** `12 s`, `4 min`: how old a value is. */
export function age(at: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - at) / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
}

export const reportedLate = (at: number): string => `last at ${hhmm(at)}, reported late`;
export const lastPressure = ({ value, effective_at }: Measured<Pressure>): string =>
  `Last ${value.systolic === null ? "–" : number(value.systolic)}/${value.diastolic === null ? "–" : number(value.diastolic)} at ${hhmm(millis(effective_at))}`;
export const baselineFound = (baseline: Baseline | null): string =>
  typeof baseline?.systolic === "number" && typeof baseline.diastolic === "number" ? `Baseline ${number(baseline.systolic)}/${number(baseline.diastolic)}` : "No baseline yet";
export const lastAt = (value: Measured<unknown>): string => `last at ${hhmm(millis(value.effective_at))}`;

const DUE: Record<string, string> = {
  cuff: "Blood pressure",
  point: "Check",
  effect: "Blood pressure, effect",
  driver: "Responsible adult (driver)",
  recheck: "Blood pressure now",
  baseline: "Baseline reading",
};

export const dueWord = (due: Due): string => due.text ?? DUE[due.kind] ?? humanised(due.kind);

/** What a list of what is due leaves out. */
export const moreDue = (count: number): string => `and ${count} more`;

const DUE_SHORT: Record<string, string> = { cuff: "BP", effect: "BP, effect", driver: "Driver", recheck: "BP now", baseline: "Baseline" };

/** For a tile's strip, where there is little room. */
export const dueShort = (due: Due): string => DUE_SHORT[due.kind] ?? dueWord(due);

/** `at 09:14`, `in 2:50`, `now`, `3 min late`, `missed`. */
export function dueWhen(due: Due, now: number): string {
  if (due.state === "missed") return "missed";
  const left = millis(due.at) - now;
  if (left >= 60 * 60_000) return `at ${hhmm(millis(due.at))}`;
  if (left > 0) return `in ${mss(left)}`;
  const late = Math.floor(-left / 60_000);
  return late >= 1 ? `${late} min late` : "now";
}

/** Only a high alert calls the clinician; before that, and for a medium one, all stations. */
export function escalationWords(alert: Alert): string[] {
  const level = alert.escalation ?? 0;
  return level === 0 ? [] : [level >= 2 ? W.clinicianCalled : W.escalated];
}

export const announcement = (chair: string, alert: Alert): string => `${chair}: ${priorityWord(alert.priority)}, ${alertWords(alert)}`;
