/** The measured values of a chair: each with its age and source; grey when stale, dashes when gone, never an old number. */

import { freshness } from "../core/fresh.ts";
import { limitParts, type Measure } from "../core/limits.ts";
import { millis } from "../core/time.ts";
import type { Tile } from "../live/store.ts";
import type { Alert, Measured, MetricKey, Pressure, Session, Trend, Vitals } from "../wire/types.ts";
import { W, age, baselineFound, lastAt, lastPressure, metricLabel, number, reportedLate, sourceWord } from "../words.ts";
import { useScreen } from "./context.ts";

/** The highest calling alert on a measure, so that its number is marked. */
export function hit(alerts: readonly Alert[], measure: Measure): string {
  const found = alerts.find((alert) => alert.kind === "physiological" && alert.state !== "returned" && limitParts(alert.limit).measure === measure);
  return found === undefined ? "" : `hit ${found.priority}${found.acknowledged_at ? " quiet" : ""}`;
}

/** How old the value is, or when the last one was; where it came from; `?` when it is doubtful. */
export function About({ value }: { value: Measured<unknown> }) {
  const { now, trust } = useScreen();
  if (freshness(value, now.value, trust.value) === "lost") return <em data-test="age">{lastAt(value)}</em>;
  return (
    <em data-test="age">
      {age(millis(value.effective_at), now.value)}
      <span class="source"> · {sourceWord(value.source)}</span>
      {value.suspect === true ? " ?" : ""}
    </em>
  );
}

/** Pressures that all came late are in the trend and count, but are never shown as if just measured: say so. */
export function OnlyLate({ trend }: { trend: Trend | null }) {
  const last = trend === null ? -1 : trend.systolic.findLastIndex((value) => value !== null);
  return trend === null || last < 0 ? null : <em data-test="age">{reportedLate(millis(trend.from) + last * trend.step_s * 1000)}</em>;
}

/** `alerts`: those of the patient who sits here now. */
interface Shown {
  readonly tile: Tile;
  readonly alerts: readonly Alert[];
}

function BloodPressure({ tile, alerts }: Shown) {
  const { now, trust } = useScreen();
  const value = tile.vitals.blood_pressure;
  const fresh = value === undefined ? "lost" : freshness(value, now.value, trust.value);
  return (
    <div class="pressure" data-metric="blood_pressure" data-fresh={fresh}>
      <div class="lab">
        {metricLabel("blood_pressure", undefined)} <span class="unit">{W.unit}</span> {value === undefined ? <OnlyLate trend={tile.trend} /> : <About value={value} />}
      </div>
      <div class="bp" data-test="bp">
        {value === undefined || fresh === "lost" ? W.gone : <Pair pressure={value.value} alerts={alerts} />}
      </div>
    </div>
  );
}

function Pair({ pressure, alerts }: { pressure: Pressure; alerts: readonly Alert[] }) {
  return (
    <>
      <span class={hit(alerts, "systolic")}>{pressure.systolic === null ? "–" : number(pressure.systolic)}</span>
      <i class="sl">/</i>
      <span class={`d ${hit(alerts, "diastolic")}`}>{pressure.diastolic === null ? "–" : number(pressure.diastolic)}</span>
    </>
  );
}

type Single = Exclude<MetricKey, "blood_pressure">;

function One({ metric, tile, alerts }: Shown & { metric: Single }) {
  const { now, trust } = useScreen();
  const value: Vitals[Single] = tile.vitals[metric];
  const fresh = value === undefined ? "lost" : freshness(value, now.value, trust.value);
  return (
    <div class="one" data-metric={metric} data-fresh={fresh}>
      <span class="l">
        {metricLabel(metric, value?.source)}
        {value === undefined ? null : <About value={value} />}
      </span>
      <span class="v" data-test={metric}>
        {value === undefined || fresh === "lost" ? W.gone : <span class={hit(alerts, metric)}>{number(value.value)}</span>}
      </span>
    </div>
  );
}

export function Numbers({ tile, alerts }: Shown) {
  const metrics: readonly Single[] = ["heart_rate", "spo2", "respiratory_rate", ...(tile.vitals.temperature === undefined ? [] : (["temperature"] as const))];
  return (
    <div class="nums">
      <BloodPressure tile={tile} alerts={alerts} />
      <div class="side" data-rows={metrics.length}>
        {metrics.map((metric) => (
          <One key={metric} metric={metric} tile={tile} alerts={alerts} />
        ))}
      </div>
    </div>
  );
}

/** From dosing on limits against the baseline are silent without one: that is said for as long as it lasts. */
function lacksBaseline(session: Session | null): boolean {
  return (session?.phase === "dosing" || session?.phase === "recovery") && typeof session.baseline?.systolic !== "number";
}

/** What follows from the numbers: MAP and the change from baseline, or what the last values were once they are no longer shown. */
export function Derived({ tile }: { tile: Tile }) {
  return (
    <>
      <FromPressure tile={tile} />
      {lacksBaseline(tile.session) ? <span data-test="no-baseline">{W.noBaseline}</span> : null}
      <BaselineFound session={tile.session} />
    </>
  );
}

/** Before the dose the baseline itself is what matters; later the change from it. */
function BaselineFound({ session }: { session: Session | null }) {
  if (session?.phase !== "preparing") return null;
  return <span data-test="baseline">{baselineFound(session.baseline)}</span>;
}

function FromPressure({ tile }: { tile: Tile }) {
  const { now, trust } = useScreen();
  const value = tile.vitals.blood_pressure;
  if (value === undefined) return null;
  if (freshness(value, now.value, trust.value) === "lost") return <span data-test="last">{lastPressure(value)}</span>;
  const { systolic, mean } = value.value;
  const base = tile.session?.baseline?.systolic;
  const change = systolic !== null && typeof base === "number" && base > 0 ? Math.round(((systolic - base) / base) * 100) : null;
  return (
    <>
      {mean === null ? null : (
        <span>
          <i>{W.map}</i> {number(mean)}
        </span>
      )}
      {change === null ? null : <span data-test="from-baseline">{W.fromBaseline(change)}</span>}
    </>
  );
}
