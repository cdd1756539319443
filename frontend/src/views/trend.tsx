/** The small trend on a fixed axis: cuff pressures as bars, heart rate as a line, baseline band, dosing window, what is missing, now. */

import { useComputed } from "@preact/signals";
import { memo } from "preact/compat";
import { HEIGHT, WIDTH, axisOf, bars, barsPath, linePath, short, ticks, xOf, yOf, type Axis } from "../core/axis.ts";
import { beyond } from "../core/beyond.ts";
import { dosingStart } from "../core/elapsed.ts";
import { hhmm, millis } from "../core/time.ts";
import type { Alert, Session, Trend, Vitals } from "../wire/types.ts";
import { W } from "../words.ts";
import { useScreen } from "./context.ts";

/** Fraction of the baseline that the band reaches above and below it. */
const BAND = 0.2;
const REDRAW_MS = 15_000;

/** From when nothing streams any more, ms; null while something does, or never did. */
function silentSince(vitals: Vitals, now: number): number | null {
  const streams = [vitals.heart_rate, vitals.spo2, vitals.respiratory_rate].filter((value) => value !== undefined);
  if (streams.length === 0 || streams.some((value) => now < millis(value.gone_at))) return null;
  return Math.max(...streams.map((value) => millis(value.effective_at)));
}

interface LineParts {
  readonly trend: Trend;
  readonly alerts: readonly Alert[];
  readonly zero: number;
  readonly from: number;
  readonly to: number;
}

/** Drawn again only when a value or the axis has changed. */
const Lines = memo(function Lines({ trend, alerts, ...axis }: LineParts) {
  const start = millis(trend.from);
  const x = (bucket: number): number => xOf(axis, start + (bucket + 0.5) * trend.step_s * 1000);
  const past = beyond(trend, alerts);
  const line = linePath(trend.heart_rate, x);
  return (
    <>
      <path class="bar" d={barsPath(bars(trend), x)} />
      {(["low", "medium", "high"] as const).map((priority) => {
        const part = barsPath(past[priority], x);
        return part === "" ? null : <path key={priority} class={`bar ${priority}`} data-beyond={priority} d={part} />;
      })}
      <path class="halo" d={line} />
      <path class="hr" d={line} />
    </>
  );
});

function Ground({ axis, session }: { axis: Axis; session: Session }) {
  const start = dosingStart(session);
  const planned = session.dosing?.planned_min ?? (session.phase === "preparing" ? (session.planned_min ?? null) : null);
  const base = session.baseline?.systolic ?? null;
  const [top, bottom] = base === null ? [0, 0] : [yOf(base * (1 + BAND)), yOf(base * (1 - BAND))];
  return (
    <>
      {base === null ? null : <rect class="band" x="0" width={WIDTH} y={short(top)} height={short(bottom - top)} />}
      {planned === null ? null : (
        <rect class={start === null ? "window ahead" : "window"} x={short(xOf(axis, start ?? axis.zero))} width={short((planned / (axis.to - axis.from)) * WIDTH)} y="0" height={HEIGHT} />
      )}
    </>
  );
}

interface TrendParts {
  readonly trend: Trend;
  readonly session: Session;
  readonly alerts: readonly Alert[];
  readonly vitals: Vitals;
}

export function TrendChart({ trend, session, alerts, vitals }: TrendParts) {
  const { now } = useScreen();
  const moment = useComputed(() => Math.floor(now.value / REDRAW_MS) * REDRAW_MS).value;
  const axis = axisOf(trend, session, moment);
  const nowX = xOf(axis, moment);
  const silent = silentSince(vitals, moment);
  const dosed = dosingStart(session);
  return (
    <div class="trend" data-test="trend">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`${W.trend} ${hhmm(millis(trend.from))}`}>
        <Ground axis={axis} session={session} />
        <Lines trend={trend} alerts={alerts} {...axis} />
        {silent === null ? null : <path class="gap" d={`M${short(xOf(axis, silent))} 3H${short(nowX)}V97H${short(xOf(axis, silent))}Z`} />}
        {Number.isFinite(nowX) ? <path class="now" d={`M${short(nowX)} 0V${HEIGHT}`} /> : null}
      </svg>
      {dosed === null ? null : <i class="dose" style={{ left: `${xOf(axis, dosed) / 10}%` }} />}
      {ticks(axis).map(({ minute, percent }) => (
        <span key={minute} class="tick" aria-hidden="true" style={{ left: `${percent}%` }}>
          {minute}
        </span>
      ))}
    </div>
  );
}
