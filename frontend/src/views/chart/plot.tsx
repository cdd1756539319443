/** The drawn part of the session chart: uPlot draws the two curves, `paint` what lies below and above them, once per new data. */

import { useLayoutEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { pressureScale, spo2Scale, HIGHEST, LOWEST, SPO2_HIGHEST, SPO2_LOWEST, type Layout } from "../../core/chart/layout.ts";
import type { ChartModel } from "../../core/chart/model.ts";
import { drawn, lengthOf, type Values } from "../../core/chart/readings.ts";
import { above, ground, type Scene } from "./paint.ts";
import { palette } from "./palette.ts";

const SECOND_MS = 1_000;

const held = (values: Values, step: number, low: number, high: number): (number | null | undefined)[] =>
  drawn(values, step).map((value) => (typeof value === "number" ? Math.min(high, Math.max(low, value)) : value));

function dataOf({ streams }: ChartModel): uPlot.AlignedData {
  const { from, step } = streams;
  const xs = Array.from({ length: lengthOf(streams) }, (_, place) => (from + place * step) / SECOND_MS);
  const rate = held(streams.heart_rate, step, LOWEST, HIGHEST);
  return [xs, rate, rate, held(streams.spo2, step, SPO2_LOWEST, SPO2_HIGHEST)];
}

/** The newest heart rate, while it is new enough to be the end of the line. */
function newest({ streams, now, gaps, open }: ChartModel): { readonly at: number; readonly value: number } | null {
  const place = streams.heart_rate.findLastIndex((value) => value !== null);
  const value = streams.heart_rate[place] ?? null;
  if (value === null || !open || gaps.heart_rate.at(-1)?.to === now) return null;
  return { at: streams.from + place * streams.step, value };
}

/** Draws in the plot's own pixels, whatever the screen's density. */
function inPlot(plot: uPlot, draw: (ctx: CanvasRenderingContext2D) => void): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, 0, bbox.width, ctx.canvas.height);
  ctx.clip();
  ctx.translate(bbox.left, bbox.top);
  ctx.scale(uPlot.pxRatio, uPlot.pxRatio);
  draw(ctx);
  ctx.restore();
}

function optionsOf(layout: Layout, scene: () => Scene): uPlot.Options {
  const { width, height, left, top, inner } = layout;
  return {
    width,
    height,
    padding: [top, width - left - inner.width, height - top - inner.height, left],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: () => [scene().model.span.from / SECOND_MS, scene().model.span.to / SECOND_MS] },
      pressure: { range: () => pressureScale(scene().layout) },
      spo2: { range: () => spo2Scale(scene().layout) },
    },
    axes: [{ show: false }, { show: false, scale: "pressure" }],
    series: [
      {},
      { scale: "pressure", stroke: () => scene().colours.surface, width: 6, points: { show: false } },
      { scale: "pressure", stroke: () => scene().colours.hr, width: 2.4, points: { show: false } },
      { scale: "spo2", stroke: () => scene().colours.ink2, width: 2, points: { show: false }, ...stepped() },
    ],
    hooks: {
      drawClear: [(plot) => inPlot(plot, (ctx) => ground(ctx, scene()))],
      draw: [(plot) => inPlot(plot, (ctx) => above(ctx, scene(), newest(scene().model)))],
    },
  };
}

function stepped(): Pick<uPlot.Series, "paths"> {
  const paths = uPlot.paths.stepped?.({ align: 1 });
  return paths === undefined ? {} : { paths };
}

interface PlotParts {
  readonly model: ChartModel;
  readonly layout: Layout;
  /** Changes with theme and medium: colours are read again. */
  readonly look: string;
}

export function Plot({ model, layout, look }: PlotParts) {
  const holder = useRef<HTMLDivElement>(null);
  const scene = useRef<Scene | null>(null);
  const plot = useRef<uPlot | null>(null);
  const size = `${layout.width} ${layout.height} ${layout.top} ${layout.left}`;
  const colours = useRef({ look: "", palette: palette() });
  if (colours.current.look !== look) colours.current = { look, palette: palette() };
  scene.current = { model, layout, colours: colours.current.palette };
  useLayoutEffect(() => {
    if (holder.current === null) return undefined;
    const given = (): Scene => scene.current ?? { model, layout, colours: palette() };
    const made = new uPlot(optionsOf(layout, given), dataOf(model), holder.current);
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [size]);
  useLayoutEffect(() => {
    plot.current?.setData(dataOf(model));
  }, [model, layout, look]);
  return <div class="plot-canvas" ref={holder} aria-hidden="true" />;
}
