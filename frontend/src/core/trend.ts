/** The little trend of a chair, kept by the client: minutes from check-in, the newest value of a minute wins. */

import type { Session, Trend, TrendTail, Vitals } from "../wire/types.ts";
import { micros } from "./time.ts";

export const STEP_S = 60;

type Series = "systolic" | "diastolic" | "heart_rate" | "spo2";

/** An empty trend of a session: from the minute in which its first phase after `scheduled` began; none before that. */
export function emptyTrend(session: Session): Trend | null {
  const first = session.phases.find((span) => span.phase !== "scheduled");
  if (first === undefined) return null;
  const minute = Math.floor(micros(first.from) / 60_000_000) * 60_000;
  if (Number.isNaN(minute)) return null;
  return { from: new Date(minute).toISOString(), step_s: STEP_S, systolic: [], diastolic: [], heart_rate: [], spo2: [] };
}

function put(values: readonly (number | null)[], bucket: number, value: number): readonly (number | null)[] {
  if (values[bucket] === value) return values;
  const next = values.slice();
  while (next.length <= bucket) next.push(null);
  next[bucket] = value;
  return next;
}

/** The four values a trend keeps, each with its own time; what is null was not measured. */
function points(change: Vitals): [Series, number | null, string][] {
  const found: [Series, number | null, string][] = [];
  const pressure = change.blood_pressure;
  if (pressure !== undefined) {
    found.push(["systolic", pressure.value.systolic, pressure.effective_at]);
    found.push(["diastolic", pressure.value.diastolic, pressure.effective_at]);
  }
  if (change.heart_rate !== undefined) found.push(["heart_rate", change.heart_rate.value, change.heart_rate.effective_at]);
  if (change.spo2 !== undefined) found.push(["spo2", change.spo2.value, change.spo2.effective_at]);
  return found;
}

/** The trend with the values of one vitals change added. All four series always have the same length. */
export function appended(trend: Trend, change: Vitals): Trend {
  const from = micros(trend.from);
  let { systolic, diastolic, heart_rate, spo2 } = trend;
  const series = { systolic, diastolic, heart_rate, spo2 };
  for (const [name, value, at] of points(change)) {
    const bucket = Math.floor((micros(at) - from) / (trend.step_s * 1_000_000));
    if (value === null || !(bucket >= 0)) continue;
    series[name] = put(series[name], bucket, value);
  }
  ({ systolic, diastolic, heart_rate, spo2 } = level(series));
  const same = systolic === trend.systolic && diastolic === trend.diastolic && heart_rate === trend.heart_rate && spo2 === trend.spo2;
  return same ? trend : { ...trend, systolic, diastolic, heart_rate, spo2 };
}

/** The trend with everything from bucket `start` on replaced by what the server says; without `start`, all of it. */
export function spliced(trend: Trend | null, { start = 0, ...tail }: TrendTail): Trend {
  if (start === 0 || trend === null) return tail;
  const joined = (name: Series): (number | null)[] => {
    const kept = trend[name].slice(0, start);
    return [...kept, ...Array<null>(start - kept.length).fill(null), ...tail[name]];
  };
  return { ...tail, systolic: joined("systolic"), diastolic: joined("diastolic"), heart_rate: joined("heart_rate"), spo2: joined("spo2") };
}

type AllSeries = Record<Series, readonly (number | null)[]>;

function level(series: AllSeries): AllSeries {
  const length = Math.max(series.systolic.length, series.diastolic.length, series.heart_rate.length, series.spo2.length);
  const fill = (values: readonly (number | null)[]): readonly (number | null)[] =>
    values.length === length ? values : [...values, ...Array<null>(length - values.length).fill(null)];
  return { systolic: fill(series.systolic), diastolic: fill(series.diastolic), heart_rate: fill(series.heart_rate), spo2: fill(series.spo2) };
}
