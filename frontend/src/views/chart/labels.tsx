/** The chart's words and shapes, laid over its drawing: axis, limits, baseline, what lies ahead, the newest numbers. */

import type { ComponentChildren } from "preact";
import { placeLabels, spread, type Placed } from "../../core/chart/labels.ts";
import { xIn, yIn, zIn, type Layout } from "../../core/chart/layout.ts";
import { highestOf, type ChartModel } from "../../core/chart/model.ts";
import { ticksOf } from "../../core/chart/span.ts";
import { hhmm } from "../../core/time.ts";
import { CHART, baselineLabel, earliestWords, lineWords, axisMinute, number, pointWords, windowWords } from "../../words.ts";
import { widthOf } from "./text.ts";

export interface LabelParts {
  readonly model: ChartModel;
  readonly layout: Layout;
}

export const px = (value: number): string => `${value.toFixed(1)}px`;

interface AtParts {
  readonly x: number;
  readonly y: number;
  readonly class: string;
  readonly test?: string | undefined;
  readonly children: ComponentChildren;
}

export function At({ x, y, class: name, test, children }: AtParts) {
  return (
    <span class={`at ${name}`} style={{ left: px(x), top: px(y) }} data-test={test}>
      {children}
    </span>
  );
}

export const isShown = ({ span }: ChartModel, at: number): boolean => at >= span.from && at <= span.to;

/** Left of the first tick there must be room for its unit. */
const UNIT_PX = 45;

export function Ticks({ model, layout }: LabelParts) {
  const { width, height } = layout.inner;
  return (
    <>
      {ticksOf(model.span, width).map(({ at, minute, clock }) => (
        <span key={at}>
          {minute === null ? null : (
            <At x={xIn(layout, model.span, at)} y={height + 6} class={`middle ${minute === 0 ? "dose-tick" : "tick-min"}`}>
              {axisMinute(minute)}
            </At>
          )}
          {clock || minute === null ? (
            <At x={xIn(layout, model.span, at)} y={height + (minute === null ? 6 : 24)} class="middle tick-clock">
              {hhmm(at)}
            </At>
          ) : null}
        </span>
      ))}
      {[80, 120, 160, 200].map((value) => (
        <At key={value} x={-8} y={yIn(layout, value)} class="left tick-y">
          {value}
        </At>
      ))}
      {[86, 100].map((value) => (
        <At key={value} x={-8} y={zIn(layout, value)} class="left tick-y">
          {value}
        </At>
      ))}
      <At x={8} y={layout.spo2.top + layout.spo2.height - 12} class="right panel-name">
        {CHART.spo2}
      </At>
      <At x={width + 8} y={layout.lane.top + layout.lane.row / 2} class="right lane-name">
        {CHART.alerts}
      </At>
      {model.span.zero === null || layout.left < UNIT_PX ? null : (
        <At x={-8} y={height + 6} class="tick-unit">
          {CHART.min}
        </At>
      )}
    </>
  );
}

const EDGE_PX = 17;

/** The widest of the words at the right edge, px. */
export function edgeWidth({ lines, baseline }: ChartModel): number {
  const said = [...lines.map(lineWords), ...(baseline === null ? [] : [baselineLabel(baseline.systolic), CHART.bandLabel])];
  return Math.max(0, ...said.map(widthOf));
}

/** At the right edge: what each line is, moved apart where they are close. */
export function Edge({ model, layout }: LabelParts) {
  const pressures = model.lines.filter(({ measure }) => measure !== "spo2");
  const oxygen = model.lines.filter(({ measure }) => measure === "spo2");
  const base = model.baseline;
  const wanted = [...pressures.map(({ value }) => yIn(layout, value)), ...(base === null ? [] : [yIn(layout, base.systolic), yIn(layout, base.systolic) + EDGE_PX])];
  const places = spread(wanted, EDGE_PX, layout.pressure.top, layout.pressure.top + layout.pressure.height);
  const x = layout.inner.width + 8;
  return (
    <>
      {pressures.map((line, n) => (
        <At key={line.code} x={x} y={places[n] ?? 0} class={`right limit ${line.priority} ${line.measure}`} test="limit-label">
          {lineWords(line)}
        </At>
      ))}
      {base === null ? null : (
        <>
          <At x={x} y={places.at(-2) ?? 0} class="right base" test="baseline-label">
            {baselineLabel(base.systolic)}
          </At>
          <At x={x} y={places.at(-1) ?? 0} class="right base-band">
            {CHART.bandLabel}
          </At>
        </>
      )}
      {oxygen.map((line, n) => (
        <At key={line.code} x={x} y={spread(oxygen.map(({ value }) => zIn(layout, value)), EDGE_PX, layout.spo2.top, layout.spo2.top + layout.spo2.height)[n] ?? 0} class={`right limit ${line.priority}`} test="limit-label">
          {lineWords(line)}
        </At>
      ))}
    </>
  );
}

