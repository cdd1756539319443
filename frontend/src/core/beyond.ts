/** Which part of which cuff bar lies beyond the limit of an open alert, by the alert's priority: what the trend colours. */

import type { Alert, Priority, Trend } from "../wire/types.ts";
import { bars, type Span } from "./axis.ts";
import { limitParts } from "./limits.ts";
import { millis } from "./time.ts";

export type Beyond = { readonly [P in Priority]: readonly Span[] };

/** What is beyond by less than this is drawn this long, so that it is seen, mmHg. */
const SHORTEST = 12;

/** The part of one bar from its end that is beyond `limit` inwards, or null. */
function part(bar: Span, end: "high" | "low", limit: number, above: boolean): Span | null {
  const value = bar[end];
  if (above ? value < limit : value > limit) return null;
  const reach = Math.max(SHORTEST, Math.abs(value - limit));
  return end === "high" ? { ...bar, low: Math.max(bar.low, value - reach) } : { ...bar, high: Math.min(bar.high, value + reach) };
}

/** Only from when the alert opened until it ended; a rate is no line to be beyond of. */
function parts(trend: Trend, alert: Alert): readonly Span[] {
  const { measure, kind } = limitParts(alert.limit);
  const { value, limit_value: limit } = alert;
  if ((measure !== "systolic" && measure !== "diastolic") || kind === "rate" || typeof value !== "number" || typeof limit !== "number") return [];
  const bucketOf = (at: string | null | undefined): number => Math.floor((millis(at) - millis(trend.from)) / (trend.step_s * 1000));
  const first = bucketOf(alert.opened_at);
  const last = alert.ended_at ? bucketOf(alert.ended_at) : Number.POSITIVE_INFINITY;
  return bars(trend).flatMap((bar) => {
    const found = bar.bucket >= first && bar.bucket <= last ? part(bar, measure === "systolic" ? "high" : "low", limit, value >= limit) : null;
    return found === null ? [] : [found];
  });
}

export function beyond(trend: Trend, alerts: readonly Alert[]): Beyond {
  const of = (priority: Priority): readonly Span[] => alerts.filter((alert) => alert.priority === priority).flatMap((alert) => parts(trend, alert));
  return { high: of("high"), medium: of("medium"), low: of("low") };
}
