/** What happened, over the chart's drawing: events above it, alerts in their lane, and where a sensor was off. */

import { placeLabels, type Placed } from "../../core/chart/labels.ts";
import { xIn } from "../../core/chart/layout.ts";
import type { ChartModel, Stretch } from "../../core/chart/model.ts";
import { placeOf } from "../../core/chart/span.ts";
import { CHART, eventLabel, gapWords, laneWords } from "../../words.ts";
import { Glyph } from "../glyph.tsx";
import { At, isShown, px, type LabelParts } from "./labels.tsx";
import { widthOf } from "./text.ts";

/** Events that stand within the chart, and where their labels go: above it from the plot's left to the chart's right. */
export function placedEvents(model: ChartModel, inner: number, left: number, right: number): readonly Placed[] {
  return placeLabels(
    model.events.filter(({ at }) => isShown(model, at)).map(({ at, entry }) => ({ x: placeOf(model.span, inner, at), width: widthOf(eventLabel(entry)) })),
    -left,
    inner + right,
  );
}

export function Events({ model, layout, placed }: LabelParts & { placed: readonly Placed[] }) {
  return (
    <>
      {model.events.filter(({ at }) => isShown(model, at)).map(({ at, dose, entry }, n) => {
        const place = placed[n];
        if (place === undefined) return null;
        const x = xIn(layout, model.span, at);
        const y = -layout.top + place.row * layout.row + 14;
        const words = place.number === null ? eventLabel(entry) : place.said;
        return (
          <span key={String(entry["event_id"] ?? n)} data-test="event-mark" data-dose={dose} title={eventLabel(entry)}>
            <At x={x} y={y} class="middle mark">
              <svg viewBox="0 0 12 12" class={dose ? "own" : "other"}>
                <path d="M0 1h12L6 12z" />
              </svg>
            </At>
            {words === null ? null : (
              <At x={x + (place.side === "right" ? 11 : -11)} y={y} class={`${place.side} event-label`} test="event-label">
                {words}
              </At>
            )}
          </span>
        );
      })}
    </>
  );
}

function LaneAlert({ stretch, row, layout, model }: LabelParts & { stretch: Stretch; row: number }) {
  const { alert } = stretch;
  const from = Math.max(0, xIn(layout, model.span, stretch.from));
  const to = Math.min(layout.inner.width, xIn(layout, model.span, stretch.to));
  const look = { high: "high", medium: "med", low: "low" }[alert.priority];
  return (
    <span class={`lane-alert ${look} ${alert.kind}`} style={{ left: px(from), top: px(layout.lane.top + row * layout.lane.row), width: px(Math.max(6, to - from)), height: px(layout.lane.row) }} title={laneWords(alert)} data-test="lane-alert" data-priority={alert.priority}>
      <Glyph alert={alert} />
    </span>
  );
}

export const GLYPH_PX = 20;

/** Those of the time that is shown. */
export const alertsIn = ({ alerts, span }: ChartModel): readonly Stretch[] => alerts.filter(({ from, to }) => to >= span.from && from <= span.to);

export function Lane({ model, layout, rows }: LabelParts & { rows: readonly number[] }) {
  return (
    <>
      {alertsIn(model).map((stretch, n) => (
        <LaneAlert key={stretch.alert.id} stretch={stretch} row={Math.min(rows[n] ?? 0, Math.round(layout.lane.height / layout.lane.row) - 1)} model={model} layout={layout} />
      ))}
      {(["heart_rate", "spo2"] as const).flatMap((name) =>
        model.gaps[name].map((gap) => {
          const x = Math.max(0, xIn(layout, model.span, gap.from));
          const panel = name === "spo2" ? layout.spo2 : layout.pressure;
          const width = Math.min(layout.inner.width, xIn(layout, model.span, gap.to)) - x;
          const what = name === "spo2" ? CHART.spo2Short : CHART.hr;
          return width <= 0 ? null : (
            <i key={`${name} ${gap.from}`} class="gap" style={{ left: px(x), top: px(panel.top), width: px(width), height: px(panel.height) }} title={gapWords(what, gap.from, gap.to)} data-test="gap" data-of={name} data-from={gap.from} data-to={gap.to} />
          );
        }),
      )}
    </>
  );
}
