/** The words of a protocol laid out to be read: its limits, timetable, check, criteria and what a version changed. */

import { humanised } from "./clinical.ts";
import { exact, number } from "./number.ts";
import { SETUP } from "./setup.ts";

/** Where a number of a protocol stands, in words: `limit.systolic_high.value` is "Systolic high: value". */
export function placeWords(path: string): string {
  const parts = path.split(/[.[\]]+/).filter((part) => part !== "" && part !== "limit");
  return parts.map(humanised).join(", ");
}

export const valueWords = (value: unknown): string => {
  if (value === null || value === undefined) return SETUP.none;
  if (typeof value === "number") return exact(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(valueWords).join(", ");
  if (typeof value === "object") return Object.entries(value).map(([name, of]) => `${humanised(name)} ${valueWords(of)}`).join(", ");
  return String(value);
};

export const PROTOCOL_VIEWS = {
  limits: "Limits",
  timetable: "Timetable",
  screening: "Pre-treatment check",
  discharge: "Discharge",
  escalation: "Escalation and sound",
  changes: "What changed",
  toml: "As text",
} as const;
export type ProtocolView = keyof typeof PROTOCOL_VIEWS;

export const LIMIT_HEADS = ["Limit", "When", "Alarms at", "Ends past", "Proven by", "At once at", "Sounds again"] as const;
const KIND_SIGNS: Record<string, readonly [sign: string, unit: string]> = {
  above: ["≥", ""],
  below: ["≤", ""],
  rise: ["baseline +", ""],
  fall: ["baseline −", ""],
  rise_pct: ["baseline +", " %"],
  fall_pct: ["baseline −", " %"],
  rate: ["≥", " a minute"],
};

/** A limit's number as its kind means it. */
export function limitNumber(kind: string, value: number | null): string {
  const [sign, unit] = KIND_SIGNS[kind] ?? ["", ""];
  return value === null ? SETUP.none : `${sign}${sign.endsWith("+") || sign.endsWith("−") ? "" : " "}${exact(value)}${unit}`;
}
/** The number a limit ends past: from the other side. */
export const clearNumber = (kind: string, value: number): string => limitNumber(kind, value).replace("≥", "<").replace("≤", ">");

export function provenBy(limit: { readonly hold_s: number; readonly confirm_s: number | null; readonly needs_symptom?: boolean }): string {
  const said = [
    limit.hold_s > 0 ? `${number(limit.hold_s)} s of it` : "",
    limit.confirm_s === null ? "" : `a second cuff reading, or ${number(limit.confirm_s)} s`,
    limit.needs_symptom === true ? "a symptom" : "",
  ].filter((part) => part !== "");
  return said.length === 0 ? "one reading" : said.join("; ");
}
export const rearmWords = (rearm: number | null): string => (rearm === null ? SETUP.none : `${exact(rearm)} worse`);

export const TIMETABLE = {
  cuff: "Cuff every",
  amber: "After an amber alert",
  red: "After a red alert",
  waiting: "While waiting for the driver",
  points: "Fixed points",
  point: "Check",
  at: "At",
  between: "Counts from, to",
  none: "No fixed points.",
} as const;
export const inMinutes = (value: number): string => `${number(value)} min`;

export const SCREENING_LEVELS: Record<string, string> = { stop: "Not treated today", clinician: "A clinician decides", record: "Written down" };
export const stopsOn = (answer: string | null): string => (answer === null ? "nothing" : `on “${answer}”`);
export const SCREENING_HEADS = ["Question", "Then", "Stops"] as const;

export const SETTING_NAMES: Record<string, string> = {
  observe_min: "Minimum observation, minutes",
  observe_from: "Observation counts from",
  until_alert: "Also until alert, undissociated and breathing as before",
  bp_newest_min: "Newest blood pressure at most so old, minutes",
  bp_apart_min: "Two readings at least so far apart, minutes",
  bp_pct: "Blood pressure within so much of the baseline, %",
  bp_low_systolic: "Lower is fine above this systolic",
  dizzy_min: "No dizziness for, minutes",
  bp_rising: "Newest systolic at most so much above the one before",
  window_min: "Streams are looked at over, minutes",
  covered_min: "Of these, in range at least, minutes",
  gap_s: "A reading counts at most, seconds",
  hand_respiration_min: "Breaths counted by hand at most so old, minutes",
  spo2_least: "SpO₂ on air at least, %",
  spo2_baseline: "With a baseline SpO₂ below this, %",
  spo2_below_baseline: "it may be so much below the baseline, %",
  assessment_min: "Assessments at most so old, minutes",
  aldrete_least: "Modified Aldrete score at least",
  escort_min: "Responsible adult seen within, minutes",
  cannula: "Cannula must be out",
  high_stations_s: "High: all stations after, seconds",
  high_clinician_s: "High: clinician on call after, seconds",
  medium_s: "Medium: all stations after, seconds",
  unheard_factor: "While nobody can hear it, times multiplied by",
  remind_high_s: "Reminder of a high alert after, seconds",
  remind_medium_s: "Reminder of a medium alert after, seconds",
  remind_cuff_from_s: "Cuff: reminder from, seconds",
  remind_cuff_at_s: "Cuff: reminder at the latest, seconds",
  pause_max_s: "Sound may be paused for, seconds",
};
export const settingName = (key: string): string => SETTING_NAMES[key] ?? humanised(key);
