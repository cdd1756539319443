/** The newest numbers of a session, large, each with its age and with what its protocol allows in words. */

import { freshness } from "../core/fresh.ts";
import { judgedIn, rangeOf } from "../core/ranges.ts";
import type { Tile } from "../live/store.ts";
import type { SessionDetail } from "../wire/detail.ts";
import type { Alert, Measured, MetricKey, Session, Vitals } from "../wire/types.ts";
import { R, W, baselineWord, lastPressure, limitWord, metricLabel, number, allowedWords } from "../words.ts";
import { useScreen } from "./context.ts";
import { About, OnlyLate, hit } from "./numbers.tsx";

interface NowParts {
  readonly tile: Tile;
  readonly session: Session;
  /** Null until the record has been read. */
  readonly detail: SessionDetail | null;
  /** Those of this session that are open. */
  readonly alerts: readonly Alert[];
}

type Single = Exclude<MetricKey, "blood_pressure">;
const SIGNS: Record<Single, string> = { heart_rate: "", spo2: "%", respiratory_rate: "", temperature: "°C" };

/** The highest priority that goes on for a measure: it frames the card. */
function levelOf(alerts: readonly Alert[], ...measures: readonly ("systolic" | "diastolic" | Single)[]): string {
  const found = measures.map((measure) => hit(alerts, measure)).join(" ");
  return (["high", "medium", "low"] as const).find((priority) => found.includes(priority)) ?? "";
}

function Pressure({ tile, session, detail, alerts }: NowParts) {
  const { now, trust } = useScreen();
  const value = tile.vitals.blood_pressure;
  const fresh = value === undefined ? "lost" : freshness(value, now.value, trust.value);
  const limits = detail?.limits ?? [];
  const phase = judgedIn(session.phase);
  const mean = value?.value.mean ?? null;
  const about = [
    fresh === "lost" || mean === null ? "" : `MAP ${number(mean)}`,
    limitWord(rangeOf(limits, "systolic", phase, true).high, rangeOf(limits, "diastolic", phase, true).high),
    baselineWord(session.baseline),
    value !== undefined && fresh === "lost" ? lastPressure(value) : "",
  ].filter(Boolean);
  return (
    <div class="now-card pressure" data-metric="blood_pressure" data-fresh={fresh} data-level={levelOf(alerts, "systolic", "diastolic")}>
      <p class="now-head">
        <b>{R.bp}</b> <span>{W.unit}</span> {value === undefined ? <OnlyLate trend={tile.trend} /> : <About value={value} />}
      </p>
      <p class="bp" data-test="bp">
        {value === undefined || fresh === "lost" ? (
          W.gone
        ) : (
          <>
            <span class={hit(alerts, "systolic")}>{value.value.systolic === null ? "–" : number(value.value.systolic)}</span>
            <i class="sl">/</i>
            <span class={`d ${hit(alerts, "diastolic")}`}>{value.value.diastolic === null ? "–" : number(value.value.diastolic)}</span>
          </>
        )}
      </p>
      <p class="now-about" data-test="bp-about">
        {about.join(" · ")}
      </p>
    </div>
  );
}

function One({ metric, tile, session, detail, alerts }: NowParts & { metric: Single }) {
  const { now, trust } = useScreen();
  const value: Vitals[Single] = tile.vitals[metric];
  const fresh = value === undefined ? "lost" : freshness(value, now.value, trust.value);
  const { low, high } = rangeOf(detail?.limits ?? [], metric, judgedIn(session.phase));
  return (
    <div class="now-card" data-metric={metric} data-fresh={fresh} data-level={levelOf(alerts, metric)}>
      <p class="now-head">
        <b>{metricLabel(metric, value?.source)}</b>
        {value === undefined ? null : <About value={value as Measured<unknown>} />}
        {metric === "spo2" && detail !== null ? (
          <span class="air" data-test="oxygen">
            {detail.on_oxygen ? R.onOxygen : R.onAir}
          </span>
        ) : null}
      </p>
      <p class="v" data-test={metric}>
        {value === undefined || fresh === "lost" ? W.gone : <span class={hit(alerts, metric)}>{number(value.value)}</span>}
        {value === undefined || fresh === "lost" || SIGNS[metric] === "" ? null : <small>{SIGNS[metric]}</small>}
      </p>
      <p class="now-about">{allowedWords(low, high)}</p>
    </div>
  );
}

export function Now(parts: NowParts) {
  const { vitals } = parts.tile;
  const metrics: readonly Single[] = ["heart_rate", "spo2", ...(vitals.respiratory_rate === undefined ? [] : (["respiratory_rate"] as const)), ...(vitals.temperature === undefined ? [] : (["temperature"] as const))];
  return (
    <section class="now" aria-label={R.now} data-test="now">
      <Pressure {...parts} />
      <div class="now-row">
        {metrics.map((metric) => (
          <One key={metric} metric={metric} {...parts} />
        ))}
      </div>
    </section>
  );
}
