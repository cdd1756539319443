/** The words for finding, reading and comparing sessions of the past; their times say which zone they are in. */

import { hhmm, mss } from "../core/time.ts";
import type { SearchName } from "../core/search.ts";
import type { SessionSummary } from "../wire/detail.ts";
import type { Phase } from "../wire/types.ts";
import { humanised, phaseWord } from "./clinical.ts";
import { number } from "./number.ts";

// Made at each use, since the zone of a machine may change while a page is open.
const dates = (): Intl.DateTimeFormat => new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric" });
const zones = (): Intl.DateTimeFormat => new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" });

/** `Thu, 26 Nov 2026` */
export const dateWords = (at: number): string => (Number.isNaN(at) ? "–" : dates().format(at));
/** The zone of this screen at that time: `GMT` in winter, `BST` in summer. */
export const zoneWord = (at: number): string => (Number.isNaN(at) ? "" : (zones().formatToParts(at).find((part) => part.type === "timeZoneName")?.value ?? ""));
/** `09:14 GMT` */
export const zonedTime = (at: number): string => `${hhmm(at)} ${zoneWord(at)}`.trim();
export const dateAndTime = (at: number): string => `${dateWords(at)}, ${zonedTime(at)}`;

export const H = {
  search: "Search",
  clear: "Clear all",
  text: "Name or record number",
  textHint: "Any words of it; capitals and accents make no difference.",
  from: "From",
  to: "Until",
  chair: "Chair",
  protocol: "Protocol",
  had: "Had an alert",
  over: "Peak systolic at least",
  overWrong: "30 to 300 mmHg.",
  toWrong: "Not before the first day.",
  any: "Any",
  patient: "Patient",
  onePatient: "One patient",
  filters: "Filters",
  found: "Sessions",
  noMatch: "No session matches these filters. Take one away:",
  none: "No sessions yet.",
  more: "Show more",
  reading: "Reading…",
  again: "Try again",
  notRead: "This could not be read.",
  notAllowed: "Your login may not read this. Log in to go on.",
  notFound: "There is no such record.",
  when: "When",
  place: "Chair, protocol",
  trend: "Trend",
  peak: "Peak BP",
  rise: "Largest rise",
  alerts: "Alerts",
  dosing: "Dosing",
  coverage: "Coverage",
  coverageLong: "Coverage: part of the time with readings",
  outcome: "Outcome",
  compare: "Compare sessions",
  toHistory: "All sessions",
  record: "Record",
  print: "Print",
} as const;

const OUTCOMES: Record<string, string> = {
  met: "Criteria met",
  override: "Prescriber's decision",
  left_before_ready: "Left before ready",
  transferred: "Transferred",
};

/** How it ended, or where it stands. */
export const endedWords = (phase: Phase, outcome: string | null): string => (outcome === null ? phaseWord(phase) : (OUTCOMES[outcome] ?? humanised(outcome)));

const HAD: Record<string, string> = { high: "High", medium: "Medium", low: "Low" };
export const hadWord = (priority: string): string => HAD[priority] ?? priority;

/** What a filter says as a chip; `name` is that of the chair or the protocol. */
export function filterWords(filter: SearchName, value: string, name: string): string {
  switch (filter) {
    case "text":
      return `“${value}”`;
    case "from":
      return `From ${name}`;
    case "to":
      return `Until ${name}`;
    case "had":
      return `Had a ${hadWord(value).toLowerCase()} alert`;
    case "over":
      return `Peak SBP at least ${value}`;
    default:
      return name;
  }
}

export const takeAway = (filter: string): string => `Remove filter: ${filter}`;
const signed = (value: number): string => `${value > 0 ? "+" : ""}${number(value)}`;
/** `+32 min`, from the first dose. */
export const minuteWords = (minute: number): string => `${signed(Math.round(minute))} min`;

export const peakWords = ({ peak_systolic, peak_diastolic }: SessionSummary): string =>
  peak_systolic === null && peak_diastolic === null ? "–" : `${peak_systolic === null ? "–" : number(peak_systolic)}/${peak_diastolic === null ? "–" : number(peak_diastolic)}`;

export const riseWords = ({ max_rise_systolic, max_rise_diastolic }: SessionSummary): string =>
  max_rise_systolic === null ? "–" : `${signed(max_rise_systolic)}${max_rise_diastolic === null ? "" : `/${signed(max_rise_diastolic)}`}`;

export const minutes = (value: number | null): string => (value === null ? "–" : `${number(Math.round(value))} min`);
export const percentWords = (value: number | null): string => (value === null ? "–" : `${number(Math.round(value))} %`);
export const foundWords = (count: number, more: boolean): string => `${count}${more ? " and more" : ""}`;
export const countWords = (count: number, priority: string): string => `${count} ${priority}`;
/** `4:12`, or `1 h 05 min` where minutes and seconds say too much. */
export function spanWords(ms: number): string {
  const whole = Math.floor(ms / 60_000);
  return whole < 60 ? mss(ms) : `${Math.floor(whole / 60)} h ${String(whole % 60).padStart(2, "0")} min`;
}

export const C = {
  title: "Sessions compared:",
  nobody: "No patient is named in this address. Find one in History.",
  none: "No session with a dose to compare yet.",
  noUsual: "There is no earlier session to compare with at that minute.",
  what: "What is compared",
  newest: "Newest session",
  earlier: (count: number): string => (count === 1 ? "1 earlier session" : `${count} earlier sessions`),
  median: "Median of the earlier ones",
  range: "Their lowest to highest",
  dose: "dose",
  peak: "Peak",
  nothing: "Nothing measured",
  table: "As a table",
  minute: "After the dose",
  usualHead: "Earlier: median (range)",
  chart: (what: string, count: number): string => `${what} by minutes after the dose, ${count === 1 ? "1 session" : `${count} sessions`}; the same as a table below`,
} as const;

const COMPARED = { systolic: "Systolic", diastolic: "Diastolic", heart_rate: "Heart rate" } as const;
export const compareMetric = (metric: keyof typeof COMPARED): string => COMPARED[metric];
export const compareUnit = (metric: keyof typeof COMPARED): string => (metric === "heart_rate" ? "beats/min" : "mmHg");

/** `15 above usual at +20 min` */
export function beyondWords(by: number, minute: number): string {
  const size = number(Math.abs(Math.round(by)));
  return `${Math.round(by) === 0 ? "as usual" : `${size} ${by > 0 ? "above" : "below"} usual`} at ${minuteWords(minute)}`;
}

export const usualOf = (by: number, minute: number, count: number): string => `Newest session at its peak: ${beyondWords(by, minute)}, by the median of ${C.earlier(count)}.`;
export const rangeWords = (at: { readonly median: number; readonly low: number; readonly high: number } | null): string =>
  at === null ? "–" : `${number(at.median)} (${number(at.low)}–${number(at.high)})`;
