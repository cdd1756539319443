/** The time axis of the session chart: minutes from the first dose, a fixed span so that place means progress, and its ticks. */

const MINUTE_MS = 60_000;
const BEFORE_MIN = 20;
const AFTER_MIN = 110;
const WHOLE_MIN = 10;
/** Room kept free ahead of now. */
const AHEAD_MIN = 5;
const LAST_MIN = 30;

export interface Span {
  /** Of the first dose; null before it. */
  readonly zero: number | null;
  readonly from: number;
  readonly to: number;
}

export type Shown = "whole" | "last";

interface Times {
  readonly dosed: number | null;
  /** When the patient was checked in, and when the chart ends: now, or the session's end. */
  readonly begun: number;
  readonly now: number;
}

const down = (minutes: number): number => Math.floor(minutes / WHOLE_MIN) * WHOLE_MIN;
const up = (minutes: number): number => Math.ceil(minutes / WHOLE_MIN) * WHOLE_MIN;

/** −20 to +110 minutes around the first dose (before one, around now at the earliest); longer sessions add whole tens. */
export function spanOf({ dosed, begun, now }: Times, shown: Shown): Span {
  const middle = dosed ?? Math.max(begun + (BEFORE_MIN - AHEAD_MIN) * MINUTE_MS, now);
  if (shown === "last") return { zero: dosed, from: now - LAST_MIN * MINUTE_MS, to: now + AHEAD_MIN * MINUTE_MS };
  const from = Math.min(-BEFORE_MIN, down((begun - middle) / MINUTE_MS));
  const to = Math.max(AFTER_MIN, up((now - middle) / MINUTE_MS + AHEAD_MIN));
  return { zero: dosed, from: middle + from * MINUTE_MS, to: middle + to * MINUTE_MS };
}

export interface Tick {
  readonly at: number;
  /** Minutes from the dose; null before one. */
  readonly minute: number | null;
  /** Whether the clock stands below it. */
  readonly clock: boolean;
}

const STEPS_MIN = [5, 10, 20, 30, 60, 120];
const TICK_PX = 58;

/** Whole steps from the dose on (by the clock before one), as many as there is room for. */
export function ticksOf(span: Span, width: number): readonly Tick[] {
  const minutes = (span.to - span.from) / MINUTE_MS;
  const step = STEPS_MIN.find((size) => (width * size) / minutes >= TICK_PX) ?? 240;
  const zero = span.zero ?? 0;
  const first = Math.ceil((span.from - zero) / (step * MINUTE_MS));
  const ticks: Tick[] = [];
  for (let n = first; zero + n * step * MINUTE_MS <= span.to; n += 1) {
    ticks.push({ at: zero + n * step * MINUTE_MS, minute: span.zero === null ? null : n * step, clock: n % 2 === 0 });
  }
  return ticks;
}

/** Where a time stands, px. */
export const placeOf = (span: Span, width: number, at: number): number => ((at - span.from) / (span.to - span.from)) * width;
