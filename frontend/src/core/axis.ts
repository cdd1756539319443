/** The arithmetic of the little trend: a fixed session axis, so that the position of now is the progress of the session. */

import type { Session, Trend } from "../wire/types.ts";
import { dosingStart } from "./elapsed.ts";
import { millis } from "./time.ts";

export const WIDTH = 1000;
export const HEIGHT = 100;
const BEFORE_MIN = 15;
const AFTER_MIN = 110;
const LONGER_MIN = 60;
const TICK_MIN = 30;
const LOWEST = 40;
const HIGHEST = 220;
const MINUTE_MS = 60_000;

export interface Axis {
  /** Clinic milliseconds of minute 0, and the minutes at both edges. */
  readonly zero: number;
  readonly from: number;
  readonly to: number;
}

/** −15 to +110 minutes around the first dose; before a dose, around the earliest one could be. Longer stays add whole hours. */
export function axisOf(trend: Trend, session: Session, now: number): Axis {
  const zero = dosingStart(session) ?? Math.max(millis(trend.from) + BEFORE_MIN * MINUTE_MS, Number.isNaN(now) ? 0 : now);
  const over = Math.max(0, Math.ceil(((now - zero) / MINUTE_MS - AFTER_MIN) / LONGER_MIN));
  return { zero, from: -BEFORE_MIN, to: AFTER_MIN + (Number.isFinite(over) ? over : 0) * LONGER_MIN };
}

export const xOf = (axis: Axis, at: number): number => (((at - axis.zero) / MINUTE_MS - axis.from) / (axis.to - axis.from)) * WIDTH;
export const yOf = (value: number): number => HEIGHT - ((Math.min(HIGHEST, Math.max(LOWEST, value)) - LOWEST) / (HIGHEST - LOWEST)) * HEIGHT;
export const short = (value: number): string => value.toFixed(1);

/** Every thirty minutes from the dose on, with where they stand in percent of the width. */
export function ticks(axis: Axis): readonly { readonly minute: number; readonly percent: number }[] {
  const found = [];
  for (let minute = 0; minute < axis.to - TICK_MIN / 3; minute += TICK_MIN) found.push({ minute, percent: (100 * (minute - axis.from)) / (axis.to - axis.from) });
  return found;
}

/** Gaps are gaps: a line only between neighbouring buckets. */
export function linePath(values: readonly (number | null)[], x: (bucket: number) => number): string {
  let path = "";
  let drawing = false;
  values.forEach((value, bucket) => {
    if (value === null) drawing = false;
    else {
      path += `${drawing ? "L" : "M"}${short(x(bucket))} ${short(yOf(value))}${drawing ? "" : "h0.1"}`;
      drawing = true;
    }
  });
  return path;
}

/** A stretch of a bar, in the bucket of its reading. */
export interface Span {
  readonly bucket: number;
  readonly high: number;
  readonly low: number;
}

/** One upright stroke per span. */
export const barsPath = (spans: readonly Span[], x: (bucket: number) => number): string =>
  spans.map(({ bucket, high, low }) => `M${short(x(bucket))} ${short(Math.min(yOf(high), yOf(low) - 1))}V${short(yOf(low))}`).join("");

/** The whole bars: a reading needs both of its ends. */
export function bars({ systolic, diastolic }: Trend): readonly Span[] {
  return systolic.flatMap((high, bucket) => {
    const low = diastolic[bucket] ?? null;
    return high === null || low === null ? [] : [{ bucket, high, low }];
  });
}
