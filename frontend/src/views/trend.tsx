/** The small trend on a fixed axis: cuff pressures as bars, heart rate as a line, the dosing window and now. */

import { useComputed } from "@preact/signals";
import { memo } from "preact/compat";
import { dosingStart } from "../core/elapsed.ts";
import { hhmm, millis } from "../core/time.ts";
import type { Session, Trend } from "../wire/types.ts";
import { W } from "../words.ts";
import { useScreen } from "./context.ts";

const WIDTH = 1000;
const HEIGHT = 100;
const BEFORE_MIN = 15;
const AFTER_MIN = 110;
const LONGER_MIN = 60;
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
  const zero = dosingStart(session) ?? millis(trend.from) + BEFORE_MIN * MINUTE_MS;
  const over = Math.max(0, Math.ceil(((now - zero) / MINUTE_MS - AFTER_MIN) / LONGER_MIN));
  return { zero, from: -BEFORE_MIN, to: AFTER_MIN + (Number.isFinite(over) ? over : 0) * LONGER_MIN };
}

const xOf = (axis: Axis, at: number): number => (((at - axis.zero) / MINUTE_MS - axis.from) / (axis.to - axis.from)) * WIDTH;
const yOf = (value: number): number => HEIGHT - ((Math.min(HIGHEST, Math.max(LOWEST, value)) - LOWEST) / (HIGHEST - LOWEST)) * HEIGHT;
const short = (value: number): string => value.toFixed(1);

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

const Lines = memo(function Lines({ trend, axis }: { trend: Trend; axis: Axis }) {
  const start = millis(trend.from);
  const x = (bucket: number): number => xOf(axis, start + (bucket + 0.5) * trend.step_s * 1000);
  const bars = trend.systolic.map((systolic, bucket) => {
    const diastolic = trend.diastolic[bucket] ?? null;
    if (systolic === null || diastolic === null) return null;
    return <rect key={bucket} class="bar" x={short(x(bucket) - 4)} width="8" y={short(yOf(systolic))} height={short(Math.max(2, yOf(diastolic) - yOf(systolic)))} />;
  });
  return (
    <>
      {bars}
      <path class="hr" d={linePath(trend.heart_rate, x)} />
    </>
  );
});

export function TrendChart({ trend, session }: { trend: Trend; session: Session }) {
  const { now } = useScreen();
  const minute = useComputed(() => Math.floor(now.value / 15_000) * 15_000);
  const axis = axisOf(trend, session, minute.value);
  const start = dosingStart(session);
  const planned = session.dosing?.planned_min ?? null;
  const baseline = session.baseline?.systolic ?? null;
  const nowX = xOf(axis, minute.value);
  return (
    <svg class="trend" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`${W.trend} ${hhmm(millis(trend.from))}`} data-test="trend">
      {baseline === null ? null : <rect class="band" x="0" width={WIDTH} y={short(yOf(baseline * 1.2))} height={short(yOf(baseline * 0.8) - yOf(baseline * 1.2))} />}
      {start === null || planned === null ? null : (
        <rect class="window" x={short(xOf(axis, start))} width={short((planned / (axis.to - axis.from)) * WIDTH)} y="0" height={HEIGHT} />
      )}
      <Lines trend={trend} axis={axis} />
      {Number.isFinite(nowX) ? <path class="now" d={`M${short(nowX)} 0V${HEIGHT}`} /> : null}
    </svg>
  );
}
