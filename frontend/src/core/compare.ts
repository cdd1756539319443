/** Sessions of one patient laid over each other by minutes after the first dose, and what is usual for this patient. */

import type { ByMinute } from "../wire/history.ts";
import { median } from "./alert-day.ts";

export type CompareMetric = "systolic" | "diastolic" | "heart_rate";
export const METRICS: readonly CompareMetric[] = ["systolic", "diastolic", "heart_rate"];

export interface UsualAt {
  readonly minute: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Of how many sessions. */
  readonly count: number;
}

/** Per minute, over the sessions that have a value there; a minute without any is a gap. */
export function usual(sessions: readonly ByMinute[], metric: CompareMetric): readonly UsualAt[] {
  const values = new Map<number, number[]>();
  for (const session of sessions) {
    session.minutes.forEach((minute, index) => {
      const value = session[metric][index] ?? null;
      if (value !== null) values.set(minute, [...(values.get(minute) ?? []), value]);
    });
  }
  return [...values]
    .sort(([a], [b]) => a - b)
    .flatMap(([minute, found]) => {
      const sorted = found.sort((a, b) => a - b);
      const [middle, low, high] = [median(sorted), sorted[0], sorted.at(-1)];
      return middle === null || low === undefined || high === undefined ? [] : [{ minute, median: middle, low, high, count: sorted.length }];
    });
}

export interface Frame {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

const ROUND = 20;
const LEAST: Record<CompareMetric, readonly [low: number, high: number]> = { systolic: [80, 200], diastolic: [40, 120], heart_rate: [40, 120] };

/** One frame for all of them, in whole steps, never narrower than what is common: a small change must not look large. */
export function frameOf(sessions: readonly ByMinute[], metric: CompareMetric): Frame {
  const minutes = sessions.flatMap((session) => session.minutes);
  const values = sessions.flatMap((session) => session[metric].filter((value) => value !== null));
  const [low, high] = LEAST[metric];
  return {
    from: Math.min(-15, ...minutes),
    to: Math.max(110, ...minutes),
    low: Math.min(low, Math.floor(Math.min(...values, low) / ROUND) * ROUND),
    high: Math.max(high, Math.ceil(Math.max(...values, high) / ROUND) * ROUND),
  };
}

export interface Place {
  readonly x: (minute: number) => number;
  readonly y: (value: number) => number;
}

export function placeIn({ from, to, low, high }: Frame, width: number, height: number): Place {
  return { x: (minute) => ((minute - from) / (to - from)) * width, y: (value) => height - ((value - low) / (high - low)) * height };
}

const JOINED_MIN = 21;

/** A line with a gap where nothing was measured for over twenty minutes. */
export function curve(points: readonly { readonly minute: number; readonly value: number | null }[], { x, y }: Place): string {
  let path = "";
  let last = Number.NEGATIVE_INFINITY;
  for (const { minute, value } of points) {
    if (value === null) continue;
    const joined = minute - last <= JOINED_MIN;
    path += `${joined ? "L" : "M"}${x(minute).toFixed(1)} ${y(value).toFixed(1)}${joined ? "" : "h0.1"}`;
    last = minute;
  }
  return path;
}

/** The range as a closed shape: there along the highs, back along the lows. */
export function bandPath(points: readonly UsualAt[], { x, y }: Place): string {
  if (points.length < 2) return "";
  const there = points.map(({ minute, high }) => `${x(minute).toFixed(1)} ${y(high).toFixed(1)}`);
  const back = [...points].reverse().map(({ minute, low }) => `${x(minute).toFixed(1)} ${y(low).toFixed(1)}`);
  return `M${[...there, ...back].join("L")}Z`;
}

export const pointsOf = (session: ByMinute, metric: CompareMetric): readonly { readonly minute: number; readonly value: number | null }[] =>
  session.minutes.map((minute, index) => ({ minute, value: session[metric][index] ?? null }));

/** The largest value and where; null when nothing was measured. */
export function peakOf(session: ByMinute, metric: CompareMetric): { readonly minute: number; readonly value: number } | null {
  let top: { minute: number; value: number } | null = null;
  for (const { minute, value } of pointsOf(session, metric)) if (value !== null && (top === null || value > top.value)) top = { minute, value };
  return top;
}

/** By how much a session lay from what is usual at its own peak; null without earlier sessions there. */
export function beyondUsual(session: ByMinute, earlier: readonly UsualAt[], metric: CompareMetric): { readonly minute: number; readonly by: number } | null {
  const top = peakOf(session, metric);
  const there = earlier.find(({ minute }) => minute === top?.minute);
  return top === null || there === undefined ? null : { minute: top.minute, by: top.value - there.median };
}