export interface Caption {
  readonly at: number;
  readonly text: string;
  readonly class: string;
}

export function captionsOf(model: ChartModel): readonly Caption[] {
  return [
    ...(model.window === null ? [] : [{ at: model.window.from, text: windowWords(model.window.planned), class: "window-name" }]),
    ...model.points.map(({ at, due }) => ({ at, text: pointWords(due.text ?? due.code ?? "", at), class: "ahead" })),
    ...(model.earliest === null ? [] : [{ at: model.earliest, text: earliestWords(model.earliest), class: "ahead" }]),
  ].filter(({ at }) => isShown(model, at));
}

export function placedCaptions({ model, layout }: LabelParts): readonly Placed[] {
  const captions = captionsOf(model);
  return placeLabels(
    captions.map(({ at, text }) => ({ x: xIn(layout, model.span, at), width: widthOf(text) })),
    0,
    layout.inner.width,
  );
}

/** Below the events, above the pressures; what has no room there stands in the list below the chart. */
export function Captions({ model, layout }: LabelParts) {
  const placed = placedCaptions({ model, layout });
  return (
    <>
      {captionsOf(model).map(({ at, text, class: name }, n) => {
        const place = placed[n];
        if (place === undefined || place.row !== 0) return null;
        const x = xIn(layout, model.span, at) + (place.side === "right" ? 8 : -8);
        return (
          <At key={text} x={x} y={11} class={`${place.side} ${name}`} test="caption">
            {text}
          </At>
        );
      })}
    </>
  );
}

/** Beside now: the newest pressure, rate and saturation, moved apart where they are close. */
export function Newest({ model, layout }: LabelParts) {
  const { bars, streams, span, now, gaps } = model;
  const bar = bars.at(-1);
  const last = (name: "heart_rate" | "spo2"): number | null => (gaps[name].at(-1)?.to === now ? null : (streams[name].findLast((value) => value !== null) ?? null));
  const [rate, oxygen] = [last("heart_rate"), last("spo2")];
  const x = xIn(layout, span, now) + 8;
  if (!model.open) return null;
  const top = bar === undefined ? null : highestOf(bar.parts.filter(({ high }) => high === bar.systolic));
  const said = [
    ...(bar === undefined ? [] : [{ y: yIn(layout, bar.systolic), text: number(bar.systolic), class: `newest ${top ?? ""}` }]),
    ...(bar === undefined ? [] : [{ y: yIn(layout, bar.diastolic), text: number(bar.diastolic), class: "newest lower" }]),
    ...(rate === null ? [] : [{ y: yIn(layout, rate) + 4, text: `${CHART.hr} ${number(rate)}`, class: "newest lower" }]),
  ];
  const places = spread(said.map(({ y }) => y), EDGE_PX, layout.pressure.top, layout.pressure.top + layout.pressure.height);
  return (
    <>
      {said.map(({ text, class: name }, n) => (
        <At key={n} x={x} y={places[n] ?? 0} class={`right ${name}`}>
          {text}
        </At>
      ))}
      {oxygen === null ? null : (
        <At x={x} y={zIn(layout, oxygen)} class="right newest lower">
          {number(oxygen)}%
        </At>
      )}
    </>
  );
}

export function PlannedName({ model, layout }: LabelParts) {
  const shown = model.planned.filter((at) => isShown(model, at));
  const middle = shown[Math.floor(shown.length / 2)];
  if (shown.length < 3 || middle === undefined) return null;
  const x = xIn(layout, model.span, middle);
  const half = widthOf(CHART.planned) / 2;
  if (x - half < xIn(layout, model.span, model.now) + 60 || x + half > layout.inner.width) return null;
  return (
    <At x={x} y={yIn(layout, 44) - 16} class="middle planned-name">
      {CHART.planned}
    </At>
  );
}
