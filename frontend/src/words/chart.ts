/** The words in and around the session chart and its table. */

import { hhmm, millis } from "../core/time.ts";
import type { Line } from "../core/chart/lines.ts";
import type { RecordAlert } from "../wire/detail.ts";
import type { Priority, TimelineEntry } from "../wire/types.ts";
import { alertWords, humanised, marks, priorityWord } from "./clinical.ts";
import { exact, number } from "./number.ts";

export const CHART = {
  title: "Session trend",
  pressure: "BP mmHg, notch at MAP",
  heartRate: "HR bpm",
  band: "baseline ±20 %",
  usual: "earlier sessions",
  whole: "Whole session",
  last: "Last 30 min",
  shown: "Time shown",
  table: "Table",
  chart: "Chart",
  print: "Print",
  spo2: "SpO₂ %",
  alerts: "Alerts",
  min: "min",
  dose: "dose",
  bandLabel: "± 20 % band",
  planned: "planned blood pressure",
  listed: "Events and what lies ahead",
  readings: "Blood pressure readings",
  streams: "Heart rate and SpO₂, every five minutes",
  time: "Time",
  minute: "Min",
  bp: "BP",
  map: "MAP",
  hr: "HR",
  spo2Short: "SpO₂",
  source: "From",
  notes: "Notes",
  voided: "voided",
  late: "late",
  suspect: "doubtful",
  beyond: (priority: Priority): string => `beyond ${priorityWord(priority)} limit`,
  noReadings: "No blood pressure yet.",
  gone: "–",
} as const;

export const axisMinute = (minute: number): string => (minute === 0 ? CHART.dose : `${minute > 0 ? "+" : "−"}${Math.abs(minute)}`);
export const windowWords = (minutes: number): string => `Dosing window, ${number(minutes)} min`;
export const earliestWords = (at: number): string => `earliest discharge ${hhmm(at)}`;
export const pointWords = (text: string, at: number): string => `${text} due ${hhmm(at)}`;
export const baselineLabel = (systolic: number): string => `Baseline ${number(systolic)}`;

const STARS: Record<Priority, string> = { high: "***", medium: "**", low: "*" };

/** `*** 180`; a diastolic line says so, a lower one, and one that counts from the baseline. */
export const lineWords = ({ measure, value, priority, relative, above }: Line): string =>
  `${STARS[priority]} ${number(value)}${measure === "diastolic" ? " DBP" : ""}${measure !== "spo2" && !above ? " low" : relative ? " rise" : ""}`;

/** `15 above her usual at +20`. */
export function usualWords(difference: number, minute: number, sex: string | null): string {
  const whose = sex === "female" ? "her" : sex === "male" ? "his" : "their";
  if (difference === 0) return `as ${whose} usual at ${axisMinute(minute)}`;
  return `${Math.abs(difference)} ${difference > 0 ? "above" : "below"} ${whose} usual at ${axisMinute(minute)}`;
}

export const gapWords = (what: string, from: number, to: number): string => `${what}: no values ${hhmm(from)}–${hhmm(to)}`;

const text = (value: unknown): string => (typeof value === "string" ? value.replaceAll("_", " ") : "");
const route = (value: unknown): string => text(value).replace(/^(iv|im)$/, (short) => short.toUpperCase());
const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** An event in a few words, for its place above the chart. */
export function eventLabel(entry: TimelineEntry): string {
  const amount = (name: string, unit: unknown): string => (typeof entry[name] === "number" ? `${exact(entry[name])} ${text(unit)}` : "");
  const joined = (...parts: string[]): string => capital(parts.filter(Boolean).join(" "));
  switch (entry.kind) {
    case "dose":
      return joined(text(entry["drug"]), amount("amount_mg", "mg"), route(entry["route"]));
    case "medication":
      return joined(text(entry["drug"]), amount("amount", entry["unit"]), route(entry["route"]));
    case "oxygen":
      return joined("oxygen", text(entry["state"]), amount("l_min", "l/min"));
    case "stop":
      return joined("stopped", text(entry["reason"]));
    case "adverse_event":
      return joined(text(entry["term"]) || "adverse event");
    default:
      return joined(text(entry["action"]) || text(entry["what"]) || text(entry["text"]) || humanised(entry.kind ?? ""));
  }
}

export const laneWords = (alert: RecordAlert): string => `${marks(alert)} ${alertWords(alert)}, ${hhmm(millis(alert.opened_at))}`;

interface Latest {
  readonly count: number;
  readonly pressure: string | null;
  readonly at: number;
  readonly heartRate: number | null;
  readonly spo2: number | null;
}

/** What the chart shows, for those who do not see it. */
export function chartSummary({ count, pressure, at, heartRate, spo2 }: Latest): string {
  const latest = pressure === null ? CHART.noReadings : `${count} blood pressure readings, the latest ${pressure} at ${hhmm(at)}.`;
  const rest = [heartRate === null ? "" : `Heart rate ${number(heartRate)}.`, spo2 === null ? "" : `Oxygen saturation ${number(spo2)} percent.`];
  return [`${CHART.title}.`, latest, ...rest].filter(Boolean).join(" ");
}
