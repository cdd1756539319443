/** The measured values of a chair: each with its age and source; grey when stale, dashes when gone, never an old number. */

import { freshness } from "../core/fresh.ts";
import { limitParts, type Measure } from "../core/limits.ts";
import { millis } from "../core/time.ts";
import type { Tile } from "../live/store.ts";
import type { Alert, Measured, MetricKey, Pressure, Session, Trend, Vitals } from "../wire/types.ts";
import { W, age, lastAt, metricLabel, number, reportedLate, sourceWord } from "../words.ts";
import { useScreen } from "./context.ts";

/** The highest calling alert on a measure, so that its number is marked. */
function hit(alerts: readonly Alert[], measure: Measure): string {
  const found = alerts.find((alert) => alert.kind === "physiological" && alert.state !== "returned" && limitParts(alert.limit).measure === measure);
  return found === undefined ? "" : `hit ${found.priority}${found.acknowledged_at ? " quiet" : ""}`;
}

/** How old the value is, or when the last one was; where it came from; `?` when it is doubtful. */
function About({ value }: { value: Measured<unknown> }) {
  const { now, trusted } = useScreen();
  if (freshness(value, now.value, trusted.value) === "lost") return <em data-test="age">{lastAt(value)}</em>;
  return (
    <em data-test="age">
      {age(millis(value.effective_at), now.value)} · {sourceWord(value.source)}
      {value.suspect === true ? " ?" : ""}
    </em>
  );
}

/** Pressures that all came late are in the trend and count, but are never shown as if just measured: say so. */
function OnlyLate({ trend }: { trend: Trend | null }) {
  const last = trend === null ? -1 : trend.systolic.findLastIndex((value) => value !== null);
  return trend === null || last < 0 ? null : <em data-test="age">{reportedLate(millis(trend.from) + last * trend.step_s * 1000)}</em>;
}

function BloodPressure({ tile }: { tile: Tile }) {
  const { now, trusted } = useScreen();
  const value = tile.vitals.blood_pressure;
  const fresh = value === undefined ? "lost" : freshness(value, now.value, trusted.value);
  return (
    <div class="pressure" data-metric="blood_pressure" data-fresh={fresh}>
      <div class="lab">
        {metricLabel("blood_pressure", undefined)} {W.unit} {value === undefined ? <OnlyLate trend={tile.trend} /> : <About value={value} />}
      </div>
      <div class="bp" data-test="bp">
        {value === undefined || fresh === "lost" ? W.gone : <Pair pressure={value.value} alerts={tile.alerts} />}
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

function One({ metric, tile }: { metric: Single; tile: Tile }) {
  const { now, trusted } = useScreen();
  const value: Vitals[Single] = tile.vitals[metric];
  const fresh = value === undefined ? "lost" : freshness(value, now.value, trusted.value);
  return (
    <div class="one" data-metric={metric} data-fresh={fresh}>
      <span class="l">
        {metricLabel(metric, value?.source)}
        {value === undefined ? null : <About value={value} />}
      </span>
      <span class="v" data-test={metric}>
        {value === undefined || fresh === "lost" ? W.gone : <span class={hit(tile.alerts, metric)}>{number(value.value)}</span>}
      </span>
    </div>
  );
}

export function Numbers({ tile }: { tile: Tile }) {
  return (
    <div class="nums">
      <BloodPressure tile={tile} />
      <div class="side">
        <One metric="heart_rate" tile={tile} />
        <One metric="spo2" tile={tile} />
        <One metric="respiratory_rate" tile={tile} />
        {tile.vitals.temperature === undefined ? null : <One metric="temperature" tile={tile} />}
      </div>
    </div>
  );
}

/** From dosing on limits against the baseline are silent without one: that is said for as long as it lasts. */
function lacksBaseline(session: Session | null): boolean {
  return (session?.phase === "dosing" || session?.phase === "recovery") && typeof session.baseline?.systolic !== "number";
}

/** MAP and the change from baseline: only from a pressure that may still be shown. */
export function Derived({ tile }: { tile: Tile }) {
  return (
    <>
      <FromPressure tile={tile} />
      {lacksBaseline(tile.session) ? <span data-test="no-baseline">{W.noBaseline}</span> : null}
    </>
  );
}

function FromPressure({ tile }: { tile: Tile }) {
  const { now, trusted } = useScreen();
  const value = tile.vitals.blood_pressure;
  if (value === undefined || freshness(value, now.value, trusted.value) === "lost") return null;
  const { systolic, mean } = value.value;
  const base = tile.session?.baseline?.systolic;
  const change = systolic !== null && typeof base === "number" && base > 0 ? Math.round(((systolic - base) / base) * 100) : null;
  return (
    <>
      {mean === null ? null : (
        <span>
          <i>MAP</i> {number(mean)}
        </span>
      )}
      {change === null ? null : <span data-test="from-baseline">{W.fromBaseline(change)}</span>}
    </>
  );
}
