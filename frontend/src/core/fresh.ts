/** Whether a value may still be read as live: decided by its own `stale_at` and `gone_at` against the clinic clock. */

import type { Measured, MetricKey, Vitals } from "../wire/types.ts";
import { millis } from "./time.ts";

export type Fresh = "live" | "stale" | "lost";

/** How far the connection lets values be believed: as live, as old ones, or not at all. */
export type Trust = "live" | "stale" | "gone";

const CUFF: ReadonlySet<string> = new Set(["nibp", "manual"]);
const CONTINUOUS: readonly MetricKey[] = ["heart_rate", "spo2", "respiratory_rate"];

/** A value with a time that cannot be read is never live. */
export function freshness(value: Measured<unknown>, now: number, trust: Trust): Fresh {
  const stale = millis(value.stale_at);
  const gone = millis(value.gone_at);
  if (trust === "gone" || !(now < gone)) return "lost";
  return trust === "live" && now < stale ? "live" : "stale";
}

/**
 * A tile is lost when everything that streams is gone (or, where nothing streams, the cuff); stale when anything it shows is
 * no longer live, or the server is not heard; otherwise live.
 */
export function tileFreshness(vitals: Vitals, now: number, trust: Trust): Fresh {
  const all = Object.values(vitals) as Measured<unknown>[];
  if (all.length === 0) return trust === "live" ? "live" : "stale";
  const streams = CONTINUOUS.map((key) => vitals[key]).filter((value) => value !== undefined && !CUFF.has(value.source));
  const judged = (streams.length > 0 ? streams : all) as Measured<unknown>[];
  if (judged.every((value) => freshness(value, now, trust) === "lost")) return "lost";
  return all.every((value) => freshness(value, now, trust) === "live") ? "live" : "stale";
}
